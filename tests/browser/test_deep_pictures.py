"""Pictures of more than 8 bits and of several bands, and masks that could mean something else: what one sees, and can choose."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from selenium.webdriver import Keys
from selenium.webdriver.support.select import Select

from build import SiteServer
from tests.browser.test_layout import assert_everything_has_a_name, assert_it_fits
from tests.browser.test_seeing import open_view, seen
from tests.support.page import Page
from tests.support.pictures import encoded, two_discs
from tests.support.tiffs import Numbers, tiff

LEFT, RIGHT = (20.0, 60.0), (140.0, 60.0)


def five_bands() -> bytes:
    """Write 160 x 120 pixels of 12 bits in 16, deflated: dark on the left; on the right band n is n times 800."""
    values = np.zeros((120, 160, 5), "<u2")
    values[:, 80:] = np.arange(1, 6) * 800
    values[:2] = 4095
    tags: dict[int, Numbers] = {
        256: 160,
        257: 120,
        258: (16,) * 5,
        259: 8,
        262: 1,
        277: 5,
        278: 120,
        338: (0,) * 4,
        270: b"microscope\0",
    }
    return tiff(zlib.compress(values.tobytes()), tags)


def test_deep_values_are_seen_and_windowed_and_bands_are_chosen(page: Page, server: SiteServer) -> None:
    page.visit(server.url)
    page.open_picture(five_bands(), "leaf.tif")
    first = [255 * value / 4095 for value in (800, 1600, 2400)]
    assert seen(page, RIGHT) == pytest.approx(first, abs=3)
    assert seen(page, LEFT) == pytest.approx((0, 0, 0), abs=3)

    open_view(page)
    if shots := os.environ.get("SHOTS"):
        page.screenshot(Path(shots) / "view.png")
    low, high = page.find("#view-low"), page.find("#view-high")
    assert (low.get_attribute("value"), high.get_attribute("value")) == ("0", "4095")
    high.send_keys(Keys.CONTROL, "a")
    high.send_keys("1600", Keys.TAB)
    page.wait_until(lambda: page.find("#picture-view").get_attribute("data-toned") is None, "the picture by these values")
    low.send_keys(Keys.CONTROL, "a")
    low.send_keys("400", Keys.TAB)
    page.wait_until(lambda: seen(page, RIGHT)[0] == pytest.approx(85, abs=3), "a third of the way from 400 to 1600")
    assert seen(page, RIGHT)[1:] == (255, 255)
    assert_everything_has_a_name(page)
    page.find("#view-reset").click()
    page.wait_until(lambda: seen(page, RIGHT) == pytest.approx(first, abs=3), "the picture as it was")

    Select(page.find("#view-band-0")).select_by_visible_text("band 5")
    other = [255 * value / 4095 for value in (4000, 1600, 2400)]
    page.wait_until(lambda: page.phase == "idle" and seen(page, RIGHT) == pytest.approx(other, abs=3), "other bands")
    for place in (1, 2):
        Select(page.find(f"#view-band-{place}")).select_by_visible_text("band 5")
        page.wait_until(lambda: page.phase == "idle", "the picture")
    page.wait_until(lambda: len(set(seen(page, RIGHT))) == 1, "one band as grey")
    page.press(Keys.ESCAPE)

    # what a mask was taken for is said, and somebody may know better
    mask = np.full((120, 160), 255, np.uint8)
    mask[40:80, 60:100] = 0
    page.find("#import-file").send_keys(str(saved(page, encoded(mask))))
    page.wait_until(lambda: page.find("#import-dialog").is_displayed(), "the question")
    taken = Select(page.find("#import-kind"))
    assert taken.first_selected_option.text == "A mask: what is bright"
    if shots := os.environ.get("SHOTS"):
        page.screenshot(Path(shots) / "dialog.png")
    assert_it_fits(page)
    taken.select_by_visible_text("A mask: what is dark")
    page.find("#import-dialog [value=objects]").click()
    page.wait_until(lambda: len(page.state()["objects"]) == 1, "the object")
    (one,) = objects(page)
    assert one["area"] == 1600


def objects(page: Page) -> list[Any]:
    found: list[Any] = page.state()["objects"]
    return found


def saved(page: Page, data: bytes) -> Any:
    file = page.downloads / "mask.png"
    file.write_bytes(data)
    return file


def test_what_python_cannot_read_the_browser_may_and_nothing_is_called_damaged(page: Page, server: SiteServer) -> None:
    page.visit(server.url)
    disc = two_discs()
    page.open_picture(encoded(disc, "AVIF", quality=90), "discs.avif")  # Pyodide's Pillow has no AVIF, and Chrome has
    assert page.picture_size() == disc.shape[1::-1]
    page.click(80, 120)
    page.wait_until(lambda: page.state()["candidates"], "an answer about it")
    lerc = tiff(bytes(8), {256: 2, 257: 2, 258: 8, 259: 34887, 262: 1, 277: 1, 278: 2})
    page.drop(lerc, "map.tif")
    page.wait_until(lambda: page.messages(), "a sentence")
    assert "LERC is not supported here" in " ".join(page.messages())
    assert "damaged" not in " ".join(page.messages())
