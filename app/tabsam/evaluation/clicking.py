"""A person simulated, who knows the object: where the next click would go, and how many it takes.

The next click is the pixel that lies deepest in what is wrong, be it missing or too much, as in RITM (Sofiiuk et al. 2021,
``isegm/inference/clicker.py``) and in the evaluation of SAM 2 (``sample_one_point_from_error_center``); the first one is so the
pixel deepest in the object. What lies outside the picture counts as right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tabsam.arrays import BoolArray, Float32Array
from tabsam.errors import EvaluationError
from tabsam.evaluation.comparing import iou
from tabsam.geometry.distance import deepest

MOST_CLICKS = 20
"""RITM's cap: an object that never gets good enough counts as this many."""


@dataclass(frozen=True)
class Click:
    """A point, in the middle of a pixel.

    Attributes
    ----------
    x, y : float
        In image pixels.
    label : int
        1 on the object, 0 off it.
    """

    x: float
    y: float
    label: int


class Answer(Protocol):
    """What a model answers: a :class:`tabsam.Candidate` is one."""

    @property
    def logits(self) -> Float32Array:
        """What can be fed back."""
        ...

    def mask(self) -> BoolArray:
        """Give the mask at the picture's full size."""
        ...


Asker = Callable[[Sequence[Click], Float32Array | None], Sequence[Answer]]
"""Gets all clicks so far and the logits of the answer before, and gives the model's answers, the one that counts first."""


@dataclass(frozen=True)
class Simulated:
    """How a simulation went.

    Attributes
    ----------
    clicks : tuple of Click
        As many as were made.
    ious : tuple of float
        IoU after so many clicks, as many as were allowed: once the mask is right there is nothing left to click, and it stays.
    mask : bool, shape (height, width)
        After the last click.
    best_of_first : float
        IoU of the best of the answers to the first click, chosen by who knows.
    """

    clicks: tuple[Click, ...]
    ious: tuple[float, ...]
    mask: BoolArray
    best_of_first: float


def next_click(truth: BoolArray, mask: BoolArray, counted: BoolArray | None = None) -> Click | None:
    """Give the click that a person would make next; None where the mask is right.

    Parameters
    ----------
    truth, mask : bool, shape (height, width)
    counted : bool, shape (height, width), optional
        Where pixels are judged; nobody clicks elsewhere.
    """
    wrong = truth != mask
    if counted is not None:
        wrong &= counted
    missing, too_much = deepest(wrong & truth), deepest(wrong & mask)
    x, y, depth = max(missing, too_much, key=lambda found: found[2])
    return Click(x + 0.5, y + 0.5, int(missing[2] >= too_much[2])) if depth else None


def simulate(ask: Asker, truth: BoolArray, *, clicks: int = MOST_CLICKS, counted: BoolArray | None = None) -> Simulated:
    """Click until the mask is right, or as often as is allowed.

    Parameters
    ----------
    clicks : int, >= 1

    Raises
    ------
    EvaluationError
        ``truth-empty`` when there is nothing to click on; ``clicks`` for a number below 1.
    """
    if clicks < 1:
        raise EvaluationError("clicks", f"There must be one click or more, not {clicks}.")
    made: list[Click] = []
    ious: list[float] = []
    mask, logits, best = np.zeros_like(truth), None, 0.0
    while len(ious) < clicks:
        click = next_click(truth, mask, counted)
        if click is None:
            break
        made.append(click)
        answers = ask(made, logits)
        mask, logits = answers[0].mask(), answers[0].logits
        ious.append(iou(mask, truth, counted))
        if len(made) == 1:
            best = max(ious[0], *(iou(one.mask(), truth, counted) for one in answers[1:])) if len(answers) > 1 else ious[0]
    if not made:
        raise EvaluationError("truth-empty", "This object has no pixels.", "Leave it out.")
    return Simulated(tuple(made), (*ious, *ious[-1:] * (clicks - len(ious))), mask, best)


def clicks_to(ious: Sequence[float], wanted: float) -> int | None:
    """Tell how many clicks it took until an IoU was reached; None if it never was."""
    return next((number for number, reached in enumerate(ious, 1) if reached >= wanted), None)


def mean_clicks_to(many: Sequence[Sequence[float]], wanted: float) -> float:
    """Give the mean number of clicks (NoC) over objects; one that never gets so good counts as all clicks that were allowed."""
    return float(np.mean([clicks_to(ious, wanted) or len(ious) for ious in many]))
