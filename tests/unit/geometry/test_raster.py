"""Outlines filled: against a pixel's centre being inside, one pixel at a time."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given

from tabsam.arrays import BoolArray, Size
from tabsam.geometry.counts import counts_of_mask, mask_of_counts
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.geometry.raster import Crop, fill, fill_crop, paint, run_lengths, spans
from tests.support.annotated import HOLED, ISLAND, SIZE, ring, square
from tests.support.raster import is_off_edges, rasterised
from tests.support.strategies import tangles

NOTHING = from_polygons([])


def by_hand(line: Outline, size: Size) -> BoolArray:
    """Count, for each pixel, the edges above its centre."""
    mask = np.zeros(size, np.bool_)
    for y in range(size[0]):
        for x in range(size[1]):
            above = 0
            for one in line.rings():
                for (x0, y0), (x1, y1) in itertools.pairwise(one):
                    if (x0 <= x + 0.5) != (x1 <= x + 0.5):
                        above += y0 + (x + 0.5 - x0) * (y1 - y0) / (x1 - x0) < y + 0.5
            mask[y, x] = above % 2 == 1
    return mask


def test_a_pixel_is_inside_when_its_centre_is() -> None:
    assert fill(from_polygons([[square(0.6, 0.4, 1.2)]]), (3, 3)).tolist() == [
        [False, False, False] if y != 0 and y != 1 else [False, True, False] for y in range(3)
    ]


def test_holes_and_islands_in_holes_follow_the_even_odd_rule() -> None:
    mask = fill(ISLAND, SIZE)
    assert [bool(mask[25, x]) for x in (20, 23, 26, 30, 33)] == [True, False, True, False, True]


@given(tangles())
def test_any_outline_is_filled_as_one_would_by_hand(line: Outline) -> None:
    size = (13, 17)
    clear = is_off_edges(line, size)
    assert np.array_equal(fill(line, size) & clear, by_hand(line, size) & clear)
    assert np.array_equal(fill(line, size) & clear, rasterised(line.rings(), size) & clear)


def test_two_outlines_that_share_an_edge_share_no_pixel_and_leave_none_out() -> None:
    left, right = ring((0, 0), (6, 0), (2, 8), (0, 8)), ring((6, 0), (8, 0), (8, 8), (2, 8))
    one, other = (fill(from_polygons([[half]]), (8, 8)) for half in (left, right[::-1]))
    assert not (one & other).any()
    assert (one | other).all()


def test_what_lies_outside_the_picture_is_cut_off() -> None:
    assert fill(from_polygons([[square(-1e6, -1e6, 3e6)]]), (2, 3)).all()
    assert not fill(from_polygons([[square(5, 0, 3)]]), (2, 3)).any()
    assert fill(from_polygons([[square(-5, -5, 6.5)]]), (2, 3)).tolist() == [[True, False, False], [False, False, False]]


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1)])
def test_pictures_of_a_pixel_or_a_line_are_filled(size: Size) -> None:
    assert fill(from_polygons([[square(0, 0, 9)]]), size).all()
    assert run_lengths(spans(NOTHING, size), size).tolist() == [size[0] * size[1]]


def test_no_outline_has_no_pixels() -> None:
    filled = spans(NOTHING, SIZE)
    assert (filled.pixel_count, filled.box) == (0, None)
    assert fill_crop(NOTHING, SIZE).mask.shape == (0, 0)


def test_a_crop_is_the_mask_of_the_smallest_box() -> None:
    crop, mask = fill_crop(HOLED, SIZE), fill(HOLED, SIZE)
    assert (crop.left, crop.top, crop.mask.shape) == (20, 2, (12, 12))
    assert np.array_equal(crop.mask, mask[2:14, 20:32])
    assert spans(HOLED, SIZE).pixel_count == np.count_nonzero(mask) == 128


@given(tangles())
def test_run_lengths_are_those_of_the_mask(line: Outline) -> None:
    counts = run_lengths(spans(line, (15, 22)), (15, 22))
    mask = fill(line, (15, 22))
    assert counts.tolist() == counts_of_mask(mask).tolist()
    assert np.array_equal(mask_of_counts(counts, (15, 22)), mask)


@pytest.mark.parametrize("size", [(1001, 1024), (3, 400_001), (400_001, 3)])
def test_a_large_mask_is_laid_out_strip_by_strip(size: Size) -> None:
    mask = np.random.default_rng(0).random(size) < 0.5
    mask[:, size[1] // 4 : size[1] // 2] = True  # a run of many columns
    for one in (mask, ~mask, np.zeros(size, np.bool_), np.ones(size, np.bool_)):
        assert np.array_equal(mask_of_counts(counts_of_mask(one), size), one)


def test_a_mask_that_begins_inside_begins_with_no_pixels_outside() -> None:
    assert counts_of_mask(np.array([[True, False], [True, True]])).tolist() == [0, 2, 1, 1]


def test_a_later_crop_is_painted_over_an_earlier_one() -> None:
    target = np.zeros((2, 3), np.uint8)
    paint(target, Crop(np.ones((2, 2), np.bool_), 0, 0), 1)
    paint(target, Crop(np.array([[True, False]]), 1, 0), 2)
    assert target.tolist() == [[1, 2, 0], [1, 1, 0]]
