"""What is seen of the picture and of what lies on it: fills, the bare picture, one object alone, window, level and gamma."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from PIL import Image
from selenium.webdriver import ActionChains, Keys

from build import SiteServer
from tests.browser.test_layout import assert_everything_has_a_name, assert_it_fits
from tests.support.page import Page
from tests.support.pictures import encoded, two_discs

FACE, WALL = (230.0, 150.0), (20.0, 20.0)
EAR = (140.0, 60.0)
RED, BLUE = (80.0, 120.0), (240.0, 120.0)  # the middles of the two discs

#: The opacity, 0 to 255, of what is drawn on a canvas at a place of the window.
ALPHA = """
const [id, x, y] = arguments;
const canvas = document.getElementById(id);
if (getComputedStyle(canvas).visibility === 'hidden' || Number(getComputedStyle(canvas).opacity) === 0) return 0;
const { left, top } = canvas.getBoundingClientRect();
return canvas.getContext('2d').getImageData((x - left) * devicePixelRatio, (y - top) * devicePixelRatio, 1, 1).data[3];
"""


def alpha(page: Page, canvas: str, at: tuple[float, float]) -> int:
    page.wait_for_frame()
    value: int = page.js(ALPHA, canvas, *page.to_client(*at))
    return value


def seen(page: Page, at: tuple[float, float]) -> tuple[int, int, int]:
    """Give the colour that the window shows at a place of the picture."""
    page.wait_for_frame()
    x, y = page.to_client(*at)
    with Image.open(io.BytesIO(page.driver.get_screenshot_as_png())) as window:
        pixel: Any = window.convert("RGB").getpixel((int(x), int(y)))
    return pixel[0], pixel[1], pixel[2]


def open_view(page: Page) -> None:
    page.find("#view").click()
    page.wait_until(lambda: page.find("#view-menu").is_displayed(), "the view's settings")


def plain(page: Page) -> None:
    """Leave nothing to the next test."""
    page.js("localStorage.removeItem('tabsam.fill')")
    if page.find("#view-menu").is_displayed():
        page.press(Keys.ESCAPE)
    page.driver.refresh()
    page.wait_for("ready")


@pytest.fixture
def cat_seen(cat: Page) -> Iterator[Page]:
    yield cat
    plain(cat)


def has_more_than(page: Page, objects: int) -> bool:
    return len(page.state()["objects"]) > objects and page.phase == "idle"


@pytest.fixture
def two_objects(page: Page, server: SiteServer) -> Iterator[Page]:
    """Give a red and a blue object, the second of which is selected."""
    page.visit(server.url)
    page.open_picture(encoded(two_discs()), "discs.png")
    for made, at in enumerate((RED, BLUE)):
        page.click(*at)
        page.press(Keys.ENTER)
        page.wait_until(partial(has_more_than, page, made), "an object")
    yield page
    plain(page)


def test_fills_are_as_strong_as_one_likes_and_that_is_remembered(cat_seen: Page) -> None:
    page = cat_seen
    page.call("setHovering", False)
    page.click(*FACE)
    before = alpha(page, "overlay", EAR)
    assert before > 0
    open_view(page)
    slider = page.find("#view-fill")
    slider.send_keys(Keys.HOME)
    assert page.find("#view-fill-value").text == "0 %"
    assert alpha(page, "overlay", EAR) == 0
    assert page.find("#view").get_attribute("data-altered") is None  # the picture itself is seen as it is
    ActionChains(page.driver).double_click(slider).perform()
    assert page.find("#view-fill-value").text == "100 %"
    assert alpha(page, "overlay", EAR) == before
    slider.send_keys(Keys.END)
    assert alpha(page, "overlay", EAR) > before
    page.driver.refresh()
    page.wait_for("ready")
    assert page.find("#view-fill").get_attribute("value") == "200"


def test_a_held_key_shows_the_bare_picture(cat_seen: Page) -> None:
    page = cat_seen
    bare = seen(page, EAR)
    page.click(*FACE)
    page.mouse("mouseMoved", (640, 790))
    masked = seen(page, EAR)
    assert masked != bare
    page.key("keyDown", "p", "KeyP")
    page.key("keyDown", "p", "KeyP")  # as a key that is held repeats itself
    assert seen(page, EAR) == bare
    assert page.find("#view-said").get_attribute("textContent") == "The bare picture is shown."
    page.key("keyUp", "p", "KeyP")
    assert seen(page, EAR) == masked
    assert page.find("#view-said").get_attribute("textContent") == "Masks and objects are shown."
    assert len(page.state()["points"]) == 1


def test_a_held_key_shows_the_selected_object_alone(two_objects: Page) -> None:
    page = two_objects
    assert page.state()["active"] is not None
    assert alpha(page, "objects", RED) > 0
    page.key("keyDown", "i", "KeyI")
    assert alpha(page, "objects", RED) == 0
    assert alpha(page, "objects", BLUE) > 0
    assert page.find("#view-said").get_attribute("textContent") == "The selected object is shown alone."
    page.key("keyUp", "i", "KeyI")
    assert alpha(page, "objects", RED) > 0


def test_both_are_switches_for_hands_that_hold_no_key(two_objects: Page) -> None:
    page = two_objects
    open_view(page)
    page.find("#view-isolate").click()
    assert alpha(page, "objects", RED) == 0
    page.find("#view-peek").click()
    page.press(Keys.ESCAPE)
    assert alpha(page, "objects", BLUE) == 0
    assert page.find("#view").get_attribute("aria-label") == "View: bare picture, selected object alone"
    open_view(page)
    page.find("#view-reset").click()
    assert alpha(page, "objects", RED) > 0
    assert page.find("#view").get_attribute("aria-label") == "View"


def test_window_level_and_gamma_change_what_is_seen_and_nothing_else(cat_seen: Page, samples: Mapping[str, bytes]) -> None:
    page = cat_seen
    before = seen(page, WALL)
    page.click(*FACE)
    answer, mask = page.state()["candidates"][0]["iouPrediction"], page.mask()
    page.call("clear")
    page.wait_for("idle")
    open_view(page)
    assert "not what the model gets" in page.find("#view-menu").text
    window, gamma = page.find("#view-window"), page.find("#view-gamma")
    window.send_keys(*[Keys.ARROW_LEFT] * 40)
    assert page.find("#view-window-value").text == "60 %"
    gamma.send_keys(*[Keys.ARROW_RIGHT] * 5)
    assert gamma.get_attribute("aria-valuetext") == "1.17"
    exponent = 1 / 5**0.1
    expected = [255 * min(1, max(0, (value / 255 - 0.2) / 0.6)) ** exponent for value in before]
    page.press(Keys.ESCAPE)
    assert seen(page, WALL) == pytest.approx(expected, abs=3)
    assert page.find("#view").get_attribute("data-altered") is not None
    page.click(*FACE)
    assert page.state()["candidates"][0]["iouPrediction"] == answer
    assert (page.mask() == mask).all()
    page.open_picture(samples["coffee.png"], "coffee.png")  # one of a series: it is seen as the one before
    assert page.find("#view").get_attribute("aria-label") == "View: brightness changed"
    open_view(page)
    page.find("#view-reset").click()
    assert page.find("#view").get_attribute("data-altered") is None
    assert not page.find("#view-reset").is_enabled()


SIZES = {"large": (1440, 900), "desktop": (1280, 800), "tablet": (820, 1180), "phone": (390, 844), "at 200 %": (640, 400)}

#: What lies over the picture at its corners and at the middles of its edges, that is no part of the stage.
COVERING = """
const { left, top, right, bottom } = document.querySelector('#layer img').getBoundingClientRect();
const [xs, ys] = [[left + 2, (left + right) / 2, right - 2], [top + 2, (top + bottom) / 2, bottom - 2]];
const found = xs.flatMap((x) => ys.map((y) => document.elementFromPoint(x, y)));
return found.filter((on) => !on?.closest('#stage')).map((on) => on?.outerHTML.slice(0, 80));
"""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long) if name in ("large", "tablet") else name for name in SIZES]
)
def test_nothing_covers_the_picture_when_it_fits(cat_seen: Page, samples: Mapping[str, bytes], name: str) -> None:
    page, (width, height) = cat_seen, SIZES[name]
    phone = width < 600
    page.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
    page.cdp("Emulation.setTouchEmulationEnabled", enabled=phone)
    try:
        page.open_picture(samples["astronaut.png"], "astronaut.png")  # a second one: there is a list now
        page.press("0")
        page.wait_until(lambda: page.find("#queue").is_displayed(), "the list's place")
        page.wait_for_frame()
        stage = page.rect("#stage")
        assert page.js(COVERING) == []
        page.find("#brush").click()
        page.wait_until(lambda: page.find("#brush-size").is_displayed(), "the brush's size")
        page.wait_for_frame()
        assert page.rect("#stage") == stage  # and nothing has moved
        assert page.js(COVERING) == []
        assert_it_fits(page)
        open_view(page)
        assert_it_fits(page)
        assert_everything_has_a_name(page)
        left, top, wide, high = page.rect("#view-menu")
        assert (left >= 0, top >= 0, left + wide <= width, top + high <= height) == (True,) * 4
    finally:
        page.cdp("Emulation.clearDeviceMetricsOverride")
        page.cdp("Emulation.setTouchEmulationEnabled", enabled=False)
