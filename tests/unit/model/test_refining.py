"""The model asked again with its own answer: when it stops, and what it says then."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import numpy as np
import pytest
from numpy.typing import ArrayLike
from PIL import Image

from build import ROOT
from tabsam import PromptError, Segmenter, StateError
from tabsam.arrays import Float32Array
from tabsam.model import native
from tabsam.model.candidate import Candidate
from tabsam.model.preprocess import Frame
from tabsam.model.refining import Refined, refine
from tests.support.dialect_models import EXPORTS
from tests.support.pictures import iou, red_disc, two_discs
from tests.support.tiny_model import tiny_model

T = TypeVar("T")
FRAME = Frame((8, 8), (8, 8), (8, 8))


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(coroutine)


class Scripted(Segmenter):
    """Answers with the given (IoU prediction, stability score), one a round, and remembers what it was given."""

    def __init__(self, *answers: tuple[float, float]) -> None:
        self.answers = list(answers)
        self.masks: list[ArrayLike | None] = []

    async def predict(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        **wishes: bool,
    ) -> list[Candidate]:
        prediction, stability = self.answers[len(self.masks)]
        self.masks.append(mask)
        return [Candidate(np.full((2, 2), len(self.masks), np.float32), prediction, stability, FRAME)]


def test_a_first_answer_that_is_good_enough_is_taken() -> None:
    found = run(refine(Scripted((0.96, 0.5)), [[1, 1]]))
    assert (found.rounds, found.reason) == (1, "The model is sure enough of it: it expects an IoU of 0.96.")


def test_a_stable_answer_is_good_enough_too() -> None:
    found = run(refine(Scripted((0.5, 0.6), (0.6, 0.98)), [[1, 1]]))
    assert (found.rounds, found.reason) == (2, "Its edge is clear enough: its stability is 0.98.")


def test_each_round_is_given_the_logits_of_the_one_before() -> None:
    segmenter = Scripted((0.5, 0.5), (0.6, 0.6), (0.7, 0.7))
    mine: Float32Array = np.zeros((2, 2), np.float32)
    found = run(refine(segmenter, [[1, 1]], rounds=3, mask=mine))
    assert segmenter.masks[0] is mine
    assert [np.asarray(mask).max() for mask in segmenter.masks[1:]] == [1, 2]
    assert found.candidates[0].iou_prediction == 0.7
    assert (found.rounds, found.reason) == (3, "The model was asked 3 times, which is as often as was allowed.")


@pytest.mark.parametrize("second", [(0.4, 0.5), (0.5, 0.5), (0.5004, 0.5), (0.6, 0.4)])
def test_an_answer_that_is_no_better_ends_it_and_does_not_count(second: tuple[float, float]) -> None:
    found = run(refine(Scripted((0.5, 0.5), second), [[1, 1]]))
    assert found.candidates[0].iou_prediction == 0.5
    assert found.candidates[0].stability_score == 0.5
    assert (found.rounds, found.reason) == (2, "Asking again made it no better.")


def test_an_answer_that_reaches_the_goal_by_a_little_is_taken() -> None:
    found = run(refine(Scripted((0.9499, 0.5), (0.95, 0.4)), [[1, 1]]))
    assert (found.rounds, found.candidates[0].iou_prediction) == (2, 0.95)


def test_a_figure_that_is_not_asked_for_does_not_count() -> None:
    found = run(refine(Scripted((0.99, 0.5), (0.1, 0.6), (0.1, 0.7)), [[1, 1]], iou_prediction=None, rounds=3))
    assert (found.rounds, found.candidates[0].stability_score) == (3, 0.7)


def test_it_is_asked_at_least_once() -> None:
    with pytest.raises(PromptError) as caught:
        run(refine(Scripted(), [[1, 1]], rounds=0))
    assert (caught.value.code, caught.value.message) == (
        "refine-rounds",
        "The model must be asked once or more, not 0 times.",
    )


def test_a_real_model_becomes_surer() -> None:
    async def refined() -> tuple[float, Refined]:
        segmenter = native.load_pair(tiny_model().encoder, tiny_model().decoder)
        await segmenter.set_image(two_discs())
        first, *_ = await segmenter.predict([[80, 120]])
        goal = first.iou_prediction + 1e-4
        found = await refine(segmenter, [[80, 120]], iou_prediction=goal, stability_score=None)
        await segmenter.close()
        return goal, found

    goal, found = run(refined())
    assert found.rounds == 2
    assert found.candidates[0].iou_prediction >= goal
    assert iou(found.candidates[0].mask(), red_disc()) > 0.9


def test_a_model_without_a_mask_prompt_says_so_when_it_would_be_asked_again() -> None:
    export = EXPORTS["edgesam"]

    async def refined(wanted: float) -> int:
        segmenter = native.load_pair(export.encoder_bytes(), export.decoder_bytes())
        try:
            await segmenter.set_image(two_discs())
            return (await refine(segmenter, [[80, 120]], iou_prediction=wanted, stability_score=None)).rounds
        finally:
            await segmenter.close()

    assert run(refined(-100)) == 1
    with pytest.raises(PromptError) as caught:
        run(refined(100))
    assert (caught.value.code, caught.value.message) == (
        "model-takes-no-mask",
        "This model cannot be asked again with its own answer: it takes no mask prompt.",
    )


def test_without_a_picture_it_says_so() -> None:
    with pytest.raises(StateError, match="There is no picture yet."):
        run(refine(native.load_pair(tiny_model().encoder, tiny_model().decoder), [[1, 1]]))


def test_the_default_model_holds_its_shape_better_when_asked_again() -> None:
    async def refined() -> tuple[Candidate, Candidate]:
        segmenter = native.load(ROOT / "models/nano", threads=1)
        await segmenter.set_image(Image.fromarray(two_discs()))
        plain, *_ = await segmenter.predict([[80, 120], [20, 20]], [1, 0])
        found = await refine(segmenter, [[80, 120], [20, 20]], [1, 0], iou_prediction=None, stability_score=0.999)
        await segmenter.close()
        return plain, found.candidates[0]

    plain, refined_once = run(refined())
    assert refined_once.stability_score >= plain.stability_score
    assert refined_once.mask()[120, 80]
    assert not refined_once.mask()[20, 20]
