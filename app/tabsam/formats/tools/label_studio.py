"""Label Studio's JSON: a list of tasks, each with the regions of its annotations.

Coordinates are hundredths of the picture's sides. Polygons have no holes and no parts: an object with some is a brush mask, in
Label Studio's own run lengths, to the pixel. What a region says besides is kept with its object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import parse_qs, quote, unquote, urlsplit

import numpy as np

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category
from tabsam.errors import FormatError
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.kept import kept_of, unused
from tabsam.formats.shared.parsing import Json, finite, json_value, score_of, whole, wrong_structure
from tabsam.formats.shared.rings import points_of
from tabsam.formats.shared.writing import StreamedFile, category_of, json_bytes
from tabsam.formats.tools import brush_rle, shapes
from tabsam.formats.tools.items import Beside, Item, ToolFormat, Written
from tabsam.formats.tools.markup import attribute
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import fill_crop

_WHAT = "a Label Studio file"
_NAME = "label-studio"
_LOCAL_FILES = "/data/local-files/?d="
"""Where Label Studio serves files of its own machine from."""

_UPLOADED = re.compile("[0-9a-f]{8}-")
"""What it puts before the names of files that were uploaded."""

_PICTURE = re.compile(r"\.(jpe?g|png|webp|gif|bmp|tiff?)$", re.IGNORECASE)
_OF_RESULTS = ("annotations", "completions", "predictions", "drafts", "label")
_SHAPES = ("polygon", "rectangle", "ellipse", "brush")
_GEOMETRY = frozenset(
    ("points", "closed", "x", "y", "width", "height", "rotation", "radiusX", "radiusY", "rle", "format", "labels")
)
_NOT_KEPT = frozenset(["value", "type", "original_width", "original_height", "image_rotation", "score"])


def _items(data: bytes, path: str, beside: Beside) -> Iterator[Item]:
    root = json_value(data)
    tasks = root if isinstance(root, list) else [root]
    if not all(isinstance(task, dict) for task in tasks):
        wrong_structure(_WHAT, "it should be a list of tasks")
    if tasks and not any("data" in task or _paths(task) for task in tasks):
        wrong_structure(_WHAT, "it names no pictures")
    for task in tasks:
        regions, passed_over = _regions(task)
        kept = unused(task, _OF_RESULTS)
        yield Item(_paths(task), _size(regions), partial(_read, regions, passed_over), kept=kept)


def _regions(task: dict[str, Json]) -> tuple[list[dict[str, Json]], int]:
    """Give the regions of the annotation that counts, and how many other annotations there are."""
    for key in ("annotations", "completions", "predictions"):
        listed = task.get(key)
        done = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        done = [one for one in done if not one.get("was_cancelled") and isinstance(one.get("result"), list)]
        if done:
            best = next((one for one in done if one.get("ground_truth")), done[0])
            return [one for one in best["result"] if isinstance(one, dict)], len(done) - 1
    # The short form: regions by the names of their controls, with their values as they are.
    regions = []
    for value in task.values():
        for one in value if isinstance(value, list) else ():
            if isinstance(one, dict) and "original_width" in one:
                kind = next((key for key in one if key.endswith("labels")), "")
                regions.append({"type": kind, "value": one} | {key: one[key] for key in _NOT_KEPT if key in one})
    return regions, 0


def _paths(task: dict[str, Json]) -> tuple[str, ...]:
    data = task.get("data")
    told = data if isinstance(data, dict) else task
    texts = [value for value in (told.get("image"), task.get("file_upload"), *told.values()) if isinstance(value, str)]
    for text in texts:
        parts = urlsplit(text)
        local = parse_qs(parts.query).get("d")
        path = local[0] if local else unquote(parts.path)
        if _PICTURE.search(path):
            place = PurePosixPath(path.lstrip("/"))
            plain = str(place).removeprefix("data/upload/")
            shorter = _UPLOADED.sub("", place.name, count=1)
            return tuple(dict.fromkeys((plain, place.name, shorter)))
    return ()


def _size(regions: list[dict[str, Json]]) -> Size | None:
    for one in regions:
        height, width = whole(one.get("original_height")), whole(one.get("original_width"))
        if height and width:
            return height, width
    return None


def _read(regions: list[dict[str, Json]], passed_over: int, found: ImportBuilder) -> None:
    found.say(
        "Another annotation of this picture was passed over; the first, or the ground truth, was taken.",
        "{n} other annotations of this picture were passed over; the first, or the ground truth, was taken.",
        passed_over,
    )
    labels = {str(one.get("id")): names for one in regions if (names := _labels(one))}
    seen = set[str]()
    for one in regions:
        id = str(one.get("id"))
        kind = str(one.get("type")).removesuffix("labels")
        if kind == "" or kind not in _SHAPES:
            if id not in seen and kind in ("keypoint", "vector", "relation", "video"):
                shapes.leave_out(found, kind)
            continue
        seen.add(id)
        value = one.get("value")
        outline = _outline(kind, value, found) if isinstance(value, dict) else None
        if not isinstance(value, dict):
            shapes.leave_out_unsound(found, kind)
            continue
        names = _labels(one) or labels.get(id, [])
        kept = {key: told for key, told in one.items() if key not in _NOT_KEPT}
        kept["value"] = {key: told for key, told in value.items() if key not in _GEOMETRY and key != one.get("type")}
        kept["more"] = names[1:]
        kept["shape"] = "box" if kind == "rectangle" else None
        shapes.add(
            found,
            outline,
            names[0] if names else None,
            format=_NAME,
            kept=kept,
            score=score_of(one.get("score")) if one else None,
        )


def _labels(region: dict[str, Json]) -> list[str]:
    value = region.get("value")
    if not isinstance(value, dict):
        return []
    listed = value.get(str(region.get("type"))) or value.get("labels")
    return [one for one in listed if isinstance(one, str) and one.strip()] if isinstance(listed, list) else []


def _outline(kind: str, value: dict[str, Json], found: ImportBuilder) -> Outline | shapes.Box | None:
    height, width = found.image_size
    per_cent = np.array([width, height]) / 100
    if kind == "brush":
        packed = value.get("rle")
        try:
            mask = brush_rle.unpack(packed if isinstance(packed, list) else [], found.image_size)
        except FormatError:
            found.say(
                "A brush mask that is damaged, or of another size, was left out.",
                "{n} brush masks that are damaged, or of another size, were left out.",
            )
            return None
        return shapes.mask_outline(mask, 0, 0, found)
    if kind == "polygon":
        points = points_of(value.get("points"))
        if points is not None:
            return shapes.joined(shapes.polygon([points * per_cent], found), found)
    names = ("x", "y", "width", "height") if kind == "rectangle" else ("x", "y", "radiusX", "radiusY")
    numbers = [number for name in names if (number := finite(value.get(name))) is not None]
    if kind == "polygon" or len(numbers) != len(names):
        shapes.leave_out_unsound(found, kind)
        return None
    rotation = finite(value.get("rotation")) or 0.0
    (x, y), (across, down) = np.array(numbers[:2]) * per_cent, np.array(numbers[2:]) * per_cent
    if kind == "ellipse":
        return shapes.joined(shapes.polygon([shapes.ellipse_ring(x, y, across, down, rotation=rotation)], found), found)
    if not rotation:
        return shapes.box(x, y, x + across, y + down, found)
    # It turns around its first corner; a box around its middle.
    middle = shapes.turned(np.array([[x + across / 2, y + down / 2]]), np.array([x, y]), rotation)[0]
    x, y = middle - np.array([across, down]) / 2
    return shapes.box(x, y, x + across, y + down, found, rotation=rotation)


def _write(out: Written) -> Iterator[StreamedFile]:
    yield StreamedFile("tasks.json", _chunks(out))
    yield StreamedFile.of("labeling-config.xml", _config(out))


def _chunks(out: Written) -> Iterator[bytes]:
    for number, (path, own) in enumerate(out.pictures, 1):
        results = [region for place in range(len(own.instances)) if (region := _region(own, place))]
        task = {
            "id": number,
            "data": {"image": _LOCAL_FILES + quote(out.folder + path)},
            "annotations": [{"id": number, "was_cancelled": False, "ground_truth": False, "result": results}],
            "predictions": [],
            **kept_of(own.kept, _NAME),
        }
        yield (b"[" if number == 1 else b",\n") + json_bytes(task)
    yield b"]\n"


def _region(annotations: Annotations, place: int) -> dict[str, Json] | None:
    one, (height, width) = annotations.instances[place], annotations.image_size
    kept = kept_of(one.kept, _NAME)
    names = [category_of(annotations, one).name, *(kept.get("more") or [])]
    box = shapes.as_box(one.outline) if kept.get("shape") == "box" else None
    value: dict[str, Json] = {}
    if box:
        kind, (x0, y0, x1, y1) = "rectanglelabels", box
        value = {"x": _part(x0, width), "y": _part(y0, height), "rotation": 0}
        value |= {"width": _part(x1 - x0, width), "height": _part(y1 - y0, height)}
    elif shapes.needs_mask(one, annotations.image_size) or len(one.outline.ring_offsets) > 2:
        kind = "brushlabels"
        crop = fill_crop(one.outline, annotations.image_size)
        if not crop.mask.size:
            return None
        value = {"format": "rle", "rle": brush_rle.pack(crop, annotations.image_size)}
    else:
        kind = "polygonlabels"
        (ring,) = shapes.simple_rings(one.outline)
        value = {"points": [[_part(x, width), _part(y, height)] for x, y in ring.tolist()], "closed": True}
    region: dict[str, Json] = {
        "id": f"object-{one.id}",
        "type": kind,
        "from_name": kind.removesuffix("labels"),
        "to_name": "image",
        "origin": "manual",
        **{key: told for key, told in kept.items() if key not in ("value", "more", "shape")},
        "original_width": width,
        "original_height": height,
        "image_rotation": 0,
        "value": {**(kept.get("value") or {}), **value, kind: names},
    }
    if one.score is not None:
        region["score"] = one.score
    return region


def _part(number: float, of: int) -> float:
    return round(100 * number / of, 9)


def _config(out: Written) -> bytes:
    """Write the labelling interface that these regions need."""

    def control(kind: str) -> str:
        labels = "".join(f'    <Label value="{attribute(one.name)}" background="{one.color}"/>\n' for one in listed)
        return f'  <{kind}Labels name="{kind.lower()}" toName="image">\n{labels}  </{kind}Labels>\n'

    listed: list[Category] = list(out.categories)
    controls = "".join(map(control, ("Polygon", "Brush", "Rectangle")))
    return f'<View>\n  <Image name="image" value="$image"/>\n{controls}</View>\n'.encode()


FORMAT = ToolFormat(_items, _write)
