"""Outlines with fewer vertices: Douglas and Peucker's (1973), all stretches of all rings at a time.

It keeps the vertices that one stretch after the other would, in some fifteen steps where that takes one for each of them.
"""

from __future__ import annotations

import numpy as np

from tabsam.arrays import BoolArray, Float64Array, Int64Array
from tabsam.geometry.mending import without_spikes
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.geometry.ranges import expand_ranges


def simplify(line: Outline, tolerance: float) -> Outline:
    """Leave out vertices that lie within ``tolerance`` image pixels of the line without them.

    Rings that would keep fewer than three corners are left out, and with its boundary a polygon's holes.
    """
    if tolerance <= 0 or not len(line.vertices):
        return line
    keep = _kept(line, tolerance)
    polygons, start = [], 0
    for rings in line.polygons():
        thin = []
        for ring in rings:
            thin.append(ring[keep[start : start + len(ring)]])
            start += len(ring)
        if len(thin[0]) > 3:
            polygons.append([ring for ring in thin if len(ring) > 3])
    return without_spikes(from_polygons(polygons))


def _kept(line: Outline, tolerance: float) -> BoolArray:
    """Tell for each vertex whether it stays."""
    offsets = line.ring_offsets.astype(np.int64)
    first, last = offsets[:-1], offsets[1:] - 1
    # Each ring is two stretches, between its first vertex and the one farthest from it, so that neither collapses.
    lengths = last - first + 1
    away = ((line.vertices - line.vertices[first].repeat(lengths.astype(np.intp), axis=0)) ** 2).sum(axis=1)
    farthest, _ = _largest(away, first, lengths)
    keep = np.zeros(len(line.vertices), np.bool_)
    keep[first] = keep[last] = keep[farthest] = True
    starts, ends = np.append(first, farthest), np.append(farthest, last)
    while True:
        open_ = ends - starts > 1
        starts, ends = starts[open_], ends[open_]
        if not len(starts):
            return keep
        stretch, vertex = expand_ranges(starts + 1, ends)
        distances = _distances(line.vertices, vertex, starts[stretch], ends[stretch])
        lengths = ends - starts - 1
        at, largest = _largest(distances, np.cumsum(lengths) - lengths, lengths)
        far = largest > tolerance
        middle, starts, ends = vertex[at[far]], starts[far], ends[far]
        keep[middle] = True
        starts, ends = np.append(starts, middle), np.append(middle, ends)


def _largest(values: Float64Array, starts: Int64Array, lengths: Int64Array) -> tuple[Int64Array, Float64Array]:
    """Give for each stretch of values, one after the other, where its largest is, the first of equals, and that value."""
    largest = np.maximum.reduceat(values, starts.astype(np.intp))
    found = np.flatnonzero(values == largest.repeat(lengths.astype(np.intp)))
    return found[np.searchsorted(found, starts)], largest


def _distances(vertices: Float64Array, vertex: Int64Array, start: Int64Array, end: Int64Array) -> Float64Array:
    """Measure how far vertices are from the segments between two others."""
    offset, direction = vertices[vertex] - vertices[start], vertices[end] - vertices[start]
    length_squared = (direction**2).sum(axis=1)
    along = np.divide((offset * direction).sum(axis=1), length_squared, out=np.zeros(len(vertex)), where=length_squared > 0)
    return np.asarray(np.hypot(*(offset - np.clip(along, 0, 1)[:, np.newaxis] * direction).T))
