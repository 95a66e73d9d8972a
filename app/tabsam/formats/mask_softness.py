"""Whether what lies between black and white in a mask's picture is its soft edge, or labels."""

from __future__ import annotations

import numpy as np

from tabsam.arrays import AnyArray
from tabsam.pictures.strips import strips

_LEAST_WHITE = 100
"""Of 255: so bright is at least the brightest of a mask with soft edges."""

_MOST_BETWEEN = 0.5
"""Of all pixels: a mask is black or white for the most part."""

_FEWEST_PASSING = 8
"""Pixels on their way from dark to bright that make an edge."""


def is_soft(grey: AnyArray) -> bool:
    """Tell whether values between black and white are those of soft edges, and no labels: by where they lie, however many.

    On a soft edge a value has a darker and a brighter neighbour; within a label all around it are alike.
    """
    most = grey.max()
    if grey.dtype != np.uint8 or most < _LEAST_WHITE or grey.min() > most // 4:
        return False
    if not 0 < np.count_nonzero(grey) - np.count_nonzero(grey == most) <= _MOST_BETWEEN * grey.size:
        return False
    inside, passing = 0, 0
    for rows in strips((grey.shape[0], grey.shape[1])):
        top = max(rows.start - 1, 0)
        near = grey[top : rows.stop + 1]  # with a row above and one below
        own = slice(rows.start - top, rows.stop - top)
        lowest, values, highest = _around(near, np.minimum)[own], grey[rows], _around(near, np.maximum)[own]
        between = (values > 0) & (values < most)
        inside += int(np.count_nonzero(between & (lowest == highest)))
        passing += int(np.count_nonzero(between & (lowest < values) & (values < highest)))
    return passing > _FEWEST_PASSING and passing > inside


def _around(values: AnyArray, extreme: np.ufunc) -> AnyArray:
    """Give the smallest or the largest of each pixel and its eight neighbours; beyond the border it is as at the border."""
    for axis in (0, 1):
        result = values.copy()
        ahead, behind = [slice(None)] * 2, [slice(None)] * 2
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        extreme(result[tuple(behind)], values[tuple(ahead)], out=result[tuple(behind)])
        extreme(result[tuple(ahead)], values[tuple(behind)], out=result[tuple(ahead)])
        values = result
    return values
