"""From the bytes of a picture file to an upright RGB picture.

A picture is a ``PIL.Image.Image`` of mode "RGB" from here on: Pillow holds it once, resizes it without a copy, and gives an array
(height, width, 3) to whoever asks with ``np.asarray``. How files are decoded is in pictures/.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
from PIL import Image

from tabsam.arrays import UInt8Array
from tabsam.errors import ImageError

MAX_MEGAPIXELS = 120.0


def open_image(
    data: bytes | bytearray | memoryview,
    *,
    page: int = 0,
    bands: Sequence[int] | None = None,
    max_megapixels: float = MAX_MEGAPIXELS,
) -> Image.Image:
    """Decode a picture file, to be segmented.

    Parameters
    ----------
    data : bytes
        The whole file: JPEG, PNG, WebP, GIF, BMP or TIFF; of TIFF 1 to 64 bits a channel, also signed and floats.
    page : int
        Which of its pages or frames, of :func:`page_count` many.
    bands : indices, optional
        Which of a TIFF's bands: three are red, green and blue, one is grey; where it is left out, the first
        three, or the first of two.
    max_megapixels : float
        A larger picture is refused before its pixels are decoded.

    Returns
    -------
    PIL.Image.Image, mode "RGB"
        Upright: the EXIF orientation is applied. Transparency is laid over white. What has more than 8 bits is stretched by the
        rule of :meth:`tabsam.pictures.raster.Raster.ranges`, since instruments rarely fill the range.

    Raises
    ------
    ImageError
        ``image-empty``, ``image-unknown`` (not a picture, or none of the formats), ``image-unsupported``, ``image-too-large``,
        ``image-no-page``, or ``image-corrupt``.
    """
    from tabsam.pictures.decoding import decode  # here: the start of the page waits for every import

    return decode(data, page=page, bands=bands, max_megapixels=max_megapixels).to_rgb()


def page_count(data: bytes | bytearray | memoryview) -> int:
    """Count the pages of a TIFF, or the frames of a GIF or a WebP; any other picture is one, also one that is damaged."""
    from tabsam.pictures.decoding import page_labels  # as above

    return len(page_labels(data))


def size_of(stream: BinaryIO) -> tuple[int, int]:
    """Read the size, (height, width), that a picture file will have when it is open: upright; its pixels are not decoded.

    Raises
    ------
    ImageError
        ``image-unknown``, ``image-unsupported``, ``image-too-large`` or ``image-corrupt``.
    """
    from tabsam.pictures import decoding  # as above

    return decoding.size_of(stream)


def from_array(array: UInt8Array) -> Image.Image:
    """Take an array of pixels as a picture.

    Parameters
    ----------
    array : uint8, shape (height, width, 3) in RGB order, or (height, width) in grey
        Copied.

    Raises
    ------
    ImageError
        ``image-array`` for any other shape or dtype.
    """
    if array.dtype != np.uint8 or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)) or 0 in array.shape:
        raise ImageError(
            "image-array",
            f"This array is no picture: {array.dtype} of shape {array.shape}.",
            "Give uint8 of shape (height, width, 3), in RGB order, or (height, width).",
        )
    return Image.fromarray(array).convert("RGB")


def thumbnail(image: Image.Image, side: int) -> Image.Image:
    """Shrink a picture by a whole factor, by averaging, to at most ``side`` pixels on its longest side."""
    return image.reduce(max(1, -(-max(image.size) // side)))
