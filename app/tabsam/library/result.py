"""What the library gives: masks that know their picture, can be shaped, and save themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace

from tabsam.arrays import BoolArray
from tabsam.formats.candidate import REFINE, how_made
from tabsam.geometry import raster
from tabsam.geometry.outline import Outline
from tabsam.library.pipeline import Pipeline
from tabsam.library.saving import Picture, Saving
from tabsam.model.candidate import Candidate, Edges
from tabsam.model.everything.proposals import Proposal


@dataclass(frozen=True, eq=False, repr=False)
class Result(Candidate, Saving):
    """One mask that the model offers, of a picture.

    It is a :class:`tabsam.Candidate`: :attr:`logits`, which can be fed back, :attr:`iou_prediction`, :attr:`stability_score`
    and the rest are as the model gave them.

    Attributes
    ----------
    finished : Candidate
        The same, as its mask is finished: edges followed, specks tidied away.
    picture : Picture
    pipeline : Pipeline
        What is then done to its shape.
    """

    finished: Candidate = field(kw_only=True)
    picture: Picture = field(kw_only=True)
    pipeline: Pipeline = field(default=Pipeline(), kw_only=True)

    @classmethod
    def of(cls, candidate: Candidate, finished: Candidate, picture: Picture) -> Result:
        """Take a candidate of a picture."""
        facts = {one.name: getattr(candidate, one.name) for one in fields(Candidate)}
        return cls(**facts, finished=finished, picture=picture)

    @property
    def edges(self) -> Edges:
        return self.finished.edges

    @property
    def tidy(self) -> float:
        return self.finished.tidy

    @property
    def made(self) -> str:
        return _made(how_made(self), self.pipeline)

    @property
    def score(self) -> float:
        return self.iou_prediction

    def shaped(self, pipeline: Pipeline) -> Result:
        """Give the same mask with its shape taken through some steps more; see :mod:`tabsam.library.pipeline`."""
        return replace(self, pipeline=self.pipeline | pipeline)

    def mask(self, *, threshold: float = 0.0) -> BoolArray:
        """Make the mask, (height, width), at the picture's full size: of a shaped one what has its centre in the outline."""
        if not self.pipeline:
            return self.finished.mask(threshold=threshold)
        return raster.fill(self.outline(threshold=threshold), self.picture.size)

    def outline(self, *, refine: int = 1, threshold: float = 0.0) -> Outline:
        """Follow the mask's edge, in image pixels; see :func:`tabsam.model.contours.outline`. A shaped one is followed finely."""
        return _shaped(
            lambda refine: self.finished.outline(refine=refine, threshold=threshold), refine, self.pipeline, self.picture
        )

    def __repr__(self) -> str:
        return _described(self, f"iou_prediction={self.iou_prediction:.3f}, rank={self.rank}")


@dataclass(frozen=True, eq=False, repr=False)
class Found(Proposal, Saving):
    """One mask that a search for everything has found in a picture.

    Attributes
    ----------
    picture : Picture
    pipeline : Pipeline
        What is done to its shape.
    """

    picture: Picture = field(kw_only=True)
    pipeline: Pipeline = field(default=Pipeline(), kw_only=True)

    @classmethod
    def of(cls, proposal: Proposal, picture: Picture) -> Found:
        """Take a proposal of a picture."""
        return cls(**{one.name: getattr(proposal, one.name) for one in fields(Proposal)}, picture=picture)

    @property
    def made(self) -> str:
        return _made("tabsam: found by a search for everything", self.pipeline)

    @property
    def score(self) -> float:
        return self.predicted_iou

    def shaped(self, pipeline: Pipeline) -> Found:
        """Give the same mask with its shape taken through some steps more; its measures are those of before."""
        return replace(self, pipeline=self.pipeline | pipeline)

    def mask(self) -> BoolArray:
        """Make the mask, (height, width), at the picture's full size."""
        return raster.fill(self.outline(), self.picture.size) if self.pipeline else super().mask()

    def outline(self, *, refine: int = 1) -> Outline:
        """Follow the mask's edge, in image pixels."""
        follow = super().outline
        return _shaped(lambda refine: follow(refine=refine), refine, self.pipeline, self.picture)

    def __repr__(self) -> str:
        return _described(self, f"predicted_iou={self.predicted_iou:.3f}, area={self.area}")


@dataclass(frozen=True)
class Refinement:
    """What rounds of asking again came to.

    Attributes
    ----------
    results : tuple of Result
        Of the best round, best IoU prediction first.
    rounds : int
        How often the model was asked.
    reason : str
        Why it was not asked again: a sentence.
    """

    results: tuple[Result, ...]
    rounds: int
    reason: str


def _shaped(follow: Callable[[int], Outline], refine: int, pipeline: Pipeline, picture: Picture) -> Outline:
    if not pipeline:
        return follow(refine)
    return pipeline(follow(max(refine, REFINE)), picture.size)


def _made(how: str, pipeline: Pipeline) -> str:
    return f"{how}; {pipeline}" if pipeline else how


def _described(one: Result | Found, facts: str) -> str:
    return f"<{type(one).__name__} of {one.picture.name!r}: {facts}, stability_score={one.stability_score:.3f}>"
