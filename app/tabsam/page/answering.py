"""The model's answer to the prompts: brought when they change, the newest first, and remembered for undo."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

from tabsam.document.selection import Point, Selection
from tabsam.errors import RequestError, StateError, TabsamError
from tabsam.model.candidate import Candidate
from tabsam.model.choosing import Prediction
from tabsam.model.embedding import Embedding
from tabsam.model.segmenter import Segmenter
from tabsam.page.answer import Answer, predict
from tabsam.page.edge_following import EdgeFollowing
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
    single_mask : bool
        Whether one mask is shown, that which Meta's predictor gives for ``multimask_output=False``, and nothing to choose from.
    timings : dict
        What the picture and the last answer took; without "decode" when the answer was known.
    last_decode : float or None
        Milliseconds that the model took for the last answer or preview, None when it was known.
    turn : asyncio.Lock
        Held while the model is asked something; whoever holds it keeps questions waiting.
    """

    def __init__(self, engine: Engine, workspace: Workspace, encoding: Encoding, edges: EdgeFollowing) -> None:
        self.shown = Answer(Selection().prompts)
        self.feeds_back = True
        self.single_mask = False
        self.timings: Timings = {}
        self.last_decode: float | None = None
        self.turn = asyncio.Lock()
        self._engine = engine
        self._workspace = workspace
        self._encoding = encoding
        self._edges = edges
        self._remembered: OrderedDict[Hashable, Answer] = OrderedDict()
        self._asked_of = object()  # another one with every picture and model: what was asked of those before says nothing
        self._hovers = 0
        self._failed: Hashable = _NOTHING_ASKED

    # What is shown

    @property
    def is_coming(self) -> bool:
        """Whether the answer to the prompts as they are is on its way; when the model has failed on them it is not."""
        return not self.is_up_to_date and self._failed != self._workspace.document.selection.prompts

    @property
    def is_up_to_date(self) -> bool:
        """Whether what is shown is the answer to the prompts as they are."""
        return not self._workspace.is_open or self.shown.prompts == self._workspace.document.selection.prompts

    @property
    def chosen(self) -> int | None:
        """Which candidate is shown, by its rank; None when there is none."""
        shown = self.shown.shown(self._taken, single_mask=self.single_mask)
        return None if shown is None else shown.rank

    @property
    def offered(self) -> tuple[Candidate, ...]:
        """The candidates that can be chosen, the best first."""
        return self.shown.offered(self._taken, single_mask=self.single_mask)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on where what is shown is not what the reference's predictor would give."""
        return self.shown.notes(single_mask=self.single_mask)

    @property
    def has_single_mask(self) -> bool | None:
        """Whether the model has a mask of its own for :attr:`single_mask`; None while nobody can say."""
        segmenter = self._engine.segmenter
        return None if segmenter is None else segmenter.has_single_mask

    def first_shown(self, answer: Answer) -> Candidate:
        """Tell what is shown of an answer, which has something, before a person chooses."""
        first = answer.shown(None, single_mask=self.single_mask)
        assert first is not None
        return first

    @property
    def refinable(self) -> int | None:
        """Which candidate the next point is to refine; None where it is to begin anew.

        Only of an answer that is there: a click that has been overtaken is never decoded.
        """
        return self.chosen if self.feeds_back and self.is_up_to_date else None

    def choosable(self, rank: int) -> int:
        """Tell which candidate a person takes by a rank: that one, or the better one that is nearly the same.

        Raises
        ------
        RequestError
            ``no-such-candidate``.
        """
        shown = self.shown.shown(self._known(rank), single_mask=self.single_mask)
        assert shown is not None  # there is one of that rank
        if self.single_mask and shown.rank != rank:
            raise RequestError("no-such-candidate", "One mask is asked for: there is no other to choose.", "Have several shown.")
        return shown.rank

    @property
    def _taken(self) -> int | None:
        return self._workspace.document.selection.chosen if self._workspace.is_open else None

    def _known(self, rank: int) -> int:
        if not 0 <= rank < len(self.shown.candidates):
            raise RequestError("no-such-candidate", f"There is no candidate {rank}; there are {len(self.shown.candidates)}.")
        return rank

    # Asking

    async def settle(self) -> None:
        """Bring the answer to the newest prompts; those that have been overtaken meanwhile are never decoded."""
        async with self.turn:
            while self.shown.prompts != (selection := self._workspace.document.selection).prompts:
                start, asked_of = time.perf_counter(), self._asked_of
                self._failed = _NOTHING_ASKED
                try:
                    answer = await self._answer_to(selection)
                except TabsamError:
                    self._failed = selection.prompts
                    raise
                if asked_of is self._asked_of:  # else there is another picture or model now
                    self.shown = answer
                    if not selection.is_empty:  # nothing was asked then, and nothing took any time
                        self._note_timings(milliseconds_since(start))
                    self._workspace.revision += 1
                    return

    async def settled(self) -> tuple[Answer, int | None]:
        """Give the answer to the newest prompts, and which of its candidates is shown, by its rank."""
        await self.settle()
        return self.shown, self.chosen

    async def candidate(self, rank: int | None = None) -> Candidate:
        """Give a candidate of the answer to the newest prompts: the one that is shown, or any other by its rank.

        Raises
        ------
        StateError
            ``nothing-selected``.
        RequestError
            ``no-such-candidate``.
        """
        answer, chosen = await self.settled()
        rank = chosen if rank is None else self._known(rank)
        if rank is None:
            raise StateError("nothing-selected", "Nothing is selected yet.", "Click an object first.")
        painted = self._workspace.document.selection.painted
        if painted is not None and rank == chosen:
            return as_painted(answer.candidates[rank], painted)
        return self._edges.apply(answer.candidates[rank])

    async def finish(self) -> None:
        """Finish the outline that is shown, by the picture's edges or by tidying, unless something newer is asked meanwhile."""
        revision, chosen = self._workspace.revision, self.chosen
        way = self._edges.way
        if way is None or not self.is_up_to_date or chosen is None:
            return
        selection = self._workspace.document.selection
        if selection.painted is not None or self.shown.is_finished(chosen, selection.threshold, way):
            return
        await asyncio.sleep(0)  # a click that has come in the meantime goes first
        if revision == self._workspace.revision and self.is_up_to_date:
            self.shown.finish(chosen, selection.threshold, way, self._edges.apply(self.shown.candidates[chosen]))
            self._workspace.revision += 1  # or the page would take the view for the one that it has

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
        self.shown = Answer(Selection().prompts)
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
        self.last_decode = None
        answer = self._remembered.pop(selection.prompts, None)
        if answer is None and selection.is_empty:
            answer = Answer(selection.prompts)
        elif answer is None:
            prediction = await self._predict(selection, await self._refined_by(selection))
            self.last_decode = milliseconds_since(start)
            answer = Answer(selection.prompts, prediction)
        if asked_of is not self._asked_of:
            return answer
        self._remembered[selection.prompts] = answer
        if len(self._remembered) > _REMEMBERED_ANSWERS:
            self._remembered.popitem(last=False)
        return answer

    def _note_timings(self, total: float) -> None:
        self.timings["total"] = total
        self.timings.pop("decode", None)
        if self.last_decode is not None:
            self.timings["decode"] = self.last_decode

    async def _predict(self, selection: Selection, refined: Candidate | None) -> Prediction:
        async def ask(segmenter: Segmenter, embedding: Embedding) -> Prediction:
            return await predict(segmenter, embedding, selection, refined)

        return await self._encoding.run(ask)

    async def _refined_by(self, selection: Selection) -> Candidate | None:
        """Give the candidate that the answer to a selection refines: known, mostly, or else asked for again."""
        segmenter = self._engine.segmenter
        if selection.refined is None or segmenter is None or not segmenter.takes_mask:
            return None
        before, rank = selection.refined
        return (await self._answer_to(before)).candidate(rank)  # that very one, even if a better one is nearly the same


def milliseconds_since(start: float) -> float:
    """Tell how long ago a `time.perf_counter()` was."""
    return (time.perf_counter() - start) * 1000
