"""Parts of grids: where work is done that need not be done everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray, Float32Array, Size


@dataclass(frozen=True)
class Window:
    """Rows and columns of a grid, from a start to an end that is not in it.

    Attributes
    ----------
    rows, columns : (start, end)
    """

    rows: tuple[int, int]
    columns: tuple[int, int]

    @classmethod
    def whole(cls, size: Size) -> Window:
        """Give all of a grid."""
        return cls((0, size[0]), (0, size[1]))

    @classmethod
    def around(cls, cells: BoolArray) -> Window | None:
        """Give the smallest window that some cells, (h, w), lie in; None for none."""
        rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
        if not len(rows):
            return None
        return cls((int(rows[0]), int(rows[-1]) + 1), (int(columns[0]), int(columns[-1]) + 1))

    @property
    def slices(self) -> tuple[slice, slice]:
        """What picks the window out of a grid's array."""
        return slice(*self.rows), slice(*self.columns)

    @property
    def size(self) -> Size:
        """(height, width), in cells."""
        return self.rows[1] - self.rows[0], self.columns[1] - self.columns[0]

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x0, y0, x1 and y1 of its outer edges."""
        return self.columns[0], self.rows[0], self.columns[1], self.rows[1]

    def grown(self, cells: int, size: Size) -> Window:
        """Add cells on every side, as far as a grid of a size has them."""
        (top, bottom), (left, right) = self.rows, self.columns
        return Window((max(0, top - cells), min(size[0], bottom + cells)), (max(0, left - cells), min(size[1], right + cells)))

    def moved(self, rows: int, columns: int) -> Window:
        """Count rows and columns from elsewhere."""
        return Window((self.rows[0] + rows, self.rows[1] + rows), (self.columns[0] + columns, self.columns[1] + columns))

    def within(self, other: Window) -> Window:
        """Count from another window's start."""
        return self.moved(-other.rows[0], -other.columns[0])

    def scaled(self, size: Size, to_size: Size) -> Window:
        """Give the cells that lie in this window, of a grid of `size`, of another grid of `to_size` over the same."""
        (top, bottom), (left, right) = self.rows, self.columns
        return Window(
            (-(-top * to_size[0] // size[0]), bottom * to_size[0] // size[0]),
            (-(-left * to_size[1] // size[1]), right * to_size[1] // size[1]),
        )


def resampled(values: Float32Array, window: Window, size: Size, to: Window, to_size: Size) -> Float32Array:
    """Bring values to a grid that is at least as fine.

    Parameters
    ----------
    values : float32, shape ``window.size``
        At the centres of a window's cells, of a grid of `size`.
    to : Window
        Of a grid of `to_size` over the same; it lies in the other.

    Returns
    -------
    float32, shape ``to.size``
        Bilinear, at the centres of the cells; beyond the outermost centres as there. The values themselves for the same window.
    """
    if (window, size) == (to, to_size):
        return values
    (top, bottom), (left, right) = (
        [place * length / to_length - start for place in span]
        for span, start, length, to_length in zip(
            (to.rows, to.columns), (window.rows[0], window.columns[0]), size, to_size, strict=True
        )
    )
    # Against the last digit of the divisions: Pillow refuses a box that is larger than the picture.
    box = max(0.0, left), max(0.0, top), min(float(window.size[1]), right), min(float(window.size[0]), bottom)
    height, width = to.size
    return np.asarray(Image.fromarray(values).resize((width, height), Image.Resampling.BILINEAR, box=box))


def rewindowed(values: Float32Array, window: Window, to: Window) -> Float32Array:
    """Give values of another window of the same grid, (h, w): 0 where they were not given."""
    if window == to:
        return values
    moved = np.zeros(to.size, np.float32)
    rows, columns = (
        (max(one[0], other[0]), min(one[1], other[1])) for one, other in ((window.rows, to.rows), (window.columns, to.columns))
    )
    if rows[0] < rows[1] and columns[0] < columns[1]:
        shared = Window(rows, columns)
        moved[shared.within(to).slices] = values[shared.within(window).slices]
    return moved
