"""Prompts: checked where they enter, and laid out as each reference reads them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tabsam.errors import PromptError
from tabsam.model.preprocess import Frame
from tabsam.model.prompts import arrange_points, check_prompts, mask_feed

FRAME = Frame((100, 200), (1000, 1000), (1000, 1000))  # x times 5, y times 10


def test_box_corners_come_before_clicks() -> None:
    prompts = check_prompts([[20, 30], [40, 50]], [1, 0], box=[10, 5, 60, 70])
    coords, labels = arrange_points(prompts, FRAME, pad_without_box=True)
    assert coords.tolist() == [[[50, 50], [300, 700], [100, 300], [200, 500]]]
    assert labels.tolist() == [[2, 3, 1, 0]]


def test_sam1_pads_clicks_only_when_there_is_no_box() -> None:
    coords, labels = arrange_points(check_prompts([[20, 30]], [1]), FRAME, pad_without_box=True)
    assert coords.tolist() == [[[100, 300], [0, 0]]]
    assert labels.tolist() == [[1, -1]]


def test_sam2_pads_inside_its_graph() -> None:
    _, labels = arrange_points(check_prompts([[20, 30]], [1]), FRAME, pad_without_box=False)
    assert labels.tolist() == [[1]]


@pytest.mark.parametrize("pad_without_box", [True, False])
def test_a_mask_alone_is_no_point_at_all(pad_without_box: bool) -> None:
    coords, labels = arrange_points(check_prompts(mask=np.zeros((4, 4))), FRAME, pad_without_box=pad_without_box)
    assert (coords.shape, labels.shape) == ((1, 0, 2), (1, 0))


def test_labels_left_out_mean_foreground() -> None:
    assert check_prompts([[1, 2], [3, 4]]).point_labels.tolist() == [1, 1]


def test_a_box_may_start_at_any_corner() -> None:
    box = check_prompts(box=[60, 5, 10, 70]).box
    assert box is not None
    assert box.tolist() == [10, 5, 60, 70]


def test_logits_fed_back_are_clamped_where_the_family_does_so() -> None:
    prompts = check_prompts(mask=[[-100.0, 5.0], [31.0, 100.0]])
    mask_input, has_mask_input = mask_feed(prompts, (2, 2), clamp=32.0)
    assert mask_input.tolist() == [[[[-32, 5], [31, 32]]]]
    assert has_mask_input.tolist() == [1]
    assert mask_feed(prompts, (2, 2), clamp=None)[0].max() == 100


def test_without_a_mask_zeros_are_fed_and_flagged_so() -> None:
    mask_input, has_mask_input = mask_feed(check_prompts([[1, 1]]), (2, 3), clamp=32.0)
    assert mask_input.shape == (1, 1, 2, 3)
    assert not mask_input.any()
    assert has_mask_input.tolist() == [0]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ({}, "prompt-none", "There is no point, box or mask to go by."),
        ({"points": [1, 2]}, "prompt-points", "Points must have shape (N, 2), not (2,)."),
        ({"points": [["a", "b"]]}, "prompt-points", "The points are not numbers."),
        ({"points": [[1, float("nan")]]}, "prompt-points", "The points contain infinite or missing numbers."),
        ({"points": [[1, 2]], "labels": [1, 0]}, "prompt-labels", "There are 1 points and 2 labels."),
        ({"points": [[1, 2]], "labels": [2]}, "prompt-labels", "A point's label is neither 1 nor 0."),
        ({"box": [1, 2, 3]}, "prompt-box", "A box has four numbers, not 3."),
        ({"box": [1, 2, 1, 9]}, "prompt-box", "This box has no area."),
        ({"mask": [1.0, 2.0]}, "prompt-mask", "A mask prompt must have shape (h, w), not (2,)."),
    ],
)
def test_prompts_that_make_no_sense_have_their_sentence(arguments: dict[str, Any], code: str, sentence: str) -> None:
    with pytest.raises(PromptError) as caught:
        check_prompts(**arguments)
    assert (caught.value.code, caught.value.message) == (code, sentence)
    assert isinstance(caught.value, ValueError)


def test_a_mask_prompt_of_another_model_is_refused() -> None:
    with pytest.raises(PromptError, match="takes mask prompts of 256 x 256 logits"):
        mask_feed(check_prompts(mask=np.zeros((4, 4))), (256, 256), clamp=None)
