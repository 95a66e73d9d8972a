"""Undo and redo over states that do not change: a step back is a pointer moved."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from tabsam.errors import StateError

State = TypeVar("State")


class Steps(Generic[State]):
    """The state there is, those that led to it, and those that were undone.

    Attributes
    ----------
    state
        Immutable; two of them can be compared.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self._past: list[State] = []
        self._future: list[State] = []
        self._last_merge: Hashable = None

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def take(self, state: State, merge: Hashable = None) -> bool:
        """Go on to another state, and forget what was undone; tell whether it is another one at all.

        Parameters
        ----------
        merge : hashable, optional
            A step with the same one as the step before becomes part of that step: all moves of one drag are undone at once.
        """
        if state == self.state:
            return False
        if merge is None or merge != self._last_merge:
            self._past.append(self.state)
        self._future.clear()
        self.state = state
        self._last_merge = merge
        return True

    def undo(self) -> None:
        """Go a step back.

        Raises
        ------
        StateError
            ``nothing-to-undo``.
        """
        if not self._past:
            raise StateError("nothing-to-undo", "There is nothing to undo.")
        self._future.append(self.state)
        self._jump(self._past.pop())

    def redo(self) -> None:
        """Go forward again.

        Raises
        ------
        StateError
            ``nothing-to-redo``.
        """
        if not self._future:
            raise StateError("nothing-to-redo", "There is nothing to redo.")
        self._past.append(self.state)
        self._jump(self._future.pop())

    def _jump(self, state: State) -> None:
        self.state = state
        self._last_merge = None
