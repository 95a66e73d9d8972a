"""ISAT's JSON: a file beside each picture, and ``isat.yaml`` with the classes.

An object's polygons share its ``group``; what lies on a higher ``layer`` covers what lies lower, and the class ``__background__``
takes away. Polygons have no holes: a cut of no width leads to each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

import numpy as np

from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.kept import kept_of, unused
from tabsam.formats.shared.parsing import Json, finite, json_object, list_in, whole
from tabsam.formats.shared.rings import points_of, rounded
from tabsam.formats.shared.traced import traced_mask
from tabsam.formats.shared.writing import StreamedFile, category_of, json_bytes
from tabsam.formats.tools import shapes
from tabsam.formats.tools.items import Beside, Item, ToolFormat, Written
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import fill, spans

_WHAT = "an ISAT file"
_NAME = "isat"
_BACKGROUND = "__background__"
_GEOMETRY = ("category", "segmentation", "area", "layer", "bbox")


def _items(data: bytes, path: str, beside: Beside) -> Iterator[Item]:
    root = json_object(data, _WHAT)
    objects = list_in(root, "objects", _WHAT)
    info = root.get("info")
    about = info if isinstance(info, dict) else {}
    name, height, width = about.get("name"), whole(about.get("height")), whole(about.get("width"))
    size = (height, width) if height and width else None
    stem = str(PurePosixPath(path).with_suffix(""))
    kept = unused(about, ("description", "name", "width", "height"))
    yield Item((name,) if isinstance(name, str) and name else (), size, partial(_read, objects), stems=(stem,), kept=kept)


def _read(objects: list[Json], found: ImportBuilder) -> None:
    sound = [one for one in objects if isinstance(one, dict)]
    found.say("An object that is none was left out.", "{n} objects that are none were left out.", len(objects) - len(sound))
    groups: dict[object, list[tuple[dict[str, Json], shapes.Polygons]]] = {}
    erased: list[tuple[float, shapes.Polygons]] = []
    for place, one in enumerate(sorted(sound, key=_layer)):
        points = points_of(one.get("segmentation"))
        if points is None:
            shapes.leave_out_unsound(found, "polygon")
            continue
        polygons = shapes.polygon([points], found)
        group = whole(one.get("group"))
        if one.get("category") == _BACKGROUND:
            erased.append((_layer(one), polygons))
        elif polygons:
            groups.setdefault((_label(one), group) if group else (place,), []).append((one, polygons))
    for members in groups.values():
        first = members[0][0]
        outline = shapes.joined([each for _, polygons in members for each in polygons], found)
        above = [polygons for layer, polygons in erased if layer > _layer(first)]
        note = first.get("note")
        kept = {key: told for key, told in first.items() if key not in (*_GEOMETRY, "note")}
        shapes.add(
            found,
            _without(outline, above, found),
            _label(first),
            format=_NAME,
            kept=kept,
            name=note if isinstance(note, str) else "",
        )


def _label(one: dict[str, Json]) -> str | None:
    label = one.get("category")
    return label if isinstance(label, str) else None


def _layer(one: dict[str, Json]) -> float:
    return finite(one.get("layer")) or 0.0


def _without(outline: Outline | None, taken: list[shapes.Polygons], found: ImportBuilder) -> Outline | None:
    """Take away what is marked as background above an object."""
    if outline is None or not taken:
        return outline
    found.budget.take_pixels((1 + len(taken)) * found.image_size[0] * found.image_size[1])
    mask = fill(outline, found.image_size)
    area = mask.sum()
    for polygons in taken:
        together = shapes.joined(polygons, found)
        if together is not None:
            mask &= ~fill(together, found.image_size)
    return outline if mask.sum() == area else traced_mask(mask, found)


def _write(out: Written) -> Iterator[StreamedFile]:
    for path, own in out.pictures:
        yield StreamedFile.of(f"{PurePosixPath(path).with_suffix('')}.json", _file(path, own))
    labels = [("__background__", "#000000"), *((one.name, one.color) for one in out.categories)]
    listed = "".join(f"- color: '{color}'\n  name: {json.dumps(name, ensure_ascii=False)}\n" for name, color in labels)
    yield StreamedFile.of("isat.yaml", f"label:\n{listed}".encode())


def _file(path: str, annotations: Annotations) -> bytes:
    height, width = annotations.image_size
    about = {"description": "ISAT", "folder": "", "name": PurePosixPath(path).name, "width": width, "height": height}
    objects = [part for layer, one in enumerate(annotations.instances, 1) for part in _parts(annotations, one, layer)]
    return json_bytes({"info": {**about, "depth": 3, "note": "", **kept_of(annotations.kept, _NAME)}, "objects": objects})


def _parts(annotations: Annotations, one: Instance, layer: int) -> Iterator[dict[str, Json]]:
    kept = {key: told for key, told in kept_of(one.kept, _NAME).items() if key != "group"}
    area = spans(one.outline, annotations.image_size).pixel_count
    for ring in shapes.simple_rings(one.outline):
        box = rounded(np.concatenate([ring.min(axis=0), ring.max(axis=0)])).tolist()
        yield {
            "category": category_of(annotations, one).name,
            "group": one.id,
            "segmentation": ring.tolist(),
            "area": area,
            "layer": float(layer),
            "bbox": box,
            "iscrowd": 0,
            "note": one.name,
            **kept,
        }


FORMAT = ToolFormat(_items, _write)
