"""The search for everything in a picture, as the page follows it: progress, finds on the way, and an end at any time."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from tabsam.document.annotations import Instance
from tabsam.document.selection import Point, Selection
from tabsam.errors import CancelledError
from tabsam.formats.candidate import OBJECT_TOLERANCE
from tabsam.geometry.outline import Outline
from tabsam.geometry.simplifying import simplify
from tabsam.page.changing import Changing
from tabsam.page.encoding import Encoding
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.model.embedding import Embedding
    from tabsam.model.everything.generator import Step
    from tabsam.model.everything.pool import Pool
    from tabsam.model.segmenter import Segmenter
    from tabsam.page.protocol.messages import View
    from tabsam.page.protocol.methods import OnProgress, SearchMethods
    from tabsam.page.protocol.params import FilterFoundParams, FoundParams, NoParams, SearchOptions


class Searching:
    """Answers what is asked about the search, and about what it has found."""

    def __init__(self, workspace: Workspace, encoding: Encoding, changing: Changing) -> None:
        self._workspace = workspace
        self._encoding = encoding
        self._changing = changing
        self._running: asyncio.Task[None] | None = None

    def methods(self) -> SearchMethods:
        """Give every method by its name."""
        return {
            "findAll": self._find_all,
            "stopFinding": self._stop_finding,
            "filterFound": self._filter,
            "takeFound": self._take,
            "rejectFound": self._reject,
            "dropFound": self._drop,
        }

    @property
    def is_running(self) -> bool:
        """Whether the open picture is being searched."""
        return self._running is not None

    async def stop(self) -> None:
        """Give up a search that is going on: something else takes its place. What it has found is kept."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.wait([running])

    async def _find_all(self, params: SearchOptions, on_progress: OnProgress) -> View:
        """Search; each find is told in a progress, with its outline."""
        await self.stop()
        running = self._running = asyncio.ensure_future(self._search(search_wishes(params), on_progress))
        await asyncio.wait([running])
        if self._running is not running:
            raise CancelledError("cancelled", "The search was given up.")
        self._running = None
        if not running.cancelled():
            running.result()
        return self._changing.counted()

    async def _stop_finding(self, params: NoParams, on_progress: OnProgress) -> None:
        running = self._running
        if running is not None:
            running.cancel()
            await asyncio.wait([running])

    async def _search(self, wishes: dict[str, Any], on_progress: OnProgress) -> None:
        """Search, and keep what is found, however the search ends."""
        from tabsam.model.everything.generator import everything
        from tabsam.model.everything.options import default_options
        from tabsam.model.everything.pool import Pool

        document, image = self._workspace.document, self._workspace.picture.image
        pool: Pool | None = None
        ended = False

        async def search(segmenter: Segmenter, embedding: Embedding) -> None:
            nonlocal pool
            options = default_options(segmenter, **wishes)
            pool = Pool(options)  # when the engine dies, the search begins again
            async with aclosing(everything(segmenter, image, options, embedding=embedding, pool=pool)) as steps:
                async for step in steps:
                    if not step.final:
                        _tell(pool, step, on_progress)

        try:
            await self._encoding.run(search)
            ended = True
        finally:
            if pool is not None and (ended or len(pool)):
                document.keep_finds(pool, pool.options.thresholds)

    async def _filter(self, params: FilterFoundParams, on_progress: OnProgress) -> View:
        from tabsam.model.everything.options import Thresholds

        self._workspace.document.thresholds = Thresholds(params["predIouThresh"], params["stabilityScoreThresh"])
        return self._changing.counted()

    async def _take(self, params: FoundParams, on_progress: OnProgress) -> View:
        document = self._workspace.document
        pool = None if document.finds is None else document.finds.pool
        document.take_finds(params["numbers"], lambda number: found_object(pool, number, document.category))
        return self._changing.counted()

    async def _reject(self, params: FoundParams, on_progress: OnProgress) -> View:
        self._workspace.document.reject_finds(params["numbers"])
        return self._changing.counted()

    async def _drop(self, params: NoParams, on_progress: OnProgress) -> View:
        await self._stop_finding(params, on_progress)
        self._workspace.document.drop_finds()
        return self._changing.counted()


def found_object(pool: Pool | None, number: int, category: int | None) -> Instance:
    """Give a find as an object, without an id."""
    assert pool is not None  # whoever asks has a number of them
    one = pool.mask(number)
    line: Outline = simplify(one.outline(refine=4), OBJECT_TOLERANCE)
    x, y = one.point_coords
    prompts = Selection(points=(Point(0, float(x), float(y), 1),))
    return Instance(0, line, category, score=one.predicted_iou, prompts=prompts)


def _tell(pool: Pool, step: Step, on_progress: OnProgress) -> None:
    from tabsam.page.find_updates import find_message

    news = [find_message(pool, pool.number(one)) for one in step.found]
    on_progress({"stage": "find", "message": "Looking for objects", "loaded": step.done, "total": step.of, "found": news})


def search_wishes(params: SearchOptions) -> dict[str, Any]:
    """Name options as in Python; those that are left out are the model's own."""
    from tabsam.model.option_names import from_json

    return {"points_per_batch": 16} | from_json(params)
