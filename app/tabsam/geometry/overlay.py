"""The overlay of two outlines: both are cut up where they meet, and a combination of the two put together from the pieces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from tabsam.arrays import BoolArray, Float64Array, Int64Array
from tabsam.geometry.containment import nest_rings, points_inside
from tabsam.geometry.edges import edges_of
from tabsam.geometry.noding import NEAR, node, place_ids
from tabsam.geometry.outline import Outline, signed_area


class Operation(Enum):
    """Which pieces of the first and of the second outline make the result: those outside (False) or inside the other (True)."""

    UNION = (False, False)
    INTERSECTION = (True, True)
    DIFFERENCE = (False, True)


def overlay(one: Outline, other: Outline, operation: Operation) -> Outline | None:
    """Combine two outlines.

    Parameters
    ----------
    one, other : Outline
        In image pixels; not empty, and of neither should edges cross each other.

    Returns
    -------
    Outline or None
        Vertices of what was not cut are what they were, to the last digit. No ring meets itself. None where the pieces do
        not fit.
    """
    one, other = node(one, other)
    place_of_one, place_of_other = place_ids(one, other)
    a, b = _Rings.of(one, place_of_one), _Rings.of(other, place_of_other)
    whole, pieces = [], []
    for mine, its, wanted in ((a, b, operation.value[0]), (b, a, operation.value[1])):
        meets = np.isin(mine.place, its.place) | mine.touches_itself()
        starts, ends = mine.stretches(meets)
        both, same_side = mine.shared_with(its, starts)
        kept = points_inside((mine.line.vertices[starts] + mine.line.vertices[starts + 1]) / 2, edges_of(its.line)) == wanted
        # Of two equal edges one is enough. With the same side inside they bound what is in both, else what is in the first only.
        kept[both] = (same_side != (operation is Operation.DIFFERENCE))[both] if mine is a else False
        # What is inside the second outline is outside the difference.
        inside_left = mine.inside_left != (operation is Operation.DIFFERENCE and mine is b)
        for start, end in zip(starts[kept].tolist(), ends[kept].tolist(), strict=True):
            points = mine.points(start, end)
            if meets[start]:
                first, last, left = mine.place[start], mine.place[end], inside_left[mine.ring_of[start]]
                pieces.append(_Piece(points, int(first), int(last), bool(left)))
            else:
                whole.append(points)
    rings = _rings_of(pieces)
    return None if rings is None else nest_rings(whole + [ring for ring in rings if is_wide(ring)])


@dataclass(frozen=True)
class _Rings:
    """The rings of a noded outline.

    Attributes
    ----------
    line : Outline
    place : intp, shape (N,)
        A number for each vertex's place.
    ring_of : int64, shape (N,)
        Which ring each vertex is of.
    inside_left : bool, shape (R,)
        Whether the inside is on the left as one goes along a ring, with y up.
    """

    line: Outline
    place: NDArray[np.intp]
    ring_of: Int64Array
    inside_left: BoolArray

    @classmethod
    def of(cls, line: Outline, place: NDArray[np.intp]) -> _Rings:
        rings = line.rings()
        is_boundary = np.zeros(len(rings), np.bool_)
        is_boundary[line.polygon_offsets[:-1]] = True
        leftwards = np.array([signed_area(ring) > 0 for ring in rings])
        ring_of = np.arange(len(rings)).repeat([len(ring) for ring in rings])
        return cls(line, place, ring_of, leftwards == is_boundary)

    def touches_itself(self) -> BoolArray:
        """Tell which vertices lie where another of the outline's does: pieces of both may become one ring."""
        closing = np.zeros(len(self.place), np.bool_)
        closing[self.line.ring_offsets[1:].astype(np.int64) - 1] = True
        return np.asarray((np.bincount(self.place[~closing]) > 1)[self.place])

    def stretches(self, meets: BoolArray) -> tuple[Int64Array, Int64Array]:
        """Give the first and the last vertex of each stretch from one vertex that meets another to the next.

        A stretch whose last vertex is not after its first goes on over the ring's end. Of a ring that meets nothing all is one.
        """
        offsets = self.line.ring_offsets.astype(np.int64)
        open_ = meets.copy()
        open_[offsets[1:] - 1] = False
        starts = np.flatnonzero(open_)
        begins = np.searchsorted(starts, offsets)
        ends = np.roll(starts, -1)
        some = begins[:-1] < begins[1:]
        ends[begins[1:][some] - 1] = starts[begins[:-1][some]]
        return np.append(starts, offsets[:-1][~some]), np.append(ends, offsets[1:][~some] - 1)

    def shared_with(self, other: _Rings, starts: Int64Array) -> tuple[BoolArray, BoolArray]:
        """Tell of edges that begin at some vertices whether the other outline has them, and with the same side inside."""
        count = int(max(self.place.max(), other.place.max())) + 1
        codes, sides = self._coded(starts, count)
        others, their_sides = other._coded(edges_of(other.line).first, count)
        order = np.argsort(others)
        at = order[np.minimum(np.searchsorted(others[order], codes), len(order) - 1)]
        return others[at] == codes, their_sides[at] == sides

    def points(self, start: int, end: int) -> Float64Array:
        """Give the vertices of a stretch, (n, 2)."""
        if start < end:
            return self.line.vertices[start : end + 1]
        ring = self.ring_of[start]
        low, high = self.line.ring_offsets[[ring, ring + 1]]
        return np.concatenate([self.line.vertices[start : high - 1], self.line.vertices[low : end + 1]])

    def _coded(self, starts: Int64Array, count: int) -> tuple[Int64Array, BoolArray]:
        """Give a number for each edge, the same both ways, and whether the inside is left of it towards the higher place."""
        begin, end = self.place[starts].astype(np.int64), self.place[starts + 1].astype(np.int64)
        return np.minimum(begin, end) * count + np.maximum(begin, end), (begin < end) == self.inside_left[self.ring_of[starts]]


@dataclass(frozen=True)
class _Piece:
    """A part of a ring from one place where the outlines meet to another, and whether what it bounds is on its left."""

    points: Float64Array
    first: int
    last: int
    inside_left: bool


@dataclass(frozen=True)
class _End:
    """One end of a piece: which piece, whether its last, where it points to, and whether what is counter-clockwise is inside."""

    piece: int
    is_last: bool
    angle: float
    before_inside: bool


def _rings_of(pieces: list[_Piece]) -> list[Float64Array] | None:
    """Put pieces together into rings; None where one has nothing to go on with."""
    at: dict[int, list[_End]] = {}
    for index, piece in enumerate(pieces):
        for is_last, place in ((False, piece.first), (True, piece.last)):
            along = piece.points[-2] - piece.points[-1] if is_last else piece.points[1] - piece.points[0]
            angle = math.atan2(along[1], along[0])
            at.setdefault(place, []).append(_End(index, is_last, angle, piece.inside_left != is_last))
    following: dict[tuple[int, bool], tuple[int, bool]] = {}
    for ends in at.values():
        if len(ends) % 2:
            return None
        # Two pieces belong together that have inside between them: so polygons that touch are not one.
        ends.sort(key=lambda end: end.angle)
        ends = ends if ends[0].before_inside else ends[1:] + ends[:1]
        for one, other in zip(ends[::2], ends[1::2], strict=True):
            following[one.piece, one.is_last] = other.piece, other.is_last
            following[other.piece, other.is_last] = one.piece, one.is_last
    rings = []
    left = [True] * len(pieces)
    for start in range(len(pieces)):
        index, backwards = start, False
        path: list[tuple[int, Float64Array]] = []
        while left[index]:
            left[index] = False
            piece = pieces[index]
            place, points = (piece.last, piece.points[::-1]) if backwards else (piece.first, piece.points)
            # A ring that comes by again is two: a polygon and its hole, or two holes.
            again = next((at for at, (before, _) in enumerate(path) if before == place), None)
            if again is not None:
                rings.append(_closed(path[again:]))
                del path[again:]
            path.append((place, points))
            index, backwards = following[index, not backwards]
        if path:
            rings.append(_closed(path))
    return rings


def _closed(path: list[tuple[int, Float64Array]]) -> Float64Array:
    return np.concatenate([path[0][1][:1], *(points[1:] for _, points in path)])


def is_wide(ring: Float64Array) -> bool:
    """Tell whether a ring encloses more than two edges do that are as good as the same."""
    length = float(np.hypot(*np.diff(ring, axis=0).T).sum())
    return len(ring) > 3 and abs(signed_area(ring)) > NEAR * length
