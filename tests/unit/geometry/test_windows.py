"""Windows of grids, and values brought from one grid to another."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.geometry.windows import Window, resampled, rewindowed
from tabsam.model.masks import resize_logits


def test_a_window_is_the_smallest_around_cells() -> None:
    cells = np.zeros((6, 8), np.bool_)
    assert Window.around(cells) is None
    cells[2, 3] = cells[4, 5] = True
    window = Window.around(cells)
    assert window == Window((2, 5), (3, 6))
    assert window.size == (3, 3)
    assert window.grown(2, (6, 8)) == Window((0, 6), (1, 8))


def test_a_window_of_a_finer_grid_lies_in_that_of_the_coarser() -> None:
    assert Window((1, 3), (0, 5)).scaled((4, 5), (8, 10)) == Window((2, 6), (0, 10))
    assert Window((1, 2), (1, 2)).scaled((3, 3), (10, 10)) == Window((4, 6), (4, 6))
    assert Window.whole((7, 5)).scaled((7, 5), (13, 9)) == Window.whole((13, 9))


@pytest.mark.parametrize("to_size", [(11, 17), (14, 20), (31, 23), (7, 10)])
def test_values_are_brought_to_a_finer_grid_as_bilinear_interpolation_does(to_size: tuple[int, int]) -> None:
    size = (7, 10)
    values = np.random.default_rng(0).random(size).astype(np.float32)
    whole = resampled(values, Window.whole(size), size, Window.whole(to_size), to_size)
    assert whole == pytest.approx(resize_logits(values, to_size), abs=1e-6)
    # A part of it is the same, of all that bears on it.
    window = Window((1, 6), (2, 9))
    to = Window((2, 5), (4, 7)).scaled(size, to_size)
    rows, columns = window.slices
    assert resampled(values[rows, columns], window, size, to, to_size) == pytest.approx(whole[to.slices], abs=1e-6)


def test_a_grid_of_one_cell_is_the_same_everywhere() -> None:
    one = Window.whole((1, 1))
    values = np.array([[0.25]], np.float32)
    assert (resampled(values, one, (1, 1), Window.whole((3, 4)), (3, 4)) == 0.25).all()


def test_another_window_has_the_same_values_and_0_beyond() -> None:
    values = np.arange(1, 7, dtype=np.float32).reshape(2, 3)
    window = Window((4, 6), (1, 4))
    assert rewindowed(values, window, window) is values
    assert rewindowed(values, window, Window((3, 5), (2, 5))).tolist() == [[0, 0, 0], [2, 3, 0]]
    assert rewindowed(values, window, Window((0, 2), (0, 2))).tolist() == [[0, 0], [0, 0]]
