"""TIFF in its many kinds: each gives its pixels, or says by its name what is missing here."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np
import pytest

from tabsam.arrays import AnyArray
from tabsam.errors import ImageError
from tabsam.pictures.decoding import decode, page_labels
from tabsam.pictures.raster import Raster
from tabsam.pictures.tiff.placement import epsg_of
from tabsam.pictures.tiff.tags import TiffFile
from tests.support.tiffs import grey, tiff

FILES = Path(__file__).parents[2] / "data/pictures"
RED, GREEN, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)


def raster_of(data: bytes, **options: object) -> Raster:
    pixels = decode(data, **options).pixels  # type: ignore[arg-type]
    assert isinstance(pixels, Raster)
    return pixels


def values_of(data: bytes) -> AnyArray:
    """Give the numbers of a page with one sample."""
    return raster_of(data).band(0)


def seen(name: str) -> AnyArray:
    return np.asarray(decode((FILES / name).read_bytes()).to_rgb())


def quadrants(height: int, width: int) -> AnyArray:
    """Draw what most of the files show."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2], picture[: height // 2, width // 2 :] = RED, GREEN
    picture[height // 2 :, : width // 2], picture[height // 2 :, width // 2 :] = BLUE, YELLOW
    return picture


@pytest.mark.parametrize(
    "name",
    [
        *("bigtiff.tif", "bigtiff_be.tif", "lzw_pred.tif", "zstd.tif", "u8_lzma.tif", "u8_deflate_pred.tif", "webp.tif"),
        *("cmyk16.tif", "f32_5band.tif", "u8_4band_separate.tif", "u8_5band.tif"),
        *("u16_contig.tif", "u16_separate.tif", "u16_separate_be.tif", "u16_separate_deflate.tif", "u16_separate_lzw.tif"),
        *("u16_separate_packbits.tif", "u8_separate_lzw.tif"),
    ],
)
def test_a_codec_and_a_layout_change_no_pixel(name: str) -> None:
    picture = seen(name)
    if picture.shape[0] == 512 or name in ("u16_contig.tif", "u8_separate_lzw.tif") or "u16_separate" in name:
        assert picture[0, 0].tolist() == list(RED)
        assert picture[0, -1].tolist() == list(GREEN)
        return
    assert np.array_equal(picture, quadrants(*picture.shape[:2]))


def test_premultiplied_colours_are_undone_and_laid_over_white() -> None:
    picture, opaque = seen("rgba_assoc.tif").astype(int), quadrants(40, 60).astype(int)
    assert np.abs(picture - (opaque + 255) / 2).max() <= 2


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("u16_12bit.tif", 0, 4095),
        ("i16.tif", -2000, 2095),
        ("f16.tif", 0, 1),
        ("f64.tif", 0, 1),
        ("u16_rgb_12bit.tif", 0, 4095),
        ("u16_rgb_separate.tif", 0, 4095),
        ("u16_gray_lzw.tif", 0, 65535),
    ],
)
def test_more_than_8_bits_are_stretched_over_what_is_there(name: str, low: float, high: float) -> None:
    raster = raster_of((FILES / name).read_bytes())
    assert (raster.ranges()[0].low, raster.ranges()[0].high) == (low, high)
    picture = seen(name)
    assert (picture.min(), picture.max()) == (0, 255)


def test_white_may_be_zero() -> None:
    assert seen("bit1_miniswhite.tif")[0, 0].tolist() == [255, 255, 255]
    picture = seen("u16_miniswhite.tif")
    assert picture[0, 0, 0] == 255
    assert picture[-1, -1, 0] == 0


def test_a_palette_and_lab_have_their_colours() -> None:
    assert seen("palette.tif")[..., 0].max() == 255
    assert seen("palette.tif")[..., 1:].max() == 0
    assert np.ptp(seen("lab8.tif").astype(int), axis=2).max() <= 3  # greys


def test_jpeg_in_tiles_is_put_together() -> None:
    picture = seen("u8_jpeg_tiled.tif")
    assert picture.shape == (512, 512, 3)
    assert len({tuple(picture[y, x]) for y in (60, 400) for x in (60, 400)}) == 4


@pytest.mark.parametrize("name", ["lerc.tif", "heic.heic"])
def test_what_cannot_be_decoded_is_not_supported_by_its_name_and_never_damaged(name: str) -> None:
    with pytest.raises(ImageError) as caught:
        decode((FILES / name).read_bytes())
    assert caught.value.code == "image-unsupported"
    assert name.partition(".")[0].upper() in caught.value.message
    assert "not supported here" in caught.value.message
    assert "damaged" not in caught.value.message


def test_an_unknown_codec_is_called_by_its_number() -> None:
    with pytest.raises(ImageError, match="compression 4711 is not supported here"):
        decode(grey(b"\0" * 6, 3, 2, 8, t259=4711))


def test_bits_that_end_in_the_middle_of_a_byte_are_read_from_the_highest() -> None:
    twelve = bytes([0x12, 0x3A, 0xBC, 0xFF, 0xF0, 0x00])  # 0x123, 0xABC; 0xFFF, 0x000
    for order in "<>":
        assert values_of(grey(twelve, 2, 2, 12, order=order)).tolist() == [[0x123, 0xABC], [0xFFF, 0]]


def test_a_row_begins_at_a_whole_byte() -> None:
    assert values_of(grey(bytes([0b10100000, 0b01000000]), 3, 2, 1)).tolist() == [[255, 0, 255], [0, 255, 0]]


def test_fill_order_2_reads_from_the_lowest_bit() -> None:
    assert values_of(grey(bytes([0b00000101]), 3, 1, 1, t266=2)).tolist() == [[255, 0, 255]]


def test_signed_numbers_of_odd_bits_keep_their_sign() -> None:
    assert values_of(grey(bytes([0b11110_000, 0b11_000000]), 2, 1, 5, t339=2)).tolist() == [[-2, 3]]


@pytest.mark.parametrize("order", "<>")
def test_24_bits_are_read_in_either_byte_order(order: str) -> None:
    data = bytes([1, 2, 3, 0, 0, 255])
    expected = [[0x030201, 0xFF0000]] if order == "<" else [[0x010203, 0x0000FF]]
    assert values_of(grey(data, 2, 1, 24, order=order)).tolist() == expected


def test_floats_of_24_bits() -> None:
    data = bytes([0x3F, 0, 0, 0xC0, 0x80, 0, 0, 0, 0])  # 1, -3, 0
    assert values_of(grey(data, 3, 1, 24, order=">", t339=3)).tolist() == [[1, -3, 0]]


@pytest.mark.parametrize("order", "<>")
def test_differences_of_floats_are_undone(order: str) -> None:
    wanted = np.array([[1.5, -2.25, 1e10], [0, 7, 3]], ">f4")
    parts = wanted.view(np.uint8).reshape(2, 3, 4).transpose(0, 2, 1).reshape(2, 12)
    differences = np.diff(parts, axis=1, prepend=np.uint8(0))
    data = grey(zlib.compress(differences.tobytes()), 3, 2, 32, order=order, t259=8, t317=3, t339=3)
    assert values_of(data).tolist() == wanted.tolist()


def test_colours_that_several_pixels_share_are_given_to_each() -> None:
    unit = bytes([0, 255, 255, 0, 128, 128])  # four greys, then no colour
    data = tiff(unit, {256: 2, 257: 2, 258: (8, 8, 8), 259: 1, 262: 6, 277: 3, 278: 2, 530: (2, 2)})
    assert np.asarray(decode(data).to_rgb())[..., 1].tolist() == [[0, 255], [255, 0]]


def test_bands_can_be_chosen() -> None:
    data = (FILES / "u8_5band.tif").read_bytes()
    raster = raster_of(data)
    assert (raster.names, raster.shown) == (("red", "green", "blue", "band 4", "band 5"), (0, 1, 2))
    turned = raster_of(data, bands=(2, 1, 0))
    assert all(np.array_equal(turned.band(index), raster.band(2 - index)) for index in range(3))
    one = decode(data, bands=(1,)).to_rgb()
    assert one.getpixel((59, 0)) == (255, 255, 255)
    assert one.getpixel((0, 0)) == (0, 0, 0)


def test_of_a_few_hot_pixels_a_picture_does_not_get_dark() -> None:
    values = np.tile(np.arange(100, dtype="<u2"), (100, 1))
    values[5, 5] = 60_000
    shown = raster_of(grey(values.tobytes(), 100, 100, 16)).ranges()[0]
    assert (shown.low, shown.high) == (0, 99)


def test_where_nothing_was_measured_is_dark_and_does_not_count() -> None:
    data = grey(np.array([[-9999, 10, 20]], "<f4").tobytes(), 3, 1, 32, t339=3, t42113=b"-9999\0")
    assert np.asarray(decode(data).to_rgb())[0, :, 0].tolist() == [0, 0, 255]


def test_a_stacks_pages_say_what_they_are() -> None:
    assert page_labels((FILES / "imagej_2ch.tif").read_bytes()) == ("channel 1", "channel 2")


def test_planes_without_directories_of_their_own_are_pages() -> None:
    said = b"ImageJ=1.53\nimages=3\nslices=3\n\0"
    data = grey(bytes(range(18)), 3, 2, 8, t270=said, t279=6)
    assert page_labels(data) == ("slice 1", "slice 2", "slice 3")
    assert raster_of(data, page=2).band(0).tolist() == [[12, 13, 14], [15, 16, 17]]


def test_broken_metadata_costs_no_pixel() -> None:
    data = grey(bytes(6), 3, 2, 8, t270=b"{" * 500, t33550=(1.0, 1.0), t34735=7, t700=b"x" * 3000)
    broken = data.replace(b"\x0e\x01\x02\x00\xf4\x01\x00\x00", b"\x0e\x01\x02\x00\xff\xff\xff\x7f")  # a description of 2 GB
    assert broken != data
    assert decode(broken).to_rgb().size == (3, 2)


def test_a_chain_of_pages_that_bites_its_tail_ends() -> None:
    data = bytearray(grey(bytes(6), 3, 2, 8))
    end = 8 + 2 + 12 * int.from_bytes(data[8:10], "little")
    data[end : end + 4] = (8).to_bytes(4, "little")
    assert page_labels(bytes(data)) == ("",)


@pytest.mark.parametrize("cut", [9, 60, 200])
def test_a_file_that_is_cut_off_is_damaged(cut: int) -> None:
    with pytest.raises(ImageError) as caught:
        decode((FILES / "u16_12bit.tif").read_bytes()[:cut])
    assert caught.value.code == "image-corrupt"


def test_a_map_is_placed_by_its_scale_and_tie_point_or_its_matrix() -> None:
    by_scale = grey(bytes(6), 3, 2, 8, t33550=(10.0, 20.0, 0.0), t33922=(1.0, 0.0, 0.0, 500.0, 900.0, 0.0))
    placed = decode(by_scale).affine
    assert placed is not None
    assert placed.numbers == (10, 0, 490, 0, -20, 900)
    matrix = (10.0, 0.0, 0.0, 490.0, 0.0, -20.0, 0.0, 900.0, *([0.0] * 7), 1.0)
    assert decode(grey(bytes(6), 3, 2, 8, t34264=matrix)).affine == placed
    keys = (1, 1, 0, 2, 1025, 0, 1, 2, 3072, 0, 1, 32633)
    by_points = grey(bytes(6), 3, 2, 8, t33550=(10.0, 20.0, 0.0), t33922=(0.0, 0.0, 0.0, 500.0, 900.0, 0.0), t34735=keys)
    middle = decode(by_points).affine
    assert middle is not None
    assert middle.numbers == (10, 0, 495, 0, -20, 910)
    assert epsg_of(TiffFile(io.BytesIO(by_points)).first) == 32633
    assert middle.epsg == 32633


def test_a_placement_that_makes_no_sense_is_none() -> None:
    assert decode(grey(bytes(6), 3, 2, 8, t33550=(0.0, 0.0, 0.0), t33922=(0.0,) * 6)).affine is None
