"""From what a decoder said to what a person chooses from: readings that differ, and the single mask by Meta's rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tabsam.arrays import BoolArray, Float32Array
from tabsam.model import masks
from tabsam.model.candidate import SINGLE_MASK_TOKEN, Candidate
from tabsam.model.dialects import Answer
from tabsam.model.preprocess import Frame

SAME_IOU = 0.95
"""Two masks are one reading from this IoU on, on the decoder's own grid."""

STABILITY_DELTA, LEAST_STABILITY = 0.05, 0.98
"""SAM 2's ``dynamic_multimask_stability_delta`` and ``_thresh``, as its ``build_sam2`` sets them."""


@dataclass(frozen=True)
class Prediction:
    """All that the model said to some prompts.

    Attributes
    ----------
    candidates : tuple of Candidate
        Those of the multimask tokens, the best IoU prediction first, then that of the single-mask token, if there is one.
    single : Candidate
        One of them: what Meta's predictor gives for ``multimask_output=False``.
    notes : tuple of str
        Sentences on where this is not what the reference's predictor would give.
    """

    candidates: tuple[Candidate, ...]
    single: Candidate
    notes: tuple[str, ...]

    @property
    def multimask(self) -> tuple[Candidate, ...]:
        """What Meta's predictor gives for ``multimask_output=True``, the best first; of a graph with one mask, that."""
        return tuple(one for one in self.candidates if not one.is_single_mask)

    @property
    def readings(self) -> tuple[Candidate, ...]:
        """Those of :attr:`multimask` that differ, the best first."""
        return tuple(one for one in self.multimask if one.same_as is None)


def predicted(answer: Answer, frame: Frame, *, falls_back: bool, notes: tuple[str, ...] = ()) -> Prediction:
    """Put an answer in order.

    Parameters
    ----------
    falls_back : bool
        Whether the family's single mask is the best of the others where it is not stable (SAM 2), or always the token's own.
    notes : tuple of str
        On the answer.
    """
    best_first = np.argsort(-answer.iou_predictions, kind="stable").tolist()
    logits = [answer.logits[index] for index in best_first]
    scores = [float(answer.iou_predictions[index]) for index in best_first]
    tokens = [answer.tokens[index] for index in best_first]
    if answer.single_logits is not None:
        logits.append(answer.single_logits)
        scores.append(answer.single_iou_prediction)
        tokens.append(SINGLE_MASK_TOKEN)
    stability = [float(score) for score in masks.stability_score(np.stack(logits))]
    facts = zip(logits, scores, stability, tokens, equals(logits, frame), strict=True)
    candidates = tuple(
        Candidate(one, score, stable, frame, rank, token, same_as, notes)
        for rank, (one, score, stable, token, same_as) in enumerate(facts)
    )
    return Prediction(candidates, _single(candidates, falls_back=falls_back), notes)


def equals(logits: Sequence[Float32Array], frame: Frame) -> list[int | None]:
    """Tell of each mask which one before it is nearly the same, and is not itself the same as another.

    Parameters
    ----------
    logits : float32, shape (h, w) each
        The best first. Only what lies on the picture counts.

    Returns
    -------
    list of int or None
        None for a mask that is like none before it; two empty masks are alike.
    """
    found: list[int | None] = []
    inside = [_on_picture(one, frame) > 0 for one in logits]
    for rank, mask in enumerate(inside):
        kept = (before for before in range(rank) if found[before] is None)
        found.append(next((before for before in kept if _iou(mask, inside[before]) >= SAME_IOU), None))
    return found


def is_stable(logits: Float32Array) -> bool:
    """Tell whether SAM 2 keeps its single-mask token's mask, (h, w) (``MaskDecoder._get_stability_scores``: an empty one is)."""
    outer = np.count_nonzero(logits > -STABILITY_DELTA)
    return bool(outer == 0 or np.count_nonzero(logits > STABILITY_DELTA) / outer >= LEAST_STABILITY)


def _single(candidates: Sequence[Candidate], *, falls_back: bool) -> Candidate:
    own = next((one for one in candidates if one.is_single_mask), None)
    if own is not None and (not falls_back or is_stable(own.logits)):
        return own
    best = candidates[0]
    if own is not None or len(candidates) == 1:
        return best
    left_out = "This export leaves the single-mask token out: its place is taken by the best of the other three masks."
    return replace(best, notes=(*best.notes, left_out))


def _on_picture(logits: Float32Array, frame: Frame) -> Float32Array:
    height, width = frame.content_on_grid((logits.shape[0], logits.shape[1]))
    return logits[: math.ceil(height), : math.ceil(width)]


def _iou(left: BoolArray, right: BoolArray) -> float:
    either = np.count_nonzero(left | right)
    return float(np.count_nonzero(left & right) / either) if either else 1.0
