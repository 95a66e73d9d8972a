"""A data set on its way out: files one after the other, of which one picture's are in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from tabsam.errors import FormatError, TabsamError
from tabsam.formats.datasets.dataset import Dataset, DatasetPicture
from tabsam.formats.shared.imported import quoted
from tabsam.formats.shared.turning import is_turned, upright_file
from tabsam.formats.shared.writing import Files, StreamedFile

_CHUNK = 1 << 20
"""Bytes of a picture file that are in memory at once."""

_NAMED = 5
"""So many pictures are named in a sentence about them."""


@dataclass(frozen=True)
class Options:
    """How a data set is written.

    Attributes
    ----------
    pictures : bool
        Whether the picture files come along.
    val_share : float, in [0, 1]
        Of the pictures without a split, in formats that have splits.
    seed : int
        Which of them these are.
    """

    pictures: bool = True
    val_share: float = 0.2
    seed: int = 0


@dataclass
class Outgoing:
    """What a format's writer works with, and where it says what is not in the files.

    Attributes
    ----------
    dataset : Dataset
        Its pictures have the paths that they are written under, and each a split.
    options : Options
    failures : list of (path, error)
        Pictures that the format cannot hold.
    without_file : list of str
        Pictures whose files could not be had.
    turned, on_their_side : list of str
        Pictures that EXIF turns: those whose files were written upright, and those whose files were not.
    """

    dataset: Dataset
    options: Options
    failures: list[tuple[str, TabsamError]] = field(default_factory=list)
    without_file: list[str] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)
    on_their_side: list[str] = field(default_factory=list)

    def each(self, make: Callable[[DatasetPicture], Files], folder: str = "") -> Iterator[StreamedFile]:
        """Write what belongs to each picture, and its file into a folder; pictures that the format cannot hold are left out.

        Raises
        ------
        FormatError
            Why the format can hold none of them.
        """
        for picture in self.dataset.pictures:
            try:
                files = make(picture)
            except TabsamError as error:
                self.failures.append((picture.path, error))
                continue
            yield from (StreamedFile.of(path, data) for path, data in files.items())
            yield from self.picture_file(picture, folder)
        if self.failures and not self.held:
            raise self.failures[0][1]

    def picture_file(self, picture: DatasetPicture, folder: str = "", *, as_it_is: bool = False) -> Iterator[StreamedFile]:
        """Write a picture's own file, if it is wanted and can be had; one that EXIF turns is made upright, as its objects are.

        Parameters
        ----------
        as_it_is : bool
            Write what EXIF turns to the byte, for readers that turn it.
        """
        if as_it_is and not self.options.pictures:
            return
        stream = opened(picture)
        if stream is None:
            if self.options.pictures:
                self.without_file.append(picture.path)
            return
        with stream:
            upright = None if as_it_is else self._upright(picture, stream)
            if not self.options.pictures:
                return
            if upright is not None:
                yield StreamedFile.of(folder + picture.path, upright)
            else:
                yield StreamedFile(folder + picture.path, chunks_of(stream, picture.path), picture.byte_count)

    def _upright(self, picture: DatasetPicture, stream: BinaryIO) -> bytes | None:
        """Give the file of a picture that EXIF turns, upright, and put that down; None for one to be left as it is."""
        if not stream.seekable() or not is_turned(stream):
            return None
        upright = upright_file(stream) if self.options.pictures else None
        (self.on_their_side if upright is None else self.turned).append(picture.path)
        stream.seek(0)
        return upright

    @property
    def held(self) -> list[DatasetPicture]:
        """The pictures that are not left out, as far as has been written."""
        failed = {path for path, _ in self.failures}
        return [one for one in self.dataset.pictures if one.path not in failed]

    def notes(self) -> list[str]:
        """Say what is not in the files."""
        left_out = [f"{quoted(path)} was left out: {error.message}" for path, error in self.failures]
        return [
            *left_out,
            *about(
                self.without_file,
                "The file of {names} could not be had; only its annotations were written.",
                "The files of {n} pictures could not be had; only their annotations were written: {names}.",
            ),
            *about(
                self.turned,
                "EXIF turns {names}: it was written upright, as its annotations are.",
                "EXIF turns {n} pictures: they were written upright, as their annotations are: {names}.",
            ),
            *about(
                self.on_their_side,
                "EXIF turns the file of {names}; its annotations are about it upright.",
                "EXIF turns the files of {n} pictures; their annotations are about them upright: {names}.",
            ),
        ]


def opened(picture: DatasetPicture) -> BinaryIO | None:
    """Open a picture's file; None where there is none, or it cannot be had."""
    try:
        return picture.open() if picture.open else None
    except (OSError, TabsamError):
        return None


def about(names: Sequence[str], one: str, many: str) -> list[str]:
    """Make a sentence about some pictures, or none about no picture: {n} is their number, {names} are the first of them."""
    if not names:
        return []
    listed = ", ".join(map(quoted, names[:_NAMED])) + (" ..." if len(names) > _NAMED else "")
    return [(one if len(names) == 1 else many).replace("{n}", str(len(names))).replace("{names}", listed)]


def chunks_of(stream: BinaryIO, path: str) -> Iterator[bytes]:
    """Read a picture file piece by piece; raises FormatError, ``picture-unreadable``."""
    try:
        while chunk := stream.read(_CHUNK):
            yield chunk
    except TabsamError:
        raise
    except Exception as error:  # of a file that is gone, or in a damaged archive: zlib.error, BadZipFile, LZMAError and more
        raise FormatError(
            "picture-unreadable",
            f"The picture {quoted(path)} could not be read to its end.",
            "Look whether its file is still there, and write the data set again.",
            details=repr(error),
        ) from error
