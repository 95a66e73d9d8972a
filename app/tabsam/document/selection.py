"""What the model is asked about one object: its prompts, and what the user took of the answer."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

from tabsam.geometry.outline import Outline

MOST_POINTS = 1000
MOST_ROUNDS = 100
"""More prompts than anybody sets; a project that has more was not made by this app."""

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in image pixels."""


@dataclass(frozen=True)
class Point:
    """A click.

    Attributes
    ----------
    id : int
        Stays when the point moves.
    x, y : float
        In image pixels.
    label : int
        1 on the object, 0 off it.
    refines : int or None
        Which candidate of the answer to the prompts before this one it refines, by its rank; None for no refining.
    """

    id: int
    x: float
    y: float
    label: int
    refines: int | None = None


@dataclass(frozen=True)
class Selection:
    """One object's prompts, and what the user took of the answer.

    Attributes
    ----------
    points : tuple of Point
        In the order in which they were set.
    box : Box or None
    mask : Outline or None
        What the user painted, or a mask that was loaded, in image pixels. It is what is refined, then, and no answer.
    rounds : tuple of int
        How often the model is asked once more to refine its own answer; each says which candidate, by its rank.
    chosen : int or None
        The candidate that the user took, by its rank; None for what is shown first. Whoever reads it knows that another model may
        give fewer, and that it may be nearly the same as a better one.
    threshold : float
        In logits: where the mask ends.
    painted : Outline or None
        What the user made of the mask with the brush: it stands for the candidate, and the model is not asked.
    """

    points: tuple[Point, ...] = ()
    box: Box | None = None
    mask: Outline | None = None
    rounds: tuple[int, ...] = ()
    chosen: int | None = None
    threshold: float = 0.0
    painted: Outline | None = None

    @property
    def is_empty(self) -> bool:
        return not self.points and self.box is None and self.mask is None

    @property
    def prompts(self) -> Hashable:
        """What the model is asked; equal for two selections that get the same answer."""
        points = tuple((point.x, point.y, point.label, point.refines) for point in self.points)
        return points, self.box, self.mask, self.rounds

    @property
    def refined(self) -> tuple[Selection, int] | None:
        """The selection whose answer this one refines, and which candidate of it; None when it begins anew."""
        if self.rounds:
            return replace(self, rounds=self.rounds[:-1]), self.rounds[-1]
        if self.mask is not None or not self.points or self.points[-1].refines is None:
            return None
        before = replace(self, points=self.points[:-1])
        return None if before.is_empty else (before, self.points[-1].refines)


NO_PROMPTS = Selection()
"""The one that all have of which nothing was asked: what is kept of a state names each part once."""
