"""The guided filter with a colour guide (He, Sun and Tang 2010): values that follow a picture's edges.

In every window of the guide the values are fitted by a linear model of the three colours; a cell gets the mean of the models of
all windows that it lies in. In the fast guided filter (He and Sun 2015) models are fitted on a coarse grid, brought to a finer
one, and meet the finer guide there.

Values are taken to be 0 outside of what is given. So they may be given, of a large grid, where they are not 0 and two radii
around that: what comes out is then the same as on the whole grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabsam.arrays import Float32Array, Float64Array, Size
from tabsam.geometry.windows import Window


@dataclass(frozen=True)
class Guide:
    """What the filter must know of a guide: of a window of a grid, computed once for however many values.

    Attributes
    ----------
    colours : float32, shape (3, h, w)
        Around 0, 1 from the darkest to the brightest.
    means : float32, shape (3, h, w)
    inverses : float32, shape (6, h, w)
        Of the colours' covariances with eps on the diagonal: rr, rg, rb, gg, gb, bb.
    variances : float32, shape (h, w)
        The three colours' variances, summed.
    per_row, per_column : float32, shapes (h, 1) and (w,)
        One over the number of cells in a window, along each axis: fewer at the grid's border.
    radius : int
        Of the windows, which have 2 * radius + 1 cells a side.
    """

    colours: Float32Array
    means: Float32Array
    inverses: Float32Array
    variances: Float32Array
    per_row: Float32Array
    per_column: Float32Array
    radius: int

    @classmethod
    def of(cls, colours: Float32Array, radius: int, eps: float) -> Guide:
        """Take in a whole grid's colours, (3, h, w).

        Parameters
        ----------
        radius : int, >= 1
        eps : float, > 0
            The variance of the colours, of 0 to 1, below which they are taken for noise.
        """
        _, height, width = colours.shape
        per_row, per_column = _one_over_counts(height, radius)[:, np.newaxis], _one_over_counts(width, radius)
        share = per_row * per_column
        means = box_sum(colours, radius) * share
        # In doubles: of colours that are nearly grey the determinant is what is left of far larger numbers.
        covariances = [
            (box_sum(colours[one] * colours[other], radius) * share).astype(np.float64)
            - means[one].astype(np.float64) * means[other]
            for one, other in _PAIRS
        ]
        rr, rg, rb, gg, gb, bb = covariances
        inverses = _inverted(rr + eps, rg, rb, gg + eps, gb, bb + eps)
        variances = np.maximum(rr + gg + bb, 0).astype(np.float32)
        return cls(colours, means, inverses, variances, per_row, per_column, radius)

    def __getitem__(self, window: Window) -> Guide:
        """Give views of a window."""
        rows, columns = window.slices
        return Guide(
            self.colours[:, rows, columns],
            self.means[:, rows, columns],
            self.inverses[:, rows, columns],
            self.variances[rows, columns],
            self.per_row[rows],
            self.per_column[columns],
            self.radius,
        )

    @property
    def size(self) -> Size:
        """(height, width), in cells."""
        return self.variances.shape[0], self.variances.shape[1]

    def box_mean(self, values: Float32Array) -> Float32Array:
        """Give the mean around each cell, (..., h, w), over the cells that the grid has there."""
        mean = box_sum(values, self.radius)
        mean *= self.per_row
        mean *= self.per_column
        return mean


@dataclass(frozen=True)
class Models:
    """A linear model of the colours at each cell: ``slopes . colours + offsets``.

    Attributes
    ----------
    slopes : float32, shape (3, h, w)
    offsets : float32, shape (h, w)
    """

    slopes: Float32Array
    offsets: Float32Array

    def at(self, colours: Float32Array) -> Float32Array:
        """Give the values, (h, w), that the models have for colours, (3, h, w), of the same grid."""
        values = self.slopes[0] * colours[0]
        for slopes, channel in zip(self.slopes[1:], colours[1:], strict=True):
            values += slopes * channel
        values += self.offsets
        return np.asarray(values)


def fit(values: Float32Array, guide: Guide) -> Models:
    """Fit values by local models of a guide, and give each cell the mean of the models around it.

    Parameters
    ----------
    values : float32, shape (h, w)
        0 beyond.
    guide : Guide, of the same window

    Returns
    -------
    Models
        ``fit(values, guide).at(guide.colours)`` is the guided filter.
    """
    mean = guide.box_mean(values)
    r, g, b = guide.box_mean(guide.colours * values) - guide.means * mean
    rr, rg, rb, gg, gb, bb = guide.inverses
    models = np.empty((4, *values.shape), np.float32)
    models[0] = rr * r + rg * g + rb * b
    models[1] = rg * r + gg * g + gb * b
    models[2] = rb * r + gb * g + bb * b
    models[3] = mean - (models[:3] * guide.means).sum(axis=0)
    averaged = guide.box_mean(models)
    return Models(averaged[:3], averaged[3])


def explained(values: Float32Array, filtered: Float32Array, guide: Guide) -> Float32Array:
    """Tell how much of the values' variance around each cell the filtered values account for.

    Parameters
    ----------
    values : float32, shape (h, w)
        0 beyond.
    filtered : float32, shape (h, w)
        What the filter made of them.

    Returns
    -------
    float32, shape (h, w)
        The coefficient of determination: 1 where they are the same, also of values that are even; 0 or less where the colours
        say nothing.
    """
    variance = guide.box_mean(values * values) - guide.box_mean(values) ** 2
    missed = guide.box_mean((values - filtered) ** 2)
    return np.asarray(1 - missed / np.maximum(variance, np.float32(1e-6)))


def box_sum(values: Float32Array, radius: int) -> Float32Array:
    """Sum over the 2 * radius + 1 cells a side around each cell; beyond the ends all is 0.

    By adding sums of 1, 2, 4 ... cells: unlike differences of running totals, these lose no digits.

    Parameters
    ----------
    values : float32, shape (..., h, w)

    Returns
    -------
    float32, shape (..., h, w)
        A new array.
    """
    for axis in (-1, -2):
        values = _window_sum(values, radius, axis)
    return values


_PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))


def _window_sum(values: Float32Array, radius: int, axis: int) -> Float32Array:
    length = values.shape[axis]
    padding = [(0, 0)] * values.ndim
    padding[axis] = (radius, radius)
    doubled = np.pad(values, padding)
    taps, size, done = 2 * radius + 1, 1, 0
    total = np.zeros(values.shape, np.float32)
    while True:
        if taps & size:
            total += _along(doubled, done, length, axis)
            done += size
        if 2 * size > taps:
            return total
        count = doubled.shape[axis] - size
        doubled = _along(doubled, 0, count, axis) + _along(doubled, size, count, axis)
        size *= 2


def _along(values: Float32Array, start: int, count: int, axis: int) -> Float32Array:
    """Give a view of some cells along the last axis, or the one before."""
    return values[..., start : start + count] if axis == -1 else values[..., start : start + count, :]


def _one_over_counts(length: int, radius: int) -> Float32Array:
    places = np.arange(length)
    counts = np.minimum(places + radius, length - 1) - np.maximum(places - radius, 0) + 1
    return (1 / counts).astype(np.float32)


def _inverted(
    rr: Float64Array, rg: Float64Array, rb: Float64Array, gg: Float64Array, gb: Float64Array, bb: Float64Array
) -> Float32Array:
    """Invert symmetric matrices in closed form; float32, shape (6, h, w)."""
    cofactors = np.array(
        [
            gg * bb - gb * gb,
            rb * gb - rg * bb,
            rg * gb - rb * gg,
            rr * bb - rb * rb,
            rg * rb - rr * gb,
            rr * gg - rg * rg,
        ]
    )
    determinant = rr * cofactors[0] + rg * cofactors[1] + rb * cofactors[2]
    return np.asarray(cofactors / determinant, np.float32)
