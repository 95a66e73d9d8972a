"""All tools' formats: there and back, told apart, and what is damaged refused in words."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from tabsam.errors import FormatError
from tabsam.formats.datasets import read as read_dataset
from tabsam.formats.detecting import detect
from tabsam.formats.exported import Source
from tabsam.formats.importing import read
from tabsam.formats.registry import FORMATS, write
from tabsam.formats.tools.importing import read_tool
from tabsam.formats.tools.recognising import tool_of_json, tool_of_text
from tabsam.formats.tools.table import TOOLS
from tests.support.annotated import SIZE, masks, random_annotations, three_kinds
from tests.support.datasets import files_of, four_pictures, in_memory
from tests.support.refused import refusal

ONE_FILE = [name for name, tool in TOOLS.items() if tool.extension != ".zip"]
EXACT = [name for name in ONE_FILE if name != "voc-xml"]
SETS = [name for name, tool in TOOLS.items() if tool.whole_sets]


@pytest.mark.parametrize("name", EXACT)
def test_objects_come_back_to_the_pixel(name: str) -> None:
    for there in (three_kinds(), random_annotations(5)):
        written = write(name, Source(there))
        assert detect("upload", written.data) == name
        back = read(written.data, written.name, there.image_size, there.picture)
        assert back.left_out == ()
        for one, other in zip(masks(back.annotations), masks(there), strict=True):
            assert np.array_equal(one, other)


@pytest.mark.parametrize("name", SETS)
def test_a_data_set_comes_back(name: str) -> None:
    dataset = four_pictures()
    files = files_of(dataset, name)
    incoming = read_dataset(in_memory(files))
    assert (incoming.formats, incoming.questions, incoming.problems, dict(incoming.left_out)) == ((name,), (), (), {})
    back = {one.path.replace("/", "_"): one for one in incoming.dataset.pictures}
    assert len(back) == 4
    for picture in dataset.pictures:
        own = back.get(picture.path.replace("/", "_")) or back[picture.path.rpartition("/")[2]]
        if name == "coco-panoptic":  # each pixel is one object's
            assert len(own.annotations.instances) == len(picture.annotations.instances)
            continue
        for one, other in zip(masks(own.annotations), masks(picture.annotations), strict=True):
            assert np.array_equal(one, other)


@pytest.mark.parametrize("name", ONE_FILE)
def test_a_file_that_breaks_off_is_refused_in_words(name: str) -> None:
    data = write(name, Source(three_kinds())).data
    for size in (len(data) // 3, *([] if name == "geopackage" else [len(data) - 3])):
        with pytest.raises(FormatError) as caught:
            read_tool(name, data[:size], SIZE, "street.jpg", file="street")
        assert caught.value.hint


@pytest.mark.parametrize("name", [name for name in ONE_FILE if TOOLS[name].extension == ".json"])
def test_json_that_is_something_else_is_refused(name: str) -> None:
    numbers = b'{"objects": 3, "annotations": 3, "items": 3, "shapes": 3}'
    for text in (b"[[[[1]]]]", b"3", b'{"a": ' * 5000 + b"1" + b"}" * 5000, numbers):
        with pytest.raises(FormatError):
            read_tool(name, text, SIZE, "street.jpg", file="street.json")


def test_every_format_says_what_it_holds_and_is_offered() -> None:
    for name, tool in TOOLS.items():
        assert FORMATS[name].holds == tool.holds
        assert FORMATS[name].title == tool.title


@pytest.mark.parametrize(
    ("head", "tool"),
    [
        (b'<?xml version="1.0"?>\n<!-- a -->\n<annotations>', "cvat"),
        (b"\xef\xbb\xbf<annotation verified='no'>", "voc-xml"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><annotations>", "cvat"),
        (b"<svg>", None),
        (b"<", None),
        (b"name,region\n", None),
    ],
)
def test_xml_and_csv_are_told_by_how_they_begin(head: bytes, tool: str | None) -> None:
    assert tool_of_text(head) == tool


def test_what_is_no_tools_json_is_not_taken_for_one() -> None:
    for text in (b'{"images": [], "annotations": []}', b'{"shapes": []}', b'{"type": "FeatureCollection"}', b"[]", b'"a"', b"{"):
        assert tool_of_json(text, text) is None


def test_the_picture_is_found_by_name_and_asked_about_where_it_is_not() -> None:
    data = files_of(four_pictures(), "cvat")["annotations.xml"]
    found = read(data, "annotations.xml", SIZE, "STREET.JPG")
    assert len(found.annotations.instances) == 4
    assert refusal(read, data, "annotations.xml", SIZE, "other.jpg")[0] == "which-picture"
    assert refusal(read, data, "annotations.xml", (7, 7), "other.jpg")[0] == "other-picture"
    assert refusal(read, data, "annotations.xml", (7, 7), "street.jpg")[0] == "other-size"


def test_pictures_that_lie_on_their_side_are_turned() -> None:
    written = write("cvat", Source(random_annotations(2, (30, 50))))
    back = read(written.data, written.name, (50, 30), "random.png", orientation=lambda: 6)
    assert "on its side" in back.left_out[0]
    assert back.annotations.image_size == (50, 30)


def test_the_same_data_set_makes_the_same_bytes() -> None:
    for name in SETS:
        assert files_of(four_pictures(), name) == files_of(four_pictures(), name)


def test_bytes_at_random_are_refused_in_words() -> None:
    rng = np.random.default_rng(0)
    for name in ONE_FILE:
        good = bytearray(write(name, Source(three_kinds())).data)
        for _ in range(12):
            damaged = bytearray(good)
            for place in rng.integers(0, len(good), 4):
                damaged[place] = int(rng.integers(0, 256))
            with suppress(FormatError):
                read_tool(name, bytes(damaged), SIZE, "street.jpg", file="street")
