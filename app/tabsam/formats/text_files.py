"""What a text file is: YOLO's labels, DOTA's, a list of classes; or something that we say we do not read, by its name."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import NoReturn

from tabsam.errors import FormatError

_LINES_LOOKED_AT = 200
_FEWEST_YOLO_FIELDS = 5
_DOTA_CORNERS = 8

_NAMED_LIKE_CLASSES = re.compile(r"class|label|name|categor|obj", re.IGNORECASE)
_PICTURE = re.compile(r"\.(jpe?g|png|webp|gif|bmp|tiff?)\b", re.IGNORECASE)
_COLORED = re.compile(r"[^:]+:\s*\d+\s*,\s*\d+\s*,\s*\d+\s*(:.*)?")
_SEPARATORS = re.compile(r"[\s,;]+")

LONGEST_NAME = 80
"""Characters; and a name has at most so many words. What is longer is prose."""
_MOST_WORDS = 8


def fields_of(line: str) -> list[str]:
    """Part a line at spaces, tabs, commas or semicolons."""
    return [field for field in _SEPARATORS.split(line) if field]


def kind_of_text(name: str, text: str) -> str:
    """Tell what a text file is.

    Parameters
    ----------
    name : str
        The file's name.

    Returns
    -------
    str
        "yolo", "dota" or "classes". A file of nothing is the labels of a picture without objects, unless it is named like a list.

    Raises
    ------
    FormatError
        ``path-list``, ``table``, ``not-classes``: what the file is instead.
    """
    path = PurePath(name)
    lines = [line.strip() for line in text.splitlines() if line.strip()][:_LINES_LOOKED_AT]
    named = path.suffix.lower() == ".names" or bool(_NAMED_LIKE_CLASSES.search(path.stem))
    if path.suffix.lower() in (".yaml", ".yml") or (named and not lines):
        return "classes"
    numbers = [_numbers(fields_of(line)) for line in lines]
    if not lines or any(line is not None and len(line) >= _FEWEST_YOLO_FIELDS and line[0].is_integer() for line in numbers):
        return "yolo"
    if any(_is_dota(fields_of(line)) for line in lines):
        return "dota"
    if all(_COLORED.fullmatch(line) for line in lines if not line.startswith("#")):
        return "classes"
    if sum(bool(_PICTURE.search(line)) for line in lines) * 2 > len(lines):
        _refuse("path-list", "This is a list of pictures, and holds no annotations.", "Choose the pictures, or their folder.")
    columns = {len(re.split("[,;\t]", line)) for line in lines}
    if path.suffix.lower() in (".csv", ".tsv") or (len(lines) > 1 and len(columns) == 1 and columns != {1}):
        _refuse("table", "This is a table, and tables are not read.", "Choose COCO, LabelMe, GeoJSON or YOLO files, or masks.")
    if not named and all(line is not None for line in numbers):
        _refuse("not-classes", "This file has numbers, and they are neither labels nor names of classes.", _CLASSES)
    if any(len(line) > LONGEST_NAME or len(line.split()) > _MOST_WORDS or line.startswith("<") for line in lines):
        _refuse("not-classes", "This file is text, and no list of classes.", _CLASSES)
    return "classes"


_CLASSES = "A list of classes has a name on each line."


def _is_dota(fields: list[str]) -> bool:
    """Tell a line of DOTA's: four corners in pixels, and a class's name."""
    corners = _numbers(fields[:_DOTA_CORNERS])
    return len(fields) > _DOTA_CORNERS and corners is not None and _numbers(fields[_DOTA_CORNERS : _DOTA_CORNERS + 1]) is None


def _numbers(fields: list[str]) -> list[float] | None:
    try:
        return [float(field) for field in fields]
    except ValueError:
        return None


def _refuse(code: str, message: str, hint: str) -> NoReturn:
    raise FormatError(code, message, hint)
