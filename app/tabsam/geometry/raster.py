"""From outlines to pixels. A pixel is inside when its centre is, by the even-odd rule.

All that is filled is filled as spans down the columns, which is how COCO counts: a mask, its run lengths and its area agree to
the pixel, also where an edge goes right through a centre.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import AnyArray, BoolArray, Float64Array, Int64Array, Size
from tabsam.geometry.counts import mask_of_counts
from tabsam.geometry.edges import Edges, edges_of
from tabsam.geometry.outline import Outline, from_polygons, joined
from tabsam.geometry.ranges import batches, expand_ranges, merge_runs

PixelBox = tuple[int, int, int, int]
"""left, top, right, bottom in whole pixels; right and bottom are the first that are not inside."""

_AT_ONCE = 2_000_000
"""Crossings of edges and columns; of more, some columns are filled at a time."""


@dataclass(frozen=True)
class Spans:
    """An object's pixels, as runs down the columns.

    Attributes
    ----------
    columns, tops, bottoms : int64, shape (S,)
        Sorted by column, then by row. A bottom is the first row that is not inside; runs of one column do not touch.
    """

    columns: Int64Array
    tops: Int64Array
    bottoms: Int64Array

    @property
    def pixel_count(self) -> int:
        return int((self.bottoms - self.tops).sum())

    @property
    def box(self) -> PixelBox | None:
        """The smallest box around the pixels, or None where there are none."""
        if not len(self.columns):
            return None
        return int(self.columns[0]), int(self.tops.min()), int(self.columns[-1]) + 1, int(self.bottoms.max())


@dataclass(frozen=True)
class Crop:
    """A mask of the smallest box around an object.

    Attributes
    ----------
    mask : bool, shape (height, width) of the box
        (0, 0) where the object has no pixels.
    left, top : int
        Where the box lies in the picture.
    """

    mask: BoolArray
    left: int
    top: int


def spans(line: Outline, image_size: Size) -> Spans:
    """Fill an outline; what lies outside the picture is cut off.

    Parameters
    ----------
    line : Outline
        Finite numbers, in image pixels.
    image_size : (height, width)
    """
    height, width = image_size
    edges = edges_of(line).rightwards()
    first, end = _columns(edges.begin, edges.end, width)
    crossing = end > first
    edges, first, end = edges[crossing], first[crossing], end[crossing]
    steps = np.bincount(first, minlength=width + 1) - np.bincount(end, minlength=width + 1)
    parts = [_spans_between(edges, first, end, (some.start, some.stop), height) for some in batches(np.cumsum(steps), _AT_ONCE)]
    filled = [part for part in parts if len(part.columns)] or parts[:1]
    return filled[0] if len(filled) == 1 else _concatenated(filled)


def spans_of_each(lines: Sequence[Outline], image_size: Size) -> list[Spans]:
    """Fill outlines, each for itself, as :func:`spans` does; of many small ones in a fraction of the time."""
    together = _side_by_side(lines, image_size)
    if together is None:
        return [spans(line, image_size) for line in lines]
    filled, bounds = together
    columns = filled.columns - np.repeat(np.arange(len(lines), dtype=np.int64) * image_size[1], np.diff(bounds).astype(np.intp))
    return [
        Spans(columns[start:stop], filled.tops[start:stop], filled.bottoms[start:stop])
        for start, stop in itertools.pairwise(bounds.tolist())
    ]


def pixel_counts(lines: Sequence[Outline], image_size: Size) -> list[int]:
    """Count the pixels inside of outlines, each for itself."""
    together = _side_by_side(lines, image_size)
    if together is None:
        return [spans(line, image_size).pixel_count for line in lines]
    filled, bounds = together
    totals = np.concatenate([[0], np.cumsum(filled.bottoms - filled.tops)])
    counts: list[int] = np.diff(totals[bounds]).tolist()
    return counts


def _side_by_side(lines: Sequence[Outline], image_size: Size) -> tuple[Spans, Int64Array] | None:
    """Fill outlines in one go, as if each had a picture to the right of the one before; None where that takes too much.

    The second, int64 (L + 1,), is where in the spans of all of them each one's begin, and where the last one's end.
    """
    height, width = image_size
    edges = edges_of(joined(lines)).rightwards()
    owners = np.repeat(np.arange(len(lines), dtype=np.int64), [len(line.vertices) - len(line.ring_offsets) + 1 for line in lines])
    first, end = _columns(edges.begin, edges.end, width)
    if int((end - first).sum()) > _AT_ONCE:
        return None
    filled = _spans_between(edges, first, end, (0, width), height, owners * width)
    return filled, np.searchsorted(filled.columns, np.arange(len(lines) + 1, dtype=np.int64) * width).astype(np.int64)


def crossing_count(ring: Float64Array, width: int) -> int:
    """Count how often the edges of a closed ring, (n, 2), cross the middles of a picture's columns: what it costs to fill it."""
    left, right = np.minimum(ring[:-1], ring[1:]), np.maximum(ring[:-1], ring[1:])
    first, end = _columns(left, right, width)
    return int((end - first).sum())


def _columns(left: Float64Array, right: Float64Array, width: int) -> tuple[Int64Array, Int64Array]:
    return _first_centre(left[:, 0], width), _first_centre(right[:, 0], width)


def _spans_between(
    edges: Edges,
    first: Int64Array,
    end: Int64Array,
    columns: tuple[int, int],
    height: int,
    moved: Int64Array | None = None,
) -> Spans:
    """Fill some columns; of what each edge fills it is told `moved` columns further to the right."""
    first, end = np.maximum(first, columns[0]), np.minimum(end, columns[1])
    here = end > first
    starts, ends = edges.begin[here], edges.end[here]
    edge, column = expand_ranges(first[here], end[here])
    x, y = np.ascontiguousarray(starts.T)  # what is picked from often lies side by side
    slopes = (ends[:, 1] - y) / (ends[:, 0] - x)
    rows = _first_centre(y[edge] + (column + 0.5 - x[edge]) * slopes[edge], height)
    # Every column is crossed an even number of times, so in order the crossings go in and out by turns.
    stride = height + 1
    if moved is not None:
        column = column + moved[here][edge]
    in_order = np.sort(column * stride + rows)
    tops, bottoms = merge_runs(in_order[0::2], in_order[1::2])
    filled = tops // stride
    return Spans(filled, tops - filled * stride, bottoms - filled * stride)


def _concatenated(parts: Sequence[Spans]) -> Spans:
    return Spans(
        np.concatenate([part.columns for part in parts]),
        np.concatenate([part.tops for part in parts]),
        np.concatenate([part.bottoms for part in parts]),
    )


def union(parts: Iterable[Spans], image_size: Size) -> Spans:
    """Give the pixels that are inside any of some objects, of which there must be one."""
    together: list[Spans] = []
    new = 0
    for part in parts:
        together.append(part)
        new += len(part.columns)
        if new > _AT_ONCE:
            together, new = [_united(_concatenated(together), image_size)], 0
    return _united(_concatenated(together), image_size)


def _united(filled: Spans, image_size: Size) -> Spans:
    """Sort runs, and make one of those that share pixels."""
    stride = image_size[0] + 1
    order = np.argsort(filled.columns * stride + filled.tops, kind="stable")
    starts = (filled.columns * stride + filled.tops)[order]
    ends = np.maximum.accumulate((filled.columns * stride + filled.bottoms)[order])
    starts, ends = merge_runs(starts, ends)
    return Spans(starts // stride, starts % stride, ends % stride)


def run_lengths(filled: Spans, image_size: Size) -> Int64Array:
    """Give COCO's counts: how many pixels are outside, then inside, then outside ..., column by column.

    Returns
    -------
    int64, shape (C,)
        The first may be 0, no other is; their sum is the picture's number of pixels.
    """
    height, width = image_size
    starts, ends = merge_runs(filled.columns * height + filled.tops, filled.columns * height + filled.bottoms)
    bounds = np.concatenate([[0], np.column_stack([starts, ends]).ravel(), [height * width]])
    counts = np.diff(bounds)
    return counts[:-1] if len(starts) and counts[-1] == 0 else counts


def spans_of_counts(counts: Int64Array, image_size: Size) -> Spans:
    """Take COCO's counts, whose sum is the picture's number of pixels, apart into runs down the columns."""
    height = image_size[0]
    bounds = np.cumsum(counts)
    starts, ends = merge_runs(bounds[0:-1:2], bounds[1::2])
    run, columns = expand_ranges(starts // height, (ends - 1) // height + 1)
    tops = np.maximum(starts[run] - columns * height, 0)
    return Spans(columns, tops, np.minimum(ends[run] - columns * height, height))


def fill(line: Outline, image_size: Size) -> BoolArray:
    """Give the mask of the whole picture, bool (height, width)."""
    counts = run_lengths(spans(line, image_size), image_size)
    return mask_of_counts(counts, image_size)


def fill_crop(line: Outline, image_size: Size) -> Crop:
    """Give the mask of the smallest box around what is inside."""
    return crop_of_spans(spans(line, image_size))


def crop_of_spans(filled: Spans) -> Crop:
    """Give the mask of the smallest box around some spans."""
    if filled.box is None:
        return Crop(np.zeros((0, 0), np.bool_), 0, 0)
    left, top, right, bottom = filled.box
    moved = Spans(filled.columns - left, filled.tops - top, filled.bottoms - top)
    size = (bottom - top, right - left)
    return Crop(mask_of_counts(run_lengths(moved, size), size), left, top)


def paint(target: AnyArray, crop: Crop, value: int) -> None:
    """Write ``value`` into ``target``, (height, width), where a crop is inside; ``target`` is changed."""
    height, width = crop.mask.shape
    np.copyto(target[crop.top : crop.top + height, crop.left : crop.left + width], target.dtype.type(value), where=crop.mask)


def polygons_overlap(line: Outline, image_size: Size) -> bool:
    """Tell whether polygons of an outline share pixels of a picture of that size (height, width)."""
    return len(line.polygon_offsets) > 2 and shared_union(line.polygons(), image_size) is not None


def shared_union(polygons: Sequence[list[Float64Array]], image_size: Size) -> Spans | None:
    """Give the pixels that are inside any of some polygons; None where no two of them share pixels."""
    if len(polygons) < 2:
        return None
    alone = 0

    def filled() -> Iterator[Spans]:
        nonlocal alone
        for polygon in polygons:
            one = spans(from_polygons([polygon]), image_size)
            alone += one.pixel_count
            yield one

    together = union(filled(), image_size)
    return together if together.pixel_count < alone else None


def _first_centre(positions: Float64Array, length: int) -> Int64Array:
    """Give the first pixel, of ``length`` on an axis, whose centre is not before a position."""
    return np.ceil(np.clip(positions, 0, length) - 0.5).astype(np.int64)
