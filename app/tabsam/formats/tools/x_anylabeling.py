"""X-AnyLabeling's JSON: LabelMe's, with more kinds of shapes and more said of each.

Shapes of one label and one ``group_id`` are one object. Polygons have no holes: a cut of no width leads to each. Attributes,
flags and what else is said of a shape are kept with its object.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.kept import kept_of, unused
from tabsam.formats.shared.parsing import Json, json_object, list_in, score_of, whole
from tabsam.formats.shared.rings import points_of
from tabsam.formats.shared.writing import StreamedFile, category_of, json_bytes
from tabsam.formats.tools import shapes
from tabsam.formats.tools.items import Beside, Item, ToolFormat, Written
from tabsam.geometry.outline import Outline

_WHAT = "an X-AnyLabeling file"
_NAME = "x-anylabeling"
_VERSION = "3.2.0"
_OF_FILE = ("version", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth")
_GEOMETRY = frozenset(["label", "score", "points", "group_id", "description", "shape_type", "direction", "mask"])
_NO_AREAS = {"point": "point", "line": "line", "linestrip": "line", "cuboid": "cuboid"}

Shape = dict[str, Json]


def _items(data: bytes, path: str, beside: Beside) -> Iterator[Item]:
    root = json_object(data, _WHAT)
    listed = list_in(root, "shapes", _WHAT)
    name, height, width = root.get("imagePath"), whole(root.get("imageHeight")), whole(root.get("imageWidth"))
    size = (height, width) if height and width else None
    stem = str(PurePosixPath(path).with_suffix(""))
    kept = unused(root, _OF_FILE)
    yield Item((name,) if isinstance(name, str) and name else (), size, partial(_read, listed), stems=(stem,), kept=kept)


def _read(listed: list[Json], found: ImportBuilder) -> None:
    def members() -> Iterator[tuple[object, Shape, shapes.Polygons | shapes.Box]]:
        for place, shape in enumerate(listed):
            if not isinstance(shape, dict) or not isinstance(shape.get("label"), str) or not shape["label"].strip():
                found.say("A shape without a label was left out.", "{n} shapes without a label were left out.")
            else:
                group = whole(shape.get("group_id"))
                key = place if group is None else (shape["label"], group)
                yield key, shape, _box(shape) or _polygons(shape, found)

    for shape, outline in shapes.gathered(members(), found):
        _add(shape, outline, found)


def _add(shape: Shape, outline: Outline | shapes.Box | None, found: ImportBuilder) -> None:
    description = shape.get("description")
    kept = {key: told for key, told in shape.items() if key not in _GEOMETRY}
    kept["group_id"] = whole(shape.get("group_id"))
    kept["shape"] = "box" if isinstance(outline, tuple) else None
    name, score = description if isinstance(description, str) else "", score_of(shape.get("score"))
    shapes.add(found, outline, shape["label"], format=_NAME, kept=kept, name=name, score=score)


def _box(shape: Shape) -> shapes.Box | None:
    points = points_of(shape.get("points"))
    if shape.get("shape_type") != "rectangle" or points is None or len(points) not in (2, 4):
        return None
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return x0, y0, x1, y1


def _polygons(shape: Shape, found: ImportBuilder) -> shapes.Polygons:
    kind = shape.get("shape_type") or "polygon"
    if isinstance(kind, str) and kind in _NO_AREAS:
        shapes.leave_out(found, _NO_AREAS[kind])
        return []
    points = points_of(shape.get("points"))
    ring = _circle(points) if kind == "circle" and points is not None and len(points) == 2 else points
    if ring is None or kind not in ("polygon", "rotation", "quadrilateral", "circle") or len(ring) < 3:
        shapes.leave_out_unsound(found, kind)
        return []
    return shapes.polygon([ring], found)


def _circle(points: Float64Array) -> Float64Array:
    radius = float(np.hypot(*(points[1] - points[0])))
    x, y = points[0].tolist()
    return shapes.ellipse_ring(x, y, radius, radius)


def _write(out: Written) -> Iterator[StreamedFile]:
    for path, own in out.pictures:
        yield StreamedFile.of(f"{PurePosixPath(path).with_suffix('')}.json", _file(path, own))


def _file(path: str, annotations: Annotations) -> bytes:
    height, width = annotations.image_size
    taken = [whole(kept_of(one.kept, _NAME).get("group_id")) or 0 for one in annotations.instances]
    first = max(taken, default=0) + 1
    listed = [shape for place, one in enumerate(annotations.instances) for shape in _shapes(annotations, one, first + place)]
    about: dict[str, Json] = {
        "version": _VERSION,
        "flags": {},
        "checked": False,
        "shapes": listed,
        "imagePath": PurePosixPath(path).name,
    }
    about |= kept_of(annotations.kept, _NAME)
    return json_bytes({**about, "imageData": None, "imageHeight": height, "imageWidth": width})


def _shapes(annotations: Annotations, one: Instance, free_group: int) -> Iterator[Shape]:
    kept = kept_of(one.kept, _NAME)
    box = shapes.as_box(one.outline) if kept.get("shape") == "box" else None
    rings = shapes.simple_rings(one.outline)
    if box:
        x0, y0, x1, y1 = box
        rings = [np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])]
    for ring in rings:
        yield {
            "label": category_of(annotations, one).name,
            "score": one.score,
            "points": ring.tolist(),
            "group_id": free_group if len(rings) > 1 and kept.get("group_id") is None else None,
            "description": one.name,
            "difficult": False,
            "shape_type": "rectangle" if box else "polygon",
            "flags": {},
            "attributes": {},
            "kie_linking": [],
            **{key: told for key, told in kept.items() if key != "shape"},
        }


FORMAT = ToolFormat(_items, _write)
