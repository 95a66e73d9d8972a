"""Cut a product from its white ground."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

_WHITE = 236
"""A pixel is white where no channel is below this."""

_SOFT = 0.7
"""The deviation of the blur of its edge, in pixels."""


def cut_from_white(image: Image.Image) -> Image.Image | None:
    """Make what is not connected to the border by white opaque.

    Parameters
    ----------
    image : PIL.Image.Image

    Returns
    -------
    PIL.Image.Image of mode "RGBA", or None
        None where the ground is not white, or what is left is hardly anything, or nearly all.
    """
    rgb = image.convert("RGB")
    white = (np.asarray(rgb).min(2) > _WHITE).astype(np.uint8) * 255
    if not white[0].mean() > 0.8 * 255:
        return None
    # A frame of white ties the border together, so that one corner reaches all of the ground.
    ground = Image.fromarray(np.pad(white, 1, constant_values=255)).copy()
    ImageDraw.floodfill(ground, (0, 0), 128)
    thing = Image.fromarray((np.asarray(ground)[1:-1, 1:-1] != 128).astype(np.uint8) * 255)
    thing = thing.filter(ImageFilter.MinFilter(3))
    if not 0.05 < np.asarray(thing).mean() / 255 < 0.9:
        return None
    rgb.putalpha(thing.filter(ImageFilter.GaussianBlur(_SOFT)))
    return rgb
