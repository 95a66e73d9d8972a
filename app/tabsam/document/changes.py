"""What the groups of changes have in common: the state, the steps, and what is selected.

Each group is a class of its own (prompt_changes, object_changes, class_changes); document.py puts them together.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from tabsam.arrays import Size
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
    active : int or None
        The object that the user has selected. To select is no step: undoing it would surprise.
    category : int or None
        The class of the next object.
    """

    name: str
    image_size: Size
    active: int | None = None
    category: int | None = None
    _steps: Steps[Work] = field(default_factory=lambda: Steps(Work()))

    @property
    def work(self) -> Work:
        return self._steps.state

    @property
    def selection(self) -> Selection:
        return self.work.selection

    def _step(self, work: Work, merge: Hashable = None) -> None:
        """Make a change that can be undone; see :meth:`tabsam.document.steps.Steps.take`."""
        if self._steps.take(work, merge):
            self._forget_what_is_gone()

    def _forget_what_is_gone(self) -> None:
        if all(one.id != self.active for one in self.work.instances):
            self.active = None
        if all(one.id != self.category for one in self.work.categories):
            self.category = None
