"""Label maps, masks and cut-outs: written, and masks read."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tabsam.arrays import AnyArray
from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.document.painting import outline_from_mask
from tabsam.formats.labelmap import voc_palette, write_labelmap, write_voc
from tabsam.formats.mask_images import read_mask
from tabsam.formats.png import crop_png, object_cutouts, object_masks
from tabsam.geometry.outline import from_polygons
from tabsam.geometry.raster import Crop, fill
from tabsam.pictures.mask_pixels import mask_pixels
from tests.support.annotated import CAR, CAT, SIZE, masks, random_annotations, square, three_kinds
from tests.support.refused import refusal

OVERLAPPING = Annotations(
    "a/b.png",
    (6, 8),
    (CAR, CAT),
    (Instance(5, from_polygons([[square(0, 0, 4)]]), CAT.id), Instance(2, from_polygons([[square(2, 2, 4)]]), CAR.id)),
)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def png(array: AnyArray, mode: str | None = None) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(array)
    (image.convert(mode) if mode else image).save(buffer, "PNG")
    return buffer.getvalue()


def many(count: int) -> Annotations:
    """Put many objects of a pixel each into a row."""
    instances = tuple(Instance(id + 1, from_polygons([[square(id, 0, 1)]]), CAR.id) for id in range(count))
    return Annotations("row.png", (1, count), (CAR,), instances)


def test_the_later_object_is_on_top() -> None:
    labels = np.asarray(opened(write_labelmap(OVERLAPPING)))
    assert labels.dtype == np.uint8
    assert labels[:, 3].tolist() == [1, 1, 2, 2, 2, 2]


def test_a_map_by_class_has_the_classes_ids() -> None:
    assert np.asarray(opened(write_labelmap(OVERLAPPING, by_class=True)))[:, 3].tolist() == [4, 4, 1, 1, 1, 1]


def test_more_than_255_objects_take_16_bits() -> None:
    image = opened(write_labelmap(many(256)))
    assert image.mode == "I;16"
    assert np.asarray(image)[0].tolist() == list(range(1, 257))


def test_more_labels_than_16_bits_are_refused() -> None:
    annotations = Annotations(
        "a.png", SIZE, (Category(70_000, "far", "#000000"),), (replace(three_kinds().instances[0], category=70_000),)
    )
    assert refusal(write_labelmap, annotations, by_class=True) == (
        "too-many-labels",
        "A label map holds at most 65535 different numbers; this would take 70000.",
    )


def test_vocs_colours_are_vocs() -> None:
    palette = voc_palette().tolist()
    assert palette[:5] == [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0], [0, 0, 128]]
    assert palette[20] == [0, 64, 128]
    assert palette[255] == [224, 224, 192]


def test_voc_has_two_pictures_in_its_colours_and_a_list_of_labels() -> None:
    files = write_voc(OVERLAPPING)
    assert list(files) == ["SegmentationClass/b.png", "SegmentationObject/b.png", "labels.txt", "labelmap.txt"]
    classes, objects = opened(files["SegmentationClass/b.png"]), opened(files["SegmentationObject/b.png"])
    assert classes.mode == objects.mode == "P"
    assert classes.getpalette() == voc_palette().ravel().tolist()
    assert np.asarray(classes)[:, 3].tolist() == [2, 2, 1, 1, 1, 1]
    assert np.asarray(objects)[:, 3].tolist() == [1, 1, 2, 2, 2, 2]
    assert files["labels.txt"] == b"background\ncar\ncat\n"
    colors = b"# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:128,0,0::\ncat:0,128,0::\n"
    assert files["labelmap.txt"] == colors


def test_vocs_border_is_undecided() -> None:
    plain = replace(OVERLAPPING, instances=OVERLAPPING.instances[:1])
    objects = np.asarray(opened(write_voc(plain, border=1)["SegmentationObject/b.png"]))
    assert objects[0].tolist() == [1, 1, 1, 255, 255, 0, 0, 0]
    objects = np.asarray(opened(write_voc(plain, border=2)["SegmentationObject/b.png"]))
    assert objects[0].tolist() == [1, 1, 255, 255, 255, 255, 0, 0]


def test_voc_holds_254_objects() -> None:
    assert np.asarray(opened(write_voc(many(254))["SegmentationObject/row.png"]))[0, -1] == 254
    assert refusal(write_voc, many(255)) == (
        "too-many-labels",
        "Pascal VOC holds at most 254 different numbers; this would take 255.",
    )


def test_masks_are_named_after_place_and_class() -> None:
    annotations = three_kinds()
    files = object_masks(annotations)
    assert list(files) == ["street-001-car.png", "street-002-cat.png", "street-003.png", "street-004-cat.png"]
    for data, mask in zip(files.values(), masks(annotations), strict=True):
        assert np.array_equal(np.asarray(opened(data)), mask)


@pytest.mark.parametrize("left", range(10))
def test_a_mask_of_one_bit_a_pixel_is_right_at_every_bit(left: int) -> None:
    rng = np.random.default_rng(left)
    mask = rng.random((3, 5)) < 0.5
    data = crop_png(Crop(mask, left, 1), (5, 19))
    whole = np.zeros((5, 19), np.bool_)
    whole[1:4, left : left + 5] = mask
    assert opened(data).mode == "1"
    assert np.array_equal(np.asarray(opened(data)), whole)
    assert not np.asarray(opened(crop_png(Crop(mask[:0, :0], 0, 0), (5, 19)))).any()


def test_class_names_make_sound_file_names() -> None:
    annotations = replace(OVERLAPPING, categories=(CAR, Category(4, "../a:b", "#000000")), instances=OVERLAPPING.instances[:1])
    assert list(object_masks(annotations)) == ["b-001-_a_b.png"]


def test_cutouts_are_as_large_as_the_object_or_the_picture() -> None:
    picture = Image.new("RGB", (8, 6), (9, 8, 7))
    cut = [opened(data) for data in object_cutouts(OVERLAPPING, picture).values()]
    assert [image.size for image in cut] == [(4, 4), (4, 4)]
    assert cut[0].getpixel((0, 0)) == (9, 8, 7, 255)
    full = [opened(data) for data in object_cutouts(OVERLAPPING, picture, full=True).values()]
    assert [image.size for image in full] == [(8, 6), (8, 6)]
    assert [full[1].getpixel((0, 0)), full[1].getpixel((2, 2))] == [(0, 0, 0, 0), (9, 8, 7, 255)]


@pytest.mark.parametrize(
    "mask",
    [
        png(np.eye(3, dtype=bool)),
        png(np.eye(3, dtype=np.uint8)),
        png(np.eye(3, dtype=np.uint8) * 255),
        png(np.eye(3, dtype=np.uint8) * 255, "RGB"),
    ],
)
def test_a_black_and_white_mask_is_one_object(mask: bytes) -> None:
    back = read_mask(mask, (3, 3), "a.png")
    assert back.left_out == ()
    (instance,) = back.annotations.instances
    assert (instance.category, instance.name) == (None, "")
    assert np.array_equal(masks(back.annotations)[0], np.eye(3, dtype=bool))


def test_a_soft_edge_is_cut_at_the_half() -> None:
    soft = np.round(np.clip(76 - np.hypot(*(np.mgrid[:200, :200] - 100)), 0, 1) * 255).astype(np.uint8)
    back = read_mask(png(soft), (200, 200), "a.png")
    assert back.left_out == ("The mask's edge is soft; what is at least half bright was taken as inside.",)
    assert np.array_equal(masks(back.annotations)[0], soft >= 128)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_label_map_has_an_object_for_each_value(dtype: type[np.uint8]) -> None:
    labels = np.array([[0, 1, 7], [7, 1, 0], [7, 0, 7]], dtype)
    back = read_mask(png(labels), (3, 3), "a.png")
    assert [one.name for one in back.annotations.instances] == ["1", "7"]
    for mask, value in zip(masks(back.annotations), (1, 7), strict=True):
        assert np.array_equal(mask, labels == value)


def test_values_of_16_bits_are_kept() -> None:
    back = read_mask(png(np.array([[0, 300, 60_000]], np.uint16)), (1, 3), "a.png")
    assert [one.name for one in back.annotations.instances] == ["300", "60000"]


def test_a_label_map_of_classes_gets_their_names() -> None:
    back = read_mask(png(np.array([[0, 1, 2, 5]], np.uint8)), (1, 4), "a.png", classes=["car", "cat"])
    assert [category.name for category in back.annotations.categories] == ["car", "cat", "class 5"]
    assert [one.category for one in back.annotations.instances] == [1, 2, 3]


def test_vocs_pictures_are_read_without_their_border() -> None:
    annotations = random_annotations(1)
    files = write_voc(annotations, border=1)
    back = read_mask(files["SegmentationObject/random.png"], annotations.image_size, "random.png")
    assert back.left_out == ("The borders of undecided pixels were left out.",)
    assert len(back.annotations.instances) == 6


def test_a_label_map_comes_back() -> None:
    data = write_labelmap(random_annotations(1))
    back = read_mask(data, (60, 80), "random.png")
    assert write_labelmap(back.annotations) == data


def test_a_cutout_is_read_by_its_transparency() -> None:
    rgba = np.zeros((2, 3, 4), np.uint8)
    rgba[0, 1:] = (9, 8, 7, 255)
    back = read_mask(png(rgba), (2, 3), "a.png")
    assert masks(back.annotations)[0].tolist() == [[False, True, True], [False, False, False]]


def indexed(entries: list[list[int]], palette: list[int], transparent: int | None = None) -> bytes:
    image = Image.fromarray(np.array(entries, np.uint8)).convert("P")
    image.putpalette(palette)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **({} if transparent is None else {"transparency": transparent}))
    return buffer.getvalue()


MARKED = [[True, False, False], [True, True, False]]


@pytest.mark.parametrize(
    "data",
    [
        indexed([[1, 0, 0], [1, 1, 0]], [0, 0, 0, 255, 255, 255]),
        indexed([[0, 1, 1], [0, 0, 1]], [255, 255, 255, 0, 0, 0]),  # white comes first
        indexed([[0, 1, 1], [0, 0, 1]], [9, 8, 7, 0, 0, 0], transparent=1),
        png(np.array(MARKED)[..., np.newaxis] * np.array([9, 8, 7, 100], np.uint8)),  # a hundred is its most opaque
        png(np.array(MARKED)[..., np.newaxis] * np.array([255, 255, 255, 0], np.uint8) + np.array([0, 0, 0, 90], np.uint8)),
    ],
    ids=["black first", "white first", "transparent entry", "half opaque", "alike opaque"],
)
def test_a_mask_marks_the_same_as_a_prompt_and_as_an_object(data: bytes) -> None:
    (mask,) = masks(read_mask(data, (2, 3), "a.png").annotations)
    assert mask.tolist() == fill(outline_from_mask(mask_pixels(data), (2, 3)), (2, 3)).tolist() == MARKED


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (indexed([[0, 1, 2]], [0, 0, 0, 255, 0, 0, 0, 255, 0]), ["1", "2"]),
        (indexed([[0, 1, 2]], [9, 9, 9, 255, 0, 0, 0, 255, 0], transparent=0), ["1", "2"]),
        (indexed([[0, 1, 2]], [0, 0, 0, 80, 80, 80, 160, 160, 160]), ["80", "160"]),
        (indexed([[0, 1, 2]], [0] * 9), ["1", "2"]),  # no palette to speak of
        (indexed([[0, 7, 0]], voc_palette().ravel().tolist()), ["7"]),  # which is grey
    ],
)
def test_an_indexed_label_map_is_its_greys_or_its_entries(data: bytes, names: list[str]) -> None:
    assert [one.name for one in read_mask(data, (1, 3), "a.png").annotations.instances] == names


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"hello", "not-a-mask", "This file is not a mask that can be read here, or it is damaged."),
        (png(np.eye(3, dtype=np.uint8))[:45], "not-a-mask", "This file is not a mask that can be read here, or it is damaged."),
        (png(np.eye(4, dtype=np.uint8)), "other-size", "This belongs to a picture of 4 x 4 pixels; the open one has 3 x 3."),
        (png(np.zeros((3, 3), np.uint8)), "mask-empty", "This mask is empty: nothing in it is marked."),
        (
            png(np.full((3, 3, 3), (1, 2, 3), np.uint8)),
            "mask-colors",
            "This picture is in colours: it is no mask, or one whose colours' meaning is not known.",
        ),
        (png(np.arange(9, dtype=np.uint8).reshape(3, 3)), "mask-photo", "This looks like a photograph, and not like a mask."),
    ],
)
def test_what_is_no_mask_is_refused(data: bytes, code: str, message: str) -> None:
    assert refusal(read_mask, data, (3, 3), "a.png") == (code, message)
