"""A large picture's pixels, some rows at a time: whole copies of it, or of its array, would not fit beside it into a tab."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, Size

_PIXELS = 1 << 17


def strips(size: Size) -> Iterator[slice]:
    """Part the rows of a picture."""
    height, width = size
    rows = max(1, _PIXELS // max(width, 1))
    return (slice(top, min(top + rows, height)) for top in range(0, height, rows))


def strip_of(image: Image.Image, rows: slice) -> Image.Image:
    """Copy some rows of an image."""
    return image.crop((0, rows.start, image.width, rows.stop))


def array_of(image: Image.Image, mode: str = "") -> AnyArray:
    """Give an image's pixels, in another mode if one is named, as ``np.asarray`` does, which has them twice on the way."""
    height, width = image.height, image.width
    whole: AnyArray | None = None
    for rows in strips((height, width)):
        strip = strip_of(image, rows)
        part: AnyArray = np.asarray(strip.convert(mode) if mode else strip)
        if whole is None:
            whole = np.empty((height, *part.shape[1:]), part.dtype)
        whole[rows] = part
    assert whole is not None  # no image is without pixels
    return whole


def pixels_digest(image: Image.Image) -> str:
    """Give the SHA-256 of an image's pixels, in hex."""
    digest = hashlib.sha256()
    for rows in strips((image.height, image.width)):
        digest.update(strip_of(image, rows).tobytes())
    return digest.hexdigest()


def over_white(image: Image.Image) -> Image.Image:
    """Lay an image with transparency, of any mode, over white."""
    ground = Image.new("RGB", image.size, "white")
    for rows in strips((image.height, image.width)):
        part = strip_of(image, rows).convert("RGBA")
        ground.paste(part, (0, rows.start), part.getchannel("A"))
    return ground
