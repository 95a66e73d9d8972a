"""ISAT's JSON, and what X-AnyLabeling makes of LabelMe's."""

from __future__ import annotations

import json

from tests.support.tool_files import areas, taken, written_again

ISAT = {
    "info": {
        "description": "ISAT",
        "folder": "D:/pictures",
        "name": "cat.jpg",
        "width": 60,
        "height": 40,
        "depth": 3,
        "note": "n",
    },
    "objects": [
        {
            "category": "cat",
            "group": 1,
            "segmentation": [[2, 2], [12, 2], [12, 12], [2, 12]],
            "area": 100,
            "layer": 1.0,
            "bbox": [2, 2, 12, 12],
            "iscrowd": True,
            "note": "the fat one",
        },
        {"category": "cat", "group": 1, "segmentation": [[20, 2], [24, 2], [24, 6], [20, 6]], "layer": 1.0, "iscrowd": True},
        {"category": "__background__", "group": 2, "segmentation": [[4, 4], [6, 4], [6, 6], [4, 6]], "layer": 2.0},
        {"category": "dog", "group": 3, "segmentation": [[5, 5], [9, 5], [9, 9], [5, 9]], "layer": 3.0, "iscrowd": 0, "note": ""},
        {"category": "dog", "group": 4, "segmentation": "none", "layer": 4.0},
    ],
}


def test_isats_groups_layers_and_background_are_what_they_mean() -> None:
    read = taken(json.dumps(ISAT), "cat.json")
    assert areas(read) == [("cat", 112), ("dog", 16)]
    assert read.annotations.instances[0].name == "the fat one"
    assert read.left_out == ("A shape of the type 'polygon' that could not be read was left out.",)
    again = json.loads(written_again(read, "isat"))
    assert [one["iscrowd"] for one in again["objects"]] == [True, True, 0]
    assert [one["group"] for one in again["objects"]] == [1, 1, 2]
    assert again["info"] == ISAT["info"]


def test_a_category_that_is_no_text_is_none_and_its_group_stays_together() -> None:
    file = json.loads(json.dumps(ISAT))
    for one in file["objects"][:2]:
        one["category"] = ["cat"]
    assert areas(taken(json.dumps(file), "cat.json")) == [("", 112), ("dog", 16)]


def shape(label: str, kind: str, points: list[list[int]], **more: object) -> dict[str, object]:
    about: dict[str, object] = {"score": None, "group_id": None, "description": "", "difficult": False, "flags": {}}
    return {"label": label, "points": points, "shape_type": kind, **about, "attributes": {}, "kie_linking": [], **more}


def test_x_anylabelings_shapes_are_taken_and_what_it_says_is_written_back() -> None:
    square = [[2, 2], [12, 2], [12, 12], [2, 12]]
    shapes = [
        shape("cat", "polygon", square, score=0.75, attributes={"age": "7"}, difficult=True, kie_linking=[[1, 2]]),
        shape("dog", "rectangle", [[20, 20], [30, 20], [30, 30], [20, 30]], group_id=3),
        shape("dog", "rotation", [[40, 10], [44, 6], [48, 10], [44, 14]], direction=0.785),
        shape("dog", "quadrilateral", [[40, 20], [44, 20], [46, 30], [40, 30]]),
        shape("cat", "circle", [[50, 30], [53, 30]]),
        shape("cat", "linestrip", [[1, 1], [2, 2]]),
        shape("cat", "cuboid", [[1, 1]]),
    ]
    about = {
        "version": "3.2.0",
        "flags": {"sharp": True},
        "checked": True,
        "shapes": shapes,
        "imagePath": "cat.jpg",
        "imageHeight": 40,
        "imageWidth": 60,
    }
    read = taken(json.dumps({**about, "imageData": None}), "cat.json")
    assert areas(read) == [("cat", 100), ("dog", 100), ("dog", 32), ("dog", 51), ("cat", 32)]
    assert read.annotations.instances[1].prompts.box == (20, 20, 30, 30)
    assert len(read.left_out) == 2
    again = json.loads(written_again(read, "x-anylabeling"))
    assert (again["flags"], again["checked"]) == ({"sharp": True}, True)
    polygon, box, *_ = again["shapes"]
    assert {key: polygon[key] for key in ("score", "attributes", "difficult", "kie_linking")} == {
        "score": 0.75,
        "attributes": {"age": "7"},
        "difficult": True,
        "kie_linking": [[1, 2]],
    }
    assert (box["shape_type"], len(box["points"]), box["group_id"]) == ("rectangle", 4, 3)
