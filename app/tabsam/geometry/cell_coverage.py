"""How much of each cell of a grid a shape covers, and the outline of what is more than half covered.

A shape is taken as its intervals down a few scanlines a cell (thin columns, as COCO counts), whose ends are not rounded: along
straight edges the outline that comes back is within a fifth of a cell. What is near a shape is found the same way, from the
intervals of rounded bars along its edges, which are as exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import contourpy
import numpy as np

from tabsam.arrays import Float32Array, Float64Array, Int64Array
from tabsam.geometry.crossings import crosses_itself
from tabsam.geometry.edges import Edges, edges_of
from tabsam.geometry.mending import with_loops_apart
from tabsam.geometry.noding import lying_on
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.geometry.ranges import batches, expand_ranges, merge_runs
from tabsam.geometry.simplifying import simplify

_SCANLINES_A_CELL = 4
_INTERVALS_AT_ONCE = 1_000_000
_MOST_PAIRS = 2_000_000
"""Of edges that may cross: of more it is not asked."""
_TOLERANCE = 0.1
"""Cells by which an outline may be off where vertices are left out."""


@dataclass(frozen=True)
class Grid:
    """Cells over a box, in image pixels; they need not be square.

    Attributes
    ----------
    left, top, right, bottom : float, in image pixels
    rows, columns : int
    """

    left: float
    top: float
    right: float
    bottom: float
    rows: int
    columns: int

    @property
    def cell(self) -> tuple[float, float]:
        """A cell's width and height, in image pixels."""
        return (self.right - self.left) / self.columns, (self.bottom - self.top) / self.rows

    @property
    def stride(self) -> float:
        """The length, in image pixels, that a scanline has when all are laid out as one: no two of them touch."""
        return 2 * (self.bottom - self.top)


def grid_over(low: Float64Array, high: Float64Array, cell: float) -> Grid:
    """Lay a grid over a box, from one corner (x, y) to another, in cells of at most so many image pixels."""
    columns, rows = np.ceil((high - low) / cell).astype(np.int64).tolist()
    (left, top), (right, bottom) = low.tolist(), high.tolist()
    return Grid(left, top, right, bottom, rows, columns)


@dataclass(frozen=True)
class Intervals:
    """A shape down the scanlines of a grid, laid out as one: sorted, and apart from each other.

    Attributes
    ----------
    starts, ends : float64, shape (S,)
        The scanline times the grid's stride, and image pixels from the grid's top.
    """

    starts: Float64Array
    ends: Float64Array
    grid: Grid

    @classmethod
    def of(cls, line: Outline, grid: Grid) -> Intervals:
        """Fill an outline by the even-odd rule."""
        edges = edges_of(line).rightwards()
        first, end = _scanlines(grid, edges.begin[:, 0], edges.end[:, 0])
        edge, columns = expand_ranges(first, np.maximum(first, end))
        begin, run = edges.begin[edge], (edges.end - edges.begin)[edge]
        y = begin[:, 1] + (_centres(grid, columns) - begin[:, 0]) * run[:, 1] / run[:, 0]
        places = np.sort(_laid_out(grid, columns, y))
        return cls(*_merged(places[0::2], places[1::2]), grid)

    @classmethod
    def around(cls, edges: Edges, radius: float, grid: Grid) -> Intervals:
        """Fill all that is within `radius` image pixels of edges."""
        edges = edges.rightwards()
        first, end = _scanlines(grid, edges.begin[:, 0] - radius, edges.end[:, 0] + radius)
        starts, ends = np.zeros(0), np.zeros(0)
        for some in batches(np.maximum(end - first, 0), _INTERVALS_AT_ONCE):
            edge, columns = expand_ranges(first[some], np.maximum(first[some], end[some]))
            tops, bottoms = _bars(edges[some], radius, edge, _centres(grid, columns))
            starts, ends = _merged(
                np.append(starts, _laid_out(grid, columns, tops)), np.append(ends, _laid_out(grid, columns, bottoms))
            )
        return cls(starts, ends, grid)

    def __or__(self, other: Intervals) -> Intervals:
        """Give what is in either shape."""
        return Intervals(*_merged(np.append(self.starts, other.starts), np.append(self.ends, other.ends)), self.grid)

    def __invert__(self) -> Intervals:
        """Give the rest of the grid."""
        tops = np.arange(self.grid.columns * _SCANLINES_A_CELL) * self.grid.stride
        starts = np.sort(np.append(tops, self.ends))
        ends = np.sort(np.append(tops + (self.grid.bottom - self.grid.top), self.starts))
        return Intervals(starts[ends > starts], ends[ends > starts], self.grid)

    def coverage(self) -> Float32Array:
        """Give the part of each cell that is in the shape: float32, shape (rows, columns), in [0, 1]."""
        grid = self.grid
        places = np.concatenate([self.starts, self.ends])
        signs = np.repeat((1.0, -1.0), (len(self.starts), len(self.ends)))
        column = np.floor(places / grid.stride)
        down = np.clip((places - column * grid.stride) / grid.cell[1], 0, grid.rows)
        row = np.floor(down)
        at = (row * grid.columns + column // _SCANLINES_A_CELL).astype(np.intp)
        # What begins within a cell covers a part of it, and all of those below.
        below = signs * (down - row)
        size = (grid.rows + 2) * grid.columns
        changes = np.bincount(np.append(at, at + grid.columns), np.append(signs - below, below), size)
        covered = changes.reshape(-1, grid.columns)[: grid.rows].astype(
            np.float64, copy=False
        )  # of nothing it counts whole numbers
        # In place, here and below: there may be millions of cells.
        np.cumsum(covered, axis=0, out=covered)
        covered /= _SCANLINES_A_CELL
        return np.clip(covered, 0, 1, out=covered).astype(np.float32)


def outline_of_coverage(field: Float32Array, grid: Grid) -> Outline:
    """Follow the line at one half of a field.

    Parameters
    ----------
    field : float32, shape (rows, columns)
        At the cells' centres; on the grid's border it is as at the centres next to it, and the outline is closed there.
    """
    if not (field > 0.5).any():
        return from_polygons([])
    cell_width, cell_height = grid.cell
    x = np.concatenate([[grid.left], grid.left + (np.arange(grid.columns) + 0.5) * cell_width, [grid.right]])
    y = np.concatenate([[grid.top], grid.top + (np.arange(grid.rows) + 0.5) * cell_height, [grid.bottom]])
    generator = contourpy.contour_generator(
        x=x, y=y, z=np.pad(field, 1, mode="edge"), name="serial", fill_type=contourpy.FillType.OuterOffset
    )
    points, offsets = cast(tuple[list[Float64Array], list[Int64Array]], generator.filled(0.5, np.inf))
    polygons = [np.split(ring, some[1:-1].astype(np.intp)) for ring, some in zip(points, offsets, strict=True)]
    whole = with_loops_apart(from_polygons(polygons))  # of a field that is one half exactly, lines are followed both ways
    thin = with_loops_apart(simplify(whole, _TOLERANCE * min(cell_width, cell_height)))
    # Where two lines nearly touch, one may come to lie on or across the other when corners are left out.
    edges = edges_of(thin)
    meets = crosses_itself(edges, pairs_at_most=_MOST_PAIRS) or any(len(edge) for edge, _, _ in lying_on(edges, thin.vertices))
    return whole if meets else thin


def _scanlines(grid: Grid, left: Float64Array, right: Float64Array) -> tuple[Int64Array, Int64Array]:
    """Give the first scanline whose centre is not before `left`, and the first one not before `right`."""
    count = grid.columns * _SCANLINES_A_CELL
    width = (grid.right - grid.left) / count
    first, end = (np.ceil(np.clip((x - grid.left) / width, 0, count) - 0.5).astype(np.int64) for x in (left, right))
    return first, end


def _centres(grid: Grid, columns: Int64Array) -> Float64Array:
    return np.asarray(grid.left + (columns + 0.5) * ((grid.right - grid.left) / (grid.columns * _SCANLINES_A_CELL)))


def _laid_out(grid: Grid, columns: Int64Array, y: Float64Array) -> Float64Array:
    return np.asarray(columns * grid.stride + np.clip(y - grid.top, 0, grid.bottom - grid.top))


def _bars(edges: Edges, radius: float, edge: Int64Array, x: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Give the upper and lower ends, at some x, of all that is within a radius of an edge, each.

    The highest point above x is on the circle around that point of the edge whose circle touches the bar's long side there, or
    around the nearest there is on the edge.
    """
    begin, run = edges.begin, edges.end - edges.begin
    length = np.hypot(*run.T)
    sine = np.divide(run[:, 1], length, out=np.zeros(len(edges)), where=length > 0)
    level = run[:, 0] > 0
    slope = np.divide(run[:, 1], run[:, 0], out=np.zeros(len(edges)), where=level)
    ends = []
    for sign, upright in ((-1.0, np.minimum(begin[:, 1], edges.end[:, 1])), (1.0, np.maximum(begin[:, 1], edges.end[:, 1]))):
        middle = np.clip(x + sign * radius * sine[edge], begin[edge, 0], edges.end[edge, 0])
        y = np.where(level, begin[:, 1], upright)[edge] + (middle - begin[edge, 0]) * slope[edge]
        ends.append(y + sign * np.sqrt(np.maximum(radius**2 - (x - middle) ** 2, 0)))
    return ends[0], ends[1]


def _merged(starts: Float64Array, ends: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Sort intervals, leave out those without length, and make one of those that overlap or touch."""
    order = np.argsort(starts)
    return merge_runs(starts[order], np.maximum.accumulate(ends[order]))
