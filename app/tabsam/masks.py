"""From logits to masks.

The definition is the reference's: bilinear with half-pixel centres and no antialiasing (``torch.nn.functional.interpolate`` with
``align_corners=False``), then ``> 0`` (SamPredictor and SAM2ImagePredictor, ``postprocess_masks``).
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray, Float32Array, Size
from tabsam.errors import PromptError
from tabsam.preprocess import Frame

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
    source = content_logits(logits, frame)
    source = _shrink_axis(_shrink_axis(source, height, axis=0), width, axis=1)
    mask = np.empty((height, width), np.bool_)
    rows = max(1, _PIXELS_AT_ONCE // width)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        np.greater(_grow(source, (height, width), top, bottom), threshold, out=mask[top:bottom])
    return mask


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
    source = _shrink_axis(_shrink_axis(logits, size[0], axis=0), size[1], axis=1)
    return _grow(source, size, 0, size[0])


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


def _grow(source: Float32Array, size: Size, top: int, bottom: int) -> Float32Array:
    """Make rows ``top`` to ``bottom`` of ``source`` brought to ``size``, which is no smaller on either axis.

    Where nothing shrinks, Pillow's bilinear is the reference's: two taps at half-pixel centres, edges repeated.
    """
    height, width = size
    scale = source.shape[0] / height
    strip = Image.fromarray(source).resize(
        (width, bottom - top), Image.Resampling.BILINEAR, box=(0, top * scale, source.shape[1], bottom * scale)
    )
    return np.asarray(strip)


def _shrink_axis(source: Float32Array, length: int, axis: int) -> Float32Array:
    """Bring one axis down to ``length`` with two taps, or leave it if it would grow; Pillow would antialias."""
    if length >= source.shape[axis]:
        return source
    centres = (np.arange(length) + 0.5) * (source.shape[axis] / length) - 0.5
    lower = np.floor(centres).astype(np.intp)
    weight = (centres - lower).astype(np.float32)
    shape = (-1, 1) if axis == 0 else (1, -1)
    first = np.take(source, lower, axis=axis)
    second = np.take(source, np.minimum(lower + 1, source.shape[axis] - 1), axis=axis)
    return np.asarray(first + (second - first) * weight.reshape(shape), np.float32)
