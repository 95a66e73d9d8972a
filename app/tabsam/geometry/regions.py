"""Connected regions of a mask: label them, fill small holes, remove small islands.

A mask is taken as its runs, the stretches of pixels in its rows. There are far fewer of them than pixels, so that what is looked
for in a picture of many megapixels is found in a list of some thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tabsam.arrays import BoolArray, Int64Array
from tabsam.geometry.ranges import expand_ranges

Connectivity: TypeAlias = Literal[4, 8]
Int32Array: TypeAlias = NDArray[np.int32]

_AT_ONCE = 4_000_000
"""Pixels that are looked at in one go."""


@dataclass(frozen=True)
class Components:
    """The regions of a mask.

    Attributes
    ----------
    labels : int32, shape (height, width)
        0 off the mask, 1 to n in the regions, which are numbered by their first pixel, row by row.
    sizes : int64, shape (n,)
        In pixels; ``sizes[k - 1]`` is the region k's.
    """

    labels: Int32Array
    sizes: Int64Array


def components(mask: BoolArray, *, connectivity: Connectivity = 8) -> Components:
    """Label the regions of a mask.

    Parameters
    ----------
    mask : bool, shape (height, width)
    connectivity : 8 or 4
        Whether pixels that share only a corner belong together.
    """
    runs = _runs(mask)
    regions, sizes = _connect(runs, connectivity)
    values = np.zeros(2 * len(runs.starts) + 1, np.int32)
    values[1::2] = regions + 1
    bounds = np.stack([runs.starts, runs.ends], axis=1).reshape(-1)
    lengths = np.diff(bounds, prepend=0, append=mask.shape[0] * runs.stride)
    flat = np.repeat(values, lengths)
    return Components(np.ascontiguousarray(flat.reshape(mask.shape[0], runs.stride)[:, 1:-1]), sizes)


def fill_holes(mask: BoolArray, smaller_than: float, *, connectivity: Connectivity = 8, enclosed: bool = False) -> BoolArray:
    """Fill the regions off the mask that have fewer pixels than `smaller_than`.

    Parameters
    ----------
    enclosed : bool
        Fill only what the mask is all around. The reference (segment_anything/utils/amg.py, ``remove_small_regions``) also fills
        what lies between the mask and the picture's border when it is that small.

    Returns
    -------
    bool, shape (height, width)
        The mask itself, not a copy, when there is nothing to fill.
    """
    runs = _runs(mask, of=False)
    small, _ = _small_regions(runs, smaller_than, connectivity, runs.at_border(mask.shape[0]) if enclosed else None)
    return mask if small is None else _with_runs(mask, small, True)


def remove_islands(mask: BoolArray, smaller_than: float, *, connectivity: Connectivity = 8) -> BoolArray:
    """Remove the regions of the mask that have fewer pixels than `smaller_than`; when all have, the largest stays.

    Returns
    -------
    bool, shape (height, width)
        The mask itself, not a copy, when there is nothing to remove.
    """
    small, largest = _small_regions(_runs(mask), smaller_than, connectivity)
    if small is None:
        return mask
    if largest is None:
        return _with_runs(mask, small, False)
    return _with_runs(np.zeros_like(mask), largest, True)


@dataclass(frozen=True)
class _Runs:
    """Runs of pixels, row by row, as places in a flat picture whose rows have one more pixel, off the mask, at either end.

    Attributes
    ----------
    starts, ends : int64, shape (n,)
        A run is ``starts[k]:ends[k]``.
    stride : int
        The length of such a row.
    """

    starts: Int64Array
    ends: Int64Array
    stride: int

    def __getitem__(self, which: BoolArray) -> _Runs:
        return _Runs(self.starts[which], self.ends[which], self.stride)

    def at_border(self, height: int) -> BoolArray:
        """Tell which runs reach the border of a picture of so many rows."""
        rows, first = np.divmod(self.starts, self.stride)
        return np.asarray((first == 1) | (self.ends % self.stride == self.stride - 1) | (rows == 0) | (rows == height - 1))


def _runs(mask: BoolArray, *, of: bool = True) -> _Runs:
    height, stride = mask.shape[0], mask.shape[1] + 2
    found = [np.zeros(0, np.intp)]  # as np.repeat takes it, which is 32 bits in the page
    rows = max(1, _AT_ONCE // stride)
    for top in range(0, height, rows):  # by strips: there may be many megapixels, and no run goes on in another row
        strip = mask[top : top + rows]
        padded = np.zeros((len(strip), stride), np.bool_)
        padded[:, 1:-1] = strip == of
        flat = padded.reshape(-1)
        found.append(np.flatnonzero(flat[1:] != flat[:-1]) + (1 + top * stride))
    changes = np.concatenate(found)
    return _Runs(changes[::2], changes[1::2], stride)


def _connect(runs: _Runs, connectivity: Connectivity) -> tuple[Int64Array, Int64Array]:
    """Give each run its region, 0 to n - 1, and the n regions' sizes."""
    upper, lower = _touching(runs, 0 if connectivity == 8 else 1)
    roots = _roots(len(runs.starts), upper, lower)
    first, regions = np.unique(roots, return_inverse=True)
    sizes = np.bincount(regions, weights=runs.ends - runs.starts, minlength=len(first))
    return regions.astype(np.int64), sizes.astype(np.int64)


def _touching(runs: _Runs, overlap: int) -> tuple[Int64Array, Int64Array]:
    """Give all pairs of runs (k,), (k,) that touch across two rows; they must share `overlap` columns, or corners."""
    # As both ends rise from run to run, those that touch one are neighbours in the list. The empty pixels at the rows' ends
    # keep one row's last run apart from the next but one's first.
    first = np.searchsorted(runs.ends, runs.starts + runs.stride + overlap, side="left")
    last = np.searchsorted(runs.starts, runs.ends + runs.stride - overlap, side="right")
    return expand_ranges(first, np.maximum(last, first))


def _roots(count: int, one: Int64Array, other: Int64Array) -> Int64Array:
    """Join pairs: each of `count` nodes gets the lowest node that it is connected with (union-find, all pairs at a time)."""
    roots = np.arange(count)
    while True:
        one, other = roots[one], roots[other]
        apart = one != other
        if not apart.any():
            return roots
        one, other = one[apart], other[apart]
        np.minimum.at(roots, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(higher := roots[roots], roots):
            roots = higher


def _small_regions(
    runs: _Runs, smaller_than: float, connectivity: Connectivity, kept: BoolArray | None = None
) -> tuple[_Runs | None, _Runs | None]:
    """Give the runs of the regions that are too small, if any, and of the largest where all are.

    No region that one of the runs `kept`, bool (n,), belongs to is too small.
    """
    regions, sizes = _connect(runs, connectivity)
    small = sizes < smaller_than
    if kept is not None:
        small[regions[kept]] = False
    if not small.any():
        return None, None
    largest = runs[regions == sizes.argmax()] if small.all() else None
    return runs[small[regions]], largest


def _with_runs(mask: BoolArray, runs: _Runs, value: bool) -> BoolArray:
    """Give a copy of the mask with other runs set to `value`."""
    rows, columns = np.divmod(runs.starts, runs.stride)
    starts = rows * (runs.stride - 2) + columns - 1
    _, pixels = expand_ranges(starts, starts + runs.ends - runs.starts)
    changed = mask.copy(order="C")
    changed.reshape(-1)[pixels] = value
    return changed
