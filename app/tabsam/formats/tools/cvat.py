"""CVAT's XML for images, version 1.1.

CVAT's polygons have no holes: an object with some is a mask, run lengths along the rows of the box around it, to the pixel. Parts
of one object share a ``group_id``, which makes them one in CVAT's own exports. What CVAT says of a shape besides (occluded,
z_order, source, attributes) is kept with the object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from xml.etree.ElementTree import Element

import numpy as np

from tabsam.arrays import BoolArray, Float64Array
from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.kept import kept_of
from tabsam.formats.shared.parsing import Json, color_of, wrong_structure
from tabsam.formats.shared.writing import StreamedFile, category_of, xml_text
from tabsam.formats.tools import shapes
from tabsam.formats.tools.items import Beside, Item, ToolFormat, Written
from tabsam.formats.tools.markup import number_of, tag, text_in, xml_root
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import fill_crop

_WHAT = "a CVAT file"
_NAME = "cvat"
_PLACE = ("points", "xtl", "ytl", "xbr", "ybr", "cx", "cy", "rx", "ry", "rotation", "rle", "left", "top", "width", "height")
_NOT_KEPT = frozenset(("label", "outside", "keyframe", "frame", *_PLACE))
_OF_IMAGE = ("id", "name", "width", "height", "subset")
_NO_AREAS = {"polyline": "", "points": "set of points", "skeleton": "", "cuboid": "", "tag": "label of the whole picture"}
_MOST_MASK_PIXELS = 1 << 27


def _items(data: bytes, path: str, beside: Beside) -> Iterator[Item]:
    root = xml_root(data, "annotations", _WHAT)
    if root.find("image") is None and root.find("track") is not None:
        wrong_structure(_WHAT, "it is about a video, whose frames are not in it; export it as 'CVAT for images 1.1'")
    labels = {text_in(one, "name"): color_of(text_in(one, "color")) for one in root.iterfind("meta//labels/label")}
    for image in root.iterfind("image"):
        height, width = number_of(image.get("height")), number_of(image.get("width"))
        size = None if height is None or width is None else (int(height), int(width))
        split = {"train": "train", "val": "val", "validation": "val", "test": "test"}.get((image.get("subset") or "").lower(), "")
        kept = {key: value for key, value in image.attrib.items() if key not in _OF_IMAGE}
        yield Item((image.get("name") or "",), size, partial(_read, image, labels), split, kept=kept)


def _read(image: Element, labels: Mapping[str, str | None], found: ImportBuilder) -> None:
    for label, color in labels.items():
        if label:
            found.category(label, color=color)
    # As they lie in CVAT: the higher z_order on top, else as they come.
    ordered = sorted(image, key=lambda one: number_of(one.get("z_order")) or 0)

    def members() -> Iterator[tuple[object, Element, shapes.Polygons | shapes.Box]]:
        for place, shape in enumerate(ordered):
            group = shape.get("group_id", "0")
            key = place if group in ("0", "") else (shape.get("label"), group)
            yield key, shape, _areas(shape, found)

    for shape, outline in shapes.gathered(members(), found):
        shapes.add(found, outline, shape.get("label"), format=_NAME, kept=_kept(shape))


def _kept(shape: Element) -> dict[str, Json]:
    kept: dict[str, Json] = {key: value for key, value in shape.attrib.items() if key not in _NOT_KEPT}
    kept["attributes"] = {one.get("name", ""): one.text or "" for one in shape.iterfind("attribute") if one.get("name")}
    kept["shape"] = "box" if shape.tag == "box" else None
    return kept


def _numbers(shape: Element, names: str) -> list[float] | None:
    numbers = [number_of(shape.get(name)) for name in names.split()]
    sound = [number for number in numbers if number is not None]
    return sound if len(sound) == len(numbers) else None


def _areas(shape: Element, found: ImportBuilder) -> shapes.Polygons | shapes.Box:
    """Read a shape that is an area; what is none is left out, and said."""
    if shape.tag in _NO_AREAS:
        shapes.leave_out(found, _NO_AREAS[shape.tag] or shape.tag)
        return []
    corners = _numbers(shape, "xtl ytl xbr ybr") if shape.tag == "box" else None
    if corners:
        left, top, right, bottom = corners
        box = shapes.box(left, top, right, bottom, found, rotation=number_of(shape.get("rotation")) or 0.0)
        return box.polygons() if isinstance(box, Outline) else box or []
    ring = None
    if shape.tag == "mask":
        mask = _mask(shape)
        if mask is not None:
            place = _numbers(shape, "left top") or [0.0, 0.0]
            outline = shapes.mask_outline(mask, int(place[0]), int(place[1]), found)
            return outline.polygons() if outline else []
    elif shape.tag == "polygon":
        ring = _points(shape.get("points", ""))
    elif shape.tag == "ellipse":
        numbers = _numbers(shape, "cx cy rx ry")
        ring = None if numbers is None else shapes.ellipse_ring(*numbers, rotation=number_of(shape.get("rotation")) or 0.0)
    if ring is None:
        shapes.leave_out_unsound(found, shape.tag)
        return []
    return shapes.polygon([ring], found)


def _points(text: str) -> Float64Array | None:
    try:
        return np.array([[float(number) for number in pair.split(",")] for pair in text.split(";")], np.float64).reshape(-1, 2)
    except ValueError:
        return None


def _mask(shape: Element) -> BoolArray | None:
    size = _numbers(shape, "height width")
    if size is None or min(size) < 1 or size[0] * size[1] > _MOST_MASK_PIXELS:
        return None
    height, width = map(int, size)
    try:
        counts = np.array(shape.get("rle", "").split(","), np.int64)
    except (ValueError, OverflowError):
        return None
    if (counts < 0).any() or sum(counts.tolist()) != height * width:
        return None
    return np.repeat(np.arange(len(counts)) % 2 == 1, counts.astype(np.intp)).reshape(height, width)


def _write(out: Written) -> Iterator[StreamedFile]:
    yield StreamedFile("annotations.xml", _chunks(out))


def _chunks(out: Written) -> Iterator[bytes]:
    used: dict[str, dict[str, None]] = {one.name: {} for one in out.categories}
    for _, own in out.pictures:
        for one in own.instances:
            used[category_of(own, one).name] |= dict.fromkeys(_attributes(one))
    labels = "".join(_label(one, used[one.name]) for one in out.categories)
    task = tag("task", {}, _plain("name", out.name, 3) + _plain("size", len(out.pictures), 3) + tag("labels", {}, labels, 3), 2)
    head = _plain("version", "1.1", 1) + tag("meta", {}, task, 1)
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n{head}'.encode()
    for number, (path, own) in enumerate(out.pictures):
        height, width = own.image_size
        about: dict[str, object] = {"id": number, "name": path, **kept_of(own.kept, _NAME)}
        if split := out.split_of(number):
            about["subset"] = split
        yield tag("image", {**about, "width": width, "height": height}, _shapes(own)).encode()
    yield b"</annotations>\n"


def _plain(name: str, text: object, depth: int) -> str:
    return tag(name, {}, xml_text(str(text)), depth)


def _label(category: Category, attributes: Iterable[str]) -> str:
    listed = "".join(
        tag(
            "attribute",
            {},
            _plain("name", name, 7)
            + _plain("mutable", "False", 7)
            + _plain("input_type", "text", 7)
            + tag("default_value", {}, "", 7)
            + tag("values", {}, "", 7),
            6,
        )
        for name in attributes
    )
    about = _plain("name", category.name, 5) + _plain("color", category.color, 5) + _plain("type", "any", 5)
    return tag("label", {}, about + tag("attributes", {}, listed, 5), 4)


def _attributes(instance: Instance) -> dict[str, Json]:
    attributes = kept_of(instance.kept, _NAME).get("attributes")
    return attributes if isinstance(attributes, dict) else {}


def _shapes(annotations: Annotations) -> Iterator[str]:
    groups = [
        int(group) for one in annotations.instances if (group := str(kept_of(one.kept, _NAME).get("group_id", ""))).isdigit()
    ]
    free, height = max(groups, default=0) + 1, 0.0
    for one in annotations.instances:
        kept = kept_of(one.kept, _NAME)
        height = max(height, number_of(str(kept.get("z_order"))) or 0.0)
        about: dict[str, object] = {"label": category_of(annotations, one).name, "source": "manual", "occluded": "0"}
        about |= {key: value for key, value in kept.items() if key not in ("attributes", "shape") and isinstance(value, str)}
        about["z_order"] = f"{height:g}"
        attributes = [tag("attribute", {"name": key}, xml_text(str(value)), 3) for key, value in _attributes(one).items()]
        box = shapes.as_box(one.outline) if kept.get("shape") == "box" else None
        if box:
            corners = dict(zip(("xtl", "ytl", "xbr", "ybr"), map(_text, box), strict=True))
            yield tag("box", about | corners, attributes, 2)
        elif shapes.needs_mask(one, annotations.image_size):
            yield _mask_tag(one, annotations, about, attributes)
        else:
            rings = shapes.simple_rings(one.outline)
            if len(rings) > 1 and not str(about.get("group_id", "")).strip("0"):
                about["group_id"], free = free, free + 1
            for ring in rings:
                yield tag("polygon", about | {"points": ";".join(f"{_text(x)},{_text(y)}" for x, y in ring)}, attributes, 2)


def _mask_tag(one: Instance, annotations: Annotations, about: dict[str, object], attributes: Iterable[str]) -> str:
    crop = fill_crop(one.outline, annotations.image_size)
    height, width = crop.mask.shape
    if not height:
        return ""
    flat = np.concatenate([[False], crop.mask.ravel(), [not crop.mask[-1, -1]]])
    counts = np.diff(np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1])]))
    place = {"rle": ", ".join(map(str, counts.tolist())), "left": crop.left, "top": crop.top, "width": width, "height": height}
    return tag("mask", about | place, attributes, 2)


def _text(number: float) -> str:
    return f"{round(number, 3) + 0.0:.12g}"


FORMAT = ToolFormat(_items, _write)
