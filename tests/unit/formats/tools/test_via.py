"""VIA's annotations: JSON and CSV of versions 1 and 2, and projects."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.refused import refusal
from tests.support.tool_files import areas, taken, written_again

SQUARE = {"name": "polygon", "all_points_x": [2, 12, 12, 2], "all_points_y": [2, 2, 12, 12]}
REGIONS: list[dict[str, Any]] = [
    {"shape_attributes": SQUARE, "region_attributes": {"type": "cat", "quality": {"blurred": True}}},
    {"shape_attributes": {"name": "rect", "x": 20, "y": 20, "width": 10, "height": 5}, "region_attributes": {"type": "dog"}},
    {"shape_attributes": {"name": "circle", "cx": 50, "cy": 10, "r": 3}, "region_attributes": {"type": "dog"}},
    {"shape_attributes": {"name": "ellipse", "cx": 50, "cy": 30, "rx": 6, "ry": 3, "theta": 1.5707963}, "region_attributes": {}},
    {"shape_attributes": {"name": "point", "cx": 5, "cy": 5}, "region_attributes": {"type": "cat"}},
]
AREAS = [("cat", 100), ("dog", 50), ("dog", 32), ("", 56)]
ENTRIES: dict[str, dict[str, Any]] = {
    "cat.jpg1234": {"filename": "cat.jpg", "size": 1234, "regions": REGIONS, "file_attributes": {"caption": "a cat"}},
    "dog.jpg99": {"filename": "dog.jpg", "size": 99, "regions": [], "file_attributes": {}},
}


def test_a_pictures_regions_are_taken_and_their_attributes_written_back() -> None:
    read = taken(json.dumps(ENTRIES), "via_region_data.json")
    assert areas(read) == AREAS
    assert read.annotations.instances[1].prompts.box == (20, 20, 30, 25)
    assert "A point was left out; only areas are taken." in read.left_out
    ((key, entry),) = json.loads(written_again(read, "via")).items()
    assert (key, entry["size"], entry["file_attributes"]) == ("cat.jpg1234", 1234, {"caption": "a cat"})
    assert entry["regions"][0]["region_attributes"] == {"type": "cat", "quality": {"blurred": True}}
    assert entry["regions"][1] == REGIONS[1]


def test_version_1_numbers_its_regions() -> None:
    old = {"cat.jpg1234": ENTRIES["cat.jpg1234"] | {"fileref": "", "base64_img_data": "", "regions": dict(enumerate(REGIONS))}}
    assert areas(taken(json.dumps(old), "via.json")) == AREAS


def test_a_project_says_which_attribute_is_the_class() -> None:
    attributes = {"region": {"animal": {"type": "dropdown", "options": {"c": "", "d": ""}}, "note": {"type": "text"}}, "file": {}}
    region = {"shape_attributes": SQUARE, "region_attributes": {"note": "x", "animal": "c"}}
    entries = {"cat.jpg-1": {"filename": "cat.jpg", "size": -1, "regions": [region], "file_attributes": {}}}
    project = {"_via_settings": {}, "_via_img_metadata": entries, "_via_attributes": attributes}
    assert areas(taken(json.dumps(project), "via_project.json")) == [("c", 100)]


@pytest.mark.parametrize("first", ["filename", "#filename"])
def test_csv_is_taken(first: str) -> None:
    header = f"{first},file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n"

    def cell(value: object) -> str:
        return '"' + json.dumps(value).replace('"', '""') + '"'

    rows = [
        f"cat.jpg,1234,{cell({})},5,{number},{cell(one['shape_attributes'])},{cell(one['region_attributes'])}\n"
        for number, one in enumerate(REGIONS)
    ]
    read = taken(header + "".join(rows) + f"dog.jpg,99,{cell({})},0,0,{cell({})},{cell({})}\n", "via_region_data.csv")
    assert areas(read) == AREAS


def test_what_names_no_picture_is_refused() -> None:
    assert refusal(taken, '{"_via_img_metadata": {}}', "a.json")[0] == "wrong-structure"
