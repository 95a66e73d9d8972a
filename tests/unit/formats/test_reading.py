"""What all readers and writers share: text, JSON, rings, class lists, merging, telling formats apart, the list of formats."""

from __future__ import annotations

import io
import json
import math
import xml.etree.ElementTree as ElementTree
import zipfile

import numpy as np
import pytest
from PIL import Image

from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.formats.classes import read_classes, write_classes
from tabsam.formats.detecting import detect
from tabsam.formats.importing import read
from tabsam.formats.merging import merge
from tabsam.formats.project import write_project
from tabsam.formats.registry import FORMATS, Source, write
from tabsam.formats.shared.imported import ImportBuilder, Imported, quoted
from tabsam.formats.shared.parsing import json_object, text_of
from tabsam.formats.shared.rings import crosses_itself, points_of, sound_polygon
from tabsam.geometry.outline import from_polygons
from tests.support.annotated import CAR, CAT, PLAIN, SIZE, blob, masks, random_annotations, ring, square, three_kinds
from tests.support.refused import refusal
from tests.support.round_trips import CHECKS

EMPTY = Annotations("street.jpg", SIZE)


def test_text_may_begin_with_a_byte_order_mark() -> None:
    assert text_of("\ufeffé".encode()) == "é"
    assert text_of("é".encode("utf-16")) == "é"


@pytest.mark.parametrize("data", [b"{", b"", b"\x00", b"[" * 100_000, b"{'a': 1}", b"1" * 5000])
def test_broken_json_is_refused(data: bytes) -> None:
    assert refusal(json_object, data, "a COCO file") == ("not-json", "This file is not sound JSON.")


@pytest.mark.parametrize("data", [b"\xff{}", b"\xfe\xff{"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert refusal(json_object, data, "a COCO file") == ("not-text", "This file is not text that can be read: it is not UTF-8.")


def test_what_a_file_says_is_quoted_shortly() -> None:
    assert quoted("a\n b") == "'a b'"
    assert len(quoted("x" * 1000)) == 62


@pytest.mark.parametrize("value", [None, 3, "1,2", [[1]], [[1, "2"]], [1, 2, 3], [[1, 2], 3], [[[1, 2]]], [None]])
def test_what_are_no_points_are_none(value: object) -> None:
    assert points_of(value) is None


def test_points_may_have_a_height() -> None:
    points = points_of([[1, 2, 99], [3, 4, 99]])
    assert points is not None
    assert points.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("corners", "crosses"),
    [
        ([(0, 0), (4, 4), (4, 0), (0, 4)], True),
        ([(0, 0), (4, 0), (4, 4), (0, 4)], False),
        ([(0, 0), (4, 0), (2, 2), (4, 4), (0, 4), (2, 2)], False),  # touches
        ([(0, 0), (4, 0), (4, 4), (2, 4), (2, 2), (2, 4), (0, 4)], False),  # a cut of no width
        ([(0, 0), (9, 0), (9, 1), (5, 1), (5, -3), (4, -3), (4, 1), (0, 1)], True),
    ],
)
def test_rings_that_cross_themselves_are_found(corners: list[tuple[float, float]], crosses: bool) -> None:
    assert crosses_itself(ring(*corners)) is crosses


@pytest.mark.parametrize("seed", range(10))
def test_random_stars_do_not_cross_and_random_corners_do(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert not crosses_itself(blob(rng, 0, 0, 50, 400))
    corners = rng.uniform(0, 50, (30, 2))
    assert crosses_itself(np.concatenate([corners, corners[:1]]))


def test_a_long_ring_is_searched_quickly() -> None:
    angles = np.linspace(0, math.tau, 15_000, endpoint=False)
    circle = 100 + 90 * np.column_stack([np.cos(angles), np.sin(angles)])
    assert not crosses_itself(np.concatenate([circle, circle[:1]]))


def test_a_hole_outside_the_picture_is_cut_off_with_its_polygon() -> None:
    found = ImportBuilder("a.png", (10, 10))
    rings = sound_polygon([square(2, 2, 20), square(12, 12, 4)], found)
    assert len(rings) == 1
    assert found.imported().left_out == ("A polygon that left the picture was cut off at its border.",)


def test_a_class_list_has_a_name_a_line() -> None:
    back = read_classes("\ufeffcar\r\n\r\n  cat  \nÄpfel\n".encode())
    assert [(one.id, one.name) for one in back.annotations.categories] == [(1, "car"), (2, "cat"), (3, "Äpfel")]
    assert write_classes(back.annotations.categories) == "car\ncat\nÄpfel\n".encode()


def test_doubles_in_a_class_list_are_taken_once() -> None:
    back = read_classes(b"car\ncat\ncar\ndog\ncat\ncat\n")
    assert [one.name for one in back.annotations.categories] == ["car", "cat", "dog"]
    assert back.left_out == (
        "The class 'car' is listed twice; it was taken once.",
        "The class 'cat' is listed 3 times; it was taken once.",
    )


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b" \n\n", "no-classes", "This class list is empty."),
        (b"x" * 300, "not-classes", "This file is no list of classes."),
        (b"a\x00b", "not-classes", "This file is no list of classes."),
        (b"a\n" * 70_000, "not-classes", "This file is no list of classes."),
    ],
)
def test_what_is_no_class_list_is_refused(data: bytes, code: str, message: str) -> None:
    assert refusal(read_classes, data) == (code, message)


def test_merging_matches_classes_by_name_and_gives_new_ids() -> None:
    existing = Annotations("street.jpg", SIZE, (CAR,), (Instance(5, PLAIN, CAR.id),))
    imported = Annotations(
        "x.jpg",
        SIZE,
        (Category(1, "cat", CAR.color), Category(9, "car", "#123456"), Category(3, "dog", "#abcdef")),
        (Instance(1, PLAIN, 1), Instance(5, PLAIN, 9), Instance(6, PLAIN, 3), Instance(7, PLAIN)),
    )
    merged = merge(existing, imported)
    assert merged.picture == "street.jpg"
    assert [(one.id, one.name) for one in merged.categories] == [(1, "car"), (2, "cat"), (3, "dog")]
    assert [one.color for one in merged.categories] == [CAR.color, CAT.color, "#abcdef"]
    assert [(one.id, one.category) for one in merged.instances] == [(5, 1), (6, 2), (7, 1), (8, 3), (9, None)]


def test_merging_into_nothing_keeps_the_classes() -> None:
    assert merge(EMPTY, three_kinds()).categories == three_kinds().categories


def test_annotations_of_another_size_are_not_merged() -> None:
    assert refusal(merge, EMPTY, Annotations("a.png", (3, 4))) == (
        "other-size",
        "This belongs to a picture of 4 x 3 pixels; the open one has 48 x 36.",
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [("coco", "coco"), ("labelme", "labelme"), ("geojson", "geojson"), ("labelmap-objects", "mask"), ("classes", "classes")],
)
def test_what_is_written_is_recognised(name: str, kind: str) -> None:
    written = write(name, Source(three_kinds()))
    assert detect(written.name, written.data) == kind


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", b"0 0.1 0.1 0.2 0.2 0.3 0.1\n", "yolo"),
        ("a.txt", b"1 0.1 0.1 0.2 0.2\n", "yolo"),
        ("a.txt", b"car\ncat\n", "classes"),
        ("coco.names", b"car 1\n", "classes"),
        ("a.jgw", b"1\n0\n0\n-1\n0\n0\n", "world-file"),
        ("a.tabsam", b"", "project"),
        ("upload", write_project(EMPTY), "project"),
        ("upload", b' {"shapes": []}', "labelme"),
        ("upload", '\ufeff{"type": "Feature"}'.encode(), "geojson"),
        ("a.bmp", b"BM....", "mask"),
    ],
)
def test_formats_are_told_apart(name: str, data: bytes, kind: str) -> None:
    assert detect(name, data) == kind


@pytest.mark.parametrize(("name", "data"), [("a.bin", b"\x01\x02"), ("a.json", b"{}"), ("a.json", b'{"type": {}}'), ("x", b"")])
def test_other_formats_are_refused(name: str, data: bytes) -> None:
    assert refusal(detect, name, data) == ("unknown-format", "The format of this file is not known.")


@pytest.mark.parametrize("name", ["coco", "coco-rle", "labelme", "geojson", "labelmap-objects"])
def test_what_is_written_can_be_read_without_saying_its_format(name: str) -> None:
    annotations = random_annotations(4)
    written = write(name, Source(annotations))
    back = read(written.data, written.name, annotations.image_size, annotations.picture)
    assert isinstance(back, Imported)
    assert len(back.annotations.instances) == 6
    if name != "labelmap-objects":
        assert all(np.array_equal(*pair) for pair in zip(masks(back.annotations), masks(annotations), strict=True))


def test_yolos_numbers_get_the_names_that_are_given() -> None:
    back = read(b"1 0 0 1 0 1 1\n", "a.txt", SIZE, "a.jpg", classes=["car", "cat"])
    assert back.annotations.category(back.annotations.instances[0].category) == Category(2, "cat", CAT.color)


def test_a_project_is_not_added_to_a_picture() -> None:
    assert refusal(read, write_project(EMPTY), "a.tabsam", SIZE, "a.jpg") == (
        "not-annotations",
        "'a.tabsam' holds no annotations to be added to a picture.",
    )


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_as_a_file_named_after_the_picture(name: str) -> None:
    chosen = FORMATS[name]
    written = write(name, Source(three_kinds(), Image.new("RGB", (48, 36))))
    assert written.name == f"street-{name}{chosen.extension}"
    assert written.type == chosen.media_type
    assert len(written.data) > 0
    unclassified = ("An object without a class was given the class 'object'.",)
    assert written.notes == (unclassified if chosen.needs_classes else ())
    if chosen.extension == ".zip":
        assert zipfile.ZipFile(io.BytesIO(written.data)).testzip() is None


def test_all_formats_are_in_one_zip() -> None:
    written = write("all", Source(three_kinds(), Image.new("RGB", (48, 36))))
    names = zipfile.ZipFile(io.BytesIO(written.data)).namelist()
    assert {"street-coco.json", "yolo/labels/street.txt", "voc/labels.txt", "cutouts/street-001-car.png"} < set(names)
    without_picture = write("all", Source(three_kinds()))
    assert not any(name.startswith("cutouts") for name in zipfile.ZipFile(io.BytesIO(without_picture.data)).namelist())
    assert without_picture.notes[1:] == ("'A cut-out for each object' was left out: Cut-outs need the picture.",)


def test_a_format_that_cannot_hold_so_many_objects_does_not_keep_the_others_back() -> None:
    many = Annotations("street.jpg", SIZE, (CAR,), tuple(Instance(id, PLAIN, CAR.id) for id in range(1, 256)))
    written = write("all", Source(many))
    names = zipfile.ZipFile(io.BytesIO(written.data)).namelist()
    assert "street-coco.json" in names
    assert not any(name.startswith("voc/") for name in names)
    sentence = "'Pascal VOC segmentation' was left out: Pascal VOC holds at most 254 different numbers; this would take 255."
    assert sentence in written.notes


def test_what_is_left_out_is_said() -> None:
    nothing = from_polygons([])
    annotations = Annotations("a.png", SIZE, (), (Instance(1, nothing), Instance(2, nothing), Instance(3, PLAIN)))
    assert write("svg", Source(annotations)).notes == ("2 objects without an outline were left out.",)


@pytest.mark.parametrize(
    ("name", "source", "code", "message"),
    [
        ("docx", Source(three_kinds()), "unknown-format", "There is no format 'docx'."),
        ("cutouts", Source(three_kinds()), "needs-image", "Cut-outs need the picture."),
        ("coco", Source(EMPTY), "nothing-to-export", "There is nothing to export yet."),
    ],
)
def test_what_cannot_be_written_is_refused(name: str, source: Source, code: str, message: str) -> None:
    assert refusal(write, name, source) == (code, message)


def test_an_svg_has_a_group_for_each_class_and_a_path_for_each_object() -> None:
    root = ElementTree.fromstring(write("svg", Source(three_kinds())).data)
    space = "{http://www.w3.org/2000/svg}"
    groups = {group.get("id"): [path.get("id") for path in group.iter(f"{space}path")] for group in root.iter(f"{space}g")}
    assert groups == {"class-1": ["object-1"], "class-4": ["object-3", "object-7"], "class-0": ["object-4"]}
    assert [title.text for title in root.iter(f"{space}title")] == ["street.jpg", "car", "the red one", "cat"]


def test_an_svg_is_sound_whatever_the_names_are() -> None:
    annotations = Annotations('a<b>&".png', SIZE, (), (Instance(1, PLAIN, name="\x00]]>\ud800"),))
    root = ElementTree.fromstring(write("svg", Source(annotations)).data)
    assert root[0].text == 'a<b>&".png'


def test_json_has_no_nan() -> None:
    annotations = Annotations("a.png", SIZE, (), (Instance(1, PLAIN, score=0.5, name="Ä"),))
    assert json.loads(write("geojson", Source(annotations)).data)["features"][0]["properties"]["name"] == "Ä"


@pytest.mark.parametrize("check", CHECKS)
def test_there_and_back(check: str) -> None:
    CHECKS[check]()
