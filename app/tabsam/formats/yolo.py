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
from tabsam.formats.text_files import fields_of
from tabsam.geometry.outline import Outline, from_polygons

_BOX_FIELDS = 5
_BOX = 4
"""Numbers of a box: its middle, its width and its height."""

_SURELY_PIXELS = 2.0
"""Parts of a picture are at most 1; what leaves it a little is no more than this."""
_BEYOND = 1.1
""""Pixels" that lie further outside than this are none."""


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
    """Read the labels of one picture: outlines, and boxes, each with a confidence behind it or without.

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
    lines = [fields_of(line) for line in text_of(data).splitlines() if line.strip()]
    parsed = [_parsed(line) for line in lines]
    sound = [numbers for numbers in parsed if numbers is not None]
    if lines and not sound:
        raise FormatError(
            "wrong-structure",
            "This is not a file of YOLO labels: no line is a class's number and coordinates.",
            "Check that you chose the right file and the right format.",
        )
    if not lines:
        found.say("The label file is empty: the picture has no objects.", "")
    scale = _scale(sound, found)
    for numbers in parsed:
        if numbers is not None:
            _read_line(numbers, scale, classes, found)
        else:
            found.say(
                "A line that is not a class's number and coordinates was left out.",
                "{n} lines that are not a class's number and coordinates were left out.",
            )
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


def _scale(lines: Sequence[Float64Array], found: ImportBuilder) -> tuple[float, float]:
    """Give what coordinates are multiplied by: the picture's width and height, or 1 and 1 where all are pixels, as is said."""
    height, width = found.image_size
    in_pixels = [_coordinates(numbers) for numbers in lines]
    if not in_pixels or not all(len(one) and one.max() > _SURELY_PIXELS for one in in_pixels):
        return width, height
    places = np.concatenate(in_pixels)
    if not np.isfinite(places).all() or places.max() > max(width, height) * _BEYOND:
        return width, height
    sentence = "The numbers in this file are pixels, not parts of the picture's width and height; they were read as that."
    found.say(sentence, sentence)
    return 1, 1


def _coordinates(numbers: Float64Array) -> Float64Array:
    """Give a line's numbers that are coordinates: all but the class, and what may be a confidence."""
    return numbers[1 : len(numbers) - (len(numbers) % 2 == 0)]


def _read_line(numbers: Float64Array, scale: tuple[float, float], classes: Sequence[str], found: ImportBuilder) -> None:
    """Add the object of a line: a box, an outline, either with a confidence behind it."""
    values = numbers[1:].tolist()
    score, tracked = None, False
    if len(values) == _BOX + 2 and 0 <= values[-2] <= 1 and values[-1] > 1 and values[-1].is_integer():
        score, values, tracked = values[-2], values[:-2], True  # a confidence, and the number of a track
    elif len(values) % 2:
        last = values.pop()
        if 0 <= last <= 1:
            score = last
        elif last.is_integer() and len(values) == _BOX:
            tracked = True
        else:
            found.say(
                "A line with an x and no y was left out: its last number is no confidence.",
                "{n} lines with an x and no y were left out: their last numbers are no confidences.",
            )
            return
    if tracked:
        found.say("The number of a track was left out.", "The numbers of {n} tracks were left out.")
    if len(values) == _BOX:
        x, y, width, height = (value * factor for value, factor in zip(values, scale * 2, strict=True))
        box = x - width / 2, y - height / 2, x + width / 2, y + height / 2
        found.add_box(box, _category(int(numbers[0]), classes, found), score=score)
        return
    outline = _outline(np.array(values), scale, found)
    if outline is not None:
        found.add(outline, _category(int(numbers[0]), classes, found), score=score)


def _outline(values: Float64Array, scale: tuple[float, float], found: ImportBuilder) -> Outline | None:
    with np.errstate(over="ignore"):  # what is infinite then is left out, and that is said
        ring = values.reshape(-1, 2) * scale
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
