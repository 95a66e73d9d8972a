"""COCO instances, as pycocotools reads them.

Objects without holes are polygons, which COCO fills one by one; objects with holes, or whose polygons overlap, are compressed
run-length masks of the picture's pixels. Areas are in pixels. Coordinates are pixels, (0, 0) being the picture's outer corner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from tabsam.arrays import Int64Array, Size
from tabsam.document.annotations import Annotations, Category, Instance
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


@dataclass(frozen=True)
class CocoFile:
    """A COCO file that has been taken apart, but for its classes and what its annotations hold.

    Attributes
    ----------
    images : list of dict
    annotations : dict
        Lists of them by their image's id (see :func:`_id_text`): those of the images that are listed.
    unlisted, unsound : int
        How many annotations there are besides, of images that are not listed, and that are no objects.
    """

    images: list[dict[str, Json]]
    annotations: dict[str, list[dict[str, Json]]]
    unlisted: int
    unsound: int
    categories: Json

    @classmethod
    def of(cls, data: bytes) -> CocoFile:
        """Take a file apart.

        Raises
        ------
        FormatError
            ``not-text``, ``not-json``, ``wrong-structure``.
        """
        root = json_object(data, _WHAT)
        images = [image for image in list_in(root, "images", _WHAT) if isinstance(image, dict)]
        by_image: dict[str, list[dict[str, Json]]] = {_id_text(image.get("id")): [] for image in images}
        unlisted = unsound = 0
        for annotation in list_in(root, "annotations", _WHAT):
            if not isinstance(annotation, dict):
                unsound += 1
            elif (id := _id_text(annotation.get("image_id"))) in by_image:
                by_image[id].append(annotation)
            else:
                unlisted += 1
        return cls(images, by_image, unlisted, unsound, root.get("categories"))

    def annotations_of(self, image: dict[str, Json]) -> list[dict[str, Json]]:
        return self.annotations[_id_text(image.get("id"))]

    def read(self, image: dict[str, Json], image_size: Size, picture: str) -> Imported:
        """Read the objects of one image; masks come back to the pixel, classes keep their ids.

        Raises
        ------
        OtherSizeError
            When the file says that it has another size.
        """
        size = _size_of(image)
        if size is not None and size != image_size:
            other_size(size, image_size)
        found = ImportBuilder(picture, image_size)
        self.read_into(image, found)
        return found.imported()

    def read_into(self, image: dict[str, Json], found: ImportBuilder) -> None:
        """Add one image's objects, and all classes."""
        classes = _classes(self.categories, found)
        for annotation in self.annotations_of(image):
            _read_annotation(annotation, classes, found)

    def say_the_rest(self, found: ImportBuilder) -> None:
        """Say how many annotations are of no image that is listed."""
        one, many = "An annotation that is no object was left out.", "{n} annotations that are no objects were left out."
        found.say(one, many, self.unsound)
        found.say(
            "An annotation of a picture that the file does not list was left out.",
            "{n} annotations of pictures that the file does not list were left out.",
            self.unlisted,
        )


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


def _id_text(id: Json) -> str:
    """Give an id, whatever it is, as a key: 3 and 3.0 are the same."""
    number = whole(id)
    return repr(id if number is None else number)


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
