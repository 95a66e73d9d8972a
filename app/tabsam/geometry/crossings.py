"""Where edges cross: a sweep from the left finds which may, and the sides of their ends say whether they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsam.arrays import Float64Array, Int64Array
from tabsam.geometry.edges import Edges
from tabsam.geometry.ranges import batches, expand_ranges

PAIRS_AT_ONCE = 2_000_000
"""Of what may meet: more are looked at some at a time."""


@dataclass(frozen=True)
class Crossings:
    """Where edges cross, not where they only touch.

    Attributes
    ----------
    one, other : int64, shape (C,)
        Which edges.
    along_one, along_other : float64, shape (C,), in [0, 1]
        How far along these.
    points : float64, shape (C, 2)
    """

    one: Int64Array
    other: Int64Array
    along_one: Float64Array
    along_other: Float64Array
    points: Float64Array


def self_crossings(edges: Edges) -> Crossings:
    """Find where edges of one outline cross each other."""
    order, later, last = _near_ones(edges)
    return _concatenated(list(_crossings(edges, edges, order, order, later, last)))


def crosses_itself(edges: Edges, *, pairs_at_most: int) -> bool:
    """Tell whether edges of one outline cross each other; no more is looked for than the first, and of too many pairs none."""
    order, later, last = _near_ones(edges)
    if (last - later).sum(dtype=np.int64) > pairs_at_most:
        return False
    return any(len(part.one) for part in _crossings(edges, edges, order, order, later, last))


def crossings_between(one: Edges, other: Edges) -> Crossings:
    """Find where edges of one outline cross those of another."""
    found = []
    for swapped, (a, b) in enumerate([(one, other), (other, one)]):
        low, high = np.minimum(a.begin[:, 0], a.end[:, 0]), np.maximum(a.begin[:, 0], a.end[:, 0])
        starts = np.minimum(b.begin[:, 0], b.end[:, 0])
        order = np.argsort(starts, kind="stable")
        starts = starts[order]
        # Of two that share an x one begins within the other; those that begin at the same x are taken the first time.
        first = np.searchsorted(starts, low, side="right" if swapped else "left")
        last = np.maximum(np.searchsorted(starts, high, side="right"), first)
        part = _concatenated(list(_crossings(a, b, np.arange(len(a)), order, first, last)))
        found.append(_swapped(part) if swapped else part)
    return _concatenated(found)


def _near_ones(edges: Edges) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Order edges from the left, and give for each which of those after it begin before it ends: only these can cross it."""
    low, high = np.minimum(edges.begin, edges.end), np.maximum(edges.begin, edges.end)
    order = np.argsort(low[:, 0], kind="stable")
    later = np.arange(1, len(order) + 1)
    return order, later, np.maximum(np.searchsorted(low[order, 0], high[order, 0], side="right"), later)


def _crossings(
    one: Edges, other: Edges, one_order: Int64Array, other_order: Int64Array, first: NDArray[np.intp], last: NDArray[np.intp]
) -> Iterator[Crossings]:
    """Test each edge ``one_order[k]`` with ``other_order[first[k]:last[k]]``, so many pairs at a time."""
    for some in batches(last - first, PAIRS_AT_ONCE):
        which, position = expand_ranges(first[some].astype(np.int64), last[some].astype(np.int64))
        yield _tested(one, other, one_order[which + some.start], other_order[position])


def _tested(one: Edges, other: Edges, i: Int64Array, j: Int64Array) -> Crossings:
    near = (np.minimum(one.begin[:, 1], one.end[:, 1])[i] < np.maximum(other.begin[:, 1], other.end[:, 1])[j]) & (
        np.minimum(other.begin[:, 1], other.end[:, 1])[j] < np.maximum(one.begin[:, 1], one.end[:, 1])[i]
    )
    i, j = i[near], j[near]
    a, b, c, d = one.begin[i], one.end[i], other.begin[j], other.end[j]
    side_a, side_b, side_c, side_d = _side(c, d, a), _side(c, d, b), _side(a, b, c), _side(a, b, d)
    cross = (np.sign(side_a) * np.sign(side_b) < 0) & (np.sign(side_c) * np.sign(side_d) < 0)
    a, b, i, j = a[cross], b[cross], i[cross], j[cross]
    along_one = side_a[cross] / (side_a[cross] - side_b[cross])
    along_other = side_c[cross] / (side_c[cross] - side_d[cross])
    points = a + along_one[:, np.newaxis] * (b - a)
    # On an edge that is level or upright to the last digit: the picture's border is, and so are pixels' edges.
    for begin, end in ((a, b), (c[cross], d[cross])):
        points = np.where(begin == end, begin, points)
    return Crossings(i, j, along_one, along_other, points)


def _side(a: Float64Array, b: Float64Array, point: Float64Array) -> Float64Array:
    return np.asarray((b[:, 0] - a[:, 0]) * (point[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (point[:, 0] - a[:, 0]))


def _swapped(found: Crossings) -> Crossings:
    return Crossings(found.other, found.one, found.along_other, found.along_one, found.points)


def _concatenated(found: list[Crossings]) -> Crossings:
    if not found:
        nothing = np.zeros(0, np.int64)
        return Crossings(nothing, nothing, np.zeros(0), np.zeros(0), np.zeros((0, 2)))
    return Crossings(
        np.concatenate([part.one for part in found]),
        np.concatenate([part.other for part in found]),
        np.concatenate([part.along_one for part in found]),
        np.concatenate([part.along_other for part in found]),
        np.concatenate([part.points for part in found]),
    )
