"""What a JPEG, a PNG and a WebP are made of: to find the orientation, and to leave out what is not pixels."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"

_START_OF_SCAN, _END = 0xDA, 0xD9
_EXIF_MARKER, _ADOBE_MARKER, _JFIF_MARKER, _COMMENT = 0xE1, 0xEE, 0xE0, 0xFE
_NO_FRAMES = (0xC4, 0xC8, 0xCC)
_PIXEL_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_MOST_EXIF = 1 << 20
_ORIENTATION, _SHORT = 0x0112, 3


@dataclass(frozen=True)
class Part:
    """A PNG's or a WebP's chunk, or a JPEG's segment: its content's place, without what says how long it is."""

    kind: bytes
    offset: int
    length: int


def png_parts(stream: BinaryIO) -> Iterator[Part]:
    """Give a PNG's chunks as far as the file goes; whether their checksums are right is not asked."""
    yield from _chunks(stream, len(PNG), ">I4s", length_first=True, beyond=4)


def webp_parts(stream: BinaryIO) -> Iterator[Part]:
    """Give a WebP's chunks."""
    yield from _chunks(stream, 12, "<4sI", length_first=False, beyond=0)


def _chunks(stream: BinaryIO, start: int, form: str, *, length_first: bool, beyond: int) -> Iterator[Part]:
    place = start
    while True:
        stream.seek(place)
        head = stream.read(8)
        if len(head) < 8:
            return
        first, second = struct.unpack(form, head)
        kind, length = (second, first) if length_first else (first, second)
        yield Part(kind, place + 8, length)
        place += 8 + length + beyond
        if not beyond:
            place += length % 2  # a WebP's chunks begin at even places
        if kind == b"IEND":
            return


def jpeg_parts(stream: BinaryIO) -> Iterator[Part]:
    """Give a JPEG's segments before its pixels, of which only the marker is given, as the last one."""
    place = 2
    while True:
        stream.seek(place)
        head = stream.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            return
        marker = head[1]
        if marker == 0xFF:  # filling
            place += 1
            continue
        if marker in (_START_OF_SCAN, _END):
            yield Part(bytes([marker]), place, 0)
            return
        if 0xD0 <= marker <= 0xD8 or marker == 1:
            place += 2
            continue
        length = int.from_bytes(head[2:], "big")
        yield Part(bytes([marker]), place + 4, max(length - 2, 0))
        place += 2 + length


def is_frame(part: Part) -> bool:
    """Tell whether a JPEG's segment says how large the picture is."""
    return 0xC0 <= part.kind[0] <= 0xCF and part.kind[0] not in _NO_FRAMES


def orientation_of(stream: BinaryIO) -> int:
    """Read the EXIF orientation, 1 to 8, of a JPEG, a PNG or a WebP, as browsers read it; 1 where there is none that is sound.

    What else stands in the EXIF is not looked at, and may be broken. An orientation that stands only in XMP is none.
    """
    stream.seek(0)
    magic = stream.read(12)
    if magic.startswith(PNG):
        found = (part for part in png_parts(stream) if part.kind == b"eXIf")
    elif magic.startswith(JPEG):
        found = (part for part in jpeg_parts(stream) if part.kind[0] == _EXIF_MARKER)
    elif magic[:4] == b"RIFF" and magic[8:] == b"WEBP":
        found = (part for part in webp_parts(stream) if part.kind == b"EXIF")
    else:
        return 1
    for part in found:
        stream.seek(part.offset)
        blob = stream.read(min(part.length, _MOST_EXIF))
        if blob[:5] == b"Exif\0":
            return _orientation_in(blob[6:])
        if not magic.startswith(JPEG):
            return _orientation_in(blob)
    return 1


def _orientation_in(exif: bytes) -> int:
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None or len(exif) < 8:
        return 1
    (start,) = struct.unpack_from(order + "I", exif, 4)
    if start + 2 > len(exif):
        return 1
    (count,) = struct.unpack_from(order + "H", exif, start)
    for place in range(start + 2, min(start + 2 + 12 * count, len(exif) - 11), 12):
        tag, kind, length, value = struct.unpack_from(order + "HHIH", exif, place)
        if tag == _ORIENTATION:
            return value if kind == _SHORT and length == 1 and 1 <= value <= 8 else 1
    return 1


def png_pixels(data: bytes, header: bytes = b"") -> bytes:
    """Give a PNG that has only what its pixels need: what else there is, with a wrong checksum or too long, cannot do harm.

    Parameters
    ----------
    header : bytes, optional
        In the place of its IHDR's content.
    """
    kept = [PNG]
    for part in png_parts(io.BytesIO(data)):
        if part.kind == b"IHDR" and header:
            kept += [struct.pack(">I", len(header)), b"IHDR", header, struct.pack(">I", zlib.crc32(b"IHDR" + header))]
        elif part.kind in _PIXEL_CHUNKS:
            kept.append(data[part.offset - 8 : part.offset + part.length + 4])
    return b"".join(kept)


def jpeg_pixels(data: bytes) -> bytes:
    """Give a JPEG that has only what its pixels need: without EXIF, XMP, profiles, comments and other pictures."""
    kept, begin = [data[:2]], 2
    for part in jpeg_parts(io.BytesIO(data)):
        marker = part.kind[0]
        if marker == _START_OF_SCAN:
            return b"".join([*kept, data[begin:]])
        end = part.offset + part.length
        is_metadata = (0xE0 < marker <= 0xEF and marker != _ADOBE_MARKER) or marker == _COMMENT
        if is_metadata:
            kept.append(data[begin : part.offset - 4])
            begin = end
    return data
