"""An outline edited by hand: vertices moved, put in and taken out, and crossings untangled.

An index counts an outline's flat ``vertices``. A ring's last vertex is its first again: both indices mean the one corner, and
both follow it. What comes back is a new outline; the one given stays as it is.
"""

from __future__ import annotations

import numpy as np

from tabsam.arrays import Float64Array, Size
from tabsam.errors import PromptError
from tabsam.geometry.crossings import self_crossings
from tabsam.geometry.edges import edges_of
from tabsam.geometry.outline import FARTHEST, Outline, from_polygons
from tabsam.geometry.raster import fill_crop
from tabsam.geometry.tracing import outline_of_mask


def move_vertex(line: Outline, index: int, x: float, y: float) -> Outline:
    """Put a vertex elsewhere.

    Parameters
    ----------
    index : int
        Into ``line.vertices``.
    x, y : float, in image pixels

    Raises
    ------
    PromptError
        ``vertex-missing`` for an index that the outline does not have, ``vertex-place`` for what is in no picture.
    """
    start, end = _ring_of(line, index)
    vertices = line.vertices.copy()
    vertices[index] = _place(x, y)
    if index in (start, end - 1):
        vertices[[start, end - 1]] = vertices[index]
    return Outline(vertices, line.ring_offsets, line.polygon_offsets)


def insert_vertex(line: Outline, after_index: int, x: float, y: float) -> Outline:
    """Put a vertex in on the edge that begins at a vertex; its index is ``after_index + 1``, or 1 in its ring after the last.

    Raises
    ------
    PromptError
        ``vertex-missing`` or ``vertex-place``.
    """
    start, end = _ring_of(line, after_index)
    before = start if after_index == end - 1 else after_index
    vertices = np.insert(line.vertices, before + 1, _place(x, y), axis=0)
    ring_offsets = line.ring_offsets + (line.ring_offsets > before).astype(np.uint32)
    return Outline(vertices, ring_offsets, line.polygon_offsets)


def remove_vertex(line: Outline, index: int) -> Outline:
    """Take a vertex out. A ring that would keep fewer than three corners goes: a hole alone, a boundary with its holes.

    Raises
    ------
    PromptError
        ``vertex-missing``; ``outline-last`` when nothing would be left of the outline.
    """
    start, end = _ring_of(line, index)
    if end - start <= 4:
        return _without_ring(line, start)
    if index in (start, end - 1):
        kept = line.vertices[start + 1 : end - 1]
        ring = np.concatenate([kept, kept[:1]])
    else:
        ring = np.delete(line.vertices[start:end], index - start, axis=0)
    vertices = np.concatenate([line.vertices[:start], ring, line.vertices[end:]])
    ring_offsets = line.ring_offsets - (line.ring_offsets > start).astype(np.uint32)
    return Outline(vertices, ring_offsets, line.polygon_offsets)


def without_crossings(line: Outline, image_size: Size) -> Outline:
    """Fill an outline by the even-odd rule and follow the edges of its pixels; one that does not cross comes back itself."""
    if not len(self_crossings(edges_of(line)).points):
        return line
    crop = fill_crop(line, image_size)
    return outline_of_mask(crop.mask, left=crop.left, top=crop.top)


def _ring_of(line: Outline, index: int) -> tuple[int, int]:
    """Give where the ring of a vertex starts and ends in the vertices."""
    if not 0 <= index < len(line.vertices):
        raise PromptError(
            "vertex-missing",
            f"The outline has no vertex {index}.",
            "It may have changed since; choose the vertex again.",
            details=f"{len(line.vertices)} vertices",
        )
    ring = int(np.searchsorted(line.ring_offsets, index, side="right")) - 1
    return int(line.ring_offsets[ring]), int(line.ring_offsets[ring + 1])


def _without_ring(line: Outline, start: int) -> Outline:
    polygons = []
    first = 0
    for rings in line.polygons():
        ends = first + np.cumsum([len(ring) for ring in rings])
        starts = [first, *ends[:-1].tolist()]
        first = int(ends[-1])
        if starts[0] != start:
            polygons.append([ring for ring, ring_start in zip(rings, starts, strict=True) if ring_start != start])
    if not polygons:
        raise PromptError("outline-last", "These are the object's last three corners.", "Delete the object instead.")
    return from_polygons(polygons)


def _place(x: float, y: float) -> Float64Array:
    place = np.array([x, y], np.float64)
    if not (np.abs(place) <= FARTHEST).all():  # NaN neither
        raise PromptError("vertex-place", "This is no place in a picture: the numbers are missing, or beyond any picture.")
    return place
