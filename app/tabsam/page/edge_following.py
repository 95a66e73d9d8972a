"""How masks are finished: whether they follow the picture's edges, with the open picture as that needs it, and are tidied."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tabsam.model.candidate import Candidate, tidy_unsaid
from tabsam.page.engine import Engine
from tabsam.page.workspace import Picture, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from PIL.Image import Image

    from tabsam.model.candidate import Edges
    from tabsam.model.picture_guide import PictureGuide

_SOON = 0.3
"""Seconds after a picture has been opened: it is on the screen, and nobody has clicked yet."""


class EdgeFollowing:
    """Says how masks are finished: how edges are made, and what is left out.

    Attributes
    ----------
    wish : {"decoded", "follow"} or None
        The person's; None leaves it to the model.
    tidy_wish : float or None
        The person's: below which share of a mask parts and holes are left out; None leaves it to the model.
    """

    def __init__(self, engine: Engine, workspace: Workspace) -> None:
        self.wish: Edges | None = None
        self.tidy_wish: float | None = None
        self._engine = engine
        self._workspace = workspace
        self._guide: tuple[Picture, PictureGuide] | None = None

    @property
    def edges(self) -> Edges:
        """How edges are made now."""
        segmenter = self._engine.segmenter
        return self.wish or ("decoded" if segmenter is None else segmenter.edges)

    @property
    def tidy(self) -> float:
        """Below which share of a mask parts and holes are left out now; 0 keeps all."""
        segmenter = self._engine.segmenter
        if self.tidy_wish is not None or segmenter is None:
            return self.tidy_wish or 0.0
        return tidy_unsaid(segmenter.tidy, self.wish)

    @property
    def way(self) -> Hashable:
        """What two outlines of one mask have in common that are finished alike; None where they are as decoded."""
        return (self.edges, self.tidy) if self.follows or self.tidy else None

    @property
    def follows(self) -> bool:
        """Whether masks follow the picture's edges now."""
        return self.edges == "follow"

    def apply(self, candidate: Candidate) -> Candidate:
        """Give a candidate of the open picture, finished as it is done now."""
        if self.follows:
            from tabsam.model.following import following  # here: the start waits for every import

            candidate = following(candidate, self._picture_guide())
        return self._tidied(candidate)

    def on(self, image: Image) -> Callable[[Candidate], Candidate]:
        """Give what finishes any picture's candidates as it is done now; the picture is taken in when the first one comes."""
        if not self.follows:
            return self._tidied
        from tabsam.model.following import following
        from tabsam.model.picture_guide import PictureGuide

        guide: PictureGuide | None = None

        def apply(candidate: Candidate) -> Candidate:
            nonlocal guide
            guide = guide or PictureGuide(image)
            return self._tidied(following(candidate, guide))

        return apply

    def _tidied(self, candidate: Candidate) -> Candidate:
        if not self.tidy:
            return candidate
        from tabsam.model.tidying import tidied

        return tidied(candidate, self.tidy)

    def prepare_soon(self) -> None:
        """Take the open picture in while the person still looks at it, so that the first click need not wait for that."""
        asyncio.get_running_loop().call_later(_SOON, self._prepare)

    def _prepare(self) -> None:
        if self.follows and self._workspace.is_open:
            self._picture_guide()

    def _picture_guide(self) -> PictureGuide:
        from tabsam.model.picture_guide import PictureGuide

        picture = self._workspace.picture
        if self._guide is None or self._guide[0] is not picture:
            self._guide = None  # before there is another: the two together take twice the memory
            self._guide = picture, PictureGuide(picture.image)
        return self._guide[1]
