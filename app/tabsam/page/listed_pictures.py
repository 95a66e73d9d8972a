"""The pictures of the page's list, of which most are not open, as pictures of a data set: each with the work on it."""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from tabsam.document.annotations import Annotations
from tabsam.errors import TabsamError
from tabsam.formats.datasets.dataset import Dataset, DatasetPicture, Opener, with_one_class_list
from tabsam.formats.datasets.outgoing import about
from tabsam.formats.png import png_bytes
from tabsam.formats.shared.imported import quoted
from tabsam.model.image import open_image, size_of
from tabsam.page.handed_files import HandedFile, ReadFile
from tabsam.page.opening import page_name, unpacked
from tabsam.page.workspace import Workspace, key_of, where_of

if TYPE_CHECKING:
    from tabsam.page.protocol.params import SetPicture

_GONE = "Objects of {names} are not in the files: the picture is not in the list any more."
_GONE_MANY = "Objects of {n} pictures that are not in the list any more are not in the files: {names}."
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Found:
    """What a listed picture is.

    Attributes
    ----------
    name : str
        Of a project that of the picture in it.
    place : str
    path : str
        Where it lies in a data set.
    open : callable or None
        Gives the picture's file; of a page a PNG of it.
    byte_count : int or None
        The file's, where it is known.
    digest : str
        Empty until somebody needs it, but for a picture in a project.
    saved : Annotations or None
        What a project has, of which the work goes on from when it is opened.
    """

    name: str
    place: str
    path: str
    open: Opener | None
    byte_count: int | None
    digest: str = ""
    saved: Annotations | None = None

    @property
    def where(self) -> str:
        """The folder and the name that it has in its key."""
        return self.place + self.name


@dataclass(frozen=True)
class _Page:
    """Opens a page of a file, as a PNG."""

    source: Callable[[], bytes]
    page: int

    def __call__(self) -> BinaryIO:
        return io.BytesIO(png_bytes(open_image(self.source(), page=self.page)))


class ListedPictures:
    """Knows which document is whose. Digests of files are kept: to hash a file means to read all of it."""

    def __init__(self, workspace: Workspace, read: ReadFile) -> None:
        self._workspace = workspace
        self._digests: dict[str, str] = {}
        self._read = read

    def handed(self, number: int, size: int) -> HandedFile | None:
        """Give a file by its number; None for none, whose number is negative."""
        return HandedFile(number, size, self._read) if number >= 0 else None

    def found(self, one: SetPicture) -> Found:
        """Look what a listed picture is; raises TabsamError, OSError when its file is a project that cannot be read."""
        file = self.handed(one["file"], one["size"])
        name, place, page = one["name"], one["place"], one.get("page")
        if file is None or file.beginning(len(_ZIP)) != _ZIP:
            if page is None:
                return Found(name, place, place + name, file, file.size if file else None)
            opener = None if file is None else _Page(partial(file.beginning, file.size), page)
            return Found(page_name(name, page) if page else name, place, place + page_name(name, page, ".png"), opener, None)
        name, source, annotations, digest = unpacked(name, file.beginning(file.size))
        digest = digest or hashlib.sha256(source).hexdigest()
        if page is None:
            return Found(name, place, place + name, partial(_picture_in, file), len(source), digest, annotations)
        opener = _Page(partial(_bytes_in, file), page)
        path = place + page_name(name, page, ".png")
        if page:  # what a project holds is about the first
            return Found(page_name(name, page), place, path, opener, None)
        return Found(name, place, path, opener, None, digest, annotations)

    def digest(self, one: SetPicture, found: Found) -> Generator[None, None, str]:
        """Give the SHA-256 of a picture's file; empty where there is no file."""
        known, source = self._digests, found.open
        if found.digest or source is None:
            return found.digest
        if one["id"] not in known and isinstance(source, _Page) and source.page:
            yield
            known[one["id"]] = hashlib.sha256(source().read()).hexdigest()
        elif one["id"] not in known:
            file = self.handed(one["file"], one["size"])
            assert file is not None  # or there were nothing to open
            known[one["id"]] = yield from file.digest()
        return known[one["id"]]

    def keys(self) -> defaultdict[str, list[str]]:
        """Give the keys of all documents by where their pictures lie."""
        keys: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._workspace.documents:
            keys[where_of(key)].append(key)
        return keys

    def dataset(self, listed: Sequence[SetPicture], *, hidden: bool) -> Generator[None, None, tuple[Dataset, list[str]]]:
        """Make a data set of all pictures; give it with sentences about what is not in it. It waits now and then.

        Parameters
        ----------
        hidden : bool
            Whether objects that cannot be seen are in it.
        """
        documents, keys = dict(self._workspace.documents), self.keys()
        pictures, unreadable, left = [], [], dict(documents)
        for one in listed:
            yield
            try:
                found = self.found(one)
                wanted = keys.get(found.where, [])
                if found.open is None:
                    key = wanted[0] if len(wanted) == 1 else ""
                else:
                    digest = (yield from self.digest(one, found)) if wanted else ""
                    key = key_of(digest, found.name, found.place)
                document = documents.get(key)
                left.pop(key, None)
                if document is not None:
                    annotations = document.annotations
                elif found.open is None:
                    unreadable.append(f"{quoted(found.where)} was left out: its file could not be had.")
                    continue
                else:
                    annotations = found.saved or Annotations(found.name, _size_of(found.open))
            except TabsamError as error:
                unreadable.append(f"{quoted(one['place'] + one['name'])} was left out: {error.message}")
                continue
            except OSError:
                unreadable.append(f"{quoted(one['place'] + one['name'])} was left out: its file can no longer be read.")
                continue
            if not hidden:
                annotations = annotations.visible
            if "page" in one:
                annotations = replace(annotations, picture=found.path.rpartition("/")[2])
            pictures.append(DatasetPicture(found.path, annotations, found.open, byte_count=found.byte_count))
        gone = [where_of(key) for key, document in left.items() if document.work.instances]
        dataset = with_one_class_list(pictures, self._workspace.classes.categories, "pictures")
        return dataset, unreadable + about(gone, _GONE, _GONE_MANY)


def _bytes_in(file: HandedFile) -> bytes:
    return unpacked("", file.beginning(file.size))[1]


def _picture_in(file: HandedFile) -> BinaryIO:
    return io.BytesIO(_bytes_in(file))


def _size_of(open: Opener) -> tuple[int, int]:
    with open() as stream:
        return size_of(stream)
