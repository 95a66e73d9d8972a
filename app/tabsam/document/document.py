"""What the user made of a picture: the prompts at hand, the objects and their classes, and every step to them.

It knows nothing of models, and could not tell a browser from a terminal. States are immutable; a step back is a pointer moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tabsam.document.annotations import Annotations
from tabsam.document.class_changes import ClassChanges
from tabsam.document.class_list import ClassChange
from tabsam.document.find_changes import FindChanges
from tabsam.document.prompt_changes import PromptChanges
from tabsam.geometry.affine import Affine


@dataclass
class Document(PromptChanges, FindChanges, ClassChanges):
    """What was made of a picture, and the steps that led there; its attributes are :class:`tabsam.document.changes.Changes`'."""

    @property
    def annotations(self) -> Annotations:
        """The objects and classes, and where the picture lies, as every format takes them."""
        instances = tuple(
            one if one.category is None or self.classes.has(one.category) else replace(one, category=None)
            for one in self.work.instances
        )
        return Annotations(self.name, self.image_size, self.classes.categories, instances, self.work.affine)

    def merge(self, annotations: Annotations) -> None:
        """Take over what has been added to the annotations, in one step: classes, objects, and where the picture lies."""
        own = {one.id: one for one in self.work.instances}  # with the classes that are gone, but may come back
        self.take_over(replace(annotations, instances=tuple(own.get(one.id, one) for one in annotations.instances)))

    def take_over(self, annotations: Annotations) -> None:
        """Put annotations in the place of those that there are, in one step; classes that they do not have stay."""
        new = [one for one in annotations.categories if not self.classes.has(one.id)]
        first = len(self.classes.categories)
        changes = (ClassChange(None, one, place) for place, one in enumerate(new, first))
        log = (*self.work.class_changes, *changes)
        self._step(replace(self.work, class_changes=log, instances=annotations.instances, affine=annotations.affine))

    def place(self, affine: Affine | None) -> None:
        """Say where the picture lies on a map; None for nowhere."""
        self._step(replace(self.work, affine=affine))

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has been done yet, not even what has been undone again."""
        return not self.can_undo and not self.can_redo

    @property
    def can_undo(self) -> bool:
        return self._steps.can_undo

    @property
    def can_redo(self) -> bool:
        return self._steps.can_redo

    def undo(self) -> None:
        """Go a step back; raises StateError, ``nothing-to-undo``."""
        before = self.work
        self._steps.undo()
        self._follow(before)

    def redo(self) -> None:
        """Go forward again; raises StateError, ``nothing-to-redo``."""
        before = self.work
        self._steps.redo()
        self._follow(before)
