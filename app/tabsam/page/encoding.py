"""A picture as the model needs it: encoded once for each segmenter, and kept while there is room."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

from tabsam.errors import ModelError
from tabsam.model.embedding import Embedding
from tabsam.model.embedding_cache import EmbeddingCache
from tabsam.model.segmenter import Segmenter
from tabsam.page.engine import Engine
from tabsam.page.workspace import Picture, Workspace

if TYPE_CHECKING:
    from tabsam.model.runtime import Tensor

T = TypeVar("T")

_EMBEDDING_BYTES = 256_000_000
"""What encoded pictures may take; the default model's take 8 MB each."""

_KEEP_AFTER = 2.0
"""Seconds after a picture has been opened in which nobody wants an answer: then its embedding is kept for another day."""


class EmbeddingFile(Protocol):
    """Keeps one model's embedding of one picture for another day. It is a copy of what can be made again: it fails in silence."""

    async def write(self, picture: str, tensors: Mapping[str, Tensor]) -> bool:
        """Keep it in the place of the one before; tell whether it is kept. `picture` is what the picture's pixels go by."""
        ...

    async def read(self, picture: str) -> Mapping[str, Tensor] | None:
        """Give what is kept, if it is that picture's and the model is the same."""
        ...


class Encoding:
    """Encodes pictures with the engine's segmenter.

    Attributes
    ----------
    kept : EmbeddingCache
        Those that are ready.
    file : EmbeddingFile or None
        Where that of the open picture is kept for another day.
    """

    def __init__(self, engine: Engine, workspace: Workspace) -> None:
        self.kept = EmbeddingCache(_EMBEDDING_BYTES)
        self.file: EmbeddingFile | None = None
        self._on_file: tuple[Segmenter, str] | None = None
        self._wanted = ""
        self._writing: asyncio.Task[None] | None = None
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
        """Give a picture's embedding: the one that is kept, here or for another day, or a new one, which is.

        Parameters
        ----------
        on_start : callable, optional
            Called before a picture is encoded, which takes seconds.
        """
        embedding = self.kept.get(segmenter, picture.pixels)
        if embedding is None and (segmenter, picture.pixels) not in self._ahead:
            embedding = await self._recalled(picture, segmenter)
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

    def keep_soon(self, picture: Picture, is_quiet: Callable[[], bool]) -> None:
        """Keep the open picture's embedding for another day, in the place of any other, once nobody waits for anything."""
        if self.file is not None:
            self._wanted = picture.pixels
            self._look_later(picture.pixels, is_quiet)

    def _look_later(self, pixels: str, is_quiet: Callable[[], bool]) -> None:
        # Not a task that is cancelled when another picture comes: Pyodide holds on to those, and they would to their pictures.
        asyncio.get_running_loop().call_later(_KEEP_AFTER, self._keep_if_quiet, pixels, is_quiet)

    def _keep_if_quiet(self, pixels: str, is_quiet: Callable[[], bool]) -> None:
        segmenter, file = self._engine.segmenter, self.file
        if pixels != self._wanted or segmenter is None or file is None:
            return
        if not is_quiet():
            self._look_later(pixels, is_quiet)
            return
        self._wanted = ""
        embedding = self.kept.get(segmenter, pixels)
        if embedding is not None and self._on_file != (segmenter, pixels):
            self._writing = asyncio.ensure_future(self._write(segmenter, pixels, embedding, file))

    async def _write(self, segmenter: Segmenter, pixels: str, embedding: Embedding, file: EmbeddingFile) -> None:
        if await file.write(pixels, embedding.tensors):
            self._on_file = segmenter, pixels

    async def _recalled(self, picture: Picture, segmenter: Segmenter) -> Embedding | None:
        """Give the embedding that was made another day."""
        if self.file is None or segmenter is not self._engine.segmenter:
            return None
        tensors = await self.file.read(picture.pixels)
        if tensors is None:
            return None
        self._on_file = segmenter, picture.pixels
        return self._taken(picture, segmenter, segmenter.embedding(tensors, (picture.image.height, picture.image.width)))

    async def _encode(self, picture: Picture, segmenter: Segmenter) -> Embedding:
        return self._taken(picture, segmenter, await _given_or_made(picture, segmenter))

    def _taken(self, picture: Picture, segmenter: Segmenter, made: Embedding) -> Embedding:
        """Keep what has come, and give it; or what somebody else has brought at the same time."""
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
