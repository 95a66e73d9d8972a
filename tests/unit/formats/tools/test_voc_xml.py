"""Pascal VOC's XML, and what labelImg, CVAT, RectLabel, roLabelImg and LabelMe's web tool make of it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from tabsam.formats.datasets import read
from tests.support.datasets import files_of, four_pictures, in_memory, picture_bytes
from tests.support.tool_files import areas, taken, written_again


def voc(objects: str, name: str = "cat.jpg") -> str:
    size = "<size><width>60</width><height>40</height><depth>3</depth></size>"
    return f"<annotation><folder>VOC2012</folder><filename>{name}</filename>{size}<segmented>0</segmented>{objects}</annotation>"


def thing(label: str, *corners: float, more: str = "") -> str:
    names = ("xmin", "ymin", "xmax", "ymax")
    box = "".join(f"<{name}>{corner}</{name}>" for name, corner in zip(names, corners, strict=True))
    return f"<object><name>{label}</name>{more}<bndbox>{box}</bndbox></object>"


SAID = "<pose>Left</pose><truncated>1</truncated><difficult>1</difficult><occluded>1</occluded>"
ATTRIBUTES = "<attributes><attribute><name>age</name><value>7</value></attribute></attributes>"


def test_boxes_are_counted_from_one_unless_they_give_themselves_away() -> None:
    from_one = taken(voc(thing("cat", 1, 1, 10, 10) + thing("dog", 11, 21, 20, 40)), "cat.xml")
    assert areas(from_one) == [("cat", 100), ("dog", 200)]
    assert [one.prompts.box for one in from_one.annotations.instances] == [(0, 0, 10, 10), (10, 20, 20, 40)]
    from_zero = taken(voc(thing("cat", 0, 0, 10, 10) + thing("dog", 11, 21, 20, 40)), "cat.xml")
    assert [one.prompts.box for one in from_zero.annotations.instances] == [(0, 0, 10, 10), (11, 21, 20, 40)]


def test_what_voc_says_besides_is_written_back() -> None:
    root = ElementTree.fromstring(
        written_again(taken(voc(thing("cat", 3, 3, 10, 10, more=SAID + ATTRIBUTES)), "cat.xml"), "voc-xml")
    )
    one = root.find("object")
    assert one is not None
    assert [one.findtext(name) for name in ("pose", "truncated", "difficult", "occluded")] == ["Left", "1", "1", "1"]
    assert one.findtext("attributes/attribute/value") == "7"
    assert [corner.text for corner in one.iterfind("bndbox/*")] == ["3", "3", "10", "10"]


def test_polygons_and_turned_boxes_are_taken_where_there_are_some() -> None:
    corners = ((10, 10), (20, 10), (20, 20), (10, 20))
    pairs = "".join(f"<pt><x>{x}</x><y>{y}</y></pt>" for x, y in corners)
    named = "".join(f"<x{n}>{x}</x{n}><y{n}>{y}</y{n}>" for n, (x, y) in enumerate(corners, 1))
    turned = "<cx>30</cx><cy>20</cy><w>10</w><h>4</h><angle>1.5707963</angle>"
    read = taken(
        voc(
            f"<object><name>a</name><deleted>0</deleted><polygon><username>me</username>{pairs}</polygon></object>"
            f"<object><name>gone</name><deleted>1</deleted><polygon>{pairs}</polygon></object>"
            + thing("b", 10, 10, 20, 20, more=f"<polygon>{named}</polygon>")
            + f"<object><type>robndbox</type><name>c</name><robndbox>{turned}</robndbox></object>"
            + "<object><name>d</name></object>"
        ),
        "cat.xml",
    )
    assert areas(read) == [("a", 100), ("b", 100), ("c", 40)]
    assert read.annotations.instances[2].outline.vertices.min(axis=0).round(4).tolist() == [28, 15]
    assert len(read.left_out) == 1


def test_a_picture_without_objects_is_one() -> None:
    read = taken("<annotation><filename>cat.jpg</filename></annotation>", "voc.xml")
    assert (read.annotations.instances, read.left_out) == ((), ("The file has no objects of this picture.",))


def test_the_remarks_beside_label_maps_stay_with_their_objects() -> None:
    made = files_of(four_pictures(), "voc")
    told = made["Annotations/street.xml"].replace(b"<pose>Unspecified</pose>", b"<pose>Left</pose>", 1)
    incoming = read(in_memory(made | {"Annotations/street.xml": told}))
    again = files_of(incoming.dataset, "voc")["Annotations/street.xml"]
    assert again.count(b"<pose>Left</pose>") == 1


def test_boxes_alone_are_what_the_model_can_be_asked() -> None:
    made = {path: data for path, data in files_of(four_pictures(), "voc").items() if not path.startswith("Segmentation")}
    incoming = read(in_memory(made))
    street = next(one for one in incoming.dataset.pictures if one.path == "street.jpg")
    assert street.annotations.instances[0].prompts.box == (2, 3, 12, 13)
    assert incoming.problems == ()


def test_classes_have_their_colours_and_boxes_their_lists() -> None:
    made = files_of(four_pictures(), "voc")
    assert made["labelmap.txt"].decode().splitlines()[:3] == [
        "# label:color_rgb:parts:actions",
        "background:0,0,0::",
        "car:128,0,0::",
    ]
    assert made["ImageSets/Main/trainval.txt"] == made["ImageSets/Segmentation/trainval.txt"]


def test_files_beside_their_pictures_are_a_data_set() -> None:
    made = {
        "train/cat.xml": voc(thing("cat", 3, 3, 10, 10)).encode(),
        "train/cat.png": picture_bytes((40, 60)),
        "valid/renamed.xml": voc(thing("dog", 3, 3, 10, 10), "as it was.png").encode(),
        "valid/renamed.png": picture_bytes((40, 60), 1),
    }
    incoming = read(in_memory(made))
    assert (incoming.formats, incoming.problems, incoming.questions) == (("voc-xml",), (), ())
    assert {one.path: areas(one.annotations) for one in incoming.dataset.pictures} == {
        "train/cat.png": [("cat", 64)],
        "valid/renamed.png": [("dog", 64)],
    }
