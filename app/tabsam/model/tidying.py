"""Masks without specks and pinholes: parts, and holes, below a stated share of the mask are left out."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from tabsam.arrays import BoolArray
from tabsam.errors import PromptError
from tabsam.geometry import regions
from tabsam.geometry.morphology import without_small
from tabsam.geometry.outline import Outline, area
from tabsam.geometry.windows import Window
from tabsam.model.candidate import Candidate, Edges

MOST = 0.2
"""Of a mask: what is larger is no speck."""


@dataclass(frozen=True)
class TidyCandidate(Candidate):
    """A candidate whose outline and mask are without what is small; its logits are as decoded.

    Attributes
    ----------
    whole : Candidate
        With its specks and pinholes.
    share : float
    """

    whole: Candidate = field(kw_only=True, repr=False)
    share: float = field(kw_only=True)

    @property
    def edges(self) -> Edges:
        return self.whole.edges

    @property
    def tidy(self) -> float:
        return self.share

    def mask(self, *, threshold: float = 0.0) -> BoolArray:
        mask = self.whole.mask(threshold=threshold)
        window = Window.around(mask)
        if window is None:
            return mask
        below = self.share * int(mask.sum())
        # In place, since pictures are large. What lies between the mask and the picture's border is no hole, as it is none of the
        # outline.
        part = mask[window.slices]
        part[...] = regions.fill_holes(part, below, enclosed=True)
        part[...] = regions.remove_islands(part, below)
        return mask

    def outline(self, *, refine: int = 1, threshold: float = 0.0) -> Outline:
        line = self.whole.outline(refine=refine, threshold=threshold)
        return without_small(line, self.share * area(line))


def tidied(candidate: Candidate, share: float) -> Candidate:
    """Leave parts and holes of a candidate out that are below a share of its area; the largest part stays, and 0 leaves all.

    Raises
    ------
    PromptError
        ``tidy`` for a share that is not from 0 to :data:`MOST`.
    """
    if not checked_share(share):
        return candidate
    facts = {one.name: getattr(candidate, one.name) for one in fields(Candidate)}
    return TidyCandidate(**facts, whole=candidate, share=share)


def checked_share(share: float) -> float:
    """Give a share back; raises PromptError ``tidy`` for one that is not from 0 to :data:`MOST`."""
    if not 0 <= share <= MOST:
        raise PromptError("tidy", f"What is tidied away must be below a share of the mask from 0 to {MOST}, not {share}.")
    return share
