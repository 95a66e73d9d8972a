"""The model's answer to the prompts: brought when they change, the newest first, and remembered for undo."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

from tabsam.document.selection import Point, Selection
from tabsam.errors import RequestError, StateError
from tabsam.model.segmenter import Candidate, Embedding, Segmenter
from tabsam.page.answer import Answer
from tabsam.page.encoding import Encoding
from tabsam.page.engine import Engine
from tabsam.page.painted import as_painted
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.page.protocol.messages import Timings

_REMEMBERED_ANSWERS = 32
"""Undo and redo within so many answers cost no decode; each is about 0.8 MB with three masks of 256 x 256."""

_NOTHING_ASKED = object()
"""What an answer is marked with whose model is gone: it is shown until there is another."""


class Answering:
    """Asks the model, one question at a time.

    Attributes
    ----------
    shown : Answer
        The last that was brought; see :attr:`is_up_to_date`.
    feeds_back : bool
        Whether a further point refines the answer before.
    timings : dict
        What the picture and the last answer took.
    turn : asyncio.Lock
        Held while the model is asked something; whoever holds it keeps questions waiting.
    """

    def __init__(self, engine: Engine, workspace: Workspace, encoding: Encoding) -> None:
        self.shown = Answer(Selection().prompts, [])
        self.feeds_back = True
        self.timings: Timings = {}
        self.turn = asyncio.Lock()
        self._engine = engine
        self._workspace = workspace
        self._encoding = encoding
        self._remembered: OrderedDict[Hashable, Answer] = OrderedDict()
        self._asked_of = object()  # another one with every picture and model: what was asked of those before says nothing
        self._hovers = 0

    # What is shown

    @property
    def is_up_to_date(self) -> bool:
        """Whether what is shown is the answer to the prompts as they are."""
        return not self._workspace.is_open or self.shown.prompts == self._workspace.document.selection.prompts

    @property
    def chosen(self) -> int | None:
        """Which candidate is shown; None when there is none."""
        if not self._workspace.is_open or not self.shown.candidates:
            return None
        chosen = self._workspace.document.selection.chosen or 0
        return chosen if chosen < len(self.shown.candidates) else 0

    @property
    def refinable(self) -> int | None:
        """Which candidate the next point is to refine; None where it is to begin anew.

        Only of an answer that is there: a click that has been overtaken is never decoded.
        """
        return self.chosen if self.feeds_back and self.is_up_to_date else None

    def checked_index(self, index: int) -> int:
        """Give a candidate's index back if it is shown; ``no-such-candidate`` if not."""
        if not 0 <= index < len(self.shown.candidates):
            raise RequestError("no-such-candidate", f"There is no candidate {index}; there are {len(self.shown.candidates)}.")
        return index

    # Asking

    async def settle(self) -> None:
        """Bring the answer to the newest prompts; those that have been overtaken meanwhile are never decoded."""
        async with self.turn:
            while self.shown.prompts != (selection := self._workspace.document.selection).prompts:
                start, asked_of = time.perf_counter(), self._asked_of
                answer = await self._answer_to(selection)
                if asked_of is self._asked_of:  # else there is another picture or model now
                    self.shown = answer
                    self.timings["total"] = milliseconds_since(start)
                    self._workspace.revision += 1
                    return

    async def settled(self) -> tuple[Answer, int | None]:
        """Give the answer to the newest prompts, and which of its candidates is shown."""
        await self.settle()
        return self.shown, self.chosen

    async def candidate(self, index: int | None = None) -> Candidate:
        """Give a candidate of the answer to the newest prompts: the one that is shown, or another by its index.

        Raises
        ------
        StateError
            ``nothing-selected``.
        RequestError
            ``no-such-candidate``.
        """
        answer, chosen = await self.settled()
        index = chosen if index is None else self.checked_index(index)
        if index is None:
            raise StateError("nothing-selected", "Nothing is selected yet.", "Click an object first.")
        candidate = answer.candidates[index]
        painted = self._workspace.document.selection.painted
        return candidate if painted is None or index != chosen else as_painted(candidate, painted)

    async def answer_to(self, selection: Selection) -> Answer:
        """Ask the model something without changing the document."""
        async with self.turn:
            return await self._answer_to(selection)

    async def preview(self, x: float, y: float) -> Answer | None:
        """Give the answer that a click would bring; None when a newer preview, another picture or another model overtakes it."""
        self.overtake_previews()
        mine, document = self._hovers, self._workspace.document
        async with self.turn:
            if mine != self._hovers or document is not self._workspace.document:
                return None
            selection, asked_of = document.selection, self._asked_of
            points = (*selection.points, Point(0, x, y, 1, self.refinable))
            answer = await self._answer_to(replace(selection, points=points, rounds=()))
        return answer if asked_of is self._asked_of else None

    def overtake_previews(self) -> None:
        """Give up every preview that has not been asked for yet."""
        self._hovers += 1

    # Another picture, another model

    def begin(self, encode: float) -> None:
        """Begin with another picture, which took so many milliseconds to encode."""
        self._forget()
        self.shown = Answer(Selection().prompts, [])
        self.timings = {"encode": encode}

    def distrust(self) -> None:
        """Learn that another model answers from now on: what is shown stays until it has been asked."""
        self._forget()
        self.shown.prompts = _NOTHING_ASKED

    def _forget(self) -> None:
        self._remembered.clear()
        self._asked_of = object()

    async def _answer_to(self, selection: Selection) -> Answer:
        start, asked_of = time.perf_counter(), self._asked_of
        answer = self._remembered.pop(selection.prompts, None)
        if answer is None and selection.is_empty:
            answer = Answer(selection.prompts, [])
        elif answer is None:
            candidates = await self._predict(selection, await self._refined_by(selection))
            self.timings["decode"] = milliseconds_since(start)
            answer = Answer(selection.prompts, candidates)
        if asked_of is not self._asked_of:
            return answer
        self._remembered[selection.prompts] = answer
        if len(self._remembered) > _REMEMBERED_ANSWERS:
            self._remembered.popitem(last=False)
        return answer

    async def _predict(self, selection: Selection, refined: Candidate | None) -> list[Candidate]:
        points = [(point.x, point.y) for point in selection.points]
        labels = [point.label for point in selection.points]

        async def predict(segmenter: Segmenter, embedding: Embedding) -> list[Candidate]:
            mask = None if refined is None else refined.logits
            if selection.mask is not None:
                from tabsam.document.painting import mask_logits  # here: few ever paint, and the start waits for every import

                mask = mask_logits(selection.mask, embedding.frame, segmenter.mask_size)
            return await segmenter.predict(points, labels, selection.box, mask, all_candidates=True)

        return await self._encoding.run(predict)

    async def _refined_by(self, selection: Selection) -> Candidate | None:
        """Give the candidate that the answer to a selection refines: known, mostly, or else asked for again."""
        segmenter = self._engine.segmenter
        if selection.refined is None or segmenter is None or not segmenter.takes_mask:
            return None
        before, index = selection.refined
        candidates = (await self._answer_to(before)).candidates
        return candidates[min(index, len(candidates) - 1)]


def milliseconds_since(start: float) -> float:
    """Tell how long ago a `time.perf_counter()` was."""
    return (time.perf_counter() - start) * 1000
