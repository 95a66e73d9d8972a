"""Every format that there is to export, and SVG; all of them there and back."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest
from PIL import Image

from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.exported import Source
from tabsam.formats.registry import FORMATS, write
from tabsam.geometry.outline import from_polygons
from tests.support.annotated import CAR, PLAIN, SIZE, three_kinds
from tests.support.refused import refusal
from tests.support.round_trips import CHECKS, ON_A_MAP

EMPTY = Annotations("street.jpg", SIZE)


@pytest.mark.parametrize("name", sorted(set(FORMATS) - ON_A_MAP))
def test_every_format_is_written_as_a_file_named_after_the_picture(name: str) -> None:
    chosen = FORMATS[name]
    written = write(name, Source(three_kinds(), Image.new("RGB", (48, 36))))
    # LabelMe looks for a picture's file by the picture's name.
    assert written.name == ("street.json" if name.startswith("labelme") else f"street-{name}{chosen.extension}")
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
    sentence = "'Pascal VOC' was left out: Pascal VOC holds at most 254 different numbers; this would take 255."
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
        ("svg", Source(EMPTY), "nothing-to-export", "There is nothing to export yet."),
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
