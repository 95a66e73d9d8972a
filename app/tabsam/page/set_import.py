"""A data set on its way in: read step by step, asked about, and only when all is there put on the pictures, one step each."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tabsam.errors import RequestError, TabsamError
from tabsam.formats.datasets.dataset import DatasetPicture
from tabsam.formats.datasets.listing import ListedFile, Listing, Problem, listed, zip_listing
from tabsam.formats.datasets.matching import PictureFile
from tabsam.formats.datasets.reading import Incoming, steps
from tabsam.formats.merging import merge
from tabsam.formats.shared.imported import quoted
from tabsam.page.handed_files import HandedFile
from tabsam.page.listed_pictures import Found, ListedPictures
from tabsam.page.workspace import Workspace, key_of

if TYPE_CHECKING:
    from tabsam.page.protocol.params import ImportSetParams, SetPicture
    from tabsam.page.protocol.results import KeptUnder, NewPicture, SetOutcome, SetStep

_MOST_SECONDS = 0.05
"""So long Python is busy in one go: a click in between waits no longer."""

_ARCHIVE = ".zip"


class SetImport:
    """A data set that is being read."""

    def __init__(self, workspace: Workspace, pictures: ListedPictures, params: ImportSetParams) -> None:
        self._workspace = workspace
        self._pictures = pictures
        self._params = params
        self._steps = self._run()
        self._own: dict[str, tuple[SetPicture, Found]] = {}
        self._problems: list[Problem] = []
        self._keys: list[KeptUnder] = []
        self._read = 0
        self._joined_any = False
        self._number = -1

    def next_step(self) -> SetStep:
        """Read on for a moment; a picture that is not handed over as a file comes alone."""
        until = time.perf_counter() + _MOST_SECONDS
        news: list[NewPicture] = []
        while True:
            try:
                new = next(self._steps)
            except StopIteration as end:
                return {"read": self._read, "news": news, "outcome": end.value}
            if new is not None:
                news.append(new)
            if time.perf_counter() > until or (new is not None and new["data"]):
                return {"read": self._read, "news": news, "outcome": None}

    def _run(self) -> Generator[NewPicture | None, None, SetOutcome]:
        given = yield from self._given()
        answers = {one["reference"]: one["picture"] or None for one in self._params["answers"]}
        reading = steps(
            self._listing(),
            given,
            categories=self._workspace.classes.categories,
            answers=answers,
            format=self._params["format"] or None,
        )
        while True:
            try:
                next(reading)
            except StopIteration as end:
                incoming: Incoming = end.value
                break
            self._read += 1
            yield None
        self._problems += incoming.problems
        if incoming.questions:
            return self._outcome(incoming)
        work: list[tuple[str, DatasetPicture, Found | None]] = []
        for picture in incoming.dataset.pictures:
            if picture.path in self._own:
                key = (yield from self._key_of(picture)) if _has_work(picture) else ""
            else:
                key = yield from self._joined(picture)
            if key:
                work.append((key, picture, self._own[picture.path][1] if picture.path in self._own else None))
        return self._outcome(incoming, *self._put_down(work))

    def _given(self) -> Generator[None, None, list[PictureFile]]:
        """Give the pictures of the list; of two in one place the first."""
        keys, given = self._pictures.keys(), []
        for one in self._params["pictures"]:
            yield
            try:
                found = self._pictures.found(one)
            except (TabsamError, OSError):
                continue  # it cannot be opened, and has no objects
            documents = [self._workspace.documents[key] for key in keys.get(found.where, [])]
            size = documents[0].image_size if found.open is None and len(documents) == 1 else None
            if found.path not in self._own and (found.open or size):
                self._own[found.path] = one, found
                given.append(PictureFile(found.path, found.open, size))
        return given

    def _listing(self) -> Listing:
        files, problems = [], []
        archives = [one for one in self._params["files"] if one["path"].lower().endswith(_ARCHIVE)]
        alone = len(self._params["files"]) == 1
        for one in self._params["files"]:
            file = self._pictures.handed(one["file"], one["size"])
            if file is None:
                raise RequestError("bad-request", f"The file of {quoted(one['path'])} has no number.")
            if one not in archives:
                files.append(ListedFile(one["path"], one["size"], file))
                continue
            try:
                inside = zip_listing(file())
            except TabsamError as error:
                if alone:
                    raise
                problems.append(Problem.of(one["path"], error))
                continue
            folder = "" if alone else one["path"][: -len(_ARCHIVE)] + "/"
            problems += [replace(each, path=folder + each.path if each.path else one["path"]) for each in inside.problems]
            files += [replace(each, path=folder + each.path) for each in inside.files]
        everything = listed(files)
        return Listing(everything.files, (*everything.problems, *problems))

    def _joined(self, picture: DatasetPicture) -> Generator[NewPicture | None, None, str]:
        """Have a picture join the list, and give its key; empty where its file cannot be read."""
        path = PurePosixPath(picture.path)
        place = picture.path[: -len(path.name)]
        try:
            if isinstance(picture.open, HandedFile):
                digest = (yield from picture.open.digest()) if _has_work(picture) else ""
                number, data = picture.open.number, b""
            else:
                assert picture.open is not None  # it is from the listing
                with picture.open() as stream:
                    data = stream.read()
                digest, number = hashlib.sha256(data).hexdigest(), -1
        except TabsamError as error:
            self._problems.append(Problem.of(picture.path, error))
            return ""
        except Exception as error:  # noqa: BLE001  # of a damaged archive: zlib.error, BadZipFile, EOFError and more
            self._problems.append(Problem(picture.path, "picture-unreadable", f"Its file cannot be read: {error!r}"))
            return ""
        key = key_of(digest, path.name, place) if _has_work(picture) else ""
        self._joined_any = True
        yield {"key": key, "name": path.name, "place": place, "file": number, "data": data}
        return key

    def _key_of(self, picture: DatasetPicture) -> Generator[None, None, str]:
        """Give the key of a picture of the list, which need not have been open."""
        one, found = self._own[picture.path]
        try:
            digest = yield from self._pictures.digest(one, found)
        except OSError:
            self._problems.append(Problem(picture.path, "picture-unreadable", "Its file can no longer be read."))
            return ""
        if digest:
            return key_of(digest, found.name, found.place)
        return next(iter(self._pictures.keys().get(found.where, [])), "")

    def _put_down(self, work: list[tuple[str, DatasetPicture, Found | None]]) -> tuple[int, int]:
        """Add the objects to the pictures' documents, all at once; give how many came, and on how many pictures."""
        objects = worked = 0
        workspace, changed = self._workspace, []
        open_work = None if workspace.open_document is None else workspace.open_document.work
        for key, picture, found in work:
            new = picture.annotations
            document = workspace.document_of(key, found.name if found else new.picture, new.image_size)
            before, work_before = document.annotations, document.work
            if document.is_untouched and found is not None and found.saved is not None:
                before = merge(before, found.saved, taken=document.classes.known_ids)
            try:
                document.merge(merge(before, new, taken=document.classes.known_ids))
            except TabsamError as error:  # another size
                self._problems.append(Problem.of(picture.path, error))
                continue
            objects += len(new.instances)
            worked += 1
            if document.work is not work_before:
                changed.append(document)
            if found is not None:
                self._keys.append({"id": self._own[picture.path][0]["id"], "key": key})
        workspace.revision += 1
        workspace.count_elsewhere()
        if changed or self._joined_any:
            self._number = workspace.note_import(changed, open_work)
        return objects, worked

    def _outcome(self, incoming: Incoming, objects: int = 0, worked: int = 0) -> SetOutcome:
        return {
            "questions": [
                {"kind": one.kind, "reference": one.reference, "file": one.file, "choices": list(one.choices)}
                for one in incoming.questions
            ],
            "pictures": sorted({*self._own, *self._paths(incoming)}) if incoming.questions else [],
            "problems": [{"path": one.path, "code": one.code, "message": one.message} for one in self._problems],
            "objects": objects,
            "worked": worked,
            "keys": self._keys,
            "number": self._number,
            "said": [
                *(f"{path}: {sentence}" for path, said in incoming.left_out.items() for sentence in said),
                *incoming.about_others,
            ],
        }

    def _paths(self, incoming: Incoming) -> Iterator[str]:
        return (picture.path for picture in incoming.dataset.pictures)


def _has_work(picture: DatasetPicture) -> bool:
    annotations = picture.annotations
    return bool(annotations.instances) or annotations.affine is not None or annotations.finds is not None
