"""COCO instances, as pycocotools reads them.

Objects are polygons by default, which every reader takes: COCO fills them one by one, so that holes are joined to their boundary
by cuts of no width. As run-length masks of the picture's pixels they are exact, and many readers stop there. Areas are in pixels.
Coordinates are pixels, (0, 0) being the picture's outer corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category
from tabsam.formats.coco_drawing import Style, drawn
from tabsam.formats.coco_file import COCO, CocoFile
from tabsam.formats.coco_image import Whereabouts, wanted_image
from tabsam.formats.shared.imported import ImportBuilder, Imported
from tabsam.formats.shared.kept import kept_of
from tabsam.formats.shared.parsing import Json, whole
from tabsam.formats.shared.writing import json_bytes, with_classes

_FIRST_ID = 1
_AT_ONCE = 256
"""Objects that are written in one go."""


def write_coco(annotations: Annotations, *, style: Style = "polygons") -> bytes:
    """Write a COCO file of one image.

    Parameters
    ----------
    annotations : Annotations
        Objects without a class get the class "object". Classes keep their ids; images and objects those of the file that they
        came from, as far as these are no others'.
    """
    annotations = with_classes(annotations)
    return b"".join(coco_chunks(annotations.picture, [(annotations.picture, annotations)], annotations.categories, style=style))


def coco_chunks(
    name: str, pictures: Sequence[tuple[str, Annotations]], categories: Sequence[Category], *, style: Style = "polygons"
) -> Iterator[bytes]:
    """Write a COCO file of many images, piece by piece.

    Parameters
    ----------
    name : str
        The data set's.
    pictures : sequence of (file name, annotations)
        Every object is of one of the categories (see :func:`tabsam.formats.shared.writing.with_classes`).
    """
    image_ids = _ids([kept_of(annotations.kept, COCO) for _, annotations in pictures], [])
    images = [
        {"id": id, "file_name": path, "width": annotations.image_size[1], "height": annotations.image_size[0]}
        | _others(kept_of(annotations.kept, COCO))
        for id, (path, annotations) in zip(image_ids, pictures, strict=True)
    ]
    kept_classes = [kept_of(one.kept, COCO) for one in categories]
    class_ids = _ids(kept_classes, [one.id for one in categories])
    classes = [
        {"id": id, "name": one.name, "supercategory": ""} | _others(kept)
        for id, one, kept in zip(class_ids, categories, kept_classes, strict=True)
    ]
    class_id = {one.id: id for one, id in zip(categories, class_ids, strict=True)}
    objects = [one for _, annotations in pictures for one in annotations.instances]
    kept_objects = [kept_of(one.kept, COCO) for one in objects]
    numbers = zip(_ids(kept_objects, [one.id for one in objects] if len(pictures) == 1 else []), kept_objects, strict=True)
    head = {"info": {"description": name, "version": "1.0"}, "licenses": [], "images": images, "categories": classes}
    yield json_bytes(head)[:-1] + b',"annotations":['
    begun = False
    for (_, annotated), image_id in zip(pictures, image_ids, strict=True):
        for start in range(0, len(annotated.instances), _AT_ONCE):
            some = annotated.instances[start : start + _AT_ONCE]
            abouts: list[dict[str, Json]] = [
                {"id": id, "image_id": image_id, "category_id": class_id.get(one.category or 0), "iscrowd": 0} | _others(kept)
                for one, (id, kept) in zip(some, islice(numbers, len(some)), strict=True)
            ]
            drawings = drawn(some, annotated.image_size, style, [bool(about["iscrowd"]) for about in abouts])
            entries = [about | drawing for about, drawing in zip(abouts, drawings, strict=True)]
            yield (b"," if begun else b"") + json_bytes(entries)[1:-1]
            begun = True
    yield b"]}"


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


def _ids(kept: Sequence[dict[str, Json]], others: Sequence[int]) -> list[int]:
    """Give each its id: the one that it had in its file, else its own of the others, else the next that is free; none twice."""
    used: set[int] = set()
    given: list[int | None] = []
    for one in kept:
        id = whole(one.get("id"))
        given.append(id if id is not None and id >= 0 and id not in used else None)
        used |= {id} if given[-1] is not None and id is not None else set()
    wanted = others or [_FIRST_ID] * len(kept)
    ids = []
    highest = max(used, default=_FIRST_ID - 1)
    for id, own in zip(given, wanted, strict=True):
        if id is None:
            id = own if own not in used else highest + 1
            used.add(id)
        highest = max(highest, id)
        ids.append(id)
    return ids


def _others(kept: dict[str, Json]) -> dict[str, Json]:
    return kept and {key: value for key, value in kept.items() if key != "id"}
