"""Supervisely's JSON and its projects."""

from __future__ import annotations

import base64
import io
import json
import zlib

import numpy as np
from PIL import Image

from tabsam.formats.datasets import read
from tests.support.datasets import files_of, four_pictures, in_memory, picture_bytes
from tests.support.tool_files import areas, taken, written_again


def bitmap(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> str:
    """Pack a mask as Supervisely's SDK does: as a PNG with a palette that is see-through."""
    image = Image.fromarray(mask.astype(np.uint8), "P")
    image.putpalette([0, 0, 0, 255, 255, 255])
    buffer = io.BytesIO()
    image.save(buffer, "PNG", transparency=0)
    return base64.b64encode(zlib.compress(buffer.getvalue())).decode()


MASK = np.ones((4, 5), np.bool_)
MASK[0, 0] = False
FILE = {
    "description": "",
    "tags": [],
    "size": {"height": 40, "width": 60},
    "objects": [
        {
            "id": 497521359,
            "classId": 1661571,
            "description": "the fat one",
            "geometryType": "polygon",
            "labelerLogin": "alexxx",
            "createdAt": "2020-08-22T09:32:48.010Z",
            "tags": [{"name": "age", "value": 7}],
            "classTitle": "cat",
            "points": {
                "exterior": [[2, 2], [12, 2], [12, 12], [2, 12]],
                "interior": [[[4, 4], [6, 4], [6, 6], [4, 6]]],
            },
        },
        {
            "geometryType": "bitmap",
            "classTitle": "dog",
            "tags": [],
            "bitmap": {"data": bitmap(MASK), "origin": [50, 30]},
        },
        {"geometryType": "rectangle", "classTitle": "dog", "points": {"exterior": [[20, 20], [29, 24]], "interior": []}},
        {"geometryType": "point", "classTitle": "dog", "points": {"exterior": [[1, 1]], "interior": []}},
        {"geometryType": "bitmap", "classTitle": "dog", "bitmap": {"data": "eJwB", "origin": [0, 0]}},
    ],
}


def test_figures_are_taken_and_what_is_said_of_them_is_written_back() -> None:
    read = taken(json.dumps(FILE), "cat.jpg.json")
    assert areas(read) == [("cat", 96), ("dog", 19), ("dog", 50)]
    assert read.annotations.instances[2].prompts.box == (20, 20, 30, 25)
    assert len(read.left_out) == 2
    polygon, other, rectangle = json.loads(written_again(read, "supervisely"))["objects"]
    assert polygon == FILE["objects"][0]  # type: ignore[index]
    assert rectangle["points"] == {"exterior": [[20, 20], [29, 24]], "interior": []}
    assert other["geometryType"] == "polygon"


def test_a_project_has_its_pictures_beside_and_its_colours() -> None:
    dog = {"title": "dog", "shape": "any", "color": "#112233"}
    meta = {"classes": [dog, {"title": "cat", "shape": "polygon", "color": "#F00F00"}]}
    made = {
        "project/meta.json": json.dumps(meta).encode(),
        "project/ds0/ann/cat.jpg.json": json.dumps(FILE).encode(),
        "project/ds0/img/cat.jpg": picture_bytes((40, 60), format="JPEG"),
    }
    incoming = read(in_memory(made))
    assert (incoming.problems, incoming.questions) == ((), ())
    assert [(one.name, one.color) for one in incoming.dataset.categories] == [("dog", "#112233"), ("cat", "#f00f00")]
    (picture,) = incoming.dataset.pictures
    assert (picture.path, areas(picture.annotations)[0]) == ("cat.jpg", ("cat", 96))


def test_a_data_set_is_a_project_of_supervisely() -> None:
    made = files_of(four_pictures(), "supervisely")
    pictures = {path.removeprefix("dataset/img/") for path in made if path.startswith("dataset/img/")}
    assert {path for path in made if path.startswith("dataset/ann/")} == {f"dataset/ann/{name}.json" for name in pictures}
    assert all("/" not in name for name in pictures)
    assert json.loads(made["meta.json"])["projectType"] == "images"
