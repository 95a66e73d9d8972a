"""One object cut out, and all objects measured: by its menu, by keys, by touch; decoded and read again."""

from __future__ import annotations

import base64
import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver import Keys

from build import SiteServer
from tabsam.arrays import UInt8Array
from tests.browser import test_reachable
from tests.browser.test_exchanging import READ_CLIPBOARD
from tests.browser.test_layout import picture_both_themes
from tests.browser.test_objects_panel import choose_in_menu, objects, saved, wait_for_objects
from tests.browser.test_reachable import Emulate, violations
from tests.support.page import Page
from tests.support.pictures import encoded, red_disc, two_discs

RED, BLUE = (80, 120), (240, 120)
emulate = test_reachable.emulate
ENOUGH = 0.98
"""Of the pixels; a disc's edge is the model's."""

#: What is dragged is read, and let go of: a drag that the system has taken over is not ended by a test.
HEAR_DRAG = """
addEventListener('dragstart', (event) => {
  window.dragged = event.dataTransfer.getData('DownloadURL');
  event.preventDefault();
}, { once: true });
"""
READ_ROWS = """
return [...document.querySelectorAll('#measures-table tbody tr')].map((row) => [...row.children].map((one) => one.innerText));
"""
SCROLLED = "return document.querySelector('#measures-scroll').scrollLeft"


@pytest.fixture
def discs(page: Page, server: SiteServer) -> Page:
    """Give the page with a new picture of two discs, allowed to use the clipboard."""
    page.load(server.url)  # afresh: the table of all pictures has those of the tests before
    granted = {"origin": server.url.rstrip("/"), "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    page.cdp("Browser.grantPermissions", **granted)
    page.open_picture(encoded(two_discs()), "discs.png")
    return page


@pytest.fixture
def two(discs: Page) -> Page:
    """Give the page with two objects: red below, blue on top and selected."""
    for n, disc in enumerate((RED, BLUE), 1):
        discs.click(*disc)
        discs.press(Keys.ENTER)
        wait_for_objects(discs, n)
    return discs


def on_clipboard(page: Page, kind: str) -> bytes:
    answer: dict[str, Any] = page.driver.execute_async_script(READ_CLIPBOARD, kind)
    return base64.b64decode(answer["data"])


def pixels_of(png: bytes) -> UInt8Array:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def assert_is_cut_out(pixels: UInt8Array, object: dict[str, Any], *, trimmed: bool) -> None:
    """Compare a cut-out with the picture: the object's pixels, and nothing of the rest."""
    picture = two_discs()
    height, width = picture.shape[:2]
    inside = pixels[..., 3] > 0
    assert inside.sum() == pytest.approx(object["area"], rel=0.01)
    x0, y0, x1, y1 = object["bbox"]
    if trimmed:
        assert inside[[0, -1]].any(axis=1).all()
        assert inside[:, [0, -1]].any(axis=0).all()
        assert pixels.shape[:2] == pytest.approx((y1 - y0, x1 - x0), abs=1.5)
        left, top = round(x0), round(y0)
        part = picture[top : top + inside.shape[0], left : left + inside.shape[1]]
        assert (pixels[..., :3][inside] == part[inside]).all(axis=-1).mean() > ENOUGH
    else:
        assert pixels.shape[:2] == (height, width)
        np.testing.assert_array_equal(pixels[inside][:, :3], picture[inside])
    assert (pixels[~inside] == 0).all()


# ---- Cut out -------------------------------------------------------------------------------------------------------------


def test_enter_and_one_key_have_the_cut_out_on_the_clipboard(discs: Page) -> None:
    discs.click(*RED)
    discs.press(Keys.ENTER, "x")  # the object is not there yet when the key comes
    discs.wait_until(lambda: "The cut-out is on the clipboard." in " ".join(discs.messages()), "the page to say so")
    assert_is_cut_out(pixels_of(on_clipboard(discs, "image/png")), objects(discs)[0], trimmed=True)


def test_enter_and_one_key_save_the_cut_out(discs: Page) -> None:
    discs.click(*BLUE)
    discs.press(Keys.ENTER, "d")
    assert_is_cut_out(pixels_of(saved(discs, ".png")), objects(discs)[0], trimmed=True)


def test_before_enter_the_keys_are_about_the_mask(discs: Page) -> None:
    discs.click(*RED)
    discs.press("d")
    pixels = pixels_of(saved(discs, ".png"))
    np.testing.assert_array_equal(pixels[..., 3] > 0, discs.mask())
    assert objects(discs) == []


def test_the_menu_of_an_object_gives_its_own_cut_out(two: Page) -> None:
    below, top = objects(two)
    choose_in_menu(two, 1, "cutout-save")  # not the selected one
    assert_is_cut_out(pixels_of(saved(two, ".png")), below, trimmed=True)
    choose_in_menu(two, 0, "cutout-full")
    assert_is_cut_out(pixels_of(saved(two, ".png")), top, trimmed=False)
    choose_in_menu(two, 1, "cutout-copy")
    two.wait_until(lambda: "The cut-out is on the clipboard." in " ".join(two.messages()), "the page to say so")
    assert_is_cut_out(pixels_of(on_clipboard(two, "image/png")), below, trimmed=True)
    assert two.state()["active"] == top["id"]


def test_the_cut_out_is_dragged_out_as_a_file(two: Page) -> None:
    two.js(HEAR_DRAG)
    two.find_all(".object [data-role=more]")[1].click()
    two.wait_until(lambda: two.find("[data-role=cutout-save]").get_attribute("draggable") == "true", "the picture")
    box = two.find("[data-role=cutout-save]").rect
    at = (box["x"] + 30, box["y"] + box["height"] / 2)
    two.mouse("mousePressed", at)
    for step in (5, 20, 60):
        two.mouse("mouseMoved", (at[0] - step, at[1]))
    two.wait_until(lambda: two.js("return window.dragged"), "the drag")
    two.mouse("mouseReleased", (at[0] - 60, at[1]))
    kind, name, url = two.js("return window.dragged").split(":", 2)
    assert (kind, name) == ("image/png", "discs-001.png")
    fetched = two.driver.execute_async_script(
        "fetch(arguments[0]).then((one) => one.bytes()).then((bytes) => arguments[1]([...bytes]))", url
    )
    assert_is_cut_out(pixels_of(bytes(fetched)), objects(two)[0], trimmed=True)


# ---- Measure -------------------------------------------------------------------------------------------------------------


def open_measures(page: Page) -> None:
    page.press("t")
    page.wait_until(lambda: len(cells(page)) > 0, "the table")


def cells(page: Page) -> list[list[str]]:
    rows: list[list[str]] = page.js(READ_ROWS)
    return rows


def heads(page: Page) -> list[str]:
    titles: list[str] = page.js("return [...document.querySelectorAll('#measures-table thead th')].map((one) => one.innerText)")
    return titles


def test_the_table_says_what_objects_measure_and_is_sorted_by_keyboard(two: Page) -> None:
    open_measures(two)
    below, top = objects(two)
    assert [row[0] for row in cells(two)] == [f"object {top['id']}", f"object {below['id']}"]
    area = heads(two).index("Area (px²)")
    assert [float(row[area].replace(",", "")) for row in cells(two)] == pytest.approx([top["area"], below["area"]], abs=0.1)
    red = heads(two).index("Mean red")
    assert float(cells(two)[1][red]) > float(cells(two)[0][red])
    head = two.find("[data-column=mean-red]")
    head.find_element("css selector", "button").send_keys(Keys.ENTER)
    assert head_of(two, "mean-red") == "descending"
    assert [row[0] for row in cells(two)] == [f"object {below['id']}", f"object {top['id']}"]
    two.press(Keys.ENTER)  # the focus has stayed
    assert head_of(two, "mean-red") == "ascending"
    assert [row[0] for row in cells(two)] == [f"object {top['id']}", f"object {below['id']}"]


def head_of(page: Page, column: str) -> str | None:
    return page.find(f"[data-column={column}]").get_attribute("aria-sort")


def test_a_typed_scale_gives_its_units_until_it_is_removed(two: Page) -> None:
    open_measures(two)
    in_pixels = float(cells(two)[0][2].replace(",", ""))
    two.find("#scale-number").send_keys("0,5")
    two.find("#scale-unit").send_keys("µm", Keys.ENTER)
    two.wait_until(lambda: "Area (µm²)" in heads(two), "the unit")
    assert float(cells(two)[0][2].replace(",", "")) == pytest.approx(in_pixels / 4, rel=1e-3)
    two.find("#measures-units").send_keys("p")
    two.wait_until(lambda: "Area (px²)" in heads(two), "pixels")
    assert float(cells(two)[0][2].replace(",", "")) == in_pixels
    two.find("#scale-number").clear()
    two.find("#scale-number").send_keys("0", Keys.ENTER)
    two.wait_until(lambda: "above 0" in two.find("#measures-said").text, "what is wrong")
    two.find("#scale-clear").click()
    two.wait_until(lambda: not two.find("#scale-clear").is_displayed(), "the scale to go")
    assert heads(two)[2] == "Area (px²)"


def test_the_table_is_copied_and_saved_for_one_picture_and_for_all(two: Page) -> None:
    first = objects(two)
    two.open_picture(encoded(two_discs() // 2), "darker.png")
    two.click(*RED)
    two.press(Keys.ENTER)
    wait_for_objects(two, 1)
    open_measures(two)
    assert len(cells(two)) == 1
    two.find("#measures-save").click()
    one = rows_of(saved(two, ".csv"))
    assert [row["picture"] for row in one] == ["darker.png"]
    two.find("#measures-pictures").send_keys("all")
    two.wait_until(lambda: len(cells(two)) == 3, "all objects")
    two.find("#measures-save").click()
    every = rows_of(saved(two, ".csv"))
    assert [row["picture"] for row in every] == ["discs.png", "discs.png", "darker.png"]
    assert [float(row["area_px2"]) for row in every[:2]] == pytest.approx([one["area"] for one in first], rel=1e-3)
    assert float(every[2]["mean_red"]) == pytest.approx(float(every[0]["mean_red"]) / 2, abs=1)
    two.find("#measures-copy").click()
    two.wait_until(lambda: "clipboard" in two.find("#measures-note").text, "the copy")
    pasted = [line.split("\t") for line in on_clipboard(two, "text/plain").decode().split("\n")]
    assert pasted[0] == heads(two)
    assert [line[0] for line in pasted[1:]] == [row[0] for row in cells(two)]


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_table_is_within_the_window_and_scrolls_inside_itself(two: Page, emulate: Emulate, size: str) -> None:
    emulate(size, prefers_reduced_motion="reduce")
    open_measures(two)
    two.wait_for_frame()
    assert two.js("const { left, right } = measures.getBoundingClientRect(); return left >= 0 && right <= innerWidth")
    assert two.js("return measures.querySelector('.dialog-inner').scrollWidth <= measures.clientWidth")
    if size == "phone":
        before = two.js(SCROLLED)
        box = two.find("#measures-scroll").rect
        y = box["y"] + box["height"] / 2
        two.touch("touchStart", (box["x"] + 250, y))
        for x in (200, 150, 80):
            two.touch("touchMove", (box["x"] + x, y))
        two.touch("touchEnd")
        two.wait_until(lambda: two.js(SCROLLED) > before, "the table to scroll")
    assert violations(two) == []
    picture_both_themes(two, f"measures-{size}")
    two.press(Keys.ESCAPE)
    handle = two.find("#panel-handle")
    if handle.is_displayed():
        handle.click()
    two.find_all(".object [data-role=more]")[0].click()
    two.wait_until(lambda: two.find("[data-role=cutout-save]").get_attribute("draggable") == "true", "the picture")
    picture_both_themes(two, f"object-menu-{size}")


def test_objects_are_held_against_a_file_of_what_is_true(two: Page, tmp_path: Path) -> None:
    truth = tmp_path / "truth.png"
    known = red_disc()
    known[10:30, 150:170] = True
    truth.write_bytes(encoded(np.uint8(255) * known))
    open_measures(two)
    two.find("#measures-against").click()
    two.wait_until(lambda: "COCO" in two.find("#against-note").text, "the invitation")
    assert not two.find("#against-csv").is_enabled()
    two.find("#against-file").send_keys(str(truth))
    two.wait_until(lambda: "1 of 1 true object is there" in two.find("#against-note").text, "the comparison")
    rows: list[list[str]] = two.js(READ_ROWS.replace("#measures-table", "#against-table"))
    assert [row[0] for row in rows] == [f"object {one['id']}" for one in objects(two)]
    assert float(rows[0][4]) == pytest.approx(red_disc().sum() / known.sum(), abs=0.03)
    assert rows[1][2] == "none"  # the blue disc is true nowhere
    assert len(objects(two)) == 2  # nothing was imported
    two.find("#against-csv").click()
    assert float(rows_of(saved(two, ".csv"))[0]["iou"]) == pytest.approx(float(rows[0][4]), abs=1e-3)
    two.find("#against-report").click()
    assert b"discs.png against truth.png" in saved(two, ".html")
    assert violations(two) == []
    picture_both_themes(two, "against")


def test_a_right_click_with_the_hand_opens_the_menu_of_the_object_there(two: Page) -> None:
    two.find("#hand").click()
    for spot, shown in ((RED, True), ((160, 20), False)):
        for kind in ("mousePressed", "mouseReleased"):
            two.mouse(kind, two.to_client(*spot), button="right")
        if shown:
            two.wait_until(lambda: two.find("#object-menu").is_displayed(), "the menu")
            red = objects(two)[0]["id"]
            assert (two.state()["active"], two.state()["points"]) == (red, [])
            two.press(Keys.ESCAPE)
            two.wait_until(lambda: not two.find("#object-menu").is_displayed(), "no menu")
            two.wait_for_focus("#stage, #hand")
    two.wait_for_frame()
    assert (two.find("#object-menu").is_displayed(), two.state()["points"]) == (False, [])
