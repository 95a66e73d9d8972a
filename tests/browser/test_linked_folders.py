"""A folder that is opened is read from where it lies: no copy is made, and no work is lost when a file is not what it was."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.support.ui import Select

from tests.browser.test_annotating import accept, objects
from tests.browser.test_data_sets import open_export
from tests.browser.test_keeping import RED, wait_for_work
from tests.browser.test_keeping import kept as kept
from tests.browser.test_projects import in_menu, names, row, wait_for_names
from tests.support.page import Page
from tests.support.pictures import encoded, two_discs

#: The picker gives a folder of the origin's own file system, a handle as any other; the browser asks when the test has it so.
STUB = """
const root = navigator.storage.getDirectory();
globalThis.showDirectoryPicker = async () => (await root).getDirectoryHandle('photos', { create: true });
FileSystemHandle.prototype.queryPermission = async () => sessionStorage.getItem('tests.permission') ?? 'granted';
FileSystemHandle.prototype.requestPermission = async () => {
  if (!navigator.userActivation.isActive) throw new DOMException('User activation is required.', 'SecurityError');
  sessionStorage.setItem('tests.permission', sessionStorage.getItem('tests.answer') ?? 'granted');
  return sessionStorage.getItem('tests.permission');
};
"""
WRITE = """return (async ([name, data]) => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('photos', { create: true });
  if (data === null) return folder.removeEntry(name);
  const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
  await writable.write(Uint8Array.fromBase64?.(data) ?? await (await fetch(`data:;base64,${data}`)).arrayBuffer());
  await writable.close();
})(arguments)"""
#: What is stored of the pictures: their names but for the keys, and the bytes.
STORED = """return (async () => {
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects');
  const project = await projects.getDirectoryHandle(localStorage.getItem('tabsam.project'));
  const pictures = await project.getDirectoryHandle('pictures');
  const stored = [];
  for await (const [name, handle] of pictures.entries()) stored.push([name.endsWith('.link'), (await handle.getFile()).size]);
  return stored;
})()"""

#: How many thumbnails of linked pictures are stored.
THUMBNAILS = """return (async () => {
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects');
  const project = await projects.getDirectoryHandle(localStorage.getItem('tabsam.project'));
  const folder = await project.getDirectoryHandle('thumbnails').catch(() => null);
  let stored = 0;
  if (folder) for await (const name of folder.keys()) stored += name.endsWith('.crswap') ? 0 : 1;
  return stored;
})()"""
#: The folders that IndexedDB has.
FOLDERS = """return new Promise((resolve, reject) => {
  const opening = indexedDB.open('tabsam folders');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const asking = opening.result.transaction('folders').objectStore('folders').getAllKeys();
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => reject(asking.error);
    opening.result.close();
  };
})"""
PROJECTS = """return (async () => {
  let count = 0;
  for await (const _ of (await (await navigator.storage.getDirectory()).getDirectoryHandle('projects')).keys()) count += 1;
  return count;
})()"""


def write(page: Page, name: str, data: bytes | None) -> None:
    page.js(WRITE, name, None if data is None else base64.b64encode(data).decode())


def refused(page: Page, code: str) -> None:
    page.expected_errors.append(code)
    page.driver.refresh()
    page.wait_until(lambda: page.error_codes() == [code], code)


def all_kept(page: Page) -> None:
    page.wait_until(lambda: page.phase == "idle" and page.state()["unkept"] == 0, "where the pictures lie to be stored")


@pytest.fixture
def folders(kept: Page) -> Iterator[Page]:
    """Give a page whose picker of folders and whose permissions are ours, and whose picker of files opens no window."""
    script = kept.cdp("Page.addScriptToEvaluateOnNewDocument", source=STUB)
    kept.js(STUB)
    kept.cdp("Page.setInterceptFileChooserDialog", enabled=True)
    yield kept
    kept.cdp("Page.setInterceptFileChooserDialog", enabled=False)
    kept.cdp("Page.removeScriptToEvaluateOnNewDocument", **script)


def test_a_folder_is_read_from_where_it_lies_and_says_what_it_needs(folders: Page, tmp_path: Path) -> None:
    original = encoded(two_discs())
    write(folders, "a.png", original)
    write(folders, "b.png", encoded(two_discs(120, 160)))
    folders.find("#welcome-folder").click()
    folders.wait_until(lambda: (folders.state()["image"] or {}).get("name") == "a.png", "the first picture")
    folders.click(*RED)
    accept(folders)
    made = objects(folders)
    all_kept(folders)
    stored: list[Any] = folders.js(STORED)
    assert [linked for linked, _ in stored] == [True, True]
    assert all(size < 300 for _, size in stored)

    folders.js("sessionStorage.setItem('tests.permission', 'prompt'); sessionStorage.setItem('tests.answer', 'denied')")
    refused(folders, "picture-not-allowed")
    folders.find("[data-role='message-action']").click()
    folders.wait_until(lambda: folders.error_codes() == ["picture-not-allowed"], "the same button again")
    folders.js("sessionStorage.setItem('tests.answer', 'granted')")
    folders.find("[data-role='message-action']").click()
    wait_for_work(folders)
    assert objects(folders) == made

    write(folders, "a.png", None)
    refused(folders, "picture-gone")
    (tmp_path / "a.png").write_bytes(original)
    folders.find("[data-role='message-action']").click()
    folders.find("#found-file").send_keys(str(tmp_path / "a.png"))
    wait_for_work(folders)
    assert objects(folders) == made
    folders.driver.refresh()  # the file that was found is copied
    wait_for_work(folders)
    assert objects(folders) == made

    folders.press("]")
    folders.wait_until(lambda: folders.phase == "idle" and folders.state()["image"]["name"] == "b.png", "the second picture")
    write(folders, "b.png", encoded(two_discs(200, 200)))
    refused(folders, "picture-changed")
    folders.find("[data-role='message-action']").click()
    wait_for_work(folders)
    assert folders.picture_size() == (200, 200)


def test_linked_pictures_go_out_with_a_data_set_also_those_that_were_never_opened(folders: Page) -> None:
    files = {"a.png": encoded(two_discs()), "b.png": encoded(two_discs(120, 160)), "c.png": encoded(two_discs(90, 90))}
    for name, data in files.items():
        write(folders, name, data)
    folders.find("#welcome-folder").click()
    folders.wait_until(lambda: (folders.state()["image"] or {}).get("name") == "a.png", "the first picture")
    folders.click(*RED)
    accept(folders)
    all_kept(folders)
    folders.driver.refresh()  # no file has been opened in this page but the first
    wait_for_work(folders)
    write(folders, "c.png", None)
    open_export(folders)
    Select(folders.find("#export-all-format")).select_by_value("labelme")
    folders.find("#export-all-save").click()
    folders.wait_until(lambda: any("c.png" in text for text in folders.messages()), "that one is gone")
    with zipfile.ZipFile(folders.saved_file(".zip")) as archive:
        written = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert {name: data for name, data in written.items() if name.endswith(".png")} == {
        name: data for name, data in files.items() if name != "c.png"
    }
    assert len(json.loads(written["a.json"])["shapes"]) == 1


def wait_for_projects(page: Page, count: int) -> None:
    page.wait_until(lambda: page.js(PROJECTS) <= count, f"{count} projects at most")


@pytest.mark.long
def test_a_real_folder_that_is_dropped_is_not_copied_and_forgotten_with_its_last_project(kept: Page, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    (folder / "below").mkdir(parents=True)
    (folder / "a.png").write_bytes(encoded(two_discs()))
    (folder / "below" / "b.png").write_bytes(encoded(two_discs(120, 160)))
    kept.drop_paths(folder)
    kept.wait_until(lambda: kept.state()["image"] is not None, "the first picture")
    all_kept(kept)
    assert [linked for linked, _ in kept.js(STORED)] == [True, True]
    kept.click(*RED)
    accept(kept)
    kept.wait_until(lambda: kept.js(THUMBNAILS) == 2, "the thumbnails to be stored")
    # Chrome asks again, or not yet where it has not noticed that the page was left
    kept.expected_errors.append("picture-not-allowed")
    kept.driver.refresh()
    kept.wait_until(
        lambda: kept.error_codes() == ["picture-not-allowed"] or kept.state()["image"], "the picture, or the question"
    )
    kept.wait_until(lambda: len(kept.find_all("#strip-cells canvas")) == 2, "the thumbnails")
    # a copy shares the folder, and it is forgotten with the last that has it
    kept.find("#home").click()
    kept.wait_until(lambda: not kept.error_codes() and len(names(kept)) == 1, "the list")
    (title,) = names(kept)
    in_menu(kept, row(kept, title), "duplicate")
    wait_for_names(kept, f"{title} copy", title)
    projects = kept.js(PROJECTS)
    for gone, left in enumerate(([title], []), 1):
        assert len(kept.js(FOLDERS)) == 1
        kept.js("document.querySelector('.earlier-project').focus()")
        kept.press(Keys.DELETE)
        wait_for_names(kept, *left)
        for dismiss in kept.find_all("#notices [aria-label^=Dismiss]"):
            dismiss.click()
        wait_for_projects(kept, projects - gone)
    kept.wait_until(lambda: not kept.js(FOLDERS), "the folder to be forgotten")
