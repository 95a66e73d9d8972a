"""Objects on the stage: seen, selected, painted on, changed by their corners, found all at once; and the box by its handles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from selenium.webdriver import Keys

from tabsam.arrays import Float64Array
from tests.support.page import ALT, Page, Spot

FACE = (230.0, 150.0)
WALL = (400.0, 150.0)
OUTSIDE = (445.0, 150.0)
#: As the DevTools protocol counts modifiers.
CONTROL, SHIFT = 2, 8

#: Opacity, 0 to 255, of canvases at a place of the picture.
OPACITY = """
const [ids, x, y] = arguments;
const spot = window.tabsam.toClient(x, y);
return ids.map((id) => {
  const canvas = document.getElementById(id);
  if (getComputedStyle(canvas).visibility === 'hidden') return 0;
  const box = canvas.getBoundingClientRect();
  const at = [(spot.x - box.x) * canvas.width / box.width, (spot.y - box.y) * canvas.height / box.height].map(Math.floor);
  return canvas.getContext('2d').getImageData(...at, 1, 1).data[3];
});
"""


def opacity(page: Page, canvas: str, spot: Spot) -> int:
    """Return how opaque the paint of one canvas is at an image pixel."""
    page.wait_for_frame()
    (alpha,) = page.js(OPACITY, [canvas], *spot)
    return int(alpha)


def objects(page: Page) -> list[dict[str, Any]]:
    """Return the objects, from the bottom to the top."""
    found: list[dict[str, Any]] = page.state()["objects"]
    return found


def area(page: Page, id: int) -> float:
    """Return an object's area in square image pixels."""
    (found,) = (one["area"] for one in objects(page) if one["id"] == id)
    return float(found)


def accept(page: Page) -> int:
    """Accept what is shown by its key, also where it is much the same as another; return the new object's number."""
    count = len(objects(page))
    page.press(Keys.ENTER)
    keep_both = "[data-role='message-other']"
    page.wait_until(lambda: len(objects(page)) == count + 1 or page.find_all(keep_both), "a new object, or a question")
    for button in page.find_all(keep_both):
        button.click()
    page.wait_until(lambda: len(objects(page)) == count + 1, "a new object")
    page.wait_for("idle")
    return int(page.state()["active"])


def hover(page: Page, spot: Spot) -> None:
    """Move the mouse to an image pixel."""
    page.wait_for_frame()
    x, y = page.to_client(*spot)
    page.input("MouseEvent", {"type": "mouseMoved", "x": x, "y": y})


def tap(page: Page, spot: Spot, *, modifiers: int = 0) -> None:
    """Click an image pixel, and do not wait: the model may have nothing to do with it."""
    page.wait_for_frame()
    at = page.to_client(*spot)
    page.mouse("mousePressed", at, modifiers=modifiers)
    page.mouse("mouseReleased", at, modifiers=modifiers)


def corners(page: Page) -> Float64Array:
    """Return all corners of the first object, ring by ring, (N, 2); each ring's first is its last again."""
    script = """
    const done = arguments[arguments.length - 1];
    window.tabsam.exportObjects('geojson').then(({ file }) => file.text()).then((text) => done(JSON.parse(text)));
    """
    shape = page.driver.execute_async_script(script)["features"][0]["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return np.concatenate([ring for rings in polygons for ring in rings])


def has_corner(page: Page, spot: Float64Array) -> bool:
    """Tell whether the first object has a corner within a pixel of a place."""
    return bool((np.hypot(*(corners(page) - spot).T) < 1).any())


@pytest.fixture
def cat(cat: Page) -> Page:
    """Give the page with the tool put down that a test before took."""
    cat.press(Keys.ESCAPE)
    return cat


@pytest.fixture
def face(cat: Page) -> Page:
    """Give the page with one object, the cat's face, selected."""
    cat.click(*FACE)
    accept(cat)
    return cat


def test_accepted_objects_stay_painted_and_the_next_begins(face: Page) -> None:
    assert face.state()["points"] == []
    assert opacity(face, "overlay", FACE) == 0
    assert opacity(face, "objects", FACE) > 0
    face.click(*WALL)
    accept(face)
    assert len(objects(face)) == 2
    assert opacity(face, "objects", WALL) > 0
    first = objects(face)[0]["id"]
    face.call("undo")
    assert [one["id"] for one in objects(face)] == [first]


def test_a_click_does_not_draw_the_objects_again(face: Page) -> None:
    face.wait_for_frame()
    face.js(
        """
        const context = document.getElementById('objects').getContext('2d');
        window.draws = 0;
        context.clearRect = function (...box) {
          window.draws += 1;
          CanvasRenderingContext2D.prototype.clearRect.apply(this, box);
        };
        """
    )
    try:
        face.click(*WALL)
        face.wait_for_frame()
        assert face.js("return window.draws") == 0
        accept(face)
        face.wait_for_frame()
        assert face.js("return window.draws") > 0
    finally:
        face.js("delete document.getElementById('objects').getContext('2d').clearRect")


def test_control_click_selects_the_topmost_and_then_the_one_below(face: Page) -> None:
    lower = objects(face)[0]["id"]
    face.click(*FACE)
    upper = accept(face)
    face.press("n")
    face.wait_until(lambda: face.state()["active"] is None, "nothing to be selected")
    for before, expected in ((None, upper), (upper, lower), (lower, upper)):
        tap(face, FACE, modifiers=CONTROL)
        face.wait_until(lambda before=before: face.state()["active"] != before, "another object")  # type: ignore[misc]
        assert face.state()["active"] == expected
    assert face.state()["points"] == []
    free = [spot for spot in ((x, 5.0) for x in range(5, 450, 10)) if opacity(face, "objects", spot) == 0]
    tap(face, free[-1], modifiers=CONTROL)  # the bar of the pictures lies in the left corner
    face.wait_until(lambda: face.state()["active"] is None, "nothing to be selected")


def test_keys_hide_lock_delete_and_begin_anew(face: Page) -> None:
    (one,) = objects(face)
    face.press("h")
    face.wait_until(lambda: not objects(face)[0]["visible"], "it to hide")
    assert opacity(face, "objects", FACE) == 0
    face.press("h")
    face.wait_until(lambda: objects(face)[0]["visible"], "it to show")
    face.press("l")
    face.wait_until(lambda: objects(face)[0]["locked"], "it to lock")
    face.press(Keys.DELETE)
    assert len(objects(face)) == 1
    face.press("l")
    face.wait_until(lambda: not objects(face)[0]["locked"], "it to unlock")
    face.press(Keys.ESCAPE)
    face.wait_until(lambda: face.state()["active"] is None, "it to be let go")
    tap(face, FACE, modifiers=CONTROL)
    face.wait_until(lambda: face.state()["active"] == one["id"], "it to be selected")
    face.press(Keys.DELETE)
    face.wait_until(lambda: not objects(face), "it to go")
    face.press("z", modifier=Keys.CONTROL)
    face.wait_until(lambda: len(objects(face)) == 1, "it to come back")


def test_hovering_shows_what_a_click_gives_and_the_click_asks_no_more(cat: Page) -> None:
    hover(cat, FACE)
    cat.wait_until(lambda: opacity(cat, "overlay", FACE) > 0, "the preview")
    assert cat.state()["candidates"] == []
    before = opacity(cat, "overlay", FACE)
    cat.click(*FACE)
    timings = cat.state()["timings"]
    assert "decode" not in timings, "the decoder ran again"
    assert opacity(cat, "overlay", FACE) > before
    point = cat.state()["points"][0]
    assert (point["x"], point["y"]) == pytest.approx(FACE, abs=0.5)


def test_a_box_is_changed_by_a_handle_in_one_step(cat: Page) -> None:
    cat.call("setBox", 60, 20, 380, 250)
    cat.drag((380, 250), (350, 240), (300, 220), (290, 210))
    cat.wait_until(lambda: cat.state()["box"] == pytest.approx([60, 20, 290, 210], abs=1), "a smaller box")
    cat.wait_for("idle")
    cat.drag((60, 115), (90, 120), (100, 130))
    cat.wait_until(lambda: cat.state()["box"] == pytest.approx([100, 20, 290, 210], abs=1), "a narrower box")
    cat.wait_for("idle")
    cat.call("undo")
    assert cat.state()["box"] == pytest.approx([60, 20, 290, 210], abs=1)
    cat.call("undo")
    assert cat.state()["box"] == [60, 20, 380, 250]


def test_a_box_is_moved_by_its_side_and_by_key(cat: Page) -> None:
    cat.call("setBox", 60, 20, 260, 220)
    cat.drag((110, 21), (130, 41), (150, 61))
    cat.wait_until(lambda: cat.state()["box"] == pytest.approx([100, 60, 300, 260], abs=1), "the box to move")
    cat.wait_for("idle")
    x0, y0, x1, y1 = cat.state()["box"]
    cat.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)  # the box has the focus after its drag
    cat.wait_until(lambda: cat.state()["box"] == pytest.approx([x0 + 2, y0, x1 + 2, y1]), "two pixels to the right")
    cat.wait_for("idle")
    cat.call("undo")
    assert cat.state()["box"] == pytest.approx([x0, y0, x1, y1])


def test_a_stroke_makes_the_object_larger_and_undo_brings_it_back(face: Page) -> None:
    (one,) = objects(face)
    before = one["area"]
    # From the right: the bar of the pictures lies in the left corner.
    outside = [spot for spot in ((x, 8.0) for x in range(408, 8, -10)) if opacity(face, "objects", spot) == 0]
    face.press("b")
    face.drag(outside[0], (outside[0][0] + 20, 20), (outside[0][0] + 30, 30))
    face.wait_until(lambda: area(face, one["id"]) > before + 100, "a larger object")
    grown = area(face, one["id"])
    assert opacity(face, "objects", outside[0]) > 0
    face.wait_until(lambda: opacity(face, "marks", outside[0]) == 0, "the stroke to be taken over")
    assert face.state()["points"] == []
    face.drag(outside[0], (outside[0][0] + 20, 20), (outside[0][0] + 30, 30), modifiers=ALT)
    face.wait_until(lambda: area(face, one["id"]) < grown - 100, "a smaller object")
    face.call("undo")
    face.call("undo")
    assert area(face, one["id"]) == pytest.approx(before)


def test_keys_and_the_wheel_change_the_brush(face: Page) -> None:
    face.press("b")
    hover(face, FACE)
    face.wait_until(lambda: face.rect("#brush-ring")[2] == pytest.approx(40), "the ring")
    face.press(".")
    face.wait_until(lambda: face.rect("#brush-ring")[2] == pytest.approx(50), "a larger ring")
    x, y = face.to_client(*FACE)
    wheel = {"type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": 200, "modifiers": SHIFT}
    face.input("MouseEvent", wheel)
    face.wait_until(lambda: face.rect("#brush-ring")[2] < 45, "a smaller ring")
    face.press("e")
    face.wait_until(lambda: face.find("#brush-ring").get_attribute("data-erases") is not None, "the eraser's ring")
    face.press(Keys.ESCAPE)
    face.wait_until(lambda: not face.find("#brush-ring").is_displayed(), "the brush to be put down")


def test_painting_where_nothing_is_selected_asks_the_model(cat: Page) -> None:
    before = cat.state()["revision"]
    cat.press("b")
    cat.drag(FACE, (240, 160), (250, 150))
    cat.wait_for_answer(before)
    assert cat.state()["candidates"]
    assert opacity(cat, "overlay", (240, 155)) > 0
    cat.press("n")
    cat.wait_until(lambda: not cat.state()["candidates"], "nothing to be asked")


def test_corners_are_moved_put_in_and_taken_out(face: Page) -> None:
    face.call("objects.reshape", objects(face)[0]["id"], "simplify", 6)
    (one,) = objects(face)
    before = corners(face)
    at, beside = before[2], before[3]
    to = at + np.sign(np.array(FACE) - at) * (12, 9)
    face.press("v")
    face.drag(tuple(at), tuple((at + to) / 2), tuple(to))
    face.wait_until(lambda: has_corner(face, to), "the corner to move")
    assert not has_corner(face, at)
    middle = (to + beside) / 2
    tap(face, tuple(middle))
    face.wait_until(lambda: objects(face)[0]["vertices"] == one["vertices"] + 1, "one more corner")
    assert has_corner(face, middle)
    face.press(*[Keys.ARROW_DOWN] * 5)
    face.wait_until(lambda: has_corner(face, middle + np.array((0, 5))), "the corner to be nudged")
    face.press(Keys.DELETE)
    face.wait_until(lambda: objects(face)[0]["vertices"] == one["vertices"], "the corner to go")
    tap(face, tuple(to), modifiers=ALT)
    face.wait_until(lambda: objects(face)[0]["vertices"] == one["vertices"] - 1, "another to go")
    assert face.state()["points"] == []
    for _ in range(5):
        face.call("undo")
    np.testing.assert_allclose(corners(face), before)
    face.press(Keys.ESCAPE)
    face.wait_until(lambda: face.find("#stage").get_attribute("data-tool") == "smart", "the tool to be put down")


def test_a_find_is_taken_by_a_click(cat: Page) -> None:
    options = {"pointsPerSide": 4, "predIouThresh": 0.1, "stabilityScoreThresh": 0.1}
    found = cat.call("findAll", options)
    assert found
    over = "return document.getElementById('stage').dataset.over"
    spots = [(x, y) for y in range(40, 300, 40) for x in range(40, 450, 40)]
    for spot in spots:
        hover(cat, spot)
        cat.wait_for_frame()
        if cat.js(over) == "find":
            break
    assert opacity(cat, "marks", spot) > 0
    tap(cat, spot)
    cat.wait_until(lambda: len(objects(cat)) == 1, "an object")
    assert cat.state()["points"] == []
    assert opacity(cat, "objects", spot) > 0
