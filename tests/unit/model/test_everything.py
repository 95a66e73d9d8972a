"""Automatic mask generation: its arithmetic on small numbers, and the whole of it over the small model of tests/support."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tabsam import ModelError, PromptError, Segmenter, StateError, cli, load
from tabsam.arrays import BoolArray, Float32Array, Size, UInt8Array
from tabsam.geometry import regions
from tabsam.geometry.morphology import without_small
from tabsam.geometry.outline import area, from_polygons
from tabsam.model import masks, native
from tabsam.model.dialects import Answers
from tabsam.model.everything import boxes, grids
from tabsam.model.everything.generator import Step, _Search, everything
from tabsam.model.everything.grids import Crop
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.everything.proposals import EdgeLogits, Proposal, proposal_in
from tabsam.model.everything.sameness import distinct
from tabsam.model.measures import measure
from tabsam.model.native import NativeSession
from tabsam.model.preprocess import Frame, Recipe, frame_for
from tabsam.model.runtime import Tensor
from tabsam.model.several import predict_each
from tests.support.dialect_models import EXPORTS
from tests.support.pictures import disc, iou, red_disc, two_discs
from tests.support.tiny_model import tiny_model

# Answers


def test_answers_that_are_not_finite_are_left_out_and_the_others_are_not() -> None:
    logits = np.where(disc(64, 64, (32, 32), 12), np.float32(9), np.float32(-9))[np.newaxis, np.newaxis].repeat(4, axis=0)
    logits[1, 0, 0, 0] = np.inf
    logits[2, 0, 32, 32] = np.nan
    answers = Answers(logits, np.array([[0.9], [0.9], [0.9], [np.inf]], np.float32))
    search = _Search((64, 64), EverythingOptions(points_per_side=2))
    (crop,) = search.crops
    frame = Frame((64, 64), (256, 256), (256, 256))
    points = np.array([[1, 0], [2, 0], [3, 0], [4, 0]], np.float64)
    assert [one.point_coords for one in search.good(answers, points, crop, frame)] == [(1, 0)]


# Grids and crops


def test_points_are_half_a_step_from_the_edges_row_by_row() -> None:
    assert grids.point_grid(2).tolist() == [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]


def test_each_layer_of_crops_has_fewer_points() -> None:
    assert [len(grid) for grid in grids.layered_point_grids(32, 2, 2)] == [1024, 256, 64]
    assert [len(grid) for grid in grids.layered_point_grids(2, 2, 8)] == [4, 1, 1]


def test_crops_lie_where_the_reference_puts_them() -> None:
    # generate_crop_boxes((600, 1000), 2, 512 / 1500): an overlap of 204, then of 102 pixels.
    found = grids.crops((600, 1000), 2, 512 / 1500)
    assert [crop.layer for crop in found] == [0] + [1] * 4 + [2] * 16
    assert [crop.box for crop in found[:5]] == [
        (0, 0, 1000, 600), (0, 0, 602, 402), (0, 198, 602, 600), (398, 0, 1000, 402), (398, 198, 1000, 600),
    ]  # fmt: skip
    assert [crop.box for crop in found[5:7]] == [(0, 0, 327, 227), (0, 125, 327, 352)]
    assert found[-1].box == (675, 375, 1000, 600)


def test_crops_of_a_tiny_picture_are_not_empty() -> None:
    assert all(min(crop.size) > 0 for crop in grids.crops((1, 3), 3, 512 / 1500))


# Boxes


def test_a_box_that_a_crop_cut_is_told_from_one_at_the_pictures_edge() -> None:
    crop, image = (400, 0, 1000, 600), (0, 0, 1000, 600)
    at_the_crops_edge, at_the_pictures, inside = (415, 100, 600, 300), (700, 5, 999, 590), (421, 100, 600, 300)
    assert boxes.near_crop_edge([at_the_crops_edge, at_the_pictures, inside], crop, image).tolist() == [True, False, False]


def test_the_best_of_overlapping_boxes_stays() -> None:
    three = [(0, 0, 10, 10), (1, 0, 11, 10), (30, 30, 40, 40)]
    assert boxes.nms(three, [0.5, 0.9, 0.1], 0.7).tolist() == [1, 2]
    assert boxes.nms(three, [0.5, 0.9, 0.1], 0.9).tolist() == [1, 0, 2]
    assert boxes.nms(three[:2], [0.5, 0.5], 0.7).tolist() == [0]
    assert boxes.nms([], [], 0.7).tolist() == []
    assert boxes.nms([(3, 3, 3, 3), (3, 3, 3, 3)], [1, 1], 0.7).tolist() == [0, 1]  # without area: no IoU


def packed(mask: BoolArray) -> UInt8Array:
    return np.packbits(mask)


def test_the_first_of_masks_that_are_nearly_the_same_stays_whatever_their_boxes_are() -> None:
    one = disc(64, 64, (20, 20), 10)
    speckled = one.copy()
    speckled[60, 60] = True
    assert boxes.box_iou((10, 10, 30, 30), (10, 10, 60, 60))[0] < 0.2
    half = one & (np.arange(64) < 20)
    masks = [packed(mask) for mask in (one, speckled, half, disc(64, 64, (40, 40), 10), np.zeros_like(one), np.zeros_like(one))]
    assert distinct(masks, 0.7).tolist() == [0, 2, 3, 4, 5]
    assert distinct(masks, 0.3).tolist() == [0, 3, 4, 5]
    assert distinct(masks, 1).tolist() == [0, 1, 2, 3, 4, 5]
    assert distinct([], 0.7).tolist() == []


def test_a_search_leaves_out_masks_that_are_nearly_the_same_where_it_is_asked_to() -> None:
    clean = np.where(disc(64, 64, (20, 20), 10), np.float32(9), np.float32(-9))
    speckled = clean.copy()
    speckled[56:60, 56:60] = 9
    answers = Answers(np.stack([clean, speckled])[:, np.newaxis], np.array([[0.95], [0.97]], np.float32))
    frame, points = Frame((64, 64), (256, 256), (256, 256)), np.array([[20, 20], [21, 20]], np.float64)

    def found(**options: float) -> list[tuple[float, float]]:
        search = _Search((64, 64), EverythingOptions(**options))  # type: ignore[arg-type]
        (crop,) = search.crops
        search.step(2, list(search.good(answers, points, crop, frame)))
        search.leave(crop)
        return [one.point_coords for one in search.last_step().found]

    assert found() == [(21, 20), (20, 20)]
    assert found(mask_nms_thresh=0.7) == [(21, 20)]


def test_suppression_is_that_of_the_definition() -> None:
    random = np.random.default_rng(4)
    corners = random.integers(0, 60, (150, 2))
    many = np.hstack([corners, corners + random.integers(1, 40, (150, 2))])
    scores = random.integers(0, 50, 150) / 50  # many equals
    for threshold in (0.1, 0.5, 0.9):
        assert boxes.nms(many, scores, threshold).tolist() == slow_nms(many.tolist(), scores.tolist(), threshold)


def slow_nms(many: Sequence[Sequence[int]], scores: Sequence[float], threshold: float) -> list[int]:
    kept: list[int] = []
    for index in sorted(range(len(many)), key=lambda index: -scores[index]):
        if all(slow_iou(many[index], many[other]) <= threshold for other in kept):
            kept.append(index)
    return kept


def slow_iou(one: Sequence[int], other: Sequence[int]) -> float:
    width, height = (max(0, min(one[2 + axis], other[2 + axis]) - max(one[axis], other[axis])) for axis in (0, 1))
    one_area, other_area = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / (one_area + other_area - width * height)


# Regions


def mask_of(*rows: str) -> BoolArray:
    return np.array([[cell == "#" for cell in row] for row in rows])


def test_corners_connect_or_not() -> None:
    mask = mask_of("#..#", ".#..", "...#")
    assert regions.components(mask).labels.tolist() == [[1, 0, 0, 2], [0, 1, 0, 0], [0, 0, 0, 3]]
    assert regions.components(mask).sizes.tolist() == [2, 1, 1]
    assert regions.components(mask, connectivity=4).sizes.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("connectivity", [4, 8])
def test_regions_are_those_of_a_flood(connectivity: regions.Connectivity) -> None:
    random = np.random.default_rng(3)
    for _ in range(60):
        mask = random.random((random.integers(1, 12), random.integers(1, 12))) < random.random()
        found = regions.components(mask, connectivity=connectivity)
        wanted = flooded(mask, connectivity)
        assert found.labels.tolist() == wanted.tolist()
        assert found.sizes.tolist() == np.bincount(wanted.ravel())[1:].tolist()


def flooded(mask: BoolArray, connectivity: int) -> Any:
    labels = np.zeros(mask.shape, int)
    steps = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if connectivity == 8 or 0 in (dy, dx)]
    for y, x in zip(*np.nonzero(mask), strict=True):
        waiting = [(y, x)] if not labels[y, x] else []
        label = labels.max() + 1
        while waiting:
            y, x = waiting.pop()
            if 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and mask[y, x] and not labels[y, x]:
                labels[y, x] = label
                waiting += [(y + dy, x + dx) for dy, dx in steps]
    return labels


@pytest.mark.parametrize("smaller_than", [0, 1, 2, 4, 9, 200])
def test_small_regions_go_as_in_the_reference(smaller_than: int) -> None:
    random = np.random.default_rng(smaller_than)
    for _ in range(30):
        mask = random.random((random.integers(1, 12), random.integers(1, 12))) < random.random()
        before = mask.copy()
        for function, holes in ((regions.fill_holes, True), (regions.remove_islands, False)):
            found, (wanted, changed) = function(mask, smaller_than), slow_small_regions(mask, smaller_than, holes)
            assert found.tolist() == wanted.tolist()
            assert (found is mask) == (not changed)
        assert (mask == before).all()


def slow_small_regions(mask: BoolArray, smaller_than: int, holes: bool) -> tuple[BoolArray, bool]:
    """Do what ``remove_small_regions`` does."""
    labels = flooded(holes ^ mask, 8)
    sizes = np.bincount(labels.ravel())[1:]
    small = [number + 1 for number, size in enumerate(sizes) if size < smaller_than]
    if not small:
        return mask, False
    if holes:
        return mask | np.isin(labels, small), True
    kept = [number + 1 for number in range(len(sizes)) if number + 1 not in small] or [int(sizes.argmax()) + 1]
    return np.isin(labels, kept), True


@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_only_what_is_enclosed_is_filled_in_strips_of_any_height(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "_AT_ONCE", at_once)
    random = np.random.default_rng(at_once)
    for _ in range(60):
        mask = random.random((random.integers(1, 12), random.integers(1, 12))) < 0.6
        around = np.pad(mask, 1)
        outside = flooded(~around, 8)
        wanted = regions.fill_holes(np.where(outside == outside[0, 0], True, around), 4) & (outside != outside[0, 0])
        assert regions.fill_holes(mask, 4, enclosed=True).tolist() == wanted[1:-1, 1:-1].tolist()


def test_holes_are_filled_and_islands_removed() -> None:
    mask = mask_of("####..", "#.##.#", "####..")
    assert regions.fill_holes(mask, 2).tolist() == mask_of("####..", "####.#", "####..").tolist()
    assert regions.remove_islands(mask, 2).tolist() == mask_of("####..", "#.##..", "####..").tolist()


# Measures, and logits kept near the edge

LETTERBOX = Recipe("letterbox", "uint8", (0, 0, 0), (1, 1, 1))
SQUASH = Recipe("squash", "float", (0, 0, 0), (1, 1, 1))
FRAMES = [
    frame_for(recipe, size, (256, 256)) for recipe in (SQUASH, LETTERBOX) for size in ((120, 90), (7, 5), (31, 300), (1, 1))
]


def wavy(seed: int, cells: int = 64) -> Float32Array:
    coarse = np.random.default_rng(seed).normal(0, 4, (cells // 4, cells // 4)).astype(np.float32)
    return masks.resize_logits(coarse, (cells, cells))


@pytest.mark.parametrize("frame", FRAMES, ids=str)
def test_measures_are_those_of_the_full_size_mask(frame: Frame) -> None:
    for seed in range(8):
        logits = wavy(seed)
        mask, inner, outer = (masks.to_mask(logits, frame, threshold=threshold) for threshold in (0, 1, -1))
        measures = measure(logits, frame)
        if not mask.any():
            assert measures is None
            continue
        assert measures is not None
        y, x = np.nonzero(mask)
        assert measures.area == mask.sum()
        assert measures.box == (x.min(), y.min(), x.max(), y.max())
        assert measures.stability_score == pytest.approx(inner.sum() / outer.sum())


@pytest.mark.parametrize("recipe", [SQUASH, LETTERBOX], ids=["squash", "letterbox"])
def test_measures_of_a_large_mask_are_close(recipe: Recipe) -> None:
    frame = frame_for(recipe, (1100, 1700), (256, 256))
    for seed in range(3):
        logits = wavy(seed)
        mask, inner, outer = (masks.to_mask(logits, frame, threshold=threshold) for threshold in (0, 1, -1))
        measures = measure(logits, frame)
        assert measures is not None
        y, x = np.nonzero(mask)
        assert measures.area == pytest.approx(mask.sum(), rel=1e-3)
        assert measures.box == pytest.approx((x.min(), y.min(), x.max(), y.max()), abs=1)
        assert measures.stability_score == pytest.approx(inner.sum() / outer.sum(), abs=1e-3)


def test_an_empty_mask_has_no_measures() -> None:
    assert measure(np.full((8, 8), -9, np.float32), FRAMES[0]) is None
    assert measure(np.full((8, 8), -0.5, np.float32), FRAMES[0]) is None


@pytest.mark.parametrize("frame", FRAMES, ids=str)
def test_the_edge_is_all_that_a_mask_needs(frame: Frame) -> None:
    logits = wavy(2)
    kept = EdgeLogits.of(logits)
    assert kept.values.size < logits.size
    assert (masks.to_mask(kept.whole(), frame) == masks.to_mask(logits, frame)).all()


def found(logits: Float32Array, frame: Frame, crop: Crop, image_size: Size) -> Proposal:
    measures = measure(logits, frame)
    assert measures is not None
    return proposal_in(crop, image_size, frame, logits, measures, point=(1.5, 2.5), predicted_iou=0.9)


def test_what_is_found_in_a_crop_lies_in_the_picture() -> None:
    logits = np.full((16, 16), -2, np.float32)
    logits[4:8, 4:12] = 2
    frame = frame_for(SQUASH, (32, 32), (64, 64))
    one = found(logits, frame, Crop(10, 20, 42, 52, 1), (60, 50))
    mask = np.zeros((60, 50), np.bool_)
    mask[20:52, 10:42] = masks.to_mask(logits, frame)
    assert (one.mask() == mask).all()
    assert (one.bbox, one.bbox_xywh) == ((18, 28, 33, 35), (18, 28, 15, 7))
    assert (one.point_coords, one.crop_box_xywh) == ((11.5, 22.5), (10, 20, 32, 32))
    assert area(one.outline()) == pytest.approx(one.area, rel=0.1)
    assert one.outline().vertices.min(axis=0) == pytest.approx([18, 28], abs=0.5)


def test_cleaning_is_that_of_the_whole_picture() -> None:
    random = np.random.default_rng(8)
    for _ in range(12):
        logits = np.where(random.random((16, 16)) < 0.8, -2, 2).astype(np.float32)
        logits[3:9, 2:14], logits[5, 7] = 2, -2
        size = (int(random.integers(16, 60)), int(random.integers(16, 60)))
        one = found(logits, frame_for(SQUASH, size, (64, 64)), Crop(0, 0, size[1], size[0], 0), size)
        below = int(random.integers(2, 80))
        wanted = regions.remove_islands(regions.fill_holes(one.mask(), below), below)
        cleaned = one.cleaned(below)
        y, x = np.nonzero(wanted)
        assert (cleaned.mask() == wanted).all()
        assert cleaned.area == wanted.sum()
        assert cleaned.bbox == (x.min(), y.min(), x.max(), y.max())
        assert (cleaned is one) == bool((wanted == one.mask()).all())


def square(x0: float, y0: float, side: float) -> Any:
    return np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) * side + (x0, y0)


def test_small_rings_are_left_out_of_an_outline() -> None:
    line = from_polygons([[square(0, 0, 10), square(2, 2, 1), square(5, 5, 3)], [square(20, 0, 2)]])
    assert [len(polygon) for polygon in without_small(line, 2).polygons()] == [2, 1]
    assert [len(polygon) for polygon in without_small(line, 5).polygons()] == [2]
    assert area(without_small(line, 1000)) == 100
    assert without_small(from_polygons([]), 5).polygons() == []


# The whole


@pytest.fixture
def segmenter() -> Segmenter:
    return native.load_pair(tiny_model().encoder, tiny_model().decoder)


LENIENT = EverythingOptions(points_per_side=6, points_per_batch=8, pred_iou_thresh=0.7, stability_score_thresh=0.5)


async def steps_of(segmenter: Segmenter, image: Any, options: EverythingOptions, **more: Any) -> list[Step]:
    return [step async for step in everything(segmenter, image, options, **more)]


def test_everything_is_found_once(segmenter: Segmenter) -> None:
    *_, last = asyncio.run(steps_of(segmenter, two_discs(), LENIENT))
    assert last.final
    assert len(last.found) == 3  # two discs, and what is around them
    blue = disc(240, 320, (240, 120), 60)
    for wanted in (red_disc(), blue, ~(red_disc() | blue)):
        assert max(iou(one.mask(), wanted) for one in last.found) > 0.85
    scores = [one.predicted_iou for one in last.found]
    assert scores == sorted(scores, reverse=True)


def test_a_step_tells_how_far_it_is_and_what_is_new(segmenter: Segmenter) -> None:
    steps = asyncio.run(steps_of(segmenter, two_discs(), LENIENT))
    assert [(step.done, step.of) for step in steps] == [(8, 36), (16, 36), (24, 36), (32, 36), (36, 36), (36, 36)]
    assert [step.final for step in steps] == [False] * 5 + [True]
    told = [one.bbox for step in steps[:-1] for one in step.found]
    assert len(told) >= 3
    assert all((boxes.box_iou(box, told) > LENIENT.box_nms_thresh).sum() == 1 for box in told)


def test_how_many_clicks_go_into_a_step_changes_nothing(segmenter: Segmenter) -> None:
    few, many = (
        asyncio.run(steps_of(segmenter, two_discs(), dataclasses.replace(LENIENT, points_per_batch=size)))[-1].found
        for size in (3, 100)
    )
    assert [(one.bbox, one.area, one.point_coords) for one in few] == [(one.bbox, one.area, one.point_coords) for one in many]


def test_points_of_ones_own_are_used(segmenter: Segmenter) -> None:
    options = dataclasses.replace(LENIENT, points_per_side=None, point_grids=[[[0.25, 0.5]]])
    steps = asyncio.run(steps_of(segmenter, two_discs(), options))
    assert steps[-1].of == 1
    assert {one.point_coords for one in steps[-1].found} == {(80.0, 120.0)}
    assert iou(steps[-1].found[0].mask(), red_disc()) > 0.85


def test_crops_find_what_is_small_and_drop_what_they_cut(segmenter: Segmenter) -> None:
    image = two_discs(480, 640)
    image[416:460, 580:624] = (10, 200, 30)
    options = dataclasses.replace(LENIENT, crop_n_layers=1, points_per_side=16, crop_n_points_downscale_factor=2)
    steps = asyncio.run(steps_of(segmenter, image, options))
    assert steps[-1].of == 256 + 4 * 64
    small = [one for one in steps[-1].found if one.area < 3000 and one.bbox[0] > 570]
    assert small
    assert small[0].crop_box != (0, 0, 640, 480)
    assert small[0].bbox == pytest.approx((580, 416, 623, 459), abs=8)
    assert not any(boxes.near_crop_edge(one.bbox, one.crop_box, (0, 0, 640, 480))[0] for one in steps[-1].found)


def test_small_islands_are_removed(segmenter: Segmenter) -> None:
    image = two_discs()
    image[4:24, 4:24] = image[120, 80]  # as red as the red disc
    plain, cleaned = (
        asyncio.run(steps_of(segmenter, image, dataclasses.replace(LENIENT, min_mask_region_area=size)))[-1].found
        for size in (0, 1500)
    )
    red, red_cleaned = (
        next(one for one in found if one.mask()[120, 80] and not one.mask()[120, 160]) for found in (plain, cleaned)
    )
    assert red.mask()[14, 14]
    assert not red_cleaned.mask()[14, 14]
    assert red.bbox[:2] == pytest.approx((4, 4), abs=4)
    assert red_cleaned.bbox[:2] == pytest.approx((20, 60), abs=4)
    assert [len(one.outline().polygons()) for one in (red, red_cleaned)] == [2, 1]
    assert red_cleaned.area == red_cleaned.mask().sum()


def test_nothing_found_is_no_error(segmenter: Segmenter) -> None:
    options = EverythingOptions(points_per_side=2, pred_iou_thresh=0.999, crop_n_layers=1, min_mask_region_area=5)
    assert asyncio.run(steps_of(segmenter, two_discs(), options))[-1].found == ()


def test_a_picture_of_one_pixel_is_searched(segmenter: Segmenter) -> None:
    options = dataclasses.replace(LENIENT, stability_score_thresh=0, pred_iou_thresh=0, min_mask_region_area=3)
    assert all(one.mask().all() for one in asyncio.run(steps_of(segmenter, two_discs(1, 1), options))[-1].found)


class Counted(NativeSession):
    """A session that counts its runs, and what it gave that is still held."""

    runs = 0

    async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        self.runs += 1
        given = await super().run(feeds, outputs)
        self.given = [*getattr(self, "given", ()), *given.values()]
        return given

    def held(self) -> int:
        return sum(getattr(tensor, "value", None) is not None for tensor in self.given)


def counted() -> tuple[Counted, Counted]:
    return Counted(tiny_model().encoder, keep_outputs=True), Counted(tiny_model().decoder)


def test_the_current_picture_stays() -> None:
    encoder, decoder = counted()
    segmenter = Segmenter(encoder, decoder)

    async def search_between_clicks() -> float:
        await segmenter.set_image(two_discs())
        await steps_of(segmenter, np.full((50, 60, 3), 200, np.uint8), dataclasses.replace(LENIENT, crop_n_layers=1))
        best, *_ = await segmenter.predict([[80, 120]])
        return iou(best.mask(), red_disc())

    assert asyncio.run(search_between_clicks()) > 0.9
    assert encoder.runs == 6
    assert encoder.held() == 3  # three tensors: the current picture's, and no crop's


def test_an_embedding_that_is_given_is_used_and_stays() -> None:
    encoder, decoder = counted()
    segmenter = Segmenter(encoder, decoder)

    async def search() -> int:
        embedding = await segmenter.encode(two_discs())
        return len((await steps_of(segmenter, two_discs(), LENIENT, embedding=embedding))[-1].found)

    assert asyncio.run(search()) == 3
    assert (encoder.runs, encoder.held()) == (1, 3)


def test_an_embedding_of_another_picture_is_refused(segmenter: Segmenter) -> None:
    async def search() -> None:
        await steps_of(segmenter, two_discs(), LENIENT, embedding=await segmenter.encode(two_discs(30, 40)))

    with pytest.raises(StateError) as caught:
        asyncio.run(search())
    assert (caught.value.code, caught.value.message) == ("embedding-mismatch", "This embedding is of another picture.")


def test_several_objects_go_into_a_run() -> None:
    encoder, decoder = counted()
    asyncio.run(steps_of(Segmenter(encoder, decoder), two_discs(), dataclasses.replace(LENIENT, points_per_batch=64)))
    assert decoder.runs == 5  # 36 points, 8 at a time


def test_a_closed_search_runs_no_more_and_lets_go() -> None:
    encoder, decoder = counted()

    async def begin() -> None:
        async with aclosing(everything(Segmenter(encoder, decoder), two_discs(), LENIENT)) as steps:
            async for step in steps:
                if step.done >= 16:
                    break

    asyncio.run(begin())
    assert (decoder.runs, encoder.held()) == (3, 0)  # one run ahead


def test_a_cancelled_search_runs_no_more_and_lets_go() -> None:
    encoder, decoder = counted()

    async def begin() -> None:
        told = asyncio.Event()

        async def search() -> None:
            async for _ in everything(Segmenter(encoder, decoder), two_discs(), LENIENT):
                told.set()
                await asyncio.sleep(60)

        task = asyncio.create_task(search())
        await told.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(begin())
    assert (decoder.runs, encoder.held()) == (2, 0)  # what was told, and one run ahead


@pytest.mark.parametrize(
    "name", ["sam1, 4 masks", "sam1, open sides", "sam2", "hf-sam2", "hf-sam1, boxes", "efficientsam", "edgesam"]
)
def test_each_object_is_answered_as_if_it_were_alone(name: str) -> None:
    # Of these, some take one object a run; the others say that they take many, and answer for one: they are asked one by one.
    export = EXPORTS[name]
    segmenter = native.load_pair(export.encoder_bytes(), export.decoder_bytes())
    assert_each_is_answered_alone(segmenter)


def test_many_objects_are_answered_as_if_each_were_alone(segmenter: Segmenter) -> None:
    assert_each_is_answered_alone(segmenter)


def assert_each_is_answered_alone(segmenter: Segmenter) -> None:
    points = [[20.0, 30.0], [80.0, 120.0], [240.5, 121.0]]

    async def ask() -> None:
        embedding = await segmenter.encode(two_discs())
        together = [answers async for answers in predict_each(segmenter, points, embedding)]
        logits = np.concatenate([answers.logits for answers in together])
        scores = np.concatenate([answers.iou_predictions for answers in together])
        segmenter.use(embedding)
        for index, point in enumerate(points):
            alone = await segmenter.predict([point], all_candidates=True)
            best_first = np.argsort(-scores[index], kind="stable")
            assert scores[index][best_first] == pytest.approx([candidate.iou_prediction for candidate in alone], abs=1e-5)
            assert np.abs(logits[index][best_first] - [candidate.logits for candidate in alone]).max() < 1e-4

    asyncio.run(ask())


def test_a_model_that_fails_says_so(segmenter: Segmenter) -> None:
    async def ask() -> None:
        embedding = await segmenter.encode(two_discs())
        embedding.release()
        await steps_of(segmenter, two_discs(), LENIENT, embedding=embedding)

    with pytest.raises(ModelError) as caught:
        asyncio.run(ask())
    assert caught.value.code == "model-run"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"points_per_side": 0}, "'points_per_side' must be a whole number of at least 1, not 0."),
        ({"points_per_side": 1.5}, "'points_per_side' must be a whole number of at least 1, not 1.5."),
        ({"points_per_batch": True}, "'points_per_batch' must be a whole number of at least 1, not True."),
        ({"pred_iou_thresh": float("nan")}, "'pred_iou_thresh' must be a number of at least 0, not nan."),
        ({"pred_iou_thresh": "high"}, "'pred_iou_thresh' must be a number of at least 0, not 'high'."),
        ({"stability_score_offset": 0}, "'stability_score_offset' must be above 0, not 0."),
        ({"crop_overlap_ratio": 1}, "'crop_overlap_ratio' must be below 1, not 1."),
        ({"min_mask_region_area": -1}, "'min_mask_region_area' must be a whole number of at least 0, not -1."),
        ({"points_per_side": None}, "Give either 'points_per_side' or 'point_grids'."),
        ({"point_grids": [[[0.5, 0.5]]]}, "Give either 'points_per_side' or 'point_grids'."),
        (
            {"points_per_side": None, "point_grids": [[[0.5, 0.5]]], "crop_n_layers": 1},
            "'point_grids' has 1 grids, and one is needed for each of 2 layers.",
        ),
        (
            {"points_per_side": None, "point_grids": [[[0.5, 1.5]]]},
            "A grid in 'point_grids' must have shape (n, 2), and numbers from 0 to 1.",
        ),
    ],
)
def test_wrong_options_have_their_sentence(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PromptError) as caught:
        EverythingOptions(**options)
    assert (caught.value.code, caught.value.message) == ("everything-options", sentence)


def test_scripts_need_no_await(tmp_path: Path) -> None:
    tiny_model().save(tmp_path)
    told = []
    with load(tmp_path) as segmenter:
        found = segmenter.everything(two_discs(), LENIENT, progress=lambda step: told.append(step.done))
        with pytest.raises(StateError):
            segmenter.predict([[1, 1]])
    assert len(found) == 3
    assert told == [8, 16, 24, 32, 36, 36]


def test_a_progress_that_raises_ends_the_search(tmp_path: Path) -> None:
    tiny_model().save(tmp_path)

    def stop(step: Step) -> None:
        raise KeyError(step.done)

    with load(tmp_path) as segmenter, pytest.raises(KeyError):
        segmenter.everything(two_discs(), LENIENT, progress=stop)


def test_the_shell_writes_masks_and_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny_model().save(tmp_path / "model")
    picture = tmp_path / "discs.png"
    Image.fromarray(two_discs()).save(picture)
    options = ["--points-per-side", "6", "--pred-iou-thresh", "0.7", "--stability-score-thresh", "0.5"]
    assert cli.main(["everything", str(picture), "--model", str(tmp_path / "model"), *options]) == 0
    folder = tmp_path / "discs-masks"
    assert capsys.readouterr().out == f"{folder}\n"
    header, *rows = folder.joinpath("metadata.csv").read_text().splitlines()
    assert header.startswith("id,area,bbox_x0,")
    assert [len(row.split(",")) for row in rows] == [len(header.split(","))] * 3
    for number, row in enumerate(rows):
        mask = np.asarray(Image.open(folder / f"{number}.png"))
        assert mask.shape == (240, 320)
        assert (mask > 0).sum() == int(row.split(",")[1])


def test_the_shell_says_what_is_wrong_with_an_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "discs.png"
    Image.fromarray(two_discs()).save(picture)
    assert cli.main(["everything", str(picture), "--model", str(tmp_path), "--points-per-side", "0"]) == 1
    assert "'points_per_side' must be" in capsys.readouterr().err
