"""Nothing moves, and nothing untrue is said, while somebody works."""

from __future__ import annotations

import pytest
from selenium.webdriver import Keys

from tests.support.page import Page

FACE = (230, 150)


def lie(page: Page) -> tuple[list[float], str]:
    """Tell where the picture lies in the window, and what the status line says of its zoom."""
    page.wait_for_frame()
    return [*page.to_client(0, 0), *page.to_client(100, 100)], page.find("#fact-zoom").text


def test_a_notice_floats_and_goes_by_itself(cat: Page) -> None:
    cat.click(*FACE)
    before, size = lie(cat), cat.rect("#stage")
    cat.press("r")
    cat.wait_until(cat.messages, "what refining says")
    assert (lie(cat), cat.rect("#stage")) == (before, size)
    left, top, width, height = cat.rect(".message")
    assert size[0] < left < left + width < size[0] + size[2]
    assert size[1] < top < top + height < size[1] + size[3]
    cat.wait_until(lambda: not cat.messages(), "the notice to go", patience=20)
    assert (lie(cat), cat.rect("#stage")) == (before, size)
    assert cat.phase == "idle"


@pytest.mark.long
def test_a_notice_under_the_pointer_stays(cat: Page) -> None:
    cat.click(*FACE)
    cat.press("r")
    cat.wait_until(cat.messages, "what refining says")
    left, top, width, height = cat.rect(".message")
    cat.mouse("mouseMoved", (left + width / 4, top + height / 2))
    shown = cat.js("return performance.now()")
    cat.wait_until(lambda: not cat.messages() or cat.js("return performance.now()") > shown + 11_000, "time to pass")
    assert cat.messages()
    cat.mouse("mouseMoved", (left + width / 4, top + height + 100))
    cat.wait_until(lambda: not cat.messages(), "the notice to go", patience=20)


def test_an_error_takes_its_row_and_moves_nothing(cat: Page) -> None:
    before, height = lie(cat), cat.rect("#stage")[3]
    cat.drop(b"nonsense", "bad.png", "image/png")
    cat.wait_until(cat.error_codes, "a message")
    cat.wait_for("idle")
    assert cat.rect("#stage")[3] < height
    assert lie(cat) == before
    cat.find(".message [aria-label^='Dismiss']").click()
    cat.wait_until(lambda: not cat.messages(), "the message to go")
    cat.wait_until(lambda: cat.rect("#stage")[3] == height, "the stage to have its room again")
    assert lie(cat) == before


def status(page: Page) -> str:
    page.wait_for("idle")
    return page.find("#status").text


def test_the_status_line_says_what_the_tool_in_the_hand_does(cat: Page) -> None:
    assert status(cat) == "Click the object you want."
    cat.press("b")
    assert status(cat) == "Paint where the object is."
    cat.press("e")
    assert status(cat) == "Nothing to erase: select an object first."
    cat.press(Keys.ESCAPE)
    cat.find("#hand").click()
    assert status(cat) == "Drag the picture, or click an object to select it."
    cat.press("s")
    cat.click(*FACE)
    cat.press(Keys.ENTER)
    cat.wait_until(lambda: len(cat.state()["objects"]) == 1, "the object")
    if cat.state()["active"] is None:
        cat.find(".object-pick").click()
        cat.wait_until(lambda: cat.state()["active"], "it to be selected")
    assert status(cat) == "“object 1” is selected. Click the next object you want."
    cat.press("b")
    assert status(cat) == "Paint on “object 1”."
    cat.press("l")
    cat.wait_until(lambda: cat.state()["objects"][0]["locked"], "the lock")
    assert status(cat) == "“object 1” is locked."
    cat.press("v")
    cat.press("l")
    cat.wait_until(lambda: not cat.state()["objects"][0]["locked"], "no lock")
    assert status(cat) == "Drag a corner of “object 1”, or click an edge to add one."


def test_what_an_answer_took_is_that_of_an_answer(cat: Page) -> None:
    cat.call("setHovering", False)
    cat.click(*FACE)
    said = cat.find("#fact-timings").text
    total = cat.state()["timings"]["total"]
    assert total > cat.state()["timings"]["decode"] > 0
    cat.press(Keys.ENTER)
    cat.wait_until(lambda: len(cat.state()["objects"]) == 1 and cat.phase == "idle", "the object")
    assert cat.state()["timings"]["total"] == total  # accepting asked nothing
    assert cat.find("#fact-timings").text == said


def test_an_answer_that_was_known_says_so(cat: Page) -> None:
    cat.call("setHovering", False)
    cat.click(*FACE)
    cat.press("z", modifier=Keys.CONTROL)
    cat.wait_until(lambda: not cat.state()["points"] and cat.phase == "idle", "a step back")
    cat.press("y", modifier=Keys.CONTROL)
    cat.wait_until(lambda: cat.state()["chosen"] is not None and cat.phase == "idle", "the answer from before")
    cat.find("#engine").click()
    facts = cat.find("#models-now").text
    assert "of it in the model" not in facts
    assert "which was known" in facts


def test_the_keyboard_undoes_from_a_list_and_from_a_switch(cat: Page) -> None:
    cat.click(*FACE)
    cat.js("document.querySelector('#next-class').focus()")
    cat.press("z", modifier=Keys.CONTROL)
    cat.wait_until(lambda: not cat.state()["points"], "a step back from a list")
    cat.press("y", modifier=Keys.CONTROL)
    cat.wait_until(lambda: cat.state()["points"], "a step forward from a list")
    if not cat.find("#feeds-back").is_displayed():
        cat.find("[data-fold=adjust-body]").click()
    cat.find("#feeds-back").send_keys(Keys.SPACE)  # a switch that is pressed by key keeps the focus
    cat.wait_for_focus("#feeds-back")
    cat.press("z", modifier=Keys.CONTROL)
    cat.wait_until(lambda: not cat.state()["points"], "a step back from a switch")
    cat.press("y", modifier=Keys.CONTROL)
    cat.wait_until(lambda: cat.state()["points"], "the point")
    cat.find("#feeds-back").send_keys(Keys.SPACE)


def test_a_text_field_keeps_its_own_undo(cat: Page) -> None:
    cat.click(*FACE)
    cat.find("#new-class").click()
    cat.find("#new-class-name").send_keys("cup")
    cat.press("z", modifier=Keys.CONTROL)
    assert cat.find("#new-class-name").get_attribute("value") != "cup"
    assert len(cat.state()["points"]) == 1
    cat.find("#new-class").click()


def test_the_focus_is_on_the_picture_after_an_export(cat: Page) -> None:
    cat.click(*FACE)
    cat.find("#export-formats").send_keys(Keys.ENTER)
    cat.wait_until(lambda: cat.js("return document.activeElement.dataset.export") == "mask-png", "the menu")
    cat.press(Keys.ENTER)
    cat.saved_file(".png").unlink()
    cat.wait_for_focus("#stage")
    cat.find("#export").send_keys(Keys.ENTER)
    cat.saved_file(".png")
    cat.wait_for_focus("#stage")


def test_the_crosshair_and_the_list_of_points_agree(cat: Page) -> None:
    cat.js("document.querySelector('#stage').focus()")
    cat.press(Keys.ARROW_RIGHT, Keys.ARROW_UP)
    cat.wait_until(lambda: cat.find("#crosshair-place").get_attribute("textContent"), "the place to be said")
    said = cat.find("#crosshair-place").get_attribute("textContent")
    cat.press(Keys.ENTER)
    cat.wait_until(lambda: cat.phase == "idle" and cat.find_all("#prompt-list [data-remove-point]"), "the point")
    point = cat.state()["points"][0]
    assert said == f"{int(point['x'])}, {int(point['y'])}"
    assert cat.find("#prompt-list .quiet").text == said
    assert f"exactly {point['x']:.1f}" in (cat.find("#prompt-list .quiet").get_attribute("title") or "")
    assert (cat.find(".point").get_attribute("aria-label") or "").endswith(f"point at {said}")


def test_the_help_is_in_groups_and_can_be_searched(cat: Page) -> None:
    cat.press("?")
    cat.wait_until(lambda: cat.find("#help").is_displayed(), "the help")
    titles = [title.text for title in cat.find_all("#help h3")]
    assert len(titles) >= 6
    assert all(cat.js("return arguments[0].parentElement.querySelectorAll('dt').length", one) for one in cat.find_all("#help h3"))
    cat.find("#help-search").send_keys("brush")
    shown = [entry.text for entry in cat.find_all("#help dl > div") if entry.is_displayed()]
    assert 0 < len(shown) < 8
    assert all("brush" in text.lower() for text in shown)
    assert not cat.find("#help-view").is_displayed()
    cat.find("#help-search").send_keys("xyz")
    assert cat.find("#help-none").text == "Nothing about “brushxyz”."
    cat.press(Keys.ESCAPE)  # empties the field, as in every search
    assert cat.find("#help-view").is_displayed()
    cat.press(Keys.ESCAPE)
    cat.wait_until(lambda: not cat.find("#help").is_displayed(), "the help to close")
    cat.press("?")
    assert cat.find("#help-search").get_attribute("value") == ""
    cat.press(Keys.ESCAPE)
