"""Ask the model again with its own answer, until that is good enough or gets no better."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tabsam.arrays import Float32Array
from tabsam.errors import PromptError
from tabsam.model.candidate import Candidate
from tabsam.model.segmenter import Segmenter

_LEAST_GAIN = 1e-3
"""A figure that grows by less has not grown."""


@dataclass(frozen=True)
class Refined:
    """What the rounds came to.

    Attributes
    ----------
    candidates : tuple of Candidate
        Of the best round, best IoU prediction first.
    mask : float32, shape (h, w), or None
        The logits that the model was given when it gave them.
    rounds : int
        How often the model was asked.
    reason : str
        Why it was not asked again: a sentence.
    """

    candidates: tuple[Candidate, ...]
    mask: Float32Array | None
    rounds: int
    reason: str


@dataclass(frozen=True)
class _Goal:
    """What the best candidate is to reach; either is enough."""

    iou_prediction: float | None
    stability_score: float | None

    def reached(self, best: Candidate) -> str:
        """Say which goal a candidate has reached; nothing if none."""
        if self.iou_prediction is not None and best.iou_prediction >= self.iou_prediction:
            return f"The model is sure enough of it: it expects an IoU of {best.iou_prediction:.2f}."
        if self.stability_score is not None and best.stability_score >= self.stability_score:
            return f"Its edge is clear enough: its stability is {best.stability_score:.2f}."
        return ""

    def better(self, after: Candidate, before: Candidate) -> bool:
        """Tell whether a candidate is nearer to a goal than the one before, and no farther from another."""
        gains = []
        if self.iou_prediction is not None:
            gains.append(after.iou_prediction - before.iou_prediction)
        if self.stability_score is not None:
            gains.append(after.stability_score - before.stability_score)
        return max(gains, default=0.0) >= _LEAST_GAIN and min(gains, default=0.0) > -_LEAST_GAIN


async def refine(
    segmenter: Segmenter,
    points: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    box: ArrayLike | None = None,
    *,
    rounds: int = 5,
    iou_prediction: float | None = 0.95,
    stability_score: float | None = 0.97,
    mask: ArrayLike | None = None,
) -> Refined:
    """Ask for one object's masks, and feed the best one's logits back beside the same prompts.

    Parameters
    ----------
    points, labels, box, mask
        See :meth:`tabsam.Segmenter.predict`.
    rounds : int, >= 1
        How often the model is asked at most.
    iou_prediction, stability_score : float or None
        The best candidate is good enough when it reaches either; None for one that does not count.

    Returns
    -------
    Refined
        A round that made the best candidate worse does not count.

    Raises
    ------
    PromptError
        ``refine-rounds``; ``model-takes-no-mask`` when the first answer is not good enough, and cannot be fed back; those of
        :meth:`tabsam.Segmenter.predict`.
    StateError
        ``no-image``.
    ModelError
        ``model-run``.
    """
    logits = None if mask is None else np.asarray(mask, np.float32)

    async def ask(mask: Float32Array | None) -> Sequence[Candidate]:
        return await segmenter.predict(points, labels, box, mask)

    return await refine_by(ask, logits, rounds=rounds, iou_prediction=iou_prediction, stability_score=stability_score)


async def refine_by(
    ask: Callable[[Float32Array | None], Awaitable[Sequence[Candidate]]],
    mask: Float32Array | None = None,
    *,
    rounds: int,
    iou_prediction: float | None,
    stability_score: float | None,
) -> Refined:
    """Do what :func:`refine` does, whoever it is that asks the model.

    Parameters
    ----------
    ask : async callable
        Gets the logits to feed back, (h, w), or None, and gives candidates, best first.
    mask : float32, shape (h, w), or None
        To begin with.
    """
    if rounds < 1:
        raise PromptError("refine-rounds", f"The model must be asked once or more, not {rounds} times.")
    goal = _Goal(iou_prediction, stability_score)
    candidates = tuple(await ask(mask))
    for asked in range(1, rounds):
        reason = goal.reached(candidates[0])
        if reason:
            return Refined(candidates, mask, asked, reason)
        logits = candidates[0].logits
        again = await _again(ask, logits)
        if not goal.reached(again[0]) and not goal.better(again[0], candidates[0]):
            return Refined(candidates, mask, asked + 1, "Asking again made it no better.")
        candidates, mask = again, logits
    reason = goal.reached(candidates[0]) or f"The model was asked {rounds} times, which is as often as was allowed."
    return Refined(candidates, mask, rounds, reason)


async def _again(
    ask: Callable[[Float32Array | None], Awaitable[Sequence[Candidate]]], logits: Float32Array
) -> tuple[Candidate, ...]:
    try:
        return tuple(await ask(logits))
    except PromptError as error:
        # The first round has shown that the other prompts are taken.
        if error.code != "prompt-unsupported":
            raise
        raise PromptError(
            "model-takes-no-mask",
            "This model cannot be asked again with its own answer: it takes no mask prompt.",
            "Add points, or choose another model.",
        ) from error
