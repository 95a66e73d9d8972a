"""What is written in COCO's manner: ids that agree by value, boxes, results, SA-1B's files, and which picture is meant."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import numpy as np
import pytest

from tabsam.document.annotations import Category
from tabsam.formats.coco import read_coco, write_coco
from tabsam.formats.coco_image import Whereabouts
from tabsam.formats.importing import read
from tabsam.formats.shared.imported import about_boxes
from tabsam.formats.shared.picture_names import WhichPictureError
from tabsam.geometry.raster import fill

SIZE = (40, 60)
RING = [10, 10, 30, 10, 30, 20, 10, 20]
RLE = {"size": [40, 60], "counts": "j<:n00000000000000000000000000000000000000VU1"}  # 20 x 10 pixels at (10, 10)


def coco(names: Any = "cat.jpg", *, ids: Any = (1,), size: Any = (40, 60), **annotation: Any) -> bytes:
    names = [names] if isinstance(names, str) else names
    images = [
        {"id": id, "file_name": name, "height": size[0], "width": size[1]}
        for id, name in zip((*ids, *range(2, len(names) + 1)), names, strict=False)
    ]
    entry = {"id": 5, "image_id": 1, "category_id": 1, "segmentation": [RING], "bbox": [10, 10, 20, 10]} | annotation
    categories = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    return json.dumps({"images": images, "annotations": [entry], "categories": categories}).encode()


def classes_of(data: bytes) -> list[str | None]:
    annotations = read_coco(data, SIZE, "cat.jpg").annotations
    return [found.name if (found := annotations.category(one.category)) else None for one in annotations.instances]


@pytest.mark.parametrize(
    "data",
    [
        coco(category_id="2"),
        coco(category_id=2.0),
        coco(category_id="2.0"),
        coco(category_id=2, image_id="1"),
        coco(category_id=2, ids=("1",)),
        coco(category_id=2, ids=("0001",), image_id="0001"),
        coco(category_id=2, ids=("0001",), image_id=1.0),
    ],
)
def test_ids_agree_by_value_whatever_they_are_written_as(data: bytes) -> None:
    assert classes_of(data) == ["b"]


def test_ids_that_are_texts_are_told_apart_as_such() -> None:
    data = json.loads(coco(category_id="dog-7", ids=("x1",), image_id="x1"))
    data["categories"] = [{"id": "dog-7", "name": "dog"}, {"id": "01", "name": "one"}, {"id": "1", "name": "uno"}]
    assert classes_of(json.dumps(data).encode()) == ["dog"]
    data["annotations"][0]["category_id"] = "01"
    assert classes_of(json.dumps(data).encode()) == ["one"]


@pytest.mark.parametrize("segmentation", [[], None, {}, [[]], ""])
def test_boxes_without_outlines_are_what_the_model_can_be_asked(segmentation: Any) -> None:
    back = read(coco(segmentation=segmentation, score="0.5"), "a.json", SIZE, "cat.jpg")
    (box,) = back.annotations.instances
    assert (box.prompts.box, box.score) == ((10, 10, 30, 20), 0.5)
    assert np.count_nonzero(fill(box.outline, SIZE)) == 200
    assert about_boxes(back.annotations) == (
        "An object has a box and no outline; it is its rectangle, until the model is asked.",
    )


def test_what_segment_anything_itself_writes_is_read() -> None:
    mask = {"segmentation": RLE, "bbox": [10, 10, 19, 9], "area": 200, "predicted_iou": 0.98, "stability_score": 0.97}
    of_sa1b = {"image": {"image_id": 7, "file_name": "sa_7.jpg", "height": 40, "width": 60}, "annotations": [mask]}
    for content in ([mask], of_sa1b, {**of_sa1b, "image": {"image_id": 7}}):
        back = read(json.dumps(content).encode(), "a.json", SIZE, "sa_7.jpg")
        (one,) = back.annotations.instances
        assert np.count_nonzero(fill(one.outline, SIZE)) == 200
        assert (one.score, back.left_out) == (0.98, ())
        assert json.loads(write_coco(back.annotations))["annotations"][0]["stability_score"] == 0.97


def test_results_have_the_classes_there_are_and_the_picture_that_its_name_says() -> None:
    results = [{"image_id": id, "category_id": 3, "segmentation": RLE, "score": 0.9} for id in (1, 12)]
    known = (Category(3, "dog", "#000000"),)
    back = read(json.dumps(results).encode(), "r.json", SIZE, "000000000012.jpg", known=known)
    assert [(one.category, one.score) for one in back.annotations.instances] == [(3, 0.9)]
    assert back.left_out == ("An annotation of another picture was left out.",)
    with pytest.raises(WhichPictureError) as refused:
        read(json.dumps(results).encode(), "r.json", SIZE, "dog.jpg")
    assert refused.value.choices == ("(image 1)", "(image 12)")


@pytest.mark.parametrize(
    ("segmentation", "pixels", "said"),
    [
        ([RLE], 200, ()),
        ([RLE, RING], 200, ("An object's polygons overlap; they were joined, and follow the pixels' edges now.",)),
        (
            {"size": [40, 60], "counts": [40, 40]},
            40,
            ("A run-length mask ends before the picture does; the rest of it is background.",),
        ),
        (
            {"size": [40, 60], "counts": [40.0, "40", 1]},
            40,
            ("A run-length mask ends before the picture does; the rest of it is background.",),
        ),
        ([[40, 40, 2320]], 40, ("A polygon that is a mask's run lengths was read as that.",)),
    ],
)
def test_masks_are_read_in_the_ways_that_tools_write_them(segmentation: Any, pixels: int, said: tuple[str, ...]) -> None:
    back = read_coco(coco(segmentation=segmentation), SIZE, "cat.jpg")
    assert [np.count_nonzero(fill(one.outline, SIZE)) for one in back.annotations.instances] == [pixels]
    assert back.left_out == said


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        (unicodedata.normalize("NFD", "Zürich.jpg"), "Zürich.jpg"),
        ("my%20cat.jpg", "my cat.jpg"),
        ("https://host/data/CAT.JPG", "cat.jpg"),
        ("..\\resized\\cat.jpg", "cat.jpg"),
    ],
)
def test_a_name_is_the_same_however_it_is_written(name: str, picture: str) -> None:
    back = read_coco(coco((name, "other.jpg")), SIZE, picture)
    assert (len(back.annotations.instances), back.left_out) == (1, ())


@pytest.mark.parametrize("name", ["3f8a2c11-cat.jpg", "cat_jpg.rf.0123456789abcdef0123456789abcdef.jpg", "cat.png"])
def test_a_name_that_a_tool_has_changed_is_taken_and_said(name: str) -> None:
    back = read_coco(coco((name, "other.jpg")), SIZE, "cat.jpg")
    assert len(back.annotations.instances) == 1
    assert back.left_out == (
        f"This is taken for the file's picture '{name}', whose name is the same but for what a tool has added.",
    )


def test_of_equal_names_the_folder_tells_and_else_it_is_asked() -> None:
    data = coco(("a/1.jpg", "b/1.jpg"))
    assert len(read_coco(data, SIZE, "1.jpg", where=Whereabouts("photos/a/")).annotations.instances) == 1
    assert read_coco(data, SIZE, "1.jpg", where=Whereabouts("photos/b/")).annotations.instances == ()
    with pytest.raises(WhichPictureError) as asked:
        read_coco(data, SIZE, "1.jpg")
    assert asked.value.choices == ("a/1.jpg", "b/1.jpg")
    assert len(read_coco(data, SIZE, "1.jpg", where=Whereabouts(chosen="a/1.jpg")).annotations.instances) == 1


def test_two_pictures_of_one_id_are_asked_about() -> None:
    data = json.loads(coco(("1.png", "1.jpg")))
    data["images"][1]["id"] = 1
    with pytest.raises(WhichPictureError, match="does not say whose the objects are") as asked:
        read_coco(json.dumps(data).encode(), SIZE, "1.png")
    assert asked.value.choices == ("1.png",)
    back = read_coco(json.dumps(data).encode(), SIZE, "1.png", where=Whereabouts(chosen="1.png"))
    assert len(back.annotations.instances) == 1


@pytest.mark.parametrize(
    ("orientation", "box"), [(6, (40, 10, 50, 30)), (8, (10, 10, 20, 30)), (5, (10, 10, 20, 30)), (None, (40, 10, 50, 30))]
)
def test_a_picture_on_its_side_is_turned_as_exif_says(orientation: int | None, box: tuple[float, ...]) -> None:
    upright = (60, 40) if orientation == 0 else SIZE
    data = coco(size=(60, 40), segmentation=[] if orientation == 8 else [[10, 10, 30, 10, 30, 20, 10, 20]])
    back = read(data, "a.json", upright, "cat.jpg", orientation=lambda: orientation)
    (one,) = back.annotations.instances
    assert (*one.outline.vertices.min(axis=0), *one.outline.vertices.max(axis=0)) == box
    assert back.annotations.image_size == SIZE
    how = "as its EXIF orientation says" if orientation else "a quarter clockwise"
    assert back.left_out[0].startswith("The file has this picture on its side, 40 x 60 and not 60 x 40 pixels;")
    assert how in back.left_out[0]
    assert one.prompts.box == (box if orientation == 8 else None)


def test_sizes_of_nothing_are_no_sizes() -> None:
    assert len(read_coco(coco(size=(0, 0)), SIZE, "cat.jpg").annotations.instances) == 1
    assert len(read_coco(coco(size=("40", "60")), SIZE, "cat.jpg").annotations.instances) == 1


def test_what_has_no_use_here_is_written_back() -> None:
    data = json.loads(coco(ids=(77,), image_id=77, iscrowd=1, attributes={"hue": "red"}))
    data["images"][0]["license"] = 3
    data["categories"][0]["supercategory"] = "animal"
    data["categories"].append({"id": 0, "name": "zero"})
    back = json.loads(write_coco(read_coco(json.dumps(data).encode(), SIZE, "cat.jpg").annotations))
    assert (back["images"][0]["id"], back["images"][0]["license"]) == (77, 3)
    assert [(one["id"], one["supercategory"]) for one in back["categories"]] == [(1, "animal"), (2, ""), (0, "")]
    (one,) = back["annotations"]
    assert (one["id"], one["image_id"], one["iscrowd"], one["attributes"]) == (5, 77, 1, {"hue": "red"})
    assert isinstance(one["segmentation"]["counts"], list)  # a crowd is one, as COCO has them


def test_an_import_that_finds_nothing_says_so() -> None:
    empty = json.dumps({"images": [{"id": 1, "file_name": "cat.jpg"}], "annotations": []}).encode()
    assert read(empty, "a.json", SIZE, "cat.jpg").left_out == ("The file has no objects of this picture.",)
