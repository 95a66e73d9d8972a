"""LabelMe's JSON, as labelme 5.3 and later write and read it.

An object without holes is a polygon; of several parts, polygons of one ``group_id``, which labelme makes one instance. LabelMe's
polygons have no holes: an object with some is of the shape type "mask", a PNG of the box around it, to the pixel. An object's
name is its description.
"""

from __future__ import annotations

import base64
import binascii
import io
import math
from pathlib import PurePosixPath

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray, Float64Array, Size
from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.shared.imported import ImportBuilder, Imported, other_size, quoted
from tabsam.formats.shared.parsing import Json, json_object, list_in, whole
from tabsam.formats.shared.rings import has_holes, points_of, polygons_overlap, rounded, sound_polygon, union_of_polygons
from tabsam.formats.shared.writing import category_of, json_bytes, with_classes
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import fill_crop
from tabsam.geometry.tracing import outline_of_mask

_VERSION = "5.5.0"
"""labelme's own version: one whose readers know all that is written here."""

_WHAT = "a LabelMe file"
_POLYGONS = ("polygon", "oriented_rectangle", None)
_CIRCLE_CORNERS = 72


def write_labelme(annotations: Annotations) -> bytes:
    """Write a LabelMe file; the picture is not in it, it is looked for beside the file."""
    annotations = with_classes(annotations)
    height, width = annotations.image_size
    return json_bytes(
        {
            "version": _VERSION,
            "flags": {},
            "shapes": [shape for one in annotations.instances for shape in _shapes(annotations, one)],
            "imagePath": annotations.picture,
            "imageData": None,
            "imageHeight": height,
            "imageWidth": width,
        }
    )


def read_labelme(data: bytes, image_size: Size, picture: str) -> Imported:
    """Read polygons, rectangles, circles and masks; shapes of one label and one ``group_id`` are one object.

    Raises
    ------
    FormatError
        ``not-text``, ``not-json``, ``wrong-structure``, or ``other-size``.
    """
    root = json_object(data, _WHAT)
    shapes = list_in(root, "shapes", _WHAT)
    found = ImportBuilder(picture, image_size)
    height, width = whole(root.get("imageHeight")), whole(root.get("imageWidth"))
    if height is not None and width is not None and (height, width) != image_size:
        other_size((height, width), image_size)
    path = root.get("imagePath")
    if isinstance(path, str) and PurePosixPath(path.replace("\\", "/")).name != picture:
        sentence = f"The file was made for the picture {quoted(path)}."
        found.say(sentence, sentence)
    groups: dict[object, list[dict[str, Json]]] = {}
    for index, shape in enumerate(shapes):
        if not isinstance(shape, dict) or not isinstance(shape.get("label"), str) or not shape["label"].strip():
            found.say("A shape without a label was left out.", "{n} shapes without a label were left out.")
            continue
        group = whole(shape.get("group_id"))
        groups.setdefault(("alone", index) if group is None else (shape["label"], group), []).append(shape)
    for members in groups.values():
        _read_object(members, found)
    return found.imported()


def _shapes(annotations: Annotations, instance: Instance) -> list[dict[str, Json]]:
    common = {"label": category_of(annotations, instance).name, "description": instance.name, "flags": {}}
    if has_holes(instance.outline) or polygons_overlap(instance.outline, annotations.image_size):
        crop = fill_crop(instance.outline, annotations.image_size)
        height, width = crop.mask.shape
        if not height:
            return []
        # Both corners are pixels inside the box.
        corners = [[crop.left, crop.top], [crop.left + width - 1, crop.top + height - 1]]
        return [common | {"points": corners, "group_id": None, "shape_type": "mask", "mask": _mask_text(crop.mask)}]
    polygons = [rounded(polygon[0][:-1]).tolist() for polygon in instance.outline.polygons()]
    group = instance.id if len(polygons) > 1 else None
    return [common | {"points": points, "group_id": group, "shape_type": "polygon", "mask": None} for points in polygons]


def _mask_text(mask: BoolArray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(mask.view(np.uint8)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _read_object(shapes: list[dict[str, Json]], found: ImportBuilder) -> None:
    polygons = [polygon for shape in shapes for polygon in _polygons(shape, found)]
    if polygons:
        description = shapes[0].get("description")
        category = found.category(shapes[0]["label"])
        found.add(union_of_polygons(polygons, found), category, name=description if isinstance(description, str) else "")


def _polygons(shape: dict[str, Json], found: ImportBuilder) -> list[list[Float64Array]]:
    kind = shape.get("shape_type")
    if kind == "mask":
        outline = _mask_outline(shape, found)
        return outline.polygons() if outline else []
    points = points_of(shape.get("points"))
    if kind == "rectangle" and points is not None and len(points) == 2:
        (x0, y0), (x1, y1) = points.tolist()
        points = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    elif kind == "circle" and points is not None and len(points) == 2:
        angles = np.linspace(0, math.tau, _CIRCLE_CORNERS, endpoint=False)
        radius = np.hypot(*(points[1] - points[0]))
        points = points[0] + radius * np.column_stack([np.cos(angles), np.sin(angles)])
    elif points is None or kind not in (*_POLYGONS, "rectangle"):
        named = quoted(kind)
        found.say(f"A shape of the type {named} was left out.", f"{{n}} shapes of the type {named} were left out.")
        return []
    return sound_polygon([points], found)


def _mask_outline(shape: dict[str, Json], found: ImportBuilder) -> Outline | None:
    points = points_of(shape.get("points"))
    if points is None or len(points) != 2 or not np.isfinite(points).all():
        found.say("A mask without a place was left out.", "{n} masks without a place were left out.")
        return None
    (left, top), (right, bottom) = np.clip(points, -1, 1e7).astype(np.int64).tolist()
    height, width = found.image_size
    size = (bottom - top + 1, right - left + 1)
    if left < 0 or top < 0 or right >= width or bottom >= height:
        found.say("A mask that leaves the picture was left out.", "{n} masks that leave the picture were left out.")
        return None
    mask = _mask_of(shape.get("mask"), size)
    if mask is None:
        found.say("A mask of another size, or damaged, was left out.", "{n} masks of another size, or damaged, were left out.")
        return None
    return outline_of_mask(mask, left=left, top=top)


def _mask_of(text: Json, size: Size) -> BoolArray | None:
    try:
        image = Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["PNG"])
        # Before its pixels are decoded: they may be more than fit into memory.
        return np.asarray(image).astype(np.bool_) if (image.height, image.width) == size and len(image.getbands()) == 1 else None
    except (TypeError, binascii.Error, ValueError, OSError, SyntaxError, Image.DecompressionBombError):
        return None
