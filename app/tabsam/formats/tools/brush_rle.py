"""Label Studio's run lengths of brush masks: numbers of a picture's RGBA bytes, row by row, packed bit by bit.

32 bits say how many bytes there are, 5 how many bits each has (less one), four times 4 how many bits the lengths have (less one).
Then records: one bit (1: one byte for all of it; 0: each byte by itself), two bits that choose the length's bits, the length less
one, and the byte or bytes.
"""

from __future__ import annotations

import numpy as np

from tabsam.arrays import BoolArray, Int64Array, Size, UInt8Array
from tabsam.errors import FormatError
from tabsam.geometry.raster import Crop

_CHANNELS = 4
_LENGTH_BITS = (3, 4, 8, 16)
_LONGEST = 1 << _LENGTH_BITS[-1]
_BITS_OF_RECORD = 1 + 2 + _LENGTH_BITS[-1] + 8
_MASK = 255
_MOST_RECORDS = 1_000_000
"""Some seconds' work; a mask of ragged pixels is packed byte by byte, many in a record."""


def pack(crop: Crop, size: Size) -> list[int]:
    """Write a mask of a picture of a size, (height, width), as the numbers 0 to 255 that Label Studio has in its JSON."""
    beside = np.pad(crop.mask, ((0, 0), (1, 1)))
    rows, columns = np.nonzero(beside[:, 1:] != beside[:, :-1])  # in each row, where a run begins and where it ends
    edges = (rows.astype(np.int64) + crop.top) * size[1] + columns + crop.left
    # One that goes on from a row's end to the next one's beginning is one run: it neither ends nor begins there.
    same = np.flatnonzero(edges[1:] == edges[:-1])
    edges = np.delete(edges, np.concatenate([same, same + 1]))
    bounds = np.concatenate([[0], edges, [size[0] * size[1]]])
    lengths, is_set = np.diff(bounds) * _CHANNELS, np.arange(len(bounds) - 1) % 2 == 1
    lengths, is_set = lengths[lengths > 0], is_set[lengths > 0]
    pieces = (-(-lengths // _LONGEST)).astype(np.intp)
    run = np.repeat(np.arange(len(lengths)), pieces)
    place = np.arange(len(run)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    length = np.minimum(lengths[run] - place * _LONGEST, _LONGEST)
    records = (0b111 << 24) | ((length - 1) << 8) | np.where(is_set[run], _MASK, 0)
    head = [
        _bits(np.array([size[0] * size[1] * _CHANNELS], np.int64), 32),
        _bits(np.array([7], np.int64), 5),
        _bits(np.array(_LENGTH_BITS, np.int64) - 1, 4),
    ]
    packed: list[int] = np.packbits(np.concatenate([*head, _bits(records, _BITS_OF_RECORD)])).tolist()
    return packed


def unpack(packed: list[int], size: Size) -> BoolArray:
    """Read a mask, (height, width): where the picture's alpha is above 0.

    Raises
    ------
    FormatError
        ``rle-damaged``; also when it is of a picture of another size.
    """
    try:
        reader = _Reader(bytes(packed))
        total, word = reader.number(32), reader.number(5) + 1
        lengths = [reader.number(4) + 1 for _ in range(4)]
        if total != size[0] * size[1] * _CHANNELS:
            raise ValueError("another size")
        mask = np.zeros(size[0] * size[1], np.bool_)
        place = records = 0
        while place < total:
            records += 1
            if records > _MOST_RECORDS:
                raise ValueError("more runs than a brush makes")
            is_run = reader.number(1)
            end = place + 1 + reader.number(lengths[reader.number(2)])
            if end > total:
                raise ValueError("more bytes than there are")
            first = -((3 - place) // _CHANNELS) if place > 3 else 0  # the first pixel whose alpha is not before
            last = (end - 4) // _CHANNELS + 1
            if is_run:
                mask[first:last] = reader.number(word) > 0
            else:
                mask[first:last] = reader.are_set(end - place, word)[_CHANNELS * first + 3 - place :: _CHANNELS]
            place = end
    except (TypeError, ValueError, IndexError) as error:
        raise FormatError("rle-damaged", "This brush mask is damaged, or of another size.", details=str(error)) from error
    return mask.reshape(size)


class _Reader:
    """Reads numbers out of bits."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._bits = 8 * len(data)
        self._at = 0

    def number(self, bits: int) -> int:
        begin, self._at = self._at, self._at + bits
        if self._at > self._bits:
            raise ValueError("it breaks off")
        end = (self._at + 7) >> 3
        return (int.from_bytes(self._data[begin >> 3 : end], "big") >> (8 * end - self._at)) & ((1 << bits) - 1)

    def are_set(self, count: int, bits: int) -> BoolArray:
        """Tell of so many numbers which are not 0."""
        begin, self._at = self._at, self._at + count * bits
        if self._at > self._bits:
            raise ValueError("it breaks off")
        part = np.unpackbits(np.frombuffer(self._data[begin >> 3 : (self._at + 7) >> 3], np.uint8))
        return np.asarray(part[begin & 7 :][: count * bits].reshape(count, bits).any(axis=1), np.bool_)


def _bits(numbers: Int64Array, bits: int) -> UInt8Array:
    """Write each number in so many bits, highest first."""
    return ((numbers[:, np.newaxis] >> np.arange(bits - 1, -1, -1)) & 1).astype(np.uint8).ravel()
