"""Asks a model what a selection asks, about a picture that need not be the open one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabsam.page.answer import Answer

if TYPE_CHECKING:
    from tabsam.document.selection import Selection
    from tabsam.model.candidate import Candidate
    from tabsam.model.choosing import Prediction
    from tabsam.model.embedding import Embedding
    from tabsam.model.segmenter import Segmenter


async def predict(
    segmenter: Segmenter, embedding: Embedding, selection: Selection, refined: Candidate | None = None
) -> Prediction:
    """Ask the model once.

    Parameters
    ----------
    refined : Candidate or None
        What the answer is to refine; what is painted goes before it.
    """
    points = [(point.x, point.y) for point in selection.points]
    labels = [point.label for point in selection.points]
    mask = None if refined is None else refined.logits
    if selection.mask is not None:
        from tabsam.document.painting import mask_logits  # here: few ever paint, and the start waits for every import

        mask = mask_logits(selection.mask, embedding.frame, segmenter.mask_size)
    return await segmenter.ask(points, labels, selection.box, mask, embedding=embedding)


async def answer_to(segmenter: Segmenter, embedding: Embedding, selection: Selection) -> Answer:
    """Ask the model, first for the answers that this one refines; raises TabsamError, of prompts, models and engines."""
    refined = None
    if selection.refined is not None and segmenter.takes_mask:
        before, rank = selection.refined
        refined = (await answer_to(segmenter, embedding, before)).candidate(rank)
    return Answer(selection.prompts, await predict(segmenter, embedding, selection, refined))
