"""Darwin JSON, V7's: version 2.0 out, and 1.0 in as well. A file for each picture.

A polygon's paths are filled by the even-odd rule: parts and holes alike. Masks of a picture lie in one raster layer, as run
lengths.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

import numpy as np

from tabsam.arrays import Float64Array, Int64Array
from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.kept import kept_of, unused
from tabsam.formats.shared.parsing import Json, finite, json_object, list_in, whole_of
from tabsam.formats.shared.rings import closed_ring, rounded, within_picture
from tabsam.formats.shared.traced import traced_rows
from tabsam.formats.shared.writing import StreamedFile, category_of, json_bytes
from tabsam.formats.tools import shapes
from tabsam.formats.tools.items import Beside, Item, ToolFormat, Written
from tabsam.geometry.containment import nest_rings
from tabsam.geometry.outline import Outline
from tabsam.geometry.rows import rows_of_labels

_WHAT = "a Darwin file"
_NAME = "darwin"
_SCHEMA = "https://darwin-public.s3.eu-west-1.amazonaws.com/darwin_json/2.0/schema.json"
_NO_AREAS = {
    "keypoint": "keypoint",
    "line": "line",
    "skeleton": "skeleton",
    "tag": "label of the whole picture",
    "cuboid": "cuboid",
}
_GEOMETRY = ("name", "polygon", "complex_polygon", "bounding_box", "ellipse", "mask", "raster_layer")
_SLOT = "0"


def _items(data: bytes, path: str, beside: Beside) -> Iterator[Item]:
    root = json_object(data, _WHAT)
    listed = [one for one in list_in(root, "annotations", _WHAT) if isinstance(one, dict)]
    item, image = root.get("item"), root.get("image")
    about = item if isinstance(item, dict) else image if isinstance(image, dict) else {}
    slots = about.get("slots")
    slot = slots[0] if isinstance(slots, list) and slots and isinstance(slots[0], dict) else about
    name = about.get("name") or about.get("original_filename") or about.get("filename")
    folder = about.get("path")
    height, width = whole_of(slot.get("height")), whole_of(slot.get("width"))
    size = (height, width) if height and width else None
    names = [f"{folder}/{name}" if isinstance(folder, str) else str(name), str(name)] if isinstance(name, str) and name else []
    stem = str(PurePosixPath(path).with_suffix(""))
    kept = unused(item, ("name", "path", "slots")) if isinstance(item, dict) else {}
    yield Item(tuple(dict.fromkeys(names)), size, partial(_read, listed), stems=(stem,), kept=kept)


def _read(listed: list[dict[str, Json]], found: ImportBuilder) -> None:
    layer = next((one["raster_layer"] for one in listed if isinstance(one.get("raster_layer"), dict)), None)
    masks = _layer(layer, found) if layer else {}
    for one in listed:
        if "raster_layer" in one:
            continue
        kind = next((kind for kind in _NO_AREAS if kind in one), None)
        if kind:
            shapes.leave_out(found, _NO_AREAS[kind])
            continue
        outline = masks.get(str(one.get("id"))) if "mask" in one else _outline(one, found)
        if outline is None:
            found.say("An annotation without an outline was left out.", "{n} annotations without an outline were left out.")
            continue
        kept = unused(one, _GEOMETRY)
        if isinstance(outline, tuple):
            kept["shape"] = "box"
        name = one.get("name")
        shapes.add(found, outline, name if isinstance(name, str) else None, format=_NAME, kept=kept)


def _outline(one: dict[str, Json], found: ImportBuilder) -> Outline | shapes.Box | None:
    rings = _rings(one)
    if rings:
        closed = [ring for each in rings if (ring := closed_ring(each, found)) is not None]
        line = within_picture(nest_rings(closed), closed, found) if closed else None
        return line if line is not None and len(line.vertices) else None
    box, ellipse = one.get("bounding_box"), one.get("ellipse")
    if isinstance(ellipse, dict):
        center, radius = (_point(ellipse.get(key)) for key in ("center", "radius"))
        if center and radius:
            degrees = float(np.degrees(finite(ellipse.get("angle")) or 0.0))  # in radians there
            return shapes.joined(shapes.polygon([shapes.ellipse_ring(*center, *radius, rotation=degrees)], found), found)
    if isinstance(box, dict):
        x, y, width, height = (finite(box.get(key)) for key in ("x", "y", "w", "h"))
        if x is not None and y is not None and width is not None and height is not None:
            return x, y, x + width, y + height
    return None


def _rings(one: dict[str, Json]) -> list[Float64Array]:
    """Give the paths of a polygon, in any of the ways that there were."""
    shape = one.get("polygon") or one.get("complex_polygon")
    if not isinstance(shape, dict):
        return []
    paths = shape.get("paths") or shape.get("path")
    if isinstance(paths, list) and paths and not isinstance(paths[0], list):
        paths = [paths, *(shape.get("additional_paths") or [])]
    rings = []
    for path in paths if isinstance(paths, list) else ():
        points = [_point(point) for point in path] if isinstance(path, list) else []
        sound = [point for point in points if point]
        if sound and len(sound) == len(points):
            rings.append(np.array(sound, np.float64))
    return rings


def _point(value: Json) -> tuple[float, float] | None:
    x, y = (finite(value.get("x")), finite(value.get("y"))) if isinstance(value, dict) else (None, None)
    return None if x is None or y is None else (x, y)


def _layer(layer: dict[str, Json], found: ImportBuilder) -> dict[str, Outline | None]:
    """Give the outlines of all masks in a raster layer, by their annotations' ids."""
    flat, mapping = layer.get("dense_rle"), layer.get("mask_annotation_ids_mapping")
    numbers = [whole_of(one) for one in flat] if isinstance(flat, list) else []
    sound = [number for number in numbers if number is not None and number >= 0]
    height, width = found.image_size
    runs: Int64Array = np.array(sound, np.int64).reshape(-1, 2) if len(sound) % 2 == 0 else np.zeros((0, 2), np.int64)
    if len(sound) != len(numbers) or sum(runs[:, 1].tolist()) != height * width or not isinstance(mapping, dict):
        found.say("A layer of masks that is damaged, or of another size, was left out.", "{n} layers of masks were left out.")
        return {}
    values = np.repeat(runs[:, 0], runs[:, 1].astype(np.intp)).reshape(height, width)
    there, parts = rows_of_labels(values)
    by_value = dict(zip(there.tolist(), parts, strict=True))
    outlines: dict[str, Outline | None] = {}
    for id, value in mapping.items():
        rows = by_value.get(whole_of(value))
        if rows is None:
            found.say("An empty mask was left out.", "{n} empty masks were left out.")
        outlines[id] = None if rows is None else traced_rows(rows, found)
    return outlines


def _write(out: Written) -> Iterator[StreamedFile]:
    for path, own in out.pictures:
        yield StreamedFile.of(f"{PurePosixPath(path).with_suffix('')}.json", _file(path, own))


def _file(path: str, annotations: Annotations) -> bytes:
    (height, width), place = annotations.image_size, PurePosixPath(path)
    slot = {"type": "image", "slot_name": _SLOT, "width": width, "height": height}
    about: dict[str, Json] = {
        "name": place.name,
        "path": "/" if str(place.parent) == "." else f"/{place.parent}",
        "slots": [slot | {"source_files": [{"file_name": place.name}]}],
    }
    about |= kept_of(annotations.kept, _NAME)
    listed = [_annotation(path, annotations, one) for one in annotations.instances]
    return json_bytes({"version": "2.0", "schema_ref": _SCHEMA, "item": about, "annotations": listed})


def _annotation(path: str, annotations: Annotations, one: Instance) -> dict[str, Json]:
    kept = kept_of(one.kept, _NAME)
    (x0, y0), (x1, y1) = one.outline.vertices.min(axis=0), one.outline.vertices.max(axis=0)
    entry: dict[str, Json] = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{path}#{one.id}")),  # the same each time
        "name": category_of(annotations, one).name,
        "properties": [],
        "slot_names": [_SLOT],
        "bounding_box": dict(zip("xywh", rounded(np.array([x0, y0, x1 - x0, y1 - y0])).tolist(), strict=True)),
    }
    entry |= {key: told for key, told in kept.items() if key != "shape"}
    if kept.get("shape") != "box" or shapes.as_box(one.outline) is None:
        paths = [[{"x": x, "y": y} for x, y in rounded(ring[:-1]).tolist()] for ring in one.outline.rings()]
        entry["polygon"] = {"paths": paths}
    return entry


FORMAT = ToolFormat(_items, _write)
