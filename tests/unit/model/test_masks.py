"""Logits to masks: half-pixel bilinear without antialiasing, at any size."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.arrays import Float32Array, Float64Array
from tabsam.errors import PromptError
from tabsam.model import masks
from tabsam.model.preprocess import Frame


def interpolated(source: Float32Array, size: tuple[int, int]) -> Float64Array:
    """Do what ``interpolate(mode="bilinear", align_corners=False)`` is defined to do, slowly and plainly."""
    result = source.astype(np.float64)
    for axis, length in enumerate(size):
        centres = np.clip((np.arange(length) + 0.5) * source.shape[axis] / length - 0.5, 0, source.shape[axis] - 1)
        lower = np.floor(centres).astype(int)
        upper = np.minimum(lower + 1, source.shape[axis] - 1)
        weight = (centres - lower).reshape((-1, 1) if axis == 0 else (1, -1))
        result = np.take(result, lower, axis) * (1 - weight) + np.take(result, upper, axis) * weight
    return result


def logits(height: int = 16, width: int = 16) -> Float32Array:
    return np.random.default_rng(2).standard_normal((height, width)).astype(np.float32) * 5


@pytest.mark.parametrize("size", [(16, 16), (64, 48), (33, 100), (7, 9), (5, 200), (200, 5), (1, 1)])
def test_resizing_is_the_references(size: tuple[int, int]) -> None:
    assert np.abs(masks.resize_logits(logits(), size) - interpolated(logits(), size)).max() < 1e-5


@pytest.mark.parametrize("size", [(300, 500), (5, 200), (1, 1)])
def test_a_squashed_mask_is_the_threshold_of_the_resized_logits(size: tuple[int, int]) -> None:
    frame = Frame(size, (64, 64), (64, 64))
    wanted = interpolated(logits(), size)
    given = masks.to_mask(logits(), frame)
    assert given.shape == size
    assert given.dtype == np.bool_
    assert np.array_equal(given[np.abs(wanted) > 1e-4], (wanted > 0)[np.abs(wanted) > 1e-4])


def test_sam1_goes_through_the_models_size_and_crops() -> None:
    frame = Frame((30, 60), (64, 64), (32, 64), upscales_twice=True)
    cropped = interpolated(logits(), (64, 64))[:32].astype(np.float32)
    wanted = interpolated(cropped, (30, 60))
    given = masks.to_mask(logits(), frame)
    assert np.array_equal(given[np.abs(wanted) > 1e-4], (wanted > 0)[np.abs(wanted) > 1e-4])


def test_strips_meet_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = Frame((301, 203), (64, 64), (64, 64))
    whole = masks.to_mask(logits(), frame)
    monkeypatch.setattr(masks, "_PIXELS_AT_ONCE", 203 * 7)
    assert np.array_equal(masks.to_mask(logits(), frame), whole)


def test_the_threshold_can_be_moved() -> None:
    frame = Frame((64, 64), (64, 64), (64, 64))
    sizes = [masks.to_mask(logits(), frame, threshold=threshold).sum() for threshold in (-3, 0, 3)]
    assert sizes[0] > sizes[1] > sizes[2]


def test_the_stability_score_is_the_iou_of_two_thresholds() -> None:
    one = np.array([[-5, -0.5, 0.5, 5]], np.float32)  # above 1: one cell; above -1: three
    nothing = np.full((1, 4), -9, np.float32)
    assert masks.stability_score(np.stack([one, nothing])).tolist() == [pytest.approx(1 / 3), 0]


def test_a_stability_offset_must_be_positive() -> None:
    with pytest.raises(PromptError) as caught:
        masks.stability_score(np.zeros((1, 2, 2), np.float32), 0)
    assert caught.value.code == "prompt-offset"
