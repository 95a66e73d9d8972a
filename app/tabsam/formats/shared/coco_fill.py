"""A polygon filled as pycocotools fills it (common/maskApi.c, ``rleFrPoly``), to the pixel: what COCO's readers see of it.

The boundary is walked on a grid of a fifth of a pixel; where it goes from one column of pixels' middles to the next, the column's
fill begins or ends.
"""

from __future__ import annotations

import numpy as np

from tabsam.arrays import BoolArray, Float64Array, Size

_SCALE = 5


def filled_by_coco(ring: Float64Array, size: Size) -> BoolArray:
    """Fill a ring, float64 (N, 2) in pixels, not closed, in a picture of a size (height, width)."""
    height, width = size
    x, y = (_SCALE * ring + 0.5).astype(np.intp).T
    u, v = _walked(np.append(x, x[:1]), np.append(y, y[:1]))
    moves = u[1:] != u[:-1]
    u0, u1, v0, v1 = u[:-1][moves], u[1:][moves], v[:-1][moves], v[1:][moves]
    columns = (np.where(u1 < u0, u1, u1 - 1) + 0.5) / _SCALE - 0.5
    rows = np.ceil(np.clip((np.minimum(v0, v1) + 0.5) / _SCALE - 0.5, 0, height))
    kept = (np.floor(columns) == columns) & (columns >= 0) & (columns <= width - 1)
    toggles = columns[kept].astype(np.intp) * height + rows[kept].astype(np.intp)
    flips = np.bincount(toggles, minlength=height * width + 1)[: height * width]
    # Indices are np.intp everywhere: the page's NumPy has them of 32 bits, and casts none down.
    inside: BoolArray = (np.cumsum(flips) % 2).astype(np.bool_)
    return inside.reshape(width, height).T


def _walked(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give all points of the grid along the edges, one edge after the other."""
    xs, xe, ys, ye = x[:-1], x[1:], y[:-1], y[1:]
    dx, dy = np.abs(xe - xs), np.abs(ye - ys)
    flat = dx >= dy
    flip = np.where(flat, xs > xe, ys > ye)
    a, b = np.where(flip, xe, xs), np.where(flip, xs, xe)
    c, d = np.where(flip, ye, ys), np.where(flip, ys, ye)
    steps = np.maximum(dx, dy)
    slope = np.where(flat, d - c, b - a) / np.maximum(steps, 1)
    edge = np.repeat(np.arange(len(steps), dtype=np.intp), steps + 1)
    step = np.arange(len(edge), dtype=np.intp) - np.repeat(np.cumsum(steps + 1) - steps - 1, steps + 1)
    t = np.where(flip[edge], steps[edge] - step, step)
    along, across = t, slope[edge] * t
    u = np.where(flat[edge], a[edge] + along, (a[edge] + across + 0.5).astype(np.intp))
    v = np.where(flat[edge], (c[edge] + across + 0.5).astype(np.intp), c[edge] + along)
    return u, v
