"""A picture as the guided filter needs it, on grids from coarse to fine, made once for all masks of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from tabsam.arrays import Float32Array, Size, UInt8Array
from tabsam.geometry.guided_filter import Guide
from tabsam.geometry.windows import Window


@dataclass(frozen=True)
class Recipe:
    """How an edge is followed; ``tests/bench/edges.py`` measures what other numbers would do.

    Attributes
    ----------
    radius : int
        Of the filter's windows, in cells of each grid.
    eps : float
        The filter's: a variance of colours, of 0 to 1.
    contrast : float
        Where the colours vary by this many times eps, the mask is half-way between as decoded and followed.
    softness : float, in logits
        Beyond it the model counts as certain.
    gain : float
        How much steeper an edge is made before it is followed on the next grid.
    reach : int
        Cells of the coarsest grid: what is farther from the decoded edge, along either axis, stays as decoded; over one more cell
        it goes from one to the other.
    thin : int
        Parts and gaps that no square of 2 * thin + 1 cells of the coarsest grid fits in do not get narrower where ...
    explained : float
        ... the colours account for less than this share of the mask's variance. There they would fade, since little of what is
        thin is in a window.
    grids : int
        On how many grids models are fitted at most.
    finest : int
        Cells on the longest side of the finest grid, unless the picture has fewer pixels.
    fitted_cells, applied_cells : int
        The most that the window around a mask may have: of a grid to fit models on, if it is not the coarsest, and of the one
        on which the edge is drawn in the end.
    """

    radius: int = 4
    eps: float = 5e-5
    contrast: float = 4.0
    softness: float = 1.0
    gain: float = 3.0
    reach: int = 4
    thin: int = 4
    explained: float = 0.6
    grids: int = 2
    finest: int = 1536
    fitted_cells: int = 160_000
    applied_cells: int = 600_000


RECIPE = Recipe()


_SIDES = (256, 512, 1024)
"""Cells on the longest side of the grids that are coarser than the finest; the first is the decoder's number."""
_LEAST_STEP = 1.25
"""From one grid to the finest."""


class PictureGuide:
    """A picture, as the filter needs it: some 60 ms of work for one of 24 megapixels, done once.

    Of a large picture it keeps copies of 1536 pixels a side and fewer, and some 60 bytes for each cell of the grids to fit on:
    27 MB at most, of a square one.
    """

    def __init__(self, image: Image.Image, recipe: Recipe = RECIPE) -> None:
        """Take in a picture of mode "RGB"."""
        self.image_size: Size = (image.height, image.width)
        self.recipe = recipe
        longest = max(image.size)
        finest = image if longest <= recipe.finest else _shrunk(image, recipe.finest)
        sides = [side for side in _SIDES if side * _LEAST_STEP <= max(finest.size)]
        # Channel by channel, as they are worked on.
        self._pictures: list[UInt8Array] = [
            np.ascontiguousarray(np.moveaxis(np.asarray(one), -1, 0))
            for one in (*(_shrunk(finest, side) for side in sides), finest)
        ]
        self._guides = [
            Guide.of(self.colours(grid, Window.whole(size)), recipe.radius, recipe.eps)
            for grid, size in enumerate(self.sizes[: recipe.grids])
        ]

    @property
    def sizes(self) -> list[Size]:
        """The grids' sizes, (height, width), from the coarsest to the finest."""
        return [(one.shape[1], one.shape[2]) for one in self._pictures]

    def colours(self, grid: int, window: Window) -> Float32Array:
        """Give a window's colours, float32, (3, h, w), from -1/2 to 1/2."""
        rows, columns = window.slices
        colours = self._pictures[grid][:, rows, columns] * np.float32(1 / 255)
        colours -= np.float32(0.5)
        return colours

    def guide(self, grid: int, window: Window) -> Guide:
        """Give what the filter must know of a window of one of the recipe's first grids; views."""
        return self._guides[grid][window]


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    """Average pixels, to so many on the longest side."""
    scale = longest / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX)
