"""Files that the page has handed over: they are read where they lie, piece by piece, and only while somebody reads."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import BinaryIO

ReadFile = Callable[[int, int, int], bytes]
"""Gives a file's bytes: takes its number, where they begin and where they end; raises OSError when it cannot be read."""

_CHUNK = 1 << 20


@dataclass(frozen=True)
class HandedFile:
    """Opens a file, as often as it is called.

    Attributes
    ----------
    number : int
        What the worker knows it by.
    size : int
        In bytes.
    read : callable
    """

    number: int
    size: int
    read: ReadFile

    def __call__(self) -> BinaryIO:
        return io.BufferedReader(_Stream(self), 1 << 16)

    def beginning(self, size: int) -> bytes:
        """Read its first bytes."""
        return self.read(self.number, 0, min(size, self.size))

    def digest(self) -> Generator[None, None, str]:
        """Give its SHA-256, in hex; waits after each piece, so that others may have their turn."""
        found = hashlib.sha256()
        for at in range(0, self.size, _CHUNK):
            found.update(self.read(self.number, at, min(at + _CHUNK, self.size)))
            yield
        return found.hexdigest()


class _Stream(io.RawIOBase):
    def __init__(self, file: HandedFile) -> None:
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # BufferedReader gives this one
        end = min(self._at + len(buffer), self._file.size)
        data = self._file.read(self._file.number, self._at, end) if end > self._at else b""
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
