"""What a decoder said, in the one form that all dialects answer in, and which of its outputs say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import AnyArray, Float32Array
from tabsam.errors import ModelError
from tabsam.model.runtime import TensorSpec

_SINGLE, _MULTIMASK = 1, 3
"""Mask tokens of every SAM: the single-mask token, number 0, comes before the three of ambiguous prompts."""


@dataclass(frozen=True)
class Answer:
    """What a decoder said of one object.

    Attributes
    ----------
    logits : float32, shape (M, h, w)
        On the decoder's own grid; a mask is where they are above 0.
    iou_predictions : float32, shape (M,)
    tokens : int or None, M of them
        The mask token that each is of; None where the graph has chosen and does not say which.
    single_logits : float32, shape (h, w), or None
        The single-mask token's mask, where the graph hands it on.
    single_iou_prediction : float
        What is expected of that.
    """

    logits: Float32Array
    iou_predictions: Float32Array
    tokens: tuple[int | None, ...]
    single_logits: Float32Array | None = None
    single_iou_prediction: float = 0.0

    @property
    def is_finite(self) -> bool:
        """Whether all of it is finite numbers."""
        single = np.zeros(0, np.float32) if self.single_logits is None else self.single_logits
        scores = np.append(self.iou_predictions, self.single_iou_prediction)
        return all(bool(np.isfinite(some).all()) for some in (self.logits, single, scores))


@dataclass(frozen=True)
class Answers:
    """What a decoder said of several objects, without the single-mask tokens' masks.

    Attributes
    ----------
    logits : float32, shape (B, M, h, w)
    iou_predictions : float32, shape (B, M)
    """

    logits: Float32Array
    iou_predictions: Float32Array


def output_of_masks(names: Sequence[str], outputs: Mapping[str, TensorSpec], named: frozenset[str]) -> str:
    """Find the output with the masks' logits: one that is called so and has their axes, or one without any name that has.

    segment_anything's ``--return-extra-metrics`` (samexporter's, too) gives three names to five outputs: the stability scores are
    called ``low_res_masks`` then, and the masks come last under a name that PyTorch made up.

    Parameters
    ----------
    names : of the output, in the order in which they are looked for
    named : every name that means something, of which none is a made-up one

    Raises
    ------
    ModelError
        ``model-outputs`` when none has them.
    """
    others = (name for name in outputs if name not in named)
    for name in (*(name for name in names if name in outputs), *others):
        if _may_be_masks(outputs[name]):
            return name
    missing = " or ".join(f"'{name}'" for name in names if name in outputs)
    raise ModelError(
        "model-outputs",
        f"This decoder's output {missing} holds no masks, and no other one does.",
        "Export the model without extra metrics, or choose another file.",
        details="; ".join(f"{one.name} {one.dtype}{list(one.shape)}" for one in outputs.values()),
    )


def states_single_mask(spec: TensorSpec) -> bool | None:
    """Tell whether an output of masks has the single-mask token's among them; None where its axes do not say."""
    count = spec.shape[-3] if len(spec.shape) >= 3 else None
    return count == _SINGLE + _MULTIMASK if isinstance(count, int) and count > 0 else None


def read_one(logits: AnyArray, scores: AnyArray) -> Answer:
    """Take the first object of a batch.

    Parameters
    ----------
    logits : shape (..., M, h, w)
        M 1, 3, or 4 with the single-mask token's first.
    scores : shape (..., M)

    Raises
    ------
    ModelError
        ``model-outputs`` when these are no masks.
    """
    masks, predictions = _checked(logits, scores)
    return _answer(masks[0], predictions[0])


def read_all(logits: AnyArray, scores: AnyArray, count: int) -> list[Answer]:
    """Take `count` objects, each as :func:`read_one` does.

    Raises
    ------
    ModelError
        As :func:`read_several`.
    """
    masks, predictions = _counted(logits, scores, count)
    return [_answer(first, expected) for first, expected in zip(masks, predictions, strict=True)]


def _answer(first: Float32Array, expected: Float32Array) -> Answer:
    """Read one object's masks, (M, h, w), and what is expected of them, (M,)."""
    count = len(first)
    if count == _SINGLE + _MULTIMASK:
        return Answer(first[1:], expected[1:], (1, 2, 3), first[0], float(expected[0]))
    tokens = (1, 2, 3) if count == _MULTIMASK else (None,) * count
    return Answer(first, expected, tokens)


def read_several(logits: AnyArray, scores: AnyArray, count: int) -> Answers:
    """Take `count` objects.

    Raises
    ------
    ModelError
        ``model-outputs`` as :func:`read_one`; ``model-run`` when the decoder answered for another number of objects.
    """
    masks, predictions = _counted(logits, scores, count)
    first = _SINGLE if masks.shape[1] == _SINGLE + _MULTIMASK else 0
    return Answers(masks[:, first:], predictions[:, first:])


def _counted(logits: AnyArray, scores: AnyArray, count: int) -> tuple[Float32Array, Float32Array]:
    masks, predictions = _checked(logits, scores)
    if len(masks) != count:
        raise ModelError(
            "model-run",
            "The model answered for another number of objects than it was asked for.",
            "Ask for one at a time.",
            details=f"{count} objects; masks {logits.shape}, scores {scores.shape}.",
        )
    return masks, predictions


def _checked(logits: AnyArray, scores: AnyArray) -> tuple[Float32Array, Float32Array]:
    """Give (B, M, h, w) and (B, M); B may be more than was asked for."""
    if logits.ndim < 3 or scores.size == 0 or scores.size != logits.size // (logits.shape[-1] * logits.shape[-2]):
        raise ModelError(
            "model-outputs",
            "This decoder's answer is not made of masks with a score for each.",
            "Choose another file of this model.",
            details=f"masks {logits.shape}, scores {scores.shape}.",
        )
    masks = np.asarray(logits, np.float32).reshape(-1, *logits.shape[-3:])
    return masks, np.asarray(scores, np.float32).reshape(masks.shape[:2])


def _may_be_masks(spec: TensorSpec) -> bool:
    """Tell whether an output has a mask's axes, as far as the graph says; one of rank 0 says nothing."""
    return spec.dtype != "bool" and (len(spec.shape) == 0 or len(spec.shape) >= 3)
