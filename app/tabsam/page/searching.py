"""The search for everything in a picture, as the page follows it: progress, finds on the way, and an end at any time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from tabsam.document.annotations import Instance
from tabsam.document.selection import Point, Selection
from tabsam.errors import CancelledError, RequestError
from tabsam.geometry.outline import Outline
from tabsam.geometry.simplifying import simplify
from tabsam.model.option_names import from_json
from tabsam.page.changing import Changing
from tabsam.page.encoding import Encoding
from tabsam.page.outlines import OBJECT_TOLERANCE, outline_message
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.model.embedding import Embedding
    from tabsam.model.everything.proposals import Proposal
    from tabsam.model.segmenter import Segmenter
    from tabsam.page.protocol.messages import Find, View
    from tabsam.page.protocol.methods import OnProgress, SearchMethods
    from tabsam.page.protocol.params import NoParams, SearchOptions, TakeFoundParams
    from tabsam.page.protocol.results import Found


class Searching:
    """Answers what is asked about the search; it keeps what the last one found."""

    def __init__(self, workspace: Workspace, encoding: Encoding, changing: Changing) -> None:
        self._workspace = workspace
        self._encoding = encoding
        self._changing = changing
        self._found: list[Proposal] = []
        self._running: asyncio.Task[None] | None = None

    def methods(self) -> SearchMethods:
        """Give every method by its name."""
        return {"findAll": self._find_all, "stopFinding": self._stop_finding, "takeFound": self._take}

    async def stop(self) -> None:
        """End a search that is going on; what it has found stays until the next one."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])

    async def _find_all(self, params: SearchOptions, on_progress: OnProgress) -> Found:
        """Search; each find is told in a progress, with its outline."""
        await self.stop()
        wishes = _wishes(params)
        self._found = []
        left: list[Proposal] = []

        async def search(segmenter: Segmenter, embedding: Embedding) -> None:
            from tabsam.model.everything.generator import everything
            from tabsam.model.everything.options import default_options

            options = default_options(segmenter, **wishes)
            self._found.clear()
            async with aclosing(everything(segmenter, self._workspace.picture.image, options, embedding=embedding)) as steps:
                async for step in steps:
                    if step.final:
                        left.extend(step.found)
                    else:
                        self._tell(step.done, step.of, step.found, on_progress)

        self._running = asyncio.ensure_future(self._encoding.run(search))
        try:
            await asyncio.wait([self._running])
            if self._running.cancelled():
                raise CancelledError("cancelled", "The search was stopped.")
            self._running.result()
        finally:
            self._running = None
        first = len(self._found)
        self._found.extend(left)
        return {"found": [self._message(first + place, one) for place, one in enumerate(left)]}

    def _tell(self, done: int, of: int, found: Sequence[Proposal], on_progress: OnProgress) -> None:
        first = len(self._found)
        self._found.extend(found)
        news = [self._message(first + place, one) for place, one in enumerate(found)]
        on_progress({"stage": "find", "message": "Looking for objects", "loaded": done, "total": of, "found": news})

    def _message(self, number: int, one: Proposal) -> Find:
        return {
            "number": number,
            "iouPrediction": one.predicted_iou,
            "stabilityScore": one.stability_score,
            "area": one.area,
            "outline": outline_message(one.outline()),
        }

    async def _stop_finding(self, params: NoParams, on_progress: OnProgress) -> None:
        await self.stop()

    async def _take(self, params: TakeFoundParams, on_progress: OnProgress) -> View:
        """Make objects of what was found, in one step."""
        chosen = params["numbers"]
        if any(not 0 <= number < len(self._found) for number in chosen):
            raise RequestError("no-such-find", "This is no longer among what was found.", "Search again.")
        document = self._workspace.document
        document.add([self._instance(self._found[number], document.category) for number in chosen])
        return self._changing.counted()

    def _instance(self, one: Proposal, category: int | None) -> Instance:
        line: Outline = simplify(one.outline(refine=4), OBJECT_TOLERANCE)
        x, y = one.point_coords
        prompts = Selection(points=(Point(0, float(x), float(y), 1),))
        return Instance(0, line, category, score=one.predicted_iou, prompts=prompts)


def _wishes(params: SearchOptions) -> dict[str, Any]:
    """Name options as in Python; those that are left out are the model's own."""
    return {"points_per_batch": 16} | from_json(params)
