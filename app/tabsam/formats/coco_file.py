"""A COCO file taken apart: its images, and of each the objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tabsam.arrays import Size
from tabsam.document.annotations import Category
from tabsam.formats.coco_outlines import is_empty, outline_of
from tabsam.formats.coco_variants import Kind, listed_in
from tabsam.formats.shared.imported import ImportBuilder, Imported, other_size
from tabsam.formats.shared.kept import unused
from tabsam.formats.shared.parsing import Json, number_of, score_of, whole, whole_of

COCO = "coco"
"""What is kept of a file is kept under this name."""

_USED = (*("id", "image_id", "category_id", "segmentation", "bbox", "score", "name"), "area")
_USED_OF_IMAGE = ("file_name", "width", "height", "id")
_USED_OF_CLASS = ("id", "name")

Value = TypeVar("Value")


class ById(Generic[Value]):
    """Values by their ids, which agree by value: 3, 3.0, "3" and "003" are one, unless another has that very id."""

    def __init__(self) -> None:
        self._exactly: dict[str, Value] = {}
        self._by_value: dict[int, list[Value]] = {}

    def add(self, id: Json, value: Value) -> bool:
        """Add a value; False, and it is not added, where another has its id."""
        if _exact(id) in self._exactly:
            return False
        self._exactly[_exact(id)] = value
        number = whole_of(id)
        if number is not None:
            self._by_value.setdefault(number, []).append(value)
        return True

    def get(self, id: Json) -> Value | None:
        """Give the value with this id, else the only one whose id is the same number."""
        exactly = self._exactly.get(_exact(id))
        if exactly is not None:
            return exactly
        number = whole_of(id)
        alike = self._by_value.get(number, []) if number is not None else []
        return alike[0] if len(alike) == 1 else None


@dataclass(frozen=True)
class CocoFile:
    """A COCO file that has been taken apart, but for its classes and what its annotations hold.

    Attributes
    ----------
    kind : Kind
    images : list of dict
    annotations : ById
        Lists of them by their image's id: those of the images that are listed.
    unlisted, unsound : int
        How many annotations there are besides, of images that are not listed, and that are no objects.
    known : sequence of Category
        Those that there are already, for a file that lists none.
    """

    kind: Kind
    images: list[dict[str, Json]]
    annotations: ById[list[dict[str, Json]]]
    listed: int
    unlisted: int
    unsound: int
    categories: Json
    known: Sequence[Category] = ()

    @classmethod
    def of(cls, data: bytes, known: Sequence[Category] = ()) -> CocoFile:
        """Take a file apart.

        Raises
        ------
        FormatError
            ``not-text``, ``not-json``, ``wrong-structure``.
        """
        file = listed_in(data)
        images = [image for image in file.images if isinstance(image, dict)]
        by_image: ById[list[dict[str, Json]]] = ById()
        for image in images:
            by_image.add(image.get("id"), [])
        listed = unlisted = unsound = 0
        for annotation in file.annotations:
            if not isinstance(annotation, dict):
                unsound += 1
            elif (own := by_image.get(annotation.get("image_id"))) is not None:
                own.append(annotation)
                listed += 1
            else:
                unlisted += 1
        return cls(file.kind, images, by_image, listed, unlisted, unsound, file.categories, known)

    def annotations_of(self, image: dict[str, Json]) -> list[dict[str, Json]]:
        return self.annotations.get(image.get("id")) or []

    def sharing_id(self, image: dict[str, Json]) -> list[dict[str, Json]]:
        """Give the images that have this one's id, itself among them: whose the annotations are, the file does not say."""
        own = self.annotations_of(image)
        return (
            [one for one in self.images if one is image or _exact(one.get("id")) == _exact(image.get("id"))] if own else [image]
        )

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
        if not self.categories:
            for category in self.known:
                classes.add(category.id, found.category(category.name, id=category.id, color=category.color))
        id = image.get("id")
        kept = unused(image, _USED_OF_IMAGE) | ({} if id is None else {"id": id})
        found.kept = {COCO: kept}
        for annotation in self.annotations_of(image):
            _read_annotation(annotation, classes, found, has_classes=self.kind in ("instances", "results"))

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
    """Give the size that the file says an image has; None where it says none, or 0 x 0, which no picture has."""
    height, width = whole_of(image.get("height")), whole_of(image.get("width"))
    return None if not height or not width else (height, width)


def _exact(id: Json) -> str:
    """Give an id, whatever it is, as a key: 3 and 3.0 are the same."""
    number = whole(id)
    return repr(id if number is None else number)


def _classes(listed: Json, found: ImportBuilder) -> ById[int]:
    """Give the class's id for each id in the file."""
    ids: ById[int] = ById()
    for entry in listed if isinstance(listed, list) else ():
        id = entry.get("id") if isinstance(entry, dict) else None
        name = entry.get("name") if isinstance(entry, dict) else None
        name = str(name) if isinstance(name, int | float) and not isinstance(name, bool) else name
        if id is None or isinstance(id, bool | list | dict) or not isinstance(name, str) or not name.strip():
            found.say("A class without a name or an id was left out.", "{n} classes without a name or an id were left out.")
        elif ids.get(id) is not None:
            found.say("A class whose id another one has was left out.", "{n} classes whose ids other ones have were left out.")
        else:
            if found.knows(name):
                found.say("Two classes of one name were made one.", "{n} classes were made one with others of the same name.")
            # 0 is the background of our label maps, and no class's id here; it is written back as it was.
            kept = unused(entry, _USED_OF_CLASS) | ({"id": 0} if whole_of(id) == 0 else {})
            ids.add(id, found.category(name, id=whole_of(id), kept={COCO: kept}))
    return ids


def _read_annotation(annotation: dict[str, Json], classes: ById[int], found: ImportBuilder, *, has_classes: bool) -> None:
    category = _category(annotation.get("category_id"), classes, found) if has_classes or "category_id" in annotation else None
    name = annotation.get("name")
    name = name if isinstance(name, str) else ""
    score = score_of(number_of(annotation.get("score", annotation.get("predicted_iou"))))
    id = whole_of(annotation.get("id"))
    kept = {COCO: unused(annotation, _USED) | ({} if id is None else {"id": id})}
    if not kept[COCO].get("iscrowd"):
        kept[COCO].pop("iscrowd", None)
    segmentation = annotation.get("segmentation")
    if not is_empty(segmentation):
        outline = outline_of(segmentation, found)
        if outline is not None:
            found.add(outline, category, name=name, score=score, kept=kept)
        return
    box = annotation.get("bbox")
    numbers = [number_of(one) for one in box] if isinstance(box, list) else []
    x, y, width, height = numbers if len(numbers) == 4 else (None, None, None, None)
    if x is None or y is None or width is None or height is None:
        found.say("An annotation without an outline was left out.", "{n} annotations without an outline were left out.")
        return
    found.add_box((x, y, x + width, y + height), category, name=name, score=score, kept=kept)


def _category(id: Json, classes: ById[int], found: ImportBuilder) -> int | None:
    known = classes.get(id)
    if known is not None:
        return known
    if id is None or isinstance(id, bool | list | dict) or not str(id).strip():
        found.say("An object has no class in the file.", "{n} objects have no class in the file.")
        return None
    found.say(
        "An object's class is not listed in the file; it is called by its number now.",
        "The classes of {n} objects are not listed in the file; they are called by their numbers now.",
    )
    number = whole_of(id)
    new = found.category(f"class {id if number is None else number}", id=number)
    classes.add(id, new)
    return new
