"""A candidate that the person has painted on: what it was asked by is the model's, its shape is theirs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from tabsam.arrays import BoolArray
from tabsam.geometry.outline import Outline
from tabsam.model.candidate import Candidate

if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True)
class Painted(Candidate):
    """A candidate whose shape is an outline; the threshold says nothing of it.

    Attributes
    ----------
    line : Outline
        In image pixels.
    """

    line: Outline | None = None

    def mask(self, *, threshold: float = 0.0) -> BoolArray:
        from tabsam.geometry.raster import fill  # here: few ever paint, and the start waits for every import

        return fill(self.outline(), self.frame.image_size)

    def outline(self, *, refine: int = 1, threshold: float = 0.0) -> Outline:
        assert self.line is not None  # as_painted gives it
        return self.line


def as_painted(candidate: Candidate, line: Outline) -> Painted:
    """Give a candidate with a painted shape."""
    given: dict[str, Any] = {field.name: getattr(candidate, field.name) for field in fields(Candidate)}
    return Painted(**given, line=line)
