"""The encoder's input and the frame, against arithmetic written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from tabsam.arrays import Float64Array, Size
from tabsam.model import preprocess
from tabsam.model.preprocess import Frame, Recipe, encoder_input, frame_for
from tests.support.strategies import sizes

SQUASH = Recipe("squash", "float", (10.0, 20.0, 30.0), (2.0, 4.0, 8.0))
LETTERBOX = Recipe("letterbox", "uint8", (10.0, 20.0, 30.0), (2.0, 4.0, 8.0))


def antialiased(source: Float64Array, length: int, axis: int) -> Float64Array:
    """Resize one axis with a triangle filter as wide as the scale, at half-pixel centres: the definition, slow and plain."""
    scale = source.shape[axis] / length
    support = max(scale, 1.0)
    centres = (np.arange(length) + 0.5) * scale
    distances = np.abs(np.arange(source.shape[axis]) + 0.5 - centres[:, np.newaxis]) / support
    weights = np.maximum(0, 1 - distances)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray(np.moveaxis(np.tensordot(weights, source, axes=(1, axis)), 0, axis))


@pytest.mark.parametrize("size", [(40, 60), (61, 17), (3, 100), (1, 1)])
def test_a_float_resize_is_the_antialiased_triangle(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    frame = frame_for(SQUASH, size, (32, 32))
    given = encoder_input(Image.fromarray(picture), SQUASH, frame)
    grey = antialiased(antialiased(picture.astype(np.float64), 32, 0), 32, 1).transpose(2, 0, 1)
    wanted = (grey - np.reshape(SQUASH.mean, (3, 1, 1))) / np.reshape(SQUASH.std, (3, 1, 1))
    assert given.shape == (1, 3, 32, 32)
    assert given.dtype == np.float32
    assert np.abs(given[0] - wanted).max() < 1e-4


def test_bands_meet_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = Image.fromarray(np.random.default_rng(4).integers(0, 256, (301, 203, 3), dtype=np.uint8))
    frame = frame_for(SQUASH, (301, 203), (64, 64))
    whole = encoder_input(picture, SQUASH, frame)
    monkeypatch.setattr(preprocess, "_PIXELS_AT_ONCE", 203 * 20)
    assert np.abs(encoder_input(picture, SQUASH, frame) - whole).max() < 1e-4


def test_a_letterbox_keeps_proportions_and_pads_with_zeros_right_and_below() -> None:
    picture = Image.new("RGB", (20, 10), (110, 120, 130))
    frame = frame_for(LETTERBOX, (10, 20), (32, 32))
    given = encoder_input(picture, LETTERBOX, frame)[0]
    assert frame.content_size == (16, 32)
    assert (given[:, :16] == np.reshape([50.0, 25.0, 12.5], (3, 1, 1))).all()
    assert (given[:, 16:] == 0).all()


@pytest.mark.parametrize(
    ("size", "content"),
    [
        ((100, 200), (512, 1024)),
        ((427, 640), (683, 1024)),
        ((1, 5000), (1, 1024)),
        ((333, 500), (682, 1024)),
        ((9, 9), (1024, 1024)),
    ],
)
def test_the_longest_side_rounds_as_the_reference_does(size: tuple[int, int], content: tuple[int, int]) -> None:
    assert frame_for(LETTERBOX, size, (1024, 1024)).content_size == content


@given(st.sampled_from([SQUASH, LETTERBOX]), sizes(20_000), st.floats(0, 1), st.floats(0, 1))
@example(LETTERBOX, (7, 1001), 1, 1)
def test_a_point_goes_through_the_frame_and_back(recipe: Recipe, size: Size, across: float, down: float) -> None:
    frame = frame_for(recipe, size, (1024, 1024))
    (height, width), (content_height, content_width) = size, frame.content_size
    assert min(frame.content_size) >= 1
    assert max(frame.content_size) == 1024
    point = np.array([across * width, down * height], np.float32)
    there = frame.to_model(point)
    assert (there >= 0).all()
    assert (there <= np.multiply((content_width, content_height), 1 + 1e-6)).all()
    assert np.abs(frame.to_image(there) - point).max() <= 1e-6 * max(size)


def test_a_squashed_frame_scales_each_side_by_itself() -> None:
    frame = frame_for(SQUASH, (100, 200), (1024, 1024))
    assert frame.to_model(np.array([[200, 100], [50, 50]], np.float32)).tolist() == [[1024, 1024], [256, 512]]


def test_a_letterboxed_frame_scales_by_the_rounded_sides() -> None:
    frame = frame_for(LETTERBOX, (427, 640), (1024, 1024))
    assert np.allclose(frame.to_model(np.array([[640, 427]], np.float32)), [[1024, 683]])


def test_the_grid_is_shared_in_proportion() -> None:
    assert Frame((10, 20), (1024, 1024), (512, 1024)).content_on_grid((256, 256)) == (128.0, 256.0)
