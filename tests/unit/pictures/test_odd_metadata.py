"""Odd metadata never costs the pixels, and turns them as browsers do."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tabsam.errors import ImageError
from tabsam.pictures.decoding import decode, size_of

DATA = Path(__file__).parents[2] / "data"
UNTURNED = ("dup_header", "empty", "garbage", "orient_0", "orient_9", "orient_byte", "orient_count2", "orient_long")
"""As Chrome has them: their orientation is not a single SHORT from 1 to 8, or nowhere."""


@pytest.mark.parametrize("file", sorted((DATA / "exif").glob("*.jpg")), ids=lambda file: file.stem)
def test_broken_exif_beside_a_sound_orientation(file: Path) -> None:
    data = file.read_bytes()
    size = (60, 40) if file.stem in UNTURNED else (40, 60)
    assert decode(data).to_rgb().size == size
    assert size_of(io.BytesIO(data)) == size[::-1]


@pytest.mark.parametrize("suffix", ["jpeg", "png", "webp", "tif"])
def test_every_format_is_turned(suffix: str) -> None:
    decoded = decode((DATA / f"pictures/o6.{suffix}").read_bytes())
    assert decoded.to_rgb().size == (40, 60)
    assert decoded.is_seen_alike == (suffix == "jpeg")


def test_an_orientation_in_xmp_alone_is_none() -> None:
    assert decode((DATA / "pictures/xmp6.jpg").read_bytes()).to_rgb().size == (60, 40)


def chunk(kind: bytes, content: bytes, *, sound: bool = True) -> bytes:
    checksum = zlib.crc32(kind + content) ^ (0 if sound else 1)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


@pytest.mark.parametrize(
    "odd",
    [
        chunk(b"tEXt", b"Comment\0" + b"x" * 3_000_000),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(70_000_000))),
        chunk(b"iCCP", b"profile\0\0" + zlib.compress(bytes(2_000_000))),
        chunk(b"iCCP", b"profile\0\0nonsense"),
        chunk(b"tEXt", b"Comment\0x", sound=False),
        chunk(b"gAMA", b"\0", sound=False),
        chunk(b"eXIf", b"nonsense"),
        chunk(b"pHYs", b""),
    ],
    ids=["3 MB of text", "70 MB when unpacked", "a long profile", "a broken profile", "checksum", "gamma", "EXIF", "resolution"],
)
def test_a_png_with_an_odd_chunk_has_its_pixels(odd: bytes) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2), (9, 8, 7)).save(buffer, "PNG")
    data = buffer.getvalue()
    assert decode(data[:33] + odd + data[33:]).to_rgb().getpixel((2, 1)) == (9, 8, 7)


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


@pytest.mark.parametrize(
    "odd",
    [
        b"".join(segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"x" * 65000) for _ in range(50)),
        b"".join(segment(0xE2, b"ICC_PROFILE\0" + bytes([place, 32]) + b"x" * 65000) for place in range(1, 33)),
        segment(0xFE, b"\xff\xd8\xff\xd9"),
        segment(0xED, b"Photoshop 3.0\0nonsense"),
        segment(0xE2, b"MPF\0nonsense"),
    ],
    ids=["3 MB of XMP", "a 2 MB profile", "a comment of markers", "Photoshop", "other pictures"],
)
def test_a_jpeg_with_an_odd_segment_has_its_pixels(odd: bytes) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 8), (90, 80, 70)).save(buffer, "JPEG")
    data = buffer.getvalue()
    red, green, blue = np.asarray(decode(data[:2] + odd + data[2:]).to_rgb())[4, 4].tolist()
    assert max(abs(red - 90), abs(green - 80), abs(blue - 70)) <= 3


def test_a_jpeg_may_lack_its_end_marker_but_no_pixels() -> None:
    data = (DATA / "pictures/no_eoi.jpg").read_bytes()
    assert decode(data).to_rgb().size == (60, 40)
    with pytest.raises(ImageError, match="damaged"):
        decode(data[:-40])


@pytest.mark.parametrize("name", ["gray16_12bit", "la16_12bit", "rgb16_12bit", "gray16_trns"])
def test_a_png_of_16_bits_keeps_all_of_them(name: str) -> None:
    decoded = decode((DATA / f"pictures/{name}.png").read_bytes())
    assert not isinstance(decoded.pixels, Image.Image)
    assert decoded.pixels.ranges()[0].high <= 4095
    picture = np.asarray(decoded.to_rgb())
    assert picture.max() == 255
    assert len(np.unique(picture)) > 200
    assert not decoded.is_seen_alike


@pytest.mark.parametrize(
    ("beginning", "name"),
    [
        (b"\0\0\0\x1cftypheic", "HEIC"),
        (b"\xff\x0a", "JPEG XL"),
        (b"8BPS", "Photoshop"),
        (bytes(128) + b"DICM", "DICOM"),
        (b"SIMPLE  =", "FITS"),
    ],
)
def test_what_is_known_and_cannot_be_read_is_named(beginning: bytes, name: str) -> None:
    with pytest.raises(ImageError) as caught:
        decode(beginning.ljust(200, b"\0"))
    assert (caught.value.code, caught.value.message) == ("image-unsupported", f"{name} pictures are not supported here.")
