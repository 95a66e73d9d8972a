"""PNG of 16 bits a channel, of which Pillow keeps the upper 8 but for grey ones."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, UInt8Array
from tabsam.pictures.containers import png_parts, png_pixels
from tabsam.pictures.raster import Raster

_GREY, _RGB, _GREY_ALPHA, _RGB_ALPHA = 0, 2, 4, 6
_FULL = 65535.0


def read_deep_png(data: bytes) -> Raster:
    """Read its pixels.

    Raises
    ------
    Exception
        Whatever Pillow raises of damaged ones.
    """
    values: AnyArray
    width, height, _, kind, *rest = struct.unpack(">IIBBBBB", data[16:29])
    if kind in (_GREY, _GREY_ALPHA):
        # The bytes of its rows are those of one with twice as many channels of 8 bits, filters and all.
        twice = struct.pack(">IIBBBBB", width, height, 8, {_GREY: _GREY_ALPHA, _GREY_ALPHA: _RGB_ALPHA}[kind], *rest)
        pairs = _decoded(_without_transparency(png_pixels(data, twice))).reshape(height, width, -1, 2)
        values = pairs[..., 0].astype(np.uint16) << np.uint16(8) | pairs[..., 1]
    else:
        # Pillow takes one byte of each pair: once the upper ones, and once the lower ones.
        cleaned, mode = _without_transparency(png_pixels(data)), {_RGB: "RGB", _RGB_ALPHA: "RGBA"}[kind]
        values = _decoded(cleaned, f"{mode};16B").astype(np.uint16)
        values <<= 8  # in its place: of a large picture each copy is half a gigabyte
        values |= _decoded(cleaned, f"{mode};16L")
    are_colors = kind in (_RGB, _RGB_ALPHA)
    count = 3 if are_colors else 1
    alpha = (values[..., count] >> 8).astype(np.uint8) if values.shape[2] > count else _by_transparent_color(data, values)
    if alpha is not None and alpha.min() == 255:
        alpha = None
    return Raster(np.ascontiguousarray(values[..., :count]), _FULL, are_colors=are_colors, alpha=alpha)


def _decoded(data: bytes, rawmode: str = "") -> UInt8Array:
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        if rawmode:
            image.tile = [tile._replace(args=rawmode) for tile in image.tile]
        image.load()
        return np.asarray(image)


def _without_transparency(data: bytes) -> bytes:
    """Leave out the transparent colour, which would be taken for one of 8 bits."""
    for part in png_parts(io.BytesIO(data)):
        if part.kind == b"tRNS":
            return data[: part.offset - 8] + data[part.offset + part.length + 4 :]
    return data


def _by_transparent_color(data: bytes, values: AnyArray) -> UInt8Array | None:
    for part in png_parts(io.BytesIO(data)):
        if part.kind == b"tRNS" and part.length == 2 * values.shape[2]:
            color = np.frombuffer(data, ">u2", values.shape[2], part.offset)
            return np.where((values == color).all(axis=2), 0, 255).astype(np.uint8)
    return None
