"""Masks traced, and filled again."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from shapely.geometry import Polygon

from tabsam.arrays import BoolArray
from tabsam.geometry.counts import counts_of_mask
from tabsam.geometry.outline import area, signed_area
from tabsam.geometry.raster import fill
from tabsam.geometry.tracing import outline_of_counts, outline_of_mask
from tests.support.strategies import masks


def drawn(*rows: str) -> BoolArray:
    return np.array([[character == "#" for character in row] for row in rows])


def test_a_rectangle_has_four_corners() -> None:
    line = outline_of_mask(drawn("....", ".##.", ".##.", ".##."))
    assert [ring.tolist() for ring in line.rings()] == [[[1, 1], [3, 1], [3, 4], [1, 4], [1, 1]]]


def test_an_offset_moves_the_outline() -> None:
    assert outline_of_mask(drawn("#"), left=5, top=7).vertices.min(axis=0).tolist() == [5, 7]


def test_an_empty_mask_has_no_outline() -> None:
    assert len(outline_of_mask(drawn("..", "..")).vertices) == 0
    assert len(outline_of_counts(np.array([4]), (2, 2)).vertices) == 0


def test_holes_belong_to_the_polygon_around_them() -> None:
    line = outline_of_mask(drawn("#####", "#.#.#", "#####", ".....", "###..", "#.#..", "###.."))
    assert [len(rings) for rings in line.polygons()] == [3, 2]
    assert [signed_area(ring) for rings in line.polygons() for ring in rings] == [15, -1, -1, 9, -1]


def test_an_island_in_a_hole_is_a_polygon_of_its_own() -> None:
    line = outline_of_mask(drawn("#####", "#...#", "#.#.#", "#...#", "#####"))
    assert [len(rings) for rings in line.polygons()] == [2, 1]


def test_pixels_that_touch_at_a_corner_are_two_polygons() -> None:
    assert [len(rings) for rings in outline_of_mask(drawn("#.", ".#")).polygons()] == [1, 1]
    assert [len(rings) for rings in outline_of_mask(drawn(".#", "#.")).polygons()] == [1, 1]


def test_what_is_enclosed_across_a_corner_is_a_hole() -> None:
    (rings,) = outline_of_mask(drawn("###", "#.#", "##.")).polygons()
    assert [signed_area(ring) for ring in rings] == [8, -1]


@given(masks())
@settings(max_examples=150)
def test_any_mask_comes_back_to_the_pixel_from_valid_polygons(mask: BoolArray) -> None:
    line = outline_of_mask(mask)
    assert np.array_equal(fill(line, mask.shape), mask)
    assert np.array_equal(fill(outline_of_counts(counts_of_mask(mask), mask.shape), mask.shape), mask)
    assert area(line) == np.count_nonzero(mask)
    for boundary, *holes in line.polygons():
        assert Polygon(boundary, holes).is_valid
        assert signed_area(boundary) > 0
        assert all(signed_area(hole) < 0 for hole in holes)
    for ring in line.rings():  # no vertex lies on the straight line between its neighbours
        steps = np.diff(np.concatenate([ring, ring[1:2]]), axis=0)
        assert ((steps[:-1] == 0) != (steps[1:] == 0)).all()
