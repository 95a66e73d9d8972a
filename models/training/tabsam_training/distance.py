"""How deep inside a mask each pixel is: the exact Euclidean distance, by NumPy alone."""

from __future__ import annotations

import numpy as np

from tabsam.arrays import BoolArray, Float32Array


def distance_inside(mask: BoolArray) -> Float32Array:
    """Measure the distance from each pixel of a mask to the nearest pixel off it.

    Parameters
    ----------
    mask : bool, shape (h, w)
        What lies outside the array is off the mask.

    Returns
    -------
    float32, shape (h, w)
        In pixels, from centre to centre: 0 off the mask, at least 1 on it.
    """
    if not mask.any():
        return np.zeros(mask.shape, np.float32)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    distances = np.zeros(mask.shape, np.float32)
    distances[window] = np.sqrt(_squared_by_rows(_distance_by_columns(np.pad(mask[window], 1))))[1:-1, 1:-1]
    return distances


def deepest(mask: BoolArray) -> tuple[int, int, float]:
    """Give x and y of the pixel that lies deepest in a mask, the first by rows where there are several, and how deep it is."""
    distances = distance_inside(mask)
    y, x = np.unravel_index(int(distances.argmax()), mask.shape)
    return int(x), int(y), float(distances[y, x])


def _distance_by_columns(mask: BoolArray) -> Float32Array:
    """Measure to the nearest pixel off the mask in the same column; the first and last row are off it."""
    down = np.zeros(mask.shape, np.float32)
    up = np.zeros(mask.shape, np.float32)
    for row in range(1, len(mask)):
        down[row] = (down[row - 1] + 1) * mask[row]
        up[-1 - row] = (up[-row] + 1) * mask[-1 - row]
    return np.minimum(down, up)


def _squared_by_rows(columns: Float32Array) -> Float32Array:
    """Take for each pixel the least, over its row, of the squared distance by column and by row.

    None is further than the pixel's own column says, so no step need be longer than the longest of these.
    """
    squared = columns * columns
    least = squared.copy()
    for step in range(1, min(int(columns.max()), columns.shape[1] - 1) + 1):
        np.minimum(least[:, step:], squared[:, :-step] + step * step, out=least[:, step:])
        np.minimum(least[:, :-step], squared[:, step:] + step * step, out=least[:, :-step])
    return least
