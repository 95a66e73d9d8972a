"""A file with several pages: how many there are is said, and each is a picture with its own work."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver import Keys

from build import SiteServer
from tests.support.page import Page

#: Of each page the ground; a bright disc is in the middle.
GROUNDS = [(150, 30, 30), (30, 110, 30), (30, 30, 150)]


def stack(format: str) -> bytes:
    """Write three pages of 160 x 120 pixels, each with a disc on another ground."""
    y, x = np.mgrid[:120, :160]
    disc = np.hypot(x - 80, y - 60) < 32
    red, *others = [Image.fromarray(np.where(disc[..., None], 240, np.array(ground)).astype(np.uint8)) for ground in GROUNDS]
    buffer = io.BytesIO()
    red.save(buffer, format, save_all=True, append_images=others, duration=50, loop=0)
    return buffer.getvalue()


def ground(page: Page) -> tuple[int, ...]:
    """Return the colour of the picture in the window, near its corner."""
    page.wait_for_frame()
    x, y = page.to_client(8, 8)
    with Image.open(io.BytesIO(page.driver.get_screenshot_as_png())) as shot:
        scale = shot.width / page.js("return innerWidth")
        return tuple(shot.convert("RGB").getpixel((round(x * scale), round(y * scale))))  # type: ignore[arg-type]


@pytest.mark.parametrize("format", ["TIFF", "GIF"])
def test_the_pages_are_counted_and_turned(page: Page, server: SiteServer, format: str) -> None:
    page.visit(server.url)
    name = f"stack.{format.lower()}"
    page.open_picture(stack(format), name)
    assert page.find("#page-total").text == "of 3"
    assert ground(page) == pytest.approx(GROUNDS[0], abs=16)
    page.click(80, 60)
    page.press(Keys.ENTER)
    page.wait_until(lambda: len(page.state()["objects"]) == 1, "an object on the first page")

    left, top, width, height = page.rect("#page-after")
    at = (left + width / 2, top + height / 2)
    page.mouse("mousePressed", at)
    page.mouse("mouseReleased", at)
    page.wait_until(lambda: page.phase == "idle" and "-p2" in page.state()["image"]["name"], "the second page")
    assert page.find("#page-number").get_attribute("value") == "2"
    assert ground(page) == pytest.approx(GROUNDS[1], abs=16)
    assert page.state()["objects"] == []

    page.find("#page-number").send_keys(Keys.BACKSPACE, "3", Keys.ENTER)
    page.wait_until(lambda: page.phase == "idle" and "-p3" in page.state()["image"]["name"], "the third page")
    assert ground(page) == pytest.approx(GROUNDS[2], abs=16)
    assert page.find("#page-after").get_attribute("aria-disabled") == "true"

    page.find("#page-number").send_keys(Keys.BACKSPACE, "1", Keys.ENTER)
    page.wait_until(lambda: page.phase == "idle" and page.state()["image"]["name"] == name, "the first page")
    assert len(page.state()["objects"]) == 1


def test_a_picture_alone_in_its_file_has_no_pages(cat: Page) -> None:
    assert not cat.find("#pages").is_displayed()
