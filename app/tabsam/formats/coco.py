"""COCO instances, as pycocotools reads them.

Objects without holes are polygons, which COCO fills one by one; objects with holes, or whose polygons overlap, are compressed
run-length masks of the picture's pixels. Areas are in pixels. Coordinates are pixels, (0, 0) being the picture's outer corner.
"""

from __future__ import annotations

from pathlib import PurePosixPath

import numpy as np

from tabsam.arrays import Int64Array, Size
from tabsam.document.annotations import Annotations, Instance
from tabsam.errors import FormatError
from tabsam.formats.shared import rle
from tabsam.formats.shared.imported import ImportBuilder, Imported, other_size, quoted
from tabsam.formats.shared.parsing import Json, json_object, kind_of, list_in, score_of, whole
from tabsam.formats.shared.rings import has_holes, points_of, polygons_overlap, rounded, sound_polygon, union_of_polygons
from tabsam.formats.shared.writing import json_bytes, size_text, with_classes
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import Spans, run_lengths, spans
from tabsam.geometry.tracing import outline_of_counts

_WHAT = "a COCO file"
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
    height, width = annotations.image_size
    return json_bytes(
        {
            "info": {"description": annotations.picture, "version": "1.0"},
            "licenses": [],
            "images": [{"id": _IMAGE_ID, "file_name": annotations.picture, "width": width, "height": height}],
            "categories": [{"id": one.id, "name": one.name, "supercategory": ""} for one in annotations.categories],
            "annotations": [_annotation(one, annotations.image_size, as_rle=as_rle) for one in annotations.instances],
        }
    )


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
    root = json_object(data, _WHAT)
    found = ImportBuilder(picture, image_size)
    images = [image for image in list_in(root, "images", _WHAT) if isinstance(image, dict)]
    wanted = _wanted_image(images, image_size, picture)
    classes = _classes(root.get("categories"), found)
    known = {repr(image.get("id")) for image in images}
    for annotation in list_in(root, "annotations", _WHAT):
        if not isinstance(annotation, dict):
            found.say("An annotation that is no object was left out.", "{n} annotations that are no objects were left out.")
        elif annotation.get("image_id") == wanted.get("id"):
            _read_annotation(annotation, classes, found)
        elif repr(annotation.get("image_id")) in known:
            found.say("An annotation of another picture was left out.", "{n} annotations of other pictures were left out.")
        else:
            found.say(
                "An annotation of a picture that the file does not list was left out.",
                "{n} annotations of pictures that the file does not list were left out.",
            )
    return found.imported()


def _annotation(instance: Instance, size: Size, *, as_rle: bool) -> dict[str, Json]:
    filled = spans(instance.outline, size)
    entry: dict[str, Json] = {
        "id": instance.id,
        "image_id": _IMAGE_ID,
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
    sized = [image for image in images if _size_of(image) in (size, None)]
    for image in named:
        if image in sized:
            return image
    if named:
        other_size(_size_of(named[0]) or size, size)
    if len(images) == 1 and not sized:
        other_size(_size_of(images[0]) or size, size)
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


def _size_of(image: dict[str, Json]) -> Size | None:
    height, width = whole(image.get("height")), whole(image.get("width"))
    return None if height is None or width is None else (height, width)


def _classes(listed: Json, found: ImportBuilder) -> dict[int, int]:
    """Give the class's id for each id in the file."""
    ids: dict[int, int] = {}
    if not isinstance(listed, list):
        return ids
    for entry in listed:
        id = whole(entry.get("id")) if isinstance(entry, dict) else None
        name = entry.get("name") if isinstance(entry, dict) else None
        if id is None or not isinstance(name, str) or not name.strip():
            found.say("A class without a name or an id was left out.", "{n} classes without a name or an id were left out.")
        elif id in ids:
            found.say("A class whose id another one has was left out.", "{n} classes whose ids other ones have were left out.")
        else:
            if found.knows(name):
                found.say("Two classes of one name were made one.", "{n} classes were made one with others of the same name.")
            ids[id] = found.category(name, id=id)
    return ids


def _read_annotation(annotation: dict[str, Json], classes: dict[int, int], found: ImportBuilder) -> None:
    outline = _outline(annotation.get("segmentation"), found)
    if outline is None:
        return
    id = whole(annotation.get("category_id"))
    category = classes.get(id) if id is not None else None
    if category is None:
        found.say(
            "An object of a class that the file does not list has no class now.",
            "{n} objects of classes that the file does not list have no class now.",
        )
    name = annotation.get("name")
    found.add(outline, category, name=name if isinstance(name, str) else "", score=score_of(annotation.get("score")))


def _outline(segmentation: Json, found: ImportBuilder) -> Outline | None:
    if isinstance(segmentation, dict):
        return _outline_of_rle(segmentation, found)
    if segmentation is None or segmentation == []:
        found.say("An annotation without an outline was left out.", "{n} annotations without an outline were left out.")
        return None
    if not isinstance(segmentation, list):
        kind = kind_of(segmentation)
        found.say(f"An outline that is {kind} was left out.", f"{{n}} outlines that are {kind} were left out.")
        return None
    if not isinstance(segmentation[0], list):  # one polygon, without the list around it
        segmentation = [segmentation]
    polygons = []
    for part in segmentation:
        points = points_of(part)
        if points is None:
            found.say(
                "A polygon that is no list of x and y was left out.", "{n} polygons that are no list of x and y were left out."
            )
        else:
            polygons += sound_polygon([points], found)
    return union_of_polygons(polygons, found) if polygons else None


def _outline_of_rle(segmentation: dict[str, Json], found: ImportBuilder) -> Outline | None:
    size = segmentation.get("size")
    if size != list(found.image_size):
        found.say("A mask of another size was left out.", "{n} masks of another size were left out.")
        return None
    try:
        outline = outline_of_counts(_counts(segmentation.get("counts"), found.image_size), found.image_size)
    except FormatError:
        found.say("A damaged run-length mask was left out.", "{n} damaged run-length masks were left out.")
        return None
    if not len(outline.vertices):
        found.say("An empty mask was left out.", "{n} empty masks were left out.")
        return None
    return outline


def _counts(counts: Json, size: Size) -> Int64Array:
    if isinstance(counts, str):
        return rle.checked_counts(rle.decompress(counts), size)
    numbers = [whole(count) for count in counts] if isinstance(counts, list) else [None]
    if any(number is None for number in numbers):
        raise FormatError("rle-damaged", "This run-length mask is damaged: its counts are no numbers.")
    return rle.checked_counts(np.array(numbers, np.int64), size)
