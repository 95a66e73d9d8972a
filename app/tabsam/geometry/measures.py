"""What an outline measures: area, box, centroid, perimeter, in pixels or in the units of a map or a scale.

All is of the outline, which is sub-pixel; how many pixels a mask of it has, and their colours, is document/measuring.py's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.geometry.affine import Affine
from tabsam.geometry.outline import Outline, area, signed_area


@dataclass(frozen=True)
class Measures:
    """What an outline measures, in one unit of length.

    Attributes
    ----------
    area : float
        What the outline encloses, holes taken off, in square units.
    x, y, width, height : float
        The smallest upright box around the outline: its least x and y, and its size.
    centroid_x, centroid_y : float
        The middle of that area. In pixels (0, 0) is the outer corner of the top-left pixel, as in ImageJ: half a pixel more than
        scikit-image says, which counts from the middle of that pixel.
    perimeter : float
        How long the outer boundaries are, of all parts together; those of holes are not in it, as in ImageJ. What came as a mask
        has an outline along the pixels' edges, and a longer one than the thing.
    equivalent_diameter : float
        Of the circle with the same area: sqrt(4 area / pi), as scikit-image's ``equivalent_diameter_area``.
    """

    area: float
    x: float
    y: float
    width: float
    height: float
    centroid_x: float
    centroid_y: float
    perimeter: float
    equivalent_diameter: float


def measure(line: Outline, affine: Affine | None = None) -> Measures | None:
    """Measure an outline.

    Parameters
    ----------
    line : Outline
        In image pixels.
    affine : Affine, optional
        From pixels to other units; shear and unequal sides count.

    Returns
    -------
    Measures or None
        None of an outline without a vertex. One without an area has the middle of its box as its centroid.
    """
    if not len(line.vertices):
        return None
    polygons = line.polygons()
    enclosed, centroid = area(line), _centroid(polygons)
    vertices = line.vertices if affine is None else affine.to_world(line.vertices)
    (left, top), (right, bottom) = vertices.min(axis=0).tolist(), vertices.max(axis=0).tolist()
    if affine is not None:
        enclosed *= abs(affine.a * affine.e - affine.b * affine.d)
    if centroid is None:
        x, y = (left + right) / 2, (top + bottom) / 2
    else:
        x, y = (centroid if affine is None else affine.to_world(centroid[np.newaxis])[0]).tolist()
    outer = [rings[0] if affine is None else affine.to_world(rings[0]) for rings in polygons]
    length = sum(float(np.hypot(*np.diff(ring, axis=0).T).sum()) for ring in outer)
    return Measures(enclosed, left, top, right - left, bottom - top, x, y, length, math.sqrt(4 * enclosed / math.pi))


def _centroid(polygons: list[list[Float64Array]]) -> Float64Array | None:
    """Give the middle of polygons with holes, (2,) in image pixels, or None where they have no area."""
    total, moment = 0.0, np.zeros(2)
    for rings in polygons:
        for place, ring in enumerate(rings):
            ring_area = abs(signed_area(ring)) * (1 if place == 0 else -1)
            middle = _ring_centroid(ring)
            if middle is not None:
                total += ring_area
                moment += ring_area * middle
    return moment / total if total > 0 else None


def _ring_centroid(ring: Float64Array) -> Float64Array | None:
    near = ring - ring[0]  # small numbers, wherever it lies
    cross = near[:-1, 0] * near[1:, 1] - near[1:, 0] * near[:-1, 1]
    doubled = cross.sum()
    if doubled == 0:
        return None
    return np.asarray(ring[0] + ((near[:-1] + near[1:]) * cross[:, np.newaxis]).sum(axis=0) / (3 * doubled))
