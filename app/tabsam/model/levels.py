"""Which cells of a grid lie above some thresholds, and what areas that makes between the cells.

Every threshold is compared once, and the answers are bytes of which eight are read as one word: in the page NumPy goes through
arrays element by element, whatever their size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tabsam.arrays import BoolArray, Float32Array, Float64Array, UInt8Array

_FLAT = np.float32(1e-20)
_PACKS = np.uint64(0x8040201008040201)
"""Brings the lowest bits of eight bytes together in the highest byte, the first one's to the front."""


class Levels:
    """Cells (h, w), and which of them lie above each of some thresholds.

    Parameters
    ----------
    cells : float32, shape (h, w)
    thresholds : at most eight
    """

    def __init__(self, cells: Float32Array, thresholds: Sequence[float]) -> None:
        self.cells = np.ascontiguousarray(cells)
        self.thresholds = tuple(thresholds)
        count = self.cells.size
        self._flat = np.empty((len(self.thresholds), -(-count // 8) * 8), np.bool_)
        self._flat[:, count:] = False
        for flat, threshold in zip(self._flat, self.thresholds, strict=True):
            np.greater(self.cells, threshold, out=flat[:count].reshape(self.cells.shape))

    def above(self, level: int) -> BoolArray:
        """Give the cells above a threshold, (h, w): a view."""
        return self._flat[level, : self.cells.size].reshape(self.cells.shape)

    def count(self, level: int) -> int:
        """Count them."""
        return int(np.count_nonzero(self._flat[level]))

    def lines(self, level: int) -> tuple[BoolArray, BoolArray]:
        """Tell which rows (h,), and which columns (w,), have some of them."""
        return lines(self.above(level))

    def areas(self, extent: tuple[float, float]) -> Float64Array:
        """Measure what lies above each threshold where cells are interpolated bilinearly, and the outermost go on to the edge.

        Parameters
        ----------
        extent : (height, width), in cells
            What is measured; it ends within half a cell of the last row and the last column.

        Returns
        -------
        float64, shape (number of thresholds,)
            In cells. The outermost half cells count as they are. What is counted in a picture's pixels, if these are a hundred
            thousand, differs by about 0.01 %, seldom by 0.1 %.
        """
        # A cell's own square, if it is above; and, of each square between four cells that are not all on one side, what it has
        # more or less than the quarters of those.
        places, differ = self._between(math.ceil(extent[0]) - 1, math.ceil(extent[1]) - 1)
        width, values = self.cells.shape[1], self.cells.reshape(-1)
        areas = []
        for level, threshold in enumerate(self.thresholds):
            at = places[(differ >> level & 1).view(np.bool_)]
            # Without looking for places beyond the end, of which there are none: half the time.
            corners = np.stack([values[step:].take(at, mode="clip") for step in (0, 1, width, width + 1)])
            corners -= np.float32(threshold)
            quarters = np.count_nonzero(corners > 0)
            areas.append(self._cells_in(level, extent) + _share_above_zero(corners).sum(dtype=np.float64) - quarters / 4)
        return np.array(areas)

    def _between(self, rows: int, columns: int) -> tuple[NDArray[np.intp], UInt8Array]:
        """Find the squares between four cells that do not lie on one side of every threshold.

        Parameters
        ----------
        rows, columns : of squares

        Returns
        -------
        intp (n,), uint8 (n,)
            The first of their cells, counted row by row; and by its bits, for which thresholds.
        """
        width = self.cells.shape[1]
        bits = self._flat[0].view(np.uint64).copy()
        for level, flat in enumerate(self._flat[1:], 1):
            bits |= flat.view(np.uint64) << np.uint64(level)
        every, some = bits, bits
        for step in (1, width):
            every, some = every & _moved(every, step), some | _moved(some, step)
        every ^= some
        differ = every.view(np.uint8)[: self.cells.size]
        by_rows = differ.reshape(self.cells.shape)
        by_rows[rows:] = 0
        by_rows[:, columns:] = 0
        places = np.flatnonzero(differ != 0)
        return places, differ.take(places)

    def _cells_in(self, level: int, extent: tuple[float, float]) -> float:
        """Count cells in a part of the grid; those at its edge by the share that is in it."""
        (rows, columns), above = (int(extent[0]), int(extent[1])), self.above(level)
        if (rows, columns) == above.shape:
            return self.count(level)
        inner = np.count_nonzero(above[:rows, :columns])
        last_row = (extent[0] - rows) * np.count_nonzero(above[rows : rows + 1, :columns])
        last_column = (extent[1] - columns) * np.count_nonzero(above[:rows, columns : columns + 1])
        return float(inner + last_row + last_column)


def lines(cells: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Tell which rows (h,) and which columns (w,) of cells (h, w) have any."""
    if cells.shape[1] % 8 or not cells.flags.c_contiguous:
        return np.asarray(cells.any(axis=1)), np.asarray(cells.any(axis=0))
    words = cells.view(np.uint64)
    rows, columns = np.bitwise_or.reduce(words, axis=1) != 0, np.bitwise_or.reduce(words, axis=0)
    return rows, columns.view(np.bool_)


def packed(cells: BoolArray) -> UInt8Array:
    """Give what ``np.packbits`` does, in a third of its time in the page."""
    if cells.size % 8 or not cells.flags.c_contiguous:
        return np.packbits(cells)
    words = cells.reshape(-1).view("<u8") * _PACKS
    words >>= np.uint64(56)
    return words.astype(np.uint8)


def _moved(words: NDArray[np.uint64], step: int) -> NDArray[np.uint64]:
    """Give bytes, read as words, each `step` places further to the front, and zeros at the end."""
    moved = np.zeros_like(words)
    moved.view(np.uint8)[:-step] = words.view(np.uint8)[step:]
    return moved


def _share_above_zero(corners: Float32Array) -> Float32Array:
    """Tell which share of squares is above 0, where the line between is nearly straight.

    Parameters
    ----------
    corners : float32, shape (4, n)
        Top left, top right, bottom left, bottom right; between them it is bilinear.
    """
    # Through the middle, along the steeper axis: there, the sum of all is four times the value in the middle, and the sum of the
    # diagonals' differences twice the slope.
    a, b, c, d = corners
    steep = np.abs(d - a)
    steep += np.abs(b - c)
    share = a + b
    share += c
    share += d
    share /= np.maximum(steep, _FLAT)
    share *= np.float32(0.5)
    share += np.float32(0.5)
    return np.asarray(np.minimum(np.maximum(share, np.float32(0)), np.float32(1)))
