"""Objects held against the truth, by rectangles whose numbers one can see."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PIL import Image

from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.document.selection import Selection
from tabsam.evaluation.against import COLUMNS, Against, against
from tabsam.evaluation.against_report import against_report
from tabsam.evaluation.comparing import compare
from tabsam.geometry.raster import fill
from tabsam.geometry.tracing import outline_of_mask
from tests.unit.evaluation.answers import SIZE, box

PICTURE = Annotations("street.png", SIZE, (Category(1, "cup", "#0072b2"), Category(2, "dog", "#e69f00")))


def instance(id: int, *corners: int, category: int | None = 1, **more: object) -> Instance:
    return Instance(id, outline_of_mask(box(*corners)), category, **more)  # type: ignore[arg-type]


def held(objects: list[Instance], truth: list[Instance]) -> Against:
    return against(objects, truth, PICTURE, source="truth.json")


def test_each_object_is_taken_for_one_truth_the_best_pair_first() -> None:
    truth = [instance(1, 0, 0, 10, 10), instance(2, 20, 0, 30, 10), instance(3, 50, 30, 60, 40, category=2)]
    objects = [instance(7, 0, 0, 10, 8), instance(8, 0, 0, 10, 10), instance(9, 20, 5, 30, 10, category=2, name="my dog")]
    found = held(objects, truth)
    assert [(one.object.id, one.truth.id, one.comparison.iou) for one in found.pairs] == [(9, 2, 0.5), (8, 1, 1.0)]
    assert [one.id for one in found.missed] == [3]
    assert [one.id for one in found.extra] == [7]
    assert found.mean_iou == 0.75
    # A class that differs is seen, and no reason not to be the one.
    assert (found.pairs[0].object.category, found.pairs[0].truth.category) == ("dog", "cup")


def test_what_has_too_little_in_common_is_not_the_same() -> None:
    found = held([instance(1, 0, 0, 10, 10)], [instance(1, 9, 0, 20, 10)])
    assert (found.pairs, len(found.missed), len(found.extra), found.mean_iou) == ((), 1, 1, None)


@pytest.mark.parametrize("corners", [(0, 0, 20, 20), (40, 25, 60, 40), (12, 12, 30, 30)])
def test_it_gives_what_the_whole_masks_give_at_the_border_as_well(corners: tuple[int, int, int, int]) -> None:
    truth, own = instance(1, *corners), instance(1, corners[0], corners[1], corners[2] - 3, corners[3] - 2)
    [pair] = held([own], [truth]).pairs
    assert pair.comparison == compare(fill(own.outline, SIZE), fill(truth.outline, SIZE))


def test_boxes_are_no_outlines_but_what_was_asked_for_by_a_box_is() -> None:
    bare = instance(1, 0, 0, 10, 10, prompts=Selection(box=(0, 0, 10, 10)))
    shape = box(20, 0, 30, 10)
    shape[0, 20:24] = False
    asked = Instance(2, outline_of_mask(shape), 1, prompts=Selection(box=(20, 0, 30, 10)))
    found = held([asked], [bare, asked])
    assert [one.truth.id for one in found.pairs] == [2]
    assert (found.left_out, found.missed) == (1, ())


def test_the_csv_has_pairs_then_what_was_missed_then_what_is_extra() -> None:
    found = held(
        [instance(1, 0, 0, 10, 8), instance(2, 40, 0, 45, 5, name="=1+1")],
        [instance(5, 0, 0, 10, 10), instance(6, 20, 20, 30, 30)],
    )
    rows = list(csv.DictReader(found.csv().decode("utf-8-sig").splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["object"], row["truth"], row["iou"]) for row in rows] == [
        ("cup 1", "cup 5", "0.8"),
        ("", "cup 6", ""),
        ("'=1+1", "", ""),
    ]
    assert rows[1]["area_error_px"] == "-100"


def test_the_report_names_all_of_them_and_draws_the_worst() -> None:
    found = held(
        [instance(1, 0, 0, 10, 8, name="<b>"), instance(2, 40, 0, 45, 5)],
        [instance(5, 0, 0, 10, 10), instance(6, 20, 20, 30, 30)],
    )
    text = against_report(found, Image.fromarray(np.zeros((*SIZE, 3), np.uint8)))
    for said in ("street.png against truth.json", "1 of 2", "&lt;b&gt;", "cup 6", "cup 2", "0.800", "Missed", "Extra"):
        assert said in text
    assert text.count("data:image/jpeg") == 1
    assert "data:image/jpeg" not in against_report(found)
