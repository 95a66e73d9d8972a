"""The classes of all pictures that are open together: one list, so that a class means the same from file to file.

A picture's steps hold what they change of it, not the list itself: to undo one leaves alone what others did since.
Objects keep the id of a class that is deleted. They are without a class while it is gone, and have it again when it comes back.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from tabsam.document.annotations import Category
from tabsam.errors import StateError

_MANY = 20
"""Changes, which are made together: one by one each of them would look at all classes."""

KEYS = range(1, 10)
"""The digits that give a class; further classes have none."""


@dataclass(frozen=True)
class ClassChange:
    """One class that was added (without `before`), deleted (without `after`), renamed, recoloured or given a key.

    Attributes
    ----------
    place : int
        Where in the list.
    """

    before: Category | None
    after: Category | None
    place: int

    @property
    def reverse(self) -> ClassChange:
        """What undoes it."""
        return ClassChange(self.after, self.before, self.place)


class ClassList:
    """Classes in the user's order, and which one the next object gets.

    Attributes
    ----------
    categories : tuple of Category
    chosen : int or None
        The class of the next object.
    known_ids : frozenset of int
        Of all classes that there have ever been.
    """

    def __init__(
        self, categories: tuple[Category, ...] = (), chosen: int | None = None, known_ids: frozenset[int] = frozenset()
    ) -> None:
        self.categories = categories
        self.chosen = chosen
        self.known_ids = known_ids

    def category(self, id: int) -> Category:
        """Give a class; raises StateError, ``no-such-class``."""
        for category in self.categories:
            if category.id == id:
                return category
        raise StateError("no-such-class", "This class is no longer there.")

    def has(self, id: int | None) -> bool:
        """Tell whether there is such a class."""
        return any(one.id == id for one in self.categories)

    def choose(self, id: int | None) -> None:
        """Choose the class of the next object; raises StateError, ``no-such-class``."""
        self.chosen = None if id is None else self.category(id).id

    @property
    def next_id(self) -> int:
        """An id that no class has had: objects of other pictures may still wait for one that was deleted."""
        return max(self.known_ids, default=0) + 1

    def follow(self, before: Sequence[ClassChange], after: Sequence[ClassChange]) -> None:
        """Go from one state of a picture to another, by the changes that led to each: one of them begins with the other."""
        changes = [*(change.reverse for change in reversed(before[len(after) :])), *after[len(before) :]]
        if not self._take_in(changes):
            for change in changes:
                self._apply(change)
        if not self.has(self.chosen):
            self.chosen = None

    def _take_in(self, changes: Sequence[ClassChange]) -> bool:
        """Add, or delete, many classes at a time, as a file's are; False, and nothing is done, for anything else."""
        added = [(change.after, change.place) for change in changes if change.before is None and change.after is not None]
        gone = {change.before.id for change in changes if change.after is None and change.before is not None}
        if len(changes) < _MANY:
            return False
        if len(gone) == len(changes):
            self.known_ids |= gone
            self.categories = tuple(one for one in self.categories if one.id not in gone)
            return True
        ids = {one.id for one, _ in added}
        if len(ids) < len(changes) or not ids.isdisjoint(one.id for one in self.categories):
            return False
        self.known_ids |= ids
        categories = list(self.categories)
        names, keys = {one.name for one in categories}, {one.key for one in categories}
        for one, place in added:
            key = one.key if one.key is not None and one.key not in keys else next((key for key in KEYS if key not in keys), None)
            name = _free(one.name, names)
            categories.insert(place, Category(one.id, name, one.color, key))
            names.add(name)
            keys.add(key)
        self.categories = tuple(categories)
        return True

    def _apply(self, change: ClassChange) -> None:
        before, after = change.before, change.after
        known = before or after
        assert known is not None  # a change is of something
        self.known_ids |= {known.id}
        now = next((one for one in self.categories if one.id == known.id), None)
        others = [one for one in self.categories if one is not now]
        if after is None or (before is not None and now is None):  # deleted, or changed where it has been deleted since
            self.categories = tuple(others)
            return
        place = change.place if now is None else self.categories.index(now)
        name = after.name if now is None or before is None or before.name != after.name else now.name
        color = after.color if now is None or before is None or before.color != after.color else now.color
        wanted = after.key if now is None or before is None or before.key != after.key else now.key
        taken = {one.key for one in others}
        if now is None and (wanted is None or wanted in taken):  # a class gets the first key that is free
            wanted = next((key for key in KEYS if key not in taken), None)
        key = None if wanted in taken else wanted
        others.insert(place, Category(after.id, _free(name, {one.name for one in others}), color, key))
        self.categories = tuple(others)


def _free(name: str, taken: set[str]) -> str:
    """Give a name as it is, or numbered where another class has come to have it."""
    names = itertools.chain([name], (f"{name} {number}" for number in itertools.count(2)))
    return next(one for one in names if one not in taken)
