"""From logits to masks.

The definition is the reference's: bilinear with half-pixel centres and no antialiasing (``torch.nn.functional.interpolate`` with
``align_corners=False``), then ``> 0`` (SamPredictor and SAM2ImagePredictor, ``postprocess_masks``).
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray, Float32Array, Size
from tabsam.errors import PromptError
from tabsam.model.preprocess import Frame

Span: TypeAlias = tuple[int, int]
"""(start, end) on an axis; the end is not in it."""

_PIXELS_AT_ONCE = 4_000_000
"""Full-size logits are made in strips of about this many pixels: a 50-megapixel mask never needs 200 MB of floats."""


def to_mask(logits: Float32Array, frame: Frame, *, threshold: float = 0.0) -> BoolArray:
    """Make the mask at the picture's full size.

    Parameters
    ----------
    logits : float32, shape (h, w)
        On the decoder's own grid.
    threshold : float, in logits

    Returns
    -------
    bool, shape ``frame.image_size``
    """
    height, width = frame.image_size
    return window_mask(logits, frame, (0, height), (0, width), threshold=threshold)


def window_mask(logits: Float32Array, frame: Frame, rows: Span, columns: Span, *, threshold: float = 0.0) -> BoolArray:
    """Make a part of the full-size mask: the image pixels in `rows` and `columns`.

    Returns
    -------
    bool, shape (rows, columns)
    """
    mask = np.empty((rows[1] - rows[0], columns[1] - columns[0]), np.bool_)
    at_once = max(1, _PIXELS_AT_ONCE // max(1, mask.shape[1]))
    for top in range(rows[0], rows[1], at_once):
        bottom = min(top + at_once, rows[1])
        strip = window_logits(logits, frame, frame.image_size, (top, bottom), columns)
        np.greater(strip, threshold, out=mask[top - rows[0] : bottom - rows[0]])
    return mask


def window_logits(logits: Float32Array, frame: Frame, size: Size, rows: Span, columns: Span) -> Float32Array:
    """Bring logits to the picture's size, or to another, and give a part of them, without making the rest.

    Parameters
    ----------
    logits : float32, shape (h, w)
        On the decoder's own grid.
    size : (height, width)
        ``frame.image_size``, or that of a coarser picture of the same.
    rows, columns : (start, end)
        In pixels of `size`.

    Returns
    -------
    float32, shape (rows, columns)
    """
    if not frame.upscales_twice:
        return _resample(logits, size, rows, columns)
    height, width = frame.content_size
    needed = _reach(rows, height, size[0]), _reach(columns, width, size[1])
    content = _resample(logits, frame.model_size, *needed)
    return _resample(content, size, rows, columns, whole=frame.content_size, corner=(needed[0][0], needed[1][0]))


def content_logits(logits: Float32Array, frame: Frame) -> Float32Array:
    """Take the logits that lie on the picture, at the resolution from which the reference goes to the picture's own.

    Returns
    -------
    float32, shape (h', w')
        The logits themselves for a squashed picture; for SAM 1, brought to the model's size and cropped.
    """
    if not frame.upscales_twice:
        return logits
    height, width = frame.content_size
    return resize_logits(logits, frame.model_size)[:height, :width]


def resize_logits(logits: Float32Array, size: Size) -> Float32Array:
    """Resize (h, w) logits to ``size`` as ``interpolate(mode="bilinear", align_corners=False)`` does."""
    return _resample(logits, size, (0, size[0]), (0, size[1]))


def stability_score(logits: Float32Array, offset: float = 1.0) -> Float32Array:
    """Tell how well each mask keeps its shape when the threshold moves.

    Parameters
    ----------
    logits : float32, shape (M, h, w)
        Unbounded; 0 is the edge of the mask.
    offset : float, in logits, > 0

    Returns
    -------
    float32, shape (M,), in [0, 1]
        IoU of ``logits > offset`` and ``logits > -offset`` (segment_anything/utils/amg.py, ``calculate_stability_score``); 0, not
        NaN, for an empty mask.

    Raises
    ------
    PromptError
        ``prompt-offset`` if ``offset`` is not above 0.
    """
    if not offset > 0:
        raise PromptError("prompt-offset", f"The stability score's offset must be above 0, not {offset}.")
    # One mask at a time: counting along axes takes NumPy twice as long.
    inner = np.array([np.count_nonzero(one > offset) for one in logits], np.float32)
    outer = np.array([np.count_nonzero(one > -offset) for one in logits], np.float32)
    return np.asarray(inner / np.maximum(outer, np.float32(1)))


def _resample(
    source: Float32Array, size: Size, rows: Span, columns: Span, *, whole: Size | None = None, corner: tuple[int, int] = (0, 0)
) -> Float32Array:
    """Give `rows` and `columns` of an array brought to `size`.

    Parameters
    ----------
    source : float32, shape (h, w)
        The array, or the part of one of size `whole` that lies at `corner` (row, column).
    """
    spans = []
    for axis, (span, length) in enumerate(zip((rows, columns), size, strict=True)):
        total, first = (whole or source.shape)[axis], corner[axis]
        if length < total:
            source = _two_taps(source, span, total / length, first, axis)
            spans.append((0.0, float(span[1] - span[0])))
        else:
            spans.append((span[0] * total / length - first, min(span[1] * total / length - first, source.shape[axis])))
    (top, bottom), (left, right) = spans
    # Where nothing shrinks, Pillow's bilinear is the reference's: two taps at half-pixel centres, edges repeated.
    part = Image.fromarray(source).resize(
        (columns[1] - columns[0], rows[1] - rows[0]), Image.Resampling.BILINEAR, box=(left, top, right, bottom)
    )
    return np.asarray(part)


def _two_taps(source: Float32Array, span: Span, scale: float, first: int, axis: int) -> Float32Array:
    """Bring one axis, of which `source` holds what follows cell `first`, down with two taps; Pillow would antialias."""
    centres = (np.arange(*span) + 0.5) * scale - 0.5 - first
    last = source.shape[axis] - 1
    lower = np.floor(centres).astype(np.intp)
    weight = (centres - lower).astype(np.float32).reshape((-1, 1) if axis == 0 else (1, -1))
    below = np.take(source, np.clip(lower, 0, last), axis=axis)
    above = np.take(source, np.clip(lower + 1, 0, last), axis=axis)
    return np.asarray(below + (above - below) * weight, np.float32)


def _reach(span: Span, source_length: int, length: int) -> Span:
    """Tell which cells of an axis a span of its resized one is made of, and one more at either end."""
    scale = source_length / length
    return max(0, int(span[0] * scale) - 1), min(source_length, math.ceil(span[1] * scale) + 1)
