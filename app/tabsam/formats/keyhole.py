"""All rings of an object in one ring, for formats that have one ring an object; and apart again.

From a ring that is there already a cut of no width leads to the next one, around it, and back: so does Ultralytics' own converter
join the parts of a COCO object (``merge_multi_segment``). What is filled by the even-odd rule stays the same, since each cut is
gone twice.
"""

from __future__ import annotations

import numpy as np

from tabsam.arrays import Float64Array, Int64Array
from tabsam.contours import Outline, from_polygons
from tabsam.formats.rings import signed_area

_CANDIDATES = 256
"""From so many vertices at most the nearest is looked for: any would be right, a near one is pretty."""


def joined(line: Outline) -> Float64Array:
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


def parted(ring: Float64Array) -> Outline:
    """Take a closed ring, float64 (N, 2), apart where it comes back to a vertex, and leave out what encloses nothing.

    It undoes :func:`joined`, and what other programs did alike.
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
    return nested([loop for loop in loops if signed_area(loop)])


def nested(rings: list[Float64Array]) -> Outline:
    """Sort closed rings, float64 (N, 2) each, that do not cross, into polygons.

    One in an odd number of others is a hole of the innermost of them.
    """
    if len(rings) < 2:
        return from_polygons([[ring] for ring in rings])
    rings = sorted(rings, key=lambda ring: -abs(signed_area(ring)))
    low = np.array([ring.min(axis=0) for ring in rings])
    high = np.array([ring.max(axis=0) for ring in rings])
    depth = [0] * len(rings)
    polygons: dict[int, list[Float64Array]] = {}
    for index, ring in enumerate(rings):
        # The middle of an edge: a vertex may be another ring's as well.
        probe = (ring[0] + ring[1]) / 2
        around = np.flatnonzero(((low[:index] <= probe) & (probe <= high[:index])).all(axis=1))
        within = [other for other in around.tolist() if _contains(rings[other], probe)]
        depth[index] = len(within)
        if len(within) % 2:
            # Larger rings come first, so the last of those around is the innermost.
            polygons[max(within, key=lambda other: depth[other])].append(ring)
        else:
            polygons[index] = [ring]
    return from_polygons(list(polygons.values()))


def _around(start: int, length: int, first: int) -> list[int]:
    """Give a ring's vertices once around, from the first and back to it."""
    return [start + (first + step) % length for step in range(length + 1)]


def _nearest(vertices: Float64Array, ring: Float64Array) -> tuple[int, int]:
    here = np.arange(0, len(vertices), max(1, len(vertices) // _CANDIDATES))
    there: Int64Array = np.arange(0, len(ring), max(1, len(ring) // _CANDIDATES))
    squares = ((vertices[here, np.newaxis] - ring[there]) ** 2).sum(axis=-1)
    one, other = np.unravel_index(int(squares.argmin()), squares.shape)
    return int(here[one]), int(there[other])


def _contains(ring: Float64Array, point: Float64Array) -> bool:
    """Tell by the even-odd rule whether a point is in a closed ring."""
    (x, y), (x0, y0), (x1, y1) = point, ring[:-1].T, ring[1:].T
    crosses = (y0 > y) != (y1 > y)
    at = x0[crosses] + (y - y0[crosses]) * (x1 - x0)[crosses] / (y1 - y0)[crosses]
    return bool(np.count_nonzero(at > x) % 2)
