"""Masks as runs along their rows: what costs by the length of their edges, however many pixels they have."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import AnyArray, BoolArray, Int64Array
from tabsam.geometry.ranges import expand_ranges
from tabsam.geometry.raster import Spans


@dataclass(frozen=True)
class Rows:
    """An object's pixels, as runs along the rows.

    Attributes
    ----------
    rows, starts, ends : int64, shape (R,)
        Sorted by row, then by column. An end is the first column that is not inside; runs of one row do not touch.
    """

    rows: Int64Array
    starts: Int64Array
    ends: Int64Array

    def __len__(self) -> int:
        return len(self.rows)


def rows_of_mask(mask: BoolArray, *, left: int = 0, top: int = 0) -> Rows:
    """Take a mask, bool (height, width), which lies at a place in a picture."""
    bounds = bounds_in_rows(mask)
    rows, columns = np.divmod(bounds, mask.shape[1] + 1)
    return Rows(rows[0::2] + top, columns[0::2] + left, columns[1::2] + left)


def bounds_in_rows(mask: BoolArray) -> Int64Array:
    """Give where runs of a mask begin and end by turns, as places in rows that are one longer than the mask's."""
    height, width = mask.shape
    changes = np.empty((height, width + 1), np.bool_)
    changes[:, 0], changes[:, -1] = (mask[:, 0], mask[:, -1]) if width else (False, False)
    np.not_equal(mask[:, 1:], mask[:, :-1], out=changes[:, 1:-1])
    return np.flatnonzero(changes).astype(np.int64)


def rows_of_spans(filled: Spans) -> Rows:
    """Take runs down the columns: between two columns the edges are where only one of them is inside."""
    if not len(filled.columns):
        nothing = np.zeros(0, np.int64)
        return Rows(nothing, nothing, nothing)
    stride = int(filled.bottoms.max()) + 1
    ends = np.column_stack([filled.tops, filled.bottoms]).ravel()
    columns = np.repeat(filled.columns, 2)
    x, first = _alternating(np.concatenate([columns * stride + ends, (columns + 1) * stride + ends]), stride)
    edge, rows = expand_ranges(first[0::2], first[1::2])
    width = int(x.max()) + 1
    bounds = np.sort(rows * width + x[0::2][edge])
    rows, columns = np.divmod(bounds, width)
    return Rows(rows[0::2], columns[0::2], columns[1::2])


def _alternating(keys: Int64Array, stride: int) -> tuple[Int64Array, Int64Array]:
    """Take those apart that are there once, in order; what is there twice goes in and out again."""
    keys.sort()
    again = keys[1:] == keys[:-1]
    once = keys[~(np.append(again, False) | np.append(False, again))]
    return np.divmod(once, stride)


def rows_of_labels(labels: AnyArray) -> tuple[AnyArray, list[Rows]]:
    """Take a label map, whole numbers (height, width), apart.

    Returns
    -------
    values : shape (V,)
        Those that are there, but 0, in order.
    rows : list of Rows
        Of each.
    """
    height, width = labels.shape
    begins = np.empty((height, width), np.bool_)
    begins[:, :1] = True
    np.not_equal(labels[:, 1:], labels[:, :-1], out=begins[:, 1:])
    starts = np.flatnonzero(begins)
    del begins
    found = labels.ravel()[starts]
    lengths = np.diff(starts, append=labels.size)
    kept = found != 0
    starts, lengths, found = starts[kept], lengths[kept], found[kept]
    order = np.argsort(found, kind="stable")
    values, first = np.unique(found[order], return_index=True)
    rows, columns = np.divmod(starts[order].astype(np.int64), max(width, 1))
    ends = columns + lengths[order]
    bounds = [*first.tolist(), len(order)]
    parts = [slice(begin, end) for begin, end in itertools.pairwise(bounds)]
    return values, [Rows(rows[part], columns[part], ends[part]) for part in parts]


def run_count(labels: AnyArray) -> int:
    """Count the runs of equal pixels in the rows of a picture, (height, width)."""
    return int(labels.shape[0]) + int(np.count_nonzero(labels[:, 1:] != labels[:, :-1]))


def box_of(rows: Rows) -> tuple[slice, slice]:
    """Give the rows and the columns of the smallest box around what is inside, of which there must be something."""
    return (
        slice(int(rows.rows[0]), int(rows.rows[-1]) + 1),
        slice(int(rows.starts.min()), int(rows.ends.max())),
    )
