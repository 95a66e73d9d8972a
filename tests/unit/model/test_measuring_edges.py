"""What masks are measured by: edges that are near each other, and clicks where the error is deepest."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.boundaries import boundary, boundary_f, iou
from tests.support.clicking import Click, depths, next_click


def square(top: int, left: int, side: int = 6, size: int = 20) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    mask = np.zeros((size, size), np.bool_)
    mask[top : top + side, left : left + side] = True
    return mask


def test_edges_within_the_tolerance_agree() -> None:
    assert boundary_f(square(5, 5), square(5, 5), 0) == 1
    assert boundary_f(square(5, 5), square(5, 7), 2) == 1
    assert 0 < boundary_f(square(5, 5), square(5, 8), 1) < 1
    assert boundary_f(square(0, 0), square(13, 13), 2) == 0
    empty = np.zeros((20, 20), np.bool_)
    assert boundary_f(empty, empty, 2) == 1
    assert boundary_f(square(5, 5), empty, 2) == 0


def test_the_picture_s_border_is_no_edge() -> None:
    assert not boundary(np.ones((5, 7), np.bool_)).any()
    assert np.count_nonzero(boundary(square(5, 5))) == 20


def test_only_counted_pixels_make_masks_differ() -> None:
    assert iou(square(5, 5), square(5, 8)) == pytest.approx(1 / 3)
    assert iou(square(5, 5), square(5, 8), square(5, 8, side=3)) == 1
    assert iou(square(5, 5), square(5, 5), np.zeros((20, 20), np.bool_)) == 1


def test_depths_are_distances_to_the_nearest_pixel_outside() -> None:
    region = np.random.default_rng(0).random((13, 17)) > 0.2
    outside = np.argwhere(~np.pad(region, 1)) - 1
    expected = [
        [np.hypot(*(outside - (row, column)).T).min() if region[row, column] else 0 for column in range(17)] for row in range(13)
    ]
    assert depths(region) == pytest.approx(np.array(expected))
    assert depths(np.ones((3, 9), np.bool_)).max() == 2


def test_a_click_is_in_the_middle_of_the_larger_error() -> None:
    everything = np.ones((20, 20), np.bool_)
    assert next_click(square(0, 0, side=3), square(5, 5, side=7), everything) == Click(8.5, 8.5, 1)
    assert next_click(square(5, 5, side=9), square(0, 0, side=2), everything) == Click(9.5, 9.5, 0)
    assert next_click(square(5, 5), square(5, 5), everything) is None
    assert next_click(square(5, 5), square(0, 0, side=2), ~square(5, 5)) == Click(0.5, 0.5, 1)
