"""Many objects: found, sorted, selected together by pointer, keys and box, and changed in one step."""

from __future__ import annotations

import numpy as np
import pytest
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from build import SiteServer
from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.document.painting import stroke_outline
from tabsam.formats.project import write_project
from tests.browser.test_layout import assert_everything_has_a_name, assert_it_fits, picture_both_themes
from tests.browser.test_objects_panel import names, objects, rows, undo, wait_for_objects
from tests.support.page import Page
from tests.support.pictures import encoded

SPOTS = [(40, 40), (120, 40), (200, 40), (280, 40), (40, 120), (120, 120)]
RADII = [12, 16, 20, 24, 28, 30]


def discs_picture() -> bytes:
    """Give a picture of six discs of different sizes."""
    y, x = np.mgrid[:180, :340]
    picture = np.full((180, 340, 3), 235, np.uint8)
    for (left, top), radius in zip(SPOTS, RADII, strict=True):
        picture[(x - left) ** 2 + (y - top) ** 2 <= radius**2] = (30, 90, 160)
    return encoded(picture)


def project(name: str) -> bytes:
    """Give a project of it, with an object for each disc: cups and plates by turns."""
    classes = (Category(1, "cup", "#0072b2", 1), Category(2, "plate", "#e69f00", 2))
    instances = tuple(
        Instance(n, stroke_outline([[x, y]], radius), 1 + (n + 1) % 2)
        for n, ((x, y), radius) in enumerate(zip(SPOTS, RADII, strict=True), 1)
    )
    return write_project(Annotations(name, (180, 340), classes, instances), picture=discs_picture())


#: What tests before have left in the list and in the hints.
TIDY_LIST = """
document.getElementById('hints-again').click();
const [filter, sort] = ['objects-filter', 'objects-sort'].map((id) => document.getElementById(id));
filter.value = '';
sort.value = 'order';
for (const [field, kind] of [[filter, 'input'], [sort, 'change']]) field.dispatchEvent(new Event(kind));
"""


@pytest.fixture
def six(page: Page, server: SiteServer) -> Page:
    """Give the page, started anew, with the project."""
    page.driver.set_window_size(1280, 900)
    page.expected_errors.append("beforeunload")  # Chrome says so where nobody has touched the page before
    page.load(server.url)
    page.js(TIDY_LIST)
    page.drop(project("discs.png"), "discs.tabsam")
    wait_for_objects(page, 6)
    return page


def pick(page: Page, name: str, *held: str) -> None:
    """Click a row, with keys held; until it is so, since what is selected is scrolled to, under the pointer."""
    before = selected(page)
    row = next(row for row in rows(page) if row.find_element(By.CSS_SELECTOR, ".object-name").text == name)
    chain = ActionChains(page.driver)
    for key in held:
        chain.key_down(key)
    chain.click(row.find_element(By.CSS_SELECTOR, ".object-name"))
    for key in held:
        chain.key_up(key)
    chain.perform()
    page.wait_until(lambda: selected(page) != before, "what is selected to change")
    page.wait_for_frame()


def selected(page: Page) -> list[str]:
    """Return the names of what is selected, the first one first."""
    by_id = {one["id"]: one for one in objects(page)}
    kinds = {one["id"]: one["name"] for one in page.state()["categories"]}
    return [f"{kinds.get(by_id[id]['category'], 'object')} {id}" for id in page.state()["selected"]]


def wait_for_selected(page: Page, *expected: str) -> None:
    page.wait_until(lambda: selected(page) == list(expected), f"{expected} to be selected")


SIZES = {"desktop": (1440, 900), "laptop": (1280, 800), "phone": (390, 844)}


@pytest.mark.parametrize("name", ["desktop", pytest.param("laptop", marks=pytest.mark.long), "phone"])
def test_several_selected_fit_and_have_names_everywhere(six: Page, name: str) -> None:
    width, height = SIZES[name]
    phone = name == "phone"
    six.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone)
    six.cdp("Emulation.setTouchEmulationEnabled", enabled=phone)
    try:
        six.call("objects.selectAll", [1, 2, 4])
        if phone and not six.find("#many").is_displayed():
            six.find("#panel-handle").click()
        six.wait_until(lambda: six.find("#many").is_displayed(), "what can be done with several")
        six.wait_for_frame()
        assert_it_fits(six)
        assert_everything_has_a_name(six)
        picture_both_themes(six, f"many-{name}")
        six.press("c")
        six.wait_until(lambda: six.find("#class-picker").is_displayed(), "the classes")
        six.find("#class-search").send_keys("p")
        assert_it_fits(six)
        picture_both_themes(six, f"class-picker-{name}")
        six.find("#class-options > :first-child").click()
        six.wait_until(lambda: [one["category"] for one in objects(six)][:2] == [2, 2], "the class")
    finally:
        six.cdp("Emulation.setEmulatedMedia", features=[])
        six.cdp("Emulation.clearDeviceMetricsOverride")
        six.cdp("Emulation.setTouchEmulationEnabled", enabled=False)


def test_rows_are_filtered_sorted_and_grouped(six: Page) -> None:
    assert names(six) == ["plate 6", "cup 5", "plate 4", "cup 3", "plate 2", "cup 1"]
    six.find("#objects-filter").send_keys("cup")
    six.wait_until(lambda: names(six) == ["cup 5", "cup 3", "cup 1"], "the cups")
    six.press(Keys.ESCAPE)
    six.wait_until(lambda: len(names(six)) == 6, "all of them")
    six.find("#objects-filter").send_keys("fork")
    six.wait_until(lambda: names(six) == [], "nothing")
    assert "fork" in six.find("#objects-none").text
    six.press(Keys.ESCAPE)
    Select(six.find("#objects-sort")).select_by_value("name")
    assert names(six) == ["cup 1", "cup 3", "cup 5", "plate 2", "plate 4", "plate 6"]
    Select(six.find("#objects-sort")).select_by_value("area")
    areas = [one["area"] for name in names(six) for one in objects(six) if str(one["id"]) == name.split()[1]]
    assert areas == sorted(areas, reverse=True)
    Select(six.find("#objects-sort")).select_by_value("class")
    assert [one.text for one in six.find_all(".object-group")] == ["cup 3 objects", "plate 3 objects"]


def test_a_name_stays_when_another_object_goes(six: Page) -> None:
    pick(six, "plate 4")
    wait_for_selected(six, "plate 4")
    pick(six, "cup 3")
    six.press(Keys.DELETE)  # before Python has said that another one is selected: it is meant for that
    six.wait_until(lambda: names(six) == ["plate 6", "cup 5", "plate 4", "plate 2", "cup 1"], "one less")


def test_rows_are_selected_with_shift_and_ctrl_and_deleted_in_one_step(six: Page) -> None:
    pick(six, "plate 6")
    wait_for_selected(six, "plate 6")
    pick(six, "plate 4", Keys.SHIFT)
    wait_for_selected(six, "plate 6", "cup 5", "plate 4")
    pick(six, "cup 5", Keys.CONTROL)
    wait_for_selected(six, "plate 6", "plate 4")
    pick(six, "cup 1", Keys.CONTROL)
    wait_for_selected(six, "plate 6", "plate 4", "cup 1")
    assert six.find("#edit-name").text == "3 objects"
    six.press(Keys.DELETE)
    wait_for_objects(six, 3)
    undo(six)
    wait_for_objects(six, 6)


def test_the_arrow_keys_walk_and_extend_and_ctrl_a_takes_all(six: Page) -> None:
    pick(six, "plate 6")
    wait_for_selected(six, "plate 6")
    six.press(Keys.ARROW_DOWN)
    wait_for_selected(six, "cup 5")
    six.press(Keys.ARROW_DOWN, modifier=Keys.SHIFT)
    wait_for_selected(six, "cup 5", "plate 4")
    six.press(Keys.ARROW_DOWN, modifier=Keys.SHIFT)
    wait_for_selected(six, "cup 5", "plate 4", "cup 3")
    six.press("a", modifier=Keys.CONTROL)
    six.wait_until(lambda: len(selected(six)) == 6, "all to be selected")
    assert selected(six)[0] == "cup 5"
    assert all(row.get_attribute("aria-selected") == "true" for row in rows(six))
    six.press("h")
    six.wait_until(lambda: not any(one["visible"] for one in objects(six)), "all to be hidden")
    undo(six)
    assert all(one["visible"] for one in objects(six))


def test_a_class_merging_and_subtracting_are_one_step_each(six: Page) -> None:
    pick(six, "cup 1")
    pick(six, "plate 2", Keys.CONTROL)
    wait_for_selected(six, "cup 1", "plate 2")
    Select(six.find("#object-class")).select_by_visible_text("plate")
    six.wait_until(lambda: "plate 1" in names(six), "the class")
    undo(six)
    assert six.find("#many-merge").text == "Merge into cup 1"
    before = {one["id"]: one["area"] for one in objects(six)}
    six.find("#many-merge").click()
    wait_for_objects(six, 5)
    assert names(six)[-1] == "cup 1"
    merged = next(one["area"] for one in objects(six) if one["id"] == 1)
    assert merged == pytest.approx(before[1] + before[2], rel=1e-3)
    undo(six)
    wait_for_objects(six, 6)
    six.call("objects.duplicate", 1)
    wait_for_objects(six, 7)
    pick(six, "cup 1")
    pick(six, "cup 7", Keys.CONTROL)
    wait_for_selected(six, "cup 1", "cup 7")
    six.find("#many-subtract").click()
    six.wait_until(six.error_codes, "a message")
    assert six.error_codes() == ["nothing-left"]
    wait_for_objects(six, 7)


def test_locked_ones_are_left_and_that_is_said(six: Page) -> None:
    six.call("objects.change", 5, {"locked": True})
    pick(six, "plate 6")
    pick(six, "plate 4", Keys.SHIFT)
    wait_for_selected(six, "plate 6", "cup 5", "plate 4")
    assert six.find("#many-said").text == "1 locked object will be left as it is."
    six.press(Keys.DELETE)
    wait_for_objects(six, 4)
    assert "cup 5" in names(six)
    six.wait_until(six.messages, "a notice")
    assert six.messages()[0].startswith("1 locked object was left as it is.")


def choose_hand(page: Page) -> None:
    page.find("[data-command='hand']").click()
    page.wait_until(lambda: page.find("#stage-hint").is_displayed(), "the hint about the box")
    assert "Shift" in page.find("#stage-hint").text


def test_a_box_with_shift_and_the_hand_selects_and_the_hint_goes(six: Page) -> None:
    choose_hand(six)
    for _ in range(3):
        (x0, y0), (x1, y1) = six.to_client(22, 22), six.to_client(230, 70)
        six.mouse("mousePressed", (x0, y0), modifiers=8)
        six.mouse("mouseMoved", ((x0 + x1) / 2, (y0 + y1) / 2), modifiers=8)
        six.mouse("mouseMoved", (x1, y1), modifiers=8)
        six.mouse("mouseReleased", (x1, y1), modifiers=8)
        wait_for_selected(six, "cup 1", "plate 2", "cup 3")
    six.wait_until(lambda: not six.find("#stage-hint").is_displayed(), "the hint to go")
    assert six.state()["box"] is None
    x, y = six.to_client(*SPOTS[3])
    for kind in ("mousePressed", "mouseReleased"):
        six.mouse(kind, (x, y), modifiers=8)
    wait_for_selected(six, "cup 1", "plate 2", "cup 3", "plate 4")


def test_a_row_lights_its_object_and_the_object_its_row(six: Page) -> None:
    marks = "return document.getElementById('marks').toDataURL()"
    six.wait_for_frame()
    dark = six.js(marks)
    ActionChains(six.driver).move_to_element(rows(six)[2]).perform()
    six.wait_until(lambda: six.js(marks) != dark, "the object to light up")
    choose_hand(six)
    six.mouse("mouseMoved", six.to_client(*SPOTS[0]))
    six.wait_until(lambda: rows(six)[5].get_attribute("data-pointed") is not None, "the row to light up")
    assert rows(six)[2].get_attribute("data-pointed") is None


def test_a_finger_selects_one_more_by_a_long_press(six: Page) -> None:
    choose_hand(six)
    six.touch("touchStart", six.to_client(*SPOTS[0]))
    six.touch("touchEnd")
    wait_for_selected(six, "cup 1")
    six.touch("touchStart", six.to_client(*SPOTS[1]))
    wait_for_selected(six, "cup 1", "plate 2")
    six.touch("touchEnd")
    six.wait_for_frame()
    assert selected(six) == ["cup 1", "plate 2"]


def test_the_panel_is_widened_by_its_edge_and_stays_so(six: Page, server: SiteServer) -> None:
    edge = six.find("#panel-edge")
    left, top, width, height = six.rect("#panel-edge")
    start = (left + width / 2, top + height / 2)
    six.mouse("mousePressed", start)
    six.mouse("mouseMoved", (start[0] - 60, start[1]))
    six.mouse("mouseMoved", (start[0] - 96, start[1]))
    six.mouse("mouseReleased", (start[0] - 96, start[1]))
    six.wait_until(lambda: six.rect("#panel")[2] == 400, "a wider panel")
    six.press(Keys.ARROW_LEFT)
    six.wait_until(lambda: six.rect("#panel")[2] == 416, "the key")
    assert edge.get_attribute("aria-valuenow") == "416"
    six.load(server.url)
    six.open_picture(discs_picture(), "others.png")
    assert six.rect("#panel")[2] == 416
    ActionChains(six.driver).double_click(six.find("#panel-edge")).perform()
    six.wait_until(lambda: six.rect("#panel")[2] == 304, "its usual width")


#: Keeps what is on the objects' canvas, as it is composed with the picture, and tells how many of its values are others now, and
#: by how much at most.
PIXELS = """
const canvas = document.getElementById('objects');
const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
const now = Float32Array.from(data, (value, i) => i % 4 === 3 ? value : value * data[i | 3] / 255);
const off = window.keptPixels ? now.map((value, i) => Math.abs(value - window.keptPixels[i])) : new Float32Array();
window.keptPixels = now;
return [off.filter((one) => one > 0).length, off.reduce((one, other) => Math.max(one, other), 0)];
"""


def test_what_is_moved_with_the_picture_looks_as_if_drawn_anew(six: Page) -> None:
    six.press("+", "+", "+")
    six.wait_for_frame()
    six.js(PIXELS)
    x, y = six.to_client(170, 90)
    six.mouse("mousePressed", (x, y), button="middle")
    for dx, dy in ((37, 0), (37, 21), (-160, 3), (-90, -75), (-90, -74)):
        six.mouse("mouseMoved", (x + dx, y + dy), button="middle")
        six.wait_for_frame()
    six.mouse("mouseReleased", (x - 90, y - 74), button="middle")
    assert six.js(PIXELS)[0] > 10_000
    for visible in (False, True):
        six.call("objects.change", 1, {"visible": visible})
        six.wait_for_frame()
    assert six.js(PIXELS)[1] <= 48  # of 255: edges are smoothed a little differently where a strip ends


SCROLLERS = """
return ['#panel', '#object-list'].filter((one) => {
  const element = document.querySelector(one);
  return element.scrollHeight > element.clientHeight + 1 && getComputedStyle(element).overflowY !== 'visible';
});
"""


def test_one_area_scrolls_at_a_time(six: Page) -> None:
    if six.find("#hints").is_displayed():
        six.find("#hints-away").click()  # they leave a low window no room for the list
    for n in range(7, 19):
        six.call("objects.duplicate", 1)
        wait_for_objects(six, n)
    six.wait_for_frame()
    assert six.js(SCROLLERS) == ["#object-list"]
    six.driver.set_window_size(1280, 560)
    six.wait_for_frame()
    six.wait_until(lambda: six.js(SCROLLERS) == ["#panel"], "the panel to scroll, and the list not")


def test_hints_that_were_understood_go_and_come_back_from_the_help(six: Page) -> None:
    assert six.find("#hints").is_displayed()
    six.find("#hints-away").click()
    six.wait_until(lambda: not six.find("#hints").is_displayed(), "the hints to go")
    six.press("?")
    six.find("#hints-again").click()
    six.wait_until(lambda: six.find("#hints").is_displayed(), "the hints to come back")
