"""All rings of an object in one ring, for formats that have one ring an object; and apart again.

From a ring that is there already a cut of no width leads to the next one, around it, and back: so does Ultralytics' own converter
join the parts of a COCO object (``merge_multi_segment``). What is filled by the even-odd rule stays the same, since each cut is
gone twice.
"""

from __future__ import annotations

import numpy as np

from tabsam.arrays import Float64Array, Int64Array, Size
from tabsam.geometry.containment import nest_rings
from tabsam.geometry.outline import Outline, from_polygons, signed_area
from tabsam.geometry.raster import polygons_overlap, spans
from tabsam.geometry.tracing import outline_of_spans

_CANDIDATES = 256
"""From so many vertices at most the nearest is looked for: any would be right, a near one is pretty."""


def keyhole_ring(line: Outline) -> Float64Array:
    """Make one ring of all rings, of which there must be one at least.

    Returns
    -------
    float64, shape (N, 2)
        Not closed: the last vertex is followed by the first.
    """
    rings = [ring[:-1] for ring in line.rings()]
    starts = np.cumsum([0, *map(len, rings)])
    vertices = np.concatenate(rings)
    leaves: dict[int, list[tuple[int, int]]] = {}  # at which vertex a cut leads to which ring, and to its which vertex
    for ring in range(1, len(rings)):
        here, there = _nearest(vertices[: starts[ring]], rings[ring])
        leaves.setdefault(here, []).append((ring, there))
    order: list[int] = []
    todo = [iter(_around(0, len(rings[0]), 0))]
    while todo:
        vertex = next(todo[-1], None)
        if vertex is None:
            todo.pop()
            continue
        order.append(vertex)
        for ring, there in leaves.pop(vertex, ()):
            # Back at this vertex once the ring and all that hangs on it is done.
            todo.append(iter([vertex]))
            todo.append(iter(_around(int(starts[ring]), len(rings[ring]), there)))
    return vertices[order[:-1]]


def rings_without_holes(line: Outline, image_size: Size) -> list[Float64Array]:
    """Make a ring of each polygon, its holes joined to its boundary, for formats that fill polygons one by one.

    Polygons that share pixels, which even-odd filling leaves out and such formats do not, are traced again along their pixels.

    Returns
    -------
    list of float64, shape (N, 2)
        Not closed; none where nothing is inside.
    """
    if polygons_overlap(line, image_size):
        line = outline_of_spans(spans(line, image_size))
    return [polygon[0][:-1] if len(polygon) == 1 else keyhole_ring(from_polygons([polygon])) for polygon in line.polygons()]


def outline_of_keyhole_ring(ring: Float64Array) -> Outline:
    """Take a closed ring, float64 (N, 2), apart where it comes back to a vertex, and leave out what encloses nothing.

    It undoes :func:`keyhole_ring`, and what other programs did alike.
    """
    loops = []
    path: list[tuple[float, float]] = []
    place: dict[tuple[float, float], int] = {}
    for x, y in ring.tolist():
        if (x, y) in place:
            start = place[x, y]
            loop = path[start:]
            for vertex in loop[1:]:
                del place[vertex]
            del path[start + 1 :]
            if len(loop) > 2:
                loops.append(np.array([*loop, loop[0]]))
        else:
            place[x, y] = len(path)
            path.append((x, y))
    # The largest first, as people list them.
    return nest_rings(sorted(filter(signed_area, loops), key=lambda loop: -abs(signed_area(loop))))


def _around(start: int, length: int, first: int) -> list[int]:
    """Give a ring's vertices once around, from the first and back to it."""
    return [start + (first + step) % length for step in range(length + 1)]


def _nearest(vertices: Float64Array, ring: Float64Array) -> tuple[int, int]:
    here = np.arange(0, len(vertices), max(1, len(vertices) // _CANDIDATES))
    there: Int64Array = np.arange(0, len(ring), max(1, len(ring) // _CANDIDATES))
    squares = ((vertices[here, np.newaxis] - ring[there]) ** 2).sum(axis=-1)
    one, other = np.unravel_index(int(squares.argmin()), squares.shape)
    return int(here[one]), int(there[other])
