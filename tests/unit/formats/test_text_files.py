"""What a text file is: labels, a class list, or what we say we do not read."""

from __future__ import annotations

import pytest

from tabsam.formats.classes import read_classes
from tabsam.formats.detecting import detect
from tabsam.formats.importing import read
from tests.support.refused import refusal

SIZE = (40, 60)
LABELS = b"0 0.2 0.25 0.5 0.25 0.5 0.5 0.2 0.5\n"


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("1670577347.002843.txt", LABELS, "yolo"),
        ("labels", LABELS, "yolo"),
        ("a.txt", LABELS.replace(b" ", b","), "yolo"),
        ("a.txt", LABELS.decode().encode("utf-16"), "yolo"),
        ("a.txt", b"\xef\xbb\xbf" + LABELS.replace(b"\n", b"\r\n"), "yolo"),
        ("a.txt", b"2.0 0.5 0.5 0.1 0.1 0.9\n", "yolo"),
        ("a.txt", b" \n", "yolo"),
        ("a.txt", b"imagesource:GoogleEarth\ngsd:0.1\n12 10 30 10 30 20 12 20 plane 0\n", "dota"),
        ("data.yaml", b"train: images\nnames:\n  0: cat\n", "classes"),
        ("labelmap.txt", b"# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:128,0,0::\n", "classes"),
        ("classes.txt", b"0\n1\n2\n", "classes"),
        ("a.txt", b"traffic light\nfire hydrant\n", "classes"),
    ],
)
def test_texts_are_told_apart(name: str, data: bytes, kind: str) -> None:
    assert detect(name, data) == kind


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("train.txt", b"./images/a.jpg\n./images/b.png\n", "path-list"),
        ("a.csv", b"name,x,y\ncat,1,2\n", "table"),
        ("a.txt", b"name\tx\ncat\t1\n", "table"),
        ("a.txt", b"0\n1\n2\n", "not-classes"),
        ("README.txt", b"This data set was made by many people over many years.\nUse it well.\n", "not-classes"),
        ("a.txt", b"<annotation>\n</annotation>\n", "not-classes"),
    ],
)
def test_other_texts_are_refused_by_what_they_are(name: str, data: bytes, code: str) -> None:
    assert refusal(detect, name, data)[0] == code


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"0 person\n1 car\n", ["person", "car"]),
        (b"1: person\n2: car\n", ["person", "car"]),
        (b"3 doors\n5 doors\n", ["3 doors", "5 doors"]),
        (b"nc: 2\nnames: [cat, 'hot dog']\n", ["cat", "hot dog"]),
        (b"# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:128,0,0::\n", ["cat"]),
    ],
)
def test_class_lists_are_read_as_tools_write_them(data: bytes, names: list[str]) -> None:
    assert [one.name for one in read_classes(data).annotations.categories] == names


def test_a_list_with_colours_keeps_them() -> None:
    assert read_classes(b"cat:128,0,0::\ndog:0,255,9::\n").annotations.categories[1].color == "#00ff09"


def test_dota_has_four_corners_and_a_name() -> None:
    back = read(b"gsd:0.1\n12 10 30 10 30 20 12 20 plane 1\n1 2 3 plane\n", "P0001.txt", SIZE, "P0001.png")
    (one,) = back.annotations.instances
    assert (one.outline.vertices.min(axis=0).tolist(), back.annotations.categories[0].name) == ([12, 10], "plane")
    assert back.left_out == ("A line that is not four corners and a class was left out.",)
