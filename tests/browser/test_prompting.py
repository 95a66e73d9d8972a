"""Prompts beyond clicks: masks loaded and taken away, refining by key, the hand that selects; and nothing of it goes stale."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from selenium.webdriver import Keys

from build import SiteServer
from tabsam.arrays import BoolArray
from tests.browser.test_annotating import FACE, WALL, accept, hover, objects, opacity, tap
from tests.support.page import Page
from tests.support.pictures import encoded, red_disc, two_discs

RED, BLUE = (80.0, 120.0), (240.0, 120.0)  # the middles of the two discs


@pytest.fixture
def discs(page: Page, server: SiteServer) -> Page:
    """Give the page with a new picture of two discs, and no tool taken."""
    page.visit(server.url)
    page.open_picture(encoded(two_discs()), "discs.png")
    page.find("#smart").click()
    return page


def mask_file(folder: Path, mask: BoolArray) -> Path:
    path = folder / "mask.png"
    path.write_bytes(encoded(mask.astype(np.uint8) * 255))
    return path


def load_mask(page: Page, path: Path) -> None:
    """Choose a file for the button beside the prompts."""
    page.find("#mask-file").send_keys(str(path))


def rows(page: Page) -> list[str]:
    """Return what the list of prompts says."""
    said: list[str] = page.js("return [...document.querySelectorAll('#prompt-list > li')].map((row) => row.innerText)")
    return [text.replace("\n", " ") for text in said]


def iou(a: BoolArray, b: BoolArray) -> float:
    return float((a & b).sum() / (a | b).sum())


# ---- Masks ---------------------------------------------------------------------------------------------------------------


def test_a_mask_picture_is_loaded_as_a_prompt_in_one_step(discs: Page, tmp_path: Path) -> None:
    button = discs.find("#load-mask")
    assert button.is_displayed()
    assert button.is_enabled()
    load_mask(discs, mask_file(tmp_path, red_disc()))
    discs.wait_until(lambda: discs.phase == "idle" and discs.state()["candidates"], "an answer")
    assert iou(discs.mask(), red_disc()) > 0.7
    assert rows(discs) == ["Mask painted or loaded"]
    discs.press("z", modifier=Keys.CONTROL)
    discs.wait_until(lambda: not discs.state()["candidates"] and rows(discs) == [], "the mask to go")
    assert discs.state()["canUndo"] is False


def test_a_file_that_is_no_mask_is_refused_in_words(discs: Page, tmp_path: Path) -> None:
    discs.click(*RED)
    before = discs.state()
    other_size = mask_file(tmp_path, np.ones((10, 12), np.bool_)).read_bytes()
    cases = {
        "mask-size": (other_size, "This mask has 12 x 10 pixels, and the picture 320 x 240."),
        "mask-empty": (encoded(np.zeros((240, 320), np.uint8)), "nothing in it is marked"),
        "image-corrupt": (encoded(two_discs())[:200], "damaged"),
        "image-unknown": (b"no picture", "not a picture"),
    }
    for code, (data, sentence) in cases.items():
        path = tmp_path / f"{code}.png"
        path.write_bytes(data)
        load_mask(discs, path)
        discs.wait_until(lambda code=code: discs.error_codes() == [code], code)  # type: ignore[misc]
        assert sentence in discs.messages()[0]
    discs.wait_for("idle")
    after = discs.state()
    assert (after["points"], after["candidates"]) == (before["points"], before["candidates"])
    discs.click(*BLUE)
    assert discs.messages() == []


def test_a_mask_that_is_dropped_on_the_prompts_is_one_of_them(discs: Page, tmp_path: Path) -> None:
    script = """
    const [encoded] = arguments;
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0))], 'mask.png', { type: 'image/png' }));
    const options = { bubbles: true, cancelable: true, dataTransfer: data };
    for (const step of ['dragover', 'drop']) document.getElementById('load-mask').dispatchEvent(new DragEvent(step, options));
    """
    discs.js(script, base64.b64encode(mask_file(tmp_path, red_disc()).read_bytes()).decode())
    discs.wait_until(lambda: discs.phase == "idle" and discs.state()["candidates"], "an answer")
    assert discs.state()["image"]["name"] == "discs.png"
    discs.wait_until(lambda: discs.js("return document.body.dataset.dropping") is None, "the hint to go")


def test_a_mask_picture_that_is_imported_as_prompts_is_the_same_prompt(discs: Page, tmp_path: Path) -> None:
    path = mask_file(tmp_path, red_disc())
    load_mask(discs, path)
    discs.wait_until(lambda: discs.phase == "idle" and discs.state()["candidates"], "an answer")
    loaded = discs.mask()
    discs.call("undo")
    discs.find("#import-file").send_keys(str(path))
    discs.find("#import-dialog [value=prompts]").click()
    discs.wait_until(lambda: discs.phase == "idle" and discs.state()["candidates"], "an answer")
    np.testing.assert_array_equal(discs.mask(), loaded)
    assert objects(discs) == []
    assert discs.messages() == []
    discs.call("undo")
    assert discs.state()["canUndo"] is False


def test_a_mask_is_taken_away_by_key_and_comes_back(discs: Page, tmp_path: Path) -> None:
    discs.click(*RED)
    load_mask(discs, mask_file(tmp_path, red_disc()))
    discs.wait_until(lambda: discs.phase == "idle" and len(rows(discs)) == 2, "the mask in the list")
    remove = discs.find("[data-remove-mask]")
    assert remove.get_attribute("aria-label") == "Remove the mask"
    remove.send_keys(Keys.ENTER)
    discs.wait_until(lambda: len(rows(discs)) == 1, "the mask to go")
    discs.wait_for_focus("[data-remove-point]")
    discs.press(Keys.ENTER)
    discs.wait_until(lambda: rows(discs) == [], "the point to go")
    discs.wait_for_focus("#stage")
    discs.press("z", modifier=Keys.CONTROL)
    discs.wait_until(lambda: len(rows(discs)) == 1, "the point")
    discs.press("z", modifier=Keys.CONTROL)
    discs.wait_until(lambda: len(rows(discs)) == 2, "the mask")


# ---- Refining ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["key", "button"])
def test_refining_says_why_it_ended(cat: Page, way: str) -> None:
    cat.click(*FACE)
    if way == "key":
        cat.press("r")
    else:
        if not cat.find("#refine").is_displayed():
            cat.find("[data-fold=adjust-body]").click()
        cat.find("#refine").click()
    cat.wait_until(lambda: cat.phase == "idle" and cat.messages(), "a reason")
    (reason,) = cat.messages()
    assert reason.endswith(".")
    assert cat.error_codes() == []
    cat.click(*WALL)
    assert cat.messages() == []


# ---- The hand ------------------------------------------------------------------------------------------------------------


def test_a_click_with_the_hand_selects_and_a_drag_pans(cat: Page) -> None:
    cat.click(*FACE)
    one = accept(cat)
    cat.press("n")
    cat.wait_until(lambda: cat.state()["active"] is None, "nothing to be selected")
    cat.command("hand")
    x, y = cat.to_client(*FACE)
    cat.drag(FACE, (FACE[0] + 20, FACE[1] + 10), (FACE[0] + 40, FACE[1] + 10))
    cat.wait_for_frame()
    scale = cat.js("return tabsam.toClient(1, 0).x - tabsam.toClient(0, 0).x")
    assert cat.to_client(*FACE) == pytest.approx((x + 40 * scale, y + 10 * scale), abs=0.1)
    assert cat.state()["active"] is None
    tap(cat, FACE)
    cat.wait_until(lambda: cat.state()["active"] == one, "it to be selected")
    free = next(spot for spot in ((x, 5.0) for x in range(5, 450, 10)) if opacity(cat, "objects", spot) == 0)
    tap(cat, free)
    cat.wait_until(lambda: cat.state()["active"] is None, "nothing to be selected")
    assert (cat.state()["points"], cat.state()["box"]) == ([], None)


def test_a_finger_selects_with_the_hand_however_long_it_stays(cat: Page) -> None:
    cat.click(*FACE)
    one = accept(cat)
    cat.press("n")
    cat.wait_until(lambda: cat.state()["active"] is None, "nothing to be selected")
    cat.cdp("Emulation.setTouchEmulationEnabled", enabled=True)
    try:
        cat.command("hand")
        at = cat.to_client(*FACE)
        cat.touch("touchStart", at)
        cat.touch("touchEnd")
        cat.wait_until(lambda: cat.state()["active"] == one, "it to be selected")
        assert cat.state()["points"] == []
    finally:
        cat.cdp("Emulation.setTouchEmulationEnabled", enabled=False)
        cat.command("smart")


# ---- What comes late -----------------------------------------------------------------------------------------------------


def test_a_drag_ends_with_its_picture(discs: Page, samples: Mapping[str, bytes]) -> None:
    at = discs.to_client(*RED)
    discs.mouse("mousePressed", at)
    discs.mouse("mouseMoved", (at[0] + 60, at[1] + 60))
    discs.open_picture(samples["chelsea.png"], "chelsea.png")
    discs.mouse("mouseMoved", (at[0] + 90, at[1] + 90))
    discs.mouse("mouseReleased", (at[0] + 90, at[1] + 90))
    assert (discs.state()["box"], discs.state()["points"]) == (None, [])


def test_a_stroke_ends_with_its_picture(discs: Page) -> None:
    discs.press("b")
    at = discs.to_client(*RED)
    discs.mouse("mousePressed", at)
    discs.mouse("mouseMoved", (at[0] + 60, at[1]))
    discs.open_picture(encoded(two_discs()), "others.png")
    discs.mouse("mouseReleased", (at[0] + 60, at[1]))
    discs.wait_for("idle")
    assert opacity(discs, "marks", RED) == 0
    assert discs.state()["candidates"] == []
    assert discs.state()["canUndo"] is False


def test_a_preview_goes_with_its_picture(discs: Page) -> None:
    hover(discs, RED)
    discs.wait_until(lambda: opacity(discs, "overlay", RED) > 0, "the preview")
    discs.open_picture(encoded(np.roll(two_discs(), 60, axis=1)), "others.png")
    assert opacity(discs, "overlay", RED) == 0


def test_the_mask_stays_while_another_candidates_outline_is_on_its_way(coffee: Page) -> None:
    script = """
    const [x, y, done] = arguments;
    const overlay = document.getElementById('overlay');
    const seen = [];
    const look = () => {
      const spot = window.tabsam.toClient(x, y);
      const box = overlay.getBoundingClientRect();
      const at = [(spot.x - box.x) * overlay.width / box.width, (spot.y - box.y) * overlay.height / box.height].map(Math.floor);
      seen.push(overlay.style.visibility === 'hidden' ? 0 : overlay.getContext('2d').getImageData(...at, 1, 1).data[3]);
    };
    new PerformanceObserver((list, observer) => {
      if (!list.getEntriesByName('tabsam:painted').length) return;
      observer.disconnect();
      let going = true;
      const step = () => { look(); if (going) requestAnimationFrame(step); };
      window.tabsam.choose(1).then(() => { going = false; requestAnimationFrame(() => { look(); done(seen); }); });
      requestAnimationFrame(step);
    }).observe({ entryTypes: ['mark'] });
    window.tabsam.addPoint(x, y, 1);
    """
    seen = coffee.driver.execute_async_script(script, *FACE)
    assert seen
    assert min(seen) > 0
    assert coffee.state()["chosen"] == 1


def test_the_place_of_a_crosshair_that_is_gone_is_not_said(cat: Page) -> None:
    cat.stage.send_keys(Keys.ARROW_RIGHT)
    cat.wait_until(lambda: cat.find("#crosshair-place").get_attribute("textContent"), "its place")
    cat.press(Keys.ARROW_RIGHT, Keys.ESCAPE)
    cat.driver.execute_async_script("setTimeout(arguments[0], 600)")  # that nothing comes takes time
    assert cat.find("#crosshair-place").get_attribute("textContent") == ""
