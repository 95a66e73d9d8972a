"""Undo and redo over states that do not change: a step back is a pointer moved."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, Literal, TypeVar

from tabsam.errors import StateError

State = TypeVar("State")

Move = Literal["push", "replace", "undo", "redo"]
"""What happened: a step, a step that became part of the one before, a step back, a step forward again."""


class Steps(Generic[State]):
    """The state there is, those that led to it, and those that were undone.

    Attributes
    ----------
    state
        Immutable; two of them can be compared.
    watch : callable or None
        Told of every move, when it has been made.
    """

    def __init__(self, state: State, past: Sequence[State] = (), future: Sequence[State] = ()) -> None:
        self.state = state
        self.watch: Callable[[Move], None] | None = None
        self._past = list(past)
        self._future = list(future)
        self._last_merge: Hashable = None

    @property
    def past(self) -> Sequence[State]:
        """The states that led here, the oldest first."""
        return self._past

    @property
    def future(self) -> Sequence[State]:
        """Those that were undone, the next one last."""
        return self._future

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
        merges = merge is not None and merge == self._last_merge
        self.go("replace" if merges else "push", state)
        self._last_merge = merge
        return True

    def go(self, move: Literal["push", "replace"], state: State) -> None:
        """Go on to another state by a move that is known."""
        if move == "push":
            self._past.append(self.state)
        self._future.clear()
        self._jump(move, state)

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
        self._jump("undo", self._past.pop())

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
        self._jump("redo", self._future.pop())

    def _jump(self, move: Move, state: State) -> None:
        self.state = state
        self._last_merge = None
        if self.watch is not None:
            self.watch(move)
