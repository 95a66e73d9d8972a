"""What a search found is held against what is known, and thresholds choose from it as the search itself does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tabsam import load
from tabsam.model.everything.options import EverythingOptions
from tabsam_training import finding
from tabsam_training.__main__ import main
from tabsam_training.errors import TrainingError
from tabsam_training.finding import NOT_COUNTED, Counts, Found, Known, Thresholds
from tests.training.conftest import NANO

ALL = Thresholds(0, 0, 1, 1)
FREE = [(0, y, 1, y + 1) for y in range(0, 40, 4)]
"""Boxes that do not lie over each other."""


def two_known() -> Known:
    """Give two objects of 4 x 4, and at the right what nobody knows."""
    known = np.zeros((8, 16), np.uint16)
    known[2:6, 1:5], known[2:6, 6:10], known[:, 12:] = 7, 300, NOT_COUNTED
    return Known.of(known)


def found(
    *rows: tuple[float, float], scores: tuple[float, ...] = (), boxes: list[tuple[int, int, int, int]] | None = None
) -> Found:
    """Give finds by their IoU with two objects; each lies in the first by 0.9 where its IoU with it is below a half."""
    iou = np.array(rows, np.float64).reshape(-1, 2)
    score = np.array(scores or [0.9] * len(rows), np.float64)
    within = np.where(iou > 0, 0.9, 0.0)
    return Found(
        score,
        np.ones(len(rows)),
        np.array((boxes or FREE)[: len(rows)], np.float64).reshape(-1, 4),
        iou,
        within,
        np.eye(len(rows), dtype=np.uint8),
    )


def test_a_label_map_is_read_as_objects_in_order() -> None:
    known = two_known()
    assert known.sizes.tolist() == [16, 16]
    assert [known.regions[place] for place in ((0, 0), (2, 1), (5, 9), (0, 15))] == [0, 1, 2, 3]
    assert Known.of(np.zeros((2, 3), np.uint16)).sizes.tolist() == []


def test_a_mask_is_measured_by_each_object() -> None:
    mask = np.zeros((8, 16), bool)
    mask[2:6, 3:7] = True
    rows = finding.overlaps(mask, two_known())
    assert rows is not None
    np.testing.assert_allclose(rows, [[8 / 24, 4 / 28], [8 / 16, 4 / 16]])


def test_what_nobody_knows_is_neither_area_nor_find() -> None:
    mask = np.zeros((8, 16), bool)
    mask[2:6, 6:14] = True  # 16 on an object, 8 on nothing, 8 on what is not counted
    rows = finding.overlaps(mask, two_known())
    assert rows is not None
    np.testing.assert_allclose(rows[0], [0, 16 / 24])
    mask[:, 12:] = True
    assert finding.overlaps(mask, two_known()) is None
    assert finding.overlaps(np.zeros((8, 16), bool), two_known()) is None


def test_finds_are_objects_duplicates_parts_or_something_else() -> None:
    counted = finding.counts(found((0.8, 0), (0.6, 0), (0.3, 0), (0, 0), (0, 0.55)), ALL)
    assert counted == Counts(objects=2, recalled_50=2, recalled_75=1, duplicates=1, parts=1, others=1)
    assert counted.f1 == pytest.approx(4 / 7)  # two right of five, two found of two
    assert counted + counted == Counts(4, 4, 2, 2, 2, 2)


def test_nothing_known_and_nothing_found() -> None:
    assert finding.counts(found(), ALL) == Counts(objects=2)
    assert (Counts().f1, Counts(objects=2).f1, Counts(objects=2, recalled_50=2).f1) == (1, 0, 1)
    nothing_known = Found(np.ones(1), np.ones(1), np.ones((1, 4)), np.zeros((1, 0)), np.zeros((1, 0)), np.ones((1, 1), np.uint8))
    assert finding.counts(nothing_known, ALL) == Counts(others=1)


def test_the_better_of_two_in_one_box_stays() -> None:
    boxes = [(0, 0, 10, 10), (0, 0, 10, 9)]
    two = found((0.6, 0), (0.9, 0), scores=(0.8, 0.7), boxes=boxes)
    assert finding.counts(two, Thresholds(0, 0, 0.8, 1)) == Counts(objects=2, recalled_50=1)
    assert finding.counts(two, Thresholds(0, 0, 0.95, 1)) == Counts(objects=2, recalled_50=1, recalled_75=1, duplicates=1)
    assert finding.counts(two, Thresholds(0.8, 0, 0.95, 1)) == Counts(objects=2)


@pytest.fixture
def known(held_out: Path, tmp_path: Path) -> Path:
    """Give the drawn pictures with label maps."""
    for kind in ("images", "labels"):
        (tmp_path / kind).mkdir()
    for path in held_out.glob("images/*"):
        (tmp_path / "images" / path.name).write_bytes(path.read_bytes())
        mask = np.asarray(Image.open(held_out / "masks" / path.name))
        Image.fromarray((mask > 0).astype(np.uint16)).save(tmp_path / "labels" / path.name)
    return tmp_path


def test_thresholds_afterwards_are_the_searchs_own(known: Path) -> None:
    (_, image, objects), *_ = finding.known_pictures(known)
    with load(NANO, threads=1) as segmenter:
        everything = finding.search(segmenter, image, objects, points_per_side=4)
        tried = EverythingOptions(
            points_per_side=4, pred_iou_thresh=0.6, stability_score_thresh=0.8, box_nms_thresh=0.5, mask_nms_thresh=0.6
        )
        proposals = segmenter.everything(image, tried)
    assert proposals
    counted = finding.counts(everything, Thresholds(0.6, 0.8, 0.5, 0.6))
    assert counted.recalled_50 + counted.duplicates + counted.parts + counted.others == len(proposals)
    rows = [finding.overlaps(one.mask(), objects) for one in proposals]
    assert counted.recalled_50 == any(row is not None and row[0, 0] >= 0.5 for row in rows)


def test_the_command_prints_a_row_for_each_combination(known: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--points-per-side", "4", "--pred-iou-thresh", "0.5,0.6", "--stability-score-thresh", "0.5"]
    options += ["--box-nms-thresh", "0.7", "--mask-nms-thresh", "1"]
    assert main(["everything", str(NANO), str(known), *options, "--threads", "1"]) == 0
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in capsys.readouterr().out.strip().splitlines()[2:]]
    assert [row[1:5] for row in rows] == [["0.50", "0.50", "0.70", "1.00"], ["0.60", "0.50", "0.70", "1.00"]]
    assert float(rows[0][5]) > 0


def test_what_is_missing_or_does_not_fit_is_named(known: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(TrainingError) as caught:
        list(finding.known_pictures(tmp_path_factory.mktemp("empty")))
    assert caught.value.code == "no-data"
    path = next(known.glob("labels/*"))
    Image.new("L", (3, 3)).save(path)
    with pytest.raises(TrainingError, match=f"{path.name} and its label map differ in size"):
        list(finding.known_pictures(known))
    path.unlink()
    with pytest.raises(TrainingError, match=f"{path.name} has no label map"):
        list(finding.known_pictures(known))
