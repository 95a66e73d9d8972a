"""VIA's files (VGG Image Annotator, versions 1 and 2): its JSON, its projects and its CSV.

A region's class is one of its attributes, whose name people choose: the one of the project's that has choices, else one of the
usual names, else the only one. All attributes are kept. A polygon has no holes and no parts: cuts of no width
lead to these.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.document.annotations import Annotations, Instance
from tabsam.errors import FormatError
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.kept import kept_of
from tabsam.formats.shared.parsing import Json, finite, json_object, text_of, wrong_structure
from tabsam.formats.shared.writing import StreamedFile, category_of, json_bytes
from tabsam.formats.tools import shapes
from tabsam.formats.tools.items import Beside, Item, ToolFormat, Written
from tabsam.geometry.outline import Outline
from tabsam.json_text import parsed

_WHAT = "a VIA file"
_NAME = "via"
_CLASS_NAMES = ("class", "label", "name", "category", "type", "object", "class_name", "label_name")
_ATTRIBUTE = "class"
_NO_AREAS = {"point": "point", "polyline": "polyline", "line": "line"}
_UNKNOWN_SIZE = -1

Region = tuple[dict[str, Json], dict[str, Json]]
"""A region's shape, and its attributes."""


def _items(data: bytes, path: str, beside: Beside) -> Iterator[Item]:
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        root = json_object(data, _WHAT)
        entries = root.get("_via_img_metadata", root)
        told = root.get("_via_attributes")
        wanted = _class_attribute_told(told) if isinstance(told, dict) else None
        listed = entries.values() if isinstance(entries, dict) else []
        named = {str(one["filename"]): one for one in listed if isinstance(one, dict) and one.get("filename")}
        pictures = {name: _regions(one) for name, one in named.items()}
        besides = {name: {key: one.get(key) for key in ("size", "file_attributes")} for name, one in named.items()}
    else:
        pictures, wanted, besides = _rows(data), None, {}
    if not pictures:
        wrong_structure(_WHAT, "it names no pictures")
    wanted = wanted or _class_attribute([attributes for regions in pictures.values() for _, attributes in regions])
    for name, regions in pictures.items():
        yield Item((name,), None, partial(_read, regions, wanted), kept=besides.get(name, {}))


def _regions(entry: Mapping[str, Json]) -> list[Region]:
    """Give a picture's regions, which version 1 has by numbers and version 2 in a list."""
    regions = entry.get("regions")
    listed = regions.values() if isinstance(regions, dict) else regions if isinstance(regions, list) else []
    return [(_dict(one.get("shape_attributes")), _dict(one.get("region_attributes"))) for one in listed if isinstance(one, dict)]


def _rows(data: bytes) -> dict[str, list[Region]]:
    csv.field_size_limit(1 << 30)  # a polygon is one field
    pictures: dict[str, list[Region]] = {}
    try:
        rows = csv.DictReader(io.StringIO(text_of(data), newline=""))
        for row in rows:
            name = row.get("filename") or row.get("#filename")
            if name:
                shape, attributes = (_parsed(row.get(f"region_{kind}attributes")) for kind in ("shape_", ""))
                pictures.setdefault(name, []).extend([(shape, attributes)] if shape else [])
    except csv.Error as error:
        raise FormatError("not-csv", "This file is not sound CSV.", "Export it from VIA again.", details=str(error)) from error
    return pictures


def _parsed(text: str | None) -> dict[str, Json]:
    try:
        return _dict(parsed(text or "{}"))
    except FormatError:
        return {}


def _dict(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _class_attribute_told(told: dict[str, Json]) -> str | None:
    regions = _dict(told.get("region"))
    chosen = [name for name, one in regions.items() if isinstance(one, dict) and one.get("type") in ("dropdown", "radio")]
    return chosen[0] if len(chosen) == 1 else None


def _class_attribute(all_attributes: list[dict[str, Json]]) -> str:
    names = dict.fromkeys(name for attributes in all_attributes for name in attributes)
    usual = [name for wanted in _CLASS_NAMES for name in names if name.lower() == wanted]
    return next(iter(usual), next(iter(names), "") if len(names) == 1 else "")


def _read(regions: list[Region], wanted: str, found: ImportBuilder) -> None:
    for shape, attributes in regions:
        outline = _outline(shape, found)
        label = attributes.get(wanted)
        if isinstance(label, dict):  # of what can be ticked: those that are
            label = next((name for name, is_ticked in label.items() if is_ticked), None)
        kept: dict[str, Json] = {"attributes": attributes, "class": wanted}
        kept["shape"] = "box" if shape.get("name") == "rect" else None
        shapes.add(found, outline, None if label is None else str(label), format=_NAME, kept=kept)


def _outline(shape: dict[str, Json], found: ImportBuilder) -> Outline | shapes.Box | None:
    kind = shape.get("name")
    if isinstance(kind, str) and kind in _NO_AREAS:
        shapes.leave_out(found, _NO_AREAS[kind])
        return None
    if kind == "rect" and (numbers := _numbers(shape, "x", "y", "width", "height")):
        x, y, width, height = numbers
        return shapes.box(x, y, x + width, y + height, found)
    ring = _ring(shape)
    if ring is None:
        shapes.leave_out_unsound(found, kind)
        return None
    return shapes.joined(shapes.polygon([ring], found), found)


def _ring(shape: dict[str, Json]) -> Float64Array | None:
    kind = shape.get("name")
    if kind == "circle" and (numbers := _numbers(shape, "cx", "cy", "r")):
        cx, cy, radius = numbers
        return shapes.ellipse_ring(cx, cy, radius, radius)
    if kind == "ellipse" and (numbers := _numbers(shape, "cx", "cy", "rx", "ry")):
        degrees = np.degrees(finite(shape.get("theta")) or 0.0)  # in radians there
        return shapes.ellipse_ring(*numbers, rotation=float(degrees))
    xs, ys = shape.get("all_points_x"), shape.get("all_points_y")
    if kind != "polygon" or not isinstance(xs, list) or not isinstance(ys, list) or len(xs) != len(ys):
        return None
    points = [(finite(x), finite(y)) for x, y in zip(xs, ys, strict=True)]
    sound = [[x, y] for x, y in points if x is not None and y is not None]
    return np.array(sound, np.float64).reshape(-1, 2) if len(sound) == len(points) else None


def _numbers(shape: dict[str, Json], *names: str) -> list[float] | None:
    numbers = [number for name in names if (number := finite(shape.get(name))) is not None]
    return numbers if len(numbers) == len(names) else None


def _write(out: Written) -> Iterator[StreamedFile]:
    yield StreamedFile("via.json", _chunks(out))


def _chunks(out: Written) -> Iterator[bytes]:
    for number, (path, own) in enumerate(out.pictures):
        regions = [_written(own, one) for one in own.instances]
        besides = {"size": _UNKNOWN_SIZE, "file_attributes": {}, **kept_of(own.kept, _NAME)}
        entry = {"filename": path, **besides, "regions": regions}
        key = json_bytes(f"{path}{besides['size']}")
        yield (b"," if number else b"{") + key + b":" + json_bytes(entry)
    yield b"}"


def _written(annotations: Annotations, one: Instance) -> dict[str, Json]:
    kept = kept_of(one.kept, _NAME)
    before, wanted = _dict(kept.get("attributes")), str(kept.get("class") or _ATTRIBUTE)
    label = category_of(annotations, one).name
    ticked = {label: True} if isinstance(before.get(wanted), dict) else label
    attributes = {**before, wanted: ticked, **({"name": one.name} if one.name and wanted != "name" else {})}
    box = shapes.as_box(one.outline) if kept.get("shape") == "box" else None
    if box:
        x0, y0, x1, y1 = box
        shape: dict[str, Json] = {"name": "rect", "x": x0, "y": y0, "width": x1 - x0, "height": y1 - y0}
        return {"shape_attributes": shape, "region_attributes": attributes}
    ring = shapes.one_ring(one.outline)
    shape = {"name": "polygon", "all_points_x": ring[:, 0].tolist(), "all_points_y": ring[:, 1].tolist()}
    return {"shape_attributes": shape, "region_attributes": attributes}


FORMAT = ToolFormat(_items, _write)
