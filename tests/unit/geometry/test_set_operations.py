"""Two outlines made one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from tabsam.arrays import BoolArray, Size
from tabsam.geometry import set_operations
from tabsam.geometry.outline import Outline, area, from_polygons
from tabsam.geometry.overlay import Operation
from tabsam.geometry.raster import fill
from tabsam.geometry.set_operations import intersect, iou, subtract, union
from tabsam.geometry.tracing import outline_of_mask
from tests.support.pictures import iou as pixel_iou
from tests.support.raster import is_off_edges
from tests.support.shapes import box, circle, disc, geometry, rectangle, shape
from tests.support.strategies import pairs, tangles

SIZE = (120, 160)

Combine = Callable[[Outline, Outline, Size], Outline]


def blots(rng: np.random.Generator) -> Outline:
    mask = np.zeros(SIZE, np.bool_)
    for _ in range(4):
        top, left = rng.integers(0, 110), rng.integers(0, 150)
        mask[top : top + rng.integers(4, 50), left : left + rng.integers(4, 50)] = True
    return outline_of_mask(mask)


def ring_and_dot(rng: np.random.Generator) -> Outline:
    x, y = rng.uniform(45, 75, 2).tolist()
    return shape([circle(x, y, 40), circle(x, y, 20)], [circle(x, y, 10)])


def from_shapely(found: BaseGeometry) -> Outline:
    polygons = [one for one in getattr(found, "geoms", [found]) if one.geom_type == "Polygon"]
    return from_polygons([[np.array(ring.coords) for ring in (one.exterior, *one.interiors)] for one in polygons])


def cut_in_two(rng: np.random.Generator) -> tuple[Outline, Outline]:
    """Cut a many-cornered blot along a crooked line; corners lie anywhere, or on a grid of whole, half or eighth pixels."""
    grid = (0, 1, 2, 8)[rng.integers(4)]

    def placed(points: np.ndarray) -> np.ndarray:
        return np.round(points * grid) / grid if grid else points

    corners = rng.integers(5, 40)
    turn, radius = np.sort(rng.uniform(0, 2 * np.pi, corners)), rng.uniform(15, 45, corners)
    whole = Polygon(placed(np.column_stack([80 + radius * np.cos(turn), 60 + radius * np.sin(turn)]))).buffer(0)
    bends = rng.integers(2, 8)
    cut = np.column_stack([np.linspace(-10, 170, bends), rng.uniform(30, 90, bends)])
    if rng.integers(2):
        cut = cut[:, ::-1] * (1.3, 0.7)
    parts = split(whole, LineString(placed(cut))).geoms
    return from_shapely(MultiPolygon(list(parts)[::2])), from_shapely(MultiPolygon(list(parts)[1::2]))


@pytest.mark.parametrize("seed", range(15))
def test_what_abuts_becomes_one_sound_outline(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(30):
        one, other = cut_in_two(rng)
        if not (geometry(one).is_valid and geometry(other).is_valid):
            continue  # parts that abut each other, of one outline
        for first, second in ((one, other), (other, one)):
            both = union(first, second, SIZE)
            assert geometry(both).is_valid
            assert area(both) == pytest.approx(area(one) + area(other), abs=1e-4)
            assert not len(intersect(first, second, SIZE).vertices)


@pytest.mark.parametrize("angle", [0.0, 0.3, 0.7853981633974483])
def test_fields_of_a_board_that_are_added_one_by_one_stay_sound_and_are_all_one_at_the_end(angle: float) -> None:
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    fields = [
        (rectangle(x, y, x + 11.5, y + 7.25) - 20) @ turn + (80, 60) for x in np.arange(5) * 11.5 for y in np.arange(5) * 7.25
    ]
    np.random.default_rng(3).shuffle(fields)
    board = shape()
    for field in fields:
        board = union(board, shape([field]), SIZE)
        assert geometry(board).is_valid
    (rings,) = board.polygons()
    assert len(rings) == 1
    assert area(board) == pytest.approx(25 * 11.5 * 7.25)


COMBINED = ((union, np.logical_or), (intersect, np.logical_and), (subtract, np.greater))


@given(pairs())
@settings(max_examples=150)
def test_outlines_of_any_masks_are_combined_as_their_pixels_are(both: tuple[BoolArray, BoolArray]) -> None:
    one, other = both
    lines, size = (outline_of_mask(one), outline_of_mask(other)), one.shape
    for combine, pixels in COMBINED:
        found = combine(*lines, size)
        assert geometry(found).is_valid
        assert np.array_equal(fill(found, size), pixels(one, other))
        assert area(found) == pytest.approx(np.count_nonzero(pixels(one, other)))
    assert iou(*lines, size) == pytest.approx(pixel_iou(one, other))


@given(tangles(0, 20), tangles(0, 20))
def test_outlines_that_cross_themselves_are_combined_by_the_even_odd_rule(one: Outline, other: Outline) -> None:
    size = (20, 20)
    for combine, pixels in COMBINED:
        wrong = fill(combine(one, other, size), size) ^ pixels(fill(one, size), fill(other, size))
        assert np.count_nonzero(wrong & is_off_edges(one, size) & is_off_edges(other, size)) <= 1


def test_a_figure_of_eight_whose_loops_are_equal_is_not_nothing() -> None:
    eight, apart = shape([np.array([(10, 10), (50, 50), (50, 10), (10, 50), (10, 10)], np.float64)]), box(90, 80, 110, 90)
    for found in (union(eight, shape(), SIZE), subtract(eight, apart, SIZE), intersect(eight, box(0, 0, 160, 120), SIZE)):
        assert np.array_equal(fill(found, SIZE), fill(eight, SIZE))
    assert np.array_equal(fill(union(eight, apart, SIZE), SIZE), fill(eight, SIZE) | fill(apart, SIZE))


@pytest.mark.parametrize("seed", range(48))
@pytest.mark.parametrize(
    ("combine", "pixels", "exact"),
    [
        (union, np.logical_or, "union"),
        (intersect, np.logical_and, "intersection"),
        (subtract, np.greater, "difference"),
    ],
)
def test_what_comes_out_is_what_the_pixels_and_shapely_say(
    combine: Combine, pixels: Callable[[BoolArray, BoolArray], BoolArray], exact: str, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    makers = (blots, ring_and_dot)
    one, other = makers[seed % 2](rng), makers[seed // 2 % 2](rng)
    found = combine(one, other, SIZE)
    assert np.count_nonzero(fill(found, SIZE) ^ pixels(fill(one, SIZE), fill(other, SIZE))) <= 1
    assert geometry(found).is_valid
    assert area(found) == pytest.approx(getattr(geometry(one), exact)(geometry(other)).area, abs=1e-3)


def test_what_is_not_cut_stays_what_it_was() -> None:
    whole = shape([circle(40, 40, 30)], [circle(130, 40, 15)])
    bitten = subtract(whole, box(0, 60, 160, 120), SIZE)
    assert np.array_equal(bitten.polygons()[0][0], whole.polygons()[1][0])
    kept = {tuple(vertex) for vertex in whole.vertices.tolist() if vertex[1] < 59.9}
    assert kept <= {tuple(vertex) for vertex in bitten.vertices.tolist()}


def test_outlines_that_are_the_answer_come_back_themselves() -> None:
    large, small, apart = disc(50, 50, 40), disc(50, 50, 10), disc(130, 60, 10)
    assert union(large, small, SIZE) is large
    assert union(small, large, SIZE) is large
    assert intersect(large, small, SIZE) is small
    assert subtract(large, apart, SIZE) is large
    assert subtract(small, large, SIZE).rings() == []
    assert intersect(large, apart, SIZE).rings() == []
    assert union(large, shape(), SIZE) is large
    assert len(union(large, apart, SIZE).polygons()) == 2


def test_a_sliver_without_a_pixel_counts() -> None:
    whole = disc(50, 50, 40)
    sliver = box(45, 50.6, 150, 51.4)  # between two rows of pixels' centres, and out of the disc
    assert fill(sliver, SIZE).sum() == 0
    out = geometry(sliver).difference(geometry(whole)).area
    assert area(union(whole, sliver, SIZE)) == pytest.approx(area(whole) + out)
    assert area(intersect(whole, sliver, SIZE)) == pytest.approx(area(sliver) - out)
    assert area(subtract(sliver, whole, SIZE)) == pytest.approx(out)
    assert area(subtract(whole, sliver, SIZE)) == pytest.approx(area(whole) - area(sliver) + out)


@pytest.mark.parametrize("flat", [[(50, 50), (70, 53), (50, 50)], [(50, 50), (59, 50), (68, 50), (50, 50)], [(99, 50)] * 4])
def test_rings_that_enclose_nothing_are_left_out(flat: list[tuple[float, float]]) -> None:
    one, other = shape([circle(50, 50, 30)], [np.array(flat, np.float64)]), disc(70, 50, 25)
    for combine, exact in ((union, "union"), (intersect, "intersection"), (subtract, "difference")):
        for found, first, second in ((combine(one, other, SIZE), 50, 70), (combine(other, one, SIZE), 70, 50)):
            assert geometry(found).is_valid
            radius = {50: 30, 70: 25}
            expected = getattr(geometry(disc(first, 50, radius[first])), exact)(geometry(disc(second, 50, radius[second])))
            assert area(found) == pytest.approx(expected.area)


def test_a_hole_that_is_cut_out_belongs_to_the_boundary_around_it() -> None:
    (rings,) = subtract(disc(50, 50, 40), disc(50, 50, 10), SIZE).polygons()
    assert [len(ring) for ring in rings] == [201, 201]


def test_neighbours_along_the_border_of_the_picture_stay_on_it() -> None:
    both = union(box(0, 0, 50, 120), box(40, 0, 160, 120), SIZE)
    assert area(both) == pytest.approx(160 * 120)
    assert both.vertices.min(axis=0).tolist() == [0, 0]
    assert both.vertices.max(axis=0).tolist() == [160, 120]


def test_neighbours_that_share_an_edge_become_one() -> None:
    for line in (box(50, 20, 90, 80), box(10, 0, 50, 60), box(50, 20, 90, 60), box(0, 20, 50, 60)):
        (rings,) = union(line, box(20, 60, 80, 100), SIZE).polygons()
        assert len(rings) == 1
    around = shape([rectangle(10, 10, 110, 110), rectangle(40, 40, 80, 80)])
    assert [len(rings) for rings in union(around, box(40, 40, 80, 80), SIZE).polygons()] == [1]


def test_where_the_pieces_do_not_fit_the_pixels_are_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_operations, "overlay", lambda *_: None)
    one, other = disc(50, 50, 40), disc(90, 60, 30)
    for combine, pixels in ((union, np.logical_or), (intersect, np.logical_and), (subtract, np.greater)):
        assert np.array_equal(fill(combine(one, other, SIZE), SIZE), pixels(fill(one, SIZE), fill(other, SIZE)))


def test_pieces_that_say_something_else_than_the_pixels_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_operations, "overlay", lambda *_: box(0, 0, 5, 5))
    one, other = box(0, 0, 160, 120), box(0, 0, 160, 60)
    assert area(subtract(one, other, SIZE)) == 160 * 60


def test_a_traced_result_may_fill_whole_columns() -> None:
    size = (4, 6)
    one, other = box(0, 0, 4, 4), box(2, 0, 6, 2)
    runs = set_operations._Runs.of(one, size).combined(set_operations._Runs.of(other, size), Operation.UNION)
    spans = runs.spans(4)
    assert np.column_stack([spans.columns, spans.tops, spans.bottoms]).tolist() == [
        [0, 0, 4],
        [1, 0, 4],
        [2, 0, 4],
        [3, 0, 4],
        [4, 0, 2],
        [5, 0, 2],
    ]


def test_iou_counts_pixels() -> None:
    assert iou(box(0, 0, 10, 10), box(0, 0, 10, 5), SIZE) == 0.5
    assert iou(box(0, 0, 10, 10), box(20, 0, 30, 10), SIZE) == 0
    assert iou(shape(), shape(), SIZE) == 1
    assert iou(shape(), box(0, 0, 10, 5), SIZE) == 0
    assert iou(shape([rectangle(0, 0, 10, 10), rectangle(2, 2, 8, 8)]), box(0, 0, 10, 10), SIZE) == 0.64
