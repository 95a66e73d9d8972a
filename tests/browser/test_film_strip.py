"""The film strip: all pictures of a project by pointer, keys and touch; which are done, in work, untouched; and thousands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from selenium.webdriver import Keys

from build import SiteServer
from tests.browser.test_annotating import accept
from tests.browser.test_console import EDITOR
from tests.browser.test_keeping import KEEP, wait_for_work
from tests.browser.test_keeping import kept as kept
from tests.browser.test_picture_list import RED, drop_paths, wait_for_picture
from tests.browser.test_reachable import AXE_RUNS, SIZES, UNREACHED, Emulate, violations
from tests.browser.test_reachable import emulate as emulate
from tests.support.page import Page
from tests.support.pictures import encoded, rotated_jpeg, two_discs

CELLS = """
const cells = [...document.querySelectorAll(".strip-cell")];
return cells.map((cell) => [Number(cell.ariaPosInSet), cell.ariaLabel, cell.ariaSelected]);
"""
#: As the DevTools protocol counts them.
CTRL, SHIFT = 2, 8

ACTIVE = "return document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).ariaLabel"


@pytest.fixture
def three(page: Page, server: SiteServer, tmp_path: Path) -> Iterator[Page]:
    """Give the page with three pictures, a.png of them open."""
    page.load(server.url)
    drop(page, tmp_path, "a", "b", "c")
    yield page
    page.driver.get("about:blank")


def drop(page: Page, folder: Path, *names: str) -> None:
    for shift, name in enumerate(names):
        (folder / f"{name}.png").write_bytes(encoded(np.roll(two_discs(), shift, axis=1)))
    drop_paths(page, *(folder / f"{name}.png" for name in names))
    wait_for_picture(page, f"{names[0]}.png", f"1 of {len(names)}")
    if page.find("#strip").is_displayed():
        page.wait_until(lambda: page.find_all(".strip-cell"), "the strip")


def cells(page: Page) -> list[str]:
    """Give what a screen reader says of the cells that are there, in their order."""
    return [label for _, label, _ in sorted(page.js(CELLS))]


def current(page: Page) -> list[str]:
    return [label for _, label, selected in page.js(CELLS) if selected == "true"]


def active(page: Page) -> str:
    """Give the cell that keys are about."""
    label: str = page.js(ACTIVE)
    return label


def middle(page: Page, name: str) -> tuple[float, float]:
    left, top, width, height = page.rect(f".strip-cell[title='{name}.png']")
    return left + width / 2, top + height / 2


def has_thumbnails(page: Page) -> bool:
    return bool(page.js("return [...document.querySelectorAll('.strip-cell')].every((cell) => cell.querySelector('canvas'))"))


def test_the_strip_says_what_is_done_and_opens_what_is_clicked(three: Page) -> None:
    assert cells(three) == ["a.png, untouched", "b.png, untouched", "c.png, untouched"]
    three.wait_until(lambda: has_thumbnails(three), "the thumbnails")
    three.click(*RED)
    accept(three)
    three.wait_until(lambda: cells(three)[0] == "a.png, in work, 1 object", "the work")
    three.press("k")
    three.wait_until(lambda: cells(three)[0] == "a.png, done, 1 object", "the mark")
    assert three.find("#queue-done").get_attribute("aria-pressed") == "true"
    three.find(".strip-cell[title='c.png']").click()
    wait_for_picture(three, "c.png", "3 of 3")
    three.wait_until(lambda: current(three) == ["c.png, untouched"], "the mark of the open one")
    assert cells(three)[0] == "a.png, done, 1 object"
    three.press("j")  # after the last comes the first, which is done
    wait_for_picture(three, "b.png", "2 of 3")


THUMBNAIL_COLORS = """
const canvas = document.querySelector(".strip-cell[title='phone.jpg'] canvas");
const at = (x, y) => [...canvas.getContext('2d').getImageData(canvas.width * x, canvas.height * y, 1, 1).data.slice(0, 3)];
return [canvas.width / canvas.height, at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
"""


def test_a_thumbnail_of_a_large_photograph_stands_upright(kept: Page, tmp_path: Path) -> None:
    quarters = np.zeros((1200, 1600, 3), np.uint8)
    colors = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)
    quarters[:600, :800], quarters[:600, 800:], quarters[600:, :800], quarters[600:, 800:] = colors
    (tmp_path / "phone.jpg").write_bytes(rotated_jpeg(quarters))
    (tmp_path / "zoo.png").write_bytes(encoded(two_discs()))
    drop_paths(kept, tmp_path / "phone.jpg", tmp_path / "zoo.png")
    kept.wait_until(lambda: kept.find_all(".strip-cell") and has_thumbnails(kept), "the thumbnails")
    shape, *seen = kept.js(THUMBNAIL_COLORS)
    assert shape == pytest.approx(4 / 3, rel=0.02)
    assert np.abs(np.subtract(seen, colors)).max() <= 8


def test_marks_and_counts_are_there_after_a_reload(kept: Page, tmp_path: Path) -> None:
    drop(kept, tmp_path, "a", "b", "c")
    kept.click(*RED)
    accept(kept)
    kept.press("k", "]")
    wait_for_picture(kept, "b.png", "2 of 3")
    kept.click(*RED)
    kept.wait_until(lambda: cells(kept)[1] == "b.png, in work", "the prompt to count")
    before = cells(kept)
    assert before == ["a.png, done, 1 object", "b.png, in work", "c.png, untouched"]
    kept.js(KEEP)
    kept.driver.refresh()
    wait_for_work(kept)
    kept.wait_until(lambda: cells(kept) == before, "all as before")


def test_keys_walk_open_mark_move_and_remove(three: Page) -> None:
    three.press("g")
    three.wait_until(lambda: not three.find("#strip").is_displayed(), "the strip to go")
    three.press("g")
    three.wait_until(lambda: three.find_all(".strip-cell"), "the strip")
    assert active(three) == "a.png, untouched"
    three.press(Keys.END)
    assert active(three) == "c.png, untouched"
    three.press(Keys.ARROW_LEFT, "k")
    three.wait_until(lambda: active(three) == "b.png, done", "the mark")
    assert three.find("#queue-place").text == "1 of 3"
    three.press(Keys.ENTER)
    wait_for_picture(three, "b.png", "2 of 3")
    three.press(Keys.ARROW_RIGHT, modifier=Keys.SHIFT)
    three.wait_until(lambda: cells(three) == ["a.png, untouched", "c.png, untouched", "b.png, done"], "the other order")
    assert three.find("#queue-place").text == "3 of 3"
    three.press(Keys.HOME, Keys.DELETE)
    three.wait_until(lambda: cells(three) == ["c.png, untouched", "b.png, done"], "one to go")
    assert three.find("#queue-place").text == "2 of 2"
    three.find("[data-role='message-action']").click()
    three.wait_until(lambda: cells(three) == ["a.png, untouched", "c.png, untouched", "b.png, done"], "it to come back")


def picked(page: Page) -> list[str]:
    """Give the names of the pictures that are picked."""
    names: list[str] = page.js(
        "return [...document.querySelectorAll('.strip-cell[aria-checked=true]')].map((cell) => cell.title)"
    )
    return sorted(names)


def test_pictures_are_picked_by_ctrl_and_shift_and_by_space_and_are_marked_and_removed_together(
    three: Page, tmp_path: Path
) -> None:
    more = [tmp_path / "d.png", tmp_path / "e.png"]
    for number, path in enumerate(more, 3):
        path.write_bytes(encoded(np.roll(two_discs(), number, axis=1)))
    drop_paths(three, *more)
    wait_for_picture(three, "d.png", "2 of 5")
    three.wait_until(lambda: len(cells(three)) == 5, "five cells")
    assert not three.find("#strip-picked").is_displayed()
    for name in ("b", "e"):
        at = middle(three, name)
        three.mouse("mousePressed", at, modifiers=CTRL)
        three.mouse("mouseReleased", at, modifiers=CTRL)
    three.wait_until(lambda: picked(three) == ["b.png", "e.png"], "two to be picked")
    assert three.find("#strip-picked-count").text == "2 picked"
    opened = three.state()["image"]["name"]
    at = middle(three, "c")
    three.mouse("mousePressed", at, modifiers=SHIFT)
    three.mouse("mouseReleased", at, modifiers=SHIFT)
    three.wait_until(lambda: len(picked(three)) > 2 and "c.png" in picked(three), "all up to there")
    assert three.state()["image"]["name"] == opened, "picking opens nothing"
    three.press("g", "g")  # the list has the keyboard
    three.press(Keys.ESCAPE)
    three.wait_until(lambda: picked(three) == [], "none to be picked")
    assert three.find("#strip").is_displayed()
    three.press(Keys.HOME, Keys.SPACE, Keys.END, Keys.SPACE)
    three.wait_until(lambda: len(picked(three)) == 2, "two to be picked by keys")
    first, last = cells(three)[0], cells(three)[-1]
    three.find("#picked-find").click()
    assert three.find("#run-on").text.startswith("The picked ones (2)")
    three.press(Keys.ESCAPE)
    three.find("#picked-done").click()
    three.wait_until(lambda: [cells(three)[place].split(", ")[1] for place in (0, -1)] == ["done", "done"], "both marks")
    three.find("#picked-remove").click()
    three.wait_until(lambda: len(cells(three)) == 3, "two to go")
    assert not three.find("#strip-picked").is_displayed()
    three.wait_for("idle")
    three.press("z", modifier=Keys.CONTROL)
    three.wait_until(lambda: len(cells(three)) == 5, "both to come back")
    assert [cells(three)[0].split(",")[0], cells(three)[-1].split(",")[0]] == [first.split(",")[0], last.split(",")[0]]


def test_ctrl_z_takes_a_removal_back_only_while_nothing_has_been_done_since(three: Page) -> None:
    three.command("remove-picture")
    wait_for_picture(three, "b.png", "1 of 2")
    three.click(*RED)
    three.press("z", modifier=Keys.CONTROL)
    three.wait_until(lambda: not three.state()["points"], "the click to be undone")
    assert len(cells(three)) == 2
    three.command("remove-picture")
    wait_for_picture(three, "c.png")
    three.press("z", modifier=Keys.CONTROL)
    wait_for_picture(three, "b.png", "1 of 2")


def test_the_open_picture_that_is_removed_comes_back_with_its_work(three: Page) -> None:
    three.click(*RED)
    accept(three)
    three.command("remove-picture")
    wait_for_picture(three, "b.png", "1 of 2")
    three.find("[data-role='message-action']").click()
    wait_for_picture(three, "a.png", "1 of 3")
    assert len(three.state()["objects"]) == 1


def test_the_order_is_changed_by_dragging(three: Page) -> None:
    start, end = middle(three, "a"), middle(three, "c")
    three.mouse("mousePressed", start)
    three.mouse("mouseMoved", (start[0] + 20, start[1]))
    three.mouse("mouseMoved", (end[0] + 40, end[1]))
    assert three.find_all("#strip-drop"), "where it would go"
    three.mouse("mouseReleased", (end[0] + 40, end[1]))
    three.wait_until(lambda: [label[0] for label in cells(three)] == ["b", "c", "a"], "the other order")
    assert three.find("#queue-place").text == "3 of 3"
    assert three.state()["image"]["name"] == "a.png"  # a drag opens nothing


def test_pictures_are_found_by_name_by_state_and_by_class(three: Page) -> None:
    three.find("#new-class").click()
    three.find("#new-class-name").send_keys("disc", Keys.ENTER)
    three.wait_until(lambda: three.find("#strip-class").is_displayed(), "the classes")
    three.click(*RED)
    accept(three)
    three.press("k", "]")
    wait_for_picture(three, "b.png", "2 of 3")
    three.find("#strip-text").send_keys("C.")
    three.wait_until(lambda: cells(three) == ["c.png, untouched"], "the one of that name")
    assert three.find("#strip-count").text == "1 of 3 shown"
    three.find("#strip-text").send_keys(Keys.BACKSPACE, Keys.BACKSPACE)
    three.find("#strip-status").send_keys("Not done")
    three.wait_until(lambda: [label[0] for label in cells(three)] == ["b", "c"], "those that are not done")
    three.find("#strip-status").send_keys(Keys.HOME)
    three.find("#strip-class").send_keys("disc")
    three.wait_until(lambda: cells(three) == ["a.png, done, 1 object"], "the one with a disc")


def test_of_thousands_only_those_that_are_seen_are_there(page: Page, server: SiteServer, tmp_path: Path) -> None:
    page.load(server.url)
    names = [f"{number:04}" for number in range(2000)]
    data = encoded(two_discs())
    for name in names:
        (tmp_path / f"{name}.png").write_bytes(data)
    drop_paths(page, tmp_path)
    wait_for_picture(page, "0000.png", "1 of 2000")
    page.wait_until(lambda: page.find_all(".strip-cell"), "the strip")
    page.press("g", "g", Keys.END)
    page.wait_until(lambda: active(page) == "1999.png, untouched", "the last")
    assert len(cells(page)) < 40
    page.wait_until(lambda: page.find_all(".strip-cell[title$='1999.png'] canvas"), "its thumbnail")
    left, top, width, height = page.rect("#strip-list")
    page.wheel((left + width / 2, top + height / 2), -3000)
    page.wait_until(lambda: any("1970.png" in label for label in cells(page)), "others to scroll in")
    assert len(cells(page)) < 40
    page.load(server.url)


def test_on_a_phone_the_strip_is_a_sheet(page: Page, server: SiteServer, tmp_path: Path, emulate: Emulate) -> None:
    emulate("phone")
    page.load(server.url)
    drop(page, tmp_path, "a", "b", "c")
    assert not page.find("#strip").is_displayed()
    tap(page, "#queue-strip")
    page.wait_until(lambda: page.find_all(".strip-cell"), "the sheet")
    page.touch("touchStart", middle(page, "c"))
    page.wait_until(lambda: picked(page) == ["c.png"], "a long press to pick")
    page.touch("touchEnd")
    tap(page, ".strip-cell[title='b.png']")  # then a tap does so, too
    page.wait_until(lambda: picked(page) == ["b.png", "c.png"], "two to be picked")
    assert [html for html in page.js(UNREACHED) if "strip-" in html or "picked-" in html] == []
    tap(page, "#picked-clear")
    page.wait_until(lambda: not picked(page), "none to be picked")
    tap(page, ".strip-cell[title='b.png']")
    wait_for_picture(page, "b.png", "2 of 3")
    assert not page.find("#strip").is_displayed()
    # a window that becomes wide has it again, and whoever types goes on
    page.press("w")
    page.wait_until(lambda: page.js(EDITOR), "the console's editor")
    emulate("desktop")
    page.wait_until(lambda: page.find("#strip").is_displayed(), "the strip")
    assert page.js(EDITOR), "Delete would take a picture off the list"
    page.load(server.url)


def test_in_a_low_window_every_control_of_the_strip_is_reached(three: Page, emulate: Emulate) -> None:
    three.find("#new-class").click()
    three.find("#new-class-name").send_keys("disc", Keys.ENTER)
    emulate("zoomed")
    three.wait_until(lambda: three.find("#strip-class").is_displayed(), "the strip with the classes")
    assert [html for html in three.js(UNREACHED) if "strip" in html or "queue" in html] == []


def tap(page: Page, selector: str) -> None:
    left, top, width, height = page.rect(selector)
    page.touch("touchStart", (left + width / 2, top + height / 2))
    page.touch("touchEnd")


@pytest.mark.parametrize(("size", "theme"), AXE_RUNS)
def test_axe_finds_nothing(page: Page, server: SiteServer, tmp_path: Path, emulate: Emulate, size: str, theme: str) -> None:
    emulate(size, prefers_color_scheme=theme, prefers_reduced_motion="reduce")
    page.load(server.url)
    drop(page, tmp_path, "a", "b", "c")
    page.click(*RED)
    accept(page)
    page.press("k")
    if size == "phone":
        tap(page, "#queue-strip")
    page.wait_until(lambda: page.find_all(".strip-cell") and has_thumbnails(page), "the strip")
    assert [one for one in violations(page) if "strip" in one or "queue" in one] == []
    assert page.js("return document.documentElement.scrollWidth") <= SIZES[size][0]
    page.load(server.url)
