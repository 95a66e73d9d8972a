"""Rings as other programs write them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.rings import crosses_itself, points_of, sound_polygon
from tests.support.annotated import blob, ring, square


@pytest.mark.parametrize("value", [None, 3, "1,2", [[1]], [[1, "2"]], [1, 2, 3], [[1, 2], 3], [[[1, 2]]], [None]])
def test_what_are_no_points_are_none(value: object) -> None:
    assert points_of(value) is None


def test_points_may_have_a_height() -> None:
    points = points_of([[1, 2, 99], [3, 4, 99]])
    assert points is not None
    assert points.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("corners", "crosses"),
    [
        ([(0, 0), (4, 4), (4, 0), (0, 4)], True),
        ([(0, 0), (4, 0), (4, 4), (0, 4)], False),
        ([(0, 0), (4, 0), (2, 2), (4, 4), (0, 4), (2, 2)], False),  # touches
        ([(0, 0), (4, 0), (4, 4), (2, 4), (2, 2), (2, 4), (0, 4)], False),  # a cut of no width
        ([(0, 0), (9, 0), (9, 1), (5, 1), (5, -3), (4, -3), (4, 1), (0, 1)], True),
    ],
)
def test_rings_that_cross_themselves_are_found(corners: list[tuple[float, float]], crosses: bool) -> None:
    assert crosses_itself(ring(*corners)) is crosses


@pytest.mark.parametrize("seed", range(10))
def test_random_stars_do_not_cross_and_random_corners_do(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert not crosses_itself(blob(rng, 0, 0, 50, 400))
    corners = rng.uniform(0, 50, (30, 2))
    assert crosses_itself(np.concatenate([corners, corners[:1]]))


def test_a_long_ring_is_searched_quickly() -> None:
    angles = np.linspace(0, math.tau, 15_000, endpoint=False)
    circle = 100 + 90 * np.column_stack([np.cos(angles), np.sin(angles)])
    assert not crosses_itself(np.concatenate([circle, circle[:1]]))


def test_a_hole_outside_the_picture_is_cut_off_with_its_polygon() -> None:
    found = ImportBuilder("a.png", (10, 10))
    rings = sound_polygon([square(2, 2, 20), square(12, 12, 4)], found)
    assert len(rings) == 1
    assert found.imported().left_out == ("A polygon that left the picture was cut off at its border.",)
