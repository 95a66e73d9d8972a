"""Two outlines made one: their union, what they share, what one has beyond the other, and how alike they are.

Outlines are cut where they cross and put together from the pieces, so that what is not cut stays what it was, to the last digit.
The pixels say whether that went well, since they are counted in a millisecond; where it did not, and where both outlines run
along pixels' edges, the pixels are traced instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from tabsam.arrays import Float64Array, Int64Array, Size
from tabsam.contours import Outline, from_polygons
from tabsam.edges import Crossings, Edges, crossings_between, edges_of, inside, nested
from tabsam.raster import Spans, crop_of_spans, joined_runs, spans
from tabsam.tracing import outline_of_mask

_NUDGES = np.array([[1.3e-7, 0.7e-7], [-0.7e-7, 1.3e-7], [-1.3e-7, -0.7e-7], [0.7e-7, -1.3e-7]])
"""Image pixels. One of two outlines is looked at as if it lay so far aside: else edges that both have, such as the picture's
border, would neither cross nor not cross."""
_NUDGED = 1.3e-6
"""Image pixels; what is nearer than this may be the nudge's doing."""

_NARROWEST = 1e-5
"""Image pixels; rings that enclose less than this a pixel of their length come from the nudge."""

_ON_EDGE_SHARE = 0.02
"""Of the pixels that an outline's edge goes through, how many may be on its other side before the pieces are not believed."""


class _Keep(Enum):
    """Which pieces of the first and of the second outline make the result: those outside (False) or inside the other (True)."""

    UNION = (False, False)
    INTERSECTION = (True, True)
    DIFFERENCE = (False, True)


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
    return _combined(one, other, image_size, _Keep.UNION)


def subtract(one: Outline, other: Outline, image_size: Size) -> Outline:
    """Give what is in the first outline and not in the second; the first itself, when they share nothing. See :func:`union`."""
    return _combined(one, other, image_size, _Keep.DIFFERENCE)


def intersect(one: Outline, other: Outline, image_size: Size) -> Outline:
    """Give what is in both outlines; one of them itself, when it lies in the other. See :func:`union`."""
    return _combined(one, other, image_size, _Keep.INTERSECTION)


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

    def combined(self, other: _Runs, keep: _Keep) -> _Runs:
        """Give the pixels that a combination has."""
        starts, ends = np.concatenate([self.starts, other.starts]), np.concatenate([self.ends, other.ends])
        # How deep one is in both as one goes along: in the first counts 1, in the second 2.
        weights = np.repeat([1, 2], [len(self.starts), len(other.starts)])
        places = np.concatenate([starts, ends])
        order = np.argsort(places, kind="stable")
        depth = np.cumsum(np.concatenate([weights, -weights])[order])
        wanted = {_Keep.UNION: depth > 0, _Keep.INTERSECTION: depth == 3, _Keep.DIFFERENCE: depth == 1}[keep][:-1]
        return _Runs(*joined_runs(places[order][:-1][wanted], places[order][1:][wanted]))

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


def _combined(one: Outline, other: Outline, image_size: Size, keep: _Keep) -> Outline:
    a, b = _Runs.of(one, image_size), _Runs.of(other, image_size)
    whole = _whole(one, other, a, b, keep)
    if whole is not None:
        return whole
    wanted = a.combined(b, keep)
    # Outlines along the pixels' edges have edges in common all the time, and lose nothing when they are traced again.
    pieced = None if _along_pixels(one) and _along_pixels(other) else _pieced(one, other, image_size, keep)
    if pieced is not None and keep is _Keep.UNION and _touch(one, other):
        # An edge that both have, from its two sides, is gone only where the nudge lets them overlap there.
        for nudge in _NUDGES[1:]:
            pieced = None if pieced is None else _pieced(pieced, other, image_size, keep, nudge)
    if pieced is not None:
        found = _Runs.of(pieced, image_size)
        wrong = found.pixels + wanted.pixels - 2 * found.shared_with(wanted)
        if wrong <= _ON_EDGE_SHARE * _length(pieced):
            return pieced
    crop = crop_of_spans(wanted.spans(image_size[0]))
    return outline_of_mask(crop.mask, left=crop.left, top=crop.top)


def _whole(one: Outline, other: Outline, a: _Runs, b: _Runs, keep: _Keep) -> Outline | None:
    """Give the outline that is the answer as it is, if any is."""
    shared = a.shared_with(b)
    nothing = from_polygons([])
    if keep is _Keep.DIFFERENCE:
        return one if shared == 0 else nothing if shared == a.pixels else None
    if shared == b.pixels:
        return one if keep is _Keep.UNION else other
    if shared == a.pixels:
        return other if keep is _Keep.UNION else one
    return nothing if keep is _Keep.INTERSECTION and shared == 0 else None


def _along_pixels(line: Outline) -> bool:
    edges = edges_of(line)
    return bool((line.vertices % 1 == 0).all() and ((edges.begin == edges.end).any(axis=1)).all())


def _touch(one: Outline, other: Outline) -> bool:
    """Tell whether outlines have edges in common: then it matters to which side one is nudged."""
    first, second = edges_of(one), edges_of(other)
    return len({len(crossings_between(first, _nudged(second, nudge)).one) for nudge in _NUDGES}) > 1


def _nudged(edges: Edges, nudge: Float64Array) -> Edges:
    return Edges(edges.begin + nudge, edges.end + nudge, edges.first)


def _pieced(one: Outline, other: Outline, image_size: Size, keep: _Keep, nudge: Float64Array = _NUDGES[0]) -> Outline | None:
    """Cut both where they cross and put the pieces together; None where these do not fit."""
    first, second = edges_of(one), edges_of(other)
    nudged = _nudged(second, nudge)
    met = crossings_between(first, nudged)
    points = on_border(met.points, image_size)
    whole, pieces = [], []
    for line, its_own, others, edge, along, wanted in (
        (one, first, nudged, met.one, met.along_one, keep.value[0]),
        (other, nudged, first, met.other, met.along_other, keep.value[1]),
    ):
        cut = _cut(line, its_own, others, edge, along, points, wanted)
        if cut is None:
            return None
        whole += cut[0]
        pieces += cut[1]
    rings = _linked(pieces, met)
    return None if rings is None else nested(whole + [ring for ring in map(_cleaned, rings) if _is_wide(ring)])


@dataclass(frozen=True)
class _Piece:
    """A part of a ring from one crossing to another, with their points at its ends."""

    first: int
    last: int
    points: Float64Array


def _cut(
    line: Outline, edges: Edges, others: Edges, edge: Int64Array, along: Float64Array, points: Float64Array, wanted: bool
) -> tuple[list[Float64Array], list[_Piece]] | None:
    """Give the rings without a crossing and the pieces between crossings that lie inside (`wanted`) or outside the others."""
    offsets = line.ring_offsets.astype(np.int64)
    order = np.lexsort((along, edge))
    # An edge's first vertex tells its ring, and where between vertices a crossing is.
    at = edges.first[edge[order]]
    bounds = np.searchsorted(at, offsets)
    starts = edges.first.searchsorted(offsets[:-1])
    # One edge of each ring, from its beginning to the first crossing on it, tells where all of its pieces are: they alternate.
    ends = edges.end[starts].copy()
    for ring in np.flatnonzero(np.diff(bounds)).tolist():
        crossing = order[bounds[ring]]
        if edge[crossing] == starts[ring]:
            ends[ring] = edges.begin[starts[ring]] + along[crossing] * (ends[ring] - edges.begin[starts[ring]])
    begins_inside = inside((edges.begin[starts] + ends) / 2, others)
    whole, pieces = [], []
    for ring, (start, end) in enumerate(zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)):
        crossings = order[bounds[ring] : bounds[ring + 1]]
        if len(crossings) % 2:
            return None
        if not len(crossings):
            if begins_inside[ring] == wanted:
                whole.append(line.vertices[start:end])
            continue
        kept = 0 if begins_inside[ring] != wanted else 1
        at_vertex = edges.first[edge[crossings]]
        some = range(kept, len(crossings), 2)
        pieces += [_piece(line.vertices, crossings, k, at_vertex, points, (start, end)) for k in some]
    return whole, pieces


def _piece(
    vertices: Float64Array, crossings: Int64Array, k: int, at: Int64Array, points: Float64Array, ring: tuple[int, int]
) -> _Piece:
    following = (k + 1) % len(crossings)
    first, last = int(crossings[k]), int(crossings[following])
    if following:
        between = vertices[at[k] + 1 : at[following] + 1]
    else:  # around the ring's end, whose last vertex is its first
        between = np.concatenate([vertices[at[k] + 1 : ring[1] - 1], vertices[ring[0] : at[following] + 1]])
    return _Piece(first, last, np.concatenate([points[[first]], between, points[[last]]]))


def _linked(pieces: list[_Piece], met: Crossings) -> list[Float64Array] | None:
    """Put pieces together into rings: at each crossing one of either outline's ends."""
    at: dict[int, list[int]] = {}
    for index, piece in enumerate(pieces):
        at.setdefault(piece.first, []).append(index)
        at.setdefault(piece.last, []).append(index)
    if len(at) != len(met.one) or any(len(ends) != 2 for ends in at.values()):
        return None
    rings = []
    left = [True] * len(pieces)
    for start, piece in enumerate(pieces):
        if not left[start]:
            continue
        left[start] = False
        parts, node = [piece.points], piece.last
        while node != piece.first:
            following = next((index for index in at[node] if left[index]), None)
            if following is None:
                return None
            left[following] = False
            forwards = pieces[following].first == node
            parts.append(pieces[following].points[1:] if forwards else pieces[following].points[-2::-1])
            node = pieces[following].last if forwards else pieces[following].first
        rings.append(np.concatenate(parts))
    return rings


def _cleaned(ring: Float64Array) -> Float64Array:
    """Leave out vertices that repeat the one before."""
    kept = ring[:-1][(np.abs(np.diff(ring, axis=0)) > _NUDGED).any(axis=1)]
    return np.concatenate([kept, kept[:1]])


def _is_wide(ring: Float64Array) -> bool:
    if len(ring) < 4:
        return False
    x, y = (ring - ring[0]).T
    steps = np.diff(ring, axis=0)
    return bool(abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2 > _NARROWEST * np.hypot(*steps.T).sum())


def on_border(points: Float64Array, image_size: Size) -> Float64Array:
    """Put points (N, 2) that lie no farther from the picture's border than combining outlines may take them onto it."""
    far = np.array(image_size[::-1], np.float64)
    points = np.where(np.abs(points) < _NUDGED, 0.0, points)
    return np.asarray(np.where(np.abs(points - far) < _NUDGED, far, points))


def _length(line: Outline) -> float:
    edges = edges_of(line)
    return float(np.hypot(*(edges.end - edges.begin).T).sum()) if len(edges) else 0.0
