"""Class lists: a text file with a name on each line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tabsam.document.annotations import Category
from tabsam.errors import FormatError
from tabsam.formats.shared.imported import ImportBuilder, Imported, quoted
from tabsam.formats.shared.parsing import text_of
from tabsam.formats.shared.writing import single_line

_LONGEST_NAME = 200
_MOST_NAMES = 10_000


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
    names = [line.strip() for line in text_of(data).splitlines()]
    if not any(names):
        raise FormatError("no-classes", "This class list is empty.", "Write the name of a class on each line.")
    if len(names) > _MOST_NAMES or max(map(len, names)) > _LONGEST_NAME or any("\x00" in name for name in names):
        raise FormatError("not-classes", "This file is no list of classes.", "It should have the name of a class on each line.")
    for name, times in Counter(filter(None, names)).items():
        found.category(name)
        if times > 1:
            often = "twice" if times == 2 else f"{times} times"
            sentence = f"The class {quoted(name)} is listed {often}; it was taken once."
            found.say(sentence, sentence)
    return found.imported()
