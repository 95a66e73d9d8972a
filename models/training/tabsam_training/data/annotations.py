"""Find photos with masks in what others published, in the four forms of the list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray
from tabsam.errors import TabsamError
from tabsam.formats.shared.rle import decompress
from tabsam.geometry.distance import distance_inside
from tabsam_training.data.sources import Photos

Ring: TypeAlias = list[tuple[float, float]]
Thing: TypeAlias = "list[Ring] | BoolArray"
"""Rings in pixels of the picture, or a mask of its size."""

PERMISSIVE_COCO = frozenset({4, 5, 7, 8})
"""Ids of COCO's licences: CC BY 2.0, CC BY-SA 2.0, no known restrictions, United States government work."""

_MOST_MASK_FILES = 250


@dataclass(frozen=True)
class Found:
    """A photo, and where to read its things from.

    Attributes
    ----------
    picture : Path
    known : object
        What :func:`things` reads: annotations of COCO, or the path or paths of a file or files.
    """

    picture: Path
    known: Any


def find(source: Photos, repository: Path) -> Iterator[Found]:
    """Find a source's photos, each once: of several versions of a picture that Roboflow made, the first."""
    seen: set[str] = set()
    for found in _FINDERS[source.kind](source, repository / source.under):
        name = found.picture.name.partition(".rf.")[0] if source.kind != "masks" else str(found.picture)
        if name not in seen:
            seen.add(name)
            yield found


def things(source: Photos, found: Found, size: tuple[int, int]) -> list[Thing]:
    """Read a photo's things; ``size`` is (width, height), as Pillow has it.

    Raises
    ------
    ValueError, KeyError, TypeError, OSError, TabsamError
        If the file is damaged: the photo is then left out.
    """
    width, height = size
    if source.kind == "coco":
        return [_coco_thing(one) for one in found.known]
    if source.kind == "yolo":
        return _yolo_things(found.known, width, height)
    if source.kind == "trimap":
        return [_inside_of_trimap(_pixels(found.known, None))]
    return [_pixels(path, "L") > 127 for path in found.known]


def _find_coco(source: Photos, folder: Path) -> Iterator[Found]:
    for path in sorted(folder.rglob("*.json")):
        stored = _read_coco(path)
        by_picture: dict[Any, list[Any]] = {}
        for one in stored.get("annotations", ()):
            if not one.get("iscrowd") and one.get("segmentation"):
                by_picture.setdefault(one["image_id"], []).append(one["segmentation"])
        for image in stored.get("images", ()):
            if image["id"] not in by_picture or (source.per_picture and image.get("license") not in PERMISSIVE_COCO):
                continue
            if picture := _beside(path, image["file_name"]):
                yield Found(picture, by_picture[image["id"]])


def _read_coco(path: Path) -> Mapping[str, Any]:
    """Read a file of instances; of another that happens to be JSON, nothing."""
    if "keypoints" in path.name or "captions" in path.name:
        return {}
    try:
        stored = json.loads(path.read_bytes())
    except ValueError:
        return {}
    return stored if isinstance(stored, dict) and isinstance(stored.get("annotations"), list) else {}


def _beside(path: Path, name: str) -> Path | None:
    """Look for a picture where people put it: beside its JSON, in images/, or in a folder named after the part of COCO."""
    near, up = path.parent, path.parent.parent
    base = Path(name).name
    parts = ("train2017", "val2017", "images/train2017", "images/val2017", "coco/images/train2017", "coco/images/val2017")
    places = (near / name, near / "images" / base, near / base, *(up / part / base for part in parts))
    return next((place for place in places if place.is_file()), None)


def _coco_thing(segmentation: Any) -> Thing:
    if isinstance(segmentation, dict):
        height, width = segmentation["size"]
        counts = segmentation["counts"]
        runs = decompress(counts) if isinstance(counts, str) else np.array(counts, np.int64)
        values = np.arange(len(runs)) % 2 == 1
        return np.repeat(values, runs).reshape(width, height).T
    return [list(zip(ring[::2], ring[1::2], strict=True)) for ring in segmentation if len(ring) >= 6]


def _find_yolo(_source: Photos, folder: Path) -> Iterator[Found]:
    for picture in sorted(folder.rglob("*.jpg")):
        labels = Path(str(picture.with_suffix(".txt")).replace("/images", "/labels"))
        if labels.is_file():
            yield Found(picture, labels)


def _yolo_things(path: Path, width: int, height: int) -> list[Thing]:
    made: list[Thing] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        numbers = [float(number) for number in line.split()[1:]]
        if len(numbers) >= 6:
            made.append([[(x * width, y * height) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]])
    return made


def _find_trimaps(_source: Photos, folder: Path) -> Iterator[Found]:
    for trimap in sorted(folder.rglob("trimaps/*.png")):
        picture = trimap.parents[1] / "images" / f"{trimap.stem}.jpg"
        for place in (picture, folder / "images" / picture.name):
            if not trimap.name.startswith(".") and place.is_file():
                yield Found(place, trimap)
                break


def _inside_of_trimap(values: Any) -> BoolArray:
    """Split the border (3) between the animal (1) and the ground (2) in the middle."""
    from_animal, from_ground = distance_inside(values != 1), distance_inside(values != 2)
    return from_animal < from_ground


def _find_masks(_source: Photos, folder: Path) -> Iterator[Found]:
    for picture in sorted(folder.glob("*/images/*.png")):
        masks = sorted(picture.parents[1].glob("masks/*.png"))
        if 0 < len(masks) <= _MOST_MASK_FILES:
            yield Found(picture, masks)


def _pixels(path: Path, mode: str | None) -> Any:
    with Image.open(path) as file:
        return np.asarray(file.convert(mode) if mode else file)


DAMAGED = (ValueError, KeyError, TypeError, OSError, TabsamError)
"""What reading a photo's things may raise."""

_FINDERS = {"coco": _find_coco, "yolo": _find_yolo, "trimap": _find_trimaps, "masks": _find_masks}
