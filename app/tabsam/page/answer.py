"""What the model said to some prompts: its candidates, and their outlines, made once; and how it is asked."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from tabsam.model.candidate import Candidate
from tabsam.model.choosing import Prediction
from tabsam.page.outlines import outline_message

if TYPE_CHECKING:
    from tabsam.document.selection import Selection
    from tabsam.model.embedding import Embedding
    from tabsam.model.segmenter import Segmenter
    from tabsam.page.protocol import messages


class Answer:
    """The candidates for some prompts. They are known by their ranks, which stay when some are not offered.

    Attributes
    ----------
    prompts : Hashable
        What the model was asked; see :attr:`tabsam.document.selection.Selection.prompts`.
    prediction : Prediction or None
        What it said; None where there was nothing to ask.
    """

    def __init__(self, prompts: Hashable, prediction: Prediction | None = None) -> None:
        self.prompts = prompts
        self.prediction = prediction
        self._outlines: dict[tuple[int, float], messages.Outline] = {}
        self._finished: dict[tuple[int, float, Hashable], messages.Outline] = {}
        self._threshold = 0.0

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All of them, each at the place of its rank: also those that are nearly the same as a better one."""
        return () if self.prediction is None else self.prediction.candidates

    @property
    def mask_count(self) -> int:
        """How many masks the model chose between readings with."""
        return 0 if self.prediction is None else len(self.prediction.multimask)

    def notes(self, *, single_mask: bool) -> tuple[str, ...]:
        """Give sentences on where what is shown is not what the reference's predictor would give."""
        if self.prediction is None:
            return ()
        return self.prediction.single.notes if single_mask else self.prediction.notes

    def candidate(self, rank: int | None) -> Candidate:
        """Give a candidate of an answer that has some: the best for None, and for a rank that this answer does not have."""
        return self.candidates[rank if rank is not None and 0 <= rank < len(self.candidates) else 0]

    def shown(self, taken: int | None, *, single_mask: bool) -> Candidate | None:
        """Tell what is shown where a person took a candidate, or none: never one that is nearly the same as a better one.

        Parameters
        ----------
        taken : int or None
            A rank, perhaps of an answer that was another model's, or was given before duplicates were left out.
        single_mask : bool
            Whether one mask is asked for: that which Meta's predictor gives for ``multimask_output=False``.
        """
        if self.prediction is None:
            return None
        if single_mask:
            return self.prediction.single
        candidate = self.candidate(taken)
        return candidate if candidate.same_as is None else self.candidates[candidate.same_as]

    def offered(self, taken: int | None, *, single_mask: bool) -> tuple[Candidate, ...]:
        """Give what can be chosen, the best first: every reading, and what was taken, be it none of them; or the one mask."""
        shown = self.shown(taken, single_mask=single_mask)
        if self.prediction is None or shown is None:
            return ()
        ranks = {shown.rank} if single_mask else {shown.rank, *(one.rank for one in self.prediction.readings)}
        return tuple(one for one in self.candidates if one.rank in ranks)

    def outline(self, rank: int, threshold: float = 0.0) -> messages.Outline:
        """Give a candidate's outline as plain data; made once, and only when it is asked for."""
        if threshold != self._threshold:  # a slider passes through many, and comes back to none
            self._threshold = threshold
            self._outlines.clear()
            self._finished.clear()
        key = rank, threshold
        if key not in self._outlines:
            self._outlines[key] = outline_message(self.candidates[rank].outline(threshold=threshold))
        return self._outlines[key]

    def finish(self, rank: int, threshold: float, way: Hashable, finished: Candidate) -> None:
        """Make the outline of a candidate that is finished in some way; made once."""
        self.outline(rank, threshold)  # forgets those of another threshold
        key = rank, threshold, way
        if key not in self._finished:
            self._finished[key] = outline_message(finished.outline(threshold=threshold))

    def is_finished(self, rank: int, threshold: float, way: Hashable) -> bool:
        """Tell whether a candidate's outline has been finished in a way."""
        return (rank, threshold, way) in self._finished

    def is_drawn(self, candidates: Sequence[Candidate], threshold: float = 0.0) -> bool:
        """Tell whether the outlines of some candidates are made."""
        return all((one.rank, threshold) in self._outlines for one in candidates)

    def candidate_messages(
        self, candidates: Sequence[Candidate], threshold: float = 0.0, *, only: int | None = None, way: Hashable = None
    ) -> list[messages.Candidate]:
        """Give some candidates as the page takes them.

        Parameters
        ----------
        only : int or None
            The rank of the one that is shown: the others come without their outlines, which take longest.
        way : Hashable
            Outlines that have been finished in it go before those as decoded; None for none.
        """

        def outline(rank: int) -> messages.Outline:
            finished = None if way is None else self._finished.get((rank, threshold, way))
            return finished or self.outline(rank, threshold)

        return [
            {
                "index": one.rank,
                "token": one.token,
                "iouPrediction": one.iou_prediction,
                "stabilityScore": one.stability_score,
                "outline": outline(one.rank) if only is None or one.rank == only else None,
            }
            for one in candidates
        ]


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
