"""Rings that meet themselves, mended: what goes out on a line and back encloses nothing, and a loop is a ring of its own."""

from __future__ import annotations

import numpy as np

from tabsam.arrays import BoolArray, Float64Array
from tabsam.geometry.outline import Outline, from_polygons


def without_spikes(line: Outline) -> Outline:
    """Leave out spikes, and rings of which then fewer than three corners are left; the outline itself where it has none."""
    if not _has_tips(line):
        return line
    polygons = [[_blunt(ring) for ring in rings] for rings in line.polygons()]
    return from_polygons([[ring for ring in rings if len(ring) > 3] for rings in polygons if len(rings[0]) > 3])


def with_loops_apart(line: Outline) -> Outline:
    """Make two of each ring that comes by one of its vertices twice; the outline itself where none does."""
    rings = line.rings()
    if not any(_comes_twice(ring) for ring in rings):
        return line
    from tabsam.geometry.containment import nest_rings  # here: few need it, and the start waits for every import

    return nest_rings([loop for ring in rings for loop in _loops(ring)])


def _has_tips(line: Outline) -> bool:
    """Tell, for all rings at a time, whether any has a spike."""
    if not len(line.vertices):
        return False
    edges = np.diff(line.vertices, axis=0)
    offsets = line.ring_offsets.astype(np.int64)
    corners = np.delete(np.arange(len(line.vertices)), offsets[1:] - 1)  # each ring's last vertex is its first
    before = corners - 1
    before[np.searchsorted(corners, offsets[:-1])] = offsets[1:] - 2
    return bool(_turns_back(edges[before], edges[corners]).any())


def _blunt(ring: Float64Array) -> Float64Array:
    """Leave out a closed ring's spikes, (n, 2); fewer than four vertices are left where it is spikes alone."""
    corners = ring[:-1]
    while len(corners):
        tips = _turns_back(corners - np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0) - corners)
        if not tips.any():
            break
        # Two tips side by side may be each other's reason: one goes at a time.
        tips[1:] &= ~tips[:-1]
        corners = corners[~tips]
    return np.concatenate([corners, corners[:1]])


def _turns_back(come: Float64Array, go: Float64Array) -> BoolArray:
    """Tell of corners, by the edges to and from each, whether the ring turns back there on its own line, or stands still."""
    level = come[:, 0] * go[:, 1] == come[:, 1] * go[:, 0]
    return np.asarray(level & ((come * go).sum(axis=1) <= 0))


def _comes_twice(ring: Float64Array) -> bool:
    places = np.sort(ring[:-1, 0] + 1j * ring[:-1, 1])
    return bool((places[1:] == places[:-1]).any())


def _loops(ring: Float64Array) -> list[Float64Array]:
    loops = []
    path: list[tuple[float, float]] = []
    for x, y in ring.tolist():
        if (x, y) in path:  # few rings come here, and those are short
            start = path.index((x, y))
            loops.append([*path[start:], (x, y)])
            del path[start:]
        path.append((x, y))
    return [np.array(loop) for loop in loops if len(loop) > 3]
