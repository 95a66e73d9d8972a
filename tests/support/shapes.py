"""Outlines that one can write down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.geometry.outline import Outline, from_polygons

if TYPE_CHECKING:
    from shapely.geometry import MultiPolygon


def rectangle(left: float, top: float, right: float, bottom: float) -> Float64Array:
    """Return a closed ring (5, 2)."""
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]], np.float64)


def circle(x: float, y: float, radius: float, corners: int = 200) -> Float64Array:
    """Return a closed ring (corners + 1, 2)."""
    turn = np.linspace(0, 2 * np.pi, corners + 1)
    ring = np.column_stack([x + radius * np.cos(turn), y + radius * np.sin(turn)])
    ring[-1] = ring[0]
    return ring


def shape(*polygons: list[Float64Array]) -> Outline:
    """Put polygons, each its boundary and then its holes, together."""
    return from_polygons(list(polygons))


def box(left: float, top: float, right: float, bottom: float) -> Outline:
    """Return a rectangle's outline."""
    return shape([rectangle(left, top, right, bottom)])


def disc(x: float, y: float, radius: float) -> Outline:
    """Return a disc's outline."""
    return shape([circle(x, y, radius)])


def geometry(line: Outline) -> MultiPolygon:
    """Return an outline as Shapely has it."""
    from shapely.geometry import MultiPolygon, Polygon  # here: these shapes are also drawn where there is no Shapely

    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in line.polygons()])
