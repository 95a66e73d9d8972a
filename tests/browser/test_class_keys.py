"""Classes by the keyboard: typed to be found or made, and given by their digits."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.support.ui import Select

from build import SiteServer
from tests.browser.test_objects_panel import BLUE, RED, classes, names, objects, undo, wait_for_objects
from tests.support.page import Page
from tests.support.pictures import encoded, two_discs


@pytest.fixture
def discs(page: Page, server: SiteServer) -> Page:
    """Give the page, started anew, with a picture of two discs."""
    page.load(server.url)
    page.open_picture(encoded(two_discs()), "discs.png")
    page.js("document.getElementById('stage').focus()")
    return page


def options(page: Page) -> Sequence[str]:
    return [one.text.replace("\n", " ") for one in page.find_all("#class-options > [role=option]")]


def choose_class(page: Page, text: str) -> None:
    page.press("c")
    page.wait_for_focus("#class-search")
    page.press(*text, Keys.ENTER)
    page.wait_for_focus("#stage")
    page.wait_for("idle")


def next_class(page: Page) -> str | None:
    state = page.state()
    return next((one["name"] for one in state["categories"] if one["id"] == state["category"]), None)


def test_c_makes_a_class_and_finds_it_and_it_sticks(discs: Page) -> None:
    choose_class(discs, "red cup")
    assert (classes(discs), next_class(discs)) == (["red cup"], "red cup")
    choose_class(discs, "plate")
    choose_class(discs, "cup")  # is found in the name, and no other class is made
    assert (classes(discs), next_class(discs)) == (["red cup", "plate"], "red cup")
    for n, place in enumerate((RED, BLUE), 1):
        discs.click(*place)
        discs.press(Keys.ENTER)
        wait_for_objects(discs, n)
    assert names(discs) == ["red cup 2", "red cup 1"]


def test_the_field_is_a_combobox_that_escape_leaves(discs: Page) -> None:
    choose_class(discs, "cup")
    discs.press("c")
    discs.wait_until(lambda: options(discs) == ["cup Alt+1", "No class"], "the classes")
    discs.press("c", "u")
    discs.wait_until(lambda: options(discs) == ["cup Alt+1", "Create “cu”"], "what is left of them")
    field = discs.find("#class-search")

    def meant() -> str:
        return str(discs.find(f"#{field.get_attribute('aria-activedescendant')}").text)

    assert (field.get_attribute("role"), meant().split("\n")[0]) == ("combobox", "cup")
    discs.press(Keys.ARROW_DOWN)
    assert meant() == "Create “cu”"
    assert discs.find("#class-options [aria-selected=true]").text == "Create “cu”"
    discs.press(Keys.ESCAPE)
    discs.wait_for_focus("#stage")
    assert not discs.find("#class-picker").is_displayed()
    assert classes(discs) == ["cup"]


def test_a_new_class_for_selected_objects_is_one_step(discs: Page) -> None:
    for n, place in enumerate((RED, BLUE), 1):
        discs.click(*place)
        discs.press(Keys.ENTER)
        wait_for_objects(discs, n)
    ids = [one["id"] for one in objects(discs)]
    discs.call("objects.selectAll", ids)
    choose_class(discs, "disc")
    assert names(discs) == ["disc 2", "disc 1"]
    assert next_class(discs) is None
    undo(discs)
    assert (names(discs), classes(discs)) == (["object 2", "object 1"], [])


def test_digits_give_classes_where_no_mask_is_shown_and_with_alt_always(discs: Page) -> None:
    choose_class(discs, "one")
    choose_class(discs, "two")
    discs.press("1")
    discs.wait_until(lambda: next_class(discs) == "one", "the class of the digit")
    discs.click(*RED)
    discs.press("2")  # is about masks now
    discs.press("2", modifier=Keys.ALT)
    discs.wait_until(lambda: next_class(discs) == "two", "the class of Alt and the digit")
    discs.press("1", modifier=Keys.ALT)
    discs.wait_until(lambda: next_class(discs) == "one", "the other one")
    discs.press(Keys.ENTER)
    wait_for_objects(discs, 1)
    assert names(discs) == ["one 1"]
    discs.press("2")
    discs.wait_until(lambda: names(discs) == ["two 1"], "the object's class")
    assert next_class(discs) == "one"


#: Holds back what the page asks Python, until `letGo`.
HOLD = """
const post = Worker.prototype.postMessage;
const held = [];
Worker.prototype.postMessage = function (...message) { held.push(() => post.apply(this, message)); };
window.letGo = () => {
  Worker.prototype.postMessage = post;
  for (const send of held) send();
};
"""


def test_a_digit_right_after_enter_is_about_the_object_that_is_made(discs: Page) -> None:
    choose_class(discs, "one")
    choose_class(discs, "two")
    discs.click(*RED)
    discs.press(Keys.ENTER)
    wait_for_objects(discs, 1)
    discs.click(*BLUE)
    discs.js(HOLD)
    for key, code in (("Enter", "Enter"), ("1", "Digit1")):
        text = "\r" if key == "Enter" else key
        discs.input("KeyEvent", {"type": "keyDown", "key": key, "code": code, "text": text})
        discs.input("KeyEvent", {"type": "keyUp", "key": key, "code": code})
    discs.js("window.letGo()")
    wait_for_objects(discs, 2)
    discs.wait_until(lambda: names(discs) == ["one 2", "two 1"], "the new object's class")


def test_a_class_is_given_another_key(discs: Page) -> None:
    choose_class(discs, "one")
    choose_class(discs, "two")
    discs.find("#classes-open").click()
    Select(discs.find("[data-class='1'] select")).select_by_visible_text("7")
    discs.wait_until(lambda: [one["key"] for one in discs.state()["categories"]] == [7, 2], "the key")
    Select(discs.find("[data-class='2'] select")).select_by_visible_text("7")
    discs.wait_until(lambda: [one["key"] for one in discs.state()["categories"]] == [2, 7], "the keys to be exchanged")
    discs.find("#classes-close").click()
    discs.stage.send_keys("7")
    discs.wait_until(lambda: next_class(discs) == "two", "the class with the key")
    discs.press("c")
    discs.wait_until(lambda: options(discs) == ["one Alt+2", "two Alt+7", "No class"], "the keys beside the classes")
    discs.press("2", modifier=Keys.ALT)
    discs.wait_until(lambda: next_class(discs) == "one", "the class with the other key")
