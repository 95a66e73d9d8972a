"""Hands that are faster than the model, or do the same twice: nothing is lost, and nothing is made that nobody meant."""

from __future__ import annotations

import numpy as np
import pytest
from selenium.webdriver import Keys

from build import SiteServer
from tabsam.arrays import UInt8Array
from tests.browser.test_annotating import objects, opacity
from tests.support.page import Page, Spot
from tests.support.pictures import disc, encoded

EAR: Spot = (20.0, 60.0)
"""On the cat: the second reading that is offered there is the model's third mask."""
SPOTS: tuple[Spot, ...] = ((70.0, 70.0), (240.0, 70.0), (155.0, 190.0))


def three_discs() -> UInt8Array:
    """Draw a red, a blue and a yellow disc on grey."""
    picture = np.full((260, 320, 3), 150, np.uint8)
    for spot, colour in zip(SPOTS, ((220, 30, 40), (30, 60, 220), (240, 220, 30)), strict=True):
        picture[disc(260, 320, spot, 45)] = colour
    return picture


@pytest.fixture
def discs(page: Page, server: SiteServer) -> Page:
    """Give the page with a new picture of three discs; the pointer shows no preview, whose answer would be there already."""
    page.visit(server.url)
    page.open_picture(encoded(three_discs()), "three.png")
    page.call("setHovering", False)
    page.wait_for_frame()
    return page


def press_at_once(page: Page, spot: Spot) -> None:
    """Click an image pixel, and wait for nothing."""
    at = page.to_client(*spot)
    page.mouse("mousePressed", at)
    page.mouse("mouseReleased", at)


def key_at_once(page: Page, key: str, text: str = "") -> None:
    """Press a key by the protocol, and wait for nothing."""
    code = 13 if key == "Enter" else ord(key)
    event = {"key": key, "code": key if key == "Enter" else f"Digit{key}", "windowsVirtualKeyCode": code}
    page.input("KeyEvent", {"type": "keyDown", **event, "text": text or key})
    page.input("KeyEvent", {"type": "keyUp", **event})


def enter(page: Page) -> None:
    key_at_once(page, "Enter", "\r")


def test_three_fast_clicks_with_enter_make_three_objects(discs: Page) -> None:
    for spot in SPOTS:
        press_at_once(discs, spot)
        enter(discs)
    discs.wait_until(lambda: len(objects(discs)) == 3 and discs.phase == "idle", "three objects")
    assert discs.state()["points"] == []
    boxes = [one["bbox"] for one in objects(discs)]
    for (x, y), (x0, y0, x1, y1) in zip(SPOTS, boxes, strict=True):
        assert (x0 + x1) / 2 == pytest.approx(x, abs=15)
        assert (y0 + y1) / 2 == pytest.approx(y, abs=15)
    assert discs.messages() == []
    discs.press("z", modifier=Keys.CONTROL)
    discs.wait_until(lambda: len(objects(discs)) == 2, "one object less")
    assert len(discs.state()["points"]) == 1


def test_a_candidate_taken_while_the_answer_is_on_its_way_is_one_of_that_answer(cat: Page) -> None:
    press_at_once(cat, EAR)
    key_at_once(cat, "2")
    cat.wait_until(lambda: cat.phase == "idle" and cat.state()["candidates"], "the answer")
    state = cat.state()
    assert len(state["candidates"]) >= 2
    assert state["chosen"] == state["candidates"][1]["index"]


def test_a_candidate_that_the_answer_does_not_have_is_not_taken_and_enter_holds(discs: Page) -> None:
    press_at_once(discs, SPOTS[1])
    key_at_once(discs, "3")  # of a disc there is one reading
    enter(discs)
    discs.wait_until(lambda: len(objects(discs)) == 1 and discs.phase == "idle", "an object")
    assert discs.state()["points"] == []


def test_enter_before_the_picture_is_encoded_makes_an_object_of_what_was_clicked(discs: Page) -> None:
    data = encoded(np.ascontiguousarray(three_discs()[:, ::-1]))
    discs.drop(data, "mirrored.png", "image/png")
    discs.wait_until(lambda: discs.js("return document.querySelector('#layer img')?.alt") == "mirrored.png", "the picture")
    for x, y in SPOTS[:2]:
        press_at_once(discs, (320 - x, y))
        enter(discs)
    discs.wait_until(lambda: len(objects(discs)) == 2 and discs.phase == "idle", "two objects")
    assert discs.state()["image"]["name"] == "mirrored.png"
    assert discs.state()["points"] == []


def test_c_while_the_answer_is_on_its_way_is_about_the_class_of_that_object(discs: Page) -> None:
    press_at_once(discs, SPOTS[0])
    enter(discs)
    discs.wait_until(lambda: len(objects(discs)) == 1 and discs.phase == "idle", "an object")
    press_at_once(discs, SPOTS[1])
    discs.input("KeyEvent", {"type": "keyDown", "key": "c", "code": "KeyC", "text": "c"})
    discs.wait_for_focus("#class-search")
    assert discs.find("#class-picker-title").text == "Class of the next object"
    discs.press(Keys.ESCAPE)


# ---- Twice the same --------------------------------------------------------------------------------------------------------


def make(page: Page, spot: Spot) -> int:
    """Make an object with the mouse and the keyboard; return its number."""
    before = len(objects(page))
    press_at_once(page, spot)
    enter(page)
    page.wait_until(lambda: len(objects(page)) == before + 1 and page.phase == "idle", "an object")
    return int(page.state()["active"])


def make_again(page: Page, spot: Spot) -> None:
    """Click what is an object already, and press Enter."""
    press_at_once(page, spot)
    enter(page)
    page.wait_until(lambda: page.phase == "idle" and page.messages(), "a question")
    page.wait_for_frame()


def test_what_is_an_object_already_is_refined_by_keyboard(discs: Page) -> None:
    first = make(discs, SPOTS[0])
    make(discs, SPOTS[1])
    make_again(discs, SPOTS[0])
    assert discs.messages()[0].startswith(f"This is object {first} again. Refine it, or keep both.")
    assert (discs.state()["active"], len(objects(discs)), len(discs.state()["points"])) == (first, 2, 1)
    assert discs.js("return document.activeElement.textContent") == "Refine it"
    discs.press(Keys.ENTER)
    discs.wait_until(lambda: discs.state()["refines"] == first, "the first to be refined")
    assert discs.messages() == []
    discs.wait_for_focus("#stage")
    discs.press(Keys.ENTER)
    discs.wait_until(lambda: discs.state()["points"] == [] and discs.phase == "idle", "the new shape")
    assert len(objects(discs)) == 2


def test_what_is_an_object_already_may_be_kept_twice(discs: Page) -> None:
    make(discs, SPOTS[0])
    make_again(discs, SPOTS[0])
    discs.press(Keys.TAB, Keys.ENTER)
    discs.wait_until(lambda: len(objects(discs)) == 2 and discs.phase == "idle", "a second object")
    assert discs.messages() == []
    discs.press("z", modifier=Keys.CONTROL)
    discs.wait_until(lambda: len(objects(discs)) == 1 and discs.phase == "idle", "one object")
    enter(discs)
    discs.wait_until(lambda: discs.messages(), "the question again")
    discs.find("[data-role='message-other']").click()
    discs.wait_until(lambda: len(objects(discs)) == 2, "a second object")


def test_a_fast_double_click_makes_one_point(discs: Page) -> None:
    at = discs.to_client(*SPOTS[0])
    for count in (1, 2):
        event = {"x": at[0] + count, "y": at[1], "button": "left", "clickCount": count}
        discs.input("MouseEvent", {"type": "mousePressed", "buttons": 1, **event})
        discs.input("MouseEvent", {"type": "mouseReleased", "buttons": 0, **event})
    discs.wait_until(lambda: discs.phase == "idle" and discs.state()["candidates"], "the answer")
    assert len(discs.state()["points"]) == 1


# ---- The brush on a mask ---------------------------------------------------------------------------------------------------


def test_a_stroke_on_a_mask_changes_what_it_goes_over_and_enter_takes_exactly_that(discs: Page) -> None:
    x, y = SPOTS[0]
    discs.click(x, y)
    before = discs.mask()
    discs.press("b")
    discs.drag((x, y), (x + 60, y), (x + 100, y))
    discs.wait_until(lambda: discs.phase == "idle" and opacity(discs, "overlay", (x + 95, y)) > 0, "the stroke in the mask")
    radius = 20 / discs.js("return tabsam.toClient(1, 0).x - tabsam.toClient(0, 0).x")
    painted = discs.mask()
    rows, columns = np.mgrid[:260, :320] + 0.5
    assert painted[(np.abs(rows - y) < radius - 1) & (columns > x) & (columns < x + 100)].all()
    beside = (np.abs(rows - y) > radius + 2) | (columns < x - radius - 2) | (columns > x + 100 + radius + 2)
    assert (painted != before)[beside].sum() <= 0.01 * before.sum()
    discs.press("z", modifier=Keys.CONTROL)
    discs.wait_until(lambda: discs.phase == "idle" and opacity(discs, "overlay", (x + 95, y)) == 0, "the mask before")
    discs.press("y", modifier=Keys.CONTROL)
    discs.wait_until(lambda: discs.phase == "idle" and opacity(discs, "overlay", (x + 95, y)) > 0, "the stroke again")
    enter(discs)
    discs.wait_until(lambda: len(objects(discs)) == 1 and discs.phase == "idle", "an object")
    assert objects(discs)[0]["area"] == pytest.approx(painted.sum(), rel=0.01)
    discs.press("s")


def test_the_model_is_asked_with_a_painted_shape_by_its_key(discs: Page) -> None:
    x, y = SPOTS[0]
    discs.click(x, y)
    discs.press("b")
    discs.drag((x, y), (x + 60, y), (x + 100, y))
    discs.wait_until(lambda: discs.phase == "idle" and opacity(discs, "overlay", (x + 95, y)) > 0, "the stroke in the mask")
    assert discs.js("return document.querySelectorAll('[data-remove-mask]').length") == 0
    discs.press("q")
    discs.wait_until(lambda: discs.find_all("[data-remove-mask]") and discs.phase == "idle", "the shape among the prompts")
    assert len(discs.state()["candidates"]) >= 1
    discs.press("s")


# ---- World files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["three.bpw", "three.gfw", "three.tiffw"])
def test_a_world_file_of_any_picture_places_the_picture(discs: Page, name: str) -> None:
    discs.drop(b"0.5\n0\n0\n-0.5\n400000.25\n5599999.75\n", name, "")
    discs.wait_until(lambda: discs.state()["worldFile"] is not None, "the place on the map")
    assert discs.state()["image"]["name"] == "three.png"
