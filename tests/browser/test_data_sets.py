"""All pictures as one data set, saved as a person does it, opened by its consumers, and dropped into an empty project again."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.support.select import Select

from build import SiteServer
from tabsam.formats.datasets import read
from tabsam.formats.datasets.listing import zip_listing
from tests.browser.test_annotating import accept, objects
from tests.browser.test_picture_list import drop_paths, wait_for_picture
from tests.support.page import Page
from tests.support.pictures import encoded, two_discs

RED, BLUE = (80.0, 120.0), (240.0, 120.0)
NAMES = ("a.png", "b.png", "c.png")
EXPORTS = "return navigator.storage.getDirectory().then(async (root) => { const names = []; try { for await (const name of"
TEMPORARY = f"{EXPORTS} (await root.getDirectoryHandle('exports')).keys()) names.push(name); }} catch {{}} return names; }})"


@pytest.fixture
def empty(page: Page, server: SiteServer) -> Iterator[Page]:
    """Give the page anew, with no picture that was open before."""
    page.load(server.url)
    yield page
    page.driver.get("about:blank")


def pictures_in(folder: Path) -> list[Path]:
    """Write three pictures."""
    folder.mkdir(exist_ok=True)
    paths = [folder / name for name in NAMES]
    for shift, path in enumerate(paths):
        path.write_bytes(encoded(np.roll(two_discs(), 3 * shift, axis=1)))
    return paths


def with_work(page: Page, folder: Path) -> list[Path]:
    """Drop three pictures, and mark two objects on the first and one on the second."""
    paths = pictures_in(folder)
    drop_paths(page, *paths)
    wait_for_picture(page, "a.png", "1 of 3")
    for place in (RED, BLUE):
        page.click(*place)
        accept(page)
    page.press("]")
    wait_for_picture(page, "b.png", "2 of 3")
    page.click(*RED)
    accept(page)
    return paths


def open_export(page: Page) -> None:
    page.find("#export-formats").click()
    item = page.find("[data-role='export-all']")
    page.wait_until(item.is_displayed, "the menu")
    assert "All 3 pictures" in item.text
    item.click()
    page.wait_until(lambda: len(Select(page.find("#export-all-format")).options) > 5, "the formats")


def press_export_all(page: Page) -> None:
    keys = ActionChains(page.driver, duration=0).key_down(Keys.CONTROL).key_down(Keys.SHIFT).send_keys("s")
    keys.key_up(Keys.SHIFT).key_up(Keys.CONTROL).perform()
    page.wait_until(page.find("#export-all").is_displayed, "the dialog")


def export_all(page: Page, format: str, suffix: str = ".zip") -> Path:
    """Export all pictures by the menu, and give the file that the browser saved."""
    open_export(page)
    Select(page.find("#export-all-format")).select_by_value(format)
    page.find("#export-all-save").click()
    saved = page.saved_file(suffix)
    page.wait_until(lambda: not page.find("#export-all").is_displayed(), "the end")
    kept = saved.parent.parent / f"kept-{saved.name}"
    saved.rename(kept)
    return kept


def drawn(page: Page, name: str, count: int) -> list[Any]:
    """Give the open picture's objects, when it is open and has so many."""
    wait_for_picture(page, name)
    page.wait_until(lambda: len(objects(page)) == count, f"{count} objects on {name}")
    return [(one["name"], one["score"]) for one in objects(page)]


@pytest.mark.parametrize(
    ("format", "suffix"), [("coco", ".zip"), pytest.param("yolo", ".zip", marks=pytest.mark.long), ("tabsam", ".tabsam")]
)
def test_a_data_set_goes_out_and_comes_into_an_empty_project(
    empty: Page, server: SiteServer, tmp_path: Path, format: str, suffix: str
) -> None:
    paths = with_work(empty, tmp_path / "pictures")
    saved = export_all(empty, format, suffix)
    with saved.open("rb") as stream, zipfile.ZipFile(stream) as archive:
        assert archive.testzip() is None
        incoming = read(zip_listing(stream))
        assert {one.name: len(one.annotations.instances) for one in incoming.dataset.pictures} == {
            "a.png": 2,
            "b.png": 1,
            "c.png": 0,
        }
        inside = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist() if name.endswith(".png")}
        assert inside == {path.name: path.read_bytes() for path in paths}
        if format == "coco":
            (tmp_path / "coco.json").write_bytes(
                archive.read(next(name for name in archive.namelist() if name.endswith(".json")))
            )
            coco = COCO(tmp_path / "coco.json")
            assert [one["file_name"] for one in coco.loadImgs(coco.getImgIds())] == list(NAMES)
            assert len(coco.getAnnIds()) == 3
        if format == "yolo":
            assert [name for name in archive.namelist() if name.endswith("c.txt") and not archive.read(name)]
    empty.load(server.url)
    drop_paths(empty, saved)
    wait_for_picture(empty, "a.png", "1 of 3")
    assert len(drawn(empty, "a.png", 2)) == 2
    assert any("3 objects on 2 pictures" in said for said in empty.messages())
    cells = "return [...document.querySelectorAll('#strip [role=option]')].map((one) => one.getAttribute('aria-label'))"
    empty.wait_until(lambda: empty.js(cells)[1:] == ["b.png, in work, 1 object", "c.png, untouched"], "what the strip says")
    empty.press("]")
    drawn(empty, "b.png", 1)
    empty.press("z", modifier=Keys.CONTROL)  # one step, on all pictures
    drawn(empty, "b.png", 0)
    empty.wait_until(lambda: empty.js(cells)[0] == "a.png, in work", "the other picture without them")
    empty.press("y", modifier=Keys.CONTROL)
    drawn(empty, "b.png", 1)
    empty.wait_until(lambda: empty.js(cells)[0] == "a.png, in work, 2 objects", "the other picture with them")
    empty.press("]")
    wait_for_picture(empty, "c.png", "3 of 3")
    assert objects(empty) == []


def test_annotations_find_pictures_that_are_listed_and_the_rest_is_asked(empty: Page, server: SiteServer, tmp_path: Path) -> None:
    with_work(empty, tmp_path / "pictures")
    open_export(empty)
    Select(empty.find("#export-all-format")).select_by_value("labelme")
    empty.find("#export-all-pictures").click()
    empty.find("#export-all-save").click()
    saved = empty.saved_file(".zip")
    with zipfile.ZipFile(saved) as archive:
        assert sorted(archive.namelist()) == ["a.json", "b.json", "c.json"]
        archive.extractall(tmp_path / "set")
    empty.load(server.url)
    others = pictures_in(tmp_path / "others")
    others[1].rename(tmp_path / "others" / "renamed.png")
    drop_paths(empty, tmp_path / "others")
    wait_for_picture(empty, "a.png", "1 of 3")
    drop_paths(empty, tmp_path / "set")
    empty.wait_until(lambda: empty.find("#data-set-questions").is_displayed(), "the questions")
    assert objects(empty) == []
    choice = Select(empty.find("#data-set-questions select"))
    assert "b.png" in empty.find("#data-set-questions").text
    empty.find("#data-set-questions select").send_keys("others/r")
    assert choice.first_selected_option.text == "others/renamed.png"
    empty.find("#data-set-go").click()
    drawn(empty, "a.png", 2)
    empty.press("]", "]")
    drawn(empty, "renamed.png", 1)


def test_a_zip_that_is_cut_says_so_and_is_undone_with_what_it_brought(empty: Page, tmp_path: Path) -> None:
    with_work(empty, tmp_path / "pictures")
    saved = export_all(empty, "labelme")
    whole = saved.read_bytes()
    saved.write_bytes(whole[:20])
    drop_paths(empty, saved)
    empty.wait_until(lambda: "zip-damaged" in empty.error_codes(), "what is wrong")
    assert empty.find("#queue-place").text == "2 of 3"
    saved.write_bytes(whole[:-60])
    for path in (tmp_path / "pictures").iterdir():  # none of the list is meant
        path.unlink()
    folder = tmp_path / "more"
    folder.mkdir()
    saved = saved.rename(folder / "more.zip")
    (folder / "new.png").write_bytes(encoded(two_discs()[:100].copy()))
    drop_paths(empty, folder)
    empty.wait_until(lambda: any("breaks off" in said for said in empty.messages()), "what is wrong")
    joined = empty.find("#queue-place").text
    assert joined != "2 of 3"
    empty.press("z", modifier=Keys.CONTROL)
    empty.wait_until(lambda: empty.find("#queue-place").text == "2 of 3", "the list as it was")
    assert len(objects(empty)) == 1
    empty.press("y", modifier=Keys.CONTROL)
    empty.wait_until(lambda: empty.find("#queue-place").text == joined, "what came in again")


CANCEL_IN_THE_MIDDLE = """
new MutationObserver((_, observer) => {
  if (!document.getElementById('export-all-state').textContent.startsWith('Writing')) return;
  observer.disconnect();
  document.getElementById('export-all-cancel').click();
}).observe(document.getElementById('export-all-state'), { childList: true, characterData: true, subtree: true });
"""
"""No hand is so quick."""


def test_an_export_that_is_given_up_leaves_nothing_behind(empty: Page, tmp_path: Path) -> None:
    with_work(empty, tmp_path / "pictures")
    before = set(empty.js(TEMPORARY))
    many = tmp_path / "many"
    many.mkdir()
    noise = np.random.default_rng(0)
    for number in range(60):
        (many / f"{number}.png").write_bytes(encoded(noise.integers(0, 256, (640, 640, 3), np.uint8)))
    drop_paths(empty, many)
    empty.wait_until(lambda: empty.find("#queue-place").text == "3 of 63" and empty.phase == "idle", "all of them")
    press_export_all(empty)
    empty.wait_until(lambda: len(Select(empty.find("#export-all-format")).options) > 5, "the formats")
    empty.js(CANCEL_IN_THE_MIDDLE)
    empty.find("#export-all-save").send_keys(Keys.ENTER)
    empty.wait_until(lambda: empty.find("#export-all-cancel").is_displayed(), "its beginning")
    empty.wait_until(lambda: empty.find("#export-all-save").is_displayed(), "its end")
    assert empty.find("#export-all").is_displayed()
    assert set(empty.js(TEMPORARY)) <= before
    assert not empty.find("#export-all-said").text
    assert not [*empty.downloads.iterdir()]


PICK = """
window.showDirectoryPicker = async () =>
  (await navigator.storage.getDirectory()).getDirectoryHandle('chosen', { create: true });
"""
"""The picker is the system's, which no test can press; a folder of the page's own storage is as good as another."""

FILES_IN_IT = """
return (async () => {
  const sizes = {};
  const go = async (folder, path) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === 'directory') await go(handle, path + name + '/');
      else sizes[path + name] = (await handle.getFile()).size;
    }
  };
  await go(await (await navigator.storage.getDirectory()).getDirectoryHandle('chosen'), '');
  return sizes;
})();
"""


def test_a_data_set_is_written_into_a_folder_that_must_be_empty(empty: Page, tmp_path: Path) -> None:
    paths = with_work(empty, tmp_path / "pictures")
    empty.js(PICK)
    open_export(empty)
    Select(empty.find("#export-all-format")).select_by_value("labelme")
    empty.find("#export-all-folder").click()
    empty.wait_until(lambda: not empty.find("#export-all").is_displayed(), "the end")
    sizes = empty.js(FILES_IN_IT)
    assert sizes.keys() == {*NAMES, "a.json", "b.json", "c.json"}
    assert {name: sizes[name] for name in NAMES} == {path.name: path.stat().st_size for path in paths}
    press_export_all(empty)
    empty.find("#export-all-folder").click()
    empty.wait_until(lambda: "is not empty" in empty.find("#export-all-said").text, "that there are files")
    assert empty.js(FILES_IN_IT) == sizes
    empty.js("return navigator.storage.getDirectory().then((root) => root.removeEntry('chosen', { recursive: true }))")
