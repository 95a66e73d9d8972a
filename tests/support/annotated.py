"""Annotations for the tests of formats: some written out, some drawn at random from a seed."""

from __future__ import annotations

import numpy as np

from tabsam.arrays import BoolArray, Float64Array, Size
from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.geometry.raster import fill

CAR = Category(1, "car", "#0072b2")
CAT = Category(4, "cat", "#e69f00")


def ring(*corners: tuple[float, float]) -> Float64Array:
    """Close a ring."""
    return np.array([*corners, corners[0]], np.float64)


def square(x: float, y: float, side: float) -> Float64Array:
    return ring((x, y), (x + side, y), (x + side, y + side), (x, y + side))


def blob(rng: np.random.Generator, x: float, y: float, radius: float, corners: int = 30) -> Float64Array:
    """Draw a ring like a star around a point; it does not cross itself."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radii = rng.uniform(0.6, 1, corners) * radius
    points = np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)])
    return np.concatenate([points, points[:1]])


PLAIN = from_polygons([[square(2, 3, 10)]])
HOLED = from_polygons([[square(20, 2, 12), square(24, 6, 4)[::-1]]])
TWO_PARTS = from_polygons([[square(2, 20, 5)], [square(10, 22, 6)]])
ISLAND = from_polygons([[square(20, 18, 14), square(22, 20, 10)[::-1]], [square(25, 23, 4)]])

SIZE: Size = (36, 48)


def three_kinds() -> Annotations:
    """Give a plain object, one with a hole, one of two parts without a class, one with an island in its hole."""
    return Annotations(
        "street.jpg",
        SIZE,
        (CAR, CAT),
        (
            Instance(1, PLAIN, CAR.id, name="the red one", score=0.875),
            Instance(3, HOLED, CAT.id),
            Instance(4, TWO_PARTS),
            Instance(7, ISLAND, CAT.id),
        ),
    )


def random_annotations(seed: int, size: Size = (60, 80), count: int = 6) -> Annotations:
    """Draw objects within the picture, some with a hole, of two classes."""
    rng = np.random.default_rng(seed)
    height, width = size
    instances = []
    for id in range(1, count + 1):
        radius = float(rng.uniform(6, min(size) / 3))
        x, y = float(rng.uniform(radius, width - radius)), float(rng.uniform(radius, height - radius))
        rings = [blob(rng, x, y, radius)]
        if id % 2 == 0:
            rings.append(blob(rng, x, y, radius * 0.4)[::-1])
        instances.append(Instance(id, from_polygons([rings]), (CAR, CAT)[id % 2].id))
    return Annotations("random.png", size, (CAR, CAT), tuple(instances))


def masks(annotations: Annotations) -> list[BoolArray]:
    return [fill(one.outline, annotations.image_size) for one in annotations.instances]


def same(one: Outline, other: Outline) -> bool:
    return (
        np.array_equal(one.vertices, other.vertices)
        and np.array_equal(one.ring_offsets, other.ring_offsets)
        and np.array_equal(one.polygon_offsets, other.polygon_offsets)
    )
