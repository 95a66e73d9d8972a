"""Two outlines made one: their union, what they share, what one has beyond the other, and how alike they are.

Outlines are cut where they meet and put together from the pieces (overlay.py): what is not cut stays as it was, to the digit.
The pixels say whether that went well, since they are counted in a millisecond; where it did not, and where both outlines run
along pixels' edges, the pixels are traced instead. Where outlines run between pixels, what lies in what is never told by them: a
sliver from one row of pixels' centres to the next has none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import Float64Array, Int64Array, Size
from tabsam.geometry.edges import edges_of
from tabsam.geometry.outline import Outline, area, from_polygons
from tabsam.geometry.overlay import Operation, is_wide, overlay
from tabsam.geometry.ranges import merge_runs
from tabsam.geometry.raster import Spans, crop_of_spans, spans
from tabsam.geometry.tracing import outline_of_mask

_ON_EDGE_SHARE = 0.02
"""Of the pixels that an outline's edge goes through, how many may be on its other side before the pieces are not believed."""


def union(one: Outline, other: Outline, image_size: Size) -> Outline:
    """Give what is in either outline.

    Parameters
    ----------
    one, other : Outline
        Within the picture, in image pixels.
    image_size : (height, width)

    Returns
    -------
    Outline
        An outline itself, the identical object, when the other lies in it.
    """
    return _combined(one, other, image_size, Operation.UNION)


def subtract(one: Outline, other: Outline, image_size: Size) -> Outline:
    """Give what is in the first outline and not in the second; the first itself, when they share nothing. See :func:`union`."""
    return _combined(one, other, image_size, Operation.DIFFERENCE)


def intersect(one: Outline, other: Outline, image_size: Size) -> Outline:
    """Give what is in both outlines; one of them itself, when it lies in the other. See :func:`union`."""
    return _combined(one, other, image_size, Operation.INTERSECTION)


def iou(one: Outline, other: Outline, image_size: Size) -> float:
    """Measure how alike two outlines are: pixels in both over pixels in either, in [0, 1]; 1 when both are empty."""
    a, b = _Runs.of(one, image_size), _Runs.of(other, image_size)
    shared = a.shared_with(b)
    either = a.pixels + b.pixels - shared
    return shared / either if either else 1.0


@dataclass(frozen=True)
class _Runs:
    """Pixels as runs of one long column, made of the picture's columns, one after the other."""

    starts: Int64Array
    ends: Int64Array

    @classmethod
    def of(cls, line: Outline, image_size: Size) -> _Runs:
        filled = spans(line, image_size)
        return cls(filled.columns * image_size[0] + filled.tops, filled.columns * image_size[0] + filled.bottoms)

    @property
    def pixels(self) -> int:
        return int((self.ends - self.starts).sum())

    def shared_with(self, other: _Runs) -> int:
        """Count the pixels that are in both."""
        return int((other._before(self.ends) - other._before(self.starts)).sum())

    def combined(self, other: _Runs, operation: Operation) -> _Runs:
        """Give the pixels that a combination has."""
        starts, ends = np.concatenate([self.starts, other.starts]), np.concatenate([self.ends, other.ends])
        # How deep one is in both as one goes along: in the first counts 1, in the second 2.
        weights = np.repeat([1, 2], [len(self.starts), len(other.starts)])
        places = np.concatenate([starts, ends])
        order = np.argsort(places, kind="stable")
        depth = np.cumsum(np.concatenate([weights, -weights])[order])
        inside = {Operation.UNION: depth > 0, Operation.INTERSECTION: depth == 3, Operation.DIFFERENCE: depth == 1}
        wanted = inside[operation][:-1]
        return _Runs(*merge_runs(places[order][:-1][wanted], places[order][1:][wanted]))

    def spans(self, height: int) -> Spans:
        """Take the long column apart, where a run goes on into the next of the picture's columns."""
        first, last = self.starts // height, (self.ends - 1) // height
        if (first == last).all():
            return Spans(first, self.starts % height, self.ends - first * height)
        whole = np.arange(1, int(last.max()) + 1) * height
        run = np.searchsorted(self.starts, whole, side="right") - 1
        cut = whole[(run >= 0) & (self.starts[run] < whole) & (self.ends[run] > whole)]
        return _Runs(np.sort(np.append(self.starts, cut)), np.sort(np.append(self.ends, cut))).spans(height)

    def _before(self, places: Int64Array) -> Int64Array:
        """Count the pixels before each place."""
        lengths = np.concatenate([[0], np.cumsum(self.ends - self.starts)])
        run = np.searchsorted(self.starts, places, side="right")
        beyond = np.where(run > 0, np.maximum(self.ends[run - 1] - places, 0), 0) if len(self.starts) else 0
        return np.asarray(lengths[run] - beyond)


def _combined(one: Outline, other: Outline, image_size: Size, operation: Operation) -> Outline:
    one, other = _without_flat_rings(one, image_size), _without_flat_rings(other, image_size)
    a, b = _Runs.of(one, image_size), _Runs.of(other, image_size)
    wanted = a.combined(b, operation)
    # Outlines along the pixels' edges have edges in common all the time, and lose nothing when they are traced again.
    if not (_along_pixels(one) and _along_pixels(other)):
        found = _apart(one, other, operation) or _overlaid(one, other, wanted, operation, image_size)
        if found is not None:
            return found
    whole = _whole(one, other, a, b, operation)
    if whole is not None:
        return whole
    crop = crop_of_spans(wanted.spans(image_size[0]))
    return outline_of_mask(crop.mask, left=crop.left, top=crop.top)


def _without_flat_rings(line: Outline, image_size: Size) -> Outline:
    """Leave out rings that enclose nothing, and holes in polygons that do not; the outline itself where it has none."""
    if all(is_wide(ring) for ring in line.rings()):
        return line

    def encloses(ring: Float64Array) -> bool:
        # The two loops of a figure of eight take each other's area away, and yet have pixels.
        return is_wide(ring) or _Runs.of(from_polygons([[ring]]), image_size).pixels > 0

    return from_polygons([[ring for ring in rings if encloses(ring)] for rings in line.polygons() if encloses(rings[0])])


def _apart(one: Outline, other: Outline, operation: Operation) -> Outline | None:
    """Give the answer for outlines of which one is empty, or whose bounding boxes share nothing; None for a union of two."""
    if len(one.vertices) and len(other.vertices):
        low = np.maximum(one.vertices.min(axis=0), other.vertices.min(axis=0))
        high = np.minimum(one.vertices.max(axis=0), other.vertices.max(axis=0))
        if (low <= high).all():
            return None
    if operation is Operation.UNION:
        return one if not len(other.vertices) else other if not len(one.vertices) else None
    return one if operation is Operation.DIFFERENCE else from_polygons([])


def _overlaid(one: Outline, other: Outline, wanted: _Runs, operation: Operation, image_size: Size) -> Outline | None:
    """Give what was put together from pieces, or an outline itself where it is the answer; None if the pixels say otherwise."""
    found = overlay(one, other, operation)
    if found is None:
        return None
    runs = _Runs.of(found, image_size)
    wrong = runs.pixels + wanted.pixels - 2 * runs.shared_with(wanted)
    if wrong > _ON_EDGE_SHARE * _length(found):
        return None
    return next((line for line in (one, other) if _is_same(found, line)), found)


def _is_same(one: Outline, other: Outline) -> bool:
    """Tell whether two outlines enclose the same with the same vertices; rings may begin elsewhere and be in another order."""
    if one.vertices.shape != other.vertices.shape or len(one.ring_offsets) != len(other.ring_offsets):
        return False
    mine, its = (np.delete(line.vertices, line.ring_offsets[1:].astype(np.int64) - 1, axis=0) for line in (one, other))
    # what fills a gap between neighbours adds no vertex
    return bool((mine[np.lexsort(mine.T)] == its[np.lexsort(its.T)]).all()) and math.isclose(area(one), area(other))


def _whole(one: Outline, other: Outline, a: _Runs, b: _Runs, operation: Operation) -> Outline | None:
    """Give the outline that is the answer as it is, if any is."""
    shared = a.shared_with(b)
    nothing = from_polygons([])
    if operation is Operation.DIFFERENCE:
        return one if shared == 0 else nothing if shared == a.pixels else None
    if shared == b.pixels:
        return one if operation is Operation.UNION else other
    if shared == a.pixels:
        return other if operation is Operation.UNION else one
    return nothing if operation is Operation.INTERSECTION and shared == 0 else None


def _along_pixels(line: Outline) -> bool:
    edges = edges_of(line)
    return bool((line.vertices % 1 == 0).all() and ((edges.begin == edges.end).any(axis=1)).all())


def _length(line: Outline) -> float:
    edges = edges_of(line)
    return float(np.hypot(*(edges.end - edges.begin).T).sum()) if len(edges) else 0.0
