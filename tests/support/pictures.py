"""Synthetic pictures whose right mask one can write down, and the files that a careless person drops."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, BoolArray, UInt8Array

RED = (220, 30, 40)
BLUE = (30, 60, 220)
GREY = (150, 150, 150)


def disc(height: int, width: int, centre: tuple[float, float], radius: float) -> BoolArray:
    """Return bool (height, width): the pixels whose centre is in the disc around `centre` (x, y)."""
    y, x = np.mgrid[:height, :width] + 0.5
    inside: BoolArray = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= radius**2
    return inside


def two_discs(height: int = 240, width: int = 320) -> UInt8Array:
    """Draw a red disc on the left and a blue one on the right, on grey; uint8 (height, width, 3).

    Their centres are at a quarter and three quarters of the width, half-way down; the radius is `red_disc`'s.
    """
    picture = np.full((height, width, 3), GREY, np.uint8)
    picture[red_disc(height, width)] = RED
    picture[disc(height, width, (width * 0.75, height * 0.5), height * 0.25)] = BLUE
    return picture


def red_disc(height: int = 240, width: int = 320) -> BoolArray:
    """Return the mask of the red disc of `two_discs`."""
    return disc(height, width, (width * 0.25, height * 0.5), height * 0.25)


def encoded(picture: AnyArray, kind: str = "PNG", **options: Any) -> bytes:
    """Return an array of pixels as a file's bytes; `options` are those of Pillow's ``save``."""
    return saved(Image.fromarray(picture), kind, **options)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return a picture as a file's bytes."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def rotated_jpeg(picture: UInt8Array) -> bytes:
    """Return a JPEG stored on its side, as a phone does it; its EXIF orientation (6) says how to stand it up."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter when shown
    return encoded(np.ascontiguousarray(np.rot90(picture)), "JPEG", quality=95, exif=exif)


def grey_16_bit_tiff(picture: UInt8Array) -> bytes:
    """Return a TIFF of one channel of 16 bits: the picture's mean colour, spread over the whole range."""
    grey = picture.astype(np.uint32).mean(axis=2) * 257
    return encoded(grey.round().astype(np.uint16), "TIFF")


def bomb_png(height: int = 12_000, width: int = 12_000) -> bytes:
    """Return a small PNG that says it is 144 megapixels large; its pixels are all there, and all black."""
    rows = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)  # filter 0, one bit a pixel
    data = b"".join(rows.compress(row) for _ in range(height)) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def iou(a: BoolArray, b: BoolArray) -> float:
    """Return the intersection of two masks of one shape over their union; 1 when both are empty."""
    union = np.logical_or(a, b).sum()
    return float(np.logical_and(a, b).sum() / union) if union else 1.0
