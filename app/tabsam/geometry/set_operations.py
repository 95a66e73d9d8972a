"""Two outlines made one: their union, what they share, what one has beyond the other, and how alike they are.

Outlines are cut where they meet and put together from the pieces (overlay.py): what is not cut stays as it was, to the digit.
The pixels say whether that went well, since they are counted in a millisecond; where it did not, and where both outlines run
along pixels' edges, the pixels are traced instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabsam.arrays import Int64Array, Size
from tabsam.geometry.edges import edges_of
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.geometry.overlay import Operation, overlay
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
    a, b = _Runs.of(one, image_size), _Runs.of(other, image_size)
    whole = _whole(one, other, a, b, operation)
    if whole is not None:
        return whole
    wanted = a.combined(b, operation)
    # Outlines along the pixels' edges have edges in common all the time, and lose nothing when they are traced again.
    found = None if _along_pixels(one) and _along_pixels(other) else overlay(one, other, operation)
    return _checked(found, wanted, image_size)


def _checked(found: Outline | None, wanted: _Runs, image_size: Size) -> Outline:
    """Give what was put together from pieces, if the pixels say the same, or else their outline."""
    if found is not None:
        runs = _Runs.of(found, image_size)
        wrong = runs.pixels + wanted.pixels - 2 * runs.shared_with(wanted)
        if wrong <= _ON_EDGE_SHARE * _length(found):
            return found
    crop = crop_of_spans(wanted.spans(image_size[0]))
    return outline_of_mask(crop.mask, left=crop.left, top=crop.top)


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
