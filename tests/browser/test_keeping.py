"""What was done is there again: after a reload, a killed tab, in another project and back. By real clicks and keys."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Keys

from tests.browser.conftest import Serve
from tests.browser.test_annotating import accept, objects
from tests.browser.test_finds import names, search
from tests.browser.test_objects_panel import choose_in_menu, export, saved, wait_for_objects
from tests.browser.test_pages import stack
from tests.browser.test_reachable import violations
from tests.browser.test_seeing import open_view
from tests.browser.test_storage import tiny_site as tiny_site
from tests.support.page import Page
from tests.support.pictures import encoded, two_discs
from tests.support.sites import take_storage_away

RED, BLUE = (80.0, 120.0), (240.0, 120.0)
KEEP = "sessionStorage.setItem('tests.keep', 'yes')"


@pytest.fixture
def kept(page: Page, serve: Serve) -> Iterator[Page]:
    """Give a page on a site that nobody has visited, which goes on where it was left."""
    server = serve()
    page.expected_errors.append("favicon.ico")
    page.driver.get(f"{server.url}build.json")  # of the same origin, and there at once
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
    image = {key: state["image"][key] for key in ("name", "width", "height")}
    return image, made, points, state["box"], state["categories"], state["canUndo"], state["canRedo"]


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


def noted(page: Page, name: str) -> Any:
    """Give what the journal has last of something that the page noted, as "part": that of the picture that is seen."""
    return page.js(
        """return (async (name) => {
      const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects');
      const project = await projects.getDirectoryHandle(localStorage.getItem('tabsam.project'));
      const text = await (await (await project.getFileHandle('journal')).getFile()).text().catch(() => ''); // written to just now
      const said = text.split('\\n').filter((line) => line.includes(`"session":"${name}"`)).at(-1);
      return said ? JSON.parse(said.slice(9)).value : null;
    })(arguments[0])""",
        name,
    )


def test_the_page_the_part_that_was_seen_and_what_was_selected_are_there_again(kept: Page) -> None:
    kept.open_picture(stack("TIFF"), "stack.tiff")
    kept.find("#page-after").click()
    kept.wait_until(lambda: kept.phase == "idle" and "-p2" in kept.state()["image"]["name"], "the second page")
    kept.click(80, 60)
    accept(kept)
    kept.click(30, 30)
    assert kept.state()["selected"] == [1]
    open_view(kept)
    kept.find("#view-window").send_keys(*[Keys.ARROW_LEFT] * 10)
    kept.find("#view-gamma").send_keys(Keys.ARROW_RIGHT)
    seen = kept.find("#view-window-value").text, kept.find("#view-gamma-value").text
    kept.press(Keys.ESCAPE)
    kept.wheel(kept.to_client(40, 40), -300)
    kept.wait_until(lambda: kept.state()["unkept"] == 0 and noted(kept, "part") and noted(kept, "tone"), "all to be stored")
    before = work(kept), kept.state()["selected"], kept.to_client(0, 0), kept.to_client(160, 120)
    kept.driver.refresh()
    wait_for_work(kept)
    kept.wait_for_frame()
    assert kept.find("#page-number").get_attribute("value") == "2"
    open_view(kept)
    assert (kept.find("#view-window-value").text, kept.find("#view-gamma-value").text) == seen
    kept.press(Keys.ESCAPE)
    assert before[:2] == (work(kept), [1])
    assert kept.to_client(0, 0) == pytest.approx(before[2])
    assert kept.to_client(160, 120) == pytest.approx(before[3])
    kept.press("z", modifier=Keys.CONTROL)
    kept.wait_until(lambda: not kept.state()["points"], "the point to go")
    kept.find("#page-before").click()
    kept.wait_until(lambda: kept.phase == "idle" and kept.state()["image"]["name"] == "stack.tiff", "the first page")


def test_what_find_everything_found_is_there_again_as_it_was_filtered(kept: Page) -> None:
    pictured(kept)
    kept.press("f")
    search(kept)
    found = kept.call("filterFound", 0.3, 0.5)
    kept.wait_until(lambda: len(names(kept)) == len(found), "the finds to be listed")
    before = names(kept)
    assert len(before) > 1
    kept.driver.find_elements("css selector", ".find-pick")[0].send_keys(Keys.DELETE)
    kept.wait_until(lambda: len(names(kept)) == len(before) - 1, "one to be rejected")
    left = names(kept)
    kept.driver.refresh()
    wait_for_work(kept)
    kept.wait_until(lambda: names(kept) == left, "the finds")
    kept.press("z", modifier=Keys.CONTROL)
    kept.wait_until(lambda: names(kept) == before, "the one that was rejected")


def test_a_sample_is_there_again_too(kept: Page) -> None:
    kept.find_all("[data-sample]")[0].click()
    kept.wait_until(lambda: kept.phase == "idle", "the sample")
    kept.click(*RED)
    accept(kept)
    kept.wait_until(lambda: kept.state()["unkept"] == 0, "the file to be stored")
    before = work(kept)
    kept.driver.refresh()
    wait_for_work(kept)
    assert work(kept) == before


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
    assert "1 object" in row.text.replace("\xa0", " ")
    row.click()
    wait_for_work(kept)
    assert work(kept) == before


def test_pictures_that_wait_are_there_again_too(kept: Page, tmp_path: Path) -> None:
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


ASKS = "const event = new Event('beforeunload', { cancelable: true }); return !dispatchEvent(event);"


def test_leaving_is_not_asked_about_where_all_is_kept(kept: Page) -> None:
    pictured(kept)
    kept.click(*RED)
    accept(kept)
    kept.wait_until(lambda: kept.state()["unkept"] == 0, "the picture's file to be stored")
    assert not kept.js(ASKS)


def test_without_storage_the_work_goes_on_and_leaving_is_asked_about(page: Page, serve: Serve, tiny_site: Path) -> None:
    take_storage_away(tiny_site)
    page.load(serve(tiny_site).url)
    page.open_picture(encoded(two_discs()), "discs.png")
    page.click(*RED)
    assert not page.js(ASKS)
    accept(page)
    page.wait_until(lambda: "not-kept-unavailable" in page.error_codes(), "it to be said")
    assert page.js(ASKS)
    export(page, "objects:coco")
    saved(page, ".json")
    page.wait_until(lambda: not page.js(ASKS), "the objects to be safe")
    choose_in_menu(page, 0, "duplicate")
    wait_for_objects(page, 2)
    assert page.js(ASKS)


def test_a_second_tab_begins_another_project_and_may_look_or_take_over(kept: Page) -> None:
    driver, url, first = kept.driver, kept.driver.current_url, kept.driver.current_window_handle
    pictured(kept)
    kept.click(*RED)
    accept(kept)
    before = work(kept)
    driver.switch_to.new_window("tab")
    try:
        driver.get(url)
        kept.wait_for("ready")
        kept.wait_until(lambda: any("open in another tab" in text for text in kept.messages()), "the notice")
        # to look at: all is seen, and nothing can be changed
        kept.find("#notices [data-role=message-other]").click()
        wait_for_work(kept)
        assert kept.find("#looking").is_displayed()
        assert work(kept) == before
        at = kept.to_client(*BLUE)
        kept.mouse("mousePressed", at)
        kept.mouse("mouseReleased", at)
        kept.wait_until(lambda: "looking" in kept.error_codes(), "it to be refused")
        kept.drop(encoded(two_discs()), "other.png")
        kept.wait_until(lambda: any("No picture can be added" in text for text in kept.messages()), "that to be refused too")
        assert work(kept) == before
        assert violations(kept) == []
        # what the other tab does meanwhile is seen when one looks again
        second = driver.current_window_handle
        driver.switch_to.window(first)
        kept.press("z", modifier=Keys.CONTROL)
        kept.wait_until(lambda: not objects(kept), "undo")
        before = work(kept)
        driver.switch_to.window(second)
        assert len(objects(kept)) == 1
        kept.find("#looking-again").click()
        kept.wait_until(lambda: kept.state()["image"] and not objects(kept), "the other tab's undo to be seen")  # not nothing yet
        wait_for_work(kept)
        assert work(kept) == before
        kept.find("#looking-take-over").click()
        kept.wait_until(lambda: kept.state()["image"] and not kept.find("#looking").is_displayed(), "it to be this tab's")
        wait_for_work(kept)
        assert work(kept) == before
        kept.click(*BLUE)
        accept(kept)
        driver.switch_to.window(first)
        kept.wait_until(lambda: "not-kept-taken" in kept.error_codes(), "the first tab to be told")
    finally:
        for handle in driver.window_handles:
            if handle != first:
                driver.switch_to.window(handle)
                driver.close()
        driver.switch_to.window(first)


STORED_THUMBNAIL = """
return (async () => {
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects');
  const project = await projects.getDirectoryHandle(localStorage.getItem('tabsam.project'));
  const folder = await project.getDirectoryHandle('thumbnail', { create: true });
  for await (const handle of folder.values()) if ((await handle.getFile()).size > 100) return true;
  return false;
})();
"""


ENCODED_BYTES = """
return navigator.storage.getDirectory().then((root) => root.getFileHandle('encoded-picture')).then((handle) => handle.getFile())
  .then(({ size }) => size, () => 0);
"""
DROP_ENCODED = "return navigator.storage.getDirectory().then((root) => root.removeEntry('encoded-picture')).catch(() => {})"
USAGE = "return navigator.storage.estimate().then(({ usage }) => usage)"


def test_a_full_disk_is_said_and_all_is_stored_when_there_is_room(kept: Page) -> None:
    origin = kept.js("return location.origin")
    pictured(kept)
    kept.wait_until(lambda: kept.state()["unkept"] == 0 and kept.js(STORED_THUMBNAIL), "all that comes with a picture")
    # What can be made again would make room. Chrome counts a moment later.
    kept.wait_until(lambda: kept.js(ENCODED_BYTES), "what the encoder made to be stored")
    left = kept.js(USAGE) - kept.js(ENCODED_BYTES)
    kept.js(DROP_ENCODED)
    kept.wait_until(lambda: kept.js(USAGE) <= left, "that it is gone to be counted")
    kept.cdp("Storage.overrideQuotaForOrigin", origin=origin, quotaSize=kept.js(USAGE))
    kept.click(*RED)
    accept(kept)
    kept.open_picture(encoded(two_discs()[:, ::-1]), "other.png")  # the journal has some room that Chrome gave it beforehand
    kept.wait_until(lambda: "not-kept-full" in kept.error_codes(), "it to be said")
    kept.cdp("Storage.overrideQuotaForOrigin", origin=origin)
    kept.click(*BLUE)  # something to store: it is tried again
    kept.wait_until(lambda: kept.state()["keeping"]["status"] == "kept", "all to be stored")
    assert "not-kept-full" not in kept.error_codes()
    before = work(kept)
    kept.driver.refresh()
    wait_for_work(kept)
    assert work(kept) == before


def test_storage_that_is_cleared_in_mid_work_is_said_and_filled_again(kept: Page) -> None:
    pictured(kept)
    kept.click(*RED)
    accept(kept)
    kept.cdp("Storage.clearDataForOrigin", origin=kept.js("return location.origin"), storageTypes="all")
    kept.click(*BLUE)
    accept(kept)
    kept.wait_until(lambda: "not-kept-cleared" in kept.error_codes(), "it to be said")
    assert len(objects(kept)) == 2
    assert kept.js(ASKS)
    kept.find("#errors [data-role=message-action]").click()
    with zipfile.ZipFile(kept.saved_file(".tabsam")) as archive:
        assert len(json.loads(archive.read("work/000001.json"))["instances"]) == 2
    kept.click(*RED)  # something to store: it is tried again
    kept.wait_until(lambda: kept.state()["keeping"]["status"] == "kept", "all to be stored")
    kept.wait_until(lambda: kept.state()["unkept"] == 0, "the picture's file, too")
    before = work(kept)
    kept.js(KEEP)
    kept.driver.refresh()
    wait_for_work(kept)
    assert work(kept) == before
