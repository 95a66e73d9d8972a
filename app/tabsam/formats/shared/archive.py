"""Zip archives, apart from the other writers since a page that exports nothing need not load zipfile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath

from tabsam.formats.shared.writing import StreamedFile

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""A zip's time stamps begin here; the same content makes the same bytes."""

_PACKED = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".zip", ".tabsam")


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Put files into a zip archive; what is compressed already is stored as it is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in files.items():
            for _ in _added(archive, StreamedFile.of(path, data)):
                pass
    return buffer.getvalue()


def zip_chunks(files: Iterable[StreamedFile]) -> Iterator[bytes]:
    """Give a zip archive piece by piece; it is never whole in memory, and may have more than 4 GB (ZIP64) or 65,535 files."""
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w") as archive:
        for file in files:
            for _ in _added(archive, file):
                yield from pieces.taken()
    yield from pieces.taken()


def _added(archive: zipfile.ZipFile, file: StreamedFile) -> Iterator[None]:
    """Write a file, and wait after each of its chunks."""
    entry = zipfile.ZipInfo(file.path, _EARLIEST)
    entry.external_attr = 0o644 << 16
    is_packed = PurePath(file.path).suffix.lower() in _PACKED
    entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    entry.file_size = file.size or 0
    with archive.open(entry, "w", force_zip64=file.size is None) as target:
        for chunk in file.chunks:
            target.write(chunk)
            yield
    yield


class _Pieces(io.RawIOBase):
    """What has been written and not been taken yet; zipfile sees that it cannot go back in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # zipfile gives bytes
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> Iterator[bytes]:
        pieces, self._pieces = self._pieces, []
        yield from pieces
