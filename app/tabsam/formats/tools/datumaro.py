"""Datumaro's own JSON: one file for each part of a data set, in ``annotations/``.

Polygons have no holes: an object with some is a mask, in COCO's run lengths. Annotations of one label and one group are one
object.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

import numpy as np

from tabsam.document.annotations import Annotations, Instance
from tabsam.errors import FormatError
from tabsam.formats.shared import rle
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.kept import kept_of, unused
from tabsam.formats.shared.parsing import Json, finite, json_object, list_in, whole_of
from tabsam.formats.shared.rings import points_of
from tabsam.formats.shared.traced import traced_counts
from tabsam.formats.shared.writing import StreamedFile, json_bytes
from tabsam.formats.tools import shapes
from tabsam.formats.tools.items import Beside, Item, ToolFormat, Written
from tabsam.geometry.raster import run_lengths, spans

_WHAT = "a Datumaro file"
_NAME = "datumaro"
_SUBSET = "default"
_IMAGES = 2
"""Datumaro's number for pictures, among its kinds of media."""

_NO_AREAS = {
    "label": "label of the whole picture",
    "points": "set of points",
    "polyline": "polyline",
    "caption": "caption",
    "cuboid_3d": "cuboid",
}
_GEOMETRY = ("id", "type", "label_id", "points", "bbox", "rle", "score")
_SPLITS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}

Entry = dict[str, Json]


def _items(data: bytes, path: str, beside: Beside) -> Iterator[Item]:
    root = json_object(data, _WHAT)
    items, split = list_in(root, "items", _WHAT), _SPLITS.get(PurePosixPath(path).stem, "")
    names = _names(root.get("categories"))
    for item in items:
        if isinstance(item, dict) and isinstance(item.get("id"), str):
            image = item.get("image") or item.get("media")
            about = image if isinstance(image, dict) else {}
            size, name = about.get("size"), about.get("path")
            sides = [whole_of(side) for side in size] if isinstance(size, list) else []
            known = (sides[0], sides[1]) if len(sides) == 2 and sides[0] and sides[1] else None
            listed = item.get("annotations")
            read = partial(_read, listed if isinstance(listed, list) else [], names)
            paths = (name,) if isinstance(name, str) and name else ()
            yield Item(paths, known, read, split, stems=(item["id"],))


def _names(categories: Json) -> list[str]:
    labels = categories.get("label") if isinstance(categories, dict) else None
    listed = labels.get("labels") if isinstance(labels, dict) else None
    return [str(one.get("name")) if isinstance(one, dict) else "" for one in listed] if isinstance(listed, list) else []


def _read(listed: list[Json], names: list[str], found: ImportBuilder) -> None:
    for name in names:
        if name.strip():
            found.category(name)
    sound = sorted((one for one in listed if isinstance(one, dict)), key=lambda one: finite(one.get("z_order")) or 0.0)

    def members() -> Iterator[tuple[object, Entry, shapes.Polygons | shapes.Box]]:
        for place, one in enumerate(sound):
            kind, group = one.get("type"), whole_of(one.get("group"))
            if isinstance(kind, str) and kind in _NO_AREAS:
                shapes.leave_out(found, _NO_AREAS[kind])
                continue
            box = _box(one) if kind == "bbox" else None
            yield (whole_of(one.get("label_id")), group) if group else (place,), one, box or _polygons(one, found)

    for one, outline in shapes.gathered(members(), found):
        number = whole_of(one.get("label_id"))
        label = names[number] if number is not None and 0 <= number < len(names) else None
        kept = unused(one, _GEOMETRY)
        if isinstance(outline, tuple):
            kept["shape"] = "box"
        shapes.add(found, outline, label, format=_NAME, kept=kept)


def _box(one: Entry) -> shapes.Box | None:
    numbers = points_of(one.get("bbox"))
    if numbers is None or len(numbers) != 2:
        return None
    (x, y), (width, height) = numbers.tolist()
    return x, y, x + width, y + height


def _polygons(one: Entry, found: ImportBuilder) -> shapes.Polygons:
    kind, points = one.get("type"), points_of(one.get("points"))
    if kind == "polygon" and points is not None:
        return shapes.polygon([points], found)
    if kind == "ellipse" and points is not None and len(points) == 2:
        (cx, cy), (rx, ry) = points.mean(axis=0), np.abs(points[1] - points[0]) / 2
        return shapes.polygon([shapes.ellipse_ring(cx, cy, rx, ry)], found)
    packed = one.get("rle")
    if kind == "mask" and isinstance(packed, dict) and packed.get("size") == list(found.image_size):
        try:
            counts = rle.checked_counts(rle.decompress(str(packed.get("counts"))), found.image_size)
        except FormatError:
            found.say("A damaged run-length mask was left out.", "{n} damaged run-length masks were left out.")
            return []
        outline = traced_counts(counts, found)
        return outline.polygons() if outline else []
    shapes.leave_out_unsound(found, kind)
    return []


def _write(out: Written) -> Iterator[StreamedFile]:
    yield StreamedFile(f"annotations/{_SUBSET}.json", _chunks(out))


def _chunks(out: Written) -> Iterator[bytes]:
    labels = [{"name": one.name, "parent": "", "attributes": []} for one in out.categories]
    numbers = {one.id: number for number, one in enumerate(out.categories)}
    head = {
        "dm_format_version": "1.0",
        "media_type": _IMAGES,
        "infos": {},
        "categories": {"label": {"labels": labels, "attributes": []}},
    }
    yield json_bytes(head)[:-1] + b',"items":['
    for place, (path, own) in enumerate(out.pictures):
        listed = [entry for one in own.instances for entry in _entries(own, one, numbers[one.category or 0])]
        image = {"path": path, "size": list(own.image_size)}
        item = {"id": str(PurePosixPath(path).with_suffix("")), "annotations": listed, "attr": {"frame": place}, "image": image}
        yield (b"," if place else b"") + json_bytes(item)
    yield b"]}"


def _entries(annotations: Annotations, one: Instance, label: int) -> Iterator[Entry]:
    kept = kept_of(one.kept, _NAME)
    about: Entry = {"id": one.id, "attributes": {}, "group": 0, "label_id": label, "z_order": 0}
    about |= {key: told for key, told in kept.items() if key != "shape"}
    box = shapes.as_box(one.outline) if kept.get("shape") == "box" else None
    if box:
        x0, y0, x1, y1 = box
        yield about | {"type": "bbox", "bbox": [x0, y0, x1 - x0, y1 - y0]}
    elif shapes.needs_mask(one, annotations.image_size):
        counts = rle.compress(run_lengths(spans(one.outline, annotations.image_size), annotations.image_size))
        yield about | {"type": "mask", "rle": {"counts": counts, "size": list(annotations.image_size)}}
    else:
        rings = shapes.simple_rings(one.outline)
        if len(rings) > 1 and not about["group"]:
            about["group"] = one.id
        for ring in rings:
            yield about | {"type": "polygon", "points": ring.ravel().tolist()}


FORMAT = ToolFormat(_items, _write)
