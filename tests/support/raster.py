"""From outlines back to pixels, to see whether they say the same as the mask."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from xml.etree import ElementTree

import numpy as np

from tabsam.arrays import BoolArray, Float64Array, Size
from tabsam.geometry.outline import Outline

SVG = "{http://www.w3.org/2000/svg}"


def rasterised(rings: Iterable[Float64Array], size: Size) -> BoolArray:
    """Fill rings by the even-odd rule: the pixels whose middle lies inside.

    Parameters
    ----------
    rings : arrays of shape (N, 2)
        x, y in pixels; (0, 0) is the outer corner of the top-left pixel. Each is closed, if it is not yet.
    size : (height, width)

    Returns
    -------
    bool, shape `size`
    """
    height, width = size
    edges_left = np.zeros((height, width + 1), np.uint8)  # parity of the edges that lie just left of each pixel's middle
    for ring in rings:
        for (x0, y0), (x1, y1) in itertools.pairwise([*ring, ring[0]]):
            if y0 == y1:
                continue
            first, end = np.ceil(np.clip(sorted((y0, y1)), 0, height) - 0.5).astype(int)
            rows = np.arange(first, end)
            x = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
            edges_left[rows, np.clip(np.ceil(x - 0.5), 0, width).astype(int)] ^= 1
    return (np.cumsum(edges_left[:, :width], axis=1) % 2).astype(bool)


def is_off_edges(line: Outline, size: Size, margin: float = 1e-6) -> BoolArray:
    """Tell of each pixel whether its centre lies clear of all edges; on which side one on an edge is, is not said."""
    centres = np.stack(np.meshgrid(np.arange(size[1]) + 0.5, np.arange(size[0]) + 0.5), axis=-1)
    clear = np.ones(size, np.bool_)
    for ring in line.rings():
        for start, end in itertools.pairwise(ring):
            along, offset = end - start, centres - start
            share = np.clip(offset @ along / max(float(along @ along), 1e-30), 0, 1)
            clear &= np.hypot(*np.moveaxis(offset - share[..., np.newaxis] * along, -1, 0)) > margin
    return clear


def svg_rings(svg: bytes) -> tuple[list[Float64Array], Size]:
    """Read the rings of an SVG's one path, and its size (height, width)."""
    root = ElementTree.fromstring(svg)
    (path,) = root.iter(f"{SVG}path")
    assert path.get("fill-rule") == "evenodd"
    rings = [np.array(re.findall(r"-?[\d.]+", part), np.float64).reshape(-1, 2) for part in path.get("d", "").split("M")[1:]]
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    return rings, (int(root.get("height", 0)), int(root.get("width", 0)))
