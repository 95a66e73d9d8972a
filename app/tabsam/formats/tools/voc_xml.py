"""Pascal VOC's XML: a picture's objects as boxes, and the polygons and turned boxes that some tools add to it.

VOC counts pixels from 1, both corners inside; tools that count from 0 give themselves away by a 0 or a fraction, and are then
read as they are. What is said of an object besides (pose, truncated, difficult, occluded ...) is kept with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.formats.shared.imported import ImportBuilder, Imported
from tabsam.formats.shared.kept import kept_text
from tabsam.formats.shared.parsing import Json
from tabsam.formats.shared.writing import StreamedFile
from tabsam.formats.tools import shapes
from tabsam.formats.tools.items import Beside, Item, ToolFormat, Written
from tabsam.formats.tools.markup import number_of, text_in, xml_root
from tabsam.formats.voc import KEPT_AS, write_voc_xml
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import spans

_WHAT = "a Pascal VOC file"
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_GEOMETRY = ("name", "bndbox", "polygon", "robndbox", "part", "segm", "parts", "id", "type", "deleted")
_TURNED_PER_DEGREE = 180 / np.pi


def with_remarks(read: Imported, data: bytes) -> Imported:
    """Have objects that were read from VOC's label maps keep what the XML file beside these says of them.

    Raises
    ------
    FormatError
        ``xml-doctype``, ``not-xml``, ``wrong-structure``.
    """
    root = xml_root(data, "annotation", _WHAT)
    first, names = _first_pixel(root), {one.id: one.name for one in read.annotations.categories}
    said = {(text_in(one, "name"), _box(one, first)): kept_text({KEPT_AS: _kept(one)}) for one in root.iterfind("object")}
    instances = [
        replace(one, kept=said.get((names.get(one.category or 0, ""), spans(one.outline, read.annotations.image_size).box), ""))
        for one in read.annotations.instances
    ]
    return replace(read, annotations=replace(read.annotations, instances=tuple(instances)))


def _items(data: bytes, path: str, beside: Beside) -> Iterator[Item]:
    root = xml_root(data, "annotation", _WHAT)
    height, width = number_of(root.findtext("size/height")), number_of(root.findtext("size/width"))
    size = (int(height), int(width)) if height and width else None
    name = text_in(root, "filename")
    stem = str(PurePosixPath(path).with_suffix("")) if path else ""
    yield Item((name,) if name else (), size, partial(_read, root), stems=(stem,) if stem else ())


def _read(root: Element, found: ImportBuilder) -> None:
    first = _first_pixel(root)
    for one in root.iterfind("object"):
        if text_in(one, "deleted") == "1":  # in the web tool's XML, an object that is gone
            continue
        outline = _outline(one, first, found)
        shapes.add(found, outline, text_in(one, "name"), format=KEPT_AS, kept=_kept(one))


def _outline(one: Element, first: int, found: ImportBuilder) -> Outline | shapes.Box | None:
    for shape in one.iterfind("polygon"):
        ring = _ring(shape)
        if ring is not None:
            return shapes.joined(shapes.polygon([ring], found), found)
    turned = one.find("robndbox")
    if turned is not None:
        numbers = [number_of(text_in(turned, name)) for name in ("cx", "cy", "w", "h", "angle")]
        sound = [number for number in numbers if number is not None]
        if len(sound) == len(numbers):
            cx, cy, w, h, angle = sound
            degrees = angle * _TURNED_PER_DEGREE  # in radians there
            return shapes.box(cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, found, rotation=degrees)
    box = _box(one, first)
    if box is None:
        shapes.leave_out_unsound(found, text_in(one, "type") or "box")
        return None
    return shapes.box(*box, found)


def _box(one: Element, first: int) -> shapes.Box | None:
    numbers = [number_of(text_in(one, f"bndbox/{name}")) for name in _CORNERS]
    left, top, right, bottom = numbers
    if left is None or top is None or right is None or bottom is None:
        return None
    return left - first, top - first, right, bottom


def _first_pixel(root: Element) -> int:
    """Tell what the first pixel's number is in a file: 1 as VOC has it, unless a box begins at 0 or within a pixel."""
    texts = [text_in(box, name) for box in root.iterfind("object/bndbox") for name in _CORNERS]
    numbers = [number for text in texts if (number := number_of(text)) is not None]
    return int(all(number >= 1 and number.is_integer() for number in numbers))


def _ring(shape: Element) -> Float64Array | None:
    """Read ``<pt><x/><y/></pt>`` ..., or ``<x1/><y1/><x2/>`` ...; None for what is neither."""
    points = [(number_of(text_in(point, "x")), number_of(text_in(point, "y"))) for point in shape.iterfind("pt")]
    if not points:
        numbered = {child.tag: number_of(child.text) for child in shape}
        points = [(numbered.get(f"x{n}"), numbered.get(f"y{n}")) for n in range(1, len(numbered) // 2 + 1)]
    sound = [[x, y] for x, y in points if x is not None and y is not None]
    return np.array(sound, np.float64) if sound and len(sound) == len(points) else None


def _kept(one: Element) -> dict[str, Json]:
    kept: dict[str, Json] = {
        child.tag: (child.text or "").strip() for child in one if child.tag not in _GEOMETRY and not len(child)
    }
    pairs = ((text_in(each, "name"), text_in(each, "value")) for each in one.iterfind("attributes/attribute"))
    kept["attributes"] = {name: value for name, value in pairs if name}
    return {key: value for key, value in kept.items() if value}


def _write(out: Written) -> Iterator[StreamedFile]:
    for path, own in out.pictures:
        yield StreamedFile.of(f"{PurePosixPath(path).with_suffix('')}.xml", write_voc_xml(own))


FORMAT = ToolFormat(_items, _write)
