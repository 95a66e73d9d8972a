"""What the user made: the picture's prompts, and every step to them.

It knows nothing of models, and could not tell a browser from a terminal. States are immutable; a step back is a pointer moved.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from PIL import Image

from tabsam.arrays import Size
from tabsam.errors import PromptError, StateError
from tabsam.selection import Box, Point, Selection


@dataclass
class Document:
    """A picture, its selection, and the steps that led there.

    Attributes
    ----------
    name : str
        The file's name, as the user knows it.
    image : PIL.Image.Image, mode "RGB"
    selection : Selection
    """

    name: str
    image: Image.Image
    selection: Selection = field(default_factory=Selection)
    _past: list[Selection] = field(default_factory=list)
    _future: list[Selection] = field(default_factory=list)
    _last_step: Hashable = None
    _last_id: int = 0

    @property
    def image_size(self) -> Size:
        """(height, width)."""
        return self.image.height, self.image.width

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def add_point(self, x: float, y: float, label: int) -> None:
        """Add a point on the picture.

        Raises
        ------
        PromptError
            ``prompt-outside`` when the picture does not reach there.
        """
        height, width = self.image_size
        if not (0 <= x <= width and 0 <= y <= height):
            raise PromptError("prompt-outside", "This point lies outside the picture.", "Click on the picture.")
        self._last_id += 1
        point = Point(self._last_id, x, y, label)
        self._step(replace(self.selection, points=(*self.selection.points, point), chosen=None))

    def move_point(self, id: int, x: float, y: float, gesture: int | None = None) -> None:
        """Move a point; moves of one gesture, or of one point in a row when no gesture is given, are one step to undo."""
        self._change_point(replace(self._point(id), x=self._within(x, 1), y=self._within(y, 0)), merge=("move", id, gesture))

    def label_point(self, id: int, label: int) -> None:
        """Say that a point is on the object (1), or off it (0)."""
        self._change_point(replace(self._point(id), label=label))

    def remove_point(self, id: int) -> None:
        """Take a point away."""
        gone = self._point(id)
        self._step(replace(self.selection, points=tuple(p for p in self.selection.points if p is not gone), chosen=None))

    def set_box(self, box: Box | None) -> None:
        """Set the box, with its corners in any order and cut to the picture; None takes it away.

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
        self._step(replace(self.selection, box=box, chosen=None))

    def choose(self, candidate: int) -> None:
        """Take one of the model's candidates, counted from the best."""
        self._step(replace(self.selection, chosen=candidate))

    def clear(self) -> None:
        """Take every prompt away."""
        self._step(Selection())

    def undo(self) -> None:
        """Go a step back.

        Raises
        ------
        StateError
            ``nothing-to-undo``.
        """
        if not self._past:
            raise StateError("nothing-to-undo", "There is nothing to undo.")
        self._future.append(self.selection)
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
        self._past.append(self.selection)
        self._jump(self._future.pop())

    def _jump(self, selection: Selection) -> None:
        self.selection = selection
        self._last_step = None

    def _step(self, selection: Selection, merge: Hashable = None) -> None:
        """Make a change that can be undone; one with the same ``merge`` as the step before goes into that step."""
        if selection == self.selection:
            return
        if merge is None or merge != self._last_step:
            self._past.append(self.selection)
        self._future.clear()
        self.selection = selection
        self._last_step = merge

    def _change_point(self, changed: Point, merge: Hashable = None) -> None:
        points = tuple(changed if point.id == changed.id else point for point in self.selection.points)
        self._step(replace(self.selection, points=points, chosen=None), merge)

    def _point(self, id: int) -> Point:
        for point in self.selection.points:
            if point.id == id:
                return point
        raise StateError("no-such-point", "This point is no longer there.")

    def _within(self, value: float, axis: int) -> float:
        return min(max(value, 0.0), float(self.image_size[axis]))
