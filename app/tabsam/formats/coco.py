"""COCO instances, as pycocotools reads them.

Objects without holes are polygons, which COCO fills one by one; objects with holes, or whose polygons overlap, are compressed
run-length masks of the picture's pixels. Areas are in pixels. Coordinates are pixels, (0, 0) being the picture's outer corner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

import numpy as np

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.errors import FormatError
from tabsam.formats.coco_file import CocoFile, size_of
from tabsam.formats.shared import rle
from tabsam.formats.shared.imported import ImportBuilder, Imported, other_size, quoted
from tabsam.formats.shared.parsing import Json
from tabsam.formats.shared.rings import has_holes, polygons_overlap, rounded
from tabsam.formats.shared.writing import json_bytes, size_text, with_classes
from tabsam.geometry.raster import Spans, run_lengths, spans

_IMAGE_ID = 1
_PICTURES_NAMED = 5


def write_coco(annotations: Annotations, *, as_rle: bool = False) -> bytes:
    """Write a COCO file of one image.

    Parameters
    ----------
    annotations : Annotations
        Objects without a class get the class "object". Classes and objects keep their ids.
    as_rle : bool
        Write every object as a compressed run-length mask.
    """
    annotations = with_classes(annotations)
    size = annotations.image_size
    listed = (_annotation(one, size, one.id, _IMAGE_ID, as_rle=as_rle) for one in annotations.instances)
    images = [_image(_IMAGE_ID, annotations.picture, size)]
    return b"".join(_file(annotations.picture, images, annotations.categories, listed))


def coco_chunks(
    name: str, pictures: Sequence[tuple[str, Annotations]], categories: Sequence[Category], *, as_rle: bool = False
) -> Iterator[bytes]:
    """Write a COCO file of many images, piece by piece; images and objects are numbered from 1.

    Parameters
    ----------
    name : str
        The data set's.
    pictures : sequence of (file name, annotations)
        Every object is of one of the categories (see :func:`tabsam.formats.shared.writing.with_classes`).
    """
    numbered = (
        (image_id, annotations.image_size, instance)
        for image_id, (_, annotations) in enumerate(pictures, _IMAGE_ID)
        for instance in annotations.instances
    )
    listed = (
        _annotation(instance, size, id, image_id, as_rle=as_rle) for id, (image_id, size, instance) in enumerate(numbered, 1)
    )
    images = [_image(id, path, annotations.image_size) for id, (path, annotations) in enumerate(pictures, _IMAGE_ID)]
    return _file(name, images, categories, listed)


def read_coco(data: bytes, image_size: Size, picture: str) -> Imported:
    """Read the objects of one picture from a COCO file.

    Of several images the one with the picture's name is taken, else the only one of its size. Masks come back to the pixel.
    Classes keep their ids.

    Raises
    ------
    FormatError
        ``not-text``, ``not-json``, ``wrong-structure``; ``other-size`` and ``other-picture`` when the file has none of this
        picture.
    """
    file = CocoFile.of(data)
    wanted = _wanted_image(file.images, image_size, picture)
    found = ImportBuilder(picture, image_size)
    file.read_into(wanted, found)
    others = sum(map(len, file.annotations.values())) - len(file.annotations_of(wanted))
    found.say("An annotation of another picture was left out.", "{n} annotations of other pictures were left out.", others)
    file.say_the_rest(found)
    return found.imported()


def _file(
    name: str, images: list[dict[str, Json]], categories: Iterable[Category], annotations: Iterable[dict[str, Json]]
) -> Iterator[bytes]:
    """Write the file's members, of which the last is not in memory as a whole."""
    head = {
        "info": {"description": name, "version": "1.0"},
        "licenses": [],
        "images": images,
        "categories": [{"id": one.id, "name": one.name, "supercategory": ""} for one in categories],
    }
    yield json_bytes(head)[:-1] + b',"annotations":['
    for number, annotation in enumerate(annotations):
        yield (b"," if number else b"") + json_bytes(annotation)
    yield b"]}"


def _image(id: int, file_name: str, size: Size) -> dict[str, Json]:
    return {"id": id, "file_name": file_name, "width": size[1], "height": size[0]}


def _annotation(instance: Instance, size: Size, id: int, image_id: int, *, as_rle: bool) -> dict[str, Json]:
    filled = spans(instance.outline, size)
    entry: dict[str, Json] = {
        "id": id,
        "image_id": image_id,
        "category_id": instance.category,
        "iscrowd": 0,
        "area": filled.pixel_count,
    }
    if as_rle or has_holes(instance.outline) or polygons_overlap(instance.outline, size):
        counts = rle.compress(run_lengths(filled, size))
        entry |= {"bbox": _pixel_bbox(filled), "segmentation": {"size": list(size), "counts": counts}}
    else:
        rings = [rounded(polygon[0][:-1]) for polygon in instance.outline.polygons()]
        vertices = np.concatenate(rings)
        low, high = vertices.min(axis=0), vertices.max(axis=0)
        bbox = rounded(np.concatenate([low, high - low])).tolist()
        entry |= {"bbox": bbox, "segmentation": [ring.ravel().tolist() for ring in rings]}
    if instance.score is not None:
        entry["score"] = instance.score
    if instance.name:
        entry["name"] = instance.name
    return entry


def _pixel_bbox(filled: Spans) -> list[int]:
    left, top, right, bottom = filled.box or (0, 0, 0, 0)
    return [left, top, right - left, bottom - top]


def _wanted_image(images: list[dict[str, Json]], size: Size, picture: str) -> dict[str, Json]:
    """Find the picture by its name, else by its size."""
    named = [image for image in images if _base_name(image.get("file_name")) == _base_name(picture)]
    sized = [image for image in images if size_of(image) in (size, None)]
    for image in named:
        if image in sized:
            return image
    if named:
        other_size(size_of(named[0]) or size, size)
    if len(images) == 1 and not sized:
        other_size(size_of(images[0]) or size, size)
    if len(sized) == 1:
        return sized[0]
    names = [quoted(image.get("file_name")) for image in (sized or images)]
    listed = ", ".join(names[:_PICTURES_NAMED]) + (" ..." if len(names) > _PICTURES_NAMED else "")
    if not names:
        raise FormatError(
            "other-picture", "This COCO file lists no pictures.", "Choose the file that belongs to the open picture."
        )
    which = f"several of its size: {listed}" if sized else f"none of {size_text(size)} pixels, but {listed}"
    raise FormatError(
        "other-picture",
        f"This COCO file has no picture '{picture}', and {which}.",
        "Open one of these, or rename the open picture as the file has it.",
    )


def _base_name(name: Json) -> str | None:
    return PurePosixPath(name.replace("\\", "/")).name.casefold() if isinstance(name, str) else None
