"""Masks that the model is given: painted, loaded, or its own answer, until that is good enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tabsam.arrays import Float32Array
from tabsam.document.selection import MOST_ROUNDS
from tabsam.errors import PromptError, RequestError, StateError
from tabsam.formats.candidate import OBJECT_TOLERANCE, fine_outline
from tabsam.geometry.outline import Outline
from tabsam.model.candidate import Candidate
from tabsam.page.answering import Answering
from tabsam.page.changing import Changing
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.page.protocol.messages import View
    from tabsam.page.protocol.methods import MaskPromptMethods, OnProgress
    from tabsam.page.protocol.params import LoadMaskParams, NoParams, PaintParams, RefineParams
    from tabsam.page.protocol.results import Refined


class MaskPrompts:
    """Answers what is asked with a mask."""

    def __init__(self, workspace: Workspace, answering: Answering, changing: Changing) -> None:
        self._workspace = workspace
        self._answering = answering
        self._changing = changing

    def methods(self) -> MaskPromptMethods:
        """Give every method by its name."""
        return {
            "paint": self._paint,
            "askWithShape": self._ask_with_shape,
            "loadMask": self._load,
            "removeMask": self._changing.method(lambda doc, p: doc.set_mask(None)),
            "refine": self._refine,
        }

    async def _paint(self, params: PaintParams, on_progress: OnProgress) -> View:
        """Paint on the selected object, or on the mask that is shown; without either, ask the model with what is painted."""
        from tabsam.document import painting  # here: few ever paint, and the start waits for every import

        document = self._workspace.document
        flat, erase = params["points"], params["erase"]
        if not flat or len(flat) % 2:
            raise RequestError("bad-request", "'points' must be x, y, x, y ...")
        stroke = painting.stroke_outline(np.array(flat).reshape(-1, 2), params["radius"])
        size = document.image_size
        if document.active is not None and document.selection.is_empty:
            line = document.instance(document.active).outline
            document.reshape(document.active, (painting.erase if erase else painting.paint)(line, stroke, size))
            return self._changing.counted()
        if not document.selection.is_empty:
            line = await self._shown()
            document.paint_mask((painting.erase if erase else painting.paint)(line, stroke, size))
            return await self._changing.make(lambda document: None, on_progress)
        if erase:
            raise StateError("nothing-to-erase", "There is nothing to erase yet.", "Select an object, or click one, first.")
        return await self._ask_with(painting.paint(None, stroke, size), on_progress)

    async def _shown(self) -> Outline:
        """Give the outline that `accept` would make an object of."""
        document = self._workspace.document
        candidate = await self._answering.candidate()
        self._workspace.stay_with(document)
        painted = document.selection.painted
        return painted or fine_outline(candidate, OBJECT_TOLERANCE, threshold=document.selection.threshold)

    async def _ask_with_shape(self, params: NoParams, on_progress: OnProgress) -> View:
        """Ask the model with the shape that is shown."""
        return await self._ask_with(await self._shown(), on_progress)

    async def _load(self, params: LoadMaskParams, on_progress: OnProgress) -> View:
        """Take a mask picture as a prompt."""
        from tabsam.document import painting
        from tabsam.pictures.mask_pixels import mask_pixels

        mask = painting.outline_from_mask(mask_pixels(params["bytes"]), self._workspace.document.image_size)
        if not len(mask.vertices):
            raise PromptError("mask-empty", "This mask is empty: nothing in it is marked.", "Choose another file.")
        return await self._ask_with(mask, on_progress)

    async def _ask_with(self, mask: Outline, on_progress: OnProgress) -> View:
        """Ask the model with a mask, and give its answer's view."""
        return await self._changing.make(lambda document: document.set_mask(mask), on_progress)

    async def _refine(self, params: RefineParams, on_progress: OnProgress) -> Refined:
        """Feed the answer back until it is good enough; one step, however many rounds it took."""
        from tabsam.model.refining import refine_by

        document = self._workspace.document
        asked = document.selection
        left = MOST_ROUNDS - len(asked.rounds)
        if left < 1:
            message = f"This answer has been refined {MOST_ROUNDS} times, which is as often as can be kept."
            raise PromptError("refine-rounds", message, "Accept it, or say with another point what is wrong.")
        answering = self._answering
        shown, chosen = await answering.settled()
        if chosen is None:
            raise StateError("nothing-selected", "There is no mask to refine yet.", "Click an object first.")

        # Which rounds led to which logits. The candidate that the user took goes before the best.
        rounds = {id(one.logits): (*asked.rounds, one.rank) for one in shown.candidates}

        async def ask(logits: Float32Array | None) -> Sequence[Candidate]:
            if logits is None:
                return answering.offered
            self._workspace.stay_with(document)
            taken = rounds[id(logits)]
            best = answering.first_shown(await answering.answer_to(replace(asked, rounds=taken, chosen=None)))
            rounds[id(best.logits)] = (*taken, best.rank)
            return (best,)

        refined = await refine_by(
            ask,
            None if chosen == answering.first_shown(shown).rank else shown.candidates[chosen].logits,
            rounds=min(params["rounds"], left),
            iou_prediction=params["iouPrediction"],
            stability_score=params["stabilityScore"],
        )
        reason = refined.reason
        if document.selection != asked:
            reason = "The prompts have changed meanwhile."
        elif refined.mask is not None:
            document.refine(rounds[id(refined.mask)])
        await self._answering.settle()
        return {"view": self._changing.counted(), "rounds": refined.rounds, "reason": reason}
