"""What is done on several pictures at once: found, asked again, stopped, and taken back, picture by picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from selenium.webdriver import Keys

from build import SiteServer
from tests.browser.test_film_strip import cells
from tests.browser.test_picture_list import drop_paths, wait_for_picture
from tests.browser.test_reachable import SIZES, UNREACHED, Emulate, violations
from tests.browser.test_reachable import emulate as emulate
from tests.support.page import Page
from tests.support.pictures import encoded, two_discs


@pytest.fixture
def four(page: Page, server: SiteServer, tmp_path: Path) -> Iterator[Page]:
    """Give the page with four files, a.png of them open; d.png is no picture."""
    page.load(server.url)
    for shift, name in enumerate("abc"):
        (tmp_path / f"{name}.png").write_bytes(encoded(np.roll(two_discs(), shift, axis=1)))
    (tmp_path / "d.png").write_bytes(b"no picture")
    drop_paths(page, *(tmp_path / f"{name}.png" for name in "abcd"))
    wait_for_picture(page, "a.png", "1 of 4")
    page.wait_until(lambda: page.find_all(".strip-cell"), "the strip")
    page.press("f")
    page.find("#search-side").send_keys("8")  # sooner done
    page.press("f")
    yield page
    page.load(server.url)


def choose(page: Page, item: str) -> None:
    page.find("#strip-more").click()
    page.find(f"#strip-menu [data-item='{item}']").click()
    page.wait_until(lambda: page.find("#run-dialog").is_displayed(), "the dialog")


def objects_on(page: Page) -> list[int]:
    """Give how many objects each picture has, as the strip says it."""
    counts = (label.split(", ")[-1].split(" ")[0] for label in cells(page))
    return [int(count) if count.isdigit() else 0 for count in counts]


def test_everything_is_found_on_all_pictures_asked_again_and_taken_back(four: Page) -> None:
    choose(four, "find-on-all")
    four.find("#run-start").click()
    four.wait_until(lambda: four.find("#run").is_displayed(), "the progress")
    four.screenshot(Path("/tmp/overall/running.png"))
    four.click(80, 120)  # it does not wait for the rest
    four.wait_until(
        lambda: any("found on 3 pictures; 1 picture failed" in text for text in four.messages()), "the end", patience=60
    )
    assert any("d.png" in text for text in four.messages())
    assert not four.find("#run").is_displayed()
    counts = objects_on(four)
    assert all(counts[:3])
    assert counts[3] == 0
    assert len(four.state()["points"]) == 1  # what was clicked meanwhile is as it was
    assert len(four.state()["objects"]) == counts[0]
    four.press("]")
    wait_for_picture(four, "b.png", "2 of 4")
    four.press("z", modifier=Keys.CONTROL)
    four.wait_until(lambda: objects_on(four) == [counts[0], 0, counts[2], 0], "the one picture as it was")
    four.press("z", modifier=Keys.CONTROL + Keys.SHIFT)
    four.wait_until(lambda: objects_on(four) == counts, "what was found again")
    choose(four, "ask-all-again")
    four.find("#run-on").send_keys("This one and those")
    four.find("#run-start").click()
    four.wait_until(lambda: any("asked for again on 2 pictures" in text for text in four.messages()), "the end", patience=60)
    assert objects_on(four) == counts


def test_it_is_stopped_at_once_and_only_the_pictures_that_the_strip_shows_are_meant(four: Page) -> None:
    four.find("#strip-text").send_keys("b.p")
    four.wait_until(lambda: len(cells(four)) == 1, "the one of that name")
    choose(four, "find-on-all")
    assert "shows (1)" in four.find("#run-on option:checked").text
    four.find("#run-start").click()
    four.find("[data-command='stop-run']").click()
    four.wait_until(lambda: any(text.startswith("Stopped. 0 objects") for text in four.messages()), "the end")
    choose(four, "find-on-all")
    four.find("#run-start").click()
    four.wait_until(lambda: any("found on 1 picture" in text for text in four.messages()), "the end", patience=60)
    four.find("#strip-text").clear()
    four.find("#strip-text").send_keys(" ")
    four.wait_until(lambda: [bool(count) for count in objects_on(four)] == [False, True, False, False], "objects on the one")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_dialog_is_reached_and_axe_finds_nothing(four: Page, emulate: Emulate, size: str) -> None:
    emulate(size, prefers_reduced_motion="reduce")
    four.screenshot(Path(f"/tmp/overall/{size}-0.png"))
    if size == "phone":
        four.find("#queue-strip").click()
    choose(four, "ask-all-again")
    four.screenshot(Path(f"/tmp/overall/{size}-dialog.png"))
    assert [html for html in four.js(UNREACHED) if "run-" in html] == []
    assert [one for one in violations(four) if "run" in one or "strip" in one] == []
    assert four.js("return document.documentElement.scrollWidth") <= SIZES[size][0]
    four.press(Keys.ESCAPE)
