"""How masks are finished: along the picture's edges or as decoded, with or without specks; as results of their picture."""

from __future__ import annotations

from dataclasses import dataclass, field

from tabsam.library.result import Result
from tabsam.library.saving import Picture
from tabsam.model.candidate import Candidate, Edges, tidy_unsaid
from tabsam.model.following import following
from tabsam.model.picture_guide import PictureGuide
from tabsam.model.segmenter import Segmenter
from tabsam.model.tidying import checked_share, tidied


@dataclass(frozen=True)
class Finish:
    """What is wished of masks.

    Attributes
    ----------
    edges : {"decoded", "follow"} or None
        Whether masks end where the model's answer does, as the reference has it, or follow the picture's edges nearby; None
        leaves it to the model.
    tidy : float, 0 to 0.2, or None
        Specks and pinholes below this share of the mask are left out; 0 keeps all. None leaves it to the model, and keeps all
        where edges are asked for as decoded.
    """

    edges: Edges | None = None
    tidy: float | None = None

    def __post_init__(self) -> None:
        if self.tidy is not None:
            checked_share(self.tidy)


@dataclass
class Finishing:
    """Finishes masks of one picture.

    Attributes
    ----------
    segmenter : Segmenter
    picture : Picture
    digest : str
        The SHA-256 of its file as it was read, in hex; nothing where there is no file.
    has_pixels : bool
        Else only its size is known, and masks end as decoded.
    """

    segmenter: Segmenter
    picture: Picture
    digest: str
    has_pixels: bool = True
    _guide: PictureGuide | None = field(default=None, repr=False)

    def result(self, candidate: Candidate, finish: Finish) -> Result:
        """Finish a candidate."""
        edges, tidy = finish.edges, finish.tidy
        done = candidate
        if (edges or self.segmenter.edges) == "follow" and self.has_pixels:
            self._guide = self._guide or PictureGuide(self.picture.image)
            done = following(candidate, self._guide)
        done = tidied(done, tidy_unsaid(self.segmenter.tidy, edges) if tidy is None else tidy)
        return Result.of(candidate, done, self.picture)
