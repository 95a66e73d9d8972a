"""The guided filter: the same as its definition written out, on whole grids and on windows of them."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.arrays import Float32Array
from tabsam.geometry.guided_filter import Guide, box_sum, explained, fit
from tabsam.geometry.windows import Window

EPS = 1e-4


def direct(values: Float32Array, colours: Float32Array, radius: int, eps: float) -> Float32Array:
    """Filter as the paper defines it, in doubles: window by window, then the mean of the models that a cell lies in."""
    height, width = values.shape
    slopes, offsets = np.zeros((height, width, 3)), np.zeros((height, width))
    near = [
        [np.s_[max(0, row - radius) : row + radius + 1, max(0, column - radius) : column + radius + 1] for column in range(width)]
        for row in range(height)
    ]
    for row in range(height):
        for column in range(width):
            rows, columns = near[row][column]
            guide = colours[:, rows, columns].reshape(3, -1).astype(np.float64)
            inside = values[rows, columns].ravel().astype(np.float64)
            centred = guide - guide.mean(axis=1, keepdims=True)
            covariance = centred @ centred.T / guide.shape[1] + eps * np.eye(3)
            slope = np.linalg.solve(covariance, (guide * inside).mean(axis=1) - guide.mean(axis=1) * inside.mean())
            slopes[row, column], offsets[row, column] = slope, inside.mean() - slope @ guide.mean(axis=1)
    filtered = [
        slopes[near[row][column]].mean(axis=(0, 1)) @ colours[:, row, column] + offsets[near[row][column]].mean()
        for row in range(height)
        for column in range(width)
    ]
    return np.array(filtered, np.float32).reshape(height, width)


def scene(height: int, width: int, seed: int = 0) -> tuple[Float32Array, Float32Array]:
    """Return values, (h, w), and colours, (3, h, w), that have something to do with them."""
    rng = np.random.default_rng(seed)
    values = (rng.random((height, width)) > 0.5).astype(np.float32)
    colours = rng.random((3, height, width)) * 0.6 + 0.3 * values - 0.5
    return values, colours.astype(np.float32)


@pytest.mark.parametrize("size", [(11, 13), (7, 5), (1, 9), (9, 1), (1, 1), (2, 2)])
@pytest.mark.parametrize("radius", [1, 2, 4])
def test_it_is_its_definition_written_out(size: tuple[int, int], radius: int) -> None:
    values, colours = scene(*size)
    guide = Guide.of(colours, radius, EPS)
    assert fit(values, guide).at(colours) == pytest.approx(direct(values, colours, radius, EPS), abs=1e-4)


def test_nearly_grey_colours_are_as_exact() -> None:
    values, colours = scene(14, 14)
    colours[1:] = colours[0] + 1e-3 * colours[1:]
    guide = Guide.of(colours, 3, EPS)
    assert fit(values, guide).at(colours) == pytest.approx(direct(values, colours, 3, EPS), abs=1e-3)


def test_a_guide_without_contrast_gives_the_mean_of_means() -> None:
    values, _ = scene(9, 11)
    guide = Guide.of(np.full((3, 9, 11), 0.2, np.float32), 2, EPS)
    expected = guide.box_mean(guide.box_mean(values))
    assert fit(values, guide).at(guide.colours) == pytest.approx(expected, abs=1e-5)
    assert guide.variances == pytest.approx(np.zeros((9, 11)), abs=1e-6)


def test_what_is_even_stays_as_it_is() -> None:
    _, colours = scene(8, 9)
    guide = Guide.of(colours, 2, EPS)
    for value in (0, 1):
        assert fit(np.full((8, 9), value, np.float32), guide).at(colours) == pytest.approx(np.full((8, 9), value), abs=1e-4)


def test_a_window_two_radii_around_what_is_not_0_is_enough() -> None:
    _, colours = scene(40, 50)
    values = np.zeros((40, 50), np.float32)
    values[15:22, 20:30] = scene(7, 10, seed=1)[0]
    radius = 3
    whole = Guide.of(colours, radius, EPS)
    window = Window((15, 22), (20, 30)).grown(2 * radius, (40, 50))
    everywhere = fit(values, whole).at(colours)
    rows, columns = window.slices
    assert fit(values[rows, columns], whole[window]).at(colours[:, rows, columns]) == pytest.approx(
        everywhere[rows, columns], abs=1e-6
    )
    everywhere[rows, columns] = 0
    assert not everywhere.any()


def test_what_the_colours_say_of_the_values_is_told() -> None:
    rng = np.random.default_rng(3)
    values = np.zeros((20, 20), np.float32)
    values[:, 10:] = 1
    shown = np.stack([values] * 3) * 0.5 - 0.25 + rng.normal(0, 0.01, (3, 20, 20)).astype(np.float32)
    other = rng.random((3, 20, 20)).astype(np.float32) - 0.5
    for colours, low, high in ((shown, 0.95, 1), (other, -0.5, 0.75)):
        guide = Guide.of(colours, 3, EPS)
        told = explained(values, fit(values, guide).at(colours), guide)[5:15, 8:12]
        assert low < told.min() <= told.max() <= high
    guide = Guide.of(shown, 3, EPS)
    even = np.ones((20, 20), np.float32)
    assert explained(even, even, guide) == pytest.approx(even)


@pytest.mark.parametrize("radius", [1, 2, 3, 4, 5, 8, 11])
def test_box_sums_count_what_is_there(radius: int) -> None:
    values = np.random.default_rng(radius).integers(0, 100, (2, 9, 13)).astype(np.float32)
    sums = box_sum(values, radius)
    for row in range(9):
        for column in range(13):
            part = values[:, max(0, row - radius) : row + radius + 1, max(0, column - radius) : column + radius + 1]
            assert (sums[:, row, column] == part.sum(axis=(1, 2))).all()


def test_box_sums_lose_no_digits_far_from_the_start() -> None:
    # A running total in float32 would be off by about 0.02 after a million cells.
    values = np.full((1, 1_000_000), 0.1, np.float32)
    assert box_sum(values, 4)[0, 4:-4] == pytest.approx(0.3 * 3 * np.ones(999_992), rel=1e-6)


def test_nothing_given_is_changed() -> None:
    values, colours = scene(10, 10)
    before = values.copy(), colours.copy()
    fit(values, Guide.of(colours, 2, EPS)).at(colours)
    assert (values == before[0]).all()
    assert (colours == before[1]).all()
