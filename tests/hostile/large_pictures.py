"""Large pictures of many kinds, each packed to a small part of its pixels: its file leaves hardly any room."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray
from tests.support.tiffs import tiff

_SEEN = 3
"""Bytes of a pixel as it is seen."""

_ON_ITS_SIDE = 6
_ALPHA, _ASSOCIATED = 2, 1
_GREY, _WHITE_IS_ZERO, _RGB, _CMYK, _YCBCR, _LAB = 1, 0, 2, 5, 6, 8


@dataclass(frozen=True)
class Kind:
    """A kind of picture.

    Attributes
    ----------
    make : function of a width and a height
    pixel : int
        How many bytes a pixel has as it is seen, or more: in the file, or in the decoder, which nobody here can change.
    """

    make: Callable[[int, int], bytes]
    pixel: int = _SEEN


def ramp(width: int, height: int, channels: int, kind: Any = np.uint8) -> AnyArray:
    """Draw stripes whose brightness rises to the right, (height, width, channels); the last channel has two values."""
    row = (np.arange(width) * (200 * 256 ** (np.dtype(kind).itemsize - 1)) // width).astype(kind)
    pixels = np.repeat(np.broadcast_to(row[:, np.newaxis], (1, width, channels)), height, axis=0)
    pixels[::7] += 3
    if channels in (2, 4):
        pixels[..., -1] = np.iinfo(kind).max
        pixels[::5, :, -1] //= 2
    return pixels


def saved(format: str, mode: str, **options: Any) -> Callable[[int, int], bytes]:
    """Save by Pillow; ``orientation`` is the EXIF's."""
    if orientation := options.pop("orientation", 0):
        exif = Image.Exif()
        exif[274] = orientation
        options["exif"] = exif.tobytes()

    def make(width: int, height: int) -> bytes:
        file = io.BytesIO()
        image = Image.fromarray(ramp(width, height, 4 if mode in ("RGBA", "LA") else 3)).convert(mode)
        image.save(file, format, **options)
        return file.getvalue()

    return make


def deep_png(color: int, *, transparent: bool = False) -> Callable[[int, int], bytes]:
    """Write a PNG of 16 bits; some of its pixels may be of the transparent colour."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[color]

    def make(width: int, height: int) -> bytes:
        rows = ramp(width, height, channels, np.uint16).astype(">u2").reshape(height, -1).view(np.uint8)
        body = zlib.compress(np.pad(rows, ((0, 0), (1, 0))).tobytes(), 1)  # each row begins with its filter, none
        parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, color, 0, 0, 0)), (b"IDAT", body), (b"IEND", b"")]
        if transparent:
            parts.insert(1, (b"tRNS", struct.pack(f">{channels}H", *[3] * channels)))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
        )

    return make


def packed_tiff(
    meaning: int, channels: int, kind: Any = np.uint8, extra: Sequence[int] = (), orientation: int = 1
) -> Callable[[int, int], bytes]:
    """Write a TIFF of strips of 64 rows."""

    def make(width: int, height: int) -> bytes:
        whole = ramp(width, height, channels, np.uint16 if kind is np.uint16 else np.uint8)
        strips = [zlib.compress(whole[top : top + 64].astype(kind).tobytes(), 1) for top in range(0, height, 64)]
        is_float = np.dtype(kind).kind == "f"
        tags: dict[int, Any] = {256: width, 257: height, 258: [8 * np.dtype(kind).itemsize] * channels, 259: 8, 262: meaning}
        tags |= {
            274: orientation,
            277: channels,
            278: 64,
            279: [len(one) for one in strips],
            339: [3 if is_float else 1] * channels,
        }
        tags |= {338: list(extra)} if extra else {}
        before = len(tiff(b"", tags | {273: [1] * len(strips)}))
        places = np.cumsum([before, *tags[279][:-1]]).tolist()
        return tiff(b"".join(strips), tags | {273: places})

    return make


def mask(mode: str) -> Callable[[int, int], bytes]:
    """Draw a mask: squares of several colours, or greys, of which the darkest is the background."""

    def make(width: int, height: int) -> bytes:
        y, x = np.arange(height)[:, np.newaxis] * 6 // height, np.arange(width) * 8 // width
        numbers = ((x + y) % 4 * 60).astype(np.uint8)
        pixels = (
            numbers
            if mode == "L"
            else np.dstack([numbers, numbers // 2, 0 * numbers, (numbers > 0) * np.uint8(255)][: len(mode)])
        )
        file = io.BytesIO()
        Image.fromarray(pixels, mode).save(file, "PNG", compress_level=1)
        return file.getvalue()

    return make


def cut(make: Callable[[int, int], bytes]) -> Callable[[int, int], bytes]:
    """Leave out a JPEG's end marker."""
    return lambda width, height: make(width, height)[:-2]


KINDS: dict[str, Kind] = {
    "a JPEG on its side": Kind(saved("JPEG", "RGB", orientation=_ON_ITS_SIDE)),
    "a JPEG of four inks": Kind(saved("JPEG", "CMYK")),
    "a progressive JPEG without its end": Kind(cut(saved("JPEG", "RGB", progressive=True))),
    "a PNG with transparency": Kind(saved("PNG", "RGBA", compress_level=1)),
    "a grey PNG with transparency": Kind(saved("PNG", "LA", compress_level=1)),
    "a PNG with a transparent entry": Kind(saved("PNG", "P", compress_level=1, transparency=3)),
    "a GIF with a transparent entry": Kind(saved("GIF", "P", transparency=3)),
    "a grey PNG of 16 bits": Kind(deep_png(0)),
    "a grey PNG of 16 bits with a transparent grey": Kind(deep_png(0, transparent=True)),
    "a grey PNG of 16 bits with transparency": Kind(deep_png(4)),
    "a PNG of 16 bits": Kind(deep_png(2)),
    "a PNG of 16 bits with a transparent colour": Kind(deep_png(2, transparent=True)),
    "a PNG of 16 bits with transparency": Kind(deep_png(6)),
    "a TIFF on its side": Kind(packed_tiff(_RGB, 3, orientation=_ON_ITS_SIDE)),
    "a TIFF with transparency": Kind(packed_tiff(_RGB, 4, extra=[_ALPHA])),
    "a TIFF with associated transparency": Kind(packed_tiff(_RGB, 4, extra=[_ASSOCIATED])),
    "a TIFF of four inks": Kind(packed_tiff(_CMYK, 4)),
    "a TIFF in YCbCr": Kind(packed_tiff(_YCBCR, 3)),
    "a TIFF in L*a*b*": Kind(packed_tiff(_LAB, 3)),
    "a grey TIFF of 16 bits whose white is zero": Kind(packed_tiff(_WHITE_IS_ZERO, 1, np.uint16)),
    "a grey TIFF of floats on its side": Kind(packed_tiff(_GREY, 1, np.float32, orientation=_ON_ITS_SIDE), 4),
    "a TIFF of 16 bits": Kind(packed_tiff(_RGB, 3, np.uint16), 6),
    "a TIFF of 16 bits with transparency": Kind(packed_tiff(_RGB, 4, np.uint16, extra=[_ALPHA]), 8),
    "a TIFF of floats": Kind(packed_tiff(_RGB, 3, np.float32), 12),
    # libwebp's decoder of animations has two pictures of four channels, and Pillow takes a third from it
    "a WebP": Kind(saved("WEBP", "RGB", method=0), 4),
    "a lossless WebP with transparency": Kind(saved("WEBP", "RGBA", lossless=True, method=0, quality=0), 4),
    # libjpeg has all of a progressive picture's coefficients, of 16 bits, before it makes its first row
    "a progressive JPEG whose colours are as fine as its greys": Kind(saved("JPEG", "RGB", progressive=True, subsampling=0), 6),
}

MASKS: dict[str, Kind] = {
    "a label map": Kind(mask("L")),
    "a mask in colours": Kind(mask("RGB")),
    "a mask in colours with transparency": Kind(mask("RGBA")),
}
"""Of which objects are made."""
