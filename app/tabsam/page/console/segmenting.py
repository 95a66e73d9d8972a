"""The model that runs, as a script asks it: about the open picture, or about another document's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from numpy.typing import ArrayLike

from tabsam.model.candidate import Candidate
from tabsam.model.embedding import Embedding
from tabsam.model.everything.proposals import Proposal
from tabsam.model.segmenter import Segmenter
from tabsam.page.console.documents import ScriptDocument
from tabsam.page.encoding import Encoding
from tabsam.page.engine import Engine
from tabsam.page.workspace import Picture

T = TypeVar("T")


class ScriptSegmenter:
    """Asks the model for masks.

    Parameters
    ----------
    turn : asyncio.Lock
        Held while the model answers about a picture.
    apart : callable
        Awaits what must not be broken off half way.
    picture_of : callable
        Gives a document's picture; that of the open one for None.
    """

    def __init__(
        self,
        engine: Engine,
        encoding: Encoding,
        turn: asyncio.Lock,
        apart: Callable[[Coroutine[Any, Any, Any]], Coroutine[Any, Any, Any]],
        picture_of: Callable[[ScriptDocument | None], Picture],
    ) -> None:
        self._engine = engine
        self._encoding = encoding
        self._turn = turn
        self._apart = apart
        self._picture_of = picture_of

    def __repr__(self) -> str:
        segmenter = self._engine.segmenter
        return "<segmenter: none runs yet>" if segmenter is None else f"<segmenter of the family {segmenter.family}>"

    async def predict(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        *,
        document: ScriptDocument | None = None,
        multimask_output: bool = True,
    ) -> list[Candidate]:
        """Ask for one object's masks, best first; see :meth:`tabsam.Segmenter.predict`. ``.mask()`` makes an array of one.

        Parameters
        ----------
        document : ScriptDocument, optional
            Whose picture it is asked about; that of the open one.
        """
        picture = self._picture_of(document)

        async def ask(segmenter: Segmenter) -> list[Candidate]:
            async with self._turn:
                await self._encoding.use(picture, segmenter)
                return await segmenter.predict(points, labels, box, mask, multimask_output=multimask_output)

        candidates: list[Candidate] = await self._apart(self._engine.run(ask))
        return candidates

    async def everything(self, document: ScriptDocument | None = None, **options: float) -> list[Proposal]:
        """Find all objects of a picture, the best first; options are those of :class:`tabsam.everything.EverythingOptions`."""
        from tabsam.model.everything.generator import all_of_it, everything
        from tabsam.model.everything.options import default_options

        picture = self._picture_of(document)

        async def search(segmenter: Segmenter) -> list[Proposal]:
            embedding: Embedding = await self._encoding.embedding_of(picture, segmenter)
            wished: dict[str, Any] = {"points_per_batch": 16, **options}
            steps = everything(segmenter, picture.image, default_options(segmenter, **wished), embedding=embedding)
            return await all_of_it(steps)

        masks: list[Proposal] = await self._apart(self._engine.run(search))
        return masks
