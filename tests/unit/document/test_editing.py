"""Outlines edited by hand: vertices, borders, and edges that cross."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tabsam.document.editing import (
    insert_vertex,
    move_vertex,
    remove_vertex,
    without_crossings,
)
from tabsam.errors import PromptError
from tabsam.geometry.outline import Outline, area
from tabsam.geometry.raster import fill
from tests.support.shapes import box, circle, rectangle, shape

NAN = float("nan")


@pytest.fixture
def framed() -> Outline:
    """Return a square with a hole, and a triangle: vertices 0-4, 5-9, 10-13."""
    triangle = np.array([[20, 0], [30, 0], [20, 10], [20, 0]], np.float64)
    return shape([rectangle(0, 0, 10, 10), rectangle(4, 4, 6, 6)], [triangle])


def closed(line: Outline) -> bool:
    return all((ring[0] == ring[-1]).all() for ring in line.rings())


def test_a_moved_vertex_leaves_the_others_and_the_outline_it_came_from(framed: Outline) -> None:
    before = framed.vertices.copy()
    moved = move_vertex(framed, 6, 7.5, 3)
    assert moved.vertices[6].tolist() == [7.5, 3]
    assert np.array_equal(np.delete(moved.vertices, 6, axis=0), np.delete(before, 6, axis=0))
    assert np.array_equal(framed.vertices, before)


@pytest.mark.parametrize("index", [5, 9])
def test_the_closing_vertex_follows_the_first_and_the_first_the_closing_one(framed: Outline, index: int) -> None:
    moved = move_vertex(framed, index, 3, 3)
    assert moved.vertices[[5, 9]].tolist() == [[3, 3], [3, 3]]
    assert closed(moved)


@pytest.mark.parametrize("after", range(14))
def test_a_vertex_on_an_edge_changes_no_area(framed: Outline, after: int) -> None:
    ring = next(ring for ring in range(3) if after < framed.ring_offsets[ring + 1])
    start, end = framed.ring_offsets[ring : ring + 2].tolist()
    begin = start if after == end - 1 else after
    middle = (framed.vertices[begin] + framed.vertices[begin + 1]) / 2
    more = insert_vertex(framed, after, *middle.tolist())
    assert more.vertices[begin + 1].tolist() == middle.tolist()
    assert np.diff(more.ring_offsets)[ring] == end - start + 1
    assert len(more.vertices) == 15
    assert closed(more)
    assert area(more) == area(framed)


def test_a_removed_corner_leaves_a_triangle(framed: Outline) -> None:
    fewer = remove_vertex(framed, 2)
    assert fewer.rings()[0].tolist() == [[0, 0], [10, 0], [0, 10], [0, 0]]
    assert area(fewer) == 50 - 4 + 50


@pytest.mark.parametrize("index", [0, 4])
def test_when_the_first_corner_goes_the_ring_closes_at_the_next(framed: Outline, index: int) -> None:
    fewer = remove_vertex(framed, index)
    assert fewer.rings()[0].tolist() == [[10, 0], [10, 10], [0, 10], [10, 0]]
    assert [len(ring) for ring in fewer.rings()] == [4, 5, 4]


def test_a_hole_left_with_two_corners_disappears(framed: Outline) -> None:
    without = remove_vertex(remove_vertex(framed, 6), 6)
    assert [len(rings) for rings in without.polygons()] == [1, 1]
    assert area(without) == 150


def test_a_boundary_left_with_two_corners_disappears_with_its_hole(framed: Outline) -> None:
    without = remove_vertex(remove_vertex(framed, 1), 1)
    assert [ring.tolist() for ring in without.rings()] == [framed.rings()[2].tolist()]


def test_the_last_three_corners_stay() -> None:
    triangle = remove_vertex(box(0, 0, 4, 4), 1)
    with pytest.raises(PromptError) as caught:
        remove_vertex(triangle, 1)
    assert (caught.value.code, caught.value.message) == ("outline-last", "These are the object's last three corners.")


@pytest.mark.parametrize("index", [-1, 14])
@pytest.mark.parametrize("change", [move_vertex, insert_vertex])
def test_a_vertex_that_is_not_there_is_said(
    framed: Outline, change: Callable[[Outline, int, float, float], Outline], index: int
) -> None:
    with pytest.raises(PromptError) as caught:
        change(framed, index, 0, 0)
    assert (caught.value.code, caught.value.message) == ("vertex-missing", f"The outline has no vertex {index}.")
    with pytest.raises(PromptError, match="no vertex"):
        remove_vertex(framed, index)


@pytest.mark.parametrize("x", [NAN, 1e308, -2e7])
def test_a_place_must_be_in_a_picture_or_near_it(framed: Outline, x: float) -> None:
    with pytest.raises(PromptError) as caught:
        move_vertex(framed, 0, x, 0)
    assert caught.value.code == "vertex-place"
    assert caught.value.message == "This is no place in a picture: the numbers are missing, or beyond any picture."


@pytest.mark.parametrize("line", [shape([circle(50, 50, 30), circle(50, 50, 15)]), box(0, 0, 5, 5), shape()])
def test_an_outline_without_crossings_stays_itself(line: Outline) -> None:
    assert without_crossings(line, (100, 100)) is line


def test_an_untangled_outline_has_the_same_mask_and_is_sound() -> None:
    ring = np.random.default_rng(5).uniform(0, 60, (9, 2))
    tangled = shape([np.concatenate([ring, ring[:1]])])
    untangled = without_crossings(tangled, (60, 60))
    assert untangled is not tangled
    assert without_crossings(untangled, (60, 60)) is untangled
    assert np.array_equal(fill(untangled, (60, 60)), fill(tangled, (60, 60)))
