"""What comes of a picture, on the disk: whole or not at all, since each file is written beside its place and then moved there."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from tabsam.batch.work import Settings, Task
from tabsam.document.annotations import Annotations, Category
from tabsam.errors import FormatError
from tabsam.formats.datasets.dataset import Dataset, DatasetPicture
from tabsam.formats.datasets.outgoing import Options
from tabsam.formats.datasets.sinks import FolderSink, write
from tabsam.formats.exported import Source, fitted
from tabsam.formats.project import read_project, write_project
from tabsam.formats.registry import FORMATS
from tabsam.formats.shared.writing import without_empty

EACH = ("labelme", "labelme-masks", "svg", "geojson", "geojson-lonlat", "masks", "cutouts", "cutouts-full")
"""Formats with files for each picture, written as it is done. The others are data sets, put together at the end."""

_OWN = ".batch"


class Results:
    """The folder that a batch writes into.

    Beside the log there are a folder of the format's name, with what was asked for, and ``.batch``, with each picture's objects
    (a project file), of which data sets are put together, and drafts.
    """

    def __init__(self, folder: Path, format: str) -> None:
        self._folder = folder
        self._format = format
        self._kept = folder / _OWN / "objects"
        self._drafts = folder / _OWN / "drafts"

    def prepare(self) -> None:
        """Make the folders, and throw away what a run that was killed has left half."""
        shutil.rmtree(self._drafts, ignore_errors=True)
        self._drafts.mkdir(parents=True)
        self._kept.mkdir(exist_ok=True)

    def kept(self, key: str) -> Annotations | None:
        """Give a picture's objects, by their key, if a run before has found them; None also where their file is damaged."""
        try:
            return read_project(self._path_of(key).read_bytes()).annotations
        except (OSError, FormatError):
            return None

    def has(self, key: str) -> bool:
        """Tell whether a picture's objects are kept."""
        return self._path_of(key).is_file()

    def keep(self, key: str, annotations: Annotations, sha256: str) -> None:
        """Keep a picture's objects."""
        self._write(self._path_of(key), write_project(annotations, sha256=sha256))

    def write(self, place: str, annotations: Annotations, image: Image.Image) -> dict[str, int]:
        """Write the files of one picture, in a format that has such; give their paths in the folder, and their sizes.

        Parameters
        ----------
        place : str
            The picture's, without the ending of its name: of no other picture.
        """
        chosen = FORMATS[self._format]
        if self._format not in EACH or (chosen.needs_objects and not without_empty(annotations).instances):
            return {}
        files, _ = chosen.write(fitted(Source(annotations, image), chosen))
        target = f"{self._format}/{place}"
        if files.keys() == {""}:
            self._write(self._folder / f"{target}{chosen.extension}", files[""])
            return {f"{target}{chosen.extension}": len(files[""])}
        draft = self._draft()
        draft.mkdir()
        for name, data in files.items():
            draft.joinpath(name).write_bytes(data)
        self._replace(draft, self._folder / target)
        return {f"{target}/{name}": len(data) for name, data in files.items()}

    def are_there(self, files: Mapping[str, int]) -> bool:
        """Tell whether files that were written are there, and whole."""
        try:
            return all((self._folder / path).stat().st_size == size for path, size in files.items())
        except OSError:
            return False

    def assemble(self, keys: Mapping[Task, str], settings: Settings, options: Options) -> tuple[list[str], list[Task]]:
        """Put the data set together of what is kept, in place of one from before.

        Parameters
        ----------
        keys : dict
            Of the pictures that are done, in order. All their objects, but no picture's pixels, are in memory at a time.

        Returns
        -------
        list of str
            Sentences about what is not in it.
        list of Task
            Pictures of which what was kept cannot be read.

        Raises
        ------
        FormatError
            As :func:`tabsam.formats.datasets.write` does.
        """
        found = {task: self._picture(task, key, settings.categories) for task, key in keys.items()}
        pictures = [picture for picture in found.values() if picture is not None]
        lost = [task for task, picture in found.items() if picture is None]
        if len(lost) == len(found):
            return [], lost
        draft = self._draft()
        notes = write(Dataset(tuple(pictures), settings.categories), self._format, FolderSink(draft), options)
        self._replace(draft, self._folder / self._format)
        return list(notes), lost

    def finish(self) -> None:
        """Leave no drafts."""
        shutil.rmtree(self._drafts, ignore_errors=True)

    def _picture(self, task: Task, key: str, categories: tuple[Category, ...]) -> DatasetPicture | None:
        annotations = self.kept(key)
        if annotations is None:
            return None
        return DatasetPicture(task.place, replace(annotations, categories=categories), partial(_opened, task.file))

    def _path_of(self, key: str) -> Path:
        return self._kept / key[:2] / f"{key}.tabsam"

    def _draft(self) -> Path:
        return self._drafts / uuid.uuid4().hex

    def _write(self, path: Path, data: bytes) -> None:
        draft = self._draft()
        draft.write_bytes(data)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(draft, path)

    def _replace(self, draft: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            os.replace(target, self._draft())  # it goes with the drafts
        os.replace(draft, target)


def _opened(file: str) -> BinaryIO:
    return open(file, "rb")
