"""Label maps: a PNG whose pixels are numbers, by object or by class, and Pascal VOC's two of them in colours.

Where objects overlap, the later one is on top.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, BoolArray, UInt8Array
from tabsam.document.annotations import Annotations, Category
from tabsam.errors import FormatError
from tabsam.formats.classes import write_classes
from tabsam.formats.png import png_bytes
from tabsam.formats.shared.budgets import canvas
from tabsam.formats.shared.writing import Files, category_of, json_bytes, single_line, stem_of, with_classes, without_empty
from tabsam.geometry.raster import fill_crop, paint

VOC_VOID = 255
"""What VOC's borders are marked with, and no object or class has."""

_MOST_8_BIT = 255
_MOST_16_BIT = 65535


def write_labelmap(annotations: Annotations, *, by_class: bool = False) -> bytes:
    """Write a label map: 0 is the background, 8 bits a pixel if that is enough, else 16.

    Parameters
    ----------
    by_class : bool
        A pixel is its object's class's id; else its object's place, from 1 for the lowest.

    Raises
    ------
    FormatError
        ``too-many-labels`` beyond 65535.
    """
    annotations = with_classes(annotations) if by_class else without_empty(annotations)
    values = [category_of(annotations, one).id for one in annotations.instances] if by_class else _places(annotations)
    most = max(values, default=0)
    if most > _MOST_16_BIT:
        raise _too_many("A label map", _MOST_16_BIT, most)
    return png_bytes(Image.fromarray(_painted(annotations, values, np.uint8 if most <= _MOST_8_BIT else np.uint16)))


def write_voc(annotations: Annotations, *, border: int = 0) -> Files:
    """Write ``SegmentationClass/<picture>.png`` and ``SegmentationObject/<picture>.png`` in VOC's colours, and the classes.

    A class's number is its place in the list, from 1; 0 is the background, which is the first line of ``labels.txt``.

    Parameters
    ----------
    border : int, in pixels, >= 0
        How wide around each edge the pixels are left undecided (255), to either side of it. VOC's own have about 2.

    Raises
    ------
    FormatError
        ``too-many-labels`` beyond 254 objects or classes.
    """
    annotations = with_classes(annotations)
    most = max(len(annotations.categories), len(annotations.instances))
    if most >= VOC_VOID:
        raise _too_many("Pascal VOC", VOC_VOID - 1, most)
    numbers = {category.id: number for number, category in enumerate(annotations.categories, 1)}
    objects = _painted(annotations, _places(annotations), np.uint8)
    # By objects, not once more by outlines: the two pictures must agree.
    class_of = np.array([0, *(numbers[category_of(annotations, one).id] for one in annotations.instances)], np.uint8)
    classes = class_of[objects]
    if border > 0:
        void = _around_edges(objects, border)
        objects, classes = (np.where(void, np.uint8(VOC_VOID), values) for values in (objects, classes))
    stem = stem_of(annotations.picture)
    return {
        f"SegmentationClass/{stem}.png": _in_voc_colors(classes),
        f"SegmentationObject/{stem}.png": _in_voc_colors(objects),
        "labels.txt": b"background\n" + write_classes(annotations.categories),
        "labelmap.txt": voc_colors(annotations.categories),
    }


def voc_colors(categories: Sequence[Category]) -> bytes:
    """Write CVAT's ``labelmap.txt``: each class and its colour in VOC's label maps, the background first."""
    palette = voc_palette().tolist()
    names = ["background", *(single_line(one.name).replace(":", " ") for one in categories)]
    lines = [f"{name}:{','.join(map(str, color))}::\n" for name, color in zip(names, palette, strict=False)]
    return ("# label:color_rgb:parts:actions\n" + "".join(lines)).encode()


def write_labelmap_with_legend(annotations: Annotations, *, by_class: bool = False) -> Files:
    """Write ``labelmaps/<picture>.png``, and what its values are: ``id2label.json`` by class, ``objects.json`` by object."""
    stem = stem_of(annotations.picture)
    files = {f"labelmaps/{stem}.png": write_labelmap(annotations, by_class=by_class)}
    if by_class:
        return files | {"id2label.json": id2label(with_classes(annotations).categories)}
    names = {one.id: one.name for one in annotations.categories}
    objects = [{"class": names.get(one.category or 0, ""), "name": one.name} for one in without_empty(annotations).instances]
    return files | {"objects.json": json_bytes({"categories": list(names.values()), "pictures": {stem: objects}})}


def id2label(categories: Sequence[Category]) -> bytes:
    """Write ``id2label.json``: the classes' names by their values, as Hugging Face's models have them; 0 is the background."""
    return json_bytes({"0": "background", **{str(one.id): one.name for one in categories}})


def voc_palette() -> UInt8Array:
    """Give VOC's 256 colours, (256, 3): a label's bits, three at a time, are the colours' bits from the highest down."""
    labels = np.arange(256)
    palette = np.zeros((256, 3), np.uint8)
    for triple in range(8):
        for channel in range(3):
            bit = (labels >> (3 * triple + channel)) & 1
            palette[:, channel] |= (bit << (7 - triple)).astype(np.uint8)
    return palette


def _places(annotations: Annotations) -> list[int]:
    return list(range(1, len(annotations.instances) + 1))


def _painted(annotations: Annotations, values: list[int], dtype: type[np.uint8] | type[np.uint16]) -> AnyArray:
    target = canvas(annotations.image_size, dtype)
    for instance, value in zip(annotations.instances, values, strict=True):
        paint(target, fill_crop(instance.outline, annotations.image_size), value)
    return target


def _around_edges(objects: AnyArray, width: int) -> BoolArray:
    """Mark the pixels that are within ``width`` of an edge between objects, or an object and the background."""
    void = np.zeros(objects.shape, np.bool_)
    across, down = objects[:, 1:] != objects[:, :-1], objects[1:] != objects[:-1]
    void[:, 1:] |= across
    void[:, :-1] |= across
    void[1:] |= down
    void[:-1] |= down
    for _ in range(width - 1):
        wider = void.copy()
        wider[:, 1:] |= void[:, :-1]
        wider[:, :-1] |= void[:, 1:]
        wider[1:] |= void[:-1]
        wider[:-1] |= void[1:]
        void = wider
    return void


def _in_voc_colors(labels: AnyArray) -> bytes:
    image = Image.fromarray(labels).convert("P")
    image.putpalette(voc_palette().tobytes())
    return png_bytes(image)


def _too_many(what: str, most: int, there: int) -> FormatError:
    return FormatError(
        "too-many-labels",
        f"{what} holds at most {most} different numbers; this would take {there}.",
        "Export fewer objects at once, or choose another format, such as COCO.",
    )
