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
from tabsam.page.answers import plain_outline
from tabsam.page.requests import OnProgress, Params, Plain, integer, number, numbers

if TYPE_CHECKING:
    from tabsam.model.everything.proposals import Proposal
    from tabsam.model.segmenter import Embedding, Segmenter
    from tabsam.page.app import App, Method

_TOLERANCE = 0.25
"""In image pixels, of an outline that is taken."""


class Searching:
    """Answers for an app; it keeps what the last search found."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._found: list[Proposal] = []
        self._running: asyncio.Task[None] | None = None

    def methods(self) -> dict[str, Method]:
        """Give every method by its name."""
        return {"findAll": self._find_all, "stopFinding": self._stop_finding, "takeFound": self._take}

    async def stop(self) -> None:
        """End a search that is going on; what it has found stays until the next one."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])

    async def _find_all(self, params: Params, on_progress: OnProgress) -> Plain:
        """Search; ``{found}``, the numbers of what is left at the end. Each find is told in a progress, with its outline."""
        await self.stop()
        wishes = _wishes(params)
        self._found = []
        left: list[Proposal] = []

        async def search(segmenter: Segmenter, embedding: Embedding) -> None:
            from tabsam.model.everything.generator import default_options, everything

            options = default_options(segmenter, **wishes)
            self._found.clear()
            async with aclosing(everything(segmenter, self._app.picture.image, options, embedding=embedding)) as steps:
                async for step in steps:
                    if step.final:
                        left.extend(step.found)
                    else:
                        self._tell(step.done, step.of, step.found, on_progress)

        self._running = asyncio.ensure_future(self._app.with_segmenter(search))
        try:
            await asyncio.wait([self._running])
            if self._running.cancelled():
                raise CancelledError("cancelled", "The search was stopped.")
            self._running.result()
        finally:
            self._running = None
        first = len(self._found)
        self._found.extend(left)
        return {"found": [self._plain(first + place, one) for place, one in enumerate(left)]}

    def _tell(self, done: int, of: int, found: Sequence[Proposal], on_progress: OnProgress) -> None:
        first = len(self._found)
        self._found.extend(found)
        news = [self._plain(first + place, one) for place, one in enumerate(found)]
        on_progress({"stage": "find", "message": "Looking for objects", "loaded": done, "total": of, "found": news})

    def _plain(self, number: int, one: Proposal) -> Plain:
        return {
            "number": number,
            "iouPrediction": one.predicted_iou,
            "stabilityScore": one.stability_score,
            "area": one.area,
            "outline": plain_outline(one.outline()),
        }

    async def _stop_finding(self, params: Params, on_progress: OnProgress) -> Plain:
        await self.stop()
        return None

    async def _take(self, params: Params, on_progress: OnProgress) -> Plain:
        """Make objects of what was found, in one step."""
        chosen = [int(number) for number in numbers(params, "numbers")]
        if any(not 0 <= number < len(self._found) for number in chosen):
            raise RequestError("no-such-find", "This is no longer among what was found.", "Search again.")
        document = self._app.document
        document.add([self._instance(self._found[number], document.category) for number in chosen])
        return self._app.changed()

    def _instance(self, one: Proposal, category: int | None) -> Instance:
        line: Outline = simplify(one.outline(refine=4), _TOLERANCE)
        x, y = one.point_coords
        prompts = Selection(points=(Point(0, float(x), float(y), 1),))
        return Instance(0, line, category, score=one.predicted_iou, prompts=prompts)


def _wishes(params: Params) -> dict[str, Any]:
    """Read options by their names in Python; those that are left out are the model's own."""
    given: dict[str, Any] = {}
    for name, key, read in (
        ("pointsPerSide", "points_per_side", integer),
        ("pointsPerBatch", "points_per_batch", integer),
        ("predIouThresh", "pred_iou_thresh", number),
        ("stabilityScoreThresh", "stability_score_thresh", number),
        ("boxNmsThresh", "box_nms_thresh", number),
        ("cropNLayers", "crop_n_layers", integer),
        ("minMaskRegionArea", "min_mask_region_area", integer),
    ):
        if params.get(name) is not None:
            given[key] = read(params, name)
    return {"points_per_batch": 16} | given
