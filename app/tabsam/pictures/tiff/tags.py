"""What stands in a TIFF: its directories, and their tags, which are read when somebody asks for them.

A tag that nobody asks for may be as broken as it likes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from tabsam.pictures.faults import TiffFault
from tabsam.pictures.kinds import TIFF_MAGICS

_TYPES = {
    1: "B",
    2: "s",
    3: "H",
    4: "I",
    5: "II",
    6: "b",
    7: "s",
    8: "h",
    9: "i",
    10: "ii",
    11: "f",
    12: "d",
    13: "I",
    16: "Q",
    17: "q",
    18: "Q",
}
"""struct's letters for the types; 5 and 10 are fractions, 2 and 7 bytes."""

_MOST_DIRECTORIES = 100_000
_MOST_BYTES = 1 << 28
"""Of one tag: a number of bytes that is larger is a mistake, and would take all memory."""


@dataclass(frozen=True)
class Entry:
    """Where a tag's values lie.

    Attributes
    ----------
    type, count : int
        As TIFF numbers types.
    offset : int
        In the file.
    """

    type: int
    count: int
    offset: int


class TiffFile:
    """A TIFF's bytes, by their byte order.

    Raises
    ------
    TiffFault
        If it is no TIFF.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        magic = self.read(0, 8)
        if magic[:4] not in TIFF_MAGICS:
            raise TiffFault("no TIFF")
        self.order = "<" if magic[:1] == b"I" else ">"
        self.is_big = magic[2] + magic[3] == ord("+")
        self._pointer = "Q" if self.is_big else "I"
        self._first = 8 if self.is_big else 4

    def read(self, offset: int, count: int) -> bytes:
        """Give bytes; raises TiffFault where the file has not so many."""
        try:
            self._stream.seek(offset)
            data = self._stream.read(count)
        except (ValueError, OverflowError, OSError) as error:
            raise TiffFault(f"nothing at {offset}") from error
        if len(data) < count:
            raise TiffFault(f"{count} bytes at {offset} go beyond the end of the file")
        return data

    def numbers(self, offset: int, letters: str) -> tuple[int, ...]:
        """Read numbers, in the file's byte order."""
        form = self.order + letters
        return struct.unpack(form, self.read(offset, struct.calcsize(form)))

    @cached_property
    def directories(self) -> tuple[Directory, ...]:
        """All of the chain, as far as it is sound; a chain that bites its tail ends there."""
        return tuple(self._chain())

    @property
    def first(self) -> Directory:
        """The first of the chain."""
        return next(self._chain(strict=True))

    def _chain(self, *, strict: bool = False) -> Iterator[Directory]:
        seen: set[int] = set()
        offset = self.numbers(self._first, self._pointer)[0]
        while offset and offset not in seen and len(seen) < _MOST_DIRECTORIES:
            seen.add(offset)
            try:
                directory, offset = self._directory(offset)
            except TiffFault:
                if strict or len(seen) == 1:
                    raise
                return
            yield directory

    def _directory(self, offset: int) -> tuple[Directory, int]:
        count_letter, entry, inline = ("Q", "HHQ", 8) if self.is_big else ("H", "HHI", 4)
        (count,) = self.numbers(offset, count_letter)
        start = offset + struct.calcsize("<" + count_letter)
        step = struct.calcsize("<" + entry) + inline
        if count > 0xFFFF:
            raise TiffFault(f"a directory of {count} tags")
        block = self.read(start, count * step)
        entries: dict[int, Entry] = {}
        for place in range(count):
            tag, type_, length = struct.unpack_from(self.order + entry, block, place * step)
            at = start + place * step + step - inline
            size = struct.calcsize("<" + _TYPES.get(type_, "B")) * length
            if size > inline:
                (at,) = struct.unpack_from(self.order + self._pointer, block, place * step + step - inline)
            entries.setdefault(tag, Entry(type_, length, at))
        try:
            (following,) = self.numbers(start + count * step, self._pointer)
        except TiffFault:  # the last directory of a file that lacks its last bytes
            following = 0
        return Directory(self, entries, offset), following


class Directory:
    """One directory's tags."""

    def __init__(self, file: TiffFile, entries: dict[int, Entry], offset: int) -> None:
        self.file = file
        self.entries = entries
        self.offset = offset

    def __contains__(self, tag: int) -> bool:
        return tag in self.entries

    def raw(self, tag: int) -> bytes:
        """Give a tag's bytes as they are; empty where it is missing."""
        entry = self.entries.get(tag)
        if entry is None:
            return b""
        size = struct.calcsize("<" + _TYPES.get(entry.type, "B")) * entry.count
        if size > _MOST_BYTES:
            raise TiffFault(f"tag {tag} of {size} bytes")
        return self.file.read(entry.offset, size)

    def numbers(self, tag: int) -> tuple[float, ...]:
        """Give a tag's numbers, fractions divided; none where it is missing.

        Raises
        ------
        TiffFault
            If it has no numbers, or they are not there.
        """
        entry = self.entries.get(tag)
        if entry is None:
            return ()
        letters = _TYPES.get(entry.type)
        if letters is None:
            raise TiffFault(f"tag {tag} of the unknown type {entry.type}")
        letters = "B" if letters == "s" else letters
        data = self.raw(tag)
        flat = struct.unpack(f"{self.file.order}{entry.count * len(letters)}{letters[0]}", data)
        if len(letters) == 1:
            return flat
        return tuple(over / under if under else 0.0 for over, under in zip(flat[::2], flat[1::2], strict=True))

    def integers(self, tag: int) -> tuple[int, ...]:
        """Give a tag's numbers, as integers."""
        return tuple(int(number) for number in self.numbers(tag))

    def integer(self, tag: int, otherwise: int) -> int:
        """Give a tag's first number."""
        return next(iter(self.integers(tag)), otherwise)

    def text(self, tag: int) -> str:
        """Give a tag's text as far as it goes; empty where it is missing or lies nowhere."""
        try:
            return self.raw(tag).split(b"\0")[0].decode("utf-8", "replace")
        except TiffFault:
            return ""
