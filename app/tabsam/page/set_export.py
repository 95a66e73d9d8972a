"""All pictures of the list as one data set, piece by piece: whoever writes them asks for the next ones, or for no more."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from tabsam.formats.datasets.dataset import Opener
from tabsam.formats.datasets.outgoing import Options
from tabsam.formats.datasets.registry import exported
from tabsam.formats.shared.archive import zip_chunks
from tabsam.formats.shared.writing import StreamedFile
from tabsam.page.listed_pictures import ListedPictures

if TYPE_CHECKING:
    from tabsam.page.protocol.params import ExportSetParams
    from tabsam.page.protocol.results import FilePiece, SetPieces

_MOST_BYTES = 4_000_000
_MOST_SECONDS = 0.05
"""So much is made in one go: a click in between waits no longer."""


class SetExport:
    """A data set that is being written.

    The pieces of a zip have no path; of a folder each file has at least one, and all of its pieces come one after the other.
    """

    def __init__(self, pictures: ListedPictures, params: ExportSetParams) -> None:
        self._pictures = pictures
        self._params = params
        self._at = 0
        self._notes: list[str] = []
        self._pieces = self._made()

    def next_pieces(self) -> SetPieces:
        """Make the next pieces."""
        until = time.perf_counter() + _MOST_SECONDS
        pieces: list[FilePiece] = []
        size, done = 0, True
        for piece in self._pieces:
            if piece is not None:
                pieces.append(piece)
                size += len(piece["data"])
            if size >= _MOST_BYTES or time.perf_counter() > until:
                done = False
                break
        at = min(self._at, len(self._params["pictures"]))
        return {"pieces": pieces, "done": done, "at": at, "notes": self._notes if done else []}

    def _made(self) -> Generator[FilePiece | None, None, None]:
        params = self._params
        dataset, said = yield from self._pictures.dataset(params["pictures"], hidden=params["format"] == "tabsam")
        counted = [replace(one, open=self._counting(one.open)) for one in dataset.pictures]
        options = Options(pictures=params["withPictures"], val_share=params["valShare"], seed=params["seed"])
        export = exported(replace(dataset, pictures=tuple(counted)), params["format"], options)
        if params["zipped"]:
            for chunk in zip_chunks(export):
                yield {"path": "", "data": chunk}
        else:
            yield from _unzipped(export)
        self._notes = [*said, *export.notes]

    def _counting(self, open: Opener | None) -> Opener | None:
        """Count the pictures whose files are written."""

        def counted(opener: Opener) -> BinaryIO:
            self._at += 1
            return opener()

        return None if open is None else partial(counted, open)


def _unzipped(files: Iterable[StreamedFile]) -> Iterator[FilePiece]:
    for file in files:
        for chunk in file.chunks:
            yield {"path": file.path, "data": chunk}
