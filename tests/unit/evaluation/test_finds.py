"""Mask AP and AR, of finds whose answers one can see."""

from __future__ import annotations

import sys

import pytest

from tabsam.errors import EvaluationError
from tabsam.evaluation.finds import found_scores, need_pycocotools
from tabsam.evaluation.questions import Asked, Region
from tabsam.formats.shared.rle import compress
from tabsam.geometry.counts import counts_of_mask
from tests.unit.evaluation.answers import SIZE, box

CUP, DOG, HALF_A_DOG = box(5, 5, 15, 15), box(30, 5, 50, 25), box(30, 5, 50, 15)


def region(*box_: int, score: float = 1.0, is_crowd: bool = False) -> Region:
    mask = box(*box_)
    return Region(compress(counts_of_mask(mask)), int(mask.sum()), score, is_crowd)


KNOWN = (region(5, 5, 15, 15), region(30, 5, 50, 25))


def asked(*found: Region, known: tuple[Region, ...] = KNOWN) -> Asked:
    return Asked("a.png", SIZE, known=known, found={"nano": found})


def test_all_that_is_known_and_nothing_else_is_perfect() -> None:
    scores = found_scores("nano", [asked(*KNOWN)])
    assert (scores.ap, scores.ap50, scores.ap75) == pytest.approx((1, 1, 1))
    assert scores.ar == pytest.approx({10: 1, 100: 1, 1000: 1})
    assert (scores.pictures, scores.objects, scores.finds) == (1, 2, 2)
    assert (scores.ar_by_size["small"], scores.ar_by_size["large"]) == (1.0, None)


def test_what_is_missed_or_only_half_found_costs_recall() -> None:
    scores = found_scores("nano", [asked(KNOWN[0], region(30, 5, 50, 15))])
    assert scores.ar[100] == pytest.approx((10 + 1) / 20)  # the dog is found at IoU 0.5 alone, of ten
    assert scores.ap50 == pytest.approx(1)
    assert found_scores("nano", [asked()]).ap == 0


def test_a_crowd_is_no_object_and_a_find_in_it_is_not_wrong() -> None:
    crowd = region(20, 0, 60, 40, is_crowd=True)
    scores = found_scores("nano", [asked(KNOWN[0], region(30, 5, 50, 15, score=2), known=(KNOWN[0], crowd))])
    assert scores.objects == 1
    assert scores.ap == pytest.approx(1)


def test_where_nothing_is_known_there_is_nothing_to_count() -> None:
    assert found_scores("nano", [asked(known=())]).ap is None


def test_a_missing_pycocotools_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pycocotools.cocoeval", None)
    with pytest.raises(EvaluationError, match=r"tabsam\[evaluate\]") as caught:
        need_pycocotools()
    assert caught.value.code == "extra-missing"
