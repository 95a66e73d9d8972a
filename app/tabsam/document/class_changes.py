"""Changes to the classes that objects can be of."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from tabsam.document.annotations import Category, palette_color
from tabsam.document.changes import Changes
from tabsam.errors import FormatError


@dataclass
class ClassChanges(Changes):
    """The classes, in the user's order, and which one the next object gets."""

    def add_category(self, name: str) -> int:
        """Add a class, and give it to the next object; give its id.

        Raises
        ------
        FormatError
            ``class-name`` for an empty name, or that of another class.
        """
        name = self._checked_name(name)
        used = {category.color for category in self.work.categories}
        color = next(color for color in map(palette_color, itertools.count()) if color not in used)
        id = max((category.id for category in self.work.categories), default=0) + 1
        self._step(replace(self.work, categories=(*self.work.categories, Category(id, name, color))))
        self.category = id
        return id

    def change_category(self, id: int, *, name: str | None = None, color: str | None = None) -> None:
        """Rename or recolour a class."""
        one = self.work.category(id)
        changed = replace(one, name=one.name if name is None else self._checked_name(name, id), color=color or one.color)
        self._step(replace(self.work, categories=tuple(changed if c.id == id else c for c in self.work.categories)))

    def remove_category(self, id: int) -> None:
        """Take a class away; its objects stay, without one."""
        gone = self.work.category(id)
        instances = tuple(replace(one, category=None) if one.category == id else one for one in self.work.instances)
        left = tuple(category for category in self.work.categories if category is not gone)
        self._step(replace(self.work, categories=left, instances=instances))

    def use_category(self, id: int | None) -> None:
        """Choose the class of the next object."""
        self.category = None if id is None else self.work.category(id).id

    def _checked_name(self, name: str, but: int | None = None) -> str:
        name = " ".join(name.split())
        if not name:
            raise FormatError("class-name", "A class needs a name.")
        if any(one.name == name and one.id != but for one in self.work.categories):
            raise FormatError("class-name", f"There is a class '{name}' already.", "Give another name.")
        return name
