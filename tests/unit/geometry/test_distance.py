"""The distance transform, against one that looks at every pair of pixels."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.arrays import BoolArray
from tabsam.geometry.distance import deepest, distance_inside, distances_to


def by_pairs(mask: BoolArray) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    padded = np.pad(mask, 1)
    off = np.argwhere(~padded)
    distances = np.zeros(mask.shape)
    for y, x in np.argwhere(mask):
        distances[y, x] = np.sqrt(((off - (y + 1, x + 1)) ** 2).sum(1).min())
    return distances


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (13, 17)])
@pytest.mark.parametrize("share", [0.5, 0.95, 1.0])
def test_it_is_exact(shape: tuple[int, int], share: float) -> None:
    mask = np.random.default_rng(3).random(shape) < share
    np.testing.assert_allclose(distance_inside(mask), by_pairs(mask), rtol=1e-6)


def test_outside_the_picture_is_off_the_mask() -> None:
    assert distance_inside(np.ones((3, 3), bool)).tolist() == [[1, 1, 1], [1, 2, 1], [1, 1, 1]]


def test_an_empty_mask_has_no_depth() -> None:
    assert deepest(np.zeros((4, 5), bool)) == (0, 0, 0.0)


def test_the_deepest_pixel_is_x_then_y() -> None:
    mask = np.zeros((9, 20), bool)
    mask[2:7, 10:15] = True
    assert deepest(mask) == (12, 4, 3.0)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (13, 17)])
@pytest.mark.parametrize("share", [0.03, 0.5])
def test_distances_to_a_mask_are_exact(shape: tuple[int, int], share: float) -> None:
    targets = np.random.default_rng(5).random(shape) < share
    targets[-1, -1] = True
    rows, columns = np.indices(shape).reshape(2, -1)
    there = np.argwhere(targets)
    wanted = [np.sqrt(((there - place) ** 2).sum(1).min()) for place in zip(rows, columns, strict=True)]
    np.testing.assert_allclose(distances_to(targets, rows, columns), wanted, rtol=1e-6)


def test_to_an_empty_mask_it_is_infinitely_far() -> None:
    assert distances_to(np.zeros((2, 3), bool), np.array([1]), np.array([2])).tolist() == [np.inf]


def test_many_rows_are_as_exact_as_few() -> None:
    y, x = np.mgrid[:400, :400]
    disc = (x - 200) ** 2 + (y - 200) ** 2 < 190**2
    assert deepest(disc) == (200, 200, 190.0)
