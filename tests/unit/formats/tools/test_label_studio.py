"""Label Studio's JSON, as version 1 exports it; its run lengths of brushes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tabsam.arrays import BoolArray
from tabsam.errors import FormatError
from tabsam.formats.tools import brush_rle
from tabsam.geometry.raster import Crop
from tests.support.tool_files import areas, taken, written_again


def region(id: str, kind: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    about = {"original_width": 60, "original_height": 40, "image_rotation": 0, "from_name": "label", "to_name": "image"}
    return {**about, "id": id, "type": kind, "origin": "manual", "value": value, **more}


def packed_mask(mask: BoolArray) -> list[int]:
    return brush_rle.pack(Crop(mask, 0, 0), mask.shape)


SQUARE = [[10, 10], [30, 10], [30, 40], [10, 40]]
BRUSH = np.zeros((40, 60), np.bool_)
BRUSH[3:6, 50:58] = True

TASK = {
    "id": 7,
    "annotations": [
        {"id": 1, "was_cancelled": True, "result": []},
        {
            "id": 2,
            "was_cancelled": False,
            "ground_truth": False,
            "result": [
                region("a", "polygonlabels", {"points": SQUARE, "closed": True, "polygonlabels": ["cat", "pet"]}, score=0.5),
                region(
                    "b",
                    "rectanglelabels",
                    {"x": 50, "y": 50, "width": 10, "height": 25, "rotation": 0, "rectanglelabels": ["dog"]},
                    meta={"text": ["blurred"]},
                ),
                region(
                    "c",
                    "rectanglelabels",
                    {"x": 50, "y": 50, "width": 10, "height": 5, "rotation": 90, "rectanglelabels": ["dog"]},
                ),
                region(
                    "d",
                    "ellipselabels",
                    {"x": 80, "y": 80, "radiusX": 10, "radiusY": 10, "rotation": 0, "ellipselabels": ["cat"]},
                ),
                region("e", "brushlabels", {"format": "rle", "rle": packed_mask(BRUSH), "brushlabels": ["cat"]}),
                region("f", "keypointlabels", {"x": 5, "y": 5, "width": 0.3, "keypointlabels": ["nose"]}),
                region("g", "rectangle", {"x": 0, "y": 0, "width": 10, "height": 10, "rotation": 0}),
                region("g", "labels", {"x": 0, "y": 0, "width": 10, "height": 10, "rotation": 0, "labels": ["dog"]}),
                {"from_id": "a", "to_id": "b", "type": "relation", "direction": "right"},
            ],
        },
        {"id": 3, "was_cancelled": False, "result": []},
    ],
    "file_upload": "1a2b3c4d-cat.jpg",
    "data": {"image": "/data/upload/3/1a2b3c4d-cat.jpg"},
}


def test_regions_are_taken_by_their_shares_of_the_picture() -> None:
    read = taken(json.dumps([TASK]), "project-1.json")
    assert areas(read) == [("cat", 144), ("dog", 60), ("dog", 12), ("cat", 80), ("cat", 24), ("dog", 24)]
    first, box, turned = read.annotations.instances[:3]
    assert first.score == 0.5
    assert box.prompts.box == (30, 20, 36, 30)
    assert turned.outline.vertices.min(axis=0).round(9).tolist() == [28, 20]  # around its first corner
    assert turned.outline.vertices.max(axis=0).round(9).tolist() == [30, 26]
    assert read.left_out == (
        "Another annotation of this picture was passed over; the first, or the ground truth, was taken.",
        "A keypoint was left out; only areas are taken.",
        "A relation was left out; only areas are taken.",
    )


def test_what_label_studio_says_besides_is_written_back() -> None:
    (task,) = json.loads(written_again(taken(json.dumps([TASK]), "a.json"), "label-studio"))
    assert (task["id"], task["data"]) == (7, TASK["data"])
    polygon, box, *_ = task["annotations"][0]["result"]
    assert (polygon["id"], polygon["score"], polygon["value"]["polygonlabels"]) == ("a", 0.5, ["cat", "pet"])
    assert np.allclose(polygon["value"]["points"], SQUARE)
    assert (box["type"], box["meta"]) == ("rectanglelabels", {"text": ["blurred"]})
    assert {key: box["value"][key] for key in ("x", "y", "width", "height")} == {"x": 50, "y": 50, "width": 10, "height": 25}


def test_predictions_and_the_short_form_are_taken_where_there_is_nothing_else() -> None:
    result = [region("a", "polygonlabels", {"points": SQUARE, "polygonlabels": ["cat"]})]
    predicted = {"id": 1, "annotations": [], "predictions": [{"result": result}], "data": {"image": "https://a.b/c/cat.jpg?x=1"}}
    assert areas(taken(json.dumps([predicted]), "a.json")) == [("cat", 144)]
    short = {"points": SQUARE, "polygonlabels": ["cat"], "original_width": 60, "original_height": 40}
    assert areas(taken(json.dumps([{"id": 1, "image": "/data/local-files/?d=x/cat.jpg", "label": [short]}]), "a.json")) == [
        ("cat", 144)
    ]


def test_a_task_without_annotations_is_a_picture_without_objects() -> None:
    assert taken('[{"id": 1, "annotations": [], "data": {"image": "cat.jpg"}}]', "a.json").annotations.instances == ()


def packed(values: list[int], sizes: tuple[int, ...] = (3, 4, 8, 16), word: int = 8) -> list[int]:
    """Pack numbers as others do: short runs, and pieces that are not the same all through."""
    bits = f"{len(values):032b}{word - 1:05b}" + "".join(f"{size - 1:04b}" for size in sizes)
    for start in range(0, len(values), 7):
        piece = values[start : start + 7]
        same = len(set(piece)) == 1
        bits += (
            ("1" if same else "0")
            + "00"
            + f"{len(piece) - 1:03b}"
            + "".join(f"{one:08b}" for one in piece[: 1 if same else None])
        )
    bits += "0" * (-len(bits) % 8)
    return [int(bits[place : place + 8], 2) for place in range(0, len(bits), 8)]


def test_brushes_are_packed_and_unpacked_to_the_pixel() -> None:
    rng = np.random.default_rng(3)
    for _ in range(60):
        mask = rng.random(rng.integers(1, 24, 2)) < rng.random()
        assert np.array_equal(brush_rle.unpack(packed_mask(mask), mask.shape), mask)
        rgba = np.dstack([*(rng.integers(0, 256, (3, *mask.shape))), mask * rng.integers(1, 256, mask.shape)])
        assert np.array_equal(brush_rle.unpack(packed(rgba.ravel().tolist()), mask.shape), mask)
    apart = Crop(np.ones((3, 4), np.bool_), 1, 2)
    assert np.argwhere(brush_rle.unpack(brush_rle.pack(apart, (6, 5)), (6, 5))).tolist() == [
        [row, column] for row in (2, 3, 4) for column in (1, 2, 3, 4)
    ]
    large = np.zeros((300, 400), np.bool_)  # runs longer than any record holds
    large[10:290] = True
    assert np.array_equal(brush_rle.unpack(packed_mask(large), (300, 400)), large)


@pytest.mark.parametrize("damaged", [[], [1, 2], ["a"], [300], packed_mask(BRUSH)[:-2], packed_mask(BRUSH.T[:-1])])
def test_damaged_brushes_are_refused(damaged: list[Any]) -> None:
    with pytest.raises(FormatError, match="damaged"):
        brush_rle.unpack(damaged, (40, 60))
