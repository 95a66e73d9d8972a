"""From a picture file's bytes to upright pixels as they are, and a sentence for each that cannot be had."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

import numpy as np
from PIL import Image, UnidentifiedImageError

from tabsam.errors import ImageError, TabsamError
from tabsam.pictures.containers import JPEG, PNG, jpeg_pixels, orientation_of, png_pixels
from tabsam.pictures.decode_budget import MOST_PIXELS, check_png, check_samples, check_scans, check_size
from tabsam.pictures.faults import NotSupported
from tabsam.pictures.kinds import is_tiff, kind_of, not_supported, pillow_formats
from tabsam.pictures.raster import Range, Raster
from tabsam.pictures.strips import array_of, over_white, pixels_digest
from tabsam.pictures.turning import upright

if TYPE_CHECKING:
    from PIL.WebPImagePlugin import WebPImageFile

    from tabsam.geometry.affine import Affine

T = TypeVar("T")

MAX_MEGAPIXELS = 120.0

_PAGED = ("GIF", "WEBP")
"""The formats whose frames are counted, beside TIFF. The second picture in a phone's JPEG is no page."""

_BEGINNING = 140
_PNG_BITS = 24
"""Where a PNG says how many bits a channel has."""

NOT_A_PICTURE_HINT = "Choose a JPEG, PNG, WebP, GIF, BMP or TIFF picture."
_SAVE_AGAIN = "Try to open it elsewhere and save it again, or choose another one."


@dataclass(frozen=True, eq=False)
class Decoded:
    """A picture's pixels, upright.

    Attributes
    ----------
    pixels : PIL.Image.Image or Raster
        Of 8 bits or fewer, as Pillow has them; a raster of everything else, and of every TIFF.
    is_seen_alike : bool
        Whether browsers that can show the file show it like this.
    affine : Affine or None
        Where the file says that it lies on a map, and in which coordinate system.
    """

    pixels: Image.Image | Raster
    is_seen_alike: bool = True
    affine: Affine | None = None

    def to_rgb(self, ranges: Sequence[Range] | None = None) -> Image.Image:
        """Give an RGB picture: transparency is laid over white; deep values by :meth:`Raster.ranges`, unless others are given."""
        pixels = self.pixels
        return in_words(lambda: pixels.to_rgb(ranges) if isinstance(pixels, Raster) else _rgb(pixels))


def decode(
    data: bytes | bytearray | memoryview,
    *,
    page: int = 0,
    bands: Sequence[int] | None = None,
    max_megapixels: float = MAX_MEGAPIXELS,
) -> Decoded:
    """Decode a picture file.

    Parameters
    ----------
    page : int
        Of :func:`page_labels` many.
    bands : indices, optional
        Which of a TIFF's bands: three are red, green and blue, one is grey.
    max_megapixels : float
        A larger picture is refused before its pixels are decoded.

    Raises
    ------
    ImageError
        ``image-empty``, ``image-unknown`` (not a picture, or none of the formats), ``image-unsupported``, ``image-too-large``,
        ``image-too-many-scans``, ``image-no-page``, or ``image-corrupt``.
    """
    if len(data) == 0:
        raise ImageError("image-empty", "This file is empty.", NOT_A_PICTURE_HINT)
    data = bytes(data)
    if is_tiff(data):
        return in_words(lambda: _tiff(data, page, bands, max_megapixels))
    orientation = orientation_of(io.BytesIO(data))
    image = _identify(io.BytesIO(data))
    if page:
        _turn_to(image, page)
    check_size(image.size[::-1], max_megapixels)
    area = image.width * image.height
    if data.startswith(JPEG):
        check_scans(data, area)
    if data.startswith(PNG) and data[_PNG_BITS] == 16:
        check_png(data, area)
        image.close()  # it has a copy of the file
        from tabsam.pictures.deep_png import read_deep_png

        return in_words(lambda: Decoded(replace(read_deep_png(data), orientation=orientation), is_seen_alike=False))
    image = in_words(lambda: _loaded(image, data))
    pixels = _deep(image, orientation) if image.mode.startswith(("I", "F")) else upright(image, orientation)
    # of what is turned, browsers turn JPEG alone for sure
    is_seen_alike = isinstance(pixels, Image.Image) and (orientation == 1 or data.startswith(JPEG))
    return Decoded(pixels, is_seen_alike)


def page_labels(data: bytes | bytearray | memoryview) -> tuple[str, ...]:
    """Say what each page of a TIFF is of its stack, or each frame of a GIF or a WebP; empty where that is not known.

    Of any other picture, one. So of one that is damaged: what is wrong with it is said by :func:`decode`.
    """
    try:
        if is_tiff(bytes(data[:4])):
            from tabsam.pictures.tiff.decoding import labels_of

            return labels_of(bytes(data))
        image = _identify(io.BytesIO(data))
        return ("",) * (getattr(image, "n_frames", 1) if image.format in _PAGED else 1)
    except Exception:  # noqa: BLE001  # headers that are cut off raise nearly anything
        return ("",)


def size_of(stream: BinaryIO) -> tuple[int, int]:
    """Read the size, (height, width), that a picture file will have when it is open: upright; its pixels are not decoded.

    Raises
    ------
    ImageError
        ``image-unknown``, ``image-unsupported``, ``image-too-large`` or ``image-corrupt``.
    """
    stream.seek(0)
    beginning = stream.read(_BEGINNING)
    size = _size_in_header(stream, beginning)
    check_size(size, MOST_PIXELS / 1e6)
    return size


def _size_in_header(stream: BinaryIO, beginning: bytes) -> tuple[int, int]:
    if is_tiff(beginning):
        from tabsam.pictures.tiff.decoding import upright_size

        return in_words(lambda: upright_size(stream))
    orientation = orientation_of(stream)
    stream.seek(0)
    if beginning.startswith(PNG) and beginning[12:16] == b"IHDR" and len(beginning) > 24:
        width, height = int.from_bytes(beginning[16:20], "big"), int.from_bytes(beginning[20:24], "big")
    else:
        width, height = _identify(stream).size
    return (width, height) if orientation > 4 else (height, width)


def _tiff(data: bytes, page: int, bands: Sequence[int] | None, max_megapixels: float) -> Decoded:
    from tabsam.pictures.tiff.decoding import page_of, placed, upright_raster

    chosen, count = page_of(data, page)
    if chosen is None:
        raise _no_page(page, count)
    layout = chosen.layout
    check_size(layout.size, max_megapixels)
    check_samples(layout.size, layout.segment_size, layout.bits)
    return Decoded(upright_raster(chosen, bands), is_seen_alike=False, affine=placed(chosen))


def in_words(decoding: Callable[[], T]) -> T:
    """Decode, and say in a sentence what is in the way."""
    try:
        return decoding()
    except TabsamError:
        raise
    except NotSupported as reason:
        raise not_supported(
            f"This picture needs what is missing here: {reason} is", "Save it as a plain TIFF or PNG first."
        ) from reason
    except MemoryError as error:
        raise ImageError(
            "image-too-large",
            "There is not enough memory to open this picture.",
            "Close other tabs, or make the picture smaller first.",
            details=repr(error),
        ) from error
    except Exception as error:  # decoders raise OSError, SyntaxError, struct.error, zlib.error and more
        raise ImageError(
            "image-corrupt", "This picture is damaged: it could not be read to its end.", _SAVE_AGAIN, details=repr(error)
        ) from error


def _identify(stream: BinaryIO) -> Image.Image:
    """Read the header only."""
    start = stream.tell()
    beginning = stream.read(_BEGINNING)
    stream.seek(start)
    formats = pillow_formats(kind_of(beginning))
    try:
        with warnings.catch_warnings():
            # Our own limit comes right after, with a sentence instead of a warning; and what is odd about tags is of no interest.
            warnings.simplefilter("ignore")
            return Image.open(_cleaned(stream, beginning), formats=formats)
    except Image.DecompressionBombError as error:
        raise ImageError(
            "image-too-large",
            "This picture has far more pixels than fit into a tab.",
            "Make it smaller first, or cut out the part you need.",
            details=str(error),
        ) from error
    except UnidentifiedImageError as error:
        raise ImageError("image-unknown", "This file is not a picture that can be read here.", NOT_A_PICTURE_HINT) from error
    except Exception as error:  # a header that is cut off makes Pillow raise nearly anything
        raise ImageError(
            "image-corrupt", "This picture is damaged: its header could not be read.", _SAVE_AGAIN, details=repr(error)
        ) from error


def _cleaned(stream: BinaryIO, beginning: bytes) -> BinaryIO:
    """Take away what is not needed for the pixels, and may be broken."""
    if beginning.startswith(PNG):
        return io.BytesIO(png_pixels(stream.read()))
    if beginning.startswith(JPEG):
        return io.BytesIO(jpeg_pixels(stream.read()))
    return stream


def _loaded(image: Image.Image, data: bytes) -> Image.Image:
    if image.format == "WEBP":
        from tabsam.pictures.webp import loaded_webp

        return loaded_webp(cast("WebPImageFile", image))
    try:
        image.load()
    except OSError:
        if not data.startswith(JPEG):
            raise
    else:
        if image.mode == "P" and image.palette is None:
            raise OSError("the palette is missing")
        return image
    image.close()  # here, and not above: as long as an error is looked at, it has the picture's memory
    return _without_its_end(data)


def _without_its_end(data: bytes) -> Image.Image:
    """Decode a JPEG that lacks nothing but its end marker: whatever follows then makes no difference."""
    pixels, digests = jpeg_pixels(data), []
    for filling in (b"\x2a\x95" * 64, b""):
        image = Image.open(io.BytesIO(pixels + filling + b"\xff\xd9"), formats=("JPEG",))
        image.load()
        digests.append(pixels_digest(image))  # there is no room for both pictures
    if digests[0] != digests[1]:
        raise OSError("the end of the JPEG is missing")
    return image


def _turn_to(image: Image.Image, page: int) -> None:
    """Go to a page."""
    try:
        count = getattr(image, "n_frames", 1) if image.format in _PAGED else 1
        if 0 <= page < count:
            image.seek(page)
            return
    except Exception as error:  # as in _identify
        raise ImageError(
            "image-corrupt",
            f"This picture is damaged: page {page + 1} could not be found.",
            "Choose another page, or another picture.",
            details=repr(error),
        ) from error
    raise _no_page(page, count)


def _no_page(page: int, count: int) -> ImageError:
    return ImageError("image-no-page", f"This picture has {count} pages; there is no page {page + 1}.", "Choose another.")


def _deep(image: Image.Image, orientation: int) -> Raster:
    """Take grey pixels of more than 8 bits from Pillow."""
    values = array_of(image)
    return Raster(values[..., np.newaxis], 1.0 if values.dtype.kind == "f" else 65535.0, orientation=orientation)


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    return over_white(image) if image.has_transparency_data else image.convert("RGB")
