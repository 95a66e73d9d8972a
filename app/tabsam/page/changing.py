"""A change of the document, and the view that it brings: at once where it needs no answer, with the answer where it does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tabsam.document.document import Document
from tabsam.page.answering import Answering
from tabsam.page.view import ViewMaker
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.page.protocol.messages import View
    from tabsam.page.protocol.methods import Method, OnProgress

P = TypeVar("P")

_PATIENCE = 0.2
"""Seconds after which a person wants to know that something is going on; to say so takes the processor from the model."""


class Changing:
    """Makes methods of changes."""

    def __init__(self, workspace: Workspace, answering: Answering, views: ViewMaker) -> None:
        self._workspace = workspace
        self._answering = answering
        self._views = views

    def counted(self) -> View:
        """Count a change that needs no answer, and give the view."""
        self._workspace.revision += 1
        return self._views.view()

    def method(self, change: Callable[[Document, P], object]) -> Method[P, View]:
        """Make a method that changes the document and brings the answer."""

        async def method(params: P, on_progress: OnProgress) -> View:
            return await self.make(lambda document: change(document, params), on_progress)

        return method

    async def make(self, change: Callable[[Document], object], on_progress: OnProgress) -> View:
        """Change the document, bring the answer, and give the view; when that takes long, first say what changed."""
        change(self._workspace.document)
        self._workspace.revision += 1

        def say_so() -> None:
            # Without outlines: the page has those that it shows.
            view = self._views.view()
            view["candidates"] = []
            on_progress({"stage": "decode", "message": "Finding the mask", "view": view})

        # Not at once: where the model answers sooner, the page would draw what nobody sees, on a processor that is busy.
        news = asyncio.get_running_loop().call_later(_PATIENCE, say_so)
        try:
            await self._answering.settle()
        finally:
            news.cancel()
        answering = self._answering
        if not answering.shown.is_drawn(answering.offered, self._workspace.document.selection.threshold):
            on_progress({"stage": "decode", "message": "Found the mask", "view": self._views.view(first=True)})
        await self._answering.finish()
        return self._views.view()
