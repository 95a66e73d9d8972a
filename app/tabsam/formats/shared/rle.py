"""COCO's run-length encoding: the counts as a short string, and back.

The string is pycocotools' (common/maskApi.c, ``rleToString``), byte by byte: from the fourth on, each count is written as its
difference from the count two before it; in groups of five bits, lowest first, the sixth bit says that more follow, the last
group's fifth bit is the sign, and 48 is added to make it printable.
"""

from __future__ import annotations

import numpy as np

from tabsam.arrays import Int64Array, Size
from tabsam.errors import FormatError
from tabsam.formats.shared.writing import size_text

_BITS = 5
_SIGN = 0x10
_MORE = 0x20
_GROUP = 0x1F
_FIRST = 48

_MOST_GROUPS = 12
"""60 bits; a string with more in one number is not of this format."""


def compress(counts: Int64Array) -> str:
    """Write counts (zeros first, column by column) as COCO's string."""
    rest = counts.astype(np.int64)
    rest[3:] -= counts[1:-2]
    groups = []
    written = []
    going = np.ones(len(rest), np.bool_)
    while going.any():
        group = rest & _GROUP
        rest = rest >> _BITS
        written.append(going)
        going = going & (rest != np.where(group & _SIGN, -1, 0))
        groups.append(group | np.where(going, _MORE, 0))
    if not groups:
        return ""
    characters = (np.column_stack(groups) + _FIRST).astype(np.uint8)[np.column_stack(written)]
    return characters.tobytes().decode("ascii")


def decompress(text: str) -> Int64Array:
    """Read the counts from COCO's string.

    Raises
    ------
    FormatError
        ``rle-damaged``.
    """
    try:
        codes = np.frombuffer(text.encode("ascii"), np.uint8) - np.uint8(_FIRST)  # what is below wraps around
    except UnicodeEncodeError as error:
        raise _damaged("a character that does not belong there") from error
    if not len(codes):
        return np.zeros(0, np.int64)
    if codes.max() > (_MORE | _GROUP):
        raise _damaged("a character that does not belong there")
    is_last = codes < _MORE
    if not is_last[-1]:
        raise _damaged("a number that breaks off")
    lasts = np.flatnonzero(is_last)
    lengths = np.diff(lasts, prepend=-1)
    if lengths.max() > _MOST_GROUPS:
        raise _damaged("a number that is too large")
    place = np.arange(len(codes)) - np.repeat(lasts - lengths + 1, lengths)
    values = np.add.reduceat((codes & np.uint8(_GROUP)).astype(np.int64) << (_BITS * place), lasts - lengths + 1)
    values -= np.where(codes[lasts] & _SIGN, np.int64(1) << (_BITS * lengths), 0)
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def checked_counts(counts: Int64Array, size: Size) -> Int64Array:
    """Give counts back if they are those of a mask of ``size`` (height, width).

    Raises
    ------
    FormatError
        ``rle-damaged``.
    """
    if len(counts) and counts.min() < 0:
        raise _damaged("a run of less than no pixels")
    # Each is at most the picture's pixels if the sum is; summed as Python's integers, huge ones do not wrap around.
    if sum(counts.tolist()) != size[0] * size[1]:
        raise _damaged(f"more or fewer pixels than its {size_text(size)}")
    return counts


def filled_up(counts: Int64Array, size: Size) -> tuple[Int64Array, bool]:
    """Go on with zeros to the end of a mask of ``size`` (height, width), as pycocotools does; tell whether that was needed."""
    missing = size[0] * size[1] - sum(counts.tolist())
    if missing <= 0 or not len(counts) or counts.min() < 0:
        return counts, False
    if len(counts) % 2:  # it ends with zeros
        return np.append(counts[:-1], counts[-1] + missing), True
    return np.append(counts, missing), True


def _damaged(what: str) -> FormatError:
    return FormatError("rle-damaged", f"This run-length mask is damaged: it has {what}.", "Export it again where it came from.")
