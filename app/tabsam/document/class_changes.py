"""Changes to the classes that objects can be of, in all pictures: each is a step of the picture in which it is made."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tabsam.document.annotations import Category, palette_color
from tabsam.document.changes import Changes
from tabsam.document.class_list import ClassChange
from tabsam.document.work import Work
from tabsam.errors import FormatError


@dataclass
class ClassChanges(Changes):
    """The classes, in the user's order, and which one the next object gets."""

    def add_category(self, name: str, *ids: int) -> int:
        """Add a class, and give it to objects in the same step, or without any to the next one; give its id.

        Raises
        ------
        FormatError
            ``class-name`` for an empty name, or that of another class.
        StateError
            ``object-locked`` when one of the objects is.
        """
        name = self._checked_name(name)
        used = {category.color for category in self.classes.categories}
        color = next(color for color in map(palette_color, itertools.count()) if color not in used)
        id = self.classes.next_id
        work = self.work
        for object_id in ids:
            work = work.with_instance(replace(work.unlocked_instance(object_id), category=id))
        self._change_classes([ClassChange(None, Category(id, name, color), len(self.classes.categories))], work)
        if not ids:
            self.classes.chosen = id
        return id

    def change_category(self, id: int, *, name: str | None = None, color: str | None = None, key: int | None = None) -> None:
        """Rename or recolour a class, or give it another key: the class that had it gets this one's.

        Raises
        ------
        FormatError
            ``class-name`` as :meth:`add_category`; ``class-color``.
        """
        one = self.classes.category(id)
        if color is not None and not re.fullmatch("#[0-9a-fA-F]{6}", color):
            raise FormatError("class-color", f"'{color}' is not a colour of a class.", "Give it as #rrggbb.")
        changed = replace(
            one, name=one.name if name is None else self._checked_name(name, id), color=color or one.color, key=key or one.key
        )
        if changed == one:
            return
        place = self.classes.categories.index(one)
        other = next((other for other in self.classes.categories if other.key == changed.key and other is not one), None)
        if other is None or changed.key is None:
            self._change_classes([ClassChange(one, changed, place)])
            return
        # one after the other, so that no two have the same at any time
        free = replace(other, key=None)
        its_place = self.classes.categories.index(other)
        swap = [
            ClassChange(other, free, its_place),
            ClassChange(one, changed, place),
            ClassChange(free, replace(other, key=one.key), its_place),
        ]
        self._change_classes(swap)

    def remove_category(self, id: int) -> None:
        """Take a class away; its objects stay, without one."""
        gone = self.classes.category(id)
        self._change_classes([ClassChange(gone, None, self.classes.categories.index(gone))])

    def use_category(self, id: int | None) -> None:
        """Choose the class of the next object."""
        self.classes.choose(id)

    def _change_classes(self, changes: Sequence[ClassChange], work: Work | None = None) -> None:
        self._step(replace(work or self.work, class_changes=(*self.work.class_changes, *changes)))

    def _checked_name(self, name: str, but: int | None = None) -> str:
        name = " ".join(name.split())
        if not name:
            raise FormatError("class-name", "A class needs a name.")
        if any(one.name == name and one.id != but for one in self.classes.categories):
            raise FormatError("class-name", f"There is a class '{name}' already.", "Give another name.")
        return name
