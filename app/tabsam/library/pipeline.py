"""Post-processing that is put together of steps: ``opening(2) | hole_filling(50) | smoothing(1.5) | simplification(0.5)``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tabsam.arrays import Size
from tabsam.errors import PromptError
from tabsam.geometry.outline import Outline
from tabsam.geometry.shaping import OPERATIONS


@dataclass(frozen=True)
class Pipeline:
    """Steps that change an outline, one after the other.

    Attributes
    ----------
    steps : tuple of (name, amount)
        Names are those of :data:`tabsam.geometry.shaping.OPERATIONS`; amounts are in image pixels, areas in square ones.

    Raises
    ------
    PromptError
        ``pipeline-step`` for a name that means nothing, ``radius`` for an amount that cannot be.
    """

    steps: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        for name, amount in self.steps:
            if name not in OPERATIONS:
                raise _unknown(name)
            if math.isnan(amount) or (amount < 0 and name != "grow"):
                raise PromptError("radius", f"The amount of '{name}' must be a number from 0 on, not {amount}.", "Correct it.")

    @classmethod
    def read(cls, text: str) -> Pipeline:
        """Read steps from a text, as "open 2, fill-holes 50, simplify 0.5"; ``fill-holes`` alone fills all.

        Raises
        ------
        PromptError
            ``pipeline-step``, ``radius``.
        """
        return cls(tuple(_steps(text)))

    def __call__(self, line: Outline, image_size: Size) -> Outline:
        """Take an outline through all steps.

        Parameters
        ----------
        line : Outline
            In image pixels.
        image_size : (height, width)

        Returns
        -------
        Outline
            Without rings when nothing is left.
        """
        for name, amount in self.steps:
            line = OPERATIONS[name](line, amount, image_size)
        return line

    def __or__(self, other: Pipeline) -> Pipeline:
        """Put another's steps after these."""
        return Pipeline(self.steps + other.steps)

    def __bool__(self) -> bool:
        return bool(self.steps)

    def __str__(self) -> str:
        return ", ".join(name if math.isinf(amount) else f"{name} {amount:g}" for name, amount in self.steps)


def opening(radius: float) -> Pipeline:
    """Take away what a disc does not fit in: spurs, bridges and islands thinner than twice the radius, in image pixels."""
    return Pipeline((("open", radius),))


def closing(radius: float) -> Pipeline:
    """Fill what a disc outside does not fit in: gaps, cracks and holes thinner than twice the radius, in image pixels."""
    return Pipeline((("close", radius),))


def growing(radius: float) -> Pipeline:
    """Add all within a radius, in image pixels; below 0 take as much away."""
    return Pipeline((("grow", radius),))


def smoothing(sigma: float) -> Pipeline:
    """Round off what is small, by a Gaussian of that sigma, in image pixels."""
    return Pipeline((("smooth", sigma),))


def hole_filling(below_area: float = math.inf) -> Pipeline:
    """Fill holes of less than an area, in square image pixels; all, where none is given."""
    return Pipeline((("fill-holes", below_area),))


def island_removal(below_area: float) -> Pipeline:
    """Remove parts of less than an area, in square image pixels; when all are smaller, the largest stays."""
    return Pipeline((("remove-islands", below_area),))


def simplification(tolerance: float) -> Pipeline:
    """Leave out corners that lie within a tolerance, in image pixels, of the line without them."""
    return Pipeline((("simplify", tolerance),))


def _steps(text: str) -> Iterator[tuple[str, float]]:
    for step in filter(None, (part.strip() for part in text.split(","))):
        name, _, amount = step.replace("=", " ").partition(" ")
        if name not in OPERATIONS:
            raise _unknown(name)
        if not amount.strip() and name == "fill-holes":
            yield name, math.inf
            continue
        try:
            yield name, float(amount)
        except ValueError as error:
            raise PromptError(
                "radius", f"'{name}' needs an amount: '{step}' has none that is a number.", f"As '{name} 2'."
            ) from error


def _unknown(name: str) -> PromptError:
    return PromptError("pipeline-step", f"There is no step '{name}'.", f"Choose of: {', '.join(OPERATIONS)}.")
