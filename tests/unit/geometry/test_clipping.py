"""Outlines cut off at the picture's border."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from shapely.geometry import Polygon

from tabsam.geometry.clipping import clip
from tabsam.geometry.outline import Outline, area
from tabsam.geometry.raster import fill
from tests.support.annotated import ring
from tests.support.raster import is_off_edges
from tests.support.shapes import box, circle, disc, geometry, rectangle, shape
from tests.support.strategies import tangles


def test_an_outline_within_the_picture_is_not_clipped() -> None:
    line = shape([rectangle(0, 0, 10, 10), rectangle(4, 4, 6, 6)], [circle(20, 5, 5)])
    assert clip(line, (10, 30)) is line
    assert clip(shape(), (10, 30)).rings() == []


def test_an_outline_is_cut_off_at_every_border() -> None:
    cut = clip(disc(10, 10, 12), (20, 20))
    assert cut.vertices.min() == 0
    assert cut.vertices.max() == 20
    exact = Polygon(circle(10, 10, 12)).intersection(Polygon(rectangle(0, 0, 20, 20)))
    assert area(cut) == pytest.approx(exact.area, abs=1e-4)
    assert all((ring[0] == ring[-1]).all() for ring in cut.rings())


def test_what_falls_apart_at_the_border_is_two_polygons() -> None:
    horseshoe = shape([ring((2, -4), (8, -4), (8, 8), (6, 8), (6, -2), (4, -2), (4, 8), (2, 8))])
    cut = clip(horseshoe, (20, 20))
    assert len(cut.polygons()) == 2
    assert area(cut) == pytest.approx(32)


def test_a_hole_at_the_border_opens() -> None:
    cut = clip(shape([circle(0, 50, 30), circle(0, 50, 15)]), (100, 100))
    assert [len(rings) for rings in cut.polygons()] == [1]
    assert area(cut) == pytest.approx(np.pi * (900 - 225) / 2, rel=1e-3)


def test_what_is_within_the_border_stays_to_the_last_digit_and_what_is_cut_lies_on_it() -> None:
    line = disc(10 / 3, 50 / 7, 12.1)
    cut = clip(line, (20, 20))
    kept = {tuple(vertex) for vertex in line.vertices.tolist() if min(vertex) > 0 and max(vertex) < 20}
    new = {tuple(vertex) for vertex in cut.vertices.tolist()} - kept
    assert kept <= {tuple(vertex) for vertex in cut.vertices.tolist()}
    assert all(0 in vertex or 20 in vertex for vertex in new)


def test_what_surrounds_the_picture_is_cut_off_to_all_of_it_and_a_corner_that_only_touches_is_nothing() -> None:
    assert area(clip(box(-5, -5, 30, 30), (20, 20))) == 400
    assert clip(box(-5, -5, 0, 0), (20, 20)).rings() == []
    assert clip(box(-5, 0, 0, 20), (20, 20)).rings() == []


def test_an_outline_outside_the_picture_has_no_rings() -> None:
    assert clip(box(30, 0, 40, 10), (20, 20)).rings() == []


@given(tangles(-10, 30))
@settings(max_examples=150)
def test_what_is_clipped_lies_in_the_picture_and_has_the_same_pixels(line: Outline) -> None:
    cut = clip(line, (16, 20))
    if len(cut.vertices):
        assert cut.vertices.min() >= 0
        assert (cut.vertices.max(axis=0) <= (20, 16)).all()
    assert not ((fill(cut, (16, 20)) ^ fill(line, (16, 20))) & is_off_edges(line, (16, 20))).any()


@pytest.mark.parametrize("grid", [None, 1, 2])
def test_polygons_with_holes_are_clipped_as_shapely_clips_them(grid: int | None) -> None:
    rng = np.random.default_rng(7)
    picture = Polygon(rectangle(0, 0, 20, 16))
    count = 0
    while count < 150:
        corners = rng.integers(4, 30)
        turn, radius = np.sort(rng.uniform(0, 2 * np.pi, corners)), rng.uniform(2, 14, corners)
        star, middle = np.column_stack([np.cos(turn), np.sin(turn)]), rng.uniform(-5, 25, 2)
        boundary = middle + star * radius[:, np.newaxis]
        hole = (middle + star * radius.min() * 0.6)[:: rng.choice([-1, 1])]  # either turn: files have both
        boundary = boundary if grid is None else np.round(boundary * grid) / grid  # vertices on the border, too
        if not Polygon(boundary, [hole]).is_valid:
            continue
        count += 1
        cut = clip(shape([ring(*boundary), ring(*hole)]), (16, 20))
        assert geometry(cut).is_valid
        assert area(cut) == pytest.approx(Polygon(boundary, [hole]).intersection(picture).area, abs=1e-9)


def test_the_teeth_of_a_comb_are_polygons_of_their_own() -> None:
    teeth = [(x, y) for left in range(0, 60, 4) for x, y in ((left, 5), (left, -9), (left + 2, -9), (left + 2, 5))]
    comb = shape([ring(*((x + 1, 4 - y) for x, y in teeth), (59, -9), (1, -9))])
    cut = clip(comb, (10, 80))
    assert [len(rings) for rings in cut.polygons()] == [1] * 15
    assert area(cut) == 15 * 2 * 10


def test_what_touches_the_border_from_within_while_the_rest_leaves_stays_sound() -> None:
    notched = ring((-4, -4), (10, -4), (10, 0), (7, 3), (4, 0), (1, 3), (-4, 3))  # comes to the border at (4, 0), and goes back
    cut = clip(shape([notched]), (20, 20))
    assert geometry(cut).is_valid
    assert area(cut) == Polygon(notched).intersection(Polygon(rectangle(0, 0, 20, 20))).area
    holed = shape([rectangle(-4, -4, 10, 10), ring((5, 0), (7, 4), (3, 4))])
    assert [len(rings) for rings in clip(holed, (20, 20)).polygons()] == [2]
    assert geometry(clip(holed, (20, 20))).is_valid
