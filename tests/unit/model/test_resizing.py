"""What a GPU is told to do with a picture, done in NumPy: it gives what the processor gives."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from PIL import Image

from tabsam.arrays import Float32Array, Float64Array, Size
from tabsam.model.dialects.sam1 import RECIPE as SAM1
from tabsam.model.dialects.sam2 import RECIPE as SAM2
from tabsam.model.preprocess import Recipe, encoder_input, frame_for
from tabsam.model.resizing import Axis, Resizing, axis

FRAME = (96, 96)
LETTERBOX = Recipe("letterbox", "float", SAM1.mean, SAM1.std)


def picture(size: Size) -> Image.Image:
    """Draw noise of (height, width)."""
    return Image.fromarray(np.random.default_rng(sum(size)).integers(0, 256, (*size, 3), np.uint8))


def along(pixels: Float64Array, axis: Axis) -> Float64Array:
    """Resize the first axis, as the shader does: pixels beyond the last are that one, with weight 0."""
    taps = axis.weights.shape[1]
    places = np.minimum(axis.starts[:, None] + np.arange(taps), len(pixels) - 1)
    resized: Float64Array = np.einsum("nt,nt...->n...", axis.weights.astype(np.float64), pixels[places])
    return resized


def made(resizing: Resizing) -> Float32Array:
    rows, columns = resizing.axes()
    pixels = along(np.asarray(resizing.image, np.float64), rows)
    pixels = along(pixels.transpose(1, 0, 2), columns).transpose(2, 1, 0)
    whole = np.zeros(resizing.dims, np.float32)
    recipe = resizing.recipe
    content = (pixels - np.reshape(recipe.mean, (3, 1, 1))) / np.reshape(recipe.std, (3, 1, 1))
    whole[0, :, : content.shape[1], : content.shape[2]] = content
    return whole


@pytest.mark.parametrize("recipe", [SAM2, LETTERBOX], ids=["squash", "letterbox"])
@pytest.mark.parametrize("size", [(96, 96), (300, 211), (31, 97), (1, 1), (5, 400), (1000, 3), (97, 95)])
def test_it_is_what_the_processor_makes(recipe: Recipe, size: Size) -> None:
    resizing = Resizing(picture(size), recipe, frame_for(recipe, size, FRAME))
    expected = encoder_input(resizing.image, recipe, resizing.frame)
    assert np.abs(made(resizing) - expected).max() < 1e-5
    assert np.array_equal(asyncio.run(resizing.read()), expected)


@pytest.mark.parametrize("length", [1, 2, 3, 96, 97, 1024, 6000])
@pytest.mark.parametrize("count", [1, 2, 96, 1024])
def test_weights_lie_in_the_picture_and_add_up_to_one(length: int, count: int) -> None:
    told = axis(length, count)
    ends = told.starts + (told.weights > 0).cumsum(axis=1).argmax(axis=1)
    assert told.starts.min() >= 0
    assert ends.max() < length
    assert np.allclose(told.weights.sum(axis=1), 1, atol=1e-6)


def test_a_picture_that_is_too_large_does_not_travel() -> None:
    def fits(height: int, width: int) -> bool:
        frame = frame_for(SAM2, (height, width), (1024, 1024))
        return Resizing(Image.new("RGB", (width, height)), SAM2, frame).fits

    assert fits(3000, 4000)
    assert not fits(4000, 6000)
    assert not fits(40000, 20)  # the rows between the passes are as long as the frame
