"""YOLO segmentation labels, as Ultralytics reads them: a line an object, its class's number and one ring from 0 to 1.

The format has neither holes nor parts: an object's rings are joined into one by cuts of no width (keyhole.py), so nothing of the
object is lost, and they are taken apart again when it is read. Names and scores of objects are lost; classes without objects
stay, with their place in the list as their number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np

from tabsam.arrays import Float64Array, Size
from tabsam.document.annotations import Annotations, Category
from tabsam.errors import FormatError
from tabsam.formats.classes import write_classes
from tabsam.formats.shared.imported import ImportBuilder, Imported
from tabsam.formats.shared.keyhole import keyhole_ring, outline_of_keyhole_ring
from tabsam.formats.shared.parsing import text_of
from tabsam.formats.shared.rings import closed_ring, within_picture
from tabsam.formats.shared.writing import Files, category_of, stem_of, with_classes
from tabsam.geometry.outline import Outline, from_polygons

_BOX_FIELDS = 5
_FEWEST_FIELDS = 7


def write_yolo(annotations: Annotations) -> Files:
    """Write ``labels/<picture>.txt``, ``data.yaml`` and ``classes.txt``; the picture belongs into ``images/`` beside them."""
    annotations = with_classes(annotations)
    return {
        f"labels/{stem_of(annotations.picture)}.txt": yolo_labels(annotations),
        "data.yaml": yolo_config(annotations.categories, {"train": "images", "val": "images"}),
        "classes.txt": write_classes(annotations.categories),
    }


def yolo_labels(annotations: Annotations) -> bytes:
    """Write one picture's labels; every object has a class. Of a picture without objects they are empty: a background."""
    numbers = {category.id: number for number, category in enumerate(annotations.categories)}
    lines = [
        f"{numbers[category_of(annotations, one).id]} {_normalised(keyhole_ring(one.outline), annotations.image_size)}\n"
        for one in annotations.instances
    ]
    return "".join(lines).encode()


def yolo_config(categories: Sequence[Category], folders: Mapping[str, str]) -> bytes:
    """Write ``data.yaml``: where the pictures of each split lie, from the file, and the classes' names."""
    places = "".join(f"{split}: {folder}\n" for split, folder in folders.items())
    # A JSON string is a YAML string.
    names = "".join(f"  {number}: {json.dumps(one.name, ensure_ascii=False)}\n" for number, one in enumerate(categories))
    return f"{places}names:\n{names}".encode(errors="replace")


def read_yolo(data: bytes, image_size: Size, picture: str, *, classes: Sequence[str] = ()) -> Imported:
    """Read the labels of one picture.

    Parameters
    ----------
    classes : names in order
        A class without one is called "class 7".

    Raises
    ------
    FormatError
        ``not-text``, or ``wrong-structure`` when no line is one of this format.
    """
    found = ImportBuilder(picture, image_size)
    for name in classes:
        found.category(name)
    lines = [line.split() for line in text_of(data).splitlines() if line.strip()]
    parsed = [_parsed(line) for line in lines]
    if lines and not any(numbers is not None for numbers in parsed):
        raise FormatError(
            "wrong-structure",
            "This is not a file of YOLO labels: no line is a class's number and coordinates.",
            "Check that you chose the right file and the right format.",
        )
    for numbers in parsed:
        outline = _outline(numbers, found)
        if outline is not None and numbers is not None:
            found.add(outline, _category(int(numbers[0]), classes, found))
    return found.imported()


def _normalised(ring: Float64Array, size: Size) -> str:
    return " ".join(f"{number:.8g}" for number in np.clip(ring / (size[1], size[0]), 0, 1).ravel().tolist())


def _parsed(fields: list[str]) -> Float64Array | None:
    """Give a line's numbers, or None if they are none, or the first is no class's number."""
    try:
        numbers = np.array([float(field) for field in fields])
    except ValueError:
        return None
    is_class = 0 <= numbers[0] < 1e6 and numbers[0] == int(numbers[0])
    return numbers if is_class and len(numbers) >= _BOX_FIELDS else None


def _outline(numbers: Float64Array | None, found: ImportBuilder) -> Outline | None:
    if numbers is None:
        found.say(
            "A line that is not a class's number and coordinates was left out.",
            "{n} lines that are not a class's number and coordinates were left out.",
        )
        return None
    if len(numbers) == _BOX_FIELDS:
        found.say("An object with a box and no outline was left out.", "{n} objects with a box and no outline were left out.")
        return None
    if len(numbers) < _FEWEST_FIELDS or len(numbers) % 2 == 0:
        found.say(
            "A line with an x and no y, or fewer than three points, was left out.",
            "{n} lines with an x and no y, or fewer than three points, were left out.",
        )
        return None
    height, width = found.image_size
    with np.errstate(over="ignore"):  # what is infinite then is left out, and that is said
        ring = numbers[1:].reshape(-1, 2) * (width, height)
    closed = closed_ring(ring, found)
    if closed is None:
        return None
    outline = outline_of_keyhole_ring(closed)
    outline = within_picture(outline if len(outline.vertices) else from_polygons([[closed]]), [closed], found)
    return outline if len(outline.vertices) else None


def _category(number: int, classes: Sequence[str], found: ImportBuilder) -> int:
    if number < len(classes):
        return found.category(classes[number])
    if classes:
        found.say("An object's class is not in the class list.", "The classes of {n} objects are not in the class list.")
    return found.category(f"class {number}")
