"""Supervisely's JSON: a file for each picture in ``ann/``, and ``meta.json`` with the classes.

A polygon may have holes; an object of several parts is a bitmap, a PNG of the box around it, to the pixel. A rectangle's corners
are pixels within it.
"""

from __future__ import annotations

import base64
import binascii
import io
import zlib
from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray, Size
from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.png import png_bytes
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.kept import kept_of, unused
from tabsam.formats.shared.parsing import Json, color_of, json_object, list_in, whole_of
from tabsam.formats.shared.rings import points_of, rounded
from tabsam.formats.shared.writing import StreamedFile, category_of, json_bytes
from tabsam.formats.tools import shapes
from tabsam.formats.tools.items import Beside, Item, ToolFormat, Written
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import fill_crop

_WHAT = "a Supervisely file"
_NAME = "supervisely"
_NO_AREAS = {"point": "point", "line": "line", "graph": "skeleton", "cuboid": "cuboid", "cuboid_2d": "cuboid"}
_GEOMETRY = frozenset(["classTitle", "geometryType", "points", "bitmap", "description", "nodes", "faces"])
_MOST_PNG_BYTES = 1 << 28
_DATASET = "dataset"


def _items(data: bytes, path: str, beside: Beside) -> Iterator[Item]:
    root = json_object(data, _WHAT)
    objects, about = list_in(root, "objects", _WHAT), root.get("size")
    height, width = (whole_of(about.get(side)) for side in ("height", "width")) if isinstance(about, dict) else (None, None)
    size = (height, width) if height and width else None
    colors = _colors(beside("../meta.json") or beside("meta.json"))
    name = path[: -len(".json")] if path.lower().endswith(".json") else path
    folder, _, file = name.rpartition("/")
    parent, _, own = folder.rpartition("/")
    pictures = f"{parent}/img/{file}" if own == "ann" else name
    kept = unused(root, ("objects", "size"))
    yield Item((pictures, file), size, partial(_read, objects, colors), stems=(name,), kept=kept)


def _colors(meta: bytes | None) -> Mapping[str, str]:
    if meta is None:
        return {}
    classes = json_object(meta, "Supervisely's meta.json").get("classes")
    listed = [one for one in classes if isinstance(one, dict)] if isinstance(classes, list) else []
    colors = {str(one.get("title")): color_of(one.get("color")) for one in listed}
    return {title: color for title, color in colors.items() if color}


def _read(objects: list[Json], colors: Mapping[str, str], found: ImportBuilder) -> None:
    for title, color in colors.items():
        found.category(title, color=color)
    for one in objects:
        if not isinstance(one, dict):
            found.say("An object that is none was left out.", "{n} objects that are none were left out.")
            continue
        kind, label, description = one.get("geometryType"), one.get("classTitle"), one.get("description")
        if isinstance(kind, str) and kind in _NO_AREAS:
            shapes.leave_out(found, _NO_AREAS[kind])
            continue
        kept = {key: told for key, told in one.items() if key not in _GEOMETRY}
        kept["shape"] = "box" if kind == "rectangle" else None
        shapes.add(
            found,
            _outline(kind, one, found),
            label if isinstance(label, str) else None,
            format=_NAME,
            kept=kept,
            name=description if isinstance(description, str) else "",
        )


def _outline(kind: Json, one: dict[str, Json], found: ImportBuilder) -> Outline | shapes.Box | None:
    if kind == "bitmap":
        bitmap = one.get("bitmap")
        origin = points_of([bitmap.get("origin")]) if isinstance(bitmap, dict) else None
        mask = _mask(bitmap.get("data"), found.image_size) if isinstance(bitmap, dict) else None
        if mask is not None and origin is not None and len(origin) == 1 and (np.abs(origin) < 1e7).all():
            left, top = origin[0].astype(int).tolist()
            return shapes.mask_outline(mask, left, top, found)
    points = one.get("points")
    outer = points_of(points.get("exterior")) if isinstance(points, dict) else None
    inner = points.get("interior") if isinstance(points, dict) else None
    if kind == "rectangle" and outer is not None and len(outer) == 2:
        (x0, y0), (x1, y1) = outer.min(axis=0).tolist(), outer.max(axis=0).tolist()
        return x0, y0, x1 + 1, y1 + 1
    if kind == "polygon" and outer is not None:
        holes = [hole for ring in inner or () if (hole := points_of(ring)) is not None] if isinstance(inner, list) else []
        return shapes.joined(shapes.polygon([outer, *holes], found), found)
    shapes.leave_out_unsound(found, kind)
    return None


def _mask(text: Json, most: Size) -> BoolArray | None:
    """Read a bitmap: PNG, packed once more, in base 64. Its last channel, or its only one, is the mask."""
    try:
        packed = base64.b64decode(text, validate=True)
        data = zlib.decompressobj().decompress(packed, _MOST_PNG_BYTES)
        image = Image.open(io.BytesIO(data), formats=["PNG"])
        if image.height > 2 * most[0] or image.width > 2 * most[1]:  # before its pixels are decoded
            return None
        pixels = np.asarray(image.convert("RGBA") if image.mode == "P" else image)
    except (TypeError, binascii.Error, zlib.error, ValueError, OSError, SyntaxError, Image.DecompressionBombError):
        return None
    mask: BoolArray = (pixels[..., -1] if pixels.ndim == 3 else pixels) != 0
    return mask


def _write(out: Written) -> Iterator[StreamedFile]:
    for path, own in out.pictures:
        yield StreamedFile.of(f"{_DATASET}/ann/{path}.json", _file(own))
    classes = [{"title": one.name, "shape": "any", "color": one.color.upper(), "geometry_config": {}} for one in out.categories]
    yield StreamedFile.of("meta.json", json_bytes({"classes": classes, "tags": [], "projectType": "images"}))


def _file(annotations: Annotations) -> bytes:
    height, width = annotations.image_size
    objects = [entry for one in annotations.instances if (entry := _object(annotations, one))]
    about = {"description": "", "tags": [], **kept_of(annotations.kept, _NAME)}
    return json_bytes({**about, "size": {"height": height, "width": width}, "objects": objects})


def _object(annotations: Annotations, one: Instance) -> dict[str, Json] | None:
    kept = kept_of(one.kept, _NAME)
    about: dict[str, Json] = {"description": one.name, "tags": [], "classTitle": category_of(annotations, one).name}
    about |= {key: told for key, told in kept.items() if key != "shape"}
    box = shapes.as_box(one.outline) if kept.get("shape") == "box" else None
    polygons = one.outline.polygons()
    if box:
        x0, y0, x1, y1 = box
        return about | {"geometryType": "rectangle", "points": {"exterior": [[x0, y0], [x1 - 1, y1 - 1]], "interior": []}}
    if len(polygons) == 1:
        outer, *holes = (rounded(ring[:-1]).tolist() for ring in polygons[0])
        return about | {"geometryType": "polygon", "points": {"exterior": outer, "interior": holes}}
    crop = fill_crop(one.outline, annotations.image_size)
    if not crop.mask.size:
        return None
    png = zlib.compress(png_bytes(Image.fromarray(crop.mask)))
    bitmap = {"data": base64.b64encode(png).decode("ascii"), "origin": [crop.left, crop.top]}
    return about | {"geometryType": "bitmap", "bitmap": bitmap}


FORMAT = ToolFormat(_items, _write)
