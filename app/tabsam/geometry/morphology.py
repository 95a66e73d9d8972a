"""An object's shape made smoother, fuller or thinner, whatever made its outline.

All is measured with a round structuring element, in image pixels. The work is done on a grid over the object of at most half a
million cells: a quarter of an image pixel each for an object of some 175 pixels, 4 pixels for one of 3000 x 2500. Edges come back
within a fifth of a cell, corners rounded by about a third of one, and what is thinner than a cell may be lost. The picture's
border is no edge of an object that goes on beyond it: such an object stays closed along the border.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import Float32Array, Size
from tabsam.errors import PromptError
from tabsam.geometry.cell_coverage import Grid, Intervals, grid_over, outline_of_coverage
from tabsam.geometry.containment import points_inside
from tabsam.geometry.edges import Edges, edges_of, ring_edges
from tabsam.geometry.outline import Outline, area, from_polygons, signed_area
from tabsam.geometry.set_operations import iou
from tabsam.geometry.simplifying import simplify

_CELLS = 500_000
_FINEST = 0.25
"""Image pixels to a cell, at least; no outline of pixels says more."""
_CELLS_A_RADIUS, _CELLS_A_SIGMA = 24, 4
"""What is changed on a large scale needs no fine cells."""
_TOLERANCE = 0.1
"""Cells by which the edges from which distances are measured may be off."""
_NEAR_BORDER = 1e-3
_FARTHEST = 1e6
"""Image pixels; no picture has so many a side, and what is far larger has no grid."""


@dataclass(frozen=True)
class Simplified:
    """An outline with fewer vertices.

    Attributes
    ----------
    outline : Outline
    vertex_count : int
        Its corners; that a ring's first is repeated at its end does not count.
    iou : float, in [0, 1]
        How alike it is to the outline before, in pixels.
    """

    outline: Outline
    vertex_count: int
    iou: float


def smooth(line: Outline, sigma: float, image_size: Size) -> Outline:
    """Round off what is small: the outline of the blurred shape, where it is one half.

    Parameters
    ----------
    sigma : float, in image pixels, >= 0
        The Gaussian's. What is thinner than it, or a hole that is, goes.

    Returns
    -------
    Outline
        Without rings when nothing is left; the same one for 0.

    Raises
    ------
    PromptError
        ``radius`` for a number that is below 0 or above a million.
    """
    if _checked(sigma) == 0:
        return line
    grid = _grid(line, sigma, image_size, sigma / _CELLS_A_SIGMA)
    if grid is None:
        return from_polygons([])
    field = Intervals.of(line, grid).coverage()
    for axis, cell in enumerate(reversed(grid.cell)):
        field = _blurred(field, sigma / cell, axis)
    return outline_of_coverage(field, grid)


def grow(line: Outline, radius: float, image_size: Size) -> Outline:
    """Add all that is within `radius` image pixels; below 0, take away all that is within as much of the outside.

    Returns
    -------
    Outline
        Clipped to the picture; without rings when nothing is left; the same one for 0.

    Raises
    ------
    PromptError
        ``radius`` for a number that is farther from 0 than a million.
    """
    if _checked(abs(radius)) == 0:
        return line
    return _dilated(line, radius, image_size) if radius > 0 else _eroded(line, -radius, image_size)


def open_(line: Outline, radius: float, image_size: Size) -> Outline:
    """Take away what a disc does not fit in: spurs, bridges and islands thinner than twice the radius. See :func:`smooth`."""
    if _checked(radius) == 0:
        return line
    return _dilated(_eroded(line, radius, image_size), radius, image_size)


def close(line: Outline, radius: float, image_size: Size) -> Outline:
    """Fill what a disc outside does not fit in: gaps, cracks and holes thinner than twice the radius. See :func:`smooth`."""
    if _checked(radius) == 0:
        return line
    # Beyond the border, too, and only then cut off: else what is near the border would grow together with it.
    return _eroded(_dilated(line, radius, None), radius, image_size, at_border=True)


def fill_holes(line: Outline, below_area: float = math.inf) -> Outline:
    """Fill holes that enclose less than an area, in square image pixels, with the islands in them; the same if there are none."""
    polygons = line.polygons()
    filled = [hole for rings in polygons for hole in rings[1:] if abs(signed_area(hole)) < below_area]
    if not filled:
        return line
    middles = np.array([(rings[0][0] + rings[0][1]) / 2 for rings in polygons])
    covered = np.zeros(len(polygons), np.bool_)
    for hole in filled:
        covered |= points_inside(middles, ring_edges(hole))
    return from_polygons(
        [
            [rings[0], *(hole for hole in rings[1:] if abs(signed_area(hole)) >= below_area)]
            for rings, gone in zip(polygons, covered.tolist(), strict=True)
            if not gone
        ]
    )


def remove_islands(line: Outline, below_area: float) -> Outline:
    """Remove parts of less than an area, in square image pixels, holes not counted; when all are smaller, the largest stays."""
    polygons = line.polygons()
    areas = np.array([area(from_polygons([rings])) for rings in polygons])
    small = areas < min(below_area, float(areas.max(initial=0)))
    if not small.any():
        return line
    return from_polygons([rings for rings, gone in zip(polygons, small.tolist(), strict=True) if not gone])


def without_small(line: Outline, below: float) -> Outline:
    """Leave out holes, then parts, that enclose less than ``below`` square image pixels; the largest part stays."""
    return remove_islands(fill_holes(line, below), below)


def simplified(line: Outline, tolerance: float, image_size: Size) -> Simplified:
    """Leave out vertices that lie within `tolerance` image pixels of the line without them, and say what that does.

    Raises
    ------
    PromptError
        ``radius`` for a number that is below 0 or above a million.
    """
    simpler = simplify(line, _checked(tolerance))
    count = len(simpler.vertices) - (len(simpler.ring_offsets) - 1)
    return Simplified(simpler, count, iou(line, simpler, image_size))


def _dilated(line: Outline, radius: float, image_size: Size | None) -> Outline:
    grid = _grid(line, radius, image_size, radius / _CELLS_A_RADIUS)
    if grid is None:
        return from_polygons([])
    around = Intervals.around(_few_edges(line, grid), radius, grid)
    return outline_of_coverage((Intervals.of(line, grid) | around).coverage(), grid)


def _eroded(line: Outline, radius: float, image_size: Size, *, at_border: bool = False) -> Outline:
    """Take away what is within a radius of the outline's edges, of those along the picture's border only if it is asked for."""
    grid = _grid(line, 0, image_size, radius / _CELLS_A_RADIUS)
    if grid is None:
        return from_polygons([])
    edges = _few_edges(line, grid)
    around = Intervals.around(edges if at_border else _off_border(edges, image_size), radius, grid)
    return outline_of_coverage((~(~Intervals.of(line, grid) | around)).coverage(), grid)


def _few_edges(line: Outline, grid: Grid) -> Edges:
    return edges_of(simplify(line, _TOLERANCE * min(grid.cell)))


def _off_border(edges: Edges, image_size: Size) -> Edges:
    """Leave out the edges that run along the picture's border."""
    along = np.zeros(len(edges), np.bool_)
    for axis, length in ((0, image_size[1]), (1, image_size[0])):
        begin, end = edges.begin[:, axis], edges.end[:, axis]
        along |= np.maximum(begin, end) <= _NEAR_BORDER
        along |= np.minimum(begin, end) >= length - _NEAR_BORDER
    return edges[~along]


def _grid(line: Outline, margin: float, image_size: Size | None, cell: float) -> Grid | None:
    """Lay a grid over an outline and a margin around it, where that is in the picture; None where nothing is.

    Parameters
    ----------
    cell : float
        In image pixels; finer cells are not needed.
    """
    if not len(line.vertices):
        return None
    low, high = line.vertices.min(axis=0), line.vertices.max(axis=0)
    cell = max(cell, _FINEST, math.sqrt(float(np.prod(high - low + 2 * margin)) / _CELLS))
    low, high = low - margin - 2 * cell, high + margin + 2 * cell
    if image_size is not None:
        low, high = np.maximum(low, 0), np.minimum(high, image_size[::-1])
    if not (high > low).all():
        return None
    return grid_over(low, high, cell)


def _blurred(field: Float32Array, sigma: float, axis: int) -> Float32Array:
    """Blur along an axis with a Gaussian, `sigma` in cells; beyond the ends it is as it is there."""
    reach = math.ceil(3 * sigma)
    weights = np.exp(-0.5 * (np.arange(reach + 1) / sigma) ** 2)
    weights /= 2 * weights.sum() - weights[0]
    padded = np.pad(field, [(reach, reach) if each == axis else (0, 0) for each in (0, 1)], mode="edge")
    length = field.shape[axis]
    blurred = field * np.float32(weights[0])
    for distance, weight in enumerate(weights[1:].tolist(), 1):
        before, after = (
            padded[start : start + length] if axis == 0 else padded[:, start : start + length]
            for start in (reach - distance, reach + distance)
        )
        blurred += (before + after) * np.float32(weight)
    return blurred


def _checked(length: float) -> float:
    if not 0 <= length <= _FARTHEST:
        raise PromptError("radius", f"A distance in image pixels must be a number from 0 to a million, not {length}.")
    return length
