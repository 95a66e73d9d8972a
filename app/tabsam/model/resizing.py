"""A picture for a runtime that resizes and normalises it itself: its bytes, and with which weights.

The weights are those of antialiased bilinear resizing (Pillow's ``precompute_coeffs``; ``torch.nn.functional.interpolate`` with
``antialias=True``), as in :func:`tabsam.model.preprocess.encoder_input`: along each axis a triangle around the centre of what is
made, cut at the picture's edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tabsam.arrays import AnyArray, Float32Array
from tabsam.model.preprocess import Frame, Recipe, encoder_input

_MOST_BYTES = 48_000_000
"""Of a picture; larger ones are resized before they travel, which is sooner than to copy them."""

_MOST_BETWEEN = 128 << 20
"""Bytes of the picture between the two passes: what every WebGPU device can bind."""


@dataclass(frozen=True)
class Axis:
    """How one side is resized.

    Attributes
    ----------
    starts : int32, shape (n,)
        The first pixel that each of the outputs takes.
    weights : float32, shape (n, taps)
        Of that pixel and those after it; they add up to 1, and are 0 beyond the picture.
    """

    starts: NDArray[np.int32]
    weights: Float32Array


@dataclass(frozen=True)
class Resizing:
    """A picture in place of an encoder's input, float32, (1, 3, H, W): a :class:`tabsam.model.runtime.Handle` to that.

    Attributes
    ----------
    image : PIL.Image.Image, mode "RGB"
    """

    image: Image.Image
    recipe: Recipe
    frame: Frame

    @property
    def fits(self) -> bool:
        """Whether it may travel as it is."""
        rows, columns = self.image.height, self.frame.content_size[1]
        return 3 * self.image.width * rows <= _MOST_BYTES and 3 * 4 * rows * columns <= _MOST_BETWEEN

    @property
    def dims(self) -> tuple[int, int, int, int]:
        """The shape of what is made of it."""
        return (1, 3, *self.frame.model_size)

    async def read(self) -> AnyArray:
        """Make the numbers that it stands for."""
        return encoder_input(self.image, self.recipe, self.frame)

    def release(self) -> None:
        """Nothing is held: a :class:`tabsam.model.runtime.Handle` can be."""

    def axes(self) -> tuple[Axis, Axis]:
        """Give the weights of the rows, and of the columns."""
        height, width = self.frame.content_size
        return axis(self.image.height, height), axis(self.image.width, width)


def axis(length: int, count: int) -> Axis:
    """Tell how a side of `length` pixels becomes one of `count`, both at least 1."""
    scale = length / count
    reach = max(scale, 1.0)
    centres = (np.arange(count) + 0.5) * scale
    starts = np.maximum((centres - reach + 0.5).astype(np.int64), 0)
    ends = np.minimum((centres + reach + 0.5).astype(np.int64), length)
    taps = int((ends - starts).max())
    places = starts[:, np.newaxis] + np.arange(taps)
    weights = np.maximum(1 - np.abs(places - centres[:, np.newaxis] + 0.5) / reach, 0.0)
    weights[places >= ends[:, np.newaxis]] = 0.0
    weights /= weights.sum(axis=1, keepdims=True)
    return Axis(starts.astype(np.int32), weights.astype(np.float32))
