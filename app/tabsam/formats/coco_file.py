"""A COCO file taken apart: its images, and of each the objects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabsam.arrays import Int64Array, Size
from tabsam.errors import FormatError
from tabsam.formats.shared import rle
from tabsam.formats.shared.imported import ImportBuilder, Imported, other_size
from tabsam.formats.shared.parsing import Json, json_object, kind_of, list_in, score_of, whole
from tabsam.formats.shared.rings import points_of, sound_polygon, union_of_polygons
from tabsam.geometry.outline import Outline
from tabsam.geometry.tracing import outline_of_counts

_WHAT = "a COCO file"


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
        by_image: dict[str, list[dict[str, Json]]] = {cls.id_of(image): [] for image in images}
        unlisted = unsound = 0
        for annotation in list_in(root, "annotations", _WHAT):
            if not isinstance(annotation, dict):
                unsound += 1
            elif (id := _id_text(annotation.get("image_id"))) in by_image:
                by_image[id].append(annotation)
            else:
                unlisted += 1
        return cls(images, by_image, unlisted, unsound, root.get("categories"))

    @staticmethod
    def id_of(image: dict[str, Json]) -> str:
        """Give an image's id as the annotations are found by it."""
        return _id_text(image.get("id"))

    def annotations_of(self, image: dict[str, Json]) -> list[dict[str, Json]]:
        return self.annotations[self.id_of(image)]

    def read(self, image: dict[str, Json], image_size: Size, picture: str) -> Imported:
        """Read the objects of one image; masks come back to the pixel, classes keep their ids.

        Raises
        ------
        OtherSizeError
            When the file says that it has another size.
        """
        size = size_of(image)
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


def size_of(image: dict[str, Json]) -> Size | None:
    """Give the size that the file says an image has."""
    height, width = whole(image.get("height")), whole(image.get("width"))
    return None if height is None or width is None else (height, width)


def _id_text(id: Json) -> str:
    """Give an id, whatever it is, as a key: 3 and 3.0 are the same."""
    number = whole(id)
    return repr(id if number is None else number)


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
