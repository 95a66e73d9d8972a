"""Darwin JSON 2.0 and 1.0, and Datumaro's own JSON."""

from __future__ import annotations

import json

import numpy as np

from tabsam.formats.shared.rle import compress
from tabsam.geometry.counts import counts_of_mask
from tests.support.tool_files import areas, taken, written_again


def path(*corners: tuple[float, float]) -> list[dict[str, float]]:
    return [{"x": x, "y": y} for x, y in corners]


SQUARE = path((2, 2), (12, 2), (12, 12), (2, 12))
HOLE = path((4, 4), (4, 6), (6, 6), (6, 4))
SLOT = {
    "type": "image",
    "slot_name": "0",
    "width": 60,
    "height": 40,
    "source_files": [{"file_name": "cat.jpg", "url": "https://a.b"}],
}
DARWIN = {
    "version": "2.0",
    "schema_ref": "https://darwin-public.s3.eu-west-1.amazonaws.com/darwin_json/2.0/schema.json",
    "item": {"name": "cat.jpg", "path": "/street", "source_info": {"dataset": {"name": "d"}}, "slots": [SLOT]},
    "annotations": [
        {
            "id": "f8f5f235-bd47-47be-b4fe-07d49e0177a7",
            "name": "cat",
            "bounding_box": {"x": 2, "y": 2, "w": 10, "h": 10},
            "polygon": {"paths": [SQUARE, HOLE]},
            "instance_id": {"value": 12},
            "attributes": ["fat"],
            "properties": [{"name": "age", "value": "7"}],
            "slot_names": ["0"],
        },
        {"id": "b", "name": "dog", "bounding_box": {"x": 20, "y": 20, "w": 10, "h": 5}, "slot_names": ["0"]},
        {"id": "c", "name": "dog", "ellipse": {"angle": 1.5707963, "center": {"x": 50, "y": 8}, "radius": {"x": 6, "y": 3}}},
        {"id": "m", "name": "cat", "mask": {"sparse_rle": None}},
        {"id": "k", "name": "nose", "keypoint": {"x": 1, "y": 1}},
        {
            "id": "r",
            "name": "__raster_layer__",
            "raster_layer": {"dense_rle": [0, 60, 1, 5, 0, 2335], "mask_annotation_ids_mapping": {"m": 1}, "total_pixels": 2400},
        },
    ],
}


def test_darwins_shapes_are_taken_and_what_is_said_of_them_is_written_back() -> None:
    read = taken(json.dumps(DARWIN), "cat.json")
    assert areas(read) == [("cat", 96), ("dog", 50), ("dog", 56), ("cat", 5)]
    assert read.annotations.instances[1].prompts.box == (20, 20, 30, 25)
    assert read.left_out == ("A keypoint was left out; only areas are taken.",)
    again = json.loads(written_again(read, "darwin"))
    first, box, *_ = again["annotations"]
    assert first == DARWIN["annotations"][0]  # type: ignore[index]
    assert ("polygon" in box, box["bounding_box"]) == (False, {"x": 20, "y": 20, "w": 10, "h": 5})
    assert again["item"]["slots"][0]["width"] == 60
    assert again["item"]["source_info"] == {"dataset": {"name": "d"}}


def test_darwin_1_is_taken() -> None:
    old = {
        "dataset": "d",
        "image": {"width": 60, "height": 40, "original_filename": "cat.jpg", "filename": "1.jpg", "path": "/"},
        "annotations": [
            {"name": "cat", "polygon": {"path": SQUARE}},
            {"name": "cat", "complex_polygon": {"path": [SQUARE, HOLE]}},
            {"name": "dog", "polygon": {"path": SQUARE, "additional_paths": [HOLE]}},
        ],
    }
    assert areas(taken(json.dumps(old), "cat.json")) == [("cat", 100), ("cat", 96), ("dog", 96)]


def test_datumaros_annotations_are_taken_and_what_is_said_of_them_is_written_back() -> None:
    mask = np.zeros((40, 60), np.bool_)
    mask[30:34, 50:55] = True
    packed = {"counts": compress(counts_of_mask(mask)), "size": [40, 60]}
    about = {"attributes": {"occluded": True}, "group": 0, "label_id": 0, "z_order": 0}
    annotations = [
        about | {"id": 1, "type": "polygon", "points": [2.0, 2.0, 12.0, 2.0, 12.0, 12.0, 2.0, 12.0], "group": 5},
        about | {"id": 2, "type": "polygon", "points": [20.0, 2.0, 24.0, 2.0, 24.0, 6.0, 20.0, 6.0], "group": 5},
        about | {"id": 3, "type": "bbox", "bbox": [20.0, 20.0, 10.0, 5.0], "label_id": 1, "z_order": 2},
        about | {"id": 4, "type": "mask", "rle": packed, "z_order": 1},
        {"id": 5, "type": "label", "attributes": {}, "group": 0, "label_id": 1},
    ]
    labels: list[dict[str, object]] = [{"name": name, "parent": "", "attributes": []} for name in ("cat", "dog")]
    item = {"id": "a/cat", "annotations": annotations, "attr": {"frame": 0}, "image": {"path": "a/cat.jpg", "size": [40, 60]}}
    categories = {"label": {"labels": labels, "attributes": []}}
    head = {"dm_format_version": "1.0", "media_type": 2, "infos": {}, "categories": categories}
    read = taken(json.dumps({**head, "items": [item]}), "default.json")
    assert areas(read) == [("cat", 116), ("cat", 20), ("dog", 50)]
    assert len(read.left_out) == 1
    (again,) = json.loads(written_again(read, "datumaro"))["items"]
    assert [one["type"] for one in again["annotations"]] == ["polygon", "polygon", "polygon", "bbox"]
    assert [one["group"] for one in again["annotations"]] == [5, 5, 0, 0]
    assert all(one["attributes"] == {"occluded": True} for one in again["annotations"])
