"""From what a person points at to the numbers a decoder takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tabsam.arrays import Float32Array
from tabsam.errors import PromptError
from tabsam.model.preprocess import Frame

BACKGROUND, FOREGROUND, BOX_TOP_LEFT, BOX_BOTTOM_RIGHT, PADDING = 0, 1, 2, 3, -1


@dataclass(frozen=True)
class Prompts:
    """One object's prompts, checked. Make them with :func:`check_prompts`.

    Attributes
    ----------
    point_coords : float32, shape (N, 2)
        x, y in image pixels; N may be 0.
    point_labels : float32, shape (N,)
        1 on the object, 0 off it.
    box : float32, shape (4,), or None
        x0, y0, x1, y1 in image pixels, with x0 < x1 and y0 < y1.
    mask_input : float32, shape (h, w), or None
        Logits on the decoder's own grid, from an earlier answer.
    """

    point_coords: Float32Array
    point_labels: Float32Array
    box: Float32Array | None
    mask_input: Float32Array | None

    @property
    def is_mask_alone(self) -> bool:
        """Whether there is nothing beside the mask."""
        return self.box is None and len(self.point_labels) == 0


def check_prompts(
    points: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    box: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> Prompts:
    """Check prompts where they enter.

    Parameters
    ----------
    points : (N, 2), in image pixels, x then y
    labels : (N,), 1 for foreground and 0 for background; all foreground when left out
    box : (4,), x0, y0, x1, y1 in image pixels, corners in any order
    mask : (h, w), logits of an earlier answer (``Candidate.logits``)

    Raises
    ------
    PromptError
        ``prompt-none``, ``prompt-points``, ``prompt-labels``, ``prompt-box`` or ``prompt-mask``.
    """
    coords = _numbers(points if points is not None else np.zeros((0, 2)), "points")
    if coords.size == 0:
        coords = coords.reshape(0, 2)
    if coords.ndim != 2 or coords.shape[1] != 2:
        raise PromptError("prompt-points", f"Points must have shape (N, 2), not {coords.shape}.", "Give x, y pairs.")
    values = _numbers(labels if labels is not None else np.ones(len(coords)), "labels").reshape(-1)
    if len(values) != len(coords):
        raise PromptError("prompt-labels", f"There are {len(coords)} points and {len(values)} labels.", "Give one label a point.")
    if not np.isin(values, (BACKGROUND, FOREGROUND)).all():
        raise PromptError("prompt-labels", "A point's label is neither 1 nor 0.", "Use 1 on the object and 0 off it.")
    corners = None if box is None else _checked_box(_numbers(box, "box"))
    logits = None if mask is None else _numbers(mask, "mask")
    if logits is not None and logits.ndim != 2:
        raise PromptError(
            "prompt-mask", f"A mask prompt must have shape (h, w), not {logits.shape}.", "Give a candidate's logits."
        )
    if len(coords) == 0 and corners is None and logits is None:
        raise PromptError("prompt-none", "There is no point, box or mask to go by.", "Click the object.")
    return Prompts(coords, values, corners, logits)


def arrange_points(prompts: Prompts, frame: Frame, *, pad_without_box: bool) -> tuple[Float32Array, Float32Array]:
    """Lay a box's corners and the points out as the decoder reads them.

    The box comes first, as two points with labels 2 and 3 (SAM2ImagePredictor._predict; SAM 1 takes them in any order). Without
    a box, SAM 1 (`pad_without_box`) wants one padding point (0, 0) with label -1 after clicks
    (segment_anything/modeling/prompt_encoder.py); SAM 2's graph pads them itself. Where there is only a mask, neither predictor
    gives a point (the padding point of SAM2Base._forward_sam_heads is for videos).

    Returns
    -------
    point_coords : float32, shape (1, N, 2), in model pixels; N may be 0
    point_labels : float32, shape (1, N)
    """
    coords, labels = arrange_clicks(prompts, frame)
    if prompts.box is not None:
        corners = frame.to_model(prompts.box.reshape(1, 2, 2))
        return (
            np.concatenate([corners, coords], axis=1),
            np.concatenate([np.array([[BOX_TOP_LEFT, BOX_BOTTOM_RIGHT]], np.float32), labels], axis=1),
        )
    if pad_without_box and labels.size:
        return add_point(coords, labels, PADDING)
    return coords, labels


def arrange_clicks(prompts: Prompts, frame: Frame) -> tuple[Float32Array, Float32Array]:
    """Lay the clicks out alone: (1, N, 2) in model pixels and (1, N); N may be 0."""
    return frame.to_model(prompts.point_coords)[np.newaxis], prompts.point_labels[np.newaxis]


def add_point(coords: Float32Array, labels: Float32Array, label: int) -> tuple[Float32Array, Float32Array]:
    """Put a point (0, 0) with a label that takes no notice of where it is (-1) at the end."""
    return (
        np.concatenate([coords, np.zeros((1, 1, 2), np.float32)], axis=1),
        np.concatenate([labels, np.full((1, 1), label, np.float32)], axis=1),
    )


def mask_feed(prompts: Prompts, grid_size: Sequence[int], *, clamp: float | None) -> tuple[Float32Array, Float32Array]:
    """Give ``mask_input`` (1, 1, h, w) and ``has_mask_input`` (1,); zeros and 0 when there is no mask prompt.

    Parameters
    ----------
    grid_size : (height, width)
        What the decoder takes.
    clamp : float or None
        Logits are limited to +- this before they are fed back (SAM 2: 32).

    Raises
    ------
    PromptError
        ``prompt-mask`` when the logits have another size.
    """
    height, width = grid_size
    if prompts.mask_input is None:
        return np.zeros((1, 1, height, width), np.float32), np.zeros(1, np.float32)
    if prompts.mask_input.shape != (height, width):
        raise PromptError(
            "prompt-mask",
            f"This model takes mask prompts of {height} x {width} logits, not {prompts.mask_input.shape}.",
            "Give the logits of one of its own candidates.",
        )
    logits = prompts.mask_input if clamp is None else np.clip(prompts.mask_input, -clamp, clamp)
    return logits[np.newaxis, np.newaxis], np.ones(1, np.float32)


def _numbers(values: ArrayLike, name: str) -> Float32Array:
    try:
        array = np.asarray(values, np.float32)
    except (TypeError, ValueError) as error:
        raise PromptError(f"prompt-{name}", f"The {name} are not numbers.", "", details=str(error)) from error
    if not np.isfinite(array).all():
        raise PromptError(f"prompt-{name}", f"The {name} contain infinite or missing numbers.")
    return array


def _checked_box(box: Float32Array) -> Float32Array:
    if box.size != 4:
        raise PromptError("prompt-box", f"A box has four numbers, not {box.size}.", "Give x0, y0, x1, y1.")
    corners = np.sort(box.reshape(2, 2), axis=0)
    if (corners[0] == corners[1]).any():
        raise PromptError("prompt-box", "This box has no area.", "Drag from one corner of the object to the opposite one.")
    return corners.reshape(4)
