"""What find everything found: it stays with its picture, is taken and rejected by pointer, key and finger, and comes back."""

from __future__ import annotations

from typing import Any

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.support.ui import Select

from build import SiteServer
from tests.support.page import Page, Spot
from tests.support.pictures import encoded, two_discs

RED: Spot = (80, 120)
BETWEEN: Spot = (160, 20)


@pytest.fixture
def found(page: Page, server: SiteServer) -> Page:
    """Give the page with a picture of two discs that was just searched."""
    page.load(server.url)  # anew: thresholds that a test has set stay
    page.open_picture(encoded(two_discs()), "discs.png")
    page.press("f")
    search(page)
    return page


def search(page: Page) -> None:
    Select(page.find("#search-side")).select_by_visible_text("8")
    page.find("#search-start").click()
    page.wait_until(lambda: not page.find("#search-stop").is_displayed(), "the end of the search", patience=30)
    page.wait_until(lambda: count(page) > 1, "finds")


def count(page: Page) -> int:
    return int(page.state()["finds"])


def objects(page: Page) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = page.state()["objects"]
    return listed


def said(page: Page) -> str:
    return page.find("#search-state").text


def names(page: Page) -> list[str]:
    return [str(one.get_attribute("aria-label")) for one in page.find_all(".find-pick")]


def spot_of_a_find(page: Page) -> Spot:
    """Move the mouse until it is over a find; return where that is, in the window."""
    for y in range(20, 240, 20):
        for x in range(20, 320, 20):
            at = page.to_client(x, y)
            page.input("MouseEvent", {"type": "mouseMoved", "x": at[0], "y": at[1]})
            page.wait_for_frame()
            if page.js("return document.getElementById('stage').dataset.over") == "find":
                return at
    raise AssertionError("there is no find under the mouse anywhere")


def click_at(page: Page, at: Spot, *, button: Any = "left", modifiers: int = 0) -> None:
    page.mouse("mousePressed", at, button=button, modifiers=modifiers)
    page.mouse("mouseReleased", at, button=button, modifiers=modifiers)


def undo(page: Page) -> None:
    page.press("z", modifier=Keys.CONTROL)


def test_closing_the_search_keeps_what_it_found(found: Page) -> None:
    there = count(found)
    found.find("#search-close").click()
    assert not found.find("#panel-search").is_displayed()
    found.wait_until(lambda: "F shows them" in found.find("#status").text, "the status to say that they wait")
    found.click(*RED)  # no find is shown: a click asks the model
    assert len(found.state()["points"]) == 1
    found.press("f")
    found.wait_until(lambda: len(names(found)) == there, "the finds")
    assert said(found) == f"{there} objects found."


def test_finds_are_there_again_with_their_picture(found: Page) -> None:
    there = count(found)
    found.open_picture(encoded(two_discs()[:, ::-1].copy()), "other.png")
    assert count(found) == 0
    assert names(found) == []
    found.press("[")
    found.wait_until(
        lambda: (found.state()["image"] or {}).get("name") == "discs.png" and found.phase == "idle", "the first picture"
    )
    found.wait_until(lambda: len(names(found)) == there, "its finds")


def test_what_was_thrown_away_comes_back_by_undo(found: Page) -> None:
    there = names(found)
    found.find("#search-discard").click()
    found.wait_until(lambda: count(found) == 0, "the finds to go")
    undo(found)
    found.wait_until(lambda: count(found) == len(there), "the finds")
    found.press("f")
    assert names(found) == there
    undo(found)
    found.wait_until(lambda: count(found) == 0, "the search to be undone")
    found.press("y", modifier=Keys.CONTROL)
    found.wait_until(lambda: count(found) == len(there), "the search again")


def test_a_click_takes_a_find_and_a_right_click_rejects_one(found: Page) -> None:
    there = count(found)
    at = spot_of_a_find(found)
    click_at(found, at)
    click_at(found, at)  # of a double click the second means nothing
    found.wait_until(lambda: len(objects(found)) == 1 and found.phase == "idle", "an object")
    assert found.state()["points"] == []
    assert count(found) == there - 1
    at = spot_of_a_find(found)
    click_at(found, at, button="right")
    found.wait_until(lambda: count(found) == there - 2, "one find to be rejected")
    assert (len(objects(found)), found.state()["points"]) == (1, [])
    undo(found)
    found.wait_until(lambda: count(found) == there - 1, "the rejected find")
    undo(found)
    found.wait_until(lambda: (count(found), objects(found)) == (there, []), "the taken find")


def test_a_click_beside_every_find_is_a_prompt(found: Page) -> None:
    found.find("#search-iou").send_keys(*[Keys.ARROW_RIGHT] * 40)  # none is left
    found.wait_until(lambda: count(found) == 0, "no finds")
    found.click(*RED)
    assert len(found.state()["points"]) == 1


def test_a_finger_takes_by_a_tap_and_rejects_by_holding(found: Page) -> None:
    there = count(found)
    at = spot_of_a_find(found)
    found.touch("touchStart", at)
    found.touch("touchEnd")
    found.wait_until(lambda: len(objects(found)) == 1, "an object")
    at = spot_of_a_find(found)
    found.touch("touchStart", at)
    found.wait_until(lambda: count(found) == there - 2, "a find to be rejected")
    found.touch("touchEnd")
    assert (len(objects(found)), found.state()["points"]) == (1, [])


def test_every_find_is_reached_taken_and_rejected_by_keys(found: Page) -> None:
    there = count(found)
    listed = names(found)
    assert [name.split(",")[0] for name in listed] == [f"Find {place} of {there}" for place in range(1, there + 1)]
    assert all("px, IoU " in name for name in listed)
    found.find("#search-stability").send_keys(Keys.TAB)  # the list comes next
    reached = []
    for _ in listed:
        reached.append(found.js("return document.activeElement.getAttribute('aria-label')"))
        found.press(Keys.ARROW_DOWN)
    assert reached == listed
    found.press(Keys.HOME, Keys.DELETE)
    found.wait_until(lambda: count(found) == there - 1, "the first to be rejected")
    assert objects(found) == []
    found.wait_for_focus(f"[aria-label^='Find 1 of {there - 1}']")
    found.press(Keys.ENTER)
    found.wait_until(lambda: len(objects(found)) == 1, "an object")
    assert count(found) == there - 2
    undo(found)
    found.wait_until(lambda: count(found) == there - 1, "it to be a find again")


def test_thresholds_filter_live_and_without_a_search(found: Page) -> None:
    there = count(found)
    slider = found.find("#search-iou")
    while count(found) == there:
        slider.send_keys(Keys.ARROW_RIGHT)
        found.wait_for_frame()
    assert count(found) < there
    found.wait_until(lambda: len(names(found)) == count(found), "the list to be shorter")
    least = float(str(slider.get_property("value")))
    assert all(float(name.split()[-1]) >= least for name in names(found))
    while count(found) < there:
        slider.send_keys(Keys.ARROW_LEFT)
        found.wait_for_frame()
    found.wait_until(lambda: said(found) == f"{there} objects found.", "the number to be said")
    found.find("#search-add").click()
    found.wait_until(lambda: len(objects(found)) == there, "objects of those that pass")
    assert not found.find("#panel-search").is_displayed()
    undo(found)
    found.wait_until(lambda: objects(found) == [], "no object")


def test_where_nothing_passes_the_panel_says_what_does(found: Page) -> None:
    found.find("#search-iou").send_keys(Keys.END)
    found.wait_until(lambda: "found with" in said(found), "what to try")
    assert names(found) == []
    number = int(said(found).split(". ")[1].split()[0])
    lower = found.find("#search-lower")
    assert lower.text == (f"Show these {number}" if number > 1 else "Show it")
    lower.click()
    found.wait_until(lambda: count(found) == number, "those")
    assert found.find("#search-iou-value").text in found.find("#search-iou-value").text
    assert said(found) == f"{number} object{'s' * (number > 1)} found."
    found.wait_for_focus("#search-add")
