"""Outlines cut off at the picture's border, one side of it after the other.

On either side of a line a ring is in chains. Where these meet the line, from one end of it to the other, the polygon is entered
and left by turns; so each end goes on at its neighbour, and what falls apart becomes polygons of its own. So Weiler and Atherton
clip (1977); by a line, one sort does it. Sutherland and Hodgman's way (1974) would leave such parts connected along the border.
"""

from __future__ import annotations

import numpy as np

from tabsam.arrays import Float64Array, Size
from tabsam.geometry.containment import nest_rings
from tabsam.geometry.outline import Outline, from_polygons


def clip(line: Outline, image_size: Size) -> Outline:
    """Cut an outline off at the picture's border; parts that fall apart become polygons of their own.

    Parameters
    ----------
    line : Outline
        In image pixels, finite numbers. Rings that cross themselves are cut by the even-odd rule.
    image_size : (height, width)

    Returns
    -------
    Outline
        The outline itself when it is all within, without rings when it is all outside. Vertices within stay what they were, to
        the last digit.
    """
    height, width = image_size
    if ((line.vertices >= 0) & (line.vertices <= (width, height))).all():
        return line
    polygons = []
    for polygon in line.polygons():
        rings = _within(polygon, image_size)
        # What is left of a boundary alone has no holes.
        polygons += [[ring] for ring in rings] if len(polygon) == 1 or len(rings) == 1 else nest_rings(rings).polygons()
    return from_polygons(polygons)


def _within(rings: list[Float64Array], image_size: Size) -> list[Float64Array]:
    """Give the rings of a polygon's part within the picture; none where nothing is."""
    height, width = image_size
    for axis, sign, limit in ((0, 1.0, 0.0), (0, -1.0, float(width)), (1, 1.0, 0.0), (1, -1.0, float(height))):
        depths = [sign * (ring[:, axis] - limit) for ring in rings]
        if any(depth.min() < 0 for depth in depths):
            rings = _cut(rings, depths, axis, limit)
    return rings


def _cut(rings: list[Float64Array], depths: list[Float64Array], axis: int, limit: float) -> list[Float64Array]:
    """Keep the side of a line where rings are more than 0 deep."""
    kept: list[Float64Array] = []
    chains: list[Float64Array] = []
    for ring, depth in zip(rings, depths, strict=True):
        if depth.min() > 0:
            kept.append(ring)
        elif depth.max() > 0:
            for chain in _chains(ring, depth, axis, limit):
                # One that only touches the line is a ring as it is.
                (kept if (chain[0] == chain[-1]).all() else chains).append(chain)
    return kept + _joined(chains, axis)


def _chains(ring: Float64Array, depth: Float64Array, axis: int, limit: float) -> list[Float64Array]:
    """Give the parts of a closed ring that are more than 0 deep, each from the line to the line."""
    inside = depth > 0
    crossed = np.flatnonzero(inside[1:] != inside[:-1])
    share = (depth[crossed] / (depth[crossed] - depth[crossed + 1]))[:, np.newaxis]
    places = ring[crossed] + share * (ring[crossed + 1] - ring[crossed])
    places[:, axis] = limit
    if inside[0]:  # the last chain goes on over the ring's end
        crossed, places = np.roll(crossed, 1), np.roll(places, 1, axis=0)
    chains = []
    for number in range(0, len(crossed), 2):
        first, last = crossed[number] + 1, crossed[number + 1] + 1
        vertices = [ring[first:last]] if first < last else [ring[first:-1], ring[:last]]
        chains.append(np.concatenate([places[number : number + 1], *vertices, places[number + 1 : number + 2]]))
    return chains


def _joined(chains: list[Float64Array], axis: int) -> list[Float64Array]:
    """Make rings of chains, each of whose ends goes on along the line at its neighbour, by pairs."""
    if not chains:
        return []
    ends = np.array([chain[end] for chain in chains for end in (0, -1)])
    runs = np.array([chain[end] for chain in chains for end in (1, -2)]) - ends
    # Those that meet the line in one place are in the order that they have right beside it.
    order = np.lexsort((np.arctan2(runs[:, 1 - axis], np.abs(runs[:, axis])), ends[:, 1 - axis]))
    onwards = np.empty(len(order), np.intp)
    onwards[order] = order.reshape(-1, 2)[:, ::-1].ravel()
    rings = []
    left = [True] * len(chains)
    for number in range(len(chains)):
        end, path = 2 * number, []
        while left[end // 2]:  # along a chain from this end to its other, and on
            left[end // 2] = False
            path.append(chains[end // 2][:: -1 if end % 2 else 1])
            end = int(onwards[end ^ 1])
        if path:
            ring = np.concatenate([*path, path[0][:1]])
            rings.append(ring[np.append(True, (ring[1:] != ring[:-1]).any(axis=1))])
    return [ring for ring in rings if len(ring) > 3]
