"""What a reader gives: classes by their names, objects, and sentences about what of the file could not be taken over.

A reader takes what is sound, and says in sentences what it left out or changed; it refuses a file only when nothing of it can be
read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

import numpy as np

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category, Instance, palette_color
from tabsam.document.selection import Selection
from tabsam.errors import FormatError
from tabsam.formats.shared.budgets import ImportBudget
from tabsam.formats.shared.kept import kept_text
from tabsam.formats.shared.parsing import Json
from tabsam.formats.shared.writing import single_line, size_text
from tabsam.geometry.affine import Affine
from tabsam.geometry.outline import FARTHEST, Outline, from_polygons

_LONGEST_QUOTE = 60
_MOST_SENTENCES = 40
_MOST_TYPES_NAMED = 3

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
        self.kept: Mapping[str, Json] = {}
        self._categories: dict[str, Category] = {}
        self._taken: set[int] = set()
        self._highest = 0
        self._instances: list[Instance] = []
        self._said: Counter[tuple[str, str]] = Counter()
        self._types: dict[tuple[str, str], Counter[str]] = {}
        self.budget = ImportBudget()

    def category(
        self, name: str, *, id: int | None = None, color: str | None = None, kept: Mapping[str, Json] | None = None
    ) -> int:
        """Give the id of the class with this name, which is made if there is none; with the wanted id, if that is free.

        Parameters
        ----------
        kept : mapping, optional
            What the file says of it that has no use here (see kept.py).
        """
        name = single_line(name)
        known = self._categories.get(name)
        if known is None:
            if id is None or not 1 <= id <= MAX_CATEGORY_ID or id in self._taken:
                id = self._highest + 1
            known = Category(id, name, color or palette_color(len(self._categories)), kept=kept_text(kept))
            self._categories[name] = known
            self._taken.add(id)
            self._highest = max(self._highest, id)
        return known.id

    def knows(self, name: str) -> bool:
        """Tell whether there is a class with this name."""
        return single_line(name) in self._categories

    def add(
        self,
        outline: Outline,
        category: int | None = None,
        *,
        name: str = "",
        score: float | None = None,
        kept: Mapping[str, Json] | None = None,
    ) -> None:
        """Add an object on top of the others; ``kept`` is what the file says of it that has no use here."""
        id = len(self._instances) + 1
        self._instances.append(Instance(id, outline, category, name=single_line(name), score=score, kept=kept_text(kept)))

    def add_box(
        self,
        box: tuple[float, float, float, float],
        category: int | None = None,
        *,
        name: str = "",
        score: float | None = None,
        kept: Mapping[str, Json] | None = None,
    ) -> None:
        """Add an object of which the file has a box alone: x0, y0, x1, y1, in pixels, any two opposite corners.

        It is its rectangle, with the box as what the model can be asked. One outside the picture is left out, which is said.
        """
        if not all(abs(number) <= FARTHEST for number in box):  # NaN neither
            self.say(
                "A box with numbers that are in no picture was left out.",
                "{n} boxes with numbers that are in no picture were left out.",
            )
            return
        height, width = self.image_size
        xs, ys = (
            sorted(min(max(number, 0.0), float(most)) for number in pair)
            for pair, most in ((box[::2], width), (box[1::2], height))
        )
        (x0, x1), (y0, y1) = xs, ys
        if x0 == x1 or y0 == y1:
            outside = box[0] != box[2] and box[1] != box[3]
            what = "outside the picture" if outside else "without a width or a height"
            self.say(f"A box {what} was left out.", f"{{n}} boxes {what} were left out.")
            return
        ring = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])
        self.add(from_polygons([[ring]]), category, name=name, score=score, kept=kept)
        self._instances[-1] = replace(self._instances[-1], prompts=Selection(box=(x0, y0, x1, y1)))

    def say(self, one: str, many: str, times: int = 1) -> None:
        """Note what happened to one thing, or to so many; ``many`` is the sentence for several, their number is ``{n}``."""
        if times:
            self._said[one, many] += times

    def say_type(self, one: str, many: str, type: Json) -> None:
        """Note that something of an odd type was left out; of many types, some are named.

        Parameters
        ----------
        one, many : str
            What it is, and several of it: "A shape", "shapes".
        """
        self._types.setdefault((one, many), Counter())[quoted(type)] += 1

    def _about_types(self) -> list[str]:
        sentences = []
        for (one, many), types in self._types.items():
            if len(types) > _MOST_TYPES_NAMED:
                some = ", ".join(list(types)[:_MOST_TYPES_NAMED])
                sentences.append(f"{types.total():,} {many} of {len(types):,} types were left out: {some} and others.")
                continue
            for named, n in types.items():
                alone = f"{one} of the type {named} was left out."
                sentences.append(counted_sentence(n, alone, f"{{n}} {many} of the type {named} were left out."))
        return sentences

    def imported(self) -> Imported:
        """Give all that was found."""
        categories, instances = tuple(self._categories.values()), tuple(self._instances)
        annotations = Annotations(self.picture, self.image_size, categories, instances, self.affine, kept=kept_text(self.kept))
        said = [counted_sentence(n, one, many) for (one, many), n in self._said.items()] + self._about_types()
        if len(said) > _MOST_SENTENCES:
            said = [*said[:_MOST_SENTENCES], f"And {len(said) - _MOST_SENTENCES:,} more like these."]
        return Imported(annotations, tuple(said))


def counted_sentence(n: int, one: str, many: str) -> str:
    """Choose the sentence for a number of things: none for 0, ``many`` with the number as ``{n}`` beyond 1."""
    if n < 2:
        return one if n else ""
    return many.replace("{n}", str(n))


def about_boxes(annotations: Annotations) -> tuple[str, ...]:
    """Say how many objects are boxes that nobody has asked the model about."""
    boxes = sum(is_box(one) for one in annotations.instances)
    one = "An object has a box and no outline; it is its rectangle, until the model is asked."
    many = "{n} objects have a box and no outline; they are their rectangles, until the model is asked."
    return tuple(filter(None, (counted_sentence(boxes, one, many),)))


def is_box(instance: Instance) -> bool:
    """Tell whether a file has had a box alone of an object."""
    return instance.prompts.box is not None


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
