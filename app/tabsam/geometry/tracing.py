"""From pixels to outlines: along the pixels' edges, exactly; raster.py is the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import BoolArray, Float64Array, Int64Array, Size
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.geometry.ranges import expand_ranges
from tabsam.geometry.raster import Spans, spans_of_counts
from tabsam.geometry.rows import Rows, rows_of_mask, rows_of_spans


def outline_of_counts(counts: Int64Array, image_size: Size) -> Outline:
    """Follow the edges of the pixels that COCO's counts, whose sum is the picture's number of pixels, have inside."""
    return outline_of_spans(spans_of_counts(counts, image_size))


def outline_of_spans(filled: Spans) -> Outline:
    """Follow the edges of pixels that are runs down the columns."""
    return outline_of_rows(rows_of_spans(filled))


def outline_of_mask(mask: BoolArray, *, left: int = 0, top: int = 0) -> Outline:
    """Follow a mask along its pixels' edges; see :func:`outline_of_rows`.

    Parameters
    ----------
    mask : bool, shape (height, width)
    left, top : int
        Where the mask lies in the picture.
    """
    return outline_of_rows(rows_of_mask(mask, left=left, top=top))


def outline_of_rows(rows: Rows) -> Outline:
    """Follow pixels' edges; to fill the outline gives the pixels back.

    Pixels that touch only at a corner belong to different polygons, and no ring meets itself: what is enclosed across a corner
    is a hole of its own. So every polygon is valid as OGC's Simple Features have it. Straight stretches have no vertices but
    their ends.
    """
    if not len(rows):
        return from_polygons([])
    nodes = _Nodes.of(rows)
    rings = _cycles(nodes.following())
    meetings = nodes.meetings(rings)
    if meetings.any():
        nodes = nodes.turned(meetings)
        rings = _cycles(nodes.following())
    points: Float64Array = np.column_stack([nodes.x, nodes.y]).astype(np.float64)
    closed = [points[[*ring, ring[0]]] for ring in rings]
    return from_polygons([[closed[ring] for ring in polygon] for polygon in _grouped(nodes, rings)])


def corner_count(rows: Rows) -> int:
    """Count the corners that an outline of these pixels has, before it is made."""
    return len(_Nodes.of(rows).x) if len(rows) else 0


@dataclass(frozen=True)
class _Nodes:
    """The corners of a mask's edges, row by row; where four edges meet there are two, the left edge's first.

    Since edges end at corners only, two neighbours in a row (2k and 2k + 1) are the ends of a horizontal edge, and two neighbours
    in a column the ends of a vertical one.

    Attributes
    ----------
    x, y : int64, shape (N,)
        From the mask's top-left corner.
    lower_right : bool, shape (N,)
        Whether the pixel below and to the right is inside.
    rank : int64, shape (N,)
        1 for the one of two that goes down, 0 for the one that goes up and for all others.
    double : bool, shape (N,)
        Whether this and the next are of the same corner.
    """

    x: Int64Array
    y: Int64Array
    lower_right: BoolArray
    rank: Int64Array
    double: BoolArray

    @classmethod
    def of(cls, runs: Rows) -> _Nodes:
        """Find the corners: where a run of one row has an end, and none of the next row has that end there."""
        stride = int(runs.ends.max()) + 1
        ends = np.column_stack([runs.starts, runs.ends]).ravel()
        begins = np.arange(len(ends)) % 2 == 0
        below = np.repeat(runs.rows, 2) * stride + ends  # as seen from the line above a row
        above = below + stride  # as seen from the line below it
        place = np.searchsorted(below, above)
        met = below[np.minimum(place, len(below) - 1)] == above
        meets = place[met]
        across = begins[met] != begins[meets]  # two pixels touch at a corner
        alone = np.ones(len(below), np.bool_)
        alone[meets] = False
        # Of a row whose ends come in pairs, the number of those before a place tells whether it is inside.
        keys = np.concatenate([above[~met], below[alone], above[met][across]])
        lower_right = np.concatenate([place[~met] % 2 == 1, begins[alone], begins[meets][across]])
        upper_left = np.concatenate([np.zeros(len(keys) - np.count_nonzero(across), np.bool_), ~begins[met][across]])
        twice = np.arange(len(keys)) >= len(keys) - np.count_nonzero(across)
        order = np.argsort(keys)
        node = np.repeat(order, 1 + twice[order])
        double = np.append(node[1:] == node[:-1], False)
        goes_right = twice[node] & ~double
        # Each of two goes around one of the two pixels that are inside: these are not one polygon.
        goes_down = np.where(upper_left[node], goes_right, ~goes_right) & twice[node]
        y, x = np.divmod(keys[node], stride)
        return cls(x, y, lower_right[node], goes_down.astype(np.int64), double)

    def following(self) -> list[int]:
        """Tell for each corner the next one of its ring: inside is on the right as one looks along an edge, with y down."""
        index = np.arange(len(self.x))
        upper, lower = self.vertical_edges()
        across = np.empty_like(index)
        across[upper], across[lower] = lower, upper
        rightwards = np.repeat(self.lower_right[0::2], 2)
        leaves_level = rightwards == (index % 2 == 0)
        following: list[int] = np.where(leaves_level, index ^ 1, across).tolist()
        return following

    def vertical_edges(self) -> tuple[Int64Array, Int64Array]:
        """Give the upper and the lower ends of all vertical edges."""
        in_columns = np.lexsort((self.rank, self.y, self.x))
        return in_columns[0::2], in_columns[1::2]

    def meetings(self, rings: Sequence[Sequence[int]]) -> BoolArray:
        """Tell where a ring meets itself: for both of two nodes, True where they are of the same ring."""
        ring_of = _ring_of(rings, len(self.x))
        first = np.flatnonzero(self.double)
        same = ring_of[first] == ring_of[first + 1]
        meets = np.zeros(len(self.x), np.bool_)
        meets[first[same]] = meets[first[same] + 1] = True
        return meets

    def turned(self, where: BoolArray) -> _Nodes:
        """Take the other turn at some double corners, which cuts each ring that meets itself there in two.

        All at once: the turns of a ring are like chords on one side of it, which do not cross.
        """
        return _Nodes(self.x, self.y, self.lower_right, np.where(where, 1 - self.rank, self.rank), self.double)


def _cycles(following: list[int]) -> list[list[int]]:
    """Follow a permutation around; each cycle begins with its smallest member, and they come in these members' order."""
    seen = bytearray(len(following))
    rings = []
    for start in range(len(following)):
        if seen[start]:
            continue
        ring = []
        node = start
        while not seen[node]:
            seen[node] = 1
            ring.append(node)
            node = following[node]
        rings.append(ring)
    return rings


def _ring_of(rings: Sequence[Sequence[int]], count: int) -> Int64Array:
    members = np.concatenate([np.asarray(ring, np.int64) for ring in rings])
    ring_of = np.empty(count, np.int64)
    ring_of[members] = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    return ring_of


def _grouped(nodes: _Nodes, rings: Sequence[Sequence[int]]) -> list[list[int]]:
    """Put each hole to the polygon it is in: the one whose pixel lies above the hole's first corner."""
    first = np.array([ring[0] for ring in rings])
    is_hole = ~nodes.lower_right[first]
    if not is_hole.any():
        return [[ring] for ring in range(len(rings))]
    # From that pixel to the left there is an edge of the polygon, or of another of its holes that begins higher up.
    upper, lower = nodes.vertical_edges()
    edge, rows = expand_ranges(nodes.y[upper], nodes.y[lower])
    stride = int(nodes.x.max()) + 1
    keys = rows * stride + nodes.x[upper[edge]]
    order = np.argsort(keys)
    holes = first[is_hole]
    found = np.searchsorted(keys[order], (nodes.y[holes] - 1) * stride + nodes.x[holes], side="right") - 1
    ring_of = _ring_of(rings, len(nodes.x))
    beside = dict(zip(np.flatnonzero(is_hole).tolist(), ring_of[upper[edge[order[found]]]].tolist(), strict=True))
    polygons: dict[int, list[int]] = {}
    polygon_of = list(range(len(rings)))
    for ring in range(len(rings)):
        if ring in beside:
            polygon_of[ring] = polygon_of[beside[ring]]
        polygons.setdefault(polygon_of[ring], []).append(ring)
    return list(polygons.values())
