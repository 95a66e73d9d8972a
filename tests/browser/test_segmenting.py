"""Click, and get the mask that the same package finds on CPython; then choose, correct, undo."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from selenium.webdriver import Keys

from tabsam.arrays import BoolArray
from tests.browser.conftest import Native
from tests.support.page import ALT, Page
from tests.support.pictures import iou
from tests.support.raster import rasterised

#: What two runtimes on two processors may differ by; the issue's own figure.
SAME = 0.99
FACE = (230.0, 150.0)
COFFEE = (300.0, 100.0)


@pytest.fixture
def picture(samples: Mapping[str, bytes]) -> bytes:
    return samples["chelsea.png"]


def test_a_click_finds_the_mask_that_cpython_finds(cat: Page, picture: bytes, native_model: Native) -> None:
    cat.click(*FACE)
    state = cat.state()
    assert state["points"][0]["label"] == 1
    assert (state["points"][0]["x"], state["points"][0]["y"]) == pytest.approx(FACE, abs=0.5)
    mask = cat.mask()
    assert mask.shape == (300, 451)
    assert 0.1 < mask.mean() < 0.9
    assert iou(mask, native_model.candidates(picture, state)[0].mask()) > SAME


@pytest.mark.parametrize(("name", "x", "y"), [("coffee.png", 300, 100), ("astronaut.png", 220, 120)])
def test_other_pictures_give_the_same_mask_too(
    cat: Page, samples: Mapping[str, bytes], native_model: Native, name: str, x: float, y: float
) -> None:
    cat.open_picture(samples[name], name)
    cat.click(x, y)
    assert iou(cat.mask(), native_model.candidates(samples[name], cat.state())[0].mask()) > SAME


def test_there_are_three_candidates_best_first(coffee: Page, samples: Mapping[str, bytes], native_model: Native) -> None:
    coffee.click(*COFFEE)
    state = coffee.state()
    expected = native_model.candidates(samples["coffee.png"], state)
    assert [candidate["index"] for candidate in state["candidates"]] == [0, 1, 2]
    for shown, known in zip(state["candidates"], expected, strict=True):
        assert shown["iouPrediction"] == pytest.approx(known.iou_prediction, abs=0.01)
        assert shown["stabilityScore"] == pytest.approx(known.stability_score, abs=0.01)
        assert iou(coffee.mask(shown["index"]), known.mask()) > SAME
    scores = [float(coffee.find(f"[data-candidate='{rank}']").get_attribute("data-iou") or 0) for rank in range(3)]
    assert scores == sorted(scores, reverse=True)


def test_a_candidate_is_chosen_by_button_key_or_script(coffee: Page) -> None:
    coffee.click(*COFFEE)
    masks = [coffee.mask(rank) for rank in range(3)]
    assert coffee.state()["chosen"] == 0
    assert coffee.find("#readings").text == "3 readings"
    coffee.find("[data-candidate='1']").click()
    coffee.wait_until(lambda: coffee.state()["chosen"] == 1, "the second candidate")
    np.testing.assert_array_equal(coffee.mask(), masks[1])
    assert coffee.find("[data-candidate='1']").get_attribute("aria-checked") == "true"
    coffee.press("3")
    coffee.wait_until(lambda: coffee.state()["chosen"] == 2, "the third candidate")
    np.testing.assert_array_equal(coffee.mask(), masks[2])
    coffee.call("choose", 0)
    np.testing.assert_array_equal(coffee.mask(), masks[0])


def test_masks_that_agree_are_one_reading(cat: Page) -> None:
    cat.click(*FACE)
    state = cat.state()
    assert ([one["index"] for one in state["candidates"]], state["maskCount"], state["chosen"]) == ([0], 3, 0)
    assert cat.find("#readings").text == "1 reading: all three masks agree"
    assert len(cat.find_all("#candidates .candidate")) == 1
    cat.press("2", "3")
    cat.stage.send_keys(Keys.TAB)  # there is no other: it goes on to what comes after the picture
    assert cat.state()["chosen"] == 0
    assert cat.js("return document.activeElement.id") != "stage"


def test_keys_and_tab_go_through_what_differs_whatever_its_rank(coffee: Page, samples: Mapping[str, bytes]) -> None:
    coffee.open_picture(samples["astronaut.png"], "astronaut.png")
    coffee.call("clear")
    coffee.click(64, 281)
    offered = [one["index"] for one in coffee.state()["candidates"]]
    assert offered == [0, 2]  # the second is the best once more
    assert coffee.find("#readings").text == "2 readings"
    coffee.press("2")
    coffee.wait_until(lambda: coffee.state()["chosen"] == 2, "the other reading")
    coffee.wait_until(lambda: coffee.find("#status").text.startswith("Mask 2 of 2"), "the sentence about it")
    coffee.press("1")
    coffee.wait_until(lambda: coffee.state()["chosen"] == 0, "the best")
    coffee.stage.send_keys(Keys.TAB)
    coffee.wait_until(lambda: coffee.state()["chosen"] == 2, "the other reading")
    coffee.call("choose", 1)
    assert coffee.state()["chosen"] == 0
    assert iou(coffee.mask(1), coffee.mask(0)) >= 0.95


def test_the_outline_is_the_edge_of_the_mask(cat: Page) -> None:
    cat.click(*FACE)
    outline = cat.call("contours")
    rings = np.split(outline["vertices"].reshape(-1, 2), outline["offsets"][1:-1])
    assert iou(rasterised(rings, (300, 451)), cat.mask()) > SAME


def test_what_is_painted_is_the_mask(cat: Page) -> None:
    cat.click(*FACE)
    cat.wait_for_frame()
    assert iou(painted(cat), cat.mask()) > 0.95  # the line is a few pixels wide, half of it outside


def painted(page: Page) -> BoolArray:
    """Tell, for the middle of every image pixel, whether the overlay has paint there."""
    height, width = (page.state()["image"][side] for side in ("height", "width"))
    alpha: list[int] = page.js(
        """
        const [width, height] = arguments;
        const canvas = document.getElementById('overlay');
        const box = canvas.getBoundingClientRect();
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const at = ([x, y]) => {
          const spot = window.tabsam.toClient(x + 0.5, y + 0.5);
          const column = Math.floor((spot.x - box.x) * canvas.width / box.width);
          const row = Math.floor((spot.y - box.y) * canvas.height / box.height);
          return pixels.data[4 * (row * canvas.width + column) + 3];
        };
        return Array.from({ length: width * height }, (_, i) => at([i % width, Math.floor(i / width)]));
        """,
        width,
        height,
    )
    return np.reshape(alpha, (height, width)) > 0


@pytest.mark.parametrize("way", ["right button", "Alt and the left button"])
def test_a_background_point_takes_something_away(cat: Page, picture: bytes, native_model: Native, way: str) -> None:
    cat.click(*FACE)
    before = cat.mask()
    if way == "right button":
        cat.click(20, 280, button="right")
    else:
        cat.click(20, 280, modifiers=ALT)
    state = cat.state()
    assert [point["label"] for point in state["points"]] == [1, 0]
    after = cat.mask()
    assert not np.array_equal(before, after)
    assert iou(after, native_model.candidates(picture, state)[0].mask()) > SAME


def test_a_drag_draws_a_box(cat: Page, picture: bytes, native_model: Native) -> None:
    before = cat.state()["revision"]
    cat.drag((380, 250), (200, 150), (60, 20))
    cat.wait_for_answer(before)
    state = cat.state()
    assert state["box"] == pytest.approx([60, 20, 380, 250], abs=0.5)
    assert iou(cat.mask(), native_model.candidates(picture, state)[0].mask()) > SAME
    cat.find(".box-remove").click()
    cat.wait_until(lambda: cat.state()["box"] is None and not cat.state()["candidates"], "the box to go")


def test_a_point_can_be_dragged_and_that_is_one_step(cat: Page, picture: bytes, native_model: Native) -> None:
    cat.click(*FACE)
    first = cat.state()
    cat.drag(FACE, (200, 120), (160, 90), (130, 60))
    cat.wait_until(lambda: cat.state()["points"][0]["x"] < 140, "the point to move")
    cat.wait_for("idle")
    moved = cat.state()
    assert moved["points"][0]["id"] == first["points"][0]["id"]
    assert (moved["points"][0]["x"], moved["points"][0]["y"]) == pytest.approx((130, 60), abs=1)
    assert iou(cat.mask(), native_model.candidates(picture, moved)[0].mask()) > SAME
    cat.call("undo")
    assert cat.state()["points"] == first["points"]
    assert iou(cat.mask(), native_model.candidates(picture, first)[0].mask()) > SAME


def test_a_point_is_removed_by_its_key_and_from_the_list(cat: Page) -> None:
    cat.click(*FACE)
    alone = cat.mask()
    cat.click(20, 280, button="right")
    cat.find("[data-point][data-label='0']").send_keys(Keys.DELETE)
    cat.wait_until(lambda: len(cat.state()["points"]) == 1, "the point to go")
    cat.wait_for("idle")
    np.testing.assert_array_equal(cat.mask(), alone)
    cat.find("[data-remove-point]").click()
    cat.wait_until(lambda: not cat.state()["points"], "the last point to go")
    cat.wait_for("idle")
    assert cat.state()["candidates"] == []


def test_undo_redo_and_clear_go_through_what_was_made(cat: Page) -> None:
    assert not cat.state()["canUndo"]
    cat.click(*FACE)
    one = cat.mask()
    cat.click(20, 280, button="right")
    two = cat.mask()
    cat.press("z", modifier=Keys.CONTROL)
    cat.wait_until(lambda: len(cat.state()["points"]) == 1, "one step back")
    cat.wait_for("idle")
    np.testing.assert_array_equal(cat.mask(), one)
    cat.command("redo")
    cat.wait_until(lambda: len(cat.state()["points"]) == 2, "one step forward")
    cat.wait_for("idle")
    np.testing.assert_array_equal(cat.mask(), two)
    cat.command("clear")
    cat.wait_until(lambda: not cat.state()["points"], "nothing")
    cat.wait_for("idle")
    assert cat.state()["candidates"] == []
    cat.command("undo")
    cat.wait_until(lambda: len(cat.state()["points"]) == 2, "everything again")
    cat.wait_for("idle")
    np.testing.assert_array_equal(cat.mask(), two)


def test_clicks_faster_than_the_model_all_count(cat: Page, picture: bytes, native_model: Native) -> None:
    spots = [(230, 150), (190, 120), (320, 200), (130, 60), (280, 90)]
    for spot in spots:
        at = cat.to_client(*spot)
        cat.mouse("mousePressed", at)
        cat.mouse("mouseReleased", at)
    cat.wait_until(lambda: len(cat.state()["points"]) == len(spots), "all points")
    cat.wait_for("idle")
    state = cat.state()
    assert iou(cat.mask(), native_model.candidates(picture, state)[0].mask()) > SAME
