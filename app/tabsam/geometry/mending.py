"""Rings that meet themselves, mended: what goes out on a line and back encloses nothing, and a loop is a ring of its own."""

from __future__ import annotations

import numpy as np

from tabsam.arrays import BoolArray, Float64Array
from tabsam.geometry.containment import nest_rings
from tabsam.geometry.outline import Outline


def without_spikes(ring: Float64Array) -> Float64Array:
    """Leave out a closed ring's spikes, (n, 2); the ring itself where it has none, less than four vertices of spikes alone."""
    corners = ring[:-1]
    while len(corners) and (tips := _tips(corners)).any():
        # Two tips side by side may be each other's reason: one goes at a time.
        tips[1:] &= ~tips[:-1]
        corners = corners[~tips]
    return ring if len(corners) == len(ring) - 1 else np.concatenate([corners, corners[:1]])


def with_loops_apart(line: Outline) -> Outline:
    """Make two of each ring that comes by one of its vertices twice; the outline itself where none does."""
    rings = line.rings()
    if not any(_comes_twice(ring) for ring in rings):
        return line
    return nest_rings([loop for ring in rings for loop in _loops(ring)])


def _tips(corners: Float64Array) -> BoolArray:
    """Tell of each corner whether the ring turns back there on the line that it came by, or stands still."""
    come, go = corners - np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0) - corners
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
