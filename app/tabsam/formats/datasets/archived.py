"""Projects among a data set's files: ``.tabsam`` files, and those that lie unpacked, of one picture or of several."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from functools import partial
from typing import cast

from tabsam.errors import TabsamError
from tabsam.formats.datasets.dataset import DatasetPicture, Opener
from tabsam.formats.datasets.listing import Budget, ListedFile, Problem, contents, zip_listing
from tabsam.formats.datasets.naming import stem_path
from tabsam.formats.datasets.projects import PICTURES, read_head, read_pictures
from tabsam.formats.datasets.sources import Sources
from tabsam.formats.project import FINDS, HEAD, PICTURE_FOLDER, VERSION_OF_SEVERAL, VERTICES, damaged, newer, project_of


def read_projects(sources: Sources, files: dict[str, ListedFile]) -> list[DatasetPicture]:
    """Read all pictures of all projects; what is wrong with one of these is put down, and the others are read.

    Parameters
    ----------
    files : dict
        All files of the listing, by their paths.
    """
    pictures: dict[str, DatasetPicture] = {}
    for file in sources.files.annotations["tabsam"]:
        try:
            read = _read(file, files, sources.budget)
        except TabsamError as error:
            sources.problems.append(Problem.of(file.path, error))
            continue
        for one in read:
            # Pictures of two projects are two, also where they have one path.
            path = one.path if one.path not in pictures else f"{stem_path(file.path)}/{one.path}"
            pictures[path] = replace(one, path=path)
    return list(pictures.values())


def _read(file: ListedFile, files: dict[str, ListedFile], budget: Budget) -> list[DatasetPicture]:
    if file.path.rpartition("/")[2] == HEAD:
        root = file.path.removesuffix(HEAD)
        return _pictures({path.removeprefix(root): one for path, one in files.items() if path.startswith(root)}, budget)
    with file.open() as stream:
        inside = {one.path: one for one in zip_listing(stream, budget).files}
        # Its pictures are read later, when this archive is closed.
        reopened = {path: replace(one, open=partial(_Inside, file.open, path)) for path, one in inside.items()}
        return _pictures(inside, budget, reopened)


def _pictures(files: dict[str, ListedFile], budget: Budget, sources: dict[str, ListedFile] | None = None) -> list[DatasetPicture]:
    """Read a project's pictures.

    Parameters
    ----------
    files : dict
        By their paths in the project.
    sources : dict, optional
        The same, as they are to be opened later.
    """

    def read(path: str) -> bytes:
        if path not in files:
            raise damaged(f"no {path}")
        return contents(files[path], budget)

    head = read_head(read(HEAD))
    version = head.get("version")
    if type(version) is int and version > VERSION_OF_SEVERAL:
        raise newer(version, VERSION_OF_SEVERAL)
    several = version == VERSION_OF_SEVERAL
    if several:
        dataset = read_pictures(head, read)
        pictures = list(dataset.pictures)
    else:
        project = project_of(head, read(VERTICES), finds=read(FINDS) if FINDS in files else None)
        pictures = [DatasetPicture(project.annotations.picture, project.annotations, sha256=project.sha256)]
    places = sources or files
    return [_with_source(one, places, PICTURES + one.path if several else None) for one in pictures]


def _with_source(picture: DatasetPicture, files: dict[str, ListedFile], path: str | None) -> DatasetPicture:
    """Say where a picture's file is; of a project of one picture it is the only one in its folder."""
    if path is None:
        path = next((one for one in files if one.startswith(PICTURE_FOLDER)), "")
    file = files.get(path)
    return picture if file is None else replace(picture, open=file.open, byte_count=file.size)


class _Inside(io.BufferedReader):
    """A file in an archive that is opened for it, and closed with it."""

    def __init__(self, open: Opener, path: str) -> None:
        self._outer = open()
        self._archive = zipfile.ZipFile(self._outer)
        super().__init__(cast(io.RawIOBase, self._archive.open(path)))

    def close(self) -> None:
        super().close()
        self._archive.close()
        self._outer.close()
