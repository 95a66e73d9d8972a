"""Clicks that a person would make, by small masks whose middles one can see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from tabsam.arrays import BoolArray, Float32Array
from tabsam.errors import EvaluationError
from tabsam.evaluation.clicking import Click, clicks_to, mean_clicks_to, next_click, simulate


def box(left: int, top: int, right: int, bottom: int) -> BoolArray:
    mask = np.zeros((20, 30), bool)
    mask[top:bottom, left:right] = True
    return mask


TRUTH = box(10, 5, 20, 15)
EMPTY = np.zeros_like(TRUTH)


@dataclass(frozen=True)
class Drawn:
    drawn: BoolArray

    @property
    def logits(self) -> Float32Array:
        return self.drawn.astype(np.float32)

    def mask(self) -> BoolArray:
        return self.drawn


def test_the_first_click_is_the_middle_of_the_object() -> None:
    assert next_click(TRUTH, EMPTY) == Click(14.5, 9.5, 1)


def test_the_next_click_is_in_the_deeper_error() -> None:
    assert next_click(TRUTH, box(10, 5, 16, 15)) == Click(17.5, 6.5, 1)
    assert next_click(TRUTH, box(10, 5, 28, 15)) == Click(23.5, 8.5, 0)
    assert next_click(TRUTH, TRUTH) is None


def test_nobody_clicks_where_nothing_is_counted() -> None:
    counted = ~box(20, 0, 30, 20)
    assert next_click(TRUTH, box(10, 5, 28, 15), counted) is None


def test_clicks_and_logits_are_carried_along_until_the_mask_is_right() -> None:
    answers = [[box(10, 5, 16, 15), TRUTH], [box(10, 5, 28, 15)], [TRUTH]]
    asked: list[tuple[list[int], float | None]] = []

    def ask(clicks: Sequence[Click], logits: Float32Array | None) -> list[Drawn]:
        asked.append(([one.label for one in clicks], None if logits is None else float(logits.sum())))
        return [Drawn(one) for one in answers[len(asked) - 1]]

    found = simulate(ask, TRUTH, clicks=5)
    assert asked == [([1], None), ([1, 1], 60.0), ([1, 1, 0], 180.0)]
    assert found.ious == pytest.approx((0.6, 100 / 180, 1.0, 1.0, 1.0))
    assert found.best_of_first == 1.0
    assert found.mask is TRUTH


def test_a_simulation_ends_after_as_many_clicks_as_are_allowed() -> None:
    found = simulate(lambda clicks, logits: [Drawn(EMPTY)], TRUTH, clicks=3)
    assert found.ious == (0.0, 0.0, 0.0)
    assert len(found.clicks) == 3
    assert found.best_of_first == 0.0


def test_clicks_are_counted_until_an_iou_is_reached() -> None:
    assert clicks_to((0.5, 0.85, 0.7), 0.85) == 2
    assert clicks_to((0.5, 0.8), 0.85) is None
    assert mean_clicks_to([(0.9, 0.9), (0.1, 0.2)], 0.85) == 1.5
    assert mean_clicks_to([(0.1, 0.9), (0.1, 0.2)], 0.85) == 2.0


def test_nothing_to_click_on_is_said() -> None:
    with pytest.raises(EvaluationError, match="has no pixels") as caught:
        simulate(lambda clicks, logits: [Drawn(EMPTY)], EMPTY)
    assert caught.value.code == "truth-empty"
    with pytest.raises(EvaluationError, match="not 0") as caught:
        simulate(lambda clicks, logits: [Drawn(EMPTY)], TRUTH, clicks=0)
    assert caught.value.code == "clicks"
