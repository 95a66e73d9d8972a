"""The package computes in the page what it computes on CPython."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytest_pyodide import run_in_pyodide

from tabsam.arrays import AnyArray, UInt8Array
from tests.support import cases, pictures
from tests.support.in_page import Runner

FILES = Path(__file__).parents[1] / "data/pictures"


@run_in_pyodide  # type: ignore[untyped-decorator]
def in_page(selenium: Runner, case: str) -> Sequence[AnyArray]:
    from tests.support import cases

    return cases.CASES[case][0]()


@run_in_pyodide  # type: ignore[untyped-decorator]
def decoded_in_page(selenium: Runner, data: bytes) -> UInt8Array:
    from tests.support import cases

    return cases.decode(data)


@run_in_pyodide  # type: ignore[untyped-decorator]
def test_it_is_installed_from_its_own_wheel(selenium: Runner) -> None:
    from importlib.metadata import distribution

    assert distribution("tabsam").read_text("INSTALLER") == "micropip"


@pytest.mark.parametrize("case", cases.CASES)
def test_both_sides_agree(selenium: Runner, case: str) -> None:
    compute, tolerance = cases.CASES[case]
    for here, there in zip(compute(), in_page(selenium, case), strict=True):
        assert (here.dtype, here.shape) == (there.dtype, there.shape)
        difference = np.abs(here.astype(np.float64) - there.astype(np.float64))
        assert difference.max(initial=0) <= tolerance


def picture_files() -> dict[str, bytes]:
    """Give one small file of each kind that is read."""
    noise = cases.noise(24, 17)
    palette = Image.fromarray(noise).quantize(16)
    return {
        "jpeg": pictures.encoded(noise, "JPEG", subsampling=0),
        "cmyk jpeg": pictures.saved(Image.fromarray(noise).convert("CMYK"), "JPEG"),
        "png": pictures.encoded(noise),
        "png with alpha": pictures.encoded(np.dstack([noise, noise[:, :, :1]])),
        "palette png": pictures.saved(palette, "PNG"),
        "gif": pictures.saved(palette, "GIF"),
        "webp": pictures.encoded(noise, "WEBP"),
        "lossless webp": pictures.encoded(noise, "WEBP", lossless=True),
        "bmp": pictures.encoded(noise, "BMP"),
        "tiff": pictures.encoded(noise, "TIFF", compression="tiff_lzw"),
        "16-bit tiff": pictures.grey_16_bit_tiff(noise),
    }


@pytest.mark.parametrize("kind", picture_files())
def test_files_decode_to_the_same_pixels(selenium: Runner, kind: str) -> None:
    data = picture_files()[kind]
    np.testing.assert_array_equal(decoded_in_page(selenium, data), cases.decode(data))


TIFFS = [
    *(
        "bigtiff_be",
        "u16_rgb_12bit",
        "f16",
        "f32_5band",
        "lab8",
        "palette",
        "rgba_assoc",
        "cmyk16",
        "u8_deflate_pred",
        "lzw_pred",
    ),
    *("u8_lzma", "zstd", "webp", "u16_separate_packbits", "u16_zip_tiled_rgb", "../masks/g4"),
]
"""One of each codec and kind that Pyodide's Pillow cannot read, or reads differently."""


def test_tiffs_of_every_codec_decode_to_the_same_pixels(selenium: Runner) -> None:
    for name in TIFFS:
        data = (FILES / f"{name}.tif").read_bytes()
        np.testing.assert_array_equal(decoded_in_page(selenium, data), cases.decode(data), err_msg=name)


def subsampled_files() -> dict[str, bytes]:
    smooth = cases.ramp(48, 40)
    return {"jpeg": pictures.encoded(smooth, "JPEG", quality=95), "jpeg on its side": pictures.rotated_jpeg(smooth)}


@pytest.mark.parametrize("kind", subsampled_files())
def test_files_with_fewer_colours_than_pixels_decode_to_nearly_the_same(selenium: Runner, kind: str) -> None:
    """Pyodide's Pillow has libjpeg 9, CPython's libjpeg-turbo: they bring the colours up to size differently."""
    data = subsampled_files()[kind]
    here, there = cases.decode(data).astype(int), decoded_in_page(selenium, data).astype(int)
    assert here.shape == there.shape == (48, 40, 3)
    assert np.abs(here - there).mean() < 1
    assert np.abs(here - there).max() <= 8


@run_in_pyodide  # type: ignore[untyped-decorator]
def test_a_bad_file_gives_an_error_with_a_code(selenium: Runner) -> None:
    import pytest

    from tabsam.errors import ImageError
    from tabsam.model.image import open_image

    for data, code in [(b"", "image-empty"), (b"hello", "image-unknown"), (b"\x89PNG\r\n\x1a\n", "image-")]:
        with pytest.raises(ImageError) as caught:
            open_image(data)
        assert caught.value.code.startswith(code)
        assert caught.value.message
