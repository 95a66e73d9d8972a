"""What a search keeps for other thresholds: what passes them is what a new search would find, to the order."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import numpy as np
import pytest

from tabsam.model.dialects import Answers
from tabsam.model.everything.generator import _Search
from tabsam.model.everything.options import EverythingOptions, Thresholds
from tabsam.model.everything.packing import unpacked
from tabsam.model.everything.pool import Pool
from tabsam.model.preprocess import Frame
from tests.support.pictures import disc

SIZE = 64

Found = list[tuple[tuple[float, float], float, int]]


def answers(count: int, seed: int) -> tuple[Answers, np.ndarray[Any, np.dtype[np.float64]]]:
    """Give discs around a few places, some sharp and some not, some with a hole or a speck."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:SIZE, :SIZE]
    logits, points = [], []
    for _ in range(count):
        centre = np.array([(16, 16), (20, 40), (44, 24), (40, 48)])[random.integers(4)] + random.integers(-3, 4, 2)
        one = random.uniform(0.3, 4) * (random.integers(4, 14) - np.hypot(x - centre[0], y - centre[1]))
        spot = disc(SIZE, SIZE, (int(random.integers(4, 60)), int(random.integers(4, 60))), 1)
        logits.append(np.where(spot, -one, one) if random.random() < 0.5 else one)
        points.append(centre)
    scores = random.choice(np.linspace(0.4, 0.99, 12), count)  # many equals
    return Answers(np.array(logits, np.float32)[:, np.newaxis], scores[:, np.newaxis].astype(np.float32)), np.array(
        points, np.float64
    )


def searched(options: EverythingOptions, pool: Pool | None = None) -> Found:
    search = _Search((SIZE, SIZE), options, pool)
    for number, crop in enumerate(search.crops):
        given, points = answers(90, number)
        frame = Frame(crop.size, (256, 256), (256, 256))
        search.step(len(points), list(search.good(given, points, crop, frame)))
        search.leave(crop)
    return [(one.point_coords, one.predicted_iou, one.area) for one in search.last_step().found]


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"mask_nms_thresh": 0.5},
        {"min_mask_region_area": 30},
        {"crop_n_layers": 1},
        {"box_nms_thresh": 0.3},
    ],
    ids=lambda rules: "-".join(rules) or "plain",
)
def test_other_thresholds_give_what_a_new_search_would(rules: dict[str, Any]) -> None:
    asked = EverythingOptions(pred_iou_thresh=0.7, stability_score_thresh=0.8, **rules)
    pool = Pool(asked)
    assert searched(asked, pool) == searched(asked)
    different = set()
    for iou in (0.5, 0.6, 0.7, 0.85):
        for stability in (0.6, 0.7, 0.8, 0.9):
            chosen = [pool.mask(number) for number in pool.chosen(Thresholds(iou, stability))]
            fresh = searched(EverythingOptions(pred_iou_thresh=iou, stability_score_thresh=stability, **rules))
            assert [(one.point_coords, one.predicted_iou, one.area) for one in chosen] == fresh
            different.add(tuple(fresh))
    assert len(different) > 4


def test_what_is_gone_does_not_come_back_as_another_mask_of_the_same_thing() -> None:
    pool = Pool(EverythingOptions(pred_iou_thresh=0.7, stability_score_thresh=0.8))
    searched(pool.options, pool)
    first = pool.chosen(pool.options.thresholds)
    gone = first[:1]
    assert pool.chosen(pool.options.thresholds, gone) == first[1:]
    box = np.array(pool.mask(first[0]).bbox)
    for stability in (0.6, 0.95):
        for number in pool.chosen(Thresholds(0.5, stability), gone):
            assert np.abs(np.array(pool.mask(number).bbox) - box).max() > 1


def test_lower_thresholds_are_told_where_nothing_passes() -> None:
    pool = Pool(EverythingOptions(pred_iou_thresh=0.7, stability_score_thresh=0.8))
    searched(pool.options, pool)
    high = Thresholds(0.995, 0.99)
    assert pool.chosen(high) == ()
    lower = pool.lower(high)
    assert lower is not None
    thresholds, count = lower
    assert count == len(pool.chosen(thresholds)) > 0
    assert pool.chosen(Thresholds(thresholds.pred_iou_thresh + 0.05, thresholds.stability_score_thresh + 0.05)) == ()
    assert Pool(pool.options).lower(high) is None


def test_thresholds_go_down_to_the_margin_and_not_below_nothing() -> None:
    assert Pool(EverythingOptions(pred_iou_thresh=0.7, stability_score_thresh=0.1)).least == Thresholds(0.5, 0.0)


@pytest.mark.parametrize("rules", [{}, {"min_mask_region_area": 30}, {"crop_n_layers": 1}], ids=str)
def test_a_pool_of_another_day_chooses_and_draws_as_it_did(rules: dict[str, Any]) -> None:
    asked = EverythingOptions(pred_iou_thresh=0.7, stability_score_thresh=0.8, **rules)
    pool = Pool(asked)
    searched(asked, pool)
    data = pool.packed()
    assert len(data) < 1000 * len(pool)
    loads = []

    def load() -> bytes:
        loads.append(1)
        return data

    again = Pool.of_another_day(asked, pool.least, load)
    assert again.options == asked
    assert not loads
    for thresholds in (asked.thresholds, Thresholds(0.5, 0.6)):
        numbers = pool.chosen(thresholds)
        assert again.chosen(thresholds) == numbers
        for number in numbers:
            before, after = pool.outline(number), again.outline(number)
            assert after.ring_offsets.tolist() == before.ring_offsets.tolist()
            assert np.abs(after.vertices - before.vertices).max() < 0.01
    assert loads == [1]
    assert len(again) == len(pool)
    assert again.packed() == data


@pytest.mark.parametrize("data", [b"", b"xx", b"x\x9c", Pool(EverythingOptions()).packed()[:-3]])
def test_what_is_no_pool_has_no_masks(data: bytes) -> None:
    pool = Pool.of_another_day(EverythingOptions(), Thresholds(0, 0), lambda: data)
    assert len(pool) == 0
    assert pool.chosen(Thresholds(0, 0)) == ()


def test_masks_of_another_picture_are_none() -> None:
    asked = EverythingOptions(pred_iou_thresh=0.7, stability_score_thresh=0.8)
    pool = Pool(asked)
    searched(asked, pool)
    assert len(unpacked(pool.packed(), (SIZE, SIZE))) == len(pool)
    with pytest.raises(ValueError, match="another picture"):
        unpacked(pool.packed(), (SIZE, SIZE + 1))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("grid", [0, 8]),
        ("grid", [1 << 19, 1 << 19]),
        ("crop", [0, 0, 65, 64]),
        ("iou", float("nan")),
        ("values", 3),
        ("frame", 9),
    ],
)
def test_masks_that_claim_what_cannot_be_are_none(field: str, value: object) -> None:
    asked = EverythingOptions(pred_iou_thresh=0.7, stability_score_thresh=0.8)
    pool = Pool(asked)
    searched(asked, pool)
    whole = zlib.decompress(pool.packed())
    (length,) = struct.unpack_from("<I", whole)
    head = json.loads(whole[4 : 4 + length])
    head["masks"][1][field] = value
    text = json.dumps(head).encode()
    with pytest.raises(ValueError, match="no packed masks"):
        unpacked(zlib.compress(struct.pack("<I", len(text)) + text + whole[4 + length :]))
