"""The worst answers as small pictures: what is true, what was answered, and where was clicked."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray
from tabsam.evaluation.clicking import Click
from tabsam.evaluation.comparing import Comparison
from tabsam.evaluation.questions import Answered, Series
from tabsam.evaluation.summaries import grouped
from tabsam.formats.shared.rle import decompress
from tabsam.geometry.counts import mask_of_counts
from tabsam.geometry.outline import Outline
from tabsam.geometry.simplifying import simplify
from tabsam.geometry.tracing import outline_of_mask
from tabsam.geometry.windows import Window

_SIDE = 320
"""Of a picture, in its own pixels, at most: sharp enough at half the size on a screen."""
_MARGIN, _LEAST_MARGIN = 0.15, 12
_MOST = 48
"""Pictures in a report, all series together; each is some 15 kB."""
_EACH = 8
_TOLERANCE = 0.4
_QUALITY = 80


@dataclass(frozen=True)
class Case:
    """One answer as a picture: the part around the object.

    Attributes
    ----------
    name : str
        Of what, in words.
    comparison : Comparison
    jpeg : bytes
    width, height : int
        Of that picture, in its pixels, in which all else is.
    truth, mask : Outline
        What is true, and what was answered.
    clicks : tuple of Click
    """

    name: str
    comparison: Comparison
    jpeg: bytes
    width: int
    height: int
    truth: Outline
    mask: Outline
    clicks: tuple[Click, ...]


def worst(answers: Iterable[Answered], *, most: int = _MOST) -> list[Answered]:
    """Choose the answers with the least IoU of each series, evenly, the worst first; such as are perfect are none."""
    by_series: Mapping[Series, Sequence[Answered]] = grouped(answers, lambda one: one.series)
    each = max(1, min(_EACH, most // max(1, len(by_series))))
    chosen = []
    for some in by_series.values():
        bad = sorted((one for one in some if one.comparison.iou < 1), key=lambda one: one.comparison.iou)
        chosen += bad[:each]
    return chosen


def case_of(answer: Answered, image: Image.Image, truth: BoolArray) -> Case:
    """Draw an answer.

    Parameters
    ----------
    image : PIL.Image.Image, mode "RGB"
    truth : bool, shape (height, width)
    """
    mask = mask_of_counts(decompress(answer.counts), (image.height, image.width))
    name = f"{answer.picture}, {answer.label or f'object {answer.number}'}"
    return drawn_case(name, answer.comparison, image, truth, mask, answer.clicks)


def drawn_case(
    name: str, comparison: Comparison, image: Image.Image, truth: BoolArray, mask: BoolArray, clicks: Sequence[Click] = ()
) -> Case:
    """Draw a mask and the truth, one of which has pixels, on the part of the picture around both."""
    left, top, right, bottom = _around(mask | truth).box
    part = image.crop((left, top, right, bottom))
    factor = min(1.0, _SIDE / max(part.size))
    width, height = (max(1, round(side * factor)) for side in part.size)
    if factor < 1:
        part = part.resize((width, height), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    part.save(data, "JPEG", quality=_QUALITY)
    scale = np.array([width / (right - left), height / (bottom - top)])
    lines = [_drawn(each[top:bottom, left:right], scale) for each in (truth, mask)]
    placed = tuple(Click(float((one.x - left) * scale[0]), float((one.y - top) * scale[1]), one.label) for one in clicks)
    return Case(name, comparison, data.getvalue(), width, height, lines[0], lines[1], placed)


def _around(mask: BoolArray) -> Window:
    """Give what is in a mask, which has pixels, and some of what is around it, within the picture."""
    window = Window.around(mask)
    assert window is not None
    return window.grown(max(_LEAST_MARGIN, round(_MARGIN * max(window.size))), (mask.shape[0], mask.shape[1]))


def _drawn(mask: BoolArray, scale: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Outline:
    line = outline_of_mask(mask)
    return simplify(Outline(line.vertices * scale, line.ring_offsets, line.polygon_offsets), _TOLERANCE)
