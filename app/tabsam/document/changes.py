"""What the groups of changes have in common: the state, the steps, and what is selected.

Each group is a class of its own (prompt_changes, object_changes, class_changes); document.py puts them together.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tabsam.arrays import Size
from tabsam.document.class_list import ClassList
from tabsam.document.selection import Selection
from tabsam.document.steps import Steps
from tabsam.document.work import Work


@dataclass
class Changes:
    """A document that can be changed, step by step.

    Attributes
    ----------
    name : str
        The picture's file name, as the user knows it.
    image_size : (height, width)
    selected : tuple of int
        The objects that the user has selected; the first of them is `active`. To select is no step: undoing it would surprise.
    classes : ClassList
        Those of all pictures that are open together.
    """

    name: str
    image_size: Size
    selected: tuple[int, ...] = ()
    classes: ClassList = field(default_factory=ClassList)
    _steps: Steps[Work] = field(default_factory=lambda: Steps(Work()))
    _draft: Work | None = None

    @property
    def work(self) -> Work:
        return self._steps.state if self._draft is None else self._draft

    @property
    def selection(self) -> Selection:
        return self.work.selection

    @property
    def active(self) -> int | None:
        """The object that was selected first, or alone: what is done to one is done to it. To set it selects it alone."""
        return self.selected[0] if self.selected else None

    @active.setter
    def active(self, id: int | None) -> None:
        self.selected = () if id is None else (id,)

    @property
    def category(self) -> int | None:
        """The class of the next object."""
        return self.classes.chosen

    def _step(self, work: Work, merge: Hashable = None) -> None:
        """Make a change that can be undone; see :meth:`tabsam.document.steps.Steps.take`."""
        before = self.work
        if self._draft is not None:
            if work != before:
                self._draft = work
                self._follow(before)
        elif self._steps.take(work, merge):
            self._follow(before)

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """Make all changes within one step: also those before an exception, which passes through. Nobody may undo meanwhile."""
        self._draft = self._steps.state
        try:
            yield
        finally:
            work, self._draft = self._draft, None
            self._steps.take(work)  # whatever goes with it has followed already

    def _follow(self, before: Work) -> None:
        """Bring to the state there is what goes with it."""
        self.classes.follow(before.class_changes, self.work.class_changes)
        there = {one.id for one in self.work.instances}
        self.selected = tuple(id for id in self.selected if id in there)
