"""COCO instances, as pycocotools reads them.

Objects without holes are polygons, which COCO fills one by one; objects with holes, or whose polygons overlap, are compressed
run-length masks of the picture's pixels. Areas are in pixels. Coordinates are pixels, (0, 0) being the picture's outer corner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.formats.coco_file import CocoFile
from tabsam.formats.coco_image import Whereabouts, wanted_image
from tabsam.formats.shared import rle
from tabsam.formats.shared.imported import ImportBuilder, Imported
from tabsam.formats.shared.parsing import Json
from tabsam.formats.shared.rings import has_holes, polygons_overlap, rounded
from tabsam.formats.shared.writing import json_bytes, with_classes
from tabsam.geometry.raster import Spans, run_lengths, spans

_IMAGE_ID = 1


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


def read_coco(
    data: bytes, image_size: Size, picture: str, *, where: Whereabouts | None = None, known: Sequence[Category] = ()
) -> Imported:
    """Read the objects of one picture from a COCO file, or what is written in its manner (see coco_variants.py).

    Of several images the one of the picture's name is taken, else the only one of its size, which is said. Masks come back to the
    pixel. Classes keep their ids.

    Parameters
    ----------
    where : Whereabouts, optional
        What else is known of the picture.
    known : sequence of Category
        Those that there are, whose ids a file without a list of classes may mean.

    Raises
    ------
    FormatError
        ``not-text``, ``not-json``, ``wrong-structure``; ``which-picture``, ``other-size`` and ``other-picture`` when it cannot be
        told which of the file's pictures is this one, or none is.
    """
    file = CocoFile.of(data, known)
    found = ImportBuilder(picture, image_size)
    wanted = wanted_image(file, found, where or Whereabouts())
    file.read_into(wanted, found)
    others = file.listed - len(file.annotations_of(wanted))
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
