"""Python that dies, breaks or hangs is noticed and started again, with the work as it was at the last action that ended."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Serve
from tests.browser.test_keeping import KEEP, work
from tests.support.page import Page
from tests.support.sites import befall, copy_site, with_frail_workers


@pytest.fixture(scope="module")
def frail(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frail") / "site"
    copy_site(site, folder)
    with_frail_workers(folder)
    return folder


@pytest.fixture
def working(page: Page, serve: Serve, frail: Path, samples: Mapping[str, bytes]) -> Page:
    """Give the page with two objects on the cat, which soon loses its patience."""
    page.load(f"{serve(frail).url}?patience=1")
    page.js(KEEP)
    page.open_picture(samples["chelsea.png"], "chelsea.png")
    page.call("setHovering", False)
    for place in [(200, 120), (330, 210)]:
        page.call("addPoint", *place)
        page.call("accept", "keep")
    page.wait_for("idle")
    return page


def start_again(page: Page) -> None:
    """Click where the page offers it."""
    page.wait_until(lambda: any("has not answered" in text for text in page.messages()), "the page to notice")
    page.find("#notices [data-role=message-action]").click()


def expect_back(page: Page, before: Any) -> None:
    page.wait_until(lambda: "python-restarted" in page.error_codes(), "Python to be started again")
    page.wait_for("idle")
    assert work(page) == before


@pytest.mark.parametrize("fault", ["close", pytest.param("freeze", marks=pytest.mark.long)])
def test_a_python_that_says_nothing_is_started_again_when_the_person_wants_it(working: Page, fault: str) -> None:
    before = work(working)
    befall(working, "worker", fault)
    working.js("void window.tabsam.addPoint(100, 100).catch(() => {})")
    start_again(working)
    expect_back(working, before)
    working.press("z", modifier=Keys.CONTROL)
    working.wait_until(lambda: len(working.state()["objects"]) == 1, "undo to go on")


@pytest.mark.long
def test_a_python_that_stays_silent_is_started_again_in_the_end(working: Page) -> None:
    before = work(working)
    befall(working, "worker", "close")
    working.js("void window.tabsam.addPoint(100, 100).catch(() => {})")
    expect_back(working, before)


def test_an_error_that_nobody_caught_is_told_and_ends_nothing(working: Page) -> None:
    before = work(working)
    befall(working, "worker", "fail")
    working.wait_until(lambda: "internal" in working.error_codes(), "the page to be told")
    working.call("addPoint", 100, 100)
    assert work(working)[1] == before[1]


def test_work_that_is_not_stored_is_the_pages_to_give_back(working: Page) -> None:
    befall(working, "worker", "fill")
    working.call("addPoint", 300, 30)
    working.call("accept", "keep")
    working.wait_until(lambda: "not-kept-full" in working.error_codes(), "the page to be told")
    working.call("addPoint", 100, 200)
    before = work(working)
    befall(working, "worker", "close")
    working.js("void window.tabsam.addPoint(100, 100).catch(() => {})")
    start_again(working)
    expect_back(working, before)


@pytest.mark.long
@pytest.mark.parametrize("fault", ["close", "freeze"])
def test_an_engine_that_answers_no_more_is_replaced(working: Page, fault: str) -> None:
    before = work(working)
    befall(working, "engine", fault)
    working.js("void window.tabsam.addPoint(100, 100).catch(() => {})")
    working.wait_until(lambda: any("goes on with WASM" in text for text in working.messages()), "another engine")
    working.wait_for("idle")
    assert work(working)[1] == before[1]
    working.call("addPoint", 120, 100)
    assert working.state()["candidates"]
