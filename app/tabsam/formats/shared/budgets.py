"""What a file may ask for, checked before it is done: corners, columns to be filled, edges to be followed.

An object that asks for too much by itself is left out, which is said; a file that does is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from tabsam.arrays import AnyArray, Size
from tabsam.errors import FormatError
from tabsam.geometry.rows import Rows
from tabsam.geometry.tracing import corner_count
from tabsam.pictures.decode_budget import MOST_PIXELS

MOST_FILE_BYTES = 512_000_000
MOST_VERTICES = 1_000_000
"""Of a polygon."""
MOST_CROSSINGS = 10_000_000
"""Of a polygon's edges and the middles of the picture's columns, which is what it costs to fill it."""
MOST_MASK_CORNERS = 2_000_000
"""Of a mask's pixels, which takes some three seconds, and half a gigabyte."""
MOST_LABEL_RUNS = 4_000_000
"""Of equal pixels in the rows of a label map."""

_MOST_OF_FILE = {"vertices": 20_000_000, "crossings": 100_000_000, "mask corners": 6_000_000, "pixels": 3_000_000_000}
_WORDS = {
    "vertices": "corners of polygons",
    "crossings": "columns of pixels that its polygons fill",
    "mask corners": "corners of its masks' pixels",
    "pixels": "pixels of masks",
}

_SIMPLIFY = "Part it into several files, or simplify its outlines."


class ImportBudget:
    """What has been spent on a file."""

    def __init__(self) -> None:
        self._spent = dict.fromkeys(_MOST_OF_FILE, 0)

    def take_polygon(self, vertices: int, crossings: int) -> bool:
        """Count a ring; tell whether it is one that may be worked on.

        Raises
        ------
        FormatError
            ``too-much-work``, for all rings of the file together.
        """
        if vertices > MOST_VERTICES or crossings > MOST_CROSSINGS:
            return False
        self._spend("vertices", vertices)
        self._spend("crossings", crossings)
        return True

    def take_mask(self, rows: Rows) -> bool:
        """Count a mask before it is traced; tell whether it may be; raises as :meth:`take_polygon`."""
        corners = corner_count(rows) if len(rows) <= MOST_MASK_CORNERS else 4 * len(rows)
        if corners > MOST_MASK_CORNERS:
            return False
        self._spend("mask corners", corners)
        return True

    def take_pixels(self, number: int) -> None:
        """Count pixels that are looked at, once an object; raises as :meth:`take_polygon`."""
        self._spend("pixels", number)

    def _spend(self, what: str, number: int) -> None:
        self._spent[what] += number
        most = _MOST_OF_FILE[what]
        if self._spent[what] > most:
            message = f"This file asks for too much: it has more than {most // 1_000_000:,} million {_WORDS[what]}."
            raise FormatError("too-much-work", message, _SIMPLIFY)


def check_bytes(data: bytes) -> None:
    """Refuse a file that is too large.

    Raises
    ------
    FormatError
        ``annotations-too-large``.
    """
    if len(data) > MOST_FILE_BYTES:
        message = f"This file of annotations is too large: it has more than {MOST_FILE_BYTES // 1_000_000} MB."
        raise FormatError("annotations-too-large", message, _SIMPLIFY)


def too_ragged() -> FormatError:
    """Say that a label map's pixels change too often."""
    return FormatError(
        "too-ragged",
        f"This label map is too ragged: along its rows, pixels change more than {MOST_LABEL_RUNS // 1_000_000} million times.",
        "Smooth it, or take single pixels out of it first.",
    )


def canvas(size: Size, dtype: type[np.integer]) -> AnyArray:
    """Give zeros to paint objects on. A picture that was never opened may have any size: its list of annotations says it.

    Raises
    ------
    FormatError
        ``canvas-too-large``.
    """
    height, width = size
    if height * width > MOST_PIXELS:
        message = f"A picture of {width:,} x {height:,} pixels is too large to be painted."
        raise FormatError("canvas-too-large", message, "Use a format that holds outlines, such as COCO.")
    return np.zeros(size, dtype)


@contextmanager
def enough_memory(what: str) -> Iterator[None]:
    """Say in words that there is not enough memory to do something, such as "read this file".

    Raises
    ------
    FormatError
        ``out-of-memory``.
    """
    try:
        yield
    except MemoryError as error:
        raise FormatError(
            "out-of-memory", f"There is not enough memory to {what}.", "Close other tabs, or part it.", details=repr(error)
        ) from error
