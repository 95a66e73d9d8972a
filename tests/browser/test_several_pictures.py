"""What is done on several pictures at once: found, asked again, stopped, and taken back, picture by picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from selenium.webdriver import Keys

from build import SiteServer
from tests.browser.test_film_strip import cells
from tests.browser.test_keeping import KEEP, wait_for_work
from tests.browser.test_keeping import kept as kept
from tests.browser.test_pages import stack
from tests.browser.test_picture_list import drop_paths, wait_for_picture
from tests.browser.test_reachable import SIZES, UNREACHED, Emulate, violations
from tests.browser.test_reachable import emulate as emulate
from tests.support.page import Page
from tests.support.pictures import encoded, two_discs

PATIENCE = 120.0
"""Seconds for some dozens of runs of the model on a busy machine."""


@pytest.fixture
def three(page: Page, server: SiteServer, tmp_path: Path) -> Iterator[Page]:
    """Give the page with three files, a.png of them open; c.png is no picture."""
    page.load(server.url)
    for shift, name in enumerate("ab"):
        (tmp_path / f"{name}.png").write_bytes(encoded(np.roll(two_discs(), shift, axis=1)))
    (tmp_path / "c.png").write_bytes(b"no picture")
    drop_paths(page, *(tmp_path / f"{name}.png" for name in "abc"))
    wait_for_picture(page, "a.png", "1 of 3")
    page.wait_until(lambda: page.find_all(".strip-cell"), "the strip")
    page.press("f")
    page.find("#search-side").send_keys("8")  # sooner done
    page.press("f")
    yield page
    page.driver.get("about:blank")


def choose(page: Page, item: str) -> None:
    page.find("#strip-more").click()
    page.find(f"#strip-menu [data-item='{item}']").click()
    page.wait_until(lambda: page.find("#run-dialog").is_displayed(), "the dialog")


def objects_on(page: Page) -> list[int]:
    """Give how many objects each picture has, as the strip says it."""
    counts = (label.split(", ")[-1].split(" ")[0] for label in cells(page))
    return [int(count) if count.isdigit() else 0 for count in counts]


def test_everything_is_found_on_all_pictures_asked_again_and_taken_back(three: Page) -> None:
    choose(three, "find-on-all")
    three.find("#run-start").click()
    three.wait_until(lambda: three.find("#run").is_displayed(), "the progress")
    three.click(80, 120)  # it does not wait for the rest
    three.wait_until(
        lambda: any("found on 2 pictures; 1 picture failed" in text for text in three.messages()), "the end", patience=PATIENCE
    )
    assert any("c.png" in text for text in three.messages())
    assert not three.find("#run").is_displayed()
    counts = objects_on(three)
    assert all(counts[:2])
    assert counts[2] == 0
    assert len(three.state()["points"]) == 1  # what was clicked meanwhile is as it was
    assert len(three.state()["objects"]) == counts[0]
    three.press("]")
    wait_for_picture(three, "b.png", "2 of 3")
    three.press("z", modifier=Keys.CONTROL)
    three.wait_until(lambda: objects_on(three) == [counts[0], 0, 0], "the one picture as it was")
    three.press("[")
    wait_for_picture(three, "a.png", "1 of 3")
    three.press("o")
    wait_for_picture(three, "b.png", "2 of 3")
    three.wait_until(lambda: objects_on(three) == [counts[0], counts[0], 0], "what is carried over")
    three.press("z", modifier=Keys.CONTROL)
    three.wait_until(lambda: objects_on(three) == [counts[0], 0, 0], "the one picture as it was")
    three.press("y", modifier=Keys.CONTROL)
    three.wait_until(lambda: objects_on(three) == [counts[0], counts[0], 0], "what was carried over")
    choose(three, "ask-all-again")
    three.find("#run-on").send_keys("This one and those")
    three.find("#run-start").click()
    three.wait_until(
        lambda: any("asked for again on 1 picture" in text for text in three.messages()), "the end", patience=PATIENCE
    )
    assert objects_on(three) == [counts[0], counts[0], 0]


def test_what_a_reload_ends_is_said_and_what_it_did_is_there(kept: Page, tmp_path: Path) -> None:
    for shift, name in enumerate("abc"):
        (tmp_path / f"{name}.png").write_bytes(encoded(np.roll(two_discs(), shift, axis=1)))
    drop_paths(kept, *(tmp_path / f"{name}.png" for name in "abc"))
    wait_for_picture(kept, "a.png", "1 of 3")
    kept.wait_until(lambda: kept.find_all(".strip-cell") and kept.state()["unkept"] == 0, "the strip, and the files to be stored")
    kept.press("f")
    kept.find("#search-side").send_keys("8")
    kept.press("f")
    choose(kept, "find-on-all")
    kept.find("#run-start").click()
    kept.wait_until(lambda: objects_on(kept)[0] > 0, "the first picture to be done", patience=PATIENCE)
    found = objects_on(kept)[0]
    kept.driver.refresh()
    wait_for_work(kept)
    kept.wait_until(lambda: any("ended with the page, after" in text for text in kept.messages()), "it to be said")
    assert "of 3 pictures" in kept.messages()[0]
    assert objects_on(kept)[0] == found
    kept.driver.refresh()
    wait_for_work(kept)
    assert not any("ended with the page" in text for text in kept.messages()), "once is enough"


def test_it_is_stopped_at_once_and_only_the_pictures_that_the_strip_shows_are_meant(three: Page) -> None:
    three.find("#strip-text").send_keys("b.p")
    three.wait_until(lambda: len(cells(three)) == 1, "the one of that name")
    choose(three, "find-on-all")
    assert "shows (1)" in three.find("#run-on option:checked").text
    three.find("#run-start").click()
    three.find("[data-command='stop-run']").click()
    three.wait_until(lambda: any(text.startswith("Stopped. 0 objects") for text in three.messages()), "the end")
    choose(three, "find-on-all")
    three.find("#run-start").click()
    three.wait_until(lambda: any("found on 1 picture" in text for text in three.messages()), "the end", patience=PATIENCE)
    three.find("#strip-text").clear()
    three.find("#strip-text").send_keys(" ")
    three.wait_until(lambda: [bool(count) for count in objects_on(three)] == [False, True, False], "objects on the one")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_dialog_is_reached_and_axe_finds_nothing(three: Page, emulate: Emulate, size: str) -> None:
    emulate(size, prefers_reduced_motion="reduce")
    if size == "phone":
        three.find("#queue-strip").click()
    choose(three, "ask-all-again")
    assert [html for html in three.js(UNREACHED) if "run-" in html] == []
    assert [one for one in violations(three) if "run" in one or "strip" in one] == []
    three.find("#run-start").click()
    three.wait_until(lambda: three.find("#run").is_displayed(), "the progress")
    if size == "phone":
        three.press(Keys.ESCAPE)  # the sheet
    assert [html for html in three.js(UNREACHED) if "run" in html or "queue" in html] == []
    assert [one for one in violations(three) if "run" in one or "status" in one] == []
    assert three.js("return document.documentElement.scrollWidth") <= SIZES[size][0]
    three.find("[data-command='stop-run']").click()
    three.wait_until(lambda: not three.find("#run").is_displayed(), "the end")


STORED = """
return navigator.storage.getDirectory().then(async (root) => {
  const project = await (await root.getDirectoryHandle('projects')).getDirectoryHandle('first');
  const names = [];
  for await (const name of (await project.getDirectoryHandle('pictures')).keys()) names.push(name);
  return names;
});
"""


def test_each_page_of_a_file_becomes_a_picture_and_the_file_is_stored_once(kept: Page, tmp_path: Path) -> None:
    (tmp_path / "stack.tif").write_bytes(stack("TIFF"))
    drop_paths(kept, tmp_path / "stack.tif")
    wait_for_picture(kept, "stack.tif")
    kept.find("#pages [data-command='list-pages']").click()
    pages = [f"stack.tif, page {number}" for number in (1, 2, 3)]
    kept.wait_until(lambda: [label.rpartition(", ")[0] for label in cells(kept)] == pages, "the pages in the strip")
    assert not kept.find("#pages").is_displayed()
    kept.find("[data-role='message-action']").click()  # undo
    kept.wait_until(lambda: kept.find("#pages").is_displayed(), "the one file")
    kept.press("y")
    kept.wait_until(lambda: len(kept.find_all(".strip-cell canvas")) == 3, "the pages again, with their thumbnails")
    kept.find(".strip-cell[title='stack.tif, page 3']").click()
    wait_for_picture(kept, "stack-p3.tif", "3 of 3")
    kept.click(80, 60)
    kept.press(Keys.ENTER)
    kept.wait_until(lambda: cells(kept)[2] == "stack.tif, page 3, in work, 1 object", "an object on the third")
    kept.wait_until(lambda: len(kept.js(STORED)) == 1, "the one file")
    kept.press("[")
    wait_for_picture(kept, "stack-p2.tif", "2 of 3")
    kept.js(KEEP)
    kept.driver.refresh()
    wait_for_work(kept)
    wait_for_picture(kept, "stack-p2.tif", "2 of 3")
    kept.press("]")
    wait_for_picture(kept, "stack-p3.tif", "3 of 3")
    assert len(kept.state()["objects"]) == 1
    assert len(kept.js(STORED)) == 1


def test_of_a_folder_of_much_else_the_pictures_are_taken_and_the_rest_is_counted(
    page: Page, server: SiteServer, tmp_path: Path
) -> None:
    page.load(server.url)
    folder = tmp_path / "code"
    for place in ("one", "two"):
        (folder / place).mkdir(parents=True)
    for number in range(1_000):
        (folder / ("one", "two")[number % 2] / f"{number}.{('py', 'txt', 'bin')[number % 3]}").write_bytes(b"x")
    for number in range(3):
        (folder / "two" / f"{number}.png").write_bytes(encoded(np.roll(two_discs(), number, axis=1)))
    drop_paths(page, folder)
    wait_for_picture(page, "0.png", "1 of 3")
    assert any("1,000 files that are no pictures were left out." in text for text in page.messages())
    assert page.error_codes() == []
    page.load(server.url)
