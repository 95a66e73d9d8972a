"""How near to their masks a document's objects come back from each format, filled as the format's readers fill them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from tabsam.arrays import BoolArray, Float64Array, Size
from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.coco_drawing import polygon_rings
from tabsam.formats.shared.budgets import canvas
from tabsam.formats.shared.coco_fill import filled_by_coco
from tabsam.formats.shared.keyhole import keyhole_ring, rings_without_holes
from tabsam.formats.shared.pixels import with_pixels
from tabsam.formats.shared.rings import rounded
from tabsam.geometry.raster import Crop, fill_crop, paint

_MOST_SECONDS = 0.4
"""So long Python is busy with it at most: what has not been measured by then is not."""

_MARGIN = 2
"""Pixels around an object's box, in which readers that fill a border as well may fill more."""

_EXACT = ("coco-rle", "coco-rle-counts", "labelme-masks", "masks", "cutouts", "cutouts-full")
_ON_TOP = ("voc", "coco-panoptic", "labelmap-objects", "labelmap-classes")
"""Formats of one number a pixel: of what lies under another object, nothing is left."""

Fill = Callable[[Float64Array, Size], BoolArray]


@dataclass(frozen=True)
class Fidelity:
    """The mean IoU of so many objects, read again, with their masks."""

    mean_iou: float
    objects: int


def measured(annotations: Annotations) -> Mapping[str, Fidelity]:
    """Measure all formats that have masks; none for a document without objects.

    COCO's polygons are filled as pycocotools does, LabelMe's and YOLO's as Pillow and OpenCV do, which take the border in.
    """
    seen = with_pixels(annotations)
    size, until = seen.image_size, time.perf_counter() + _MOST_SECONDS
    ious: dict[str, list[float]] = {name: [] for name in _DRAWN}
    crops: list[Crop] = []
    for one in seen.instances:
        if crops and time.perf_counter() > until:
            break
        crop = fill_crop(one.outline, size)
        crops.append(crop)
        for name, (rings_of, fill) in _DRAWN.items():
            ious[name].append(_iou(crop, [rounded(ring) for ring in rings_of(one, size)], fill))
    if not crops:
        return {}
    found = {name: Fidelity(float(np.mean(each)), len(each)) for name, each in ious.items()}
    found |= {name: Fidelity(1.0, len(crops)) for name in _EXACT}
    if len(crops) == len(seen.instances):
        by_object = Fidelity(float(np.mean(_visible_shares(crops, list(range(1, len(crops) + 1)), size))), len(crops))
        by_class = Fidelity(
            float(np.mean(_visible_shares(crops, [one.category or -1 for one in seen.instances], size))), len(crops)
        )
        found |= {name: by_class if name == "labelmap-classes" else by_object for name in _ON_TOP}
    return found


def _iou(crop: Crop, rings: Iterable[Float64Array], fill: Fill) -> float:
    """Compare a mask with rings that are filled one by one, within the mask's box."""
    height, width = (side + 2 * _MARGIN for side in crop.mask.shape)
    filled = np.zeros((height, width), np.bool_)
    for ring in rings:
        filled |= fill(ring - (crop.left - _MARGIN, crop.top - _MARGIN), (height, width))
    mask = np.pad(crop.mask, _MARGIN)
    return float(np.count_nonzero(mask & filled) / np.count_nonzero(mask | filled))


def _filled_with_border(ring: Float64Array, size: Size) -> BoolArray:
    image = Image.new("1", (size[1], size[0]))
    ImageDraw.Draw(image).polygon(list(map(tuple, ring.tolist())), fill=1, outline=1)
    return np.array(image)


def _visible_shares(crops: Sequence[Crop], values: Sequence[int], size: Size) -> list[float]:
    """Give the share of each object's pixels that have its number, where later ones are painted over earlier ones."""
    target = canvas(size, np.int32)
    for crop, value in zip(crops, values, strict=True):
        paint(target, crop, value)
    return [float(np.mean(_within(target, crop)[crop.mask] == value)) for crop, value in zip(crops, values, strict=True)]


def _within(target: np.ndarray, crop: Crop) -> np.ndarray:
    height, width = crop.mask.shape
    return target[crop.top : crop.top + height, crop.left : crop.left + width]


def _joined(one: Instance, size: Size) -> list[Float64Array]:
    return [keyhole_ring(one.outline)]


_DRAWN: Mapping[str, tuple[Callable[[Instance, Size], list[Float64Array]], Fill]] = {
    "coco": (lambda one, size: polygon_rings(one, size, "polygons"), filled_by_coco),
    "coco-boundaries": (lambda one, size: polygon_rings(one, size, "boundaries"), filled_by_coco),
    "yolo": (_joined, _filled_with_border),
    "labelme": (lambda one, size: rings_without_holes(one.outline, size), _filled_with_border),
}
