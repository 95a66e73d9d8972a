"""All that a step can change, as one immutable state, and what can be looked up in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tabsam.document.annotations import Instance
from tabsam.document.class_list import ClassChange
from tabsam.document.selection import NO_PROMPTS, Point, Selection
from tabsam.errors import StateError
from tabsam.geometry.affine import Affine

if TYPE_CHECKING:  # the start waits for every import
    from tabsam.document.finds import Finds


@dataclass(frozen=True)
class Work:
    """All that a step can change.

    Attributes
    ----------
    selection : Selection
        What the model is being asked.
    refines : int or None
        The object that the answer goes to; None when it makes a new one.
    class_changes : tuple of ClassChange
        All that this picture's steps have changed of the classes, the oldest first.
    instances : tuple of Instance
        From the bottom to the top.
    affine : Affine or None
        From pixels to a map.
    finds : Finds or None
        What a search for everything has found; None before one, and when it has been thrown away.
    kept : str
        What a file said of the picture that has no use here, as :attr:`tabsam.document.annotations.Annotations.kept`.
    """

    selection: Selection = NO_PROMPTS
    refines: int | None = None
    class_changes: tuple[ClassChange, ...] = ()
    instances: tuple[Instance, ...] = ()
    affine: Affine | None = None
    finds: Finds | None = None
    kept: str = ""

    def point(self, id: int) -> Point:
        """Give a point of the prompts; raises StateError, ``no-such-point``."""
        for point in self.selection.points:
            if point.id == id:
                return point
        raise StateError("no-such-point", "This point is no longer there.")

    def instance(self, id: int) -> Instance:
        """Give an object; raises StateError, ``no-such-object``."""
        for one in self.instances:
            if one.id == id:
                return one
        raise StateError("no-such-object", "This object is no longer there.")

    def unlocked_instance(self, id: int) -> Instance:
        """Give an object that may be changed; raises StateError, ``no-such-object`` or ``object-locked``."""
        one = self.instance(id)
        if one.locked:
            raise StateError("object-locked", "This object is locked.", "Unlock it first.")
        return one

    def with_instance(self, changed: Instance) -> Work:
        """Give the state with an object in the place of the one with its id."""
        return replace(self, instances=tuple(changed if one.id == changed.id else one for one in self.instances))

    def without(self, ids: Collection[int]) -> Work:
        """Give the state without some objects; an answer that was to go to one of them makes a new one."""
        refines = None if self.refines in ids else self.refines
        return replace(self, instances=tuple(one for one in self.instances if one.id not in ids), refines=refines)
