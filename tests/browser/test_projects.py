"""The start page's list of projects: seen, named, copied, saved and deleted without opening any. By real clicks and keys."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.browser.conftest import Serve
from tests.browser.test_annotating import accept
from tests.browser.test_keeping import RED, STORED_THUMBNAIL, pictured, wait_for_work, work
from tests.browser.test_keeping import kept as kept
from tests.browser.test_reachable import Emulate, violations
from tests.browser.test_reachable import emulate as emulate
from tests.support.page import Page
from tests.support.pictures import encoded, two_discs

NAMES = "return [...document.querySelectorAll('.earlier-name')].map((one) => one.textContent)"
HAS_THUMBNAIL = "return [...document.querySelectorAll('.earlier-thumbnail img')].every((one) => one.naturalWidth > 0)"


def names(page: Page) -> list[str]:
    """Give the projects as they are listed."""
    listed: list[str] = page.js(NAMES)
    return listed


def wait_for_names(page: Page, *wanted: str) -> None:
    page.wait_until(lambda: names(page) == list(wanted), f"{wanted}")


def go_home(page: Page) -> None:
    page.find("#home").click()
    page.wait_until(lambda: page.phase == "ready" and names(page) != [], "the list")


def in_menu(page: Page, row: WebElement, role: str) -> None:
    """Choose something in the menu of a project."""
    row.find_element("css selector", "[data-role=more]").click()
    page.find(f"#project-menu [data-role={role}]").click()


def row(page: Page, name: str) -> WebElement:
    return page.find_all("#earlier-list li")[names(page).index(name)]


def focused(page: Page) -> str:
    text: str = page.js("return document.activeElement.querySelector('.earlier-name')?.textContent ?? document.activeElement.id")
    return text


@pytest.fixture
def listed(kept: Page) -> Page:
    """Give the start page with one project, of one picture with an object, which has a thumbnail."""
    pictured(kept)
    kept.click(*RED)
    accept(kept)
    kept.wait_until(lambda: kept.state()["unkept"] == 0 and kept.js(STORED_THUMBNAIL), "the thumbnail to be stored")
    go_home(kept)
    return kept


def test_projects_are_named_copied_and_deleted_by_keys_and_menu(listed: Page) -> None:
    page = listed
    (first,) = page.find_all("#earlier-list li")
    assert "1 picture · 1 object" in first.text.replace("\xa0", " ")
    page.wait_until(lambda: page.js(HAS_THUMBNAIL) and page.find_all(".earlier-thumbnail img"), "the thumbnail")
    # a name, by F2
    page.js("document.querySelector('.earlier-project').focus()")
    page.press(Keys.F2)
    page.press(*"Two discs", Keys.ENTER)
    wait_for_names(page, "Two discs")
    page.wait_until(lambda: focused(page) == "Two discs", "the focus in the list")
    page.press(Keys.F2, "x", Keys.ESCAPE)
    assert names(page) == ["Two discs"]
    # a copy, by the menu: all of it, and only its own
    in_menu(page, row(page, "Two discs"), "duplicate")
    wait_for_names(page, "Two discs copy", "Two discs")
    row(page, "Two discs copy").find_element("css selector", ".earlier-project").click()
    wait_for_work(page)
    assert len(page.state()["objects"]) == 1
    page.press("z", modifier=Keys.CONTROL)
    page.wait_until(lambda: not page.state()["objects"], "the object of the copy to go")
    go_home(page)
    wait_for_names(page, "Two discs copy", "Two discs")
    assert "1 object" in row(page, "Two discs").text.replace("\xa0", " ")
    # deleted by key: the focus stays in the list, and a reload loses nothing
    page.js("document.querySelector('.earlier-project').focus()")
    page.press(Keys.DELETE)
    wait_for_names(page, "Two discs")
    page.wait_until(lambda: focused(page) == "Two discs", "the focus in the list")
    page.driver.refresh()
    page.wait_until(lambda: "Deleted Two discs copy." in page.messages(), "the offer to bring it back")
    wait_for_names(page, "Two discs")
    page.find("#notices [data-role=message-action]").click()
    wait_for_names(page, "Two discs copy", "Two discs")
    # for good, when the notice goes
    gone = row(page, "Two discs copy").get_attribute("data-project")
    page.js("document.querySelector('.earlier-project').focus()")
    page.press(Keys.DELETE)
    wait_for_names(page, "Two discs")
    page.find("#notices [aria-label^=Dismiss]").click()
    page.wait_until(lambda: gone not in page.js(FOLDERS), "it to be gone")
    row(page, "Two discs").find_element("css selector", ".earlier-project").click()
    wait_for_work(page)
    assert work(page)[1], "the object is there"


FOLDERS = """
return (async () => {
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects');
  const names = [];
  for await (const name of projects.keys()) names.push(name);
  return names;
})();
"""


def test_a_project_is_saved_from_the_list(listed: Page) -> None:
    in_menu(listed, row(listed, "discs.png"), "save")
    saved = listed.saved_file(".tabsam")
    assert saved.name == "discs.png.tabsam"
    with zipfile.ZipFile(io.BytesIO(saved.read_bytes())) as archive:
        head = json.loads(archive.read("project.json"))
        described = json.loads(archive.read("work/000001.json"))
        assert archive.read("pictures/discs.png")[:4] == b"\x89PNG"
    assert [one["name"] for one in head["pictures"]] == ["discs.png"]
    assert len(described["instances"]) == 1
    listed.wait_until(lambda: any("is saved" in text for text in listed.messages()), "it to be said")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_list_has_room_and_axe_finds_nothing(kept: Page, emulate: Emulate, tmp_path: Path, size: str) -> None:
    emulate(size, prefers_color_scheme="dark", prefers_reduced_motion="reduce")
    paths = []
    for number in (1, 2, 3):
        path = tmp_path / f"{'very-long-name-of-a-picture-' * 4}{number}.png"
        path.write_bytes(encoded(two_discs()[:, number:]))
        paths.append(str(path))
    kept.find("#file").send_keys("\n".join(paths))
    kept.wait_until(lambda: kept.phase == "idle" and kept.js(STORED_THUMBNAIL), "the pictures, and the thumbnail")
    go_home(kept)
    kept.wait_until(lambda: kept.js(HAS_THUMBNAIL), "the thumbnail")
    (name,) = names(kept)
    assert name.endswith("and 2 pictures more")
    assert violations(kept) == []
    width = kept.js("return innerWidth")
    assert kept.js("return document.documentElement.scrollWidth") <= width
    left, _, wide, _ = kept.rect("#earlier-list [data-role=more]")
    assert left >= 0
    assert left + wide <= width
    if size == "phone":
        assert wide >= 44
        assert kept.rect(".earlier-project")[3] >= 44


def test_a_project_that_another_tab_has_is_not_deleted(kept: Page, serve: Serve) -> None:
    driver, url, first = kept.driver, kept.driver.current_url, kept.driver.current_window_handle
    pictured(kept)
    kept.click(*RED)
    accept(kept)
    kept.call("state")
    driver.switch_to.new_window("tab")
    try:
        driver.get(url)
        kept.wait_until(lambda: kept.phase == "ready" and names(kept) == ["discs.png"], "the list")
        in_menu(kept, row(kept, "discs.png"), "delete")
        kept.wait_until(lambda: "project-elsewhere" in kept.error_codes(), "it to be said")
        assert names(kept) == ["discs.png"]
    finally:
        driver.close()
        driver.switch_to.window(first)
