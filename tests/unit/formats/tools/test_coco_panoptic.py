"""COCO panoptic, as panopticapi and cocodataset.org have it."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from tabsam.formats.datasets import read
from tests.support.datasets import files_of, in_memory, picture_bytes
from tests.support.refused import refusal
from tests.support.tool_files import areas, taken

ABOUT = {
    "info": {"year": 2018},
    "images": [{"id": 9, "file_name": "cat.jpg", "width": 60, "height": 40}],
    "annotations": [
        {
            "image_id": 9,
            "file_name": "cat.png",
            "segments_info": [
                {"id": 3226956, "category_id": 17, "iscrowd": 0, "bbox": [2, 2, 10, 10], "area": 100},
                {"id": 70, "category_id": 184, "iscrowd": 1, "bbox": [0, 0, 60, 40], "area": 2300},
                {"id": 71, "category_id": 184, "iscrowd": 0},
            ],
        }
    ],
    "categories": [
        {"id": 17, "name": "cat", "supercategory": "animal", "isthing": 1, "color": [1, 2, 3]},
        {"id": 184, "name": "tree-merged", "supercategory": "plant", "isthing": 0, "color": [107, 142, 35]},
    ],
}


def png() -> bytes:
    numbers = np.full((40, 60), 70)
    numbers[2:12, 2:12] = 3226956
    colors = np.dstack([numbers & 255, numbers >> 8 & 255, numbers >> 16]).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(colors).save(buffer, "PNG")
    return buffer.getvalue()


PLACES = ("annotations/panoptic_val2017/", "panoptic_val2017/", "numbers/panoptic_val2017/", "annotations/")


@pytest.mark.parametrize("place", PLACES)
def test_the_pngs_beside_are_found_and_all_is_written_back(place: str) -> None:
    about = "numbers/panoptic_val2017.json" if place.startswith("numbers") else "annotations/panoptic_val2017.json"
    made = {
        about: json.dumps(ABOUT).encode(),
        f"{place}cat.png": png(),
        "images/cat.jpg": picture_bytes((40, 60), format="JPEG"),
    }
    incoming = read(in_memory(made))
    assert (incoming.problems, incoming.questions) == ((), ())
    (picture,) = incoming.dataset.pictures
    assert areas(picture.annotations) == [("cat", 100), ("tree-merged", 2300)]
    assert incoming.left_out["cat.jpg"] == ("A segment without a pixel was left out.",)
    again = json.loads(files_of(incoming.dataset, "coco-panoptic")["annotations/panoptic.json"])
    assert again["categories"] == ABOUT["categories"]
    (told,) = again["annotations"]
    assert [(one["category_id"], one["iscrowd"], one["area"]) for one in told["segments_info"]] == [(17, 0, 100), (184, 1, 2300)]


def test_without_its_pngs_it_says_what_is_missing() -> None:
    code, message = refusal(taken, json.dumps(ABOUT), "panoptic.json")
    assert (code, message) == (
        "needs-png",
        "In COCO's panoptic format the outlines are in PNG files, and 'cat.png' is not there.",
    )
