"""What lies in what: points in rings, by the even-odd rule, and rings in rings."""

from __future__ import annotations

import numpy as np

from tabsam.arrays import BoolArray, Float64Array
from tabsam.geometry.edges import Edges, ring_edges
from tabsam.geometry.outline import Outline, from_polygons

_TESTS_AT_ONCE = 4_000_000


def points_inside(points: Float64Array, edges: Edges) -> BoolArray:
    """Tell which points, (N, 2), lie inside edges that close into rings, by the even-odd rule."""
    within = np.zeros(len(points), np.bool_)
    slopes = _slopes(edges)
    at_once = max(1, _TESTS_AT_ONCE // max(1, len(edges)))
    for first in range(0, len(points), at_once):
        x, y = points[first : first + at_once, :1], points[first : first + at_once, 1:]
        spanned = (edges.begin[:, 1] > y) != (edges.end[:, 1] > y)
        right = x < edges.begin[:, 0] + (y - edges.begin[:, 1]) * slopes
        within[first : first + at_once] = np.count_nonzero(spanned & right, axis=1) % 2 == 1
    return within


def nest_rings(rings: list[Float64Array]) -> Outline:
    """Put closed rings into polygons: each hole to the ring that it lies in; where rings cross, it may be alone."""
    if not rings:
        return from_polygons([])
    middles = np.array([(ring[0] + ring[1]) / 2 for ring in rings])
    lows, highs = np.array([ring.min(axis=0) for ring in rings]), np.array([ring.max(axis=0) for ring in rings])
    around: list[list[int]] = [[] for _ in rings]
    for index, ring in enumerate(rings):
        near = ((middles > lows[index]) & (middles < highs[index])).all(axis=1)
        near[index] = False
        candidates = np.flatnonzero(near)
        for member in candidates[points_inside(middles[candidates], ring_edges(ring))].tolist():
            around[member].append(index)
    polygons = {index: [ring] for index, ring in enumerate(rings) if len(around[index]) % 2 == 0}
    for index, outer in enumerate(around):
        if len(outer) % 2:
            # The nearest around it is the one that itself has the most around it.
            nearest = max((ring for ring in outer if ring in polygons), key=lambda ring: len(around[ring]), default=index)
            polygons.setdefault(nearest, []).append(rings[index])
    return from_polygons(list(polygons.values()))


def _slopes(edges: Edges) -> Float64Array:
    """Give dx / dy, 0 for level edges, which no level ray crosses."""
    run, rise = (edges.end - edges.begin).T
    return np.asarray(np.divide(run, rise, out=np.zeros(len(edges)), where=rise != 0))
