"""COCO files, read by pycocotools and by ourselves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO

from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.coco import read_coco, write_coco
from tabsam.formats.coco_drawing import Style
from tabsam.formats.shared.imported import Imported
from tabsam.geometry.outline import from_polygons
from tabsam.geometry.raster import fill
from tests.support.annotated import CAR, PLAIN, SIZE, masks, random_annotations, same, square, three_kinds
from tests.support.refused import refusal

# pycocotools 2.0.11 decodes with an __array__ from before NumPy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def opened(data: bytes, folder: Path) -> COCO:
    path = folder / "coco.json"
    path.write_bytes(data)
    return COCO(str(path))


def file(**changes: Any) -> dict[str, Any]:
    """Give a sound file of one object, with some members changed."""
    annotation = {"id": 1, "image_id": 9, "category_id": 4, "segmentation": [[2, 3, 12, 3, 12, 13, 2, 13]]}
    return {
        "images": [{"id": 9, "file_name": "street.jpg", "height": 36, "width": 48}],
        "categories": [{"id": 4, "name": "cat"}],
        "annotations": [annotation],
    } | changes


def read(content: Any, picture: str = "street.jpg") -> Imported:
    return read_coco(json.dumps(content).encode(), SIZE, picture)


def with_segmentation(*segmentations: Any) -> dict[str, Any]:
    return file(annotations=[{"image_id": 9, "category_id": 4, "segmentation": one} for one in segmentations])


def test_pycocotools_reads_the_same_masks_areas_and_classes(tmp_path: Path) -> None:
    annotations = three_kinds()
    coco = opened(write_coco(annotations), tmp_path)
    assert [coco.cats[id]["name"] for id in coco.getCatIds()] == ["car", "cat", "object"]
    assert coco.imgs[1] == {"id": 1, "file_name": "street.jpg", "width": 48, "height": 36}
    for instance, mask in zip(annotations.instances, masks(annotations), strict=True):
        entry = coco.anns[instance.id]
        assert np.array_equal(coco.annToMask(entry), mask)
        assert entry["area"] == np.count_nonzero(mask)
    assert [coco.anns[id]["bbox"] for id in (1, 3, 4, 7)] == [[2, 3, 10, 10], [20, 2, 12, 12], [2, 20, 14, 8], [20, 18, 14, 14]]
    assert [type(coco.anns[id]["segmentation"]) for id in (1, 3, 4, 7)] == [list] * 4  # holes are joined


@pytest.mark.parametrize("seed", range(5))
def test_pycocotools_fills_run_lengths_to_the_pixel_and_polygons_nearly(seed: int, tmp_path: Path) -> None:
    annotations = random_annotations(seed)
    exact, nearly = opened(write_coco(annotations, style="rle"), tmp_path), opened(write_coco(annotations), tmp_path)
    for instance, mask in zip(annotations.instances, masks(annotations), strict=True):
        assert np.array_equal(exact.annToMask(exact.anns[instance.id]), mask)
        # pycocotools rounds corners to a fifth of a pixel.
        assert np.count_nonzero(nearly.annToMask(nearly.anns[instance.id]) != mask) <= 0.07 * np.count_nonzero(mask)


@pytest.mark.parametrize("style", ["polygons", "rle", "counts"])
def test_objects_come_back_with_the_same_pixels(style: Style) -> None:
    annotations = random_annotations(3)
    back = read_coco(write_coco(annotations, style=style), annotations.image_size, annotations.picture)
    assert back.left_out == ()
    assert back.annotations.categories == annotations.categories
    assert [one.category for one in back.annotations.instances] == [one.category for one in annotations.instances]
    for one, other in zip(masks(back.annotations), masks(annotations), strict=True):
        # A polygon's corners are written to a thousandth.
        assert np.count_nonzero(one != other) <= (style == "polygons")


def test_names_and_scores_come_back() -> None:
    first = read_coco(write_coco(three_kinds()), SIZE, "street.jpg").annotations.instances[0]
    assert (first.name, first.score) == ("the red one", 0.875)
    assert same(first.outline, PLAIN)


def test_overlapping_parts_are_written_along_their_pixels(tmp_path: Path) -> None:
    line = from_polygons([[square(2, 2, 10)], [square(8, 8, 10)]])
    coco = opened(write_coco(Annotations("a.png", SIZE, (CAR,), (Instance(1, line, 1),))), tmp_path)
    assert np.array_equal(coco.annToMask(coco.anns[1]), fill(line, SIZE))


def test_overlapping_parts_are_joined_when_read() -> None:
    back = read(with_segmentation([[2, 2, 12, 2, 12, 12, 2, 12], [8, 8, 18, 8, 18, 18, 8, 18]]))
    expected = fill(from_polygons([[square(2, 2, 10)]]), SIZE) | fill(from_polygons([[square(8, 8, 10)]]), SIZE)
    assert np.array_equal(masks(back.annotations)[0], expected)
    assert back.left_out == ("An object's polygons overlap; they were joined, and follow the pixels' edges now.",)


def test_an_object_outside_the_picture_is_still_an_entry_that_pycocotools_reads(tmp_path: Path) -> None:
    line = from_polygons([[square(100, 2, 5)]])
    coco = opened(write_coco(Annotations("a.png", SIZE, (CAR,), (Instance(1, line, 1),)), style="rle"), tmp_path)
    assert not coco.annToMask(coco.anns[1]).any()
    assert coco.anns[1]["bbox"] == [0, 0, 0, 0]


def test_objects_without_an_outline_are_not_written() -> None:
    empty = replace(three_kinds(), instances=(Instance(1, from_polygons([])),))
    assert json.loads(write_coco(empty))["annotations"] == []


def test_uncompressed_run_lengths_are_read() -> None:
    counts = [36 * 2 + 3, 2, 36 * 48 - 36 * 2 - 5]
    back = read(with_segmentation({"size": [36, 48], "counts": counts}))
    assert back.annotations.instances[0].outline.rings()[0].tolist() == [[2, 3], [3, 3], [3, 5], [2, 5], [2, 3]]


def test_of_several_pictures_the_one_of_that_name_is_taken() -> None:
    images = [{"id": 1, "file_name": "other.jpg", "height": 36, "width": 48}, *file()["images"]]
    other = {"image_id": 1, "category_id": 4, "segmentation": [[0, 0, 1, 0, 1, 1]]}
    content = file(images=images, annotations=[other, *file()["annotations"]])
    back = read(content, "folder/STREET.jpg")
    assert len(back.annotations.instances) == 1
    assert back.left_out == ("An annotation of another picture was left out.",)


def test_of_several_pictures_the_only_one_of_that_size_is_taken() -> None:
    images = [{"id": 1, "file_name": "other.jpg", "height": 6, "width": 8}, *file()["images"]]
    assert len(read(file(images=images), "renamed.jpg").annotations.instances) == 1


def test_a_file_of_other_pictures_is_refused_and_names_them() -> None:
    two = [{"id": id, "file_name": f"{id}.jpg", "height": 36, "width": 48} for id in (1, 2)]
    assert refusal(read, file(images=two)) == (
        "which-picture",
        "This COCO file has no picture 'street.jpg', and several of its size: '1.jpg', '2.jpg'.",
    )
    small = [{"id": id, "file_name": f"{id}.jpg", "height": 3, "width": 4} for id in range(7)]
    assert refusal(read, file(images=small)) == (
        "other-picture",
        "This COCO file has no picture 'street.jpg', and none of 48 x 36 pixels, but '0.jpg', '1.jpg', '2.jpg', '3.jpg', "
        "'4.jpg' ....",
    )
    assert refusal(read, file(images=[])) == ("other-picture", "This COCO file lists no pictures.")


@pytest.mark.parametrize("name", ["street.jpg", "other.jpg"])
def test_a_picture_of_another_size_is_refused(name: str) -> None:
    images = [{"id": 9, "file_name": name, "height": 3, "width": 4}]
    assert refusal(read, file(images=images)) == (
        "other-size",
        "This belongs to a picture of 4 x 3 pixels; the open one has 48 x 36.",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([3], "This is not a COCO file: it is a list, and of no masks or results."),
        (3, "This is not a COCO file: it should be an object, but is a number."),
        ({"annotations": []}, "This is not a COCO file: it should have a list 'images', but has none."),
        (file(annotations={}), "This is not a COCO file: it should have a list 'annotations', but has an object."),
    ],
)
def test_a_file_that_is_not_built_like_coco_is_refused(content: Any, message: str) -> None:
    assert refusal(read, content) == ("wrong-structure", message)


@pytest.mark.parametrize(
    ("segmentation", "sentence"),
    [
        ([[1, 1, 5, 5]], "A polygon with fewer than three points was left out."),
        ([[1, 1, 5, 5, 1, 1, 5, 5]], "A polygon that is only a line was left out."),
        ([[1, 1, 5, 5, 1, 1, 3, 3]], "A polygon that is only a line was left out."),
        ([[1, 1, 1, 1, 1, 1]], "A polygon with fewer than three points was left out."),
        ([[1, 1, 5, 5, 1]], "A polygon that is no list of x and y was left out."),
        ([[1, 1, 5, "5", 1, 1]], "A polygon that is no list of x and y was left out."),
        ([[1, 1, 5, True, 1, 1]], "A polygon that is no list of x and y was left out."),
        ([{}], "A mask of another size was left out."),
        ([[1, 1, 5, float("nan"), 1, 9]], "A polygon with numbers that are in no picture was left out."),
        ([[1, 1, 5, 1e300, 1, 9]], "A polygon with numbers that are in no picture was left out."),
        ([[1, 1, 5, 10**400, 1, 9]], "A polygon with numbers that are in no picture was left out."),
        ([[90, 1, 99, 1, 99, 9]], "A polygon outside the picture was left out."),
        ([], "An annotation without an outline was left out."),
        (None, "An annotation without an outline was left out."),
        ("4kL", "An outline that is a text was left out."),
        ({"size": [48, 36], "counts": [1728]}, "A mask of another size was left out."),
        ({"counts": [1728]}, "A mask of another size was left out."),
        ({"size": [36, 48], "counts": [1729]}, "A damaged run-length mask was left out."),
        ({"size": [36, 48], "counts": [1727]}, "An empty mask was left out."),
        ({"size": [36, 48], "counts": [1, -5, 1732]}, "A damaged run-length mask was left out."),
        ({"size": [36, 48], "counts": [1e30, "x"]}, "A damaged run-length mask was left out."),
        ({"size": [36, 48], "counts": "ooooooo"}, "A damaged run-length mask was left out."),
        ({"size": [36, 48], "counts": None}, "A damaged run-length mask was left out."),
        ({"size": [36, 48], "counts": [1728]}, "An empty mask was left out."),
    ],
)
def test_one_bad_outline_is_left_out_and_the_sound_one_read(segmentation: Any, sentence: str) -> None:
    back = read(with_segmentation(segmentation, [[2, 3, 12, 3, 12, 13, 2, 13]]))
    assert back.left_out == (sentence,)
    assert len(back.annotations.instances) == 1


def test_several_of_a_kind_are_one_sentence() -> None:
    back = read(with_segmentation([[1, 1, 5, 5]], [[1, 1, 5, 5]], [], []))
    assert back.left_out == (
        "2 polygons with fewer than three points were left out.",
        "2 annotations without an outline were left out.",
    )


def test_a_polygon_that_leaves_the_picture_is_cut_off() -> None:
    back = read(with_segmentation([[40, 30, 60, 30, 60, 50, 40, 50]]))
    assert back.left_out == ("A polygon that left the picture was cut off at its border.",)
    assert back.annotations.instances[0].outline.vertices.max(axis=0).tolist() == [48, 36]
    assert np.count_nonzero(masks(back.annotations)[0]) == 48


def test_a_polygon_that_crosses_itself_is_kept() -> None:
    back = read(with_segmentation([[2, 2, 12, 12, 12, 2, 2, 12]]))
    assert back.left_out == ("A polygon crosses itself; it was kept, and where it lies over itself it is empty.",)
    assert len(back.annotations.instances[0].outline.vertices) == 5


def test_classes_are_taken_once_and_missing_ones_said() -> None:
    categories = [
        {"id": 4, "name": "cat"},
        {"id": 4, "name": "dog"},
        {"id": 7, "name": "cat "},
        {"id": [], "name": "bird"},
        {"id": 8, "name": ""},
        "fish",
    ]
    annotations = [{"image_id": 9, "category_id": id, "segmentation": [[2, 3, 12, 3, 12, 13]]} for id in (4, 7, 5, None)]
    back = read(file(categories=categories, annotations=annotations))
    assert [one.category for one in back.annotations.instances] == [4, 4, 5, None]
    assert [category.name for category in back.annotations.categories] == ["cat", "class 5"]
    assert back.left_out == (
        "A class whose id another one has was left out.",
        "Two classes of one name were made one.",
        "3 classes without a name or an id were left out.",
        "An object's class is not listed in the file; it is called by its number now.",
        "An object has no class in the file.",
    )


def test_annotations_of_nothing_are_left_out() -> None:
    back = read(file(annotations=[7, {"image_id": 1}, {"segmentation": []}]))
    assert back.left_out == (
        "An annotation that is no object was left out.",
        "2 annotations of pictures that the file does not list were left out.",
    )
