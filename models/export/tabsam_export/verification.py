"""Hold what was exported against the PyTorch model: the same picture, the same prompts, the same masks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tabsam.arrays import BoolArray, Float32Array
from tabsam.model import dialects
from tabsam.model.dialects import Dialect
from tabsam.model.native import NativeSession
from tabsam.model.preprocess import encoder_input
from tabsam.model.prompts import check_prompts
from tabsam.model.runtime import Tensor
from tabsam_export.errors import ExportError
from tabsam_export.precision import Precision
from tabsam_export.reference import Prompt, Reference


@dataclass(frozen=True)
class Limits:
    """What an export may be off by.

    Attributes
    ----------
    iou : float
        The least that the masks must have with the reference's.
    difference : float
        The most that a logit may be off, in standard deviations of the reference's logits.
    """

    iou: float
    difference: float


LIMITS: dict[Precision, Limits] = {
    "fp32": Limits(0.999, 0.005),
    "fp16": Limits(0.99, 0.1),
    "int8": Limits(0.9, 1.0),
}
"""About ten times what a trained model shows, whose masks' edges move a little when its weights are rounded."""


@dataclass(frozen=True)
class Finding:
    """How one prompt's masks compare.

    Attributes
    ----------
    prompt : str
    iou : float
        Of the three masks together, so that one of a few pixels does not decide.
    difference : float
        The largest of the logits'.
    deviation : float
        The standard deviation of the reference's logits.
    score_difference : float
        The largest of the IoU predictions'.
    """

    prompt: str
    iou: float
    difference: float
    deviation: float
    score_difference: float


def verify(reference: Reference, encoder: Path, decoder: Path, precision: Precision) -> Iterator[Finding]:
    """Compare prompt by prompt; what is found is given before it is judged.

    Raises
    ------
    ExportError
        ``export-unfaithful`` at the first prompt whose masks are off.
    ModelError
        If tabsam cannot open its own export.
    """
    session = NativeSession(decoder)
    dialect, ours = _encode(encoder, session)
    frame = dialect.frame(dialect.model_size)
    theirs = reference.embed(_pixels(dialect))
    last: Float32Array | None = None
    for prompt in _prompts(frame.image_size[0], dialect.mask_size[0]):
        if prompt.mask is not None and last is not None:
            prompt = Prompt(prompt.name, prompt.points, prompt.labels, prompt.box, np.clip(last, -32, 32))
        logits, scores = reference.predict(theirs, prompt)
        asked = check_prompts(prompt.points or None, prompt.labels or None, prompt.box, prompt.mask)
        outputs = asyncio.run(session.run(dialect.decoder_feeds(ours, asked, frame), dialect.answer_names))
        answer = dialect.read(outputs)  # type: ignore[arg-type]  # this session gives arrays
        finding = compare(prompt.name, logits, answer.logits, scores, answer.iou_predictions)
        last = logits[0]
        yield finding
        _judge(finding, LIMITS[precision])


def _encode(encoder: Path, decoder: NativeSession) -> tuple[Dialect, dict[str, Tensor]]:
    """Encode the picture; the session goes before PyTorch does the same, since each takes gigabytes for a large model.

    The numbers are copied: what a session gives may lie in its memory, all of which then stays for as long as they do.
    """
    session = NativeSession(encoder)
    dialect = dialects.recognise(session, decoder).dialect
    given = asyncio.run(session.run({dialect.picture.name: _pixels(dialect)}, dialect.embedding))
    return dialect, {name: np.array(tensor) for name, tensor in given.items()}


def _pixels(dialect: Dialect) -> Float32Array:
    """Give what the encoder sees, (1, 3, side, side)."""
    frame = dialect.frame(dialect.model_size)
    return encoder_input(picture(frame.image_size[0]), dialect.recipe, frame)


def compare(name: str, logits: Float32Array, ours: Float32Array, scores: Float32Array, our_scores: Float32Array) -> Finding:
    """Compare two answers to one prompt: logits (M, h, w) and IoU predictions (M,)."""
    return Finding(
        name,
        _iou(logits > 0, ours > 0),
        float(np.abs(logits - ours).max()),
        float(logits.std()),
        float(np.abs(scores - our_scores).max()),
    )


def _iou(left: BoolArray, right: BoolArray) -> float:
    either = np.count_nonzero(left | right)
    return float(np.count_nonzero(left & right) / either) if either else 1.0


def _judge(finding: Finding, limits: Limits) -> None:
    # "not (a and b)", so that NaN is off too.
    if not (finding.iou >= limits.iou and finding.difference <= limits.difference * finding.deviation):
        raise ExportError(
            "export-unfaithful",
            f"The exported model does not answer as the PyTorch model does: for {finding.prompt} the masks' IoU is "
            f"{finding.iou:.4f}, and logits differ by up to {finding.difference:.3g}.",
            "Nothing was kept. Try --precision fp32; if it is off too, please report it.",
            details=f"{finding}; {limits}",
        )


def picture(side: int) -> Image.Image:
    """Draw a picture with edges, gradients and grain, always the same."""
    ramp = np.linspace(0, 255, side)
    planes = np.stack(np.broadcast_arrays(ramp[np.newaxis, :], ramp[:, np.newaxis], 128 + 60 * np.sin(ramp / 9)), axis=-1)
    grain = np.random.default_rng(7).normal(0, 12, planes.shape)
    image = Image.fromarray(np.clip(planes + grain, 0, 255).astype(np.uint8), "RGB")
    draw, unit = ImageDraw.Draw(image), side / 16
    draw.ellipse((2 * unit, 3 * unit, 8 * unit, 9 * unit), fill=(220, 40, 30))
    draw.rectangle((9 * unit, 8 * unit, 14 * unit, 14 * unit), fill=(30, 90, 200))
    return image


def _prompts(side: int, grid: int) -> Sequence[Prompt]:
    """Give a prompt of each kind, in pixels of a frame of ``side``; the last two's masks are a stand-in for earlier logits."""
    unit = side / 16
    on, off = (5.2 * unit, 6.1 * unit), (11.7 * unit, 10.3 * unit)
    box = (9 * unit, 8 * unit, 14 * unit, 14 * unit)
    return (
        Prompt("a point", (on,), (1,)),
        Prompt("a point on the object and one off it", (on, off), (1, 0)),
        Prompt("a box", box=box),
        Prompt("a box and a point", (off,), (1,), box),
        Prompt("a point and an earlier mask", (on,), (1,), mask=np.zeros((grid, grid), np.float32)),
        Prompt("an earlier mask alone", mask=np.zeros((grid, grid), np.float32)),
    )
