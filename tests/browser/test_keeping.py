"""What was done is there again: after a reload, a killed tab, in another project and back. By real clicks and keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Keys

from tests.browser.conftest import Serve
from tests.browser.test_annotating import accept, objects
from tests.support.page import Page
from tests.support.pictures import encoded, two_discs

RED, BLUE = (80.0, 120.0), (240.0, 120.0)
KEEP = "sessionStorage.setItem('tests.keep', 'yes')"


@pytest.fixture
def kept(page: Page, serve: Serve) -> Iterator[Page]:
    """Give a page on a site that nobody has visited, which goes on where it was left."""
    server = serve()
    page.load(server.url)
    page.js(KEEP)
    page.js(f"localStorage.setItem('tabsam.project', {chr(39)}first{chr(39)})")
    page.load(server.url)
    yield page
    page.driver.get("about:blank")


def pictured(page: Page, name: str = "discs.png") -> None:
    page.open_picture(encoded(two_discs()), name)
    page.wait_until(lambda: page.phase == "idle", "the picture")


def wait_for_work(page: Page) -> None:
    page.wait_until(lambda: page.phase == "idle" and page.state()["image"] is not None, "the work of before")


def work(page: Page) -> Any:
    state = page.state()
    made = [{key: one[key] for key in ("id", "category", "area", "name", "visible")} for one in state["objects"]]
    points = [(point["x"], point["y"], point["label"]) for point in state["points"]]
    return state["image"], made, points, state["box"], state["categories"], state["canUndo"], state["canRedo"]


def test_after_a_reload_all_is_as_it_was_and_undo_goes_on(kept: Page) -> None:
    pictured(kept)
    kept.click(*RED)
    accept(kept)
    kept.click(*BLUE)
    before = work(kept)
    kept.driver.refresh()
    wait_for_work(kept)
    assert work(kept) == before
    assert kept.state()["candidates"], "the prompts are asked again"
    kept.press("z", modifier=Keys.CONTROL)
    kept.wait_until(lambda: not kept.state()["points"], "the point to go")
    kept.press("z", modifier=Keys.CONTROL)
    kept.wait_until(lambda: not objects(kept), "the object to go")


def test_a_tab_that_is_killed_loses_nothing(kept: Page) -> None:
    url, first = kept.driver.current_url, kept.driver.current_window_handle
    kept.driver.get("about:blank")
    kept.driver.switch_to.new_window("tab")
    kept.driver.get(url)
    kept.wait_for("ready")
    pictured(kept)
    kept.click(*RED)
    accept(kept)
    before = work(kept)
    with suppress(WebDriverException):  # it answers no more
        kept.cdp("Page.crash")
    kept.driver.switch_to.window(first)
    kept.driver.get(url)
    wait_for_work(kept)
    assert work(kept) == before


def test_another_project_begins_and_the_one_before_is_gone_on_with(kept: Page) -> None:
    pictured(kept)
    kept.click(*RED)
    accept(kept)
    before = work(kept)
    kept.find("#home").click()
    kept.wait_until(lambda: kept.phase == "ready" and not kept.js("return document.querySelector('#earlier').hidden"), "the list")
    (row,) = kept.find_all(".earlier-project")
    assert "discs.png" in row.text
    assert "1 object" in row.text
    row.click()
    wait_for_work(kept)
    assert work(kept) == before


def test_a_deleted_project_can_be_had_back(kept: Page) -> None:
    pictured(kept)
    kept.click(*RED)
    accept(kept)
    kept.find("#home").click()
    kept.wait_until(lambda: kept.phase == "ready" and kept.find_all(".earlier-project"), "the list")
    kept.find("#earlier-list [aria-label^='Delete']").click()
    kept.wait_until(lambda: kept.js("return document.querySelector('#earlier').hidden"), "it to go")
    kept.find("#notices .message button:not([aria-label^=Dismiss])").click()
    kept.wait_until(lambda: len(kept.find_all(".earlier-project")) == 1, "it to come back")


def test_pictures_that_wait_are_there_again_too(kept: Page, tmp_path: Any) -> None:
    paths = []
    for number in (1, 2, 3):
        path = tmp_path / f"{number}.png"
        path.write_bytes(encoded(two_discs()[:, number:]))
        paths.append(str(path))
    kept.find("#file").send_keys("\n".join(paths))
    kept.wait_until(lambda: kept.phase == "idle" and kept.find("#queue-place").text == "1 of 3", "the first")
    kept.wait_until(lambda: kept.js("return window.tabsam !== undefined") and unkept(kept) == 0, "the files to be stored")
    kept.press("]")
    kept.wait_until(lambda: kept.phase == "idle" and kept.state()["image"]["name"] == "2.png", "the second")
    kept.driver.refresh()
    wait_for_work(kept)
    assert kept.state()["image"]["name"] == "2.png"
    assert kept.find("#queue-place").text == "2 of 3"
    kept.press("]")
    kept.wait_until(lambda: kept.phase == "idle" and kept.state()["image"]["name"] == "3.png", "the third")


def unkept(page: Page) -> int:
    count: int = page.state()["unkept"]
    return count
