"""What is saved: decoded again, at the picture's full size."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import pytest
from PIL import Image

from tests.support.page import Page
from tests.support.pictures import iou
from tests.support.raster import rasterised, svg_rings

FACE = (230, 150)
COFFEE = (300, 100)
KINDS = {"mask-png": "image/png", "cutout-png": "image/png", "svg": "image/svg+xml"}


def downloaded(page: Page, kind: str) -> tuple[str, bytes]:
    """Choose a format from the menu, and return the name and content of the file that the browser saved."""
    page.find("#export-formats").click()
    choice = page.find(f"[data-export='{kind}']")
    page.wait_until(choice.is_displayed, "the menu")
    choice.click()
    path = page.saved_file(".png", ".svg")
    return path.name, path.read_bytes()


def test_the_mask_is_saved_black_and_white(cat: Page) -> None:
    cat.click(*FACE)
    name, data = downloaded(cat, "mask-png")
    saved = Image.open(io.BytesIO(data))
    assert name.startswith("chelsea")
    assert (saved.format, saved.mode, saved.size) == ("PNG", "L", (451, 300))
    np.testing.assert_array_equal(np.asarray(saved), np.where(cat.mask(), 255, 0))


def test_the_cut_out_has_the_pictures_pixels_and_nothing_of_the_rest(cat: Page, samples: Mapping[str, bytes]) -> None:
    cat.click(*FACE)
    name, data = downloaded(cat, "cutout-png")
    saved = Image.open(io.BytesIO(data))
    assert name.startswith("chelsea")
    assert (saved.format, saved.mode, saved.size) == ("PNG", "RGBA", (451, 300))
    pixels, mask = np.asarray(saved), cat.mask()
    np.testing.assert_array_equal(pixels[..., 3], np.where(mask, 255, 0))
    picture = np.asarray(Image.open(io.BytesIO(samples["chelsea.png"])).convert("RGB"))
    np.testing.assert_array_equal(pixels[mask][:, :3], picture[mask])
    assert (pixels[~mask] == 0).all()


def test_the_outline_is_saved_as_svg_that_fills_to_the_mask(cat: Page) -> None:
    cat.click(*FACE)
    name, data = downloaded(cat, "svg")
    assert name.startswith("chelsea")
    rings, size = svg_rings(data)
    assert size == (300, 451)
    assert iou(rasterised(rings, size), cat.mask()) > 0.995


@pytest.mark.parametrize("kind", KINDS)
def test_the_script_and_the_button_give_the_same_file(coffee: Page, kind: str) -> None:
    coffee.click(*COFFEE)
    coffee.call("choose", 1)
    _, data = downloaded(coffee, kind)
    exported = coffee.call("exportAs", kind)
    assert exported["type"] == KINDS[kind]
    assert exported["bytes"].tobytes() == data


def test_another_candidate_can_be_exported_without_choosing_it(coffee: Page) -> None:
    coffee.click(*COFFEE)
    other = np.asarray(Image.open(io.BytesIO(coffee.call("exportAs", "mask-png", 2)["bytes"].tobytes())))
    np.testing.assert_array_equal(other > 0, coffee.mask(2))
    assert coffee.state()["chosen"] == 0


def test_the_last_format_is_the_buttons_next_one(cat: Page) -> None:
    cat.click(*FACE)
    downloaded(cat, "svg")
    cat.wait_until(lambda: "SVG" in cat.find("#export-label").text, "its name on the button")


def test_nothing_can_be_saved_before_there_is_a_mask(cat: Page) -> None:
    assert not cat.find("#export").is_enabled()
    cat.click(*FACE)
    assert cat.find("#export").is_enabled()
