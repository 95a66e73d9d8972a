"""Class lists: a text file with a name on each line, plain, numbered, or with colours; or the names in a YOLO data set's YAML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from tabsam.document.annotations import Category
from tabsam.errors import FormatError
from tabsam.formats.shared.imported import ImportBuilder, Imported, quoted
from tabsam.formats.shared.parsing import text_of
from tabsam.formats.shared.writing import single_line
from tabsam.formats.yolo_config import class_names

_LONGEST_NAME = 200
_MOST_NAMES = 10_000

_NUMBERED = re.compile(r"(\d+)\s*[:,\t ]\s*(.+)")
_COLORED = re.compile(r"([^:#]+):\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*(?::.*)?")
"""A line of CVAT's ``labelmap.txt``: label:color_rgb:parts:actions."""
_YAML = re.compile(r"^names\s*:", re.MULTILINE)

_BACKGROUND = ("background", "_background_", "__background__")


def write_classes(categories: Iterable[Category]) -> bytes:
    """Write the names, one a line, in order."""
    return "".join(f"{single_line(category.name)}\n" for category in categories).encode()


def read_classes(data: bytes, image_size: tuple[int, int] = (0, 0), picture: str = "") -> Imported:
    """Read a class list; empty lines do not count, and a name that comes again is left out.

    Returns
    -------
    Imported
        With classes and no objects.

    Raises
    ------
    FormatError
        ``not-text``, ``no-classes`` when it has no name, ``not-classes`` when its lines are too long or too many to be names.
    """
    found = ImportBuilder(picture, image_size)
    text = text_of(data)
    named = _named(data, text)
    if not named:
        raise FormatError("no-classes", "This class list is empty.", "Write the name of a class on each line.")
    if len(named) > _MOST_NAMES or max(len(name) for name, _ in named) > _LONGEST_NAME or "\x00" in text:
        raise FormatError("not-classes", "This file is no list of classes.", "It should have the name of a class on each line.")
    for name, color in named:
        found.category(name, color=color)
    for name, times in Counter(name for name, _ in named).items():
        if times > 1:
            often = "twice" if times == 2 else f"{times} times"
            sentence = f"The class {quoted(name)} is listed {often}; it was taken once."
            found.say(sentence, sentence)
    return found.imported()


def _named(data: bytes, text: str) -> list[tuple[str, str | None]]:
    """Give the names in order, each with its colour, "#rrggbb", where the list has some."""
    if _YAML.search(text):
        return [(name, None) for name in class_names(data) or () if name.strip()]
    lines = [line for one in text.splitlines() if (line := one.strip())]
    colored = [_COLORED.fullmatch(line) for line in lines if not line.startswith("#")]
    if colored and all(colored):
        rows = [(match[1].strip(), tuple(int(match[place]) for place in (2, 3, 4))) for match in colored if match]
        return [(name, f"#{bytes(rgb).hex()}" if max(rgb) < 256 else None) for name, rgb in rows if name not in _BACKGROUND]
    numbered = [_NUMBERED.fullmatch(line) for line in lines]
    numbers = [int(match[1]) for match in numbered if match]
    if len(lines) > 1 and len(numbers) == len(lines) and numbers == list(range(numbers[0], numbers[0] + len(lines))):
        return [(match[2].strip(), None) for match in numbered if match]
    return [(line, None) for line in lines]
