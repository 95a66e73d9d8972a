"""The model that runs, or why none does: calls wait for it, and are made once more when another takes its place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tabsam.errors import ModelError, TabsamError
from tabsam.model.segmenter import Segmenter

T = TypeVar("T")


class Engine:
    """Holds the segmenter.

    Attributes
    ----------
    segmenter : Segmenter or None
        The one that was attached last; None while there is none, and after :meth:`detach`.
    """

    def __init__(self) -> None:
        self.segmenter: Segmenter | None = None
        self._failure: TabsamError | None = None
        self._known = asyncio.Event()

    def attach(self, segmenter: Segmenter) -> None:
        """Use this segmenter from now on."""
        self.segmenter = segmenter
        self._failure = None
        self._known.set()

    def detach(self, failure: TabsamError) -> None:
        """Learn that there is no segmenter, and why; calls that need one fail with that reason."""
        self.segmenter = None
        self._failure = failure
        self._known.set()

    async def run(self, action: Callable[[Segmenter], Awaitable[T]]) -> T:
        """Do something with the segmenter; when that fails because another takes its place, once more with that one.

        Raises
        ------
        TabsamError
            What `detach` was told; or what the action raised, while the segmenter stayed the same.
        """
        segmenter = await self.usable()
        try:
            return await action(segmenter)
        except ModelError as error:
            if error.code != "engine-lost" and self.segmenter is segmenter:
                raise
        if self.segmenter is segmenter:
            self._known.clear()
        return await action(await self.usable())

    async def usable(self) -> Segmenter:
        """Wait for a segmenter; raises what :meth:`detach` was told."""
        await self._known.wait()
        if self.segmenter is None:
            assert self._failure is not None  # attach and detach set one of the two
            raise self._failure
        return self.segmenter
