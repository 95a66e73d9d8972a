"""Which format a file is in, and reading it; class lists."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.document.annotations import Annotations, Category
from tabsam.formats.classes import read_classes, write_classes
from tabsam.formats.detecting import detect
from tabsam.formats.exported import Source
from tabsam.formats.importing import read
from tabsam.formats.project import write_project
from tabsam.formats.registry import write
from tabsam.formats.shared.imported import Imported
from tests.support.annotated import CAT, SIZE, masks, random_annotations, three_kinds
from tests.support.refused import refusal

EMPTY = Annotations("street.jpg", SIZE)


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


@pytest.mark.parametrize(
    ("name", "kind"),
    [("coco", "coco"), ("labelme", "labelme"), ("geojson", "geojson"), ("classes", "classes")],
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


@pytest.mark.parametrize("name", ["coco", "coco-rle", "labelme", "labelme-masks", "geojson"])
def test_what_is_written_can_be_read_without_saying_its_format(name: str) -> None:
    annotations = random_annotations(4)
    written = write(name, Source(annotations))
    back = read(written.data, written.name, annotations.image_size, annotations.picture)
    assert isinstance(back, Imported)
    assert len(back.annotations.instances) == 6
    for one, other in zip(masks(back.annotations), masks(annotations), strict=True):
        assert np.count_nonzero(one != other) <= 1


def test_yolos_numbers_get_the_names_that_are_given() -> None:
    back = read(b"1 0 0 1 0 1 1\n", "a.txt", SIZE, "a.jpg", classes=["car", "cat"])
    assert back.annotations.category(back.annotations.instances[0].category) == Category(2, "cat", CAT.color)


def test_a_project_is_not_added_to_a_picture() -> None:
    assert refusal(read, write_project(EMPTY), "a.tabsam", SIZE, "a.jpg") == (
        "not-annotations",
        "'a.tabsam' holds no annotations to be added to a picture.",
    )
