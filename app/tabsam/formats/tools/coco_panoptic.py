"""COCO's panoptic format: a PNG for each picture whose colours are numbers, and a JSON file that says what these are.

A pixel's number is its red, and 256 times its green, and 65,536 times its blue. Each pixel is one object's: where objects
overlap, the later one is on top.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath

import numpy as np
from PIL import Image

from tabsam.arrays import Size, UInt32Array
from tabsam.document.annotations import Annotations, Category
from tabsam.errors import FormatError
from tabsam.formats.png import png_bytes
from tabsam.formats.shared.budgets import MOST_LABEL_RUNS, canvas, too_ragged
from tabsam.formats.shared.imported import ImportBuilder, quoted
from tabsam.formats.shared.kept import kept_of, unused
from tabsam.formats.shared.parsing import Json, json_object, list_in, whole_of
from tabsam.formats.shared.traced import traced_rows
from tabsam.formats.shared.writing import StreamedFile, json_bytes
from tabsam.formats.tools import shapes
from tabsam.formats.tools.items import Beside, Item, ToolFormat, Written
from tabsam.geometry.raster import fill_crop, paint
from tabsam.geometry.rows import rows_of_labels, run_count
from tabsam.pictures.strips import strip_of, strips

_WHAT = "a COCO panoptic file"
_NAME = "coco-panoptic"
_FILE = "annotations/panoptic.json"
_FOLDER = "annotations/panoptic/"
_SPREAD, _MOST = 2_654_435, 16_777_213
"""A prime, and a factor that spreads numbers over the colours below it: one sees the objects."""


def _items(data: bytes, path: str, beside: Beside) -> Iterator[Item]:
    root = json_object(data, _WHAT)
    images = {whole_of(one.get("id")): one for one in list_in(root, "images", _WHAT) if isinstance(one, dict)}
    listed = [one for one in list_in(root, "annotations", _WHAT) if isinstance(one, dict)]
    categories = root.get("categories")
    for one in listed:
        image, file = images.get(whole_of(one.get("image_id"))), one.get("file_name")
        if image is None or not isinstance(file, str):
            continue
        height, width = whole_of(image.get("height")), whole_of(image.get("width"))
        size = (height, width) if height and width else None
        segments = one.get("segments_info")
        read = partial(_read, segments, categories, file, [f"{PurePosixPath(path).stem}/{file}", file], beside)
        name = image.get("file_name")
        yield Item((name if isinstance(name, str) else file,), size, read)


def _read(segments: Json, categories: Json, file: str, places: list[str], beside: Beside, found: ImportBuilder) -> None:
    data = next((data for place in places if (data := beside(place)) is not None), None)
    if data is None:
        hint = "Bring the folder, or a zip, that has the JSON file, the PNG files and the pictures."
        message = f"In COCO's panoptic format the outlines are in PNG files, and {quoted(file)} is not there."
        raise FormatError("needs-png", message, hint)
    numbers = _numbers(data, found.image_size, file)
    names = _classes(categories, found)
    if run_count(numbers) > MOST_LABEL_RUNS:
        raise too_ragged()
    numbers += 1  # a segment may have the number 0 as well
    values, parts = rows_of_labels(numbers)
    rows_of, known = dict(zip((values.astype(np.int64) - 1).tolist(), parts, strict=True)), set[int]()
    for segment in segments if isinstance(segments, list) else ():
        number = whole_of(segment.get("id")) if isinstance(segment, dict) else None
        if number is None or number in known:
            found.say(
                "A segment without a number of its own was left out.", "{n} segments without numbers of their own were left out."
            )
            continue
        known.add(number)
        if number not in rows_of:
            found.say("A segment without a pixel was left out.", "{n} segments without a pixel were left out.")
            continue
        kept = unused(segment, ("id", "category_id", "area", "bbox"))
        label = names.get(whole_of(segment.get("category_id")))
        shapes.add(found, traced_rows(rows_of[number], found), label, format=_NAME, kept=kept)
    unknown = len(rows_of.keys() - known - {0})
    one, many = "Pixels of a number that the file does not list were left out.", "Pixels of {n} unlisted numbers were left out."
    found.say(one, many, unknown)


def _numbers(data: bytes, size: Size, file: str) -> UInt32Array:
    try:
        image = Image.open(io.BytesIO(data), formats=["PNG"])
        if (image.height, image.width) != size:  # before its pixels are decoded
            raise FormatError("panoptic-size", f"The PNG file {quoted(file)} is of another size than its picture.")
        image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise FormatError("panoptic-png", f"The PNG file {quoted(file)} cannot be read.", details=repr(error)) from error
    numbers = np.empty(size, np.uint32)
    for rows in strips(size):
        numbers[rows] = np.asarray(strip_of(image, rows).convert("RGB")) @ np.array([1, 256, 65_536], np.uint32)
    return numbers


def _classes(listed: Json, found: ImportBuilder) -> Mapping[int | None, str]:
    names: dict[int | None, str] = {}
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str) and one["name"].strip():
            id = whole_of(one.get("id"))
            names[id] = one["name"]
            found.category(one["name"], id=id, kept={_NAME: unused(one, ("id", "name"))})
    return names


def _write(out: Written) -> Iterator[StreamedFile]:
    annotations = []
    for number, (path, one) in enumerate(out.pictures, 1):
        name = f"{PurePosixPath(path).with_suffix('')}.png"
        data, segments = _painted(one)
        annotations.append({"image_id": number, "file_name": name, "segments_info": segments})
        yield StreamedFile.of(_FOLDER + name, data)
    images = [
        {"id": number, "file_name": path, "height": one.image_size[0], "width": one.image_size[1]}
        for number, (path, one) in enumerate(out.pictures, 1)
    ]
    root = {"info": {"description": out.name}, "licenses": [], "images": images, "annotations": annotations}
    yield StreamedFile.of(_FILE, json_bytes({**root, "categories": [_category(one) for one in out.categories]}))


def _category(one: Category) -> dict[str, Json]:
    color = [int(one.color[place : place + 2], 16) for place in (1, 3, 5)]
    plain = {"id": one.id, "name": one.name, "supercategory": "", "isthing": 1, "color": color}
    return plain | kept_of(one.kept, _NAME)


def _painted(annotations: Annotations) -> tuple[bytes, list[dict[str, Json]]]:
    places = canvas(annotations.image_size, np.int32)
    crops = [fill_crop(one.outline, annotations.image_size) for one in annotations.instances]
    for place, crop in enumerate(crops, 1):
        paint(places, crop, place)
    numbers = np.arange(len(annotations.instances) + 1, dtype=np.int64) * _SPREAD % _MOST
    colors = np.column_stack([numbers & 255, numbers >> 8 & 255, numbers >> 16]).astype(np.uint8)
    segments = []
    for place, (one, crop) in enumerate(zip(annotations.instances, crops, strict=True), 1):
        height, width = crop.mask.shape
        rows, columns = np.nonzero(places[crop.top : crop.top + height, crop.left : crop.left + width] == place)
        if len(rows):
            left, top = int(columns.min()), int(rows.min())
            box = [left + crop.left, top + crop.top, int(columns.max()) - left + 1, int(rows.max()) - top + 1]
            about = {"id": int(numbers[place]), "category_id": one.category, "area": len(rows), "bbox": box, "iscrowd": 0}
            segments.append(about | kept_of(one.kept, _NAME))
    return png_bytes(Image.fromarray(colors[places])), segments


FORMAT = ToolFormat(_items, _write)
