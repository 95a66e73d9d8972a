"""What the model is asked about one object: its prompts, and which of the answers the user took."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in image pixels."""


@dataclass(frozen=True)
class Point:
    """A click: x, y in image pixels; label 1 on the object, 0 off it. The id stays when the point moves."""

    id: int
    x: float
    y: float
    label: int


@dataclass(frozen=True)
class Selection:
    """One object's prompts, and which of the model's candidates the user took (None: the best)."""

    points: tuple[Point, ...] = ()
    box: Box | None = None
    chosen: int | None = None

    @property
    def is_empty(self) -> bool:
        return not self.points and self.box is None

    @property
    def prompts(self) -> Hashable:
        """What the model is asked; equal for two selections that get the same answer."""
        return tuple((point.x, point.y, point.label) for point in self.points), self.box
