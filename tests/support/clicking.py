"""Clicks as the literature simulates them: each is where the larger error is deepest (the protocol behind "NoC")."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabsam.arrays import BoolArray, Float64Array

_LONGEST = 512
"""Errors are looked at in a copy of at most so many pixels a side: a click need not be exact to the pixel."""


@dataclass(frozen=True)
class Click:
    """A click.

    Attributes
    ----------
    x, y : float, in image pixels
    label : int
        1 on the object, 0 off it.
    """

    x: float
    y: float
    label: int


def next_click(mask: BoolArray, truth: BoolArray, counted: BoolArray) -> Click | None:
    """Click where a mask is wrong, in the middle of the larger error; None where it is right.

    Parameters
    ----------
    mask, truth, counted : bool, shape (height, width)
    """
    step = -(-max(mask.shape) // _LONGEST)
    mask, truth, counted = (one[step // 2 :: step, step // 2 :: step] for one in (mask, truth, counted))
    missed, found = (depths(error & counted) for error in (truth & ~mask, mask & ~truth))
    deepest = missed if missed.max() >= found.max() else found
    if not deepest.max() > 0:
        return None
    row, column = np.unravel_index(deepest.argmax(), deepest.shape)
    return Click(float(column) * step + step // 2 + 0.5, float(row) * step + step // 2 + 0.5, int(deepest is missed))


def depths(region: BoolArray) -> Float64Array:
    """Give every pixel's distance to the nearest one that is not in the region; those beyond the picture are not."""
    padded = np.pad(region, 1)
    # Exact, one axis after the other: the distance up or down first, then the best of what is left and right of each pixel.
    vertical = np.where(padded, np.inf, 0.0)
    for row in range(1, len(vertical)):
        np.minimum(vertical[row], vertical[row - 1] + 1, out=vertical[row])
    for row in range(len(vertical) - 2, -1, -1):
        np.minimum(vertical[row], vertical[row + 1] + 1, out=vertical[row])
    squared = vertical**2
    nearest = squared.copy()
    width = padded.shape[1]
    for shift in range(1, width):
        if shift * shift >= nearest.max():
            break
        np.minimum(nearest[:, shift:], squared[:, : width - shift] + shift * shift, out=nearest[:, shift:])
        np.minimum(nearest[:, : width - shift], squared[:, shift:] + shift * shift, out=nearest[:, : width - shift])
    return np.asarray(np.sqrt(nearest)[1:-1, 1:-1])
