"""The pictures that one goes through: what joins them, in which order, and that nothing that was made on any gets lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from selenium.webdriver import Keys

from build import SiteServer
from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.formats.project import write_project
from tabsam.geometry.tracing import outline_of_mask
from tests.browser.test_annotating import accept, objects
from tests.support.page import Page
from tests.support.pictures import encoded, red_disc, two_discs

RED, BLUE = (80.0, 120.0), (240.0, 120.0)


@pytest.fixture
def empty(page: Page, server: SiteServer) -> Iterator[Page]:
    """Give the page anew, with no picture that was open before."""
    page.load(server.url)
    yield page
    page.driver.get("about:blank")


def drop_paths(page: Page, *paths: Path) -> None:
    """Drop files and folders as the operating system does."""
    page.drop_paths(*paths)


def wait_for_picture(page: Page, name: str, place: str | None = None) -> None:
    page.wait_until(lambda: page.phase == "idle" and page.state()["image"]["name"] == name, name)
    if place is not None:
        assert page.find("#queue-place").text == place


def picture(number: int) -> bytes:
    """Give one of many small pictures, each of its own content."""
    return encoded(np.full((12, 16, 3), (number, 100, 200), np.uint8))


def project(name: str, shift: int = 0) -> bytes:
    """Give a project with its picture, and one object of a class 'disc' in it."""
    data = encoded(np.roll(two_discs(), shift, axis=1))
    one = Instance(1, outline_of_mask(np.roll(red_disc(), shift, axis=1)), 1, name="saved")
    return write_project(Annotations(name, (240, 320), (Category(1, "disc", "#0072b2"),), (one,)), picture=data)


def test_a_folder_comes_in_as_a_person_counts(empty: Page, tmp_path: Path) -> None:
    folder = tmp_path / "shots"
    (folder / "more").mkdir(parents=True)
    for number in (10, 2, 1):
        (folder / f"shot {number}.png").write_bytes(picture(number))
    (folder / "more" / "shot 0.png").write_bytes(picture(0))
    drop_paths(empty, folder)
    wait_for_picture(empty, "shot 0.png", "1 of 4")
    for place, number in ((2, 1), (3, 2), (4, 10)):
        empty.press("]")
        wait_for_picture(empty, f"shot {number}.png", f"{place} of 4")


def test_one_more_picture_joins_those_that_are_open(empty: Page, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.png" for name in ("one", "two")]
    for number, path in enumerate(paths):
        path.write_bytes(picture(number))
    drop_paths(empty, *paths)
    wait_for_picture(empty, "one.png", "1 of 2")
    empty.drop(picture(7), "more.png", "image/png")
    wait_for_picture(empty, "more.png", "2 of 3")
    empty.press("]")
    wait_for_picture(empty, "two.png", "3 of 3")
    empty.press("[", "[")
    wait_for_picture(empty, "one.png", "1 of 3")
    drop_paths(empty, paths[1])  # the same file: one goes to its place
    wait_for_picture(empty, "two.png", "3 of 3")
    empty.drop(b"nonsense", "bad.png", "image/png")
    empty.wait_until(lambda: empty.error_codes() and empty.phase == "idle", "a message")
    assert empty.find("#queue-place").text == "3 of 3"


def test_what_a_script_opens_is_where_one_is(empty: Page) -> None:
    empty.drop(picture(1), "one.png", "image/png")
    wait_for_picture(empty, "one.png")
    script = """
    const [bytes, done] = arguments;
    const opened = window.tabsam.open(new Blob([new Uint8Array(bytes)]), 'script.png');
    opened.then((state) => done(state.image.name), (error) => done(error.code));
    """
    assert empty.driver.execute_async_script(script, list(picture(2))) == "script.png"
    assert empty.find("#queue-place").text == "2 of 2"
    empty.press("[")
    wait_for_picture(empty, "one.png", "1 of 2")
    empty.press("]")
    wait_for_picture(empty, "script.png", "2 of 2")
    assert empty.driver.execute_async_script(script, []) == "image-empty"
    assert empty.find("#queue-place").text == "2 of 2"


def test_two_projects_that_are_dropped_are_both_opened(empty: Page, tmp_path: Path) -> None:
    paths = [tmp_path / "a.tabsam", tmp_path / "b.tabsam"]
    for shift, path in enumerate(paths):
        path.write_bytes(project(f"{path.stem}.png", shift))
    drop_paths(empty, *paths)
    wait_for_picture(empty, "a.png", "1 of 2")
    assert [one["name"] for one in objects(empty)] == ["saved"]
    empty.click(*BLUE)
    accept(empty)
    empty.press("]")
    wait_for_picture(empty, "b.png", "2 of 2")
    assert [one["name"] for one in objects(empty)] == ["saved"]
    empty.press("[")
    wait_for_picture(empty, "a.png", "1 of 2")
    assert [one["name"] for one in objects(empty)] == ["saved", ""], "the project's file has put the work aside"


def test_two_projects_of_other_pictures_are_both_offered(empty: Page, tmp_path: Path) -> None:
    empty.drop(picture(1), "one.png", "image/png")
    wait_for_picture(empty, "one.png")
    paths = [tmp_path / "a.tabsam", tmp_path / "b.tabsam"]
    for shift, path in enumerate(paths):
        path.write_bytes(project(f"{path.stem}.png", shift))
    drop_paths(empty, *paths)
    empty.wait_until(lambda: any("a.tabsam, b.tabsam" in said for said in empty.messages()), "an offer")
    empty.find("[data-role='message-action']").click()
    wait_for_picture(empty, "a.png", "2 of 3")
    empty.press("]")
    wait_for_picture(empty, "b.png", "3 of 3")


def test_files_of_one_content_and_two_names_are_two_pictures(empty: Page, tmp_path: Path) -> None:
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    for path in paths:
        path.write_bytes(encoded(two_discs()))
    drop_paths(empty, *paths)
    wait_for_picture(empty, "one.png", "1 of 2")
    empty.click(*RED)
    accept(empty)
    empty.press("]")
    wait_for_picture(empty, "two.png", "2 of 2")
    assert objects(empty) == []
    empty.press("[")
    wait_for_picture(empty, "one.png", "1 of 2")
    assert len(objects(empty)) == 1


# ---- Classes ---------------------------------------------------------------------------------------------------------------


def class_names(page: Page) -> list[str]:
    """Return what the choice of the next object's class offers."""
    names: list[str] = page.js("return [...document.querySelectorAll('#next-class option')].map((one) => one.text)")
    return names[1:]


def add_class(page: Page, name: str) -> None:
    page.find("#new-class").click()
    page.find("#new-class-name").send_keys(name, Keys.ENTER)
    page.wait_until(lambda: name in class_names(page) and page.phase == "idle", name)


def test_classes_are_those_of_all_pictures(empty: Page, tmp_path: Path) -> None:
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    for shift, path in enumerate(paths):
        path.write_bytes(encoded(np.roll(two_discs(), shift, axis=1)))
    drop_paths(empty, *paths)
    wait_for_picture(empty, "one.png", "1 of 2")
    add_class(empty, "ring")
    add_class(empty, "disc")
    empty.stage.click()
    empty.wait_until(lambda: empty.phase == "idle" and empty.state()["candidates"], "a mask")
    accept(empty)
    empty.press("]")
    wait_for_picture(empty, "two.png", "2 of 2")
    assert class_names(empty) == ["ring", "disc"]
    assert empty.js("return document.getElementById('next-class').selectedOptions[0].text") == "disc"
    next(button for button in empty.find_all("[data-open='classes']") if button.is_displayed()).click()
    assert "1 object elsewhere" in " ".join(empty.find("[data-class='2']").text.split())
    empty.find("[aria-label='Delete the class disc']").click()
    empty.wait_until(lambda: "gone from 1 object in other pictures" in empty.find("#class-told").text, "what it costs")
    empty.find("#classes-close").click()
    empty.press("[")
    wait_for_picture(empty, "one.png", "1 of 2")
    assert objects(empty)[0]["category"] is None
    empty.press("]")
    wait_for_picture(empty, "two.png", "2 of 2")
    empty.press("z", modifier=Keys.CONTROL)
    empty.wait_until(lambda: class_names(empty) == ["ring", "disc"], "the class again")
    empty.press("[")
    wait_for_picture(empty, "one.png", "1 of 2")
    assert objects(empty)[0]["category"] == 2


def test_files_of_one_content_and_name_in_two_folders_have_each_their_work(empty: Page, tmp_path: Path) -> None:
    folders = [tmp_path / "left", tmp_path / "right"]
    for folder in folders:
        folder.mkdir()
        (folder / "discs.png").write_bytes(encoded(two_discs()))
    drop_paths(empty, *folders)
    wait_for_picture(empty, "discs.png", "1 of 2")
    empty.click(*RED)
    accept(empty)
    empty.press("]")
    empty.wait_until(lambda: empty.find("#queue-place").text == "2 of 2" and empty.phase == "idle", "the second")
    assert objects(empty) == []
    empty.click(*BLUE)
    accept(empty)
    empty.press(Keys.DELETE)
    empty.wait_until(lambda: not objects(empty) and empty.phase == "idle", "nothing on the second")
    drop_paths(empty, folders[0])
    empty.wait_until(lambda: empty.find("#queue-place").text == "1 of 2" and empty.phase == "idle", "the first again")
    assert len(objects(empty)) == 1
