"""Exact Euclidean distances between pixels of masks, from centre to centre, by NumPy alone.

First the distance along each column, then the least over each row of its square and a step's (the two passes of Saito and
Toriwaki 1994): a step is worth a look only as long as its own square is less than what has been found.
"""

from __future__ import annotations

import numpy as np

from tabsam.arrays import BoolArray, Float32Array, Int64Array
from tabsam.geometry.windows import Window

_CELLS_AT_ONCE = 60_000
"""So many stay in a processor's cache while steps are taken over them."""


def distance_inside(mask: BoolArray) -> Float32Array:
    """Measure the distance from each pixel of a mask to the nearest pixel off it.

    Parameters
    ----------
    mask : bool, shape (h, w)
        What lies outside the array is off the mask.

    Returns
    -------
    float32, shape (h, w)
        In pixels: 0 off the mask, at least 1 on it.
    """
    distances = np.zeros(mask.shape, np.float32)
    around = Window.around(mask)
    if around is None:
        return distances
    window = around.slices
    distances[window] = np.sqrt(_least_by_rows(_by_columns(~np.pad(mask[window], 1))))[1:-1, 1:-1]
    return distances


def deepest(mask: BoolArray) -> tuple[int, int, float]:
    """Give x and y of the pixel that lies deepest in a mask, the first by rows where there are several, and how deep it is."""
    distances = distance_inside(mask)
    y, x = np.unravel_index(int(distances.argmax()), mask.shape)
    return int(x), int(y), float(distances[y, x])


def distances_to(targets: BoolArray, rows: Int64Array, columns: Int64Array) -> Float32Array:
    """Measure the distance from some pixels to the nearest pixel of a mask.

    Parameters
    ----------
    targets : bool, shape (h, w)
    rows, columns : int64, shape (N,)
        Where the pixels are.

    Returns
    -------
    float32, shape (N,)
        In pixels; infinite where the mask is empty.
    """
    if not targets.any():
        return np.full(len(rows), np.inf, np.float32)
    squared = _by_columns(targets) ** 2
    least = squared[rows, columns]
    width = targets.shape[1]
    waiting = np.arange(len(rows))
    for step in range(1, width):
        waiting = waiting[least[waiting] > step * step]
        if not len(waiting):
            break
        row, column, own = rows[waiting], columns[waiting], least[waiting]
        # At the border the same column is looked at again, which can only give more than it did.
        for there in (np.maximum(column - step, 0), np.minimum(column + step, width - 1)):
            own = np.minimum(own, squared[row, there] + step * step)
        least[waiting] = own
    return np.sqrt(least)


def _by_columns(targets: BoolArray) -> Float32Array:
    """Measure to the nearest target in the same column; infinite where there is none."""
    distances = np.where(targets, np.float32(0), np.float32(np.inf))
    for row in range(1, len(distances)):
        np.minimum(distances[row], distances[row - 1] + 1, out=distances[row])
    for row in range(len(distances) - 2, -1, -1):
        np.minimum(distances[row], distances[row + 1] + 1, out=distances[row])
    return distances


def _least_by_rows(columns: Float32Array) -> Float32Array:
    """Take for each pixel the least, over its row, of the squared distance by column and by row; the outermost are 0."""
    squared = columns * columns
    least = squared.copy()
    at_once = max(1, _CELLS_AT_ONCE // squared.shape[1])
    for top in range(0, len(squared), at_once):
        _shorten(least[top : top + at_once], squared[top : top + at_once])
    return least


def _shorten(least: Float32Array, squared: Float32Array) -> None:
    """Take the least over each row, in place.

    A step can bring nothing nearer than itself. So all is done when no pixel is further than it, and what is looked at shrinks
    to where some are: never nearer than a step to the border, whose pixels are 0.
    """
    left, right = 0, least.shape[1]
    for step in range(1, least.shape[1]):
        across = np.flatnonzero((least[:, left:right] > step * step).any(0))
        if not len(across):
            break
        left, right = left + int(across[0]), left + int(across[-1]) + 1
        here = least[:, left:right]
        for shift in (-step, step):
            np.minimum(here, squared[:, left + shift : right + shift] + step * step, out=here)
