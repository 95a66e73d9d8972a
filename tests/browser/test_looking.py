"""Zoom and pan: where a place of the picture is on the screen, and that a click still means what lies under it."""

from __future__ import annotations

import pytest
from selenium.webdriver import Keys

from tests.support.page import Page

FACE = (230.0, 150.0)


def scale(page: Page) -> float:
    """Return CSS pixels per image pixel."""
    return (page.to_client(100, 0)[0] - page.to_client(0, 0)[0]) / 100


def test_the_whole_picture_is_shown_in_the_middle_at_first(cat: Page) -> None:
    left, top, width, height = cat.rect("#stage")
    x0, y0 = cat.to_client(0, 0)
    x1, y1 = cat.to_client(451, 300)
    assert left <= x0 < x1 <= left + width
    assert top <= y0 < y1 <= top + height
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx((left + width / 2, top + height / 2), abs=1)
    assert (x1 - x0) / (y1 - y0) == pytest.approx(451 / 300, abs=0.01)
    assert cat.rect("#layer img") == pytest.approx((x0, y0, x1 - x0, y1 - y0), abs=1)


def test_the_wheel_zooms_to_the_pointer_and_clicks_stay_exact(cat: Page) -> None:
    before, corner = scale(cat), cat.to_client(0, 0)
    at = (500, 300)  # a wheel's place is in whole CSS pixels
    under = ((at[0] - corner[0]) / before, (at[1] - corner[1]) / before)
    cat.wheel(at, -600)
    cat.wait_until(lambda: scale(cat) > before * 1.5, "a larger picture")
    assert cat.to_client(*under) == pytest.approx(at, abs=0.01)
    cat.click(under[0] + 10.25, under[1] + 5.75)
    point = cat.state()["points"][0]
    assert (point["x"], point["y"]) == pytest.approx((under[0] + 10.25, under[1] + 5.75), abs=0.2)
    cat.wait_for_frame()
    left, top, width, height = cat.rect("[data-point]")
    assert (left + width / 2, top + height / 2) == pytest.approx(cat.to_client(point["x"], point["y"]), abs=1)


@pytest.mark.parametrize("way", ["middle button", "Space"])
def test_dragging_with_the_middle_button_or_space_pans_and_draws_no_box(cat: Page, way: str) -> None:
    start = cat.to_client(*FACE)
    cat.wheel(start, -600)
    cat.wait_until(lambda: scale(cat) > 3, "a larger picture")
    before = cat.to_client(*FACE)
    if way == "Space":
        cat.key("keyDown", " ", "Space")
        cat.drag(FACE, (250, 170), (260, 160))
        cat.key("keyUp", " ", "Space")
    else:
        cat.drag(FACE, (250, 170), (260, 160), button="middle")
    zoom = scale(cat)
    moved = (before[0] + 30 * zoom, before[1] + 10 * zoom)
    cat.wait_until(lambda: cat.to_client(*FACE) == pytest.approx(moved, abs=1), "the picture to move")
    assert cat.state()["box"] is None
    assert cat.state()["points"] == []


def test_two_fingers_pan_and_zoom_and_set_no_point(cat: Page) -> None:
    x, y = cat.to_client(*FACE)
    before = scale(cat)
    cat.touch("touchStart", (x - 50, y))
    cat.touch("touchStart", (x - 50, y), (x + 50, y))
    cat.touch("touchMove", (x - 100, y + 20), (x + 100, y + 20))
    cat.touch("touchEnd")
    cat.wait_until(lambda: scale(cat) > before * 1.9, "a larger picture")
    assert scale(cat) == pytest.approx(before * 2, rel=0.02)
    assert cat.to_client(*FACE) == pytest.approx((x, y + 20), abs=1)
    assert cat.state()["points"] == []


def test_a_tap_adds_a_point_and_a_long_press_a_background_point(cat: Page) -> None:
    at = cat.to_client(*FACE)
    cat.touch("touchStart", at)
    cat.touch("touchEnd")
    cat.wait_until(lambda: len(cat.state()["points"]) == 1, "a point")
    cat.touch("touchStart", cat.to_client(20, 280))
    cat.wait_until(lambda: len(cat.state()["points"]) == 2, "a second point, while the finger is still down")
    cat.touch("touchEnd")
    cat.wait_for("idle")
    assert [point["label"] for point in cat.state()["points"]] == [1, 0]


def test_0_fits_the_picture_again_and_1_to_1_shows_its_own_pixels(cat: Page) -> None:
    at, before = cat.to_client(*FACE), scale(cat)
    cat.wheel(at, -300)
    cat.wait_until(lambda: scale(cat) > before, "a larger picture")
    cat.press("0")
    cat.wait_until(lambda: scale(cat) == before, "the picture to fit")
    assert cat.to_client(*FACE) == pytest.approx(at, abs=0.01)
    cat.command("actual-size")
    cat.wait_until(lambda: scale(cat) == pytest.approx(1), "the picture's own size")


def test_prompts_can_be_set_from_the_keyboard_alone(coffee: Page) -> None:
    coffee.stage.send_keys(Keys.ARROW_LEFT)
    coffee.stage.send_keys(Keys.ENTER)
    coffee.wait_until(lambda: len(coffee.state()["points"]) == 1, "a point")
    coffee.wait_for("idle")
    first = coffee.state()
    assert first["points"][0]["label"] == 1
    assert len(first["candidates"]) == 3
    coffee.stage.send_keys(Keys.TAB)
    coffee.wait_until(lambda: coffee.state()["chosen"] == 1, "the second candidate")
    point = coffee.find("[data-point]")
    point.send_keys(Keys.ARROW_RIGHT)
    coffee.wait_until(lambda: coffee.state()["points"][0]["x"] == first["points"][0]["x"] + 1, "the point to move")
    coffee.wait_for("idle")
    coffee.find("[data-point]").send_keys(Keys.DELETE)
    coffee.wait_until(lambda: coffee.state()["points"] == [], "no point")
    coffee.wait_for("idle")
