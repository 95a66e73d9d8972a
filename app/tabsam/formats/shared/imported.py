"""What a reader gives: classes by their names, objects, and sentences about what of the file could not be taken over.

A reader takes what is sound, and says in sentences what it left out or changed; it refuses a file only when nothing of it can be
read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NoReturn

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category, Instance, palette_color
from tabsam.errors import FormatError
from tabsam.formats.shared.writing import single_line, size_text
from tabsam.geometry.affine import Affine
from tabsam.geometry.outline import Outline

_LONGEST_QUOTE = 60

MAX_CATEGORY_ID = 65535
"""What a label map of 16 bits can hold."""


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


class ImportBuilder:
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
        name = single_line(name)
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
        return single_line(name) in self._categories

    def add(self, outline: Outline, category: int | None = None, *, name: str = "", score: float | None = None) -> None:
        """Add an object on top of the others."""
        self._instances.append(Instance(len(self._instances) + 1, outline, category, name=single_line(name), score=score))

    def say(self, one: str, many: str, times: int = 1) -> None:
        """Note what happened to one thing, or to so many; ``many`` is the sentence for several, their number is ``{n}``."""
        if times:
            self._said[one, many] += times

    def imported(self) -> Imported:
        """Give all that was found."""
        categories, instances = tuple(self._categories.values()), tuple(self._instances)
        annotations = Annotations(self.picture, self.image_size, categories, instances, self.affine)
        return Imported(annotations, tuple(counted_sentence(n, one, many) for (one, many), n in self._said.items()))


def counted_sentence(n: int, one: str, many: str) -> str:
    """Choose the sentence for a number of things: none for 0, ``many`` with the number as ``{n}`` beyond 1."""
    if n < 2:
        return one if n else ""
    return many.replace("{n}", str(n))


def quoted(text: object) -> str:
    """Quote what a file says, short enough for a sentence."""
    plain = single_line(str(text))
    return f"'{plain if len(plain) <= _LONGEST_QUOTE else plain[: _LONGEST_QUOTE - 1] + '…'}'"


class OtherSizeError(FormatError):
    """Annotations that belong to a picture of another size; its code is ``other-size``.

    Attributes
    ----------
    theirs, ours : (height, width)
        What they were made for, and the picture that there is.
    """

    def __init__(self, theirs: Size, ours: Size) -> None:
        message = f"This belongs to a picture of {size_text(theirs)} pixels; the open one has {size_text(ours)}."
        super().__init__("other-size", message, "Open the picture that it was made for.")
        self.theirs, self.ours = theirs, ours


def other_size(theirs: Size, ours: Size) -> NoReturn:
    """Refuse what belongs to a picture of another size."""
    raise OtherSizeError(theirs, ours)
