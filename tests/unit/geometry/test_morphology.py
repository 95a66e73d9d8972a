"""Shapes smoothed, grown, opened and closed: by how much, at the border, and with nothing left."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from shapely.geometry import Polygon

from tabsam.arrays import Float64Array
from tabsam.errors import PromptError
from tabsam.geometry.morphology import close, fill_holes, grow, open_, remove_islands, simplified, smooth
from tabsam.geometry.outline import Outline, area
from tabsam.geometry.tracing import outline_of_mask
from tests.support.shapes import box, circle, disc, rectangle, shape

SIZE = (200, 300)
LARGE = (4000, 6000)

Change = Callable[..., Outline]


def distances(line: Outline, x: float, y: float) -> Float64Array:
    return np.asarray(np.hypot(*(line.vertices - (x, y)).T))


@pytest.mark.parametrize("radius", [0.5, 3, 20, -0.5, -3, -20])
def test_a_disc_grows_and_shrinks_by_the_radius(radius: float) -> None:
    assert distances(grow(disc(100, 100, 50), radius, SIZE), 100, 100) == pytest.approx(
        50 + radius, abs=max(0.08, 0.01 * abs(radius))
    )


@pytest.mark.parametrize("radius", [2, 30, 200, -2, -30, -200])
def test_a_large_object_grows_within_a_pixel_or_a_hundredth_of_the_radius(radius: float) -> None:
    found = distances(grow(shape([circle(2500, 2000, 1500, 1000)]), radius, LARGE), 2500, 2000)
    assert found == pytest.approx(1500 + radius, abs=max(1.0, 0.01 * abs(radius)))
    assert found.mean() == pytest.approx(1500 + radius, abs=0.4)


def test_holes_shrink_as_the_object_grows_and_close_when_it_reaches_across() -> None:
    ring = shape([circle(100, 100, 50), circle(100, 100, 20)])
    assert area(grow(ring, 5, SIZE)) == pytest.approx(np.pi * (55**2 - 15**2), rel=2e-3)
    assert area(grow(ring, -5, SIZE)) == pytest.approx(np.pi * (45**2 - 25**2), rel=2e-3)
    assert [len(rings) for rings in grow(ring, 21, SIZE).polygons()] == [1]


def test_any_polygon_grows_as_shapely_buffers_it() -> None:
    rng = np.random.default_rng(2)
    turn = np.sort(rng.uniform(0, 2 * np.pi, 30))
    ring = np.column_stack([np.cos(turn), np.sin(turn)]) * rng.uniform(20, 80, (30, 1)) + (150, 100)
    line = shape([np.concatenate([ring, ring[:1]])])
    for radius in (4, -4):
        exact = Polygon(ring).buffer(radius, quad_segs=32)
        assert area(grow(line, radius, SIZE)) == pytest.approx(exact.area, rel=5e-3)


def test_at_the_border_an_object_goes_on() -> None:
    half = box(0, 50, 100, 150)
    assert grow(half, -10, SIZE).vertices.min(axis=0) == pytest.approx([0, 60], abs=0.1)
    assert area(grow(half, -10, SIZE)) == pytest.approx(90 * 80, rel=2e-3)
    assert area(grow(half, 10, SIZE)) == pytest.approx(100 * 100 + 3 * 100 * 10 + np.pi * 50, rel=2e-3)
    assert area(smooth(box(0, 0, 300, 200), 5, SIZE)) == pytest.approx(300 * 200)


def test_to_open_takes_spurs_and_specks_away_and_leaves_the_rest() -> None:
    body = np.array(
        [[20, 20], [120, 20], [120, 68], [180, 68], [180, 72], [120, 72], [120, 120], [20, 120], [20, 20]], np.float64
    )
    opened = open_(shape([body], [rectangle(200, 20, 203, 23)]), 4, SIZE)
    assert len(opened.polygons()) == 1
    assert opened.vertices[:, 0].max() == pytest.approx(120, abs=0.6)
    assert area(opened) == pytest.approx(100 * 100 - (4 - np.pi) * 16, abs=15)


def test_to_close_fills_cracks_and_pinholes_and_leaves_the_rest() -> None:
    cracked = shape(
        [rectangle(20, 20, 80, 120), circle(50, 60, 3)],
        [rectangle(84, 20, 140, 120)],
    )
    closed = close(cracked, 4, SIZE)
    assert [len(rings) for rings in closed.polygons()] == [1]
    assert area(closed) == pytest.approx(120 * 100, rel=5e-3)


def test_to_close_does_not_join_an_object_with_the_border() -> None:
    near = box(5, 50, 105, 150)
    assert close(near, 20, SIZE).vertices[:, 0].min() == pytest.approx(5, abs=0.1)
    touching = box(0, 50, 100, 150)
    assert area(close(touching, 20, SIZE)) == pytest.approx(100 * 100, rel=2e-3)
    assert close(touching, 20, SIZE).vertices[:, 0].min() == 0


def test_to_smooth_rounds_corners_and_keeps_straight_edges() -> None:
    smoothed = smooth(box(50, 50, 150, 150), 6, SIZE)
    assert smoothed.vertices.min(axis=0) == pytest.approx([50, 50], abs=0.1)
    assert 9_850 < area(smoothed) < 9_990


def test_to_smooth_takes_stairs_away() -> None:
    stairs = outline_of_mask(np.tri(150, dtype=np.bool_))
    smoothed = smooth(stairs, 2, SIZE)
    assert len(smoothed.vertices) < 40 < len(stairs.vertices) / 4
    assert area(smoothed) == pytest.approx(area(stairs), rel=5e-3)


@pytest.mark.parametrize(
    ("change", "amount"), [(smooth, 40), (grow, -10), (open_, 10), (smooth, 1), (grow, 5), (grow, -1), (open_, 1), (close, 3)]
)
def test_nothing_left_is_an_empty_outline(change: Change, amount: float) -> None:
    assert change(shape(), amount, SIZE).rings() == []
    if amount in (40, -10, 10):
        assert change(disc(100, 100, 8), amount, SIZE).rings() == []


@pytest.mark.parametrize("change", [smooth, grow, open_, close])
def test_by_nothing_an_outline_stays_itself(change: Change) -> None:
    line = disc(100, 100, 50)
    assert change(line, 0, SIZE) is line


@pytest.mark.parametrize("change", [smooth, grow, open_, close, simplified])
@pytest.mark.parametrize("amount", [float("nan"), float("inf"), 1e12])
def test_an_amount_that_is_no_number_is_said(change: Change, amount: float) -> None:
    with pytest.raises(PromptError) as caught:
        change(disc(100, 100, 50), amount, SIZE)
    assert caught.value.code == "radius"
    assert caught.value.message == f"A distance in image pixels must be a number from 0 to a million, not {amount}."


def test_a_negative_amount_is_only_for_growing() -> None:
    for change in (smooth, open_, close):
        with pytest.raises(PromptError, match="to a million, not -1"):
            change(disc(100, 100, 50), -1, SIZE)


@pytest.mark.parametrize("change", [smooth, grow, open_, close])
def test_an_object_of_a_pixel_and_one_outside_the_picture_do_no_harm(change: Change) -> None:
    assert area(change(box(10, 10, 11, 11), 0.2, SIZE)) == pytest.approx(1, abs=1)
    assert change(box(400, 400, 410, 410), 2, SIZE).rings() == []


def test_holes_are_filled_with_the_islands_in_them() -> None:
    target = shape(
        [circle(100, 100, 80), circle(100, 100, 60)], [circle(100, 100, 40), circle(100, 100, 5)], [circle(250, 50, 9)]
    )
    assert [len(rings) for rings in fill_holes(target).polygons()] == [1, 1]
    assert [len(rings) for rings in fill_holes(target, 100).polygons()] == [2, 1, 1]
    assert fill_holes(target, 10) is target
    assert fill_holes(shape()).rings() == []


def test_islands_go_but_the_largest_stays() -> None:
    parts = shape([circle(50, 50, 30)], [circle(150, 50, 5)], [circle(200, 50, 3)])
    assert [len(rings) for rings in remove_islands(parts, 50).polygons()] == [1, 1]
    (kept,) = remove_islands(parts, 1e9).rings()
    assert np.array_equal(kept, parts.rings()[0])
    assert remove_islands(parts, 1) is parts
    assert remove_islands(shape(), 10).rings() == []


def test_a_simplified_outline_says_how_many_vertices_it_has_and_how_alike_it_is() -> None:
    found = simplified(disc(100, 100, 50), 0.5, SIZE)
    assert found.vertex_count == len(found.outline.vertices) - 1 < 40
    assert 0.97 < found.iou < 1
    same = simplified(disc(100, 100, 50), 0, SIZE)
    assert (same.vertex_count, same.iou) == (200, 1)
    assert simplified(shape(), 1, SIZE).vertex_count == 0
