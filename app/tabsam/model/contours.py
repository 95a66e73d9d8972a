"""From logits to outlines: sub-pixel polygons with holes, in the picture's coordinates.

The outline is the zero line of the bilinearly interpolated logits, so it runs where the full-size mask ends, at a fraction
of the cost of making that mask. (0, 0) is the outer corner of the top-left pixel.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TypeAlias, cast

import contourpy
import numpy as np
from numpy.typing import NDArray

from tabsam.arrays import BoolArray, Float32Array, Float64Array, UInt32Array
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.model.masks import content_logits
from tabsam.model.preprocess import Frame

_OneChunk: TypeAlias = tuple[list[Float64Array | None], list[UInt32Array | None], list[UInt32Array | None]]
"""What contourpy gives for FillType.ChunkCombinedOffsetOffset: one entry a chunk, None where there is nothing."""


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
