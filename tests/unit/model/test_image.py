"""From files to upright RGB pictures, and a sentence for each that is none."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tabsam.errors import ImageError
from tabsam.model.image import from_array, open_image, page_count, size_of, thumbnail


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def halves() -> Image.Image:
    """Draw 6 x 4 pixels: red on the left, blue on the right."""
    picture = np.zeros((4, 6, 3), np.uint8)
    picture[:, :3] = (200, 0, 0)
    picture[:, 3:] = (0, 0, 200)
    return Image.fromarray(picture)


def huge_png_header(side: int) -> bytes:
    """Write a PNG that claims side x side pixels and has none."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"\0\0\0\0IDAT"


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "WEBP", "GIF"])
def test_lossless_formats_give_their_pixels(format: str) -> None:
    options = {"lossless": True} if format == "WEBP" else {}
    opened = open_image(saved(halves(), format, **options))
    assert opened.mode == "RGB"
    assert np.array_equal(np.asarray(opened), np.asarray(halves()))


def test_a_jpeg_gives_nearly_its_pixels() -> None:
    opened = open_image(saved(halves(), "JPEG", quality=95, subsampling=0))
    assert np.abs(np.asarray(opened, int) - np.asarray(halves(), int)).max() <= 8


@pytest.mark.parametrize(
    ("orientation", "upright_size", "red_at"),
    [(1, (6, 4), (0, 0)), (2, (6, 4), (5, 0)), (3, (6, 4), (5, 3)), (6, (4, 6), (0, 0)), (8, (4, 6), (0, 5))],
)
def test_the_exif_orientation_is_applied(orientation: int, upright_size: tuple[int, int], red_at: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    opened = open_image(saved(halves(), "PNG", exif=exif))
    assert opened.size == upright_size
    assert opened.getpixel(red_at) == (200, 0, 0)


def test_transparency_is_laid_over_white() -> None:
    picture = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    picture.putpixel((0, 0), (10, 20, 30, 255))
    opened = open_image(saved(picture, "PNG"))
    assert [opened.getpixel((0, 0)), opened.getpixel((1, 0))] == [(10, 20, 30), (255, 255, 255)]


def test_a_palette_with_a_transparent_colour_is_laid_over_white() -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([0, 0, 0, 200, 100, 50])
    picture.putpixel((1, 0), 1)
    opened = open_image(saved(picture, "GIF", transparency=0))
    assert [opened.getpixel((0, 0)), opened.getpixel((1, 0))] == [(255, 255, 255), (200, 100, 50)]


def test_cmyk_becomes_rgb() -> None:
    opened = open_image(saved(Image.new("CMYK", (3, 2), (0, 255, 255, 0)), "TIFF"))
    assert opened.mode == "RGB"
    assert opened.getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("format", ["TIFF", "PNG"])
def test_sixteen_bit_grey_is_stretched_and_not_clipped(format: str) -> None:
    values = np.array([[1000, 2000, 3000]], np.uint16)
    opened = open_image(saved(Image.fromarray(values), format))
    assert np.asarray(opened)[0, :, 0].tolist() == [0, 128, 255]


@pytest.mark.parametrize("missing", [np.inf, -np.inf, np.finfo(np.float32).min, np.finfo(np.float32).max])
def test_a_map_is_stretched_over_what_was_measured(missing: float) -> None:
    opened = open_image(saved(Image.fromarray(np.array([[-10, missing, 0, 10]], np.float32)), "TIFF"))
    assert np.asarray(opened)[0, :, 0].tolist() == [0, 255 if missing > 0 else 0, 128, 255]


def test_float_tiff_with_missing_values_is_stretched() -> None:
    values = np.array([[np.nan, -1.0, 0.0, 1.0]], np.float32)
    opened = open_image(saved(Image.fromarray(values), "TIFF"))
    assert np.asarray(opened)[0, :, 1].tolist() == [128, 0, 128, 255]


def test_a_flat_sixteen_bit_picture_is_black_not_an_error() -> None:
    opened = open_image(saved(Image.fromarray(np.full((2, 2), 700, np.uint16)), "TIFF"))
    assert np.asarray(opened).max() == 0


def test_of_several_frames_the_first_is_taken() -> None:
    frames = [Image.new("RGB", (2, 2), colour) for colour in ("red", "blue")]
    opened = open_image(saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]))
    assert opened.getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("data", "code", "sentence"),
    [
        (b"", "image-empty", "This file is empty."),
        (b"hello, I am a text file", "image-unknown", "This file is not a picture that can be read here."),
        (b"%PDF-1.7 ...", "image-unknown", "This file is not a picture that can be read here."),
        (huge_png_header(11_000), "image-too-large", "This picture has 121 megapixels; at most 120 fit into a tab."),
        (huge_png_header(60_000), "image-too-large", "This picture has far more pixels than fit into a tab."),
    ],
)
def test_what_is_no_picture_has_its_sentence(data: bytes, code: str, sentence: str) -> None:
    with pytest.raises(ImageError) as caught:
        open_image(data)
    assert (caught.value.code, caught.value.message) == (code, sentence)
    assert caught.value.hint


@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF"])
def test_a_file_that_is_cut_off_is_damaged(format: str) -> None:
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    data = saved(picture, format)
    with pytest.raises(ImageError) as caught:
        open_image(data[: len(data) // 2])
    assert caught.value.code == "image-corrupt"
    assert "damaged" in caught.value.message


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(ImageError) as caught:
        open_image(saved(halves(), "PNG"), max_megapixels=1e-6)
    assert caught.value.code == "image-too-large"


@pytest.mark.parametrize(
    "array", [np.zeros((2, 2, 4), np.uint8), np.zeros((2, 2, 3)), np.zeros((0, 2, 3), np.uint8), np.zeros(3)]
)
def test_an_array_that_is_no_picture_is_refused(array: np.ndarray[Any, Any]) -> None:
    with pytest.raises(ImageError) as caught:
        from_array(array)
    assert caught.value.code == "image-array"
    assert isinstance(caught.value, ValueError)


def test_a_thumbnail_averages_and_keeps_the_proportions() -> None:
    image = Image.new("RGB", (40, 20))
    image.paste((200, 100, 50), (0, 0, 20, 20))
    small = thumbnail(image, side=10)
    assert small.size == (10, 5)
    assert small.getpixel((0, 0)) == (200, 100, 50)
    assert thumbnail(image, side=40).size == image.size
    assert max(thumbnail(image, side=39).size) == 20


def stack(format: str) -> bytes:
    """Write three pages: red, green and blue."""
    red, *others = [Image.new("RGB", (6, 4), colour) for colour in ((200, 0, 0), (0, 200, 0), (0, 0, 200))]
    return saved(red, format, save_all=True, append_images=others)


@pytest.mark.parametrize("format", ["TIFF", "GIF"])
def test_pages_are_counted_and_can_be_chosen(format: str) -> None:
    data = stack(format)
    assert page_count(data) == 3
    colours = [open_image(data, page=page).getpixel((1, 1)) for page in range(3)]
    assert colours == [(200, 0, 0), (0, 200, 0), (0, 0, 200)]
    assert open_image(data).getpixel((1, 1)) == (200, 0, 0)


@pytest.mark.parametrize(("data", "page"), [(stack("TIFF"), 3), (saved(halves(), "PNG"), 1)], ids=["TIFF", "PNG"])
def test_a_page_that_is_not_there_is_said(data: bytes, page: int) -> None:
    with pytest.raises(ImageError) as caught:
        open_image(data, page=page)
    assert caught.value.code == "image-no-page"


def test_a_smaller_copy_of_a_page_is_no_page() -> None:
    copy = halves().resize((3, 2))
    copy.encoderinfo = {"tiffinfo": {254: 1}}
    data = saved(halves(), "TIFF", save_all=True, append_images=[copy])
    with Image.open(io.BytesIO(data)) as both:
        assert getattr(both, "n_frames", 1) == 2
    assert page_count(data) == 1


def test_other_pictures_have_one_page() -> None:
    assert page_count(saved(halves(), "PNG")) == 1
    assert page_count(b"nonsense") == 1


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP"])
@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_the_size_of_a_file_is_that_of_the_open_picture(format: str, orientation: int) -> None:
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (30, 20)).save(buffer, format, **({} if format in ("GIF", "BMP") else {"exif": exif}))
    picture = open_image(buffer.getvalue())
    assert size_of(buffer) == (picture.height, picture.width)


def test_the_size_of_a_file_is_known_without_its_pixels() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (3000, 2000)).save(buffer, "PNG")
    assert size_of(io.BytesIO(buffer.getvalue()[:200])) == (2000, 3000)


def test_what_is_no_picture_has_no_size() -> None:
    with pytest.raises(ImageError) as caught:
        size_of(io.BytesIO(b"hello"))
    assert caught.value.code == "image-unknown"


def test_a_header_that_says_more_pixels_than_any_picture_has_is_refused() -> None:
    buffer = io.BytesIO()
    Image.new("L", (31, 10)).save(buffer, "PNG")
    data = bytearray(buffer.getvalue())
    data[20:24] = (821_260_903).to_bytes(4, "big")
    with pytest.raises(ImageError, match="25459 megapixels") as caught:
        size_of(io.BytesIO(bytes(data)))
    assert caught.value.code == "image-too-large"
