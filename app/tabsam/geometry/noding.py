"""Two outlines brought to common vertices: wherever they cross, touch or run along each other, both have the very same ones.

From there on nothing needs to be measured: edges that both outlines have are equal, and others have nothing in common but ends.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tabsam.arrays import Float64Array, Int64Array
from tabsam.geometry.crossings import PAIRS_AT_ONCE, crossings_between
from tabsam.geometry.edges import Edges, edges_of
from tabsam.geometry.outline import Outline
from tabsam.geometry.ranges import batches, expand_ranges

NEAR = 1e-6
"""Image pixels. What lies no farther apart is the same place: far above what rounding does, far below what a file says."""


def node(one: Outline, other: Outline) -> tuple[Outline, Outline]:
    """Give two outlines the vertices that they need to have in common.

    Returns
    -------
    Outline, Outline
        Vertices of the first stay where they are, to the last digit; those of the second that are nearer than :data:`NEAR` to one
        of the first lie there. No edge is without length.
    """
    other = _snapped(other, one.vertices)
    one, other = _with_vertices_of(one, other), _with_vertices_of(other, one)
    met = crossings_between(edges_of(one), edges_of(other))
    return _inserted(one, met.one, met.along_one, met.points), _inserted(other, met.other, met.along_other, met.points)


def _snapped(line: Outline, places: Float64Array) -> Outline:
    """Move vertices to the places that they are near to."""
    order = np.argsort(places[:, 0], kind="stable")
    x = places[order, 0]
    first = np.searchsorted(x, line.vertices[:, 0] - NEAR)
    vertex, position = expand_ranges(first, np.searchsorted(x, line.vertices[:, 0] + NEAR, side="right"))
    place = order[position]
    near = np.abs(line.vertices[vertex, 1] - places[place, 1]) <= NEAR
    vertices = line.vertices.copy()
    vertices[vertex[near]] = places[place[near]]
    return Outline(vertices, line.ring_offsets, line.polygon_offsets)


def _with_vertices_of(line: Outline, other: Outline) -> Outline:
    """Put the other's vertices that lie on an edge in there."""
    edges, points = edges_of(line), other.vertices
    found = list(lying_on(edges, points))
    if not found:
        return line
    edge, point, along = (np.concatenate(part) for part in zip(*found, strict=True))
    return _inserted(line, edge, along, points[point])


def lying_on(edges: Edges, points: Float64Array) -> Iterator[tuple[Int64Array, Int64Array, Float64Array]]:
    """Give which edge which point lies on, not at an end, and how far along, some at a time."""
    order = np.argsort(points[:, 0], kind="stable")
    x = points[order, 0]
    low, high = np.minimum(edges.begin, edges.end) - NEAR, np.maximum(edges.begin, edges.end) + NEAR
    first = np.searchsorted(x, low[:, 0])
    last = np.searchsorted(x, high[:, 0], side="right")
    for some in batches(last - first, PAIRS_AT_ONCE):
        edge, position = expand_ranges(first[some], last[some])
        edge, point = edge + some.start, order[position]
        level = (points[point, 1] >= low[edge, 1]) & (points[point, 1] <= high[edge, 1])
        edge, point = edge[level], point[level]
        run, away = (edges.end - edges.begin)[edge], points[point] - edges.begin[edge]
        length = np.hypot(*run.T)
        kept = length > 0
        edge, point, run, away, length = edge[kept], point[kept], run[kept], away[kept], length[kept]
        along = (away * run).sum(axis=1) / length
        aside = (away[:, 0] * run[:, 1] - away[:, 1] * run[:, 0]) / length
        on = (np.abs(aside) <= NEAR) & (along > NEAR) & (along < length - NEAR)
        yield edge[on], point[on], along[on] / length[on]


def _inserted(line: Outline, edge: Int64Array, along: Float64Array, points: Float64Array) -> Outline:
    """Put points in on edges, in order, and leave out vertices that repeat the one before."""
    count, first = len(line.vertices), edges_of(line).first[edge]
    where = np.append(np.arange(count), first)
    order = np.lexsort((np.append(np.zeros(count), along), where))
    vertices, where = np.concatenate([line.vertices, points])[order], where[order]
    starts = np.searchsorted(where, line.ring_offsets[:-1])
    kept = np.append(True, (vertices[1:] != vertices[:-1]).any(axis=1))
    kept[starts] = True
    before = np.append(0, np.cumsum(kept))
    offsets = before[np.searchsorted(where, line.ring_offsets)].astype(np.uint32)
    return Outline(vertices[kept], offsets, line.polygon_offsets)


def place_ids(*lines: Outline) -> list[NDArray[np.intp]]:
    """Give each vertex of noded outlines a number, (N,) for each outline, which is the same for the same place in all."""
    vertices = np.concatenate([line.vertices for line in lines])
    # As complex numbers: NumPy sorts these as pairs, and rows of an array much more slowly.
    numbers = np.unique(vertices[:, 0] + 1j * vertices[:, 1], return_inverse=True)[1].reshape(-1)
    return np.split(numbers, np.cumsum([len(line.vertices) for line in lines])[:-1])
