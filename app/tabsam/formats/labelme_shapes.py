"""LabelMe's shapes, as labelme and those who write like it have them: polygons, boxes, circles, and masks of a box's pixels."""

from __future__ import annotations

import base64
import binascii
import io
import math

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, BoolArray, Float64Array, Size
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.kept import unused
from tabsam.formats.shared.parsing import Json, number_of, score_of
from tabsam.formats.shared.rings import closed_ring, points_of, taken_apart, union_of_polygons, within_picture
from tabsam.formats.shared.traced import traced_mask
from tabsam.geometry.outline import Outline

LABELME = "labelme"
"""What is kept of a file is kept under this name."""

_USED = ("label", "points", "shape_type", "mask", "description", "score")
_POLYGONS = ("polygon", "oriented_rectangle", "rotation", "quadrilateral", None)
_CIRCLE_CORNERS = 72


def label_of(shape: dict[str, Json]) -> str:
    """Give a shape's label, also where it is a number; empty for none."""
    label = shape.get("label")
    if isinstance(label, int | float) and not isinstance(label, bool):
        return str(label)
    return label.strip() if isinstance(label, str) else ""


def read_object(shapes: list[dict[str, Json]], found: ImportBuilder) -> None:
    """Add the object that some shapes are, each said that is left out."""
    first = shapes[0]
    description, score = first.get("description"), score_of(number_of(first.get("score")))
    name, kept = description if isinstance(description, str) else "", {LABELME: unused(first, _USED)}
    box = _box(first) if len(shapes) == 1 else None
    polygons = [] if box else [polygon for shape in shapes for polygon in _polygons(shape, found)]
    if not box and not polygons:
        return
    label = label_of(first)
    if not label:
        found.say("A shape without a label has no class.", "{n} shapes without a label have no class.")
    category = found.category(label) if label else None
    if box:
        found.add_box(box, category, name=name, score=score, kept=kept)
    else:
        found.add(union_of_polygons(polygons, found), category, name=name, score=score, kept=kept)


def _box(shape: dict[str, Json]) -> tuple[float, float, float, float] | None:
    """Give a rectangle's corners, of two that are opposite or of all four; None for what is none, or is turned."""
    points = points_of(shape.get("points"))
    if shape.get("shape_type") != "rectangle" or points is None or len(points) not in (2, 4) or not np.isfinite(points).all():
        return None
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    is_upright = np.isin(points, [[x0, y0], [x1, y1]]).all() and (points[:, 0] == x0).sum() * 2 == len(points)
    return (x0, y0, x1, y1) if len(points) == 2 or is_upright else None


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
        found.say_type("A shape", "shapes", kind)
        return []
    closed = closed_ring(points, found)
    if closed is None:
        return []
    return within_picture(taken_apart(closed, found), [closed], found).polygons()


def _mask_outline(shape: dict[str, Json], found: ImportBuilder) -> Outline | None:
    points = points_of(shape.get("points"))
    if points is None or not len(points) or not np.isfinite(points).all() or np.abs(points).max() > 1e7:
        found.say("A mask without a place was left out.", "{n} masks without a place were left out.")
        return None
    (left, top), (right, bottom) = points.min(axis=0).astype(np.int64).tolist(), points.max(axis=0).astype(np.int64).tolist()
    height, width = found.image_size
    mask = _mask_of(shape.get("mask"), (bottom - top + 1, right - left + 1))
    if mask is None:
        found.say("A mask of another size, or damaged, was left out.", "{n} masks of another size, or damaged, were left out.")
        return None
    within = mask[max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)]
    if not within.any():
        what = "outside the picture was" if mask.any() else "without a pixel was"
        many = "outside the picture were" if mask.any() else "without a pixel were"
        found.say(f"A mask {what} left out.", f"{{n}} masks {many} left out.")
        return None
    if within.sum() < mask.sum():
        found.say(
            "A mask that left the picture was cut off at its border.",
            "{n} masks that left the picture were cut off at its border.",
        )
    return traced_mask(within, found, left=max(0, left), top=max(0, top))


def _mask_of(text: Json, size: Size) -> BoolArray | None:
    """Decode a mask of a box's size, as far as this is rounded; what has a colour is inside."""
    try:
        image: Image.Image = Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["PNG"])
        # Before its pixels are decoded: they may be more than fit into memory.
        if abs(image.height - size[0]) > 1 or abs(image.width - size[1]) > 1:
            return None
        if image.mode in ("P", "LA", "RGBA", "PA"):
            image = image.convert("RGB")
        pixels: AnyArray = np.asarray(image)
    except (TypeError, binascii.Error, ValueError, OSError, SyntaxError, Image.DecompressionBombError):
        return None
    inside = pixels.astype(np.bool_)
    return np.asarray(inside.any(axis=-1)) if inside.ndim == 3 else inside
