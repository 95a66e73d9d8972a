"""The exported files, read back."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PIL import Image

from tabsam.formats.png import cutout_png, mask_png, preview_png
from tabsam.formats.svg import outline_svg
from tabsam.geometry.outline import from_polygons

SQUARE = np.array([[1, 1], [9, 1], [9, 9], [1, 9], [1, 1]], float)
HOLE = np.array([[3, 3], [3, 5], [5.25, 5], [3, 3]], float)


def test_a_mask_png_is_black_and_white() -> None:
    mask = np.array([[True, False], [False, True]])
    read = Image.open(io.BytesIO(mask_png(mask)))
    assert read.mode == "L"
    assert np.asarray(read).tolist() == [[255, 0], [0, 255]]


def test_a_cutout_carries_no_hidden_pixels() -> None:
    picture = Image.new("RGB", (2, 1), (9, 8, 7))
    read = Image.open(io.BytesIO(cutout_png(picture, np.array([[True, False]]))))
    assert [read.getpixel((0, 0)), read.getpixel((1, 0))] == [(9, 8, 7, 255), (0, 0, 0, 0)]


@pytest.mark.parametrize("height", [1, 255, 256, 257, 700])
def test_what_is_written_in_strips_is_the_same_in_every_row(height: int) -> None:
    rng = np.random.default_rng(height)
    picture = Image.fromarray(rng.integers(0, 256, (height, 33, 3), np.uint8)).resize((33, height), box=(0, 0, 9, height / 2))
    mask = rng.random((height, 33)) > 0.3
    cutout = np.asarray(Image.open(io.BytesIO(cutout_png(picture, mask))))
    assert np.array_equal(cutout[..., :3], np.asarray(picture) * mask[..., None])
    assert np.array_equal(cutout[..., 3], mask * 255)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(mask_png(mask)))), mask * 255)


def test_a_preview_keeps_small_pictures_as_they_are() -> None:
    assert Image.open(io.BytesIO(preview_png(Image.new("RGB", (30, 20))))).size == (30, 20)


def test_an_svg_has_the_pictures_size_and_one_path_with_holes() -> None:
    root = ElementTree.fromstring(outline_svg(from_polygons([[SQUARE, HOLE]]), (10, 20), "a <b> & c"))
    path = root.find("{http://www.w3.org/2000/svg}path")
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("20", "10", "0 0 20 10")
    assert path is not None
    assert path.get("fill-rule") == "evenodd"
    assert path.get("d") == "M1.00 1.00L9.00 1.00L9.00 9.00L1.00 9.00ZM3.00 3.00L3.00 5.00L5.25 5.00Z"
    assert title is not None
    assert title.text == "a <b> & c"


def test_an_svg_is_sound_whatever_the_pictures_name_is() -> None:
    assert ElementTree.fromstring(outline_svg(from_polygons([[SQUARE]]), (10, 20), "a\x00\ud800").encode())[0].text == "a?"
