"""How well a mask agrees with the truth: as a whole, and along its edge."""

from __future__ import annotations

import math

import numpy as np

from tabsam.arrays import BoolArray


def iou(mask: BoolArray, truth: BoolArray, counted: BoolArray | None = None) -> float:
    """Measure how alike two masks are, where pixels are counted; 1 when both are empty."""
    both, either = mask & truth, mask | truth
    if counted is not None:
        both, either = both & counted, either & counted
    found = np.count_nonzero(either)
    return int(np.count_nonzero(both)) / int(found) if found else 1.0


def boundary_f(mask: BoolArray, truth: BoolArray, tolerance: float) -> float:
    """Measure how well the edges of two masks agree.

    The harmonic mean of the share of the mask's edge that is near the truth's, and of the share of the truth's that is near the
    mask's (Martin, Fowlkes and Malik 2004; DAVIS's F).

    Parameters
    ----------
    mask, truth : bool, shape (height, width)
    tolerance : float
        In pixels: what is no farther is near.

    Returns
    -------
    float, in [0, 1]
        1 when neither has an edge.
    """
    edges = [boundary(one) for one in (mask, truth)]
    if not any(edge.any() for edge in edges):
        return 1.0
    near = [near_to(edge, tolerance) for edge in edges]
    precision, recall = (_share(edge, other) for edge, other in zip(edges, reversed(near), strict=True))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def boundary(mask: BoolArray) -> BoolArray:
    """Give the pixels of a mask that have a neighbour, of four, outside it; the picture's border is no edge."""
    inner = mask.copy()
    inner[1:] &= mask[:-1]
    inner[:-1] &= mask[1:]
    inner[:, 1:] &= mask[:, :-1]
    inner[:, :-1] &= mask[:, 1:]
    return mask & ~inner


def near_to(edge: BoolArray, tolerance: float) -> BoolArray:
    """Give the pixels within so many pixels of some."""
    height, width = edge.shape
    rows, columns = np.nonzero(edge)
    reach = math.floor(tolerance)
    near = np.zeros((height + 2 * reach, width + 2 * reach), np.bool_)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            if down * down + right * right <= tolerance * tolerance:
                near[rows + reach + down, columns + reach + right] = True
    return near[reach : reach + height, reach : reach + width]


def _share(edge: BoolArray, near: BoolArray) -> float:
    count = np.count_nonzero(edge)
    return int(np.count_nonzero(edge & near)) / int(count) if count else 0.0
