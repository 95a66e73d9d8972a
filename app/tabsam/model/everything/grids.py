"""Where automatic mask generation asks: grids of points, and the crops of a picture (segment_anything/utils/amg.py)."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import Float64Array, Size


@dataclass(frozen=True)
class Crop:
    """A part of a picture, in pixels: x0 and y0 are in it, x1 and y1 are not. Layer 0 is the whole picture."""

    x0: int
    y0: int
    x1: int
    y1: int
    layer: int

    @property
    def size(self) -> Size:
        """(height, width)."""
        return self.y1 - self.y0, self.x1 - self.x0

    @property
    def box(self) -> tuple[int, int, int, int]:
        """XYXY."""
        return self.x0, self.y0, self.x1, self.y1


def point_grid(points_per_side: int) -> Float64Array:
    """Space points evenly: (points_per_side ** 2, 2), x then y in [0, 1], row by row, half a step away from the edges."""
    offset = 1 / (2 * points_per_side)
    side = np.linspace(offset, 1 - offset, points_per_side)
    x, y = np.meshgrid(side, side)
    return np.stack([x, y], axis=-1).reshape(-1, 2)


def layered_point_grids(points_per_side: int, n_layers: int, downscale_factor: int) -> tuple[Float64Array, ...]:
    """Give a grid for the picture and for each of `n_layers` layers of crops, each layer's with fewer points a side."""
    return tuple(point_grid(max(1, int(points_per_side / downscale_factor**layer))) for layer in range(n_layers + 1))


def crops(image_size: Size, n_layers: int, overlap_ratio: float) -> tuple[Crop, ...]:
    """Cut a picture into overlapping crops.

    Parameters
    ----------
    image_size : (height, width)
    n_layers : int
        Layer i has (2 ** i) ** 2 crops; the picture itself is layer 0, and the first.
    overlap_ratio : float
        Of the picture's shorter side: how far the crops of layer 1 overlap. Those of later layers overlap less, in proportion.
    """
    height, width = image_size
    found = [Crop(0, 0, width, height, 0)]
    for layer in range(1, n_layers + 1):
        a_side = 2**layer
        overlap = int(overlap_ratio * min(height, width) * (2 / a_side))
        crop_width, crop_height = (math.ceil((overlap * (a_side - 1) + side) / a_side) for side in (width, height))
        corners = itertools.product(
            ((crop_width - overlap) * column for column in range(a_side)),
            ((crop_height - overlap) * row for row in range(a_side)),
        )
        found += [Crop(x0, y0, min(x0 + crop_width, width), min(y0 + crop_height, height), layer) for x0, y0 in corners]
    # Of a picture a few pixels wide there are crops with nothing in them.
    return tuple(crop for crop in found if crop.x0 < crop.x1 and crop.y0 < crop.y1)
