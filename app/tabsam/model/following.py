"""From a model's logits to an outline that follows the picture's edges, where the picture has any.

A decoder's grid is coarse: 23 pixels a cell of a photograph of 24 megapixels. The guided filter moves the mask's edge to edges of
the picture nearby, from coarse to fine: first on a grid about as coarse as the decoder's, then on finer ones, as far as the
mask's size leaves time for. Where the colours say nothing, and far from the decoded edge, the mask stays as decoded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields

import numpy as np

from tabsam.arrays import BoolArray, Float32Array, Size
from tabsam.geometry import raster
from tabsam.geometry.cell_coverage import Grid, outline_of_coverage
from tabsam.geometry.guided_filter import box_sum, explained, fit
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.geometry.windows import Window, resampled, rewindowed
from tabsam.model import contours
from tabsam.model.candidate import Candidate, Edges
from tabsam.model.masks import window_logits
from tabsam.model.picture_guide import PictureGuide
from tabsam.model.preprocess import Frame

_EDGE = np.float32(0.5)
"""A mask's values go from 0, outside, to 1; this is where the mask ends."""


def follow(logits: Float32Array, frame: Frame, picture: PictureGuide, *, threshold: float = 0.0) -> Outline:
    """Follow the picture's edges along the edge of a mask.

    Parameters
    ----------
    logits : float32, shape (h, w)
        On the decoder's own grid.
    picture : PictureGuide
        Of the picture that the frame ties the grid to.
    threshold : float, in logits

    Returns
    -------
    Outline
        Without rings when the mask is empty; a mask that touches the picture's border is closed along it.
    """
    mask = _Decoder(logits, frame, threshold, picture).followed()
    if mask is None:
        return from_polygons([])
    line = outline_of_coverage(mask.values, _grid_over(mask.window, picture.sizes[mask.grid], picture.image_size))
    if not len(line.vertices):
        line = contours.outline(logits, frame, threshold=threshold)
    return line


def follow_mask(logits: Float32Array, frame: Frame, picture: PictureGuide, *, threshold: float = 0.0) -> BoolArray:
    """Make the mask, (height, width), at the picture's full size: the pixels whose centres are in :func:`follow`'s outline."""
    return raster.fill(follow(logits, frame, picture, threshold=threshold), frame.image_size)


@dataclass(frozen=True)
class FollowingCandidate(Candidate):
    """A candidate whose outline and mask follow the picture's edges; its logits are as decoded.

    Attributes
    ----------
    picture : PictureGuide
    """

    picture: PictureGuide = field(kw_only=True, repr=False)

    @property
    def edges(self) -> Edges:
        return "follow"

    def mask(self, *, threshold: float = 0.0) -> BoolArray:
        return follow_mask(self.logits, self.frame, self.picture, threshold=threshold)

    def outline(self, *, refine: int = 1, threshold: float = 0.0) -> Outline:
        """Follow the mask's edge, in image pixels, on a grid of the recipe's; `refine` is of no account."""
        return follow(self.logits, self.frame, self.picture, threshold=threshold)


def following(candidate: Candidate, picture: PictureGuide) -> FollowingCandidate:
    """Have a candidate follow the edges of the picture that it is of."""
    facts = {one.name: getattr(candidate, one.name) for one in fields(Candidate)}
    return FollowingCandidate(**facts, picture=picture)


@dataclass(frozen=True)
class _Mask:
    """A mask on a window of one of the picture's grids; beyond it there is nothing of the mask.

    Attributes
    ----------
    grid : int
    window : Window
    values : float32, shape ``window.size``
        As followed so far.
    change : float32, shape ``window.size``
        What that is more than as decoded.
    near : float32, shape ``window.size``
        1 near the decoded edge, 0 where the mask stays as decoded.
    """

    grid: int
    window: Window
    values: Float32Array
    change: Float32Array
    near: Float32Array


@dataclass(frozen=True)
class _Decoder:
    """Logits, and what they are to follow."""

    logits: Float32Array
    frame: Frame
    threshold: float
    picture: PictureGuide

    def followed(self) -> _Mask | None:
        """Take a mask from grid to grid; None for an empty one."""
        recipe, grids = self.picture.recipe, len(self.picture.sizes)
        mask = self._first()
        if mask is None:
            return None
        while mask.grid + 1 < min(recipe.grids, grids) and self._cells(mask, mask.grid + 1) <= recipe.fitted_cells:
            mask = self._cropped(self._step(mask, mask.grid + 1))
        finer = [grid for grid in range(mask.grid + 1, grids) if self._cells(mask, grid) <= recipe.applied_cells]
        return self._step(mask, max(finer, default=mask.grid))

    def _decoded(self, grid: int, window: Window) -> Float32Array:
        """Give the mask as decoded."""
        size = self.picture.sizes[grid]
        values = window_logits(self.logits, self.frame, size, window.rows, window.columns) - np.float32(self.threshold)
        values *= np.float32(0.5 / self.picture.recipe.softness)
        values += _EDGE
        return np.clip(values, 0, 1, out=values)

    def _first(self) -> _Mask | None:
        """Give the mask as decoded on the coarsest grid; None for an empty one."""
        recipe, size = self.picture.recipe, self.picture.sizes[0]
        values = self._decoded(0, Window.whole(size))
        window = Window.around(values > 0) if (values > _EDGE).any() else None
        if window is None:
            return None
        # What the filter needs, and room for what it may add.
        window = window.grown(recipe.reach + 2 * recipe.radius + 1, size)
        values = values[window.slices]
        return _Mask(0, window, values, np.zeros_like(values), _near_edge(values > _EDGE, recipe.reach))

    def _step(self, mask: _Mask, to_grid: int) -> _Mask:
        """Fit a mask by the colours on its grid, and see what that makes of the colours on another."""
        recipe, size, to_size = self.picture.recipe, self.picture.sizes[mask.grid], self.picture.sizes[to_grid]
        to = mask.window.scaled(size, to_size)

        def brought(values: Float32Array) -> Float32Array:
            return resampled(values, mask.window, size, to, to_size)

        guide = self.picture.guide(mask.grid, mask.window)
        models = fit(_steeper(mask.values, recipe.gain) if mask.grid else mask.values, guide)
        weight = mask.near * (guide.variances / (guide.variances + np.float32(recipe.contrast * recipe.eps)))
        slopes, offsets = models.slopes * weight, models.offsets * weight + mask.change * (1 - weight)
        decoded = self._decoded(to_grid, to)
        values = decoded * (1 - brought(weight))
        values += brought(offsets)
        for slope, channel in zip(slopes, self.picture.colours(to_grid, to), strict=True):
            channel *= brought(slope)
            values += channel
        near = brought(mask.near)
        if mask.grid == 0:
            # Of what is thin little is in a window, and where colours do not tell it from what is around it, it would fade.
            told = explained(mask.values, models.at(guide.colours), guide)
            thin = brought(_thin(mask.values > _EDGE, recipe.thin) * (told < recipe.explained))
            np.maximum(values, decoded, out=values, where=thin > 0)
            np.minimum(values, decoded, out=values, where=thin < 0)
            near = near * (1 - np.abs(thin))
        return _Mask(to_grid, to, values, values - decoded, near)

    def _cropped(self, mask: _Mask) -> _Mask:
        """Leave out, or add, what is around a mask, so that the filter has what it needs and little more."""
        found = Window.around(mask.values > 0)
        if found is None:
            return mask
        margin = 2 * self.picture.recipe.radius + 1
        to = found.moved(mask.window.rows[0], mask.window.columns[0]).grown(margin, self.picture.sizes[mask.grid])
        values, change, near = (rewindowed(part, mask.window, to) for part in (mask.values, mask.change, mask.near))
        return _Mask(mask.grid, to, values, change, near)

    def _cells(self, mask: _Mask, grid: int) -> float:
        """Count the cells that a mask's window has on another grid."""
        sizes = self.picture.sizes
        return math.prod(mask.window.size) * math.prod(sizes[grid]) / math.prod(sizes[mask.grid])


def _steeper(values: Float32Array, gain: float) -> Float32Array:
    return np.asarray(np.clip((values - _EDGE) * np.float32(gain) + _EDGE, 0, 1))


def _near_edge(inside: BoolArray, reach: int) -> Float32Array:
    """Give 1 for the cells, (h, w), within `reach` of a mask's edge, along either axis, and less one farther; 0 for others."""
    edge = np.zeros(inside.shape, np.float32)
    for one, other in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        differ = inside[one] != inside[other]
        edge[one] += differ
        edge[other] += differ
    near = (box_sum(edge, reach) > 0).astype(np.float32)
    return box_sum(near, 1) / box_sum(np.ones_like(near), 1)


def _thin(inside: BoolArray, radius: int) -> Float32Array:
    """Give 1 for cells, (h, w), that no square of 2 * radius + 1 cells inside reaches, -1 likewise outside; 0 for others."""
    count = box_sum(np.ones(inside.shape, np.float32), radius)
    parts = []
    for cells in (inside, ~inside):
        full = box_sum(cells.astype(np.float32), radius) >= count - _EDGE
        parts.append(cells & (box_sum(full.astype(np.float32), radius) < _EDGE))
    return parts[0].astype(np.float32) - parts[1]


def _grid_over(window: Window, size: Size, image_size: Size) -> Grid:
    """Lay a window of a grid of `size` over the picture."""
    (top, bottom), (left, right) = window.rows, window.columns
    down, across = image_size[0] / size[0], image_size[1] / size[1]
    return Grid(left * across, top * down, right * across, bottom * down, *window.size)
