"""What the user made of a picture: the prompts at hand, the objects and their classes, and every step to them.

It knows nothing of models, and could not tell a browser from a terminal. States are immutable; a step back is a pointer moved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tabsam.document.annotations import Annotations
from tabsam.document.class_changes import ClassChanges
from tabsam.document.class_list import ClassChange
from tabsam.document.find_changes import FindChanges
from tabsam.document.prompt_changes import PromptChanges
from tabsam.document.steps import Move, Steps
from tabsam.document.work import Work
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
        more = self.finds, self.thresholds, self.work.kept
        return Annotations(self.name, self.image_size, self.classes.categories, instances, self.work.affine, *more)

    def merge(self, annotations: Annotations) -> None:
        """Take over what has been added to the annotations, in one step: classes, objects, and where the picture lies."""
        own = {one.id: one for one in self.work.instances}  # with the classes that are gone, but may come back
        self.take_over(replace(annotations, instances=tuple(own.get(one.id, one) for one in annotations.instances)))

    def take_over(self, annotations: Annotations) -> None:
        """Put annotations in the place of those that there are, in one step; classes and finds that they do not have stay."""
        new = [one for one in annotations.categories if not self.classes.has(one.id)]
        first = len(self.classes.categories)
        changes = (ClassChange(None, one, place) for place, one in enumerate(new, first))
        log = (*self.work.class_changes, *changes)
        finds = annotations.finds or self.finds
        if finds is not self.finds:
            self.thresholds = annotations.thresholds
        instances, affine, kept = annotations.instances, annotations.affine, annotations.kept
        self._step(replace(self.work, class_changes=log, instances=instances, affine=affine, finds=finds, kept=kept))

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

    @property
    def all_states(self) -> tuple[tuple[Work, ...], Work, tuple[Work, ...]]:
        """The states that led here, the one there is, and those that were undone; see :class:`tabsam.document.steps.Steps`."""
        return tuple(self._steps.past), self._steps.state, tuple(self._steps.future)

    def restore(self, past: tuple[Work, ...], work: Work, future: tuple[Work, ...]) -> None:
        """Have the states of another day; the list of classes has what they changed of it already."""
        self._steps = Steps(work, past, future)
        for state in (*past, work, *future):
            self._count_ids(state)

    def replay(self, move: Move, work: Work | None = None) -> None:
        """Make a move that is known, one of another day too.

        Parameters
        ----------
        work : Work or None
            Where it leads; a step back or forward knows that itself.
        """
        before = self.work
        if move == "undo":
            self._steps.undo()
        elif move == "redo":
            self._steps.redo()
        else:
            assert work is not None  # these two bring it
            self._steps.go(move, work)
        self._count_ids(self.work)
        self._follow(before)

    def watch(self, on_move: Callable[[Move], None]) -> None:
        """Have every move told from now on, when it has been made."""
        self._steps.watch = on_move

    def _count_ids(self, work: Work) -> None:
        """Give none of these ids once more."""
        self._last_point = max([self._last_point, *(point.id for point in work.selection.points)])
        self._last_instance = max([self._last_instance, *(one.id for one in work.instances)])

    def undo(self) -> None:
        """Go a step back; raises StateError, ``nothing-to-undo``."""
        self.replay("undo")

    def redo(self) -> None:
        """Go forward again; raises StateError, ``nothing-to-redo``."""
        self.replay("redo")
