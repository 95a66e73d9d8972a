"""Objects and classes: added, listed, changed, found, exported and brought back, by mouse and by keyboard."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from build import SiteServer
from tests.browser.conftest import ARTIFACTS
from tests.browser.test_layout import CONTROLS, assert_everything_has_a_name, assert_it_fits, picture_both_themes
from tests.support.page import Page, as_if_new
from tests.support.pictures import encoded, two_discs

FACE = (230.0, 150.0)
CORNER = (20.0, 280.0)
RED, BLUE = (80, 120), (240, 120)  # the middles of the two discs


@pytest.fixture
def discs(page: Page, server: SiteServer) -> Page:
    """Give the page with a new picture of two discs."""
    page.visit(server.url)
    page.open_picture(encoded(two_discs()), "discs.png")
    return page


@pytest.fixture
def two(discs: Page) -> Page:
    """Give the page with two objects of two classes: red below, blue on top."""
    add_class(discs, "red")
    discs.click(*RED)
    discs.find("#accept").click()
    wait_for_objects(discs, 1)
    add_class(discs, "blue")
    discs.click(*BLUE)
    discs.press(Keys.ENTER)
    wait_for_objects(discs, 2)
    return discs


def add_class(page: Page, name: str) -> None:
    page.find("#new-class").click()
    page.find("#new-class-name").send_keys(name, Keys.ENTER)
    page.wait_until(lambda: name in classes(page), f"the class {name}")
    page.wait_until(lambda: not page.find("#new-class-form").is_displayed(), "the field to go")


def classes(page: Page) -> list[str]:
    return [one["name"] for one in page.state()["categories"]]


def objects(page: Page) -> list[dict[str, Any]]:
    """Return the objects, from the bottom to the top."""
    listed: list[dict[str, Any]] = page.state()["objects"]
    return listed


def wait_for_objects(page: Page, n: int) -> None:
    page.wait_until(lambda: len(objects(page)) == n and page.phase == "idle", f"{n} objects")
    page.wait_until(lambda: len(rows(page)) == n, f"{n} rows")


def rows(page: Page) -> list[WebElement]:
    """Return the rows of the list, the top object first."""
    return page.driver.find_elements(By.CSS_SELECTOR, "#object-list > .object")


def names(page: Page) -> list[str]:
    return [row.find_element(By.CSS_SELECTOR, ".object-name").text for row in rows(page)]


def choose_in_menu(page: Page, row: int, role: str) -> None:
    """Choose something from the menu of an object, the top one being 0."""
    rows(page)[row].find_element(By.CSS_SELECTOR, "[data-role=more]").click()
    choose(page, f"#object-menu [data-role={role}]")


def undo(page: Page) -> None:
    before = page.state()["revision"]
    page.command("undo")
    page.wait_until(lambda: page.state()["revision"] > before and page.phase == "idle", "a step back")


def saved(page: Page, suffix: str) -> bytes:
    """Wait for a download with this suffix, and take it away."""
    path = page.saved_file(suffix)
    data = path.read_bytes()
    path.unlink()
    return data


def export(page: Page, choice: str) -> None:
    page.find("#export-formats").click()
    choose(page, f"[data-export='{choice}']")


def choose(page: Page, selector: str) -> None:
    """Click what comes with a menu or a dialog that has been asked for."""
    page.wait_until(lambda: [one.is_displayed() for one in page.find_all(selector)] == [True], selector)
    page.find(selector).click()


# ---- Adding and listing --------------------------------------------------------------------------------------------------


def test_two_objects_get_their_classes_by_mouse_and_keyboard(two: Page) -> None:
    below, top = objects(two)
    assert [two.state()["categories"][i]["name"] for i in (0, 1)] == ["red", "blue"]
    assert (below["category"], top["category"]) == (1, 2)
    assert names(two) == ["blue 2", "red 1"]
    assert two.find("#objects-count").text == "2"
    assert two.state()["active"] == top["id"]
    facts = rows(two)[0].find_element(By.CSS_SELECTOR, ".object-facts").text
    assert facts.startswith(f"{round(top['area']):,} px")
    assert two.state()["points"] == []


def test_without_objects_the_list_says_how_to_make_one(discs: Page) -> None:
    assert "Enter" in discs.find("#objects-empty").text
    assert not discs.find("#accept").is_displayed()
    assert not discs.find("#panel-edit").is_displayed()


def test_clicks_and_arrow_keys_go_through_the_list(two: Page) -> None:
    red, blue = (one["id"] for one in objects(two))
    rows(two)[1].find_element(By.CSS_SELECTOR, ".object-pick").click()
    two.wait_until(lambda: two.state()["active"] == red, "the lower one")
    two.press(Keys.ARROW_UP)
    two.wait_until(lambda: two.state()["active"] == blue, "the upper one")
    two.press(Keys.ARROW_DOWN, modifier=Keys.ALT)
    two.wait_until(lambda: [one["id"] for one in objects(two)] == [blue, red], "the other order")
    assert names(two) == ["red 1", "blue 2"]
    two.wait_for_focus(f"[data-object='{blue}'] *, [data-object='{blue}']")


def test_an_object_is_renamed_and_that_can_be_undone(two: Page) -> None:
    choose_in_menu(two, 0, "rename")
    two.press(*"sky", Keys.ENTER)
    two.wait_until(lambda: names(two)[0] == "sky", "the name")
    assert objects(two)[1]["name"] == "sky"
    undo(two)
    assert names(two) == ["blue 2", "red 1"]


def test_an_object_is_hidden_and_locked(two: Page) -> None:
    row = rows(two)[0]
    row.find_element(By.CSS_SELECTOR, "[data-role=eye]").click()
    two.wait_until(lambda: not objects(two)[1]["visible"], "it to be hidden")
    assert row.find_element(By.CSS_SELECTOR, "[data-role=eye]").get_attribute("aria-label") == "Show blue 2"
    row.find_element(By.CSS_SELECTOR, "[data-role=lock]").click()
    two.wait_until(lambda: objects(two)[1]["locked"], "the lock")
    assert not two.find("#object-class").is_enabled()
    assert not two.find("#shaping").is_enabled()
    undo(two)
    undo(two)
    two.wait_until(lambda: objects(two)[1]["visible"] and not objects(two)[1]["locked"], "both undone")


def test_an_object_is_duplicated_moved_and_deleted_and_each_is_undone(two: Page) -> None:
    before = [one["id"] for one in objects(two)]
    choose_in_menu(two, 1, "duplicate")
    wait_for_objects(two, 3)
    assert names(two) == ["blue 2", "red 3", "red 1"]
    undo(two)
    wait_for_objects(two, 2)
    choose_in_menu(two, 1, "up")
    two.wait_until(lambda: [one["id"] for one in objects(two)] == before[::-1], "the other order")
    undo(two)
    choose_in_menu(two, 0, "delete")
    wait_for_objects(two, 1)
    assert names(two) == ["red 1"]
    undo(two)
    wait_for_objects(two, 2)
    assert [one["id"] for one in objects(two)] == before


def test_an_object_is_dragged_to_another_place(two: Page) -> None:
    before = [one["id"] for one in objects(two)]
    left, top, width, height = two.reach("#object-list > .object:first-child")
    at = (left + width / 3, top + height / 2)
    two.mouse("mousePressed", at)
    for share in (0.5, 1.0, 1.6):
        two.mouse("mouseMoved", (at[0], at[1] + share * height))
    two.mouse("mouseReleased", (at[0], at[1] + 1.6 * height))
    two.wait_until(lambda: [one["id"] for one in objects(two)] == before[::-1], "the other order")


def test_escape_gives_up_a_drag_in_the_list_and_nothing_else(two: Page) -> None:
    before = two.state()
    left, top, width, height = two.reach("#object-list > .object:first-child")
    at = (left + width / 3, top + height / 2)
    two.mouse("mousePressed", at)
    two.mouse("mouseMoved", (at[0], at[1] + 1.6 * height))
    two.wait_until(lambda: rows(two)[0].get_attribute("data-dragging") is not None, "the drag")
    two.press(Keys.ESCAPE)
    assert rows(two)[0].get_attribute("data-dragging") is None
    two.mouse("mouseReleased", (at[0], at[1] + 1.6 * height))
    two.wait_for_frame()
    assert (objects(two), two.state()["active"]) == (before["objects"], before["active"])


def test_the_focus_goes_to_the_row_that_takes_the_place_of_a_deleted_one(two: Page) -> None:
    two.call("objects.duplicate", objects(two)[1]["id"])
    wait_for_objects(two, 3)
    below = objects(two)[1]["id"]
    choose_in_menu(two, 0, "delete")
    wait_for_objects(two, 2)
    two.wait_for_focus(f"[data-object='{below}'] *, [data-object='{below}']")


def test_an_object_that_is_accepted_by_its_button_gives_the_keys_to_the_picture(discs: Page) -> None:
    discs.click(*RED)
    discs.find("#accept").send_keys(Keys.ENTER)
    wait_for_objects(discs, 1)
    discs.wait_for_focus("#stage")


def test_one_goes_on_asking_about_an_object_and_updates_it(two: Page) -> None:
    choose_in_menu(two, 0, "reopen")
    two.wait_until(lambda: two.phase == "idle" and two.state()["candidates"], "its prompts")
    assert two.find("#accept").text.startswith("Update object")
    two.find("#accept").click()
    two.wait_until(lambda: not two.state()["candidates"] and two.phase == "idle", "the object")
    assert len(objects(two)) == 2


# ---- Classes -------------------------------------------------------------------------------------------------------------


def test_classes_are_renamed_recoloured_and_deleted_in_their_dialog(two: Page) -> None:
    two.find("#classes-open").click()
    field = two.find("[data-class='1'] input[type=text]")
    field.send_keys(Keys.CONTROL + "a" + Keys.NULL + "crimson", Keys.ENTER)
    two.wait_until(lambda: classes(two) == ["crimson", "blue"], "the new name")
    script = "const [field] = arguments; field.value = '#123456'; field.dispatchEvent(new Event('change'));"
    two.js(script, two.find("[data-class='1'] input[type=color]"))
    two.wait_until(lambda: two.state()["categories"][0]["color"] == "#123456", "the colour")
    two.find("[data-class='2'] button").click()
    two.wait_until(lambda: classes(two) == ["crimson"], "the class to go")
    two.find("#classes-close").click()
    assert objects(two)[1]["category"] is None
    assert names(two)[1] == "crimson 1"


def test_a_class_that_exists_is_refused_where_it_is_typed(two: Page) -> None:
    two.find("#classes-open").click()
    two.find("#class-name").send_keys("red", Keys.ENTER)
    two.wait_until(lambda: two.find("#class-said").text, "a message")
    assert "There is a class 'red' already." in two.find("#class-said").text
    assert two.messages() == []
    two.find("#class-name").clear()
    two.find("#class-name").send_keys("green", Keys.ENTER)
    two.wait_until(lambda: classes(two) == ["red", "blue", "green"], "the class")
    two.wait_until(lambda: two.find("#class-said").text == "", "the message to go")
    two.find("#classes-close").click()


def test_the_list_of_classes_is_saved_and_loaded(two: Page, tmp_path: Path) -> None:
    two.find("#classes-open").click()
    two.find("#classes-save").click()
    assert saved(two, ".txt") == b"red\nblue\n"
    more = tmp_path / "more.txt"
    more.write_text("blue\nviolet\n")
    two.find("#class-file").send_keys(str(more))
    two.wait_until(lambda: classes(two) == ["red", "blue", "violet"], "the new class")
    two.find("#classes-close").click()


def test_the_class_of_the_selected_object_is_changed_in_the_panel(two: Page) -> None:
    Select(two.find("#object-class")).select_by_visible_text("red")
    two.wait_until(lambda: objects(two)[1]["category"] == 1, "the class")


# ---- The mask ------------------------------------------------------------------------------------------------------------


def test_the_threshold_makes_the_mask_smaller_and_one_drag_is_one_step(cat: Page) -> None:
    cat.click(*FACE)
    whole = cat.mask().sum()
    if not cat.find("#threshold").is_displayed():
        cat.find("[data-fold=adjust-body]").click()
    slider = cat.find("#threshold")
    left, top, width, height = cat.reach("#threshold")
    start = (left + width / 2, top + height / 2)
    cat.mouse("mousePressed", start)
    for share in (0.6, 0.7, 0.8):
        cat.mouse("mouseMoved", (left + share * width, start[1]))
    cat.mouse("mouseReleased", (left + 0.8 * width, start[1]))
    cat.wait_until(lambda: cat.state()["threshold"] > 2 and cat.phase == "idle", "the threshold")
    assert cat.find("#threshold-value").text == f"{cat.state()['threshold']:.1f}"
    assert cat.mask().sum() < whole
    undo(cat)
    assert cat.state()["threshold"] == 0
    assert cat.mask().sum() == whole
    assert slider.get_attribute("value") == "0"


# ---- Shaping -------------------------------------------------------------------------------------------------------------


def test_a_shaping_is_shown_before_it_is_applied_or_not(two: Page) -> None:
    before = objects(two)[1]
    Select(two.find("#shaping")).select_by_value("simplify")
    two.wait_until(lambda: two.find("#shaping-result").text, "what it would do")
    two.find("#shaping-amount").send_keys(Keys.ARROW_RIGHT * 5)
    two.wait_until(lambda: two.find("#shaping-value").text == "1.5 px" and two.find("#shaping-apply").is_enabled(), "the amount")
    result = two.find("#shaping-result").text
    assert result.startswith(f"{before['vertices']} → ")
    assert "IoU 0.9" in result
    two.find("#shaping-cancel").click()
    two.wait_until(lambda: not two.find("#shaping-apply").is_displayed(), "the preview to go")
    assert objects(two)[1] == before

    Select(two.find("#shaping")).select_by_value("grow")
    two.wait_until(lambda: "IoU" in two.find("#shaping-result").text and two.find("#shaping-apply").is_enabled(), "a preview")
    two.find("#shaping-apply").click()
    two.wait_until(lambda: objects(two)[1]["area"] > before["area"], "a larger object")
    undo(two)
    assert objects(two)[1]["area"] == before["area"]


def test_a_preview_that_is_given_up_does_not_come_after_all(two: Page) -> None:
    script = """
    const [kind, amount, cancel] = ['shaping', 'shaping-amount', 'shaping-cancel'].map((id) => document.getElementById(id));
    kind.value = 'grow';
    kind.dispatchEvent(new Event('change', { bubbles: true }));
    amount.valueAsNumber = 30;
    amount.dispatchEvent(new Event('input', { bubbles: true }));
    cancel.click();
    """
    beside = "return document.getElementById('objects').toDataURL()"
    two.wait_for_frame()
    before = two.js(beside)
    two.js(script)
    two.call("exportObjects", "coco")  # is answered after the preview
    two.wait_for_frame()
    assert two.js(beside) == before


def test_a_preview_follows_what_is_undone(two: Page) -> None:
    id = objects(two)[1]["id"]
    two.call("objects.reshape", id, "grow", 8)
    Select(two.find("#shaping")).select_by_value("simplify")
    result = two.find("#shaping-result")
    two.wait_until(lambda: result.text.startswith(f"{objects(two)[1]['vertices']} → "), "what it would do")
    two.find("#shaping-cancel").send_keys(Keys.CONTROL + "z")
    two.wait_until(lambda: two.state()["canRedo"], "a step back")
    two.wait_until(lambda: result.text.startswith(f"{objects(two)[1]['vertices']} → "), "what it would do now")


# ---- In and out ----------------------------------------------------------------------------------------------------------


def test_coco_is_exported_and_remembered(two: Page) -> None:
    export(two, "objects:coco")
    coco = json.loads(saved(two, ".json"))
    assert len(coco["annotations"]) == 2
    assert [category["name"] for category in coco["categories"]] == ["red", "blue"]
    two.wait_until(lambda: two.find("#export-label").text == "COCO", "its name on the button")
    two.press("s", modifier=Keys.CONTROL)
    assert len(json.loads(saved(two, ".json"))["annotations"]) == 2


def test_a_project_brings_everything_back(two: Page, server: SiteServer) -> None:
    before = objects(two)
    export(two, "project")
    project = saved(two, ".tabsam")
    two.load(server.url)
    two.drop(project, "discs.tabsam")
    two.wait_until(lambda: two.phase == "idle" and len(objects(two)) == 2, "the objects")
    assert two.state()["image"]["width"] == 320
    for ours, theirs in zip(objects(two), before, strict=True):
        assert (ours["name"], ours["category"], ours["visible"]) == (theirs["name"], theirs["category"], theirs["visible"])
        assert ours["area"] == pytest.approx(theirs["area"], rel=1e-3)
    assert classes(two) == ["red", "blue"]


@pytest.mark.parametrize(("name", "data"), [("broken.json", b'{"annotations": ['), ("broken.tabsam", b"PK\x03\x04nonsense")])
def test_a_broken_file_is_refused_and_nothing_is_lost(two: Page, name: str, data: bytes) -> None:
    before = two.state()
    two.drop(data, name)
    if name.endswith("json"):
        choose(two, "#import-dialog [value=objects]")
    two.wait_until(two.error_codes, "a message")
    assert len(two.messages()) == 1
    two.wait_for("idle")
    assert objects(two) == before["objects"]
    assert two.state()["image"] == before["image"]


def test_annotations_are_imported_as_objects_or_not_at_all(two: Page) -> None:
    export(two, "objects:coco")
    coco = saved(two, ".json")
    two.drop(coco, "discs.json")
    choose(two, "#import-dialog > .dialog-inner > button")
    two.wait_until(lambda: not two.find("#import-dialog").is_displayed(), "the question to go")
    assert len(objects(two)) == 2
    two.drop(coco, "discs.json")
    choose(two, "#import-dialog [value=objects]")
    wait_for_objects(two, 4)
    undo(two)
    wait_for_objects(two, 2)


def test_annotations_without_a_picture_are_not_opened(page: Page, server: SiteServer) -> None:
    page.load(server.url)
    page.drop(b"{}", "some.json")
    page.wait_until(page.messages, "a message")
    assert "some.json is no picture." in page.messages()[0]
    page.wait_for("ready")


# ---- Everything ----------------------------------------------------------------------------------------------------------


def test_everything_is_found_and_added(discs: Page) -> None:
    discs.press("f")
    Select(discs.find("#search-side")).select_by_visible_text("8")
    discs.find("#search-start").click()
    discs.wait_until(lambda: "found." in discs.find("#search-state").text, "the end of the search", patience=120)
    found = int(discs.find("#search-state").text.split()[0])
    assert found >= 2
    discs.find("#search-add").click()
    wait_for_objects(discs, found)
    discs.wait_until(lambda: not discs.find("#panel-search").is_displayed(), "the search to close")
    undo(discs)
    wait_for_objects(discs, 0)


def test_a_search_can_be_stopped_and_its_finds_discarded(discs: Page) -> None:
    discs.find("#find-all").click()
    discs.find("#search-start").click()
    discs.wait_until(lambda: " clicks, " in discs.find("#search-state").text, "progress", patience=120)
    discs.wait_until(lambda: " 0 objects" not in discs.find("#search-state").text, "a find", patience=120)
    discs.find("#search-stop").click()
    discs.wait_until(lambda: discs.find("#search-outcome").is_displayed(), "what was found")
    discs.wait_for_focus("#search-add")
    discs.find("#search-discard").click()
    discs.wait_for_focus("#stage")
    discs.wait_until(lambda: not discs.find("#panel-search").is_displayed(), "the search to close")
    discs.wait_for("idle")
    discs.click(*RED)
    assert discs.state()["candidates"]
    assert discs.messages() == []


# ---- Several pictures ----------------------------------------------------------------------------------------------------

DROP_BOTH = """
const [first, second, done] = arguments;
const data = new DataTransfer();
for (const [name, text] of [first, second]) {
  data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name, { type: 'image/png' }));
}
const options = { bubbles: true, cancelable: true, composed: true };
for (const step of ['dragover', 'drop']) document.body.dispatchEvent(new DragEvent(step, { ...options, dataTransfer: data }));
done();
"""


def test_a_queue_of_pictures_keeps_the_work_on_each(discs: Page, server: SiteServer) -> None:
    discs.load(server.url)
    files = [("one.png", as_if_new(encoded(two_discs()))), ("two.png", as_if_new(encoded(two_discs())))]
    discs.driver.execute_async_script(DROP_BOTH, *[[name, base64.b64encode(data).decode()] for name, data in files])
    discs.wait_until(lambda: "one.png" in discs.driver.title and discs.phase == "idle", "the first")
    assert discs.find("#queue-place").text == "1 of 2"
    discs.click(*RED)
    discs.press(Keys.ENTER)
    wait_for_objects(discs, 1)
    discs.press("]")
    discs.wait_until(lambda: "two.png" in discs.driver.title and discs.phase == "idle", "the second")
    assert discs.find("#queue-place").text == "2 of 2"
    assert objects(discs) == []
    discs.find("[data-command='previous-picture']").click()
    discs.wait_until(lambda: "one.png" in discs.driver.title and discs.phase == "idle", "the first again")
    wait_for_objects(discs, 1)


# ---- Everywhere ----------------------------------------------------------------------------------------------------------

SIZES = {"desktop": (1280, 800), "laptop": (1024, 700), "phone": (390, 800)}


@pytest.mark.parametrize("name", ["desktop", pytest.param("laptop", marks=pytest.mark.long), "phone"])
def test_the_panel_fits_names_its_controls_and_can_be_used(two: Page, name: str) -> None:
    width, height = SIZES[name]
    phone = name == "phone"
    two.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone)
    two.cdp("Emulation.setTouchEmulationEnabled", enabled=phone)
    two.wait_for_frame()
    try:
        if phone:
            two.find("#panel-handle").click()
        two.find("#find-all").click()
        if not two.find("#threshold").is_displayed():
            two.find("[data-fold=adjust-body]").click()
        Select(two.find("#shaping")).select_by_value("smooth")
        two.wait_until(lambda: "IoU" in two.find("#shaping-result").text, "a preview")
        two.wait_for_frame()
        assert_it_fits(two)
        assert_everything_has_a_name(two)
        if phone:
            small = [
                control["html"]
                for control in two.js(CONTROLS)
                if min(control["box"]["width"], control["box"]["height"]) < 43.9 and "tabindex" not in control["html"]
            ]
            assert small == []
            rows(two)[0].find_element(By.CSS_SELECTOR, "[data-role=eye]").click()
            two.wait_until(lambda: not objects(two)[1]["visible"], "it to be hidden")
        picture_both_themes(two, f"panel-{name}")
        assert (ARTIFACTS / f"panel-{name}-dark.png").is_file()
    finally:
        two.cdp("Emulation.setEmulatedMedia", features=[])
        two.cdp("Emulation.clearDeviceMetricsOverride")
        two.cdp("Emulation.setTouchEmulationEnabled", enabled=False)
