"""What is whole of a zip archive that breaks off.

Its list of files, at the end, is gone, but each file begins with a head of its own.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tabsam.errors import FormatError

_HEAD = struct.Struct("<4s5H3L2H")
_HEAD_SIGNATURE = b"PK\x03\x04"
_END_SIGNATURE = b"PK\x07\x08"
_END = struct.Struct("<3L")
_END_OF_LARGE = struct.Struct("<L2Q")
_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 1, 8, 0x800
_STORED, _DEFLATED = 0, 8
_LARGE = 0xFFFFFFFF
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Salvaged:
    """A file that is whole.

    Attributes
    ----------
    path : str
        As the archive has it.
    size, packed : int
        Bytes, unpacked and in the archive.
    start : int
        Where they begin.
    method : int
        How they are packed: 0 or 8.
    crc : int
    """

    path: str
    size: int
    packed: int
    start: int
    method: int
    crc: int

    def open(self, stream: BinaryIO) -> BinaryIO:
        """Unpack it, but no more than it says; raises FormatError, ``file-unreadable``, when it is damaged."""
        stream.seek(self.start)
        data = stream.read(self.packed)
        try:
            if self.method == _DEFLATED:
                data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, self.size + 1)
            if len(data) != self.size or zlib.crc32(data) != self.crc:
                raise ValueError("another size or checksum")
        except (zlib.error, ValueError) as error:
            raise FormatError("file-unreadable", "This file is damaged.", "Save it again.", details=repr(error)) from error
        return io.BytesIO(data)


def salvaged(stream: BinaryIO, most_ratio: float) -> Iterator[Salvaged]:
    """Give the files that are whole, one after the other, up to the place where the archive breaks off.

    Encrypted ones are passed over; so is what unpacks to more than `most_ratio` times its bytes, and all that follows it
    where its end cannot be told.
    """
    at = 0
    while True:
        stream.seek(at)
        head = stream.read(_HEAD.size)
        if len(head) < _HEAD.size or not head.startswith(_HEAD_SIGNATURE):
            return
        _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _HEAD.unpack(head)
        name = stream.read(name_length).decode("utf-8" if flags & _UTF8 else "cp437", errors="replace")
        start = at + _HEAD.size + name_length + extra_length
        if flags & _SIZES_FOLLOW:
            end = _end_of(stream, start, method, most_ratio)
            if end is None:
                return
            crc, packed, size, at = end
        elif _LARGE in (packed, size):
            return  # the sizes are elsewhere: few have files of 4 GB
        else:
            at = start + packed
        if at > stream.seek(0, io.SEEK_END):
            return
        is_sound = method in (_STORED, _DEFLATED) and not flags & _ENCRYPTED and size <= max(_CHUNK * 10, most_ratio * packed)
        if is_sound and not name.endswith("/"):
            yield Salvaged(name, size, packed, start, method, crc)


def _end_of(stream: BinaryIO, start: int, method: int, most_ratio: float) -> tuple[int, int, int, int] | None:
    """Tell where a file ends that was written before its size was known: checksum, both sizes, and where the next begins."""
    stream.seek(start)
    packed = _stored_bytes(stream, start) if method == _STORED else _deflated_bytes(stream, most_ratio)
    if packed is None:
        return None
    stream.seek(start + packed)
    if stream.read(4) != _END_SIGNATURE:
        return None
    for described in (_END_OF_LARGE, _END):
        stream.seek(start + packed + 4)
        data = stream.read(described.size)
        if len(data) < described.size:
            return None
        crc, stated, size = described.unpack(data)
        if stated == packed and (method != _STORED or size == packed):
            return crc, packed, size, start + packed + 4 + described.size
    return None


def _deflated_bytes(stream: BinaryIO, most_ratio: float) -> int | None:
    unpacking, read, unpacked = zlib.decompressobj(-zlib.MAX_WBITS), 0, 0
    try:
        while not unpacking.eof:
            data = unpacking.unconsumed_tail or stream.read(_CHUNK)
            if not data:
                return None
            read += 0 if unpacking.unconsumed_tail else len(data)
            unpacked += len(unpacking.decompress(data, _CHUNK))
            if unpacked > max(_CHUNK * 10, most_ratio * read):
                return None
    except zlib.error:
        return None
    return read - len(unpacking.unused_data)


def _stored_bytes(stream: BinaryIO, start: int) -> int | None:
    """Look for what follows a file that is not packed: it says how long the file was."""
    window, at = b"", start
    while chunk := stream.read(_CHUNK):
        window += chunk
        found = window.find(_END_SIGNATURE)
        while found >= 0 and found + 4 + _END_OF_LARGE.size <= len(window):
            length = at + found - start
            _, small, _ = _END.unpack_from(window, found + 4)
            _, large, _ = _END_OF_LARGE.unpack_from(window, found + 4)
            if length in (small, large):
                return length
            found = window.find(_END_SIGNATURE, found + 4)
        kept = max(0, len(window) - 4 - _END_OF_LARGE.size) if found < 0 else found
        at += kept
        window = window[kept:]
    return None
