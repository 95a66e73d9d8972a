"""From logits to outlines: sub-pixel polygons with holes, in the picture's coordinates.

The outline is the zero line of the bilinearly interpolated logits, so it runs where the full-size mask ends, at a fraction
of the cost of making that mask. (0, 0) is the outer corner of the top-left pixel.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TypeAlias, cast

import contourpy
import numpy as np
from numpy.typing import NDArray

from tabsam.arrays import BoolArray, Float32Array, Float64Array, UInt32Array
from tabsam.masks import content_logits
from tabsam.preprocess import Frame

_OneChunk: TypeAlias = tuple[list[Float64Array | None], list[UInt32Array | None], list[UInt32Array | None]]
"""What contourpy gives for FillType.ChunkCombinedOffsetOffset: one entry a chunk, None where there is nothing."""


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


def outline(logits: Float32Array, frame: Frame, *, refine: int = 1, threshold: float = 0.0) -> Outline:
    """Follow the edge of the mask.

    Parameters
    ----------
    logits : float32, shape (h, w)
        On the decoder's own grid.
    refine : int, >= 1
        Into how many steps each cell of the grid is cut. The edge is straight within a step; 1 is right for a screen, 4 puts an
        exported outline within a small fraction of a cell of the true edge.
    threshold : float, in logits

    Returns
    -------
    Outline
        Without rings when the mask is empty; a mask that touches the picture's border is closed along it.
    """
    values = content_logits(logits, frame)
    extent = values.shape if frame.upscales_twice else frame.content_on_grid(logits.shape)
    inside = values > threshold
    if not inside.any():
        return from_polygons([])
    # Only around the mask: most masks are small, and a click waits for three of them.
    y = _sample_axis(values.shape[0], extent[0], refine).around(np.asarray(inside.any(axis=1)))
    x = _sample_axis(values.shape[1], extent[1], refine).around(np.asarray(inside.any(axis=0)))
    samples = x.interpolate(y.interpolate(values, axis=0), axis=1)
    height, width = frame.image_size
    generator = contourpy.contour_generator(
        x=x.positions * (width / extent[1]),
        y=y.positions * (height / extent[0]),
        z=samples,
        name="serial",
        fill_type=contourpy.FillType.ChunkCombinedOffsetOffset,
    )
    points, ring_offsets, polygon_offsets = cast(_OneChunk, generator.filled(threshold, np.inf))
    if points[0] is None or ring_offsets[0] is None or polygon_offsets[0] is None:
        return from_polygons([])
    return Outline(points[0], ring_offsets[0], polygon_offsets[0])


def without_small(line: Outline, below: float) -> Outline:
    """Leave out holes, then polygons, that enclose less than ``below`` square image pixels; the largest polygon stays."""
    polygons = [[rings[0], *(hole for hole in rings[1:] if _ring_area(hole) >= below)] for rings in line.polygons()]
    areas = [2 * _ring_area(rings[0]) - sum(map(_ring_area, rings)) for rings in polygons]
    least = min(below, max(areas, default=0.0))
    return from_polygons([rings for rings, size in zip(polygons, areas, strict=True) if size >= least])


def from_polygons(polygons: list[list[Float64Array]]) -> Outline:
    """Put polygons, each its rings with the boundary first, into flat arrays."""
    rings = [ring for polygon in polygons for ring in polygon]
    return Outline(
        np.concatenate(rings) if rings else np.zeros((0, 2)),
        _offsets([len(ring) for ring in rings]),
        _offsets([len(polygon) for polygon in polygons]),
    )


def area(line: Outline) -> float:
    """Measure what the outline encloses, holes taken off, in square image pixels."""
    return sum(2 * _ring_area(rings[0]) - sum(map(_ring_area, rings)) for rings in line.polygons())


def _ring_area(ring: Float64Array) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2


@dataclass(frozen=True)
class _Samples:
    """Where an axis is sampled, and between which two cells each sample lies."""

    positions: Float64Array
    lower: NDArray[np.intp]
    upper: NDArray[np.intp]
    weights: Float32Array

    def around(self, cells: BoolArray) -> _Samples:
        """Keep the samples from the last before the first of some cells, to the first after the last of them."""
        first, last = np.flatnonzero(cells)[[0, -1]]
        start = int(np.searchsorted(self.upper, first - 1))
        end = int(np.searchsorted(self.lower, last + 1, side="right"))
        return _Samples(self.positions[start:end], self.lower[start:end], self.upper[start:end], self.weights[start:end])

    def interpolate(self, values: Float32Array, axis: int) -> Float32Array:
        """Sample an array along an axis."""
        lower = _picked(values, self.lower, axis)
        if not self.weights.any():
            return lower
        weights = self.weights.reshape((-1, 1) if axis == 0 else (1, -1))
        return lower + (_picked(values, self.upper, axis) - lower) * weights


def _picked(values: Float32Array, cells: NDArray[np.intp], axis: int) -> Float32Array:
    # By indexing: `take` is ten times slower along rows.
    return values[cells] if axis == 0 else values[:, cells]


@functools.lru_cache(maxsize=16)
def _sample_axis(length: int, extent: float, refine: int) -> _Samples:
    """Sample an axis of ``length`` cells at its cells' centres, at the steps between them, and at both ends of the picture.

    Without the ends a mask that touches the border would stop half a cell short of it.
    """
    centres = np.arange((length - 1) * refine + 1) / refine + 0.5
    positions = np.concatenate([[0.0], centres[centres < extent], [extent]])
    on_cells = np.clip(positions - 0.5, 0, length - 1)
    lower = np.floor(on_cells).astype(np.intp)
    return _Samples(positions, lower, np.minimum(lower + 1, length - 1), (on_cells - lower).astype(np.float32))


def _spans(offsets: UInt32Array) -> list[tuple[int, int]]:
    bounds = offsets.tolist()
    return list(itertools.pairwise(bounds))


def _offsets(lengths: list[int]) -> UInt32Array:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32)
