"""Changes to the prompts: what the model is asked, and what is taken of its answer."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from tabsam.document.changes import Changes
from tabsam.document.selection import MOST_POINTS, NO_PROMPTS, Box, Point, Selection
from tabsam.errors import PromptError
from tabsam.geometry.outline import Outline


@dataclass
class PromptChanges(Changes):
    """Points, a box, a mask, rounds of refining, a candidate and a threshold."""

    _last_point: int = 0

    def add_point(self, x: float, y: float, label: int, refines: int | None = None) -> None:
        """Add a point on the picture.

        Parameters
        ----------
        refines : int or None
            The candidate of the answer so far that the model is to refine; None to have it begin anew.

        Raises
        ------
        PromptError
            ``prompt-outside`` when the picture does not reach there; ``prompt-many`` for one too many.
        """
        height, width = self.image_size
        if len(self.selection.points) >= MOST_POINTS:
            message = f"There are {MOST_POINTS} points already, which is as many as an object can have."
            raise PromptError("prompt-many", message, "Take some away, or accept this object and begin another.")
        if not (0 <= x <= width and 0 <= y <= height):
            raise PromptError("prompt-outside", "This point lies outside the picture.", "Click on the picture.")
        self._last_point += 1
        self._ask(points=(*self.selection.points, Point(self._last_point, x, y, label, refines)))

    def move_point(self, id: int, x: float, y: float, gesture: int | None = None) -> None:
        """Move a point; moves of one gesture, or of one point in a row when no gesture is given, are one step to undo."""
        self._change_point(replace(self.work.point(id), x=self._within(x, 1), y=self._within(y, 0)), merge=("move", id, gesture))

    def label_point(self, id: int, label: int) -> None:
        """Say that a point is on the object (1), or off it (0)."""
        self._change_point(replace(self.work.point(id), label=label))

    def remove_point(self, id: int) -> None:
        """Take a point away."""
        gone = self.work.point(id)
        self._ask(points=tuple(p for p in self.selection.points if p is not gone))

    def set_box(self, box: Box | None, gesture: int | None = None) -> None:
        """Set the box, with its corners in any order and cut to the picture; None takes it away.

        Boxes of one gesture are one step to undo.

        Raises
        ------
        PromptError
            ``prompt-box`` when nothing of it is on the picture.
        """
        if box is not None:
            (x0, x1), (y0, y1) = sorted((box[0], box[2])), sorted((box[1], box[3]))
            box = (self._within(x0, 1), self._within(y0, 0), self._within(x1, 1), self._within(y1, 0))
            if box[0] == box[2] or box[1] == box[3]:
                raise PromptError("prompt-box", "This box has no area on the picture.", "Drag across the object.")
        self._ask(merge=None if gesture is None else ("box", gesture), box=box)

    def set_mask(self, mask: Outline | None) -> None:
        """Set the painted mask; None, or one without anything in it, takes it away."""
        self._ask(mask=mask if mask is not None and len(mask.vertices) else None)

    def refine(self, rounds: tuple[int, ...]) -> None:
        """Have the model refine its own answer; see :attr:`Selection.rounds`."""
        self._ask(rounds=rounds)

    def choose(self, candidate: int) -> None:
        """Take one of the model's candidates, counted from the best."""
        self._select(replace(self.selection, chosen=candidate, painted=None))

    def paint_mask(self, line: Outline) -> None:
        """Have the mask that is shown be as it has been painted; one of which nothing is left goes, with what it was asked by."""
        if len(line.vertices):
            self._select(replace(self.selection, painted=line))
        else:
            self.clear()

    def set_threshold(self, threshold: float, gesture: int | None = None) -> None:
        """Say where the mask ends, in logits; changes of one gesture are one step to undo."""
        self._select(replace(self.selection, threshold=threshold, painted=None), merge=("threshold", gesture))

    def clear(self) -> None:
        """Take every prompt away; the objects stay."""
        self._step(replace(self.work, selection=NO_PROMPTS, refines=None))

    def _ask(self, merge: Hashable = None, **changes: Any) -> None:
        """Change the prompts: there will be another answer, and what was taken of the one before no longer counts."""
        self._select(replace(self.selection, **({"rounds": (), "chosen": None, "painted": None} | changes)), merge)

    def _select(self, selection: Selection, merge: Hashable = None) -> None:
        self._step(replace(self.work, selection=selection), merge)

    def _change_point(self, changed: Point, merge: Hashable = None) -> None:
        points = tuple(changed if point.id == changed.id else point for point in self.selection.points)
        if points != self.selection.points:
            self._ask(merge, points=points)

    def _within(self, value: float, axis: int) -> float:
        return min(max(value, 0.0), float(self.image_size[axis]))
