"""What a person chooses from: which masks are one reading, and which is the single mask by Meta's rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tabsam.arrays import Float32Array
from tabsam.model.choosing import equals, is_stable, predicted
from tabsam.model.dialects import Answer
from tabsam.model.preprocess import Frame

FRAME = Frame((100, 100), (400, 400), (400, 400))
SQUARE = ((10, 60), (10, 60))


def rectangle(rows: tuple[int, int], columns: tuple[int, int], inside: float = 5.0) -> Float32Array:
    """Draw (100, 100) logits of a rectangle that are -5 outside."""
    logits = np.full((100, 100), -5, np.float32)
    logits[rows[0] : rows[1], columns[0] : columns[1]] = inside
    return logits


def answer(*masks: Float32Array, scores: list[float], single: Float32Array | None = None) -> Answer:
    return Answer(np.stack(masks), np.array(scores, np.float32), tuple(range(1, len(masks) + 1)), single, 0.97)


def ask(given: Answer, **options: Any) -> Any:
    return predicted(given, FRAME, **({"falls_back": True} | options))


def test_of_two_masks_that_are_nearly_equal_the_better_one_is_a_reading() -> None:
    # 50 x 50 cells, and 50 x 48 of them: IoU 0.96; 50 x 47: 0.94.
    near, farther = rectangle((10, 60), (10, 58)), rectangle((10, 60), (10, 57))
    prediction = ask(answer(near, farther, rectangle(*SQUARE), scores=[0.5, 0.7, 0.9]))
    assert [one.iou_prediction for one in prediction.multimask] == pytest.approx([0.9, 0.7, 0.5])
    assert [one.same_as for one in prediction.multimask] == [None, None, 0]
    assert [one.rank for one in prediction.readings] == [0, 1]


def test_ranks_stay_when_one_between_them_is_left_out() -> None:
    part = rectangle((10, 30), (10, 30))
    prediction = ask(answer(rectangle(*SQUARE), rectangle(*SQUARE), part, scores=[0.9, 0.8, 0.7]))
    assert [(one.rank, one.token) for one in prediction.readings] == [(0, 1), (2, 3)]
    assert prediction.candidates[2] is prediction.readings[1]


def test_what_equals_a_mask_that_was_left_out_is_left_out_only_if_it_equals_a_kept_one() -> None:
    # Each is the one before without two more columns: IoU 0.96, 0.958, but first and last 0.92.
    chain = [rectangle((10, 60), (10, right)) for right in (60, 58, 56)]
    assert equals(chain, FRAME) == [None, 0, None]


def test_only_what_lies_on_the_picture_is_compared() -> None:
    lying = Frame((50, 100), (400, 400), (200, 400), upscales_twice=True)  # the lower half of the grid is padding
    below = rectangle(*SQUARE)
    below[50:, :] = 5
    assert equals([rectangle(*SQUARE), below], FRAME) == [None, None]
    assert equals([rectangle(*SQUARE), below], lying) == [None, 0]


def test_empty_masks_are_one_reading() -> None:
    empty = np.full((100, 100), -5, np.float32)
    assert equals([empty, empty, rectangle(*SQUARE)], FRAME) == [None, 0, None]


@pytest.mark.parametrize(("soft_columns", "token"), [(1, 0), (2, 3)])
def test_sam2_takes_the_single_mask_only_where_it_is_stable(soft_columns: int, token: int) -> None:
    # 0.03 is inside the threshold moved by 0.05 either way: 50 x 60 cells, of which 1 or 2 in 60 columns waver.
    single = rectangle((10, 60), (10, 70))
    single[10:60, 10 : 10 + soft_columns] = 0.03
    given = answer(*(rectangle((0, size), (0, size)) for size in (10, 30, 50)), scores=[0.5, 0.6, 0.7], single=single)
    assert is_stable(single) == (token == 0)
    assert ask(given).single.token == token
    assert ask(given).single.notes == ()
    assert ask(given, falls_back=False).single.token == 0


def test_an_empty_single_mask_counts_as_stable() -> None:
    assert is_stable(np.full((4, 4), -1, np.float32))


def test_the_single_mask_is_a_candidate_after_the_others() -> None:
    given = answer(*(rectangle((0, size), (0, size)) for size in (10, 30, 50)), scores=[0.5, 0.6, 0.7], single=rectangle(*SQUARE))
    prediction = ask(given)
    assert [one.token for one in prediction.candidates] == [3, 2, 1, 0]
    assert [one.is_single_mask for one in prediction.candidates] == [False, False, False, True]
    assert prediction.single is prediction.candidates[3]
    assert prediction.single.iou_prediction == 0.97
    assert len(prediction.multimask) == 3


def test_without_the_token_the_best_takes_its_place_and_that_is_said() -> None:
    given = answer(*(rectangle((0, size), (0, size)) for size in (10, 30, 50)), scores=[0.5, 0.8, 0.7])
    prediction = ask(given, notes=("Something else.",))
    assert (prediction.single.rank, prediction.single.token) == (0, 2)
    assert prediction.single.notes == (
        "Something else.",
        "This export leaves the single-mask token out: its place is taken by the best of the other three masks.",
    )
    assert prediction.candidates[0].notes == prediction.notes == ("Something else.",)


def test_the_only_mask_of_a_graph_is_the_single_one() -> None:
    given = Answer(rectangle(*SQUARE)[np.newaxis], np.array([0.9], np.float32), (None,))
    prediction = ask(given)
    assert prediction.single is prediction.multimask[0]
    assert prediction.single.notes == ()
