"""What Meta's own code answers for the seeded checkpoints; ``make_goldens`` wrote it down."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tabsam.arrays import Float32Array

FOLDER = Path(__file__).parent / "goldens"

_STEP = 32


@dataclass(frozen=True)
class Question:
    """A prompt in pixels of the frame; labels 1 on the object and 0 off it."""

    points: tuple[tuple[float, float], ...] = ()
    labels: tuple[int, ...] = ()
    box: tuple[float, float, float, float] | None = None
    with_mask: bool = False


PROMPTS = (
    Question(((400.0, 420.0),), (1,)),
    Question(((400.0, 420.0), (90.5, 900.25)), (1, 0)),
    Question(box=(250.0, 330.0, 520.0, 610.0)),
    Question(((300.0, 500.0),), (1,), (250.0, 330.0, 520.0, 610.0)),
    Question(((400.0, 420.0),), (1,), with_mask=True),
    Question(with_mask=True),
)


@dataclass(frozen=True)
class Expected:
    """What Meta's code answers to a question; logits sampled.

    Attributes
    ----------
    logits : float32, shape (3, ...), iou_predictions : float32, shape (3,)
        For ``multimask_output=True``.
    single_logits : float32, shape (1, ...), single_iou_prediction : float
        For ``multimask_output=False``.
    """

    logits: Float32Array
    iou_predictions: Float32Array
    single_logits: Float32Array
    single_iou_prediction: float


def sampled(logits: Float32Array) -> Float32Array:
    """Take every so many of the logits, (M, h, w)."""
    return np.asarray(logits[:, _STEP // 2 :: _STEP, _STEP // 2 :: _STEP])


def read(model_id: str) -> list[Expected]:
    """Give what is expected for each of the prompts."""
    answers = json.loads((FOLDER / f"{model_id}.json").read_text())
    return [
        Expected(
            np.array(answer["logits"], np.float32),
            np.array(answer["iou_predictions"], np.float32),
            np.array(answer["single_logits"], np.float32),
            answer["single_iou_prediction"],
        )
        for answer in answers
    ]
