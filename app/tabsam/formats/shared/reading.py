"""What every reader shares: text and JSON from bytes, classes by their names, and a list of what could not be taken over.

A reader takes what is sound, and says in sentences what it left out or changed; it refuses a file only when nothing of it can be
read.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category, Instance, palette_color
from tabsam.errors import FormatError
from tabsam.formats.shared.writing import in_picture, on_a_line
from tabsam.geometry.affine import Affine
from tabsam.geometry.outline import Outline

Json = Any
"""What json.loads gives; everything is checked where it is used."""

MAX_CATEGORY_ID = 65535
"""What a label map of 16 bits can hold."""

_LONGEST_QUOTE = 60

_LARGEST_SCORE = 1e9
"""Beyond it is no opinion of a model, but a mistake."""


@dataclass(frozen=True)
class Imported:
    """What a file gave.

    Attributes
    ----------
    annotations : Annotations
        Of the picture that is open: its name, its size.
    left_out : tuple of str
        What of the file is not in them, or not as it was there; a sentence each.
    """

    annotations: Annotations
    left_out: tuple[str, ...] = ()


class Collected:
    """What a reader has found so far: classes, objects, where the picture lies, and sentences about the rest."""

    def __init__(self, picture: str, image_size: Size) -> None:
        self.picture = picture
        self.image_size = image_size
        self.affine: Affine | None = None
        self._categories: dict[str, Category] = {}
        self._taken: set[int] = set()
        self._instances: list[Instance] = []
        self._said: Counter[tuple[str, str]] = Counter()

    def category(self, name: str, *, id: int | None = None, color: str | None = None) -> int:
        """Give the id of the class with this name, which is made if there is none; with the wanted id, if that is free."""
        name = on_a_line(name)
        known = self._categories.get(name)
        if known is None:
            if id is None or not 1 <= id <= MAX_CATEGORY_ID or id in self._taken:
                id = max(self._taken, default=0) + 1
            known = Category(id, name, color or palette_color(len(self._categories)))
            self._categories[name] = known
            self._taken.add(id)
        return known.id

    def knows(self, name: str) -> bool:
        """Tell whether there is a class with this name."""
        return on_a_line(name) in self._categories

    def add(self, outline: Outline, category: int | None = None, *, name: str = "", score: float | None = None) -> None:
        """Add an object on top of the others."""
        self._instances.append(Instance(len(self._instances) + 1, outline, category, name=on_a_line(name), score=score))

    def say(self, one: str, many: str) -> None:
        """Note what happened to one thing; ``many`` is the sentence for several, with their number as ``{n}``."""
        self._said[one, many] += 1

    def imported(self) -> Imported:
        """Give all that was found."""
        categories, instances = tuple(self._categories.values()), tuple(self._instances)
        annotations = Annotations(self.picture, self.image_size, categories, instances, self.affine)
        return Imported(annotations, tuple(in_sentence(n, one, many) for (one, many), n in self._said.items()))


def merge(existing: Annotations, imported: Annotations) -> Annotations:
    """Add imported annotations to those of a picture, on top of its objects.

    Classes are matched by name; a new class keeps its id if that is free, its colour if no other class has it. Objects get new
    ids. Where the picture lies is what was imported last.

    Raises
    ------
    FormatError
        ``other-size`` when they are of a picture of another size.
    """
    if imported.image_size != existing.image_size:
        other_size(imported.image_size, existing.image_size)
    categories = {category.name: category for category in existing.categories}
    ids = {category.id for category in existing.categories}
    colors = {category.color for category in existing.categories}
    id_for: dict[int | None, int | None] = {None: None}
    for category in imported.categories:
        if category.name not in categories:
            id = category.id if category.id not in ids else max(ids) + 1
            color = category.color if category.color not in colors else palette_color(len(categories))
            categories[category.name] = Category(id, category.name, color)
            ids.add(id)
            colors.add(color)
        id_for[category.id] = categories[category.name].id
    last = max((instance.id for instance in existing.instances), default=0)
    added = tuple(
        replace(instance, id=last + number, category=id_for.get(instance.category))
        for number, instance in enumerate(imported.instances, 1)
    )
    affine = existing.affine if imported.affine is None else imported.affine
    return replace(existing, categories=tuple(categories.values()), instances=existing.instances + added, affine=affine)


def text_of(data: bytes) -> str:
    """Decode a text file: UTF-8, or UTF-16 where it says so in its first bytes.

    Raises
    ------
    FormatError
        ``not-text``.
    """
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FormatError(
            "not-text", "This file is not text that can be read: it is not UTF-8.", "Save it as UTF-8.", details=str(error)
        ) from error


def json_object(data: bytes, what: str) -> dict[str, Json]:
    """Read a JSON object.

    Parameters
    ----------
    what : str
        What the file should be, for the message: "a COCO file".

    Raises
    ------
    FormatError
        ``not-text``, ``not-json`` (it breaks off, or is something else), or ``wrong-structure`` (a list, a number ...).
    """
    text = text_of(data)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        hint = "It may have been cut off on its way; save or download it again."
        raise FormatError("not-json", "This file is not sound JSON.", hint, details=str(error)) from error
    if not isinstance(value, dict):
        wrong_structure(what, f"it should be an object, but is {kind_of(value)}")
    return value


def list_in(value: dict[str, Json], key: str, what: str) -> list[Json]:
    """Give the list under a key.

    Raises
    ------
    FormatError
        ``wrong-structure`` when there is none.
    """
    found = value.get(key)
    if not isinstance(found, list):
        wrong_structure(what, f"it should have a list '{key}', but has {'none' if found is None else kind_of(found)}")
    return found


def finite(value: Json) -> float | None:
    """Give a number that a float can hold; None for anything else, NaN and infinity included."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        return None
    return float(value)


def whole(value: Json) -> int | None:
    """Give a whole number, also when it was written as 3.0; None for anything else, and for what a float would round."""
    number = finite(value)
    return int(number) if number is not None and number.is_integer() and abs(number) < 2**53 else None


def score_of(value: Json) -> float | None:
    """Give a number as a score; None for anything else."""
    number = finite(value)
    return number if number is not None and abs(number) <= _LARGEST_SCORE else None


def color_of(value: Json) -> str | None:
    """Give a colour, "#rrggbb"; None for anything else."""
    return value.lower() if isinstance(value, str) and re.fullmatch("#[0-9a-fA-F]{6}", value) else None


def affine_of(value: Json) -> Affine:
    """Take a list of six numbers: a, b, c, d, e, f.

    Raises
    ------
    FormatError
        ``affine-numbers``, or ``affine-singular``.
    """
    numbers = [number for one in value if (number := finite(one)) is not None] if isinstance(value, list) else []
    if len(numbers) != 6 or len(value) != 6:
        hint = "Give a, b, c, d, e and f."
        raise FormatError("affine-numbers", "Where the picture lies is not told by six numbers.", hint)
    a, b, c, d, e, f = numbers
    return Affine(a, b, c, d, e, f)


def in_sentence(n: int, one: str, many: str) -> str:
    """Choose the sentence for a number of things: none for 0, ``many`` with the number as ``{n}`` beyond 1."""
    if n < 2:
        return one if n else ""
    return many.replace("{n}", str(n))


def quoted(text: object) -> str:
    """Quote what a file says, short enough for a sentence."""
    plain = on_a_line(str(text))
    return f"'{plain if len(plain) <= _LONGEST_QUOTE else plain[: _LONGEST_QUOTE - 1] + '…'}'"


def kind_of(value: Json) -> str:
    """Name the kind of a JSON value."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return kinds.get(type(value), "a number")


def wrong_structure(what: str, why: str) -> NoReturn:
    """Refuse a file that is not built as its format says."""
    raise FormatError(
        "wrong-structure", f"This is not {what}: {why}.", "Check that you chose the right file and the right format."
    )


def other_size(theirs: Size, ours: Size) -> NoReturn:
    """Refuse what belongs to a picture of another size."""
    raise FormatError(
        "other-size",
        f"This belongs to a picture of {in_picture(theirs)} pixels; the open one has {in_picture(ours)}.",
        "Open the picture that it was made for.",
    )
