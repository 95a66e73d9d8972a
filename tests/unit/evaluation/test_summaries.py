"""Means and slices of answers whose numbers one can see."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.evaluation.summaries import SIZES, size_of, summaries
from tests.unit.evaluation.answers import SIZE, TRUTH, answered, box

HALF, EMPTY = box(10, 10, 20, 20), np.zeros(SIZE, bool)


def test_means_are_over_all_answers_of_a_series_and_distances_over_those_that_have_one() -> None:
    one, other = summaries([answered(TRUTH), answered(HALF), answered(EMPTY), answered(HALF, prompt="box")])
    assert (one.series.prompt, other.series.prompt, one.count, other.count) == ("point", "box", 3, 1)
    assert (one.iou, one.median_iou, one.recall) == pytest.approx((0.5, 0.5, 0.5))
    assert one.precision == pytest.approx(2 / 3)
    assert (one.hd95, one.no_distance) == (5.0, 1)
    assert (one.area_bias, one.area_error) == pytest.approx((-0.5, 0.5))
    assert one.above == pytest.approx({0.5: 2 / 3, 0.75: 1 / 3, 0.9: 1 / 3})
    assert (one.histogram[0], one.histogram[10], one.histogram[-1], sum(one.histogram)) == (1, 1, 1, 3)
    assert one.clicked is None


def test_where_every_answer_is_empty_there_is_no_distance() -> None:
    [one] = summaries([answered(EMPTY)])
    assert (one.hd95, one.no_distance, one.iou) == (None, 1, 0.0)


def test_clicks_are_counted_to_an_iou_and_averaged() -> None:
    some = [answered(TRUTH, prompt="clicks", ious=(0.5, 0.86, 0.95)), answered(HALF, prompt="clicks", ious=(0.1, 0.3, 0.5))]
    [one] = summaries(some)
    assert one.clicked is not None
    assert one.clicked.most == 3
    assert one.clicked.curve == pytest.approx((0.3, 0.58, 0.725))
    assert one.clicked.iou_after == pytest.approx({1: 0.3, 3: 0.725})
    assert one.clicked.noc == {0.85: 2.5, 0.9: 3.0}
    assert one.clicked.never == {0.85: 1, 0.9: 1}
    assert one.clicked.reached[0.85] == (0.0, 0.5, 0.5)


def test_slices_are_by_true_size_and_by_class() -> None:
    assert [size_of(area) for area in (1, 32**2 - 1, 32**2, 96**2, 288**2)] == [SIZES[place][0] for place in (0, 0, 1, 2, 3)]
    [one] = summaries([answered(TRUTH, label="cup"), answered(HALF, label="cup"), answered(TRUTH, label="dog")])
    assert [(each.name, each.count) for each in one.labels] == [("cup", 2), ("dog", 1)]
    assert one.labels[0].iou == pytest.approx(0.75)
    assert [each.count for each in one.sizes] == [3, 0, 0, 0]
