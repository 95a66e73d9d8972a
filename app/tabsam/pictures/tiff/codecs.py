"""From a strip's or a tile's compressed bytes to what was compressed.

zlib, LZMA and, from Python 3.14, zstd are Python's own. Of LZW, PackBits and fax Pillow has decoders, which it lets go at a TIFF
only: so it is given one, of this strip alone. JPEG, WebP, PNG and JPEG 2000 are pictures in themselves.
"""

from __future__ import annotations

import importlib
import io
import lzma
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, features

from tabsam.arrays import AnyArray
from tabsam.pictures.faults import NotSupported, TiffFault
from tabsam.pictures.tiff.layout import Layout

_NAMES = {
    2: "CCITT fax",
    3: "CCITT fax (Group 3)",
    4: "CCITT fax (Group 4)",
    5: "LZW",
    6: "old-style JPEG",
    7: "JPEG",
    8: "Deflate",
    9: "JBIG",
    10: "JBIG",
    32766: "NeXT",
    32771: "CCITT fax, word-aligned",
    32773: "PackBits",
    32809: "ThunderScan",
    32946: "Deflate",
    33003: "JPEG 2000",
    33004: "JPEG 2000",
    33005: "JPEG 2000",
    34661: "JBIG",
    34676: "SGI Log",
    34677: "SGI Log",
    34712: "JPEG 2000",
    34887: "LERC",
    34892: "JPEG",
    34925: "LZMA",
    34933: "PNG",
    34934: "JPEG XR",
    22610: "JPEG XR",
    50000: "Zstandard",
    50001: "WebP",
    50002: "JPEG XL",
    52546: "JPEG XL",
    33007: "lossless JPEG",
}

_JPEG_TABLES, _T4_OPTIONS, _T6_OPTIONS = 347, 292, 293
_FAX = (2, 3, 4)
_PILLOWS = (5, 32773)
_ZSTANDARD = 50000
_PICTURES = {50001: "WEBP", 34933: "PNG", 33003: "JPEG2000", 33004: "JPEG2000", 33005: "JPEG2000", 34712: "JPEG2000"}
_RGB = 2

_START_OF_FRAME = {0xC0: 8, 0xC1: 8, 0xC2: 8}
"""JPEG's markers of what Pillow decodes, if it has 8 bits."""


@dataclass(frozen=True)
class Segment:
    """A strip or a tile that is to be decoded.

    Attributes
    ----------
    size : (height, width)
    row_bytes : int
        Of a row, unless it is a picture in itself.
    samples : int
        Of a pixel in it.
    """

    size: tuple[int, int]
    row_bytes: int
    samples: int

    @property
    def byte_count(self) -> int:
        return self.size[0] * self.row_bytes


def name_of(compression: int) -> str:
    """Give what a kind of compression is called."""
    return _NAMES.get(compression, f"compression {compression}")


def decompressed(data: bytes, layout: Layout, segment: Segment) -> bytes | AnyArray:
    """Undo the compression: give the bytes, or, of what is a picture in itself, its pixels (height, width, samples).

    Raises
    ------
    NotSupported
        If nothing here can decode it.
    TiffFault
        If it is damaged.
    """
    compression = layout.compression
    if layout.is_reversed and compression not in (*_FAX, *_PICTURES, 7, 34892):
        data = np.packbits(np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")).tobytes()
    try:
        if compression == 1:
            return data
        if compression in _BY_PYTHON:
            return _BY_PYTHON[compression](data, segment.byte_count)
        if compression in _FAX or compression in _PILLOWS:
            return _by_libtiff(data, layout, segment, compression)
        if compression in (7, 34892):
            return _jpeg(data, layout, segment)
        if compression in _PICTURES:
            return _picture(data, _PICTURES[compression], compression)
    except (NotSupported, TiffFault, MemoryError):
        raise
    except Exception as error:  # decoders raise OSError, SyntaxError, struct.error, zlib.error and more
        raise TiffFault(f"{name_of(compression)}: {error!r}") from error
    raise NotSupported(name_of(compression))


def _inflated(data: bytes, count: int) -> bytes:
    # no further than to what is wanted: a few bytes may stand for gigabytes
    return zlib.decompressobj().decompress(data, count)


def _unpacked_lzma(data: bytes, count: int) -> bytes:
    return lzma.LZMADecompressor().decompress(data, count)


def _unpacked_zstd(data: bytes, count: int) -> bytes:
    try:
        zstd = importlib.import_module("compression.zstd")
    except ImportError:  # before Python 3.14; Pillow's libtiff on CPython has it
        return _by_tiny_tiff(data, count, 1, 1, _ZSTANDARD)
    return bytes(zstd.ZstdDecompressor().decompress(data, count))


_BY_PYTHON: dict[int, Callable[[bytes, int], bytes]] = {
    8: _inflated,
    32946: _inflated,
    34925: _unpacked_lzma,
    _ZSTANDARD: _unpacked_zstd,
}


def _by_libtiff(data: bytes, layout: Layout, segment: Segment, compression: int) -> bytes:
    if compression in _FAX:
        options = {
            _T4_OPTIONS: layout.directory.integer(_T4_OPTIONS, 0) if compression == 3 else 0,
            _T6_OPTIONS: layout.directory.integer(_T6_OPTIONS, 0) if compression == 4 else 0,
            266: 2 if layout.is_reversed else 1,
        }
        if layout.bits != (1,) * layout.samples or segment.samples != 1:
            raise NotSupported(f"{name_of(compression)} of {layout.bits[0]} bits")
        return _by_tiny_tiff(data, segment.size[1], segment.size[0], 0, compression, options)
    return _by_tiny_tiff(data, segment.row_bytes, segment.size[0], 1, compression)


def _by_tiny_tiff(
    data: bytes, width: int, height: int, is_bytes: int, compression: int, options: dict[int, int] | None = None
) -> bytes:
    """Have Pillow decode bytes, or bits, as if they were all there is of a grey TIFF."""
    tags = {256: width, 257: height, 258: 8 if is_bytes else 1, 259: compression, 262: 1, 277: 1, 278: height, 279: len(data)}
    tags |= {tag: value for tag, value in (options or {}).items() if value}
    tags[273] = 8 + 2 + 12 * (len(tags) + 1) + 4
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags.items()))
    file = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + b"\0\0\0\0" + data
    with Image.open(io.BytesIO(file), formats=("TIFF",)) as image:
        image.load()
        return image.tobytes()


def _picture(data: bytes, format: str, compression: int) -> AnyArray:
    codec = {"WEBP": "webp", "JPEG2000": "jpg_2000"}.get(format)
    if codec and not features.check(codec):
        raise NotSupported(name_of(compression))
    with Image.open(io.BytesIO(data), formats=(format,)) as image:
        pixels = np.asarray(image)
    return pixels if pixels.ndim == 3 else pixels[..., np.newaxis]


def _jpeg(data: bytes, layout: Layout, segment: Segment) -> AnyArray:
    tables = layout.directory.raw(_JPEG_TABLES)
    if tables[:2] == b"\xff\xd8":
        # its tables, without the end, and then what follows the beginning
        data = (tables[:-2] if tables[-2:] == b"\xff\xd9" else tables) + data[2:]
    _refuse_odd_jpeg(data)
    if segment.samples == 3 and (layout.photometric == _RGB or layout.is_planar):
        # without Adobe's mark three components are taken for YCbCr; this says that they are none
        data = data[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00" + data[2:]
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        pixels = np.asarray(image)
        if image.mode == "CMYK":
            pixels = 255 - pixels  # Pillow turns them round, as Adobe's JPEG files have them; TIFF's are not
    return pixels if pixels.ndim == 3 else pixels[..., np.newaxis]


def _refuse_odd_jpeg(data: bytes) -> None:
    """Raise `NotSupported` for lossless and 12-bit JPEG, which Pillow would call broken."""
    place = 2
    while place + 4 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if marker not in _START_OF_FRAME:
                raise NotSupported("lossless JPEG" if marker in (0xC3, 0xC7, 0xCB, 0xCF) else "arithmetic JPEG")
            if data[place + 4] != _START_OF_FRAME[marker]:
                raise NotSupported(f"JPEG of {data[place + 4]} bits")
            return
        place += 2 if 0xD0 <= marker <= 0xD9 or marker == 1 else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
