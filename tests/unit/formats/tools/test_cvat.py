"""CVAT for images 1.1, as CVAT 2 exports it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from tests.support.refused import refusal
from tests.support.tool_files import areas, taken, written_again

FILE = """<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <id>12</id><name>street</name><size>2</size><mode>annotation</mode><overlap>0</overlap>
      <labels>
        <label><name>cat</name><color>#fa3253</color><type>any</type>
          <attributes><attribute><name>age</name><mutable>False</mutable><input_type>number</input_type>
            <default_value>1</default_value><values>1&#10;20&#10;1</values></attribute></attributes>
        </label>
        <label><name>dog</name><color>#33ddff</color><type>any</type><attributes></attributes></label>
      </labels>
    </task>
    <dumped>2024-05-06 10:11:12.131415+00:00</dumped>
  </meta>
  <image id="0" name="first/cat.jpg" subset="train" task_id="12" width="60" height="40">
    <polygon label="dog" source="manual" occluded="0" points="30.00,10.00;40.00,10.00;40.00,20.00;30.00,20.00" z_order="3">
    </polygon>
    <polygon label="cat" source="semi-auto" occluded="1" points="2.00,2.00;12.00,2.00;12.00,12.00;2.00,12.00" z_order="0"
      group_id="4"><attribute name="age">7</attribute>
    </polygon>
    <polygon label="cat" source="semi-auto" occluded="1" points="2,20;6,20;6,24;2,24" z_order="0" group_id="4"></polygon>
    <mask label="cat" source="manual" occluded="0" rle="1, 2, 2, 1" left="50" top="30" width="3" height="2" z_order="1"></mask>
    <box label="dog" source="file" occluded="0" xtl="20.00" ytl="25.00" xbr="30.00" ybr="30.00" z_order="1"></box>
    <box label="dog" source="manual" occluded="0" xtl="40" ytl="28" xbr="48" ybr="32" rotation="90.00" z_order="1"></box>
    <ellipse label="cat" source="manual" occluded="0" cx="50.00" cy="8.00" rx="6.00" ry="3.00" z_order="2"></ellipse>
    <polyline label="dog" source="manual" occluded="0" points="1,1;5,5" z_order="0"></polyline>
    <points label="dog" source="manual" occluded="0" points="1,1;5,5" z_order="0"></points>
    <skeleton label="cat" source="manual" z_order="0"><points label="1" points="3,3" outside="0"></points></skeleton>
    <tag label="cat" source="manual"></tag>
  </image>
  <image id="1" name="second.jpg" width="80" height="40"></image>
</annotations>
"""


def test_areas_are_taken_in_their_order_and_what_is_none_is_said() -> None:
    read = taken(FILE, "annotations.xml")
    assert areas(read) == [("cat", 116), ("cat", 3), ("dog", 50), ("dog", 32), ("cat", 56), ("dog", 100)]
    assert [one.prompts.box for one in read.annotations.instances][2] == (20, 25, 30, 30)
    turned = read.annotations.instances[3].outline.vertices
    assert (turned.min(axis=0).round(9).tolist(), turned.max(axis=0).round(9).tolist()) == ([42, 26], [46, 34])
    assert [one.color for one in read.annotations.categories] == ["#fa3253", "#33ddff"]
    assert set(read.left_out) == {
        "A polyline was left out; only areas are taken.",
        "A set of points was left out; only areas are taken.",
        "A skeleton was left out; only areas are taken.",
        "A label of the whole picture was left out; only areas are taken.",
        "The file is about another picture, too.",
    }


def test_what_cvat_says_besides_is_written_back() -> None:
    image = ElementTree.fromstring(written_again(taken(FILE, "annotations.xml"), "cvat")).find("image")
    assert image is not None
    assert (image.get("task_id"), image.get("name")) == ("12", "cat.jpg")
    shapes = list(image)
    assert [one.tag for one in shapes] == ["polygon", "polygon", "polygon", "box", "box", "polygon", "polygon"]
    first = shapes[0]
    assert {key: first.get(key) for key in ("label", "source", "occluded", "z_order", "group_id")} == {
        "label": "cat",
        "source": "semi-auto",
        "occluded": "1",
        "z_order": "0",
        "group_id": "4",
    }
    assert [(one.get("name"), one.text) for one in first] == [("age", "7")]
    assert (shapes[3].get("xtl"), shapes[3].get("ybr"), shapes[3].get("source")) == ("20", "30", "file")
    assert [one.get("z_order") for one in shapes] == ["0", "0", "1", "1", "1", "2", "3"]


def test_a_document_type_and_what_is_broken_are_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><annotations><image name="&b;"/></annotations>'
    assert refusal(taken, bomb, "a.xml")[0] == "xml-doctype"
    assert refusal(taken, FILE[:900], "a.xml")[0] == "not-xml"
    video = "<annotations><track id='0' label='cat'></track></annotations>"
    assert refusal(taken, video, "a.xml")[0] == "wrong-structure"


def test_damaged_shapes_are_left_out_one_by_one() -> None:
    shapes = """<mask label="a" rle="1, 2" left="0" top="0" width="3" height="2"/><mask label="a" rle="x"/>
      <polygon label="a" points="1,1;2"/><box label="a" xtl="nan" ytl="1" xbr="2" ybr="3"/><star label="a"/>
      <polygon label="a" points="0,0;4,0;4,4;0,4"/>"""
    read = taken(f'<annotations><image name="cat.jpg" width="60" height="40">{shapes}</image></annotations>', "a.xml")
    assert areas(read) == [("a", 16)]
    assert len(read.left_out) == 4
