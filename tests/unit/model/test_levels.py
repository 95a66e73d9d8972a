"""Cells above thresholds, eight at a time, and the areas that the lines between them enclose."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.arrays import Float32Array
from tabsam.model.levels import Levels, lines, packed
from tabsam.model.masks import resize_logits

SHAPES = ((1, 1), (3, 8), (5, 7), (16, 16), (2, 24), (9, 64))


def noise(height: int, width: int) -> Float32Array:
    return np.random.default_rng(height * width).normal(-1.5, 1, (height, width)).astype(np.float32)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_what_is_read_by_words_is_what_numpy_says(shape: tuple[int, int]) -> None:
    cells = noise(*shape)
    levels = Levels(cells, (-1, 0))
    for level, threshold in enumerate((-1, 0)):
        above = cells > threshold
        assert levels.above(level).tolist() == above.tolist()
        assert levels.count(level) == above.sum()
        for found, axis in zip(levels.lines(level), (1, 0), strict=True):
            assert found.tolist() == above.any(axis=axis).tolist()
        assert packed(above).tolist() == np.packbits(above).tolist()
    part = (cells > -1)[:, ::2]  # not in one piece
    assert packed(part).tolist() == np.packbits(part).tolist()
    assert lines(part)[0].tolist() == part.any(axis=1).tolist()


def test_a_straight_line_s_area_is_exact_wherever_it_lies_but_in_the_outermost_half_cell() -> None:
    y, x = np.mgrid[:8, :12].astype(np.float32) + np.float32(0.5)
    for place in (2.1, 5.6, 6.0, 7.2):
        for cells, across in ((place - x, 8), (place - y, 12), (x - (12 - place), 8)):
            assert Levels(cells, (0.0,)).areas((8, 12))[0] == pytest.approx(place * across, abs=0.5)
            inner = Levels(cells, (0.0,)).areas((8, 12))[0] - np.rint(place) * across
            assert inner == pytest.approx((place - np.rint(place)) * (across - 1), abs=1e-4)


@pytest.mark.parametrize("extent", [(64, 64), (64, 42.5), (38.75, 64), (64, 41.2)], ids=str)
def test_areas_are_those_of_the_interpolated_cells(extent: tuple[float, float]) -> None:
    finer, off = 32, []
    for seed in range(6):
        coarse = np.random.default_rng(seed).normal(0, 4, (10, 10)).astype(np.float32)
        cells = resize_logits(coarse, (64, 64))
        fine = resize_logits(cells, (64 * finer, 64 * finer))[: round(extent[0] * finer), : round(extent[1] * finer)]
        found = Levels(cells, (-1, 0, 1)).areas(extent)
        off += [abs(area / (np.count_nonzero(fine > t) / finer**2) - 1) for area, t in zip(found, (-1, 0, 1), strict=True)]
    assert max(off) < 3e-3
    assert np.mean(off) < 7e-4


def test_nothing_and_everything_have_their_areas() -> None:
    assert Levels(np.full((5, 9), -1, np.float32), (0,)).areas((5, 9)).tolist() == [0]
    assert Levels(np.full((5, 9), 1, np.float32), (0, 1)).areas((5, 9)).tolist() == [45, 0]
    assert Levels(np.full((1, 3), 1, np.float32), (0,)).areas((1, 2.5)).tolist() == [2.5]
