"""Masks as COCO counts them, down the columns: how many pixels are outside, then inside, then outside ...; and back."""

from __future__ import annotations

import numpy as np

from tabsam.arrays import BoolArray, Int64Array, Size

_TURNED, _LARGE = 64, 1_000_000
"""Columns that are turned into rows at a time, of pictures of so many pixels."""


def mask_of_counts(counts: Int64Array, image_size: Size) -> BoolArray:
    """Lay out COCO's counts, whose sum is the picture's number of pixels, as a mask."""
    height, width = image_size
    inside = np.arange(len(counts)) % 2 == 1
    if height * width < _LARGE:
        return np.ascontiguousarray(np.repeat(inside, counts.astype(np.intp)).reshape(width, height).T)
    bounds = np.concatenate([[0], np.cumsum(counts)])
    mask = np.empty(image_size, np.bool_)
    for left in range(0, width, _TURNED):  # in strips, which stay in the processor's cache and are no second mask
        right = min(left + _TURNED, width)
        start, stop = left * height, right * height
        runs = slice(int(np.searchsorted(bounds, start, "right")) - 1, int(np.searchsorted(bounds, stop)))
        lengths = np.diff(np.clip(bounds[runs.start : runs.stop + 1], start, stop))
        mask[:, left:right] = np.repeat(inside[runs], lengths.astype(np.intp)).reshape(right - left, height).T
    return mask


def counts_of_mask(mask: BoolArray) -> Int64Array:
    """Count a mask, bool (height, width), as COCO does."""
    height, width = mask.shape
    # Where it changes is looked for along its rows, as it lies in memory, and put into the order of columns afterwards.
    rows, columns = np.divmod(np.flatnonzero(mask[1:] != mask[:-1]), max(width, 1))
    between = np.flatnonzero(mask[0, 1:] != mask[-1, :-1]) + 1 if height else np.zeros(0, np.int64)
    changes = np.sort(np.concatenate([columns * height + rows + 1, between * height]))
    nothing_outside = [0] if mask.size and mask[0, 0] else []
    return np.diff(np.concatenate([[0], np.array(nothing_outside, np.int64), changes, [mask.size]])).astype(np.int64)
