"""What the pixels of a mask's picture say: read in one way, be it as the model's prompt or as annotations from a file."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, BoolArray, UInt8Array


def opacity(image: Image.Image) -> UInt8Array | None:
    """Give how opaque each pixel is, uint8 (height, width); None where all are alike, which tells nothing."""
    if not image.has_transparency_data:
        return None
    alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    return alpha if alpha.min() < alpha.max() else None


def grey_values(image: Image.Image) -> AnyArray | None:
    """Give the number that each pixel is, (height, width); None for a picture in colours.

    An indexed picture is what one sees: the grey levels of its entries. Where its palette has colours, or entries in use cannot
    be told apart by their greys, as where there is no palette to speak of, it counts as coloured.
    """
    if image.mode in ("1", "L") or image.mode.startswith(("I", "F")):
        return np.asarray(image)
    if image.mode == "P":
        return _grey_levels(image)
    colors = np.asarray(image.convert("RGB"))
    return None if (colors != colors[..., :1]).any() else np.asarray(colors[..., 0])


def above_half(values: AnyArray) -> BoolArray:
    """Mark what is more than half of the largest value: masks of 0 and 1 do as well as those of 0 and 255."""
    return np.asarray(values > values.max() / 2)


def _grey_levels(image: Image.Image) -> UInt8Array | None:
    entries = np.asarray(image)
    palette = np.zeros((256, 3), np.uint8)
    known = np.array(image.getpalette("RGB") or [], np.uint8).reshape(-1, 3)
    palette[: len(known)] = known
    used = palette[np.flatnonzero(np.bincount(entries.ravel(), minlength=256)), 0]
    if (palette != palette[:, :1]).any() or len(np.unique(used)) < len(used):
        return None
    return np.asarray(palette[entries, 0])
