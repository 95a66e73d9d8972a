"""Ranges of numbers, many at a time: counted up, cut into batches, merged where they touch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tabsam.arrays import Float64Array, Int64Array

Places = TypeVar("Places", Int64Array, Float64Array)


def expand_ranges(first: Int64Array, end: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Count from each of several numbers up to, and without, another, one range after the other.

    Returns
    -------
    ranges, numbers : int64, shape (N,)
        Which range each of the numbers is of, and the numbers.
    """
    lengths = (end - first).astype(np.intp)  # what repeat takes: 32 bits in Pyodide
    ranges = np.repeat(np.arange(len(lengths)), lengths)
    return ranges, np.arange(len(ranges)) + np.repeat(first + lengths - np.cumsum(lengths), lengths)


def batches(counts: NDArray[np.intp] | Int64Array, at_once: int) -> Iterator[slice]:
    """Cut a list into parts whose counts come to no more than `at_once`, but for a part of one."""
    totals = np.cumsum(counts, dtype=np.int64)  # more than 32 bits hold, where they are many
    start = 0
    while start < len(counts):
        done = int(totals[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(totals, done + at_once, side="right")))
        yield slice(start, stop)
        start = stop


def merge_runs(starts: Places, ends: Places) -> tuple[Places, Places]:
    """Leave out empty runs, and make one of two that touch; starts and ends, (n,), must rise."""
    kept = ends > starts
    starts, ends = starts[kept], ends[kept]
    if not len(starts):
        return starts, ends
    apart = starts[1:] > ends[:-1]
    return starts[np.append(True, apart)], ends[np.append(apart, True)]
