"""What two masks have in common: by small masks whose answers one can see, and by the definitions, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.arrays import BoolArray
from tabsam.errors import EvaluationError
from tabsam.evaluation.comparing import boundary_f, compare, davis_tolerance, hausdorff_95, iou

Places = np.ndarray[tuple[int, ...], np.dtype[np.intp]]


def box(left: int, top: int, right: int, bottom: int, size: tuple[int, int] = (40, 60)) -> BoolArray:
    mask = np.zeros(size, bool)
    mask[top:bottom, left:right] = True
    return mask


def test_overlap_is_counted_in_pixels() -> None:
    found = compare(box(10, 10, 20, 20), box(10, 10, 20, 30))
    assert (found.iou, found.dice, found.precision, found.recall) == pytest.approx((0.5, 2 / 3, 1.0, 0.5))
    assert (found.area, found.truth_area, found.area_error, found.area_error_share) == (100, 200, -100, -0.5)


def test_the_same_mask_is_perfect_wherever_it_lies() -> None:
    for mask in (box(0, 0, 60, 40), box(0, 0, 1, 1), box(59, 39, 60, 40), box(5, 5, 30, 30)):
        found = compare(mask, mask)
        assert (found.iou, found.dice, found.precision, found.recall, found.boundary_f, found.hd95) == (1, 1, 1, 1, 1, 0)
        assert found.area_error == 0


def test_two_empty_masks_agree() -> None:
    empty = np.zeros((8, 9), bool)
    found = compare(empty, empty)
    assert (found.iou, found.dice, found.precision, found.recall, found.boundary_f, found.hd95) == (1, 1, 1, 1, 1, 0)
    assert (found.area_error, found.area_error_share) == (0, 0)


@pytest.mark.parametrize("missing", [True, False])
def test_of_one_empty_mask_nothing_is_right_and_there_is_no_distance(missing: bool) -> None:
    empty, there = np.zeros((40, 60), bool), box(3, 4, 9, 9)
    found = compare(empty, there) if missing else compare(there, empty)
    assert (found.iou, found.dice, found.precision, found.recall, found.boundary_f) == (0, 0, 0, 0, 0)
    assert found.hd95 is None
    assert found.area_error_share == (-1 if missing else None)


def test_what_is_not_counted_is_not_judged() -> None:
    truth, wide = box(10, 10, 20, 20), box(10, 10, 24, 20)
    counted = ~box(20, 0, 24, 40)
    assert compare(wide, truth).iou == pytest.approx(100 / 140)
    assert compare(wide, truth, counted=counted).iou == iou(wide, truth, counted) == 1.0
    assert compare(wide, truth, counted=counted).boundary_f == 1.0


def test_a_boundary_may_be_off_by_its_tolerance_and_no_more() -> None:
    truth, moved = box(10, 10, 30, 30), box(13, 10, 33, 30)
    assert boundary_f(moved, truth, 3) == 1.0
    assert boundary_f(moved, truth, 2.9) < 1.0
    assert compare(moved, truth, tolerance=3).boundary_f == 1.0


def test_the_border_of_the_picture_is_no_boundary() -> None:
    assert boundary_f(np.ones((9, 9), bool), np.ones((9, 9), bool), 0) == 1.0
    assert boundary_f(box(0, 0, 60, 20), box(0, 0, 60, 24), 3) == 0.0
    assert boundary_f(box(0, 0, 60, 20), box(0, 0, 60, 24), 4) == 1.0


def test_the_tolerance_is_davis_own() -> None:
    assert davis_tolerance((480, 854)) == 8


def test_hd95_is_how_far_boundaries_lie_apart() -> None:
    assert hausdorff_95(box(10, 10, 30, 30), box(10, 10, 30, 37)) == pytest.approx(7)
    assert hausdorff_95(box(0, 0, 1, 1), box(59, 39, 60, 40)) == pytest.approx(np.hypot(59, 39))


def davis_by_discs(one: BoolArray, other: BoolArray, radius: int) -> float:
    """Do what davis2017-evaluation does, slowly: boundaries by neighbours, matched by a disc around each pixel."""

    def differs(mask: BoolArray, y: int, x: int) -> bool:
        last_row, last_column = y == mask.shape[0] - 1, x == mask.shape[1] - 1
        right = not last_column and mask[y, x] != mask[y, x + 1]
        below = not last_row and mask[y, x] != mask[y + 1, x]
        return bool(right or below or (not last_row and not last_column and mask[y, x] != mask[y + 1, x + 1]))

    def matched(of: Places, to: Places) -> float:
        return float(np.mean([bool((((to - place) ** 2).sum(1) <= radius**2).any()) for place in of]))

    edges = [np.array([place for place in np.ndindex(mask.shape) if differs(mask, *place)]) for mask in (one, other)]
    if not len(edges[0]) or not len(edges[1]):
        return float(len(edges[0]) == len(edges[1]))
    precision, recall = matched(edges[0], edges[1]), matched(edges[1], edges[0])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def hd95_by_pairs(one: BoolArray, other: BoolArray) -> float:
    def surface(mask: BoolArray) -> Places:
        padded = np.pad(mask, 1)
        around = ((0, 1), (2, 1), (1, 0), (1, 2))
        return np.array([(y, x) for y, x in np.argwhere(mask) if not all(padded[y + down, x + right] for down, right in around)])

    ends = surface(one), surface(other)
    distances = np.sqrt(((ends[0][:, None] - ends[1][None]) ** 2).sum(2))
    return max(float(np.percentile(distances.min(axis), 95)) for axis in (0, 1))


@pytest.mark.parametrize("seed", range(6))
def test_they_are_what_their_definitions_say(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 14)), int(random.integers(2, 14))
    one, other = (random.random(size) < share for share in random.choice([0.1, 0.5, 0.9], 2))
    one[0, 0] = other[-1, -1] = True
    for radius in (0, 1, 2):
        assert compare(one, other, tolerance=radius).boundary_f == pytest.approx(davis_by_discs(one, other, radius))
    assert compare(one, other).hd95 == pytest.approx(hd95_by_pairs(one, other))


def test_masks_of_two_pictures_are_refused() -> None:
    with pytest.raises(EvaluationError, match="60 x 40 pixels cannot be held against one of 9 x 8") as caught:
        compare(box(0, 0, 1, 1), np.zeros((8, 9), bool))
    assert caught.value.code == "mask-sizes"
    with pytest.raises(EvaluationError, match="not -1") as caught:
        compare(box(0, 0, 1, 1), box(0, 0, 1, 1), tolerance=-1)
    assert caught.value.code == "tolerance"
