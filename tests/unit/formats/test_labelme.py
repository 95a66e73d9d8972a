"""LabelMe files: what labelme's own loader checks, and there and back.

labelme needs Qt, so what its ``_label_file.py`` and ``utils/shape.py`` (6.3) ask for is looked at here instead: which keys of
which types there are, that polygons of a label and a group are one instance, that a mask lies between two corners, both inside.
"""

from __future__ import annotations

import base64
import io
import json
import math
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tabsam.arrays import BoolArray
from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.detecting import detect
from tabsam.formats.labelme import read_labelme, write_labelme
from tabsam.formats.shared.imported import Imported
from tabsam.geometry.outline import from_polygons
from tabsam.geometry.raster import fill
from tests.support.annotated import CAR, HOLED, SIZE, masks, random_annotations, square, three_kinds
from tests.support.refused import refusal

SOUND = {"label": "cat", "points": [[2, 3], [12, 3], [12, 13], [2, 13]], "shape_type": "polygon"}


def read(*shapes: Any, **members: Any) -> Imported:
    content = {"version": "5.5.0", "imagePath": "street.jpg", "imageHeight": 36, "imageWidth": 48, "shapes": list(shapes)}
    return read_labelme(json.dumps(content | members).encode(), SIZE, "street.jpg")


def mask_text(mask: BoolArray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(mask.astype(np.uint8)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def mask_shape(mask: str | None, points: Any) -> dict[str, Any]:
    return {"label": "cat", "points": points, "shape_type": "mask", "mask": mask}


def test_the_file_has_what_labelme_looks_for() -> None:
    content = json.loads(write_labelme(three_kinds()))
    assert content["imageData"] is None
    assert (content["imagePath"], content["imageHeight"], content["imageWidth"]) == ("street.jpg", 36, 48)
    assert content["flags"] == {}
    for shape in content["shapes"]:
        assert isinstance(shape["label"], str)
        assert isinstance(shape["description"], str)
        assert shape["flags"] == {}
        assert shape["group_id"] is None or isinstance(shape["group_id"], int)
        assert all(len(point) == 2 and all(isinstance(number, int | float) for number in point) for point in shape["points"])
        assert (shape["shape_type"] == "mask") == isinstance(shape["mask"], str)
    assert [shape["shape_type"] for shape in content["shapes"]] == ["polygon"] * 6
    assert [shape["group_id"] for shape in content["shapes"]] == [None, None, 4, 4, 7, 7]
    exact = json.loads(write_labelme(three_kinds(), masks=True))["shapes"]
    assert [(shape["shape_type"], shape["group_id"]) for shape in exact] == [("mask", None)] * 4


def test_a_mask_lies_between_its_corners() -> None:
    content = json.loads(write_labelme(Annotations("a.png", SIZE, (CAR,), (Instance(1, HOLED, 1),)), masks=True))
    (shape,) = content["shapes"]
    (x1, y1), (x2, y2) = shape["points"]
    whole = np.zeros(SIZE, np.bool_)
    whole[y1 : y2 + 1, x1 : x2 + 1] = np.asarray(Image.open(io.BytesIO(base64.b64decode(shape["mask"])))).astype(bool)
    assert np.array_equal(whole, fill(HOLED, SIZE))


def test_objects_come_back_with_classes_names_and_pixels() -> None:
    annotations = three_kinds()
    back = read_labelme(write_labelme(annotations), SIZE, "street.jpg")
    assert back.left_out == ()
    assert [category.name for category in back.annotations.categories] == ["car", "cat", "object"]
    assert [one.name for one in back.annotations.instances] == ["the red one", "", "", ""]
    for one, other in zip(masks(back.annotations), masks(annotations), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("seed", range(3))
def test_random_objects_come_back_with_the_same_pixels(seed: int) -> None:
    annotations = random_annotations(seed)
    back = read_labelme(write_labelme(annotations), annotations.image_size, "random.png")
    for one, other in zip(masks(back.annotations), masks(annotations), strict=True):
        assert np.array_equal(one, other)


def test_an_object_with_a_hole_that_covers_no_pixel_is_not_written() -> None:
    tiny = from_polygons([[square(1.1, 1.1, 0.3), square(1.2, 1.2, 0.1)[::-1]]])
    assert json.loads(write_labelme(Annotations("a.png", SIZE, (CAR,), (Instance(1, tiny, 1),)), masks=True))["shapes"] == []


def test_rectangles_and_circles_are_read_as_polygons() -> None:
    back = read(
        {"label": "a", "points": [[12, 13], [2, 3]], "shape_type": "rectangle"},
        {"label": "b", "points": [[20, 20], [20, 30]], "shape_type": "circle"},
    )
    square_mask, circle_mask = masks(back.annotations)
    assert np.count_nonzero(square_mask) == 100
    assert abs(np.count_nonzero(circle_mask) - math.pi * 100) < 8


def test_shapes_of_one_label_and_group_are_one_object() -> None:
    other = SOUND | {"points": [[20, 3], [30, 3], [30, 13]]}
    grouped = read(SOUND | {"group_id": 1}, other | {"group_id": 1}, other | {"group_id": 1, "label": "dog"}, SOUND)
    assert [len(one.outline.polygons()) for one in grouped.annotations.instances] == [2, 1, 1]


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        (7, "A shape that is no object was left out."),
        ({"points": [[0, 0]]}, "A polygon with fewer than three points was left out."),
        ({"label": 3, "points": []}, "A polygon with fewer than three points was left out."),
        ({"label": "a", "points": [[1, 2]], "shape_type": "point"}, "A shape of the type 'point' was left out."),
        ({"label": "a", "points": "x", "shape_type": "polygon"}, "A shape of the type 'polygon' was left out."),
        ({"label": "a", "points": [[1, 2], [3]], "shape_type": "polygon"}, "A shape of the type 'polygon' was left out."),
        ({"label": "a", "points": [[1, 2], [3, 4]]}, "A polygon with fewer than three points was left out."),
        ({"label": "a", "points": []}, "A polygon with fewer than three points was left out."),
        (
            {"label": "a", "points": [[1, 2], [3, 4], [math.nan, 1]]},
            "A polygon with numbers that are in no picture was left out.",
        ),
        (mask_shape("", []), "A mask without a place was left out."),
        (mask_shape("", [[0, 0], [math.inf, 1]]), "A mask without a place was left out."),
        (mask_shape(None, [[0, 0], [1, 1]]), "A mask of another size, or damaged, was left out."),
        (mask_shape("!!", [[0, 0], [1, 1]]), "A mask of another size, or damaged, was left out."),
        (mask_shape("aGVsbG8=", [[0, 0], [1, 1]]), "A mask of another size, or damaged, was left out."),
        (mask_shape(mask_text(np.ones((2, 4), bool)), [[0, 0], [1, 1]]), "A mask of another size, or damaged, was left out."),
        (mask_shape(mask_text(np.ones((2, 2), bool)), [[48, 0], [49, 1]]), "A mask outside the picture was left out."),
        (mask_shape(mask_text(np.zeros((2, 2), bool)), [[0, 0], [1, 1]]), "A mask without a pixel was left out."),
    ],
)
def test_one_bad_shape_is_left_out_and_the_sound_one_read(shape: Any, sentence: str) -> None:
    back = read(shape, SOUND)
    assert back.left_out == (sentence,)
    assert [np.count_nonzero(mask) for mask in masks(back.annotations)] == [100]


def test_a_file_for_another_picture_of_the_same_size_is_read_and_said() -> None:
    assert read(SOUND, imagePath="..\\b\\street.jpg").left_out == ()
    assert read(SOUND, imagePath="lane.jpg").left_out == ("The file was made for the picture 'lane.jpg'.",)


def test_a_file_for_a_picture_of_another_size_is_refused() -> None:
    assert refusal(read, SOUND, imageWidth=40) == (
        "other-size",
        "This belongs to a picture of 40 x 36 pixels; the open one has 48 x 36.",
    )


def test_a_file_without_shapes_is_refused() -> None:
    assert refusal(read, shapes="none") == (
        "wrong-structure",
        "This is not a LabelMe file: it should have a list 'shapes', but has a text.",
    )


def test_a_mask_that_leaves_the_picture_is_cut_off_and_one_in_colours_is_what_is_not_black() -> None:
    back = read(mask_shape(mask_text(np.ones((2, 2), bool)), [[47, -1], [48, 0]]))
    assert [np.count_nonzero(mask) for mask in masks(back.annotations)] == [1]
    assert back.left_out == ("A mask that left the picture was cut off at its border.",)
    buffer = io.BytesIO()
    Image.fromarray(np.array([[[0, 0, 0], [0, 9, 0]]], np.uint8)).save(buffer, "PNG")
    back = read(mask_shape(base64.b64encode(buffer.getvalue()).decode(), [[3.4, 5.6], [4.4, 5.6]]))
    assert back.annotations.instances[0].outline.vertices.min(axis=0).tolist() == [4, 5]


def test_rectangles_are_what_the_model_can_be_asked_and_turned_ones_are_not() -> None:
    corners = [[10, 10], [30, 10], [30, 20], [10, 20]]
    back = read(
        {"label": 1, "points": [[30, 20], [10, 10]], "shape_type": "rectangle"},
        {"label": "a", "points": corners, "shape_type": "rectangle"},
        {"label": "a", "points": [[10, 10], [12, 8], [14, 10], [12, 12]], "shape_type": "rectangle"},
        {"label": "a", "points": corners, "shape_type": "rotation", "direction": 0.5},
        {"label": "a", "points": corners, "shape_type": "quadrilateral"},
    )
    assert [one.prompts.box for one in back.annotations.instances] == [(10, 10, 30, 20)] * 2 + [None] * 3
    assert [one.name for one in back.annotations.categories] == ["1", "a"]
    assert back.left_out == ()


def test_a_shape_without_a_label_is_an_object_without_a_class() -> None:
    back = read({"label": "", "points": [[10, 10], [30, 10], [30, 20]]})
    assert back.annotations.instances[0].category is None
    assert back.left_out == ("A shape without a label has no class.",)


def test_groups_are_told_apart_whatever_they_are_called() -> None:
    shapes = [
        {"label": "a", "points": [[x, 1], [x + 5, 1], [x, 6]], "group_id": group} for x, group in ((1, "g"), (9, "g"), (17, "h"))
    ]
    assert [len(one.outline.polygons()) for one in read(*shapes).annotations.instances] == [2, 1]


def test_what_has_no_use_here_is_written_back() -> None:
    shape = {
        "label": "a",
        "points": [[1, 1], [5, 1], [5, 5]],
        "group_id": 7,
        "flags": {"cut": True},
        "attributes": {"hue": "red"},
    }
    content = {"shapes": [shape], "flags": {"night": True}, "imagePath": "a.png", "imageHeight": 36, "imageWidth": 48}
    back = json.loads(write_labelme(read_labelme(json.dumps(content).encode(), SIZE, "a.png").annotations))
    assert back["flags"] == {"night": True}
    assert {key: back["shapes"][0][key] for key in ("group_id", "flags", "attributes")} == {
        key: shape[key] for key in ("group_id", "flags", "attributes")
    }


@pytest.mark.parametrize(
    ("encoding", "label", "called"),
    [
        ("gbk", "汽车", "GBK"),
        ("gb18030", "小汽车,红色", "GBK"),
        ("latin-1", "Käfer", "Latin-1"),
        ("cp1252", "prêt à l\u2019œuvre", "Latin-1"),
    ],
)
def test_a_file_that_is_not_utf_8_is_read_and_its_encoding_is_said(encoding: str, label: str, called: str) -> None:
    shape = {"label": label, "points": [[2, 3], [12, 3], [12, 13]], "shape_type": "polygon"}
    text = json.dumps({"shapes": [shape], "imageHeight": SIZE[0], "imageWidth": SIZE[1]}, ensure_ascii=False)
    data = text.encode(encoding)
    assert detect("street.json", data) == "labelme"
    read = read_labelme(data, SIZE, "street.png")
    assert [one.name for one in read.annotations.categories] == [label]
    assert read.left_out == (f"The file is not UTF-8; it was read as {called}: look whether its names are right.",)
    assert read_labelme(text.encode(), SIZE, "street.png").left_out == ()
    assert read_labelme(text.encode("utf-16"), SIZE, "street.png").left_out == ()
