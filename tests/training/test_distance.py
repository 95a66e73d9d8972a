"""The distance transform, against one that looks at every pair of pixels."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.arrays import BoolArray
from tabsam_training.distance import deepest, distance_inside


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
