"""PNG of 16 bits a channel, of which Pillow keeps the upper 8 but for grey ones."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, UInt8Array
from tabsam.pictures.byte_pairs import BytePairs
from tabsam.pictures.containers import png_parts, png_pixels
from tabsam.pictures.raster import Raster, unless_opaque
from tabsam.pictures.strips import array_of, strip_of, strips

_GREY, _RGB, _GREY_ALPHA = 0, 2, 4
_FULL = 65535.0
_OPAQUE = 255


def read_deep_png(data: bytes) -> Raster:
    """Read its pixels, as they lie in the file.

    Raises
    ------
    Exception
        Whatever Pillow raises of damaged ones.
    """
    kind = data[25]
    clear = _transparent_color(data)
    if kind in (_GREY, _GREY_ALPHA):
        alpha: UInt8Array | None = None
        if kind == _GREY:
            values = array_of(_decoded(_without_transparency(png_pixels(data))))[..., np.newaxis]
        else:
            values, alpha = _grey_and_alpha(data)
        if clear is not None:
            alpha = (values[..., 0] != clear[0]) * np.uint8(_OPAQUE)
        return Raster(values, _FULL, alpha=unless_opaque(alpha))
    # Pillow takes one byte of each pair: once the upper ones, and once the lower ones.
    cleaned, mode = _without_transparency(png_pixels(data)), "RGB" if kind == _RGB else "RGBA"
    pairs = BytePairs(_decoded(cleaned, f"{mode};16B"), _decoded(cleaned, f"{mode};16L"), clear)
    return Raster(pairs, _FULL, are_colors=True)


def _grey_and_alpha(data: bytes) -> tuple[AnyArray, UInt8Array]:
    """Give the values, (height, width, 1), and how opaque they are, (height, width)."""
    width, height, _, _, *rest = struct.unpack(">IIBBBBB", data[16:29])
    # The bytes of its rows are those of one with twice as many channels of 8 bits, red to alpha, filters and all.
    twice = _decoded(_without_transparency(png_pixels(data, struct.pack(">IIBBBBB", width, height, 8, 6, *rest))))
    values, alpha = np.empty((height, width, 1), np.uint16), np.empty((height, width), np.uint8)
    for rows in strips((height, width)):
        bytes_of = np.asarray(strip_of(twice, rows))
        values[rows, :, 0] = bytes_of[..., 0].astype(np.uint16) << np.uint16(8) | bytes_of[..., 1]
        alpha[rows] = bytes_of[..., 2]
    return values, alpha


def _decoded(data: bytes, rawmode: str = "") -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=("PNG",))
    if rawmode:
        image.tile = [tile._replace(args=rawmode) for tile in image.tile]
    image.load()
    return image


def _without_transparency(data: bytes) -> bytes:
    """Leave out the transparent colour, which would be taken for one of 8 bits."""
    for part in png_parts(io.BytesIO(data)):
        if part.kind == b"tRNS":
            return data[: part.offset - 8] + data[part.offset + part.length + 4 :]
    return data


def _transparent_color(data: bytes) -> AnyArray | None:
    channels = {_GREY: 1, _RGB: 3}.get(data[25], 0)
    for part in png_parts(io.BytesIO(data)):
        if part.kind == b"tRNS" and channels and part.length == 2 * channels:
            return np.frombuffer(data, ">u2", channels, part.offset)
    return None
