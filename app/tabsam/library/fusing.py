"""One mask of several answers: the model looks at the picture at several scales, and what it says is put together.

A model's frame has one size. At scale 1 the picture fills it; at 2 a window of half the picture's sides does, which lies around
the object, so that small things and fine edges have more of the model's cells; at 0.5 the picture fills half of the frame's
sides, mirrored around it, so that what is larger than the model is used to becomes smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray, Float32Array, Size
from tabsam.errors import PromptError
from tabsam.geometry.windows import Window
from tabsam.model import masks
from tabsam.model.candidate import Candidate
from tabsam.model.preprocess import Frame
from tabsam.model.prompts import Prompts
from tabsam.model.segmenter import Segmenter

How: TypeAlias = Literal["mean", "maximum", "vote"]
Weights: TypeAlias = Literal["confidence", "equal"] | Sequence[float]

HOWS = ("mean", "maximum", "vote")

_LONGEST = 1024
"""Cells a side of the grid on which answers are put together; no finer than the picture."""
_ROOM = 1.2
"""A window is at least so much larger than the object, or its edge would be the window's."""
_LEAST_CONFIDENCE = 1e-3
_SURE = 1e-6
_VOTE = 10.0
"""Logits of a cell that all votes are for."""
_SMALLEST, _LARGEST = 0.1, 16.0


@dataclass(frozen=True)
class _View:
    """How the model sees the picture at a scale: a view's pixels are ``scale * x + shift``."""

    image: Image.Image
    scale: float
    shift: Float32Array

    def prompts(self, prompts: Prompts, around: Float32Array, *, takes_box: bool) -> Prompts:
        """Give the prompts in the view, with a box around the object, so that the same one is meant, where the model takes it."""
        size = np.array(self.image.size, np.float32)
        coords = prompts.point_coords * np.float32(self.scale) + self.shift
        seen = ((coords >= 0) & (coords <= size)).all(axis=1)
        box = np.clip(
            (around if prompts.box is None else prompts.box).reshape(2, 2) * np.float32(self.scale) + self.shift, 0, size
        )
        if takes_box:
            return Prompts(coords[seen], prompts.point_labels[seen], box.reshape(4), None)
        if seen.any():
            return Prompts(coords[seen], prompts.point_labels[seen], None, None)
        return Prompts(box.mean(axis=0, keepdims=True), np.ones(1, np.float32), None, None)


async def fused(
    segmenter: Segmenter, image: Image.Image, prompts: Prompts, *, scales: Sequence[float], how: How, weights: Weights
) -> Candidate:
    """Ask at several scales, and put the answers together.

    The answer at scale 1, which is always asked for, tells where the object is. At other scales the reading that is most like
    it is taken, and the model is told by a box where it is; a mask that is given is given at scale 1 alone.

    Parameters
    ----------
    segmenter : Segmenter
        With `image` as its current picture.
    scales : sequence of float, 0.1 to 16
        A window that would cut the object is made larger.
    how : {"mean", "maximum", "vote"}
        "mean": of the probabilities; "maximum": the largest; "vote": what more than half of the scales have inside.
    weights : {"confidence", "equal"}, or a number a scale
        What each scale counts in the mean, or the vote: the IoU that the model predicts of its answer, the same, or that number.

    Returns
    -------
    Candidate
        Its logits lie on a grid of up to 1024 cells a side, finer than the decoder's; they cannot be fed back.

    Raises
    ------
    PromptError
        ``fuse-scales``, ``fuse-how`` or ``fuse-weights``; ``mask-empty`` where there is nothing at scale 1.
    """
    _check(scales, how, weights)
    first = (await segmenter.ask_checked(prompts, segmenter.current)).readings[0]
    seen = first.mask()
    around = _box_of(seen)
    size = (image.height, image.width)
    grid = _grid(size)
    answers = []
    for scale in scales:
        view = _view(image, scale, around, prompts)
        if view is None:
            answers.append((first, _sampled(first, 1.0, np.zeros(2, np.float32), size, size, grid)))
            continue
        embedding = await segmenter.encode(view.image)
        try:
            said = (
                await segmenter.ask_checked(view.prompts(prompts, around, takes_box=segmenter.takes_box), embedding)
            ).multimask
        finally:
            embedding.release()
        sampled = [_sampled(one, view.scale, view.shift, size, (view.image.height, view.image.width), grid) for one in said]
        answers.append(max(zip(said, sampled, strict=True), key=lambda answer: _likeness(answer[1], first, size, grid)))
    candidates = [one for one, _ in answers]
    counts = _counts(weights, candidates)
    logits = _combined(np.stack([sampled for _, sampled in answers]), counts, how)
    stability = float(masks.stability_score(logits[np.newaxis])[0])
    expected = float(np.average([one.iou_prediction for one in candidates], weights=counts))
    return replace(first, logits=logits, iou_prediction=expected, stability_score=stability, frame=Frame(size, grid, grid))


def _check(scales: Sequence[float], how: str, weights: Weights) -> None:
    if not len(scales) or not all(_SMALLEST <= scale <= _LARGEST for scale in scales):
        raise PromptError("fuse-scales", f"Scales must be numbers from {_SMALLEST} to {_LARGEST:g}, not {scales}.", "As (1, 2).")
    if how not in HOWS:
        raise PromptError("fuse-how", f"Answers cannot be put together by '{how}'.", f"Choose one of: {', '.join(HOWS)}.")
    if isinstance(weights, str):
        right = weights in ("confidence", "equal")
    else:
        right = len(weights) == len(scales) and all(weight >= 0 for weight in weights) and sum(weights) > 0
    if not right:
        raise PromptError(
            "fuse-weights",
            f"Weights of {len(scales)} scales cannot be {weights}.",
            "Give 'confidence', 'equal', or a number a scale.",
        )


def _box_of(mask: BoolArray) -> Float32Array:
    window = Window.around(mask)
    if window is None:
        raise PromptError(
            "mask-empty", "There is nothing to be seen at other scales: the answer at scale 1 is empty.", "Click the object."
        )
    return np.array(window.box, np.float32)


def _view(image: Image.Image, scale: float, around: Float32Array, prompts: Prompts) -> _View | None:
    """Look at a picture at a scale; None where that is as it is."""
    if scale < 1:
        small = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.BOX)
        gaps = (image.height - small.height, image.width - small.width)
        (top, bottom), (left, right) = ((gap // 2, gap - gap // 2) for gap in gaps)
        # Mirrored, not grey: on an even ground the picture itself would be the object.
        view = Image.fromarray(np.pad(np.asarray(small), ((top, bottom), (left, right), (0, 0)), mode="symmetric"))
        return _View(view, small.width / image.width, np.array([left, top], np.float32))
    whole = np.array(image.size, np.float32)
    kept = [around.reshape(2, 2), prompts.point_coords[prompts.point_labels == 1]]
    corners = np.concatenate([*kept, *([] if prompts.box is None else [prompts.box.reshape(2, 2)])])
    low, high = np.clip(corners.min(axis=0), 0, whole), np.clip(corners.max(axis=0), 0, whole)
    # In the picture's own proportions, as large as the scale says, or as the object needs.
    share = max(1 / scale, float(((high - low) * _ROOM / whole).max()))
    if share >= 1:
        return None
    size = np.ceil(whole * share)
    corner = np.floor(np.clip((low + high - size) / 2, 0, whole - size))
    left, top, right, bottom = (int(side) for side in (*corner, *(corner + size)))
    return _View(image.crop((left, top, right, bottom)), 1.0, np.array([-left, -top], np.float32))


def _grid(size: Size) -> Size:
    scale = min(1.0, _LONGEST / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _sampled(candidate: Candidate, scale: float, shift: Float32Array, size: Size, seen: Size, grid: Size) -> Float32Array:
    """Read a view's logits at the middles of the picture's cells; NaN where the view does not reach.

    Parameters
    ----------
    size, seen : (height, width)
        Of the picture, and of the view.
    """
    logits = candidate.logits
    content = candidate.frame.content_on_grid((logits.shape[0], logits.shape[1]))
    for axis in (0, 1):
        middles = (np.arange(grid[axis]) + 0.5) * size[axis] / grid[axis]
        in_view = middles * scale + float(shift[1 - axis])
        cells = np.clip(in_view * content[axis] / seen[axis] - 0.5, 0, logits.shape[axis] - 1)
        lower = np.floor(cells).astype(np.intp)
        part = (cells - lower).astype(np.float32).reshape((-1, 1) if axis == 0 else (1, -1))
        upper = np.minimum(lower + 1, logits.shape[axis] - 1)
        logits = np.take(logits, lower, axis) * (1 - part) + np.take(logits, upper, axis) * part
        beyond = (in_view < 0) | (in_view > seen[axis])
        logits[beyond if axis == 0 else (slice(None), beyond)] = np.nan
    return logits


def _likeness(sampled: Float32Array, first: Candidate, size: Size, grid: Size) -> float:
    """Tell how alike an answer is to that at scale 1, where both say something."""
    other = _sampled(first, 1.0, np.zeros(2, np.float32), size, size, grid) > 0
    there = ~np.isnan(sampled)
    inside = (sampled > 0) & there
    either = np.count_nonzero((inside | other) & there)
    return float(np.count_nonzero(inside & other) / either) if either else 0.0


def _counts(weights: Weights, candidates: Sequence[Candidate]) -> Float32Array:
    if weights == "equal":
        return np.ones(len(candidates), np.float32)
    if weights == "confidence":
        return np.array([max(one.iou_prediction, _LEAST_CONFIDENCE) for one in candidates], np.float32)
    return np.array(weights, np.float32)


def _combined(logits: Float32Array, counts: Float32Array, how: How) -> Float32Array:
    """Put logits (n, h, w), NaN where there are none, together."""
    there = ~np.isnan(logits)
    weights = counts[:, np.newaxis, np.newaxis] * there
    total = np.maximum(weights.sum(axis=0), np.float32(_SURE))
    known = np.where(there, logits, np.float32(0))
    if how == "vote":
        share = (weights * (known > 0)).sum(axis=0) / total
        return np.asarray((share - 0.5) * (2 * _VOTE), np.float32)
    if how == "maximum":
        highest = np.where(weights > 0, logits, -np.inf).max(axis=0)
        return np.asarray(np.where(np.isfinite(highest), highest, -_VOTE), np.float32)
    probable = (weights / (1 + np.exp(-np.clip(known, -30, 30)))).sum(axis=0) / total
    probable = np.clip(probable, _SURE, 1 - _SURE)
    return np.asarray(np.log(probable / (1 - probable)), np.float32)
