"""From lists of numbers that somebody else wrote to outlines, and from outlines to such lists.

A ring that crosses itself is kept and filled by the even-odd rule, which is what pycocotools, Pillow and OpenCV do with it, and
that is said; one that leaves the picture is cut off at its border, and that is said as well.
"""

from __future__ import annotations

import numpy as np

from tabsam.arrays import Float64Array, Size
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.keyhole import outline_of_keyhole_ring
from tabsam.formats.shared.parsing import Json
from tabsam.formats.shared.traced import traced_spans
from tabsam.geometry import crossings, edges
from tabsam.geometry.clipping import clip
from tabsam.geometry.outline import FARTHEST, Outline, from_polygons
from tabsam.geometry.raster import crossing_count, shared_union, spans

_NOISE = 0.5
_NOISE_SHARE = 0.0025
"""Pixels, and a part of the picture's longer side: what other programs' rounding brings beyond the border."""

_CORNERS_CHECKED = 20_000
"""Rings with more are not searched for crossings, which takes long and changes nothing but a sentence."""

_PAIRS_CHECKED = 40_000_000


def points_of(value: Json) -> Float64Array | None:
    """Take [[x, y], ...] or [x, y, x, y, ...] as float64 (N, 2); None for what is neither."""
    if not isinstance(value, list):
        return None
    if value and all(isinstance(point, list) for point in value):
        flat = [number for point in value for number in point[:2]]
        if any(len(point) < 2 for point in value):
            return None
    else:
        flat = value
    if len(flat) % 2 or not all(isinstance(number, int | float) and not isinstance(number, bool) for number in flat):
        return None
    try:
        return np.array(flat, np.float64).reshape(-1, 2)
    except OverflowError:  # an integer beyond any float
        return np.full((len(flat) // 2, 2), np.inf)


def sound_polygon(rings: list[Float64Array], found: ImportBuilder) -> list[list[Float64Array]]:
    """Take a boundary and its holes over, each closed and within the picture.

    Parameters
    ----------
    rings : float64, shape (N, 2) each
        The boundary first; closed or not.
    found : ImportBuilder
        Where it is said what was left out or changed, once a polygon.

    Returns
    -------
    list of list of float64, shape (n, 2)
        Polygons: several where it falls apart at the picture's border, none when the boundary is left out.
    """
    closed = [closed_ring(ring, found) for ring in rings]
    if closed[0] is None:
        return []
    kept = [ring for ring in closed if ring is not None]
    return within_picture(from_polygons([kept]), kept, found).polygons()


def taken_apart(ring: Float64Array, found: ImportBuilder) -> Outline:
    """Take a closed ring whose holes are joined to it by cuts of no width apart, as we and others write them.

    Where a cut runs along an edge, what it joins cannot be told apart by its vertices: then the pixels inside are traced.
    """
    apart = outline_of_keyhole_ring(ring)
    whole = from_polygons([[ring]])
    if not len(apart.vertices):
        return whole
    if shared_union(apart.polygons(), found.image_size) is None:
        return apart
    return traced_spans(spans(whole, found.image_size), found) or from_polygons([])


def within_picture(line: Outline, rings: list[Float64Array], found: ImportBuilder) -> Outline:
    """Cut a polygon off at the picture's border; say so, and whether one of the closed rings that it is of crosses itself."""
    clipped = clip(line, found.image_size)
    if not len(clipped.vertices):
        found.say("A polygon outside the picture was left out.", "{n} polygons outside the picture were left out.")
        return clipped
    if clipped is not line and _leaves(line, found.image_size):
        found.say(
            "A polygon that left the picture was cut off at its border.",
            "{n} polygons that left the picture were cut off at its border.",
        )
    if any(map(crosses_itself, rings)):
        found.say(
            "A polygon crosses itself; it was kept, and where it lies over itself it is empty.",
            "{n} polygons cross themselves; they were kept, and where they lie over themselves they are empty.",
        )
    return clipped


def _leaves(line: Outline, size: Size) -> bool:
    """Tell whether an outline leaves the picture by more than what is rounded."""
    height, width = size
    farthest = max(-line.vertices.min(), (line.vertices - (width, height)).max())
    return bool(farthest > max(_NOISE, _NOISE_SHARE * max(size)))


def union_of_polygons(polygons: list[list[Float64Array]], found: ImportBuilder) -> Outline:
    """Make one object of polygons that a format fills one by one; where they overlap, it is all inside.

    Overlapping polygons are traced again along their pixels, since an outline's even-odd rule would make holes of what they
    share.
    """
    together = from_polygons(polygons)
    shared = shared_union(polygons, found.image_size)
    if shared is not None:
        found.say(
            "An object's polygons overlap; they were joined, and follow the pixels' edges now.",
            "The polygons of {n} objects overlap; they were joined, and follow the pixels' edges now.",
        )
        return traced_spans(shared, found) or from_polygons([])
    return together


def has_holes(line: Outline) -> bool:
    """Tell whether any polygon of an outline has a hole."""
    return bool((np.diff(line.polygon_offsets.astype(np.int64)) > 1).any())


def rounded(ring: Float64Array, digits: int = 3) -> Float64Array:
    """Round a ring, float64 (N, 2), for a text file; thousandths of a pixel are finer than any hand or model."""
    return np.round(ring, digits) + 0.0  # no -0.0


def crosses_itself(ring: Float64Array) -> bool:
    """Tell whether two edges of a closed ring, float64 (N, 2), cross; not whether they touch. Very long rings count as sound."""
    if not 5 <= len(ring) <= _CORNERS_CHECKED:
        return False
    return crossings.crosses_itself(edges.ring_edges(ring), pairs_at_most=_PAIRS_CHECKED)


def closed_ring(ring: Float64Array, found: ImportBuilder) -> Float64Array | None:
    """Close a ring, without vertices that repeat the one before; None, and why is said, for what is no ring."""
    if not np.isfinite(ring).all() or (np.abs(ring) > FARTHEST).any():
        found.say(
            "A polygon with numbers that are in no picture was left out.",
            "{n} polygons with numbers that are in no picture were left out.",
        )
        return None
    if not found.budget.take_polygon(len(ring), crossing_count(ring, found.image_size[1])):
        found.say(
            "A polygon was left out that has too many corners, or goes to and fro too often.",
            "{n} polygons were left out that have too many corners, or go to and fro too often.",
        )
        return None
    moves = np.append(True, (ring[1:] != ring[:-1]).any(axis=1)) if len(ring) else np.zeros(0, np.bool_)
    kept = ring[moves]
    if len(kept) > 1 and (kept[0] == kept[-1]).all():
        kept = kept[:-1]
    if len(kept) < 3:
        found.say(
            "A polygon with fewer than three points was left out.", "{n} polygons with fewer than three points were left out."
        )
        return None
    away = kept - kept[0]
    farthest = away[np.argmax((away**2).sum(axis=1))]
    if not (away[:, 0] * farthest[1] - away[:, 1] * farthest[0]).any():
        found.say("A polygon that is only a line was left out.", "{n} polygons that are only lines were left out.")
        return None
    return np.concatenate([kept, kept[:1]])
