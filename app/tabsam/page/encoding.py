"""A picture as the model needs it: encoded once for each segmenter, and kept while there is room."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tabsam.errors import ModelError
from tabsam.model.embedding import Embedding
from tabsam.model.embedding_cache import EmbeddingCache
from tabsam.model.segmenter import Segmenter
from tabsam.page.engine import Engine
from tabsam.page.workspace import Picture, Workspace

T = TypeVar("T")

_EMBEDDING_BYTES = 256_000_000
"""What encoded pictures may take; the default model's take 16 MB each."""


class Encoding:
    """Encodes pictures with the engine's segmenter.

    Attributes
    ----------
    kept : EmbeddingCache
        Those that are ready.
    """

    def __init__(self, engine: Engine, workspace: Workspace) -> None:
        self.kept = EmbeddingCache(_EMBEDDING_BYTES)
        self._engine = engine
        self._workspace = workspace
        self._ahead: dict[tuple[Segmenter, str], asyncio.Future[None]] = {}

    async def run(self, action: Callable[[Segmenter, Embedding], Awaitable[T]]) -> T:
        """Do something with the segmenter and the open picture's embedding; when the engine dies meanwhile, once more."""
        picture = self._workspace.picture

        async def act(segmenter: Segmenter) -> T:
            return await action(segmenter, await self.use(picture, segmenter))

        return await self._engine.run(act)

    async def use(self, picture: Picture, segmenter: Segmenter) -> Embedding:
        """Have a segmenter answer about a picture from now on."""
        embedding = await self.embedding_of(picture, segmenter)
        segmenter.use(embedding)
        return embedding

    async def embedding_of(
        self, picture: Picture, segmenter: Segmenter, on_start: Callable[[], object] | None = None
    ) -> Embedding:
        """Give a picture's embedding: the one that is kept, or a new one, which is.

        Parameters
        ----------
        on_start : callable, optional
            Called before a picture is encoded, which takes seconds.
        """
        embedding = self.kept.get(segmenter, picture.pixels)
        if embedding is not None:
            return embedding
        if on_start is not None:
            on_start()
        if (coming := self._ahead.get((segmenter, picture.pixels))) is not None:
            await asyncio.wait([coming])  # it is nearly there: a second run would take longer
            if (embedding := self.kept.get(segmenter, picture.pixels)) is not None:
                return embedding
        return await self._encode(picture, segmenter)

    async def encode_ahead(self, picture: Picture) -> None:
        """Encode a picture that may be opened next, and keep it; without an engine, or when it is there already, do nothing."""
        segmenter = self._engine.segmenter
        if segmenter is None:
            return
        key = segmenter, picture.pixels
        if key in self._ahead or self.kept.get(*key) is not None:
            return
        coming = self._ahead[key] = asyncio.get_running_loop().create_future()
        try:
            await self._encode(picture, segmenter)
        finally:
            del self._ahead[key]
            coming.set_result(None)

    async def _encode(self, picture: Picture, segmenter: Segmenter) -> Embedding:
        made = await _given_or_made(picture, segmenter)
        embedding = self.kept.get(segmenter, picture.pixels)
        if embedding is not None:  # somebody else has asked for it at the same time, and works with it
            made.release()
            return embedding
        if segmenter is self._engine.segmenter:  # else its engine is gone, and with it what it has just made
            if self._workspace.is_open:
                self.kept.get(segmenter, self._workspace.picture.pixels)  # the open one is the last that may go
            self.kept.put(segmenter, picture.pixels, made)
        return made


async def _given_or_made(picture: Picture, segmenter: Segmenter) -> Embedding:
    """Take the embedding that came with a picture, where it is this model's; else encode the picture."""
    if picture.given is not None:
        from tabsam.model.storing import check_model, held  # here: few pictures come with one

        try:
            check_model(segmenter, picture.given)
        except ModelError:
            return await segmenter.encode(picture.image)  # another model has taken the place of the one that it was opened with
        return await held(segmenter, picture.given, (picture.image.height, picture.image.width), picture=picture.digest)
    return await segmenter.encode(picture.image)
