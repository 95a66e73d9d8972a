"""What the user made of a picture: the prompts at hand, the objects and their classes, and every step to them.

It knows nothing of models, and could not tell a browser from a terminal. States are immutable; a step back is a pointer moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tabsam.document.annotations import Annotations
from tabsam.document.class_changes import ClassChanges
from tabsam.document.object_changes import ObjectChanges
from tabsam.document.prompt_changes import PromptChanges
from tabsam.geometry.affine import Affine


@dataclass
class Document(PromptChanges, ObjectChanges, ClassChanges):
    """What was made of a picture, and the steps that led there; its attributes are :class:`tabsam.document.changes.Changes`'."""

    @property
    def annotations(self) -> Annotations:
        """The objects and classes, and where the picture lies, as every format takes them."""
        return Annotations(self.name, self.image_size, self.work.categories, self.work.instances, self.work.affine)

    def merge(self, annotations: Annotations) -> None:
        """Take over annotations that have been read, in one step."""
        categories, instances, affine = annotations.categories, annotations.instances, annotations.affine
        self._step(replace(self.work, categories=categories, instances=instances, affine=affine))

    def place(self, affine: Affine | None) -> None:
        """Say where the picture lies on a map; None for nowhere."""
        self._step(replace(self.work, affine=affine))

    @property
    def can_undo(self) -> bool:
        return self._steps.can_undo

    @property
    def can_redo(self) -> bool:
        return self._steps.can_redo

    def undo(self) -> None:
        """Go a step back; raises StateError, ``nothing-to-undo``."""
        self._steps.undo()
        self._forget_what_is_gone()

    def redo(self) -> None:
        """Go forward again; raises StateError, ``nothing-to-redo``."""
        self._steps.redo()
        self._forget_what_is_gone()
