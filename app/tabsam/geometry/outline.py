"""An outline: polygons with holes, in the picture's coordinates. (0, 0) is the outer corner of the top-left pixel."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import Float64Array, Int64Array, UInt32Array

FARTHEST = 1e7
"""Pixels; beyond this lies no picture, and what lies there is a mistake."""


@dataclass(frozen=True, eq=False)
class Outline:
    """Polygons with holes, as flat arrays. Two are equal only if they are the same one.

    Attributes
    ----------
    vertices : float64, shape (N, 2)
        x, y in image pixels; each ring is closed, its last vertex repeats the first.
    ring_offsets : uint32, shape (R + 1,)
        Ring k is ``vertices[ring_offsets[k]:ring_offsets[k + 1]]``.
    polygon_offsets : uint32, shape (P + 1,)
        Polygon k is the rings ``polygon_offsets[k]`` to ``polygon_offsets[k + 1]``: its boundary, then its holes.
    """

    vertices: Float64Array
    ring_offsets: UInt32Array
    polygon_offsets: UInt32Array

    def rings(self) -> list[Float64Array]:
        """Give every ring, (n, 2) each, boundaries and holes alike (fill them with the even-odd rule)."""
        return [self.vertices[start:end] for start, end in _spans(self.ring_offsets)]

    def polygons(self) -> list[list[Float64Array]]:
        """Give each polygon as its rings, the boundary first."""
        rings = self.rings()
        return [rings[start:end] for start, end in _spans(self.polygon_offsets)]


def from_polygons(polygons: list[list[Float64Array]]) -> Outline:
    """Put polygons, each its rings with the boundary first, into flat arrays."""
    rings = [ring for polygon in polygons for ring in polygon]
    return Outline(
        np.concatenate(rings) if rings else np.zeros((0, 2)),
        _offsets([len(ring) for ring in rings]),
        _offsets([len(polygon) for polygon in polygons]),
    )


def joined(lines: Sequence[Outline]) -> Outline:
    """Put the polygons of outlines together, one outline's after the other's."""
    rings = np.cumsum([0, *(len(line.vertices) for line in lines)])
    polygons = np.cumsum([0, *(len(line.ring_offsets) - 1 for line in lines)])
    return Outline(
        np.concatenate([np.zeros((0, 2)), *(line.vertices for line in lines)]),
        _end_to_end([line.ring_offsets for line in lines], rings),
        _end_to_end([line.polygon_offsets for line in lines], polygons),
    )


def area(line: Outline) -> float:
    """Measure what the outline encloses, holes taken off, in square image pixels."""
    return sum(2 * _ring_area(rings[0]) - sum(map(_ring_area, rings)) for rings in line.polygons())


def signed_area(ring: Float64Array) -> float:
    """Measure a closed ring (n, 2) in square image pixels: above 0 where it runs counter-clockwise, with y up."""
    x, y = (ring - ring[0]).T  # small numbers, wherever it lies
    return float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2


def _ring_area(ring: Float64Array) -> float:
    return abs(signed_area(ring))


def _end_to_end(offsets: Sequence[UInt32Array], begins: Int64Array) -> UInt32Array:
    """Put lists of offsets, each from 0, behind each other."""
    moved = [one[:-1] + np.uint32(begin) for one, begin in zip(offsets, begins.tolist(), strict=False)]
    return np.concatenate([*moved, begins[-1:]]).astype(np.uint32)


def _spans(offsets: UInt32Array) -> list[tuple[int, int]]:
    bounds = offsets.tolist()
    return list(itertools.pairwise(bounds))


def _offsets(lengths: list[int]) -> UInt32Array:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32)
