"""Edges that follow the picture, as a person switches them on and off."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver import Keys
from selenium.webdriver.support.select import Select

from tabsam.arrays import BoolArray
from tests.support.page import Page

FACE = (230.0, 150.0)


def choose(page: Page, edges: str) -> None:
    """Choose how edges are made, in the panel, as a person does."""
    if not page.find("#edges").is_displayed():
        page.find('[data-fold="adjust-body"]').click()
    revision = page.state()["revision"]
    Select(page.find("#edges")).select_by_visible_text(edges)
    page.wait_until(lambda: page.state()["revision"] > revision, f"edges: {edges}")


def exported(page: Page) -> tuple[BoolArray, str]:
    """Give what is exported as a mask, and what is written beside it."""
    with Image.open(io.BytesIO(page.export("mask-png"))) as picture:
        return np.asarray(picture) > 0, picture.info["Comment"]


def test_the_built_in_models_masks_follow_the_picture_and_as_decoded_is_one_choice_away(cat: Page) -> None:
    assert cat.state()["edges"] == "follow"
    cat.click(*FACE)
    followed, words = exported(cat)
    assert words == "tabsam: edges follow the picture, specks below 0.2 % left out"
    choose(cat, "As decoded")
    assert cat.state()["edges"] == "decoded"
    decoded, words = exported(cat)
    assert words == "tabsam: edges as decoded"
    assert 0 < np.count_nonzero(followed ^ decoded) < 0.1 * np.count_nonzero(decoded)
    choose(cat, "Follow the picture")
    assert np.array_equal(exported(cat)[0], followed)
    cat.js("localStorage.removeItem('tabsam.edges')")


def test_tidying_is_shown_at_once_and_accepted_as_one_step(cat: Page) -> None:
    choose(cat, "As decoded")
    cat.click(*FACE)
    assert cat.state()["tidy"] == 0
    revision = cat.state()["revision"]
    Select(cat.find("#tidy")).select_by_visible_text("Specks below 5 %")
    cat.wait_until(lambda: cat.state()["tidy"] == 0.05 and cat.state()["revision"] > revision, "tidying")
    assert exported(cat)[1] == "tabsam: edges as decoded, specks below 5 % left out"
    pixels = np.count_nonzero(exported(cat)[0])
    cat.find("#accept").click()
    cat.wait_until(lambda: len(cat.state()["objects"]) == 1, "the object")
    assert cat.state()["objects"][0]["area"] == pytest.approx(pixels, rel=0.02)
    cat.press("z", modifier=Keys.CONTROL)
    cat.wait_until(lambda: not cat.state()["objects"], "the mask again, by one step")
    cat.driver.refresh()
    cat.wait_for("ready")
    cat.wait_until(lambda: cat.state()["tidy"] == 0.05, "the choice of the visit before")
    for key in ("edges", "tidy"):
        cat.js(f"localStorage.removeItem('tabsam.{key}')")
    cat.call("setEdges", None)
    cat.call("setTidy", None)


#: Notes what is on the mask's canvas after every frame in which it was drawn on.
RECORD = """
const canvas = document.getElementById('overlay');
const context = canvas.getContext('2d');
window.paintings = [];
let due = false;
context.stroke = function (...path) {
  CanvasRenderingContext2D.prototype.stroke.apply(this, path);
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    const painting = canvas.toDataURL();
    if (painting !== window.paintings.at(-1)) window.paintings.push(painting);
  });
};
"""


def test_the_outline_is_painted_as_decoded_at_once_and_as_it_follows_with_nothing_more_done(cat: Page) -> None:
    cat.call("setHovering", False)
    cat.js(RECORD)
    cat.click(*FACE)
    cat.wait_until(lambda: cat.js("return window.paintings.length") == 2, "the outline that follows the picture")
    at_once, followed = cat.js("return window.paintings")
    choose(cat, "As decoded")
    cat.wait_until(lambda: cat.js("return window.paintings.at(-1)") == at_once, "the outline as decoded")
    choose(cat, "Follow the picture")
    cat.wait_until(lambda: cat.js("return window.paintings.at(-1)") == followed, "the outline that follows the picture")
    cat.js("delete document.getElementById('overlay').getContext('2d').stroke; localStorage.removeItem('tabsam.edges')")


def test_the_choice_is_there_again_after_a_reload(cat: Page) -> None:
    choose(cat, "As decoded")
    cat.driver.refresh()
    cat.wait_for("ready")
    cat.wait_until(lambda: cat.state()["edges"] == "decoded", "the choice of the visit before")
    cat.js("localStorage.removeItem('tabsam.edges')")
