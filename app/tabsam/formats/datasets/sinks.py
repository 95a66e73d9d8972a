"""Where a data set's files go: into a folder, or into a zip archive that is never whole in memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol

from tabsam.errors import FormatError
from tabsam.formats.datasets.dataset import Dataset
from tabsam.formats.datasets.outgoing import Options
from tabsam.formats.datasets.registry import WRITING, exported
from tabsam.formats.shared.archive import zip_chunks
from tabsam.formats.shared.budgets import enough_memory
from tabsam.formats.shared.imported import quoted
from tabsam.formats.shared.writing import StreamedFile


class Sink(Protocol):
    """Takes files, one after the other, each to its end."""

    def take(self, files: Iterable[StreamedFile]) -> None: ...


class FolderSink:
    """Writes into a folder, which is made; files that are there already are not written over.

    ``take`` raises FormatError, ``file-exists``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, files: Iterable[StreamedFile]) -> None:
        for file in files:
            path = self._folder.joinpath(*file.path.split("/"))
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                target = path.open("xb")
            except FileExistsError as error:
                raise FormatError(
                    "file-exists", f"There is a file {quoted(file.path)} already.", "Choose an empty folder."
                ) from error
            try:
                with target:
                    target.writelines(file.chunks)
            except BaseException:
                path.unlink()  # half a picture is none
                raise


class ZipSink:
    """Writes a zip archive to a stream, which need not be able to go back; of the format "tabsam" it is the project's file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def take(self, files: Iterable[StreamedFile]) -> None:
        for chunk in zip_chunks(files):
            self._stream.write(chunk)


def write(dataset: Dataset, format: str, sink: Sink, options: Options | None = None) -> tuple[str, ...]:
    """Write a data set; give sentences about what is not in it, or not as it was.

    Raises
    ------
    FormatError
        As :func:`tabsam.formats.datasets.registry.exported` does, ``picture-unreadable``, ``out-of-memory``, and what the sink
        raises.
    """
    export = exported(dataset, format, options)
    with enough_memory(WRITING):  # the sink's own
        sink.take(export)
    return export.notes
