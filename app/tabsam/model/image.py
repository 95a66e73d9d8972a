"""From the bytes of a picture file to an upright RGB picture.

A picture is a ``PIL.Image.Image`` of mode "RGB" from here on: Pillow holds it once, resizes it without a copy, and gives an array
(height, width, 3) to whoever asks with ``np.asarray``.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Callable
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from tabsam.arrays import UInt8Array
from tabsam.errors import ImageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
"""The formats that are read. A JPEG with a second picture in it, as phones write them, comes under JPEG."""

MAX_MEGAPIXELS = 120.0

_NO_VALUE = np.float32(1e38)
"""What is not smaller is no measurement: infinity, or the largest 32-bit float, which maps have where nothing was measured."""

_PAGED = ("TIFF", "GIF", "WEBP")
"""The formats whose pages are counted. The second picture in a phone's JPEG is no page."""

_ORIENTATION = 0x0112
_ON_ITS_SIDE = (5, 6, 7, 8)
"""EXIF's tag, and its values by which width and height are exchanged."""

_NEW_SUBFILE_TYPE = 254
_COPY_OR_MASK = 0b101
"""The tag of a TIFF's frame that says what it is, and the bits of it for a smaller copy and for a mask."""

_NOT_A_PICTURE_HINT = "Choose a JPEG, PNG, WebP, GIF, BMP or TIFF picture."


def open_image(data: bytes | bytearray | memoryview, *, page: int = 0, max_megapixels: float = MAX_MEGAPIXELS) -> Image.Image:
    """Decode a picture file, to be segmented.

    Parameters
    ----------
    data : bytes
        The whole file: JPEG, PNG, WebP, GIF, BMP or TIFF; 8 or 16 bits a channel, grey, palette, CMYK or RGB, with alpha or not.
    page : int
        Which of its pages or frames, of :func:`page_count` many.
    max_megapixels : float
        A larger picture is refused before its pixels are decoded.

    Returns
    -------
    PIL.Image.Image, mode "RGB"
        Upright: the EXIF orientation is applied. Transparency is laid over white. Grey pictures of more than 8 bits are stretched
        from their darkest to their brightest value, since instruments rarely fill the range.

    Raises
    ------
    ImageError
        ``image-empty``, ``image-unknown`` (not a picture, or none of the formats), ``image-too-large``, ``image-no-page``, or
        ``image-corrupt``.
    """
    return _decode(data, max_megapixels, _to_rgb, page)


def page_count(data: bytes | bytearray | memoryview) -> int:
    """Count the pages of a TIFF, or the frames of a GIF or a WebP; any other picture is one.

    So is one that is damaged: what is wrong with it is said by :func:`open_image`.
    """
    try:
        return len(_places_of_pages(_identify(data)))
    except (ImageError, EOFError, OSError, SyntaxError, ValueError, TypeError, LookupError, struct.error):
        return 1


def open_as_it_is(data: bytes) -> Image.Image:
    """Decode a picture file upright, in whatever mode it has: a mask's numbers must not be stretched or laid over white.

    Raises
    ------
    ImageError
        As :func:`open_image` does.
    """
    return _decode(data, MAX_MEGAPIXELS, lambda image: image)


def size_of(stream: BinaryIO) -> tuple[int, int]:
    """Read the size, (height, width), that a picture file will have when it is open: upright; its pixels are not decoded.

    Raises
    ------
    ImageError
        ``image-unknown``, ``image-too-large`` or ``image-corrupt``.
    """
    image = _identify_stream(stream)
    try:
        # Not image.getexif: a PNG's decodes the whole picture, to look whether EXIF comes after it, where nobody writes it.
        # Of a TIFF Pillow gives the upright size.
        is_turned = image.format != "TIFF" and Image.Image.getexif(image).get(_ORIENTATION) in _ON_ITS_SIDE
    except Exception:  # noqa: BLE001  # EXIF that is damaged turns nothing: decoding passes over it as well
        is_turned = False
    return (image.width, image.height) if is_turned else (image.height, image.width)


def _decode(
    data: bytes | bytearray | memoryview, max_megapixels: float, convert: Callable[[Image.Image], Image.Image], page: int = 0
) -> Image.Image:
    if len(data) == 0:
        raise ImageError("image-empty", "This file is empty.", _NOT_A_PICTURE_HINT)
    image = _identify(data)
    if page:
        _turn(image, page)
    megapixels = image.width * image.height / 1e6
    if megapixels > max_megapixels:
        raise ImageError(
            "image-too-large",
            f"This picture has {megapixels:.0f} megapixels; at most {max_megapixels:.0f} fit into a tab.",
            "Make it smaller first, or cut out the part you need.",
        )
    try:
        image.load()
        return convert(ImageOps.exif_transpose(image))
    except MemoryError as error:
        raise ImageError(
            "image-too-large",
            f"There is not enough memory to open this picture of {megapixels:.0f} megapixels.",
            "Close other tabs, or make the picture smaller first.",
            details=repr(error),
        ) from error
    except Exception as error:  # Pillow's decoders raise OSError, SyntaxError, struct.error, zlib.error and more
        raise ImageError(
            "image-corrupt",
            "This picture is damaged: it could not be read to its end.",
            "Try to open it elsewhere and save it again, or choose another one.",
            details=repr(error),
        ) from error


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


def _identify(data: bytes | bytearray | memoryview) -> Image.Image:
    """Read the header only."""
    return _identify_stream(io.BytesIO(data))


def _identify_stream(stream: BinaryIO) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Our own limit comes right after, with a sentence instead of a warning.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(stream, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageError(
            "image-too-large",
            "This picture has far more pixels than fit into a tab.",
            "Make it smaller first, or cut out the part you need.",
            details=str(error),
        ) from error
    except UnidentifiedImageError as error:
        raise ImageError("image-unknown", "This file is not a picture that can be read here.", _NOT_A_PICTURE_HINT) from error
    except Exception as error:  # a header that is cut off makes Pillow raise nearly anything
        raise ImageError(
            "image-corrupt",
            "This picture is damaged: its header could not be read.",
            "Try to open it elsewhere and save it again, or choose another one.",
            details=repr(error),
        ) from error


def _turn(image: Image.Image, page: int) -> None:
    """Go to a page."""
    try:
        places = _places_of_pages(image)
        is_there = 0 <= page < len(places)
        if is_there:
            image.seek(places[page])
    except Exception as error:  # as in _decode
        raise ImageError(
            "image-corrupt",
            f"This picture is damaged: page {page + 1} could not be found.",
            "Choose another page, or another picture.",
            details=repr(error),
        ) from error
    if not is_there:
        raise ImageError(
            "image-no-page", f"This picture has {len(places)} pages; there is no page {page + 1}.", "Choose another."
        )


def _places_of_pages(image: Image.Image) -> list[int]:
    """Say which of a file's frames are pages: smaller copies and masks of a page, which maps have, are not."""
    if image.format not in _PAGED:
        return [0]
    places = list(range(getattr(image, "n_frames", 1)))
    if image.format != "TIFF" or len(places) == 1:
        return places
    pages = []
    for place in places:
        image.seek(place)
        if not getattr(image, "tag_v2", {}).get(_NEW_SUBFILE_TYPE, 0) & _COPY_OR_MASK:
            pages.append(place)
    image.seek(0)
    return pages or [0]


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    if image.mode.startswith(("I", "F")):
        return _stretch(image).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(rgba, mask=rgba.getchannel("A"))
        return ground
    return image.convert("RGB")


def _stretch(image: Image.Image) -> Image.Image:
    """Bring a grey picture of 16 or 32 bits to 8: darkest to 0, brightest to 255; Pillow's own conversion clips."""
    values = np.asarray(image, dtype=np.float32)
    sound = np.abs(values) < _NO_VALUE
    low, high = (float(values.min(where=sound, initial=_NO_VALUE)), float(values.max(where=sound, initial=-_NO_VALUE)))
    scale = 255.0 / (high - low) if high > low else 0.0
    # Infinite values are as bright as the brightest, or as dark as the darkest; what is missing is taken for 0.
    return Image.fromarray(np.rint((np.clip(np.nan_to_num(values), low, high) - low) * scale).astype(np.uint8))
