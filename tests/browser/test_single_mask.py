"""One mask instead of readings: by the switch, by the keyboard and by the script; and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver import Keys

from tests.browser.conftest import ARTIFACTS, Serve
from tests.support.page import Page
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.sites import copy_site, offer_only
from tests.support.tiny_model import tiny_model

DISC = (80, 120)


def opened(page: Page, serve: Serve, site: Path, tmp_path: Path, *, single_mask: bool) -> Page:
    """Open the discs in a site whose only model is the generated one, with the single-mask token's mask or without."""
    copy = copy_site(site, tmp_path / "site")
    offer_only(tiny_model(single_mask=single_mask), copy)
    page.load(serve(copy).url)
    page.open_picture(encoded(two_discs()), "discs.png")
    page.click(*DISC)
    page.find("[data-fold='adjust-body']").click()
    return page


@pytest.fixture
def with_token(page: Page, serve: Serve, site: Path, tmp_path: Path) -> Page:
    return opened(page, serve, site, tmp_path, single_mask=True)


@pytest.fixture
def without_token(page: Page, serve: Serve, site: Path, tmp_path: Path) -> Page:
    return opened(page, serve, site, tmp_path, single_mask=False)


def tokens(page: Page) -> list[int | None]:
    return [one["token"] for one in page.state()["candidates"]]


def test_the_switch_shows_the_models_one_mask_and_takes_it_back(with_token: Page) -> None:
    page = with_token
    assert (tokens(page), page.state()["hasSingleMask"]) == ([2, 1], True)
    assert page.find("#readings").text == "2 readings"
    page.find("label:has(#single-mask)").click()
    page.wait_until(lambda: tokens(page) == [0], "one mask")
    assert page.state()["singleMask"]
    assert page.find("#readings").text == "One mask"
    assert len(page.find_all("#candidates .candidate")) == 1
    assert page.mask().all()  # what the small model's token is for
    page.screenshot(ARTIFACTS / "one-mask.png")
    page.press("2")  # there is none
    assert page.state()["chosen"] == 3
    page.find("#single-mask").send_keys(Keys.SPACE)
    page.wait_until(lambda: tokens(page) == [2, 1], "the readings")
    assert iou(page.mask(), red_disc()) > 0.9
    page.press("2")
    page.wait_until(lambda: page.state()["chosen"] == 1, "the second reading")


def test_an_object_made_as_one_mask_says_which_of_the_masks_is_its_own(with_token: Page) -> None:
    page = with_token
    page.call("singleMask", True)
    page.find("#accept").click()
    page.wait_until(lambda: page.state()["objects"] and not page.state()["candidates"], "the object")
    page.call("singleMask", False)
    page.call("objects.reopen", 1)
    page.wait_until(lambda: len(page.find_all("#candidates .candidate")) == 3, "the readings, and what the object has")
    assert page.find("#readings").text == "The object's own mask, and 2 readings"
    *readings, own = [card.get_attribute("aria-label") or "" for card in page.find_all("#candidates .candidate")]
    assert [label.split(":")[0] for label in readings] == ["Candidate 1", "Candidate 2"]
    assert own.startswith("The object's own mask: predicted IoU 0.")
    assert page.find("#candidates [aria-checked=true]").get_attribute("aria-label") == own
    assert page.find("#status").text.startswith("The object's own mask, predicted IoU 0.")
    page.press("1")
    page.wait_until(lambda: page.state()["chosen"] == 0 and page.phase == "idle", "the best reading")
    page.wait_until(lambda: page.find("#readings").text == "2 readings", "the readings alone")


def test_it_stays_with_the_next_object_and_the_next_picture(with_token: Page) -> None:
    page = with_token
    page.call("singleMask", True)
    page.find("#accept").click()
    page.wait_until(lambda: page.state()["objects"] and not page.state()["candidates"], "the object")
    page.click(*DISC)
    assert tokens(page) == [0]
    page.open_picture(encoded(two_discs()), "others.png")
    page.click(*DISC)
    assert tokens(page) == [0]
    assert page.find("#single-mask").is_selected()


def test_a_model_that_has_none_cannot_be_asked_by_the_switch_and_a_script_is_told(without_token: Page) -> None:
    page = without_token
    assert page.state()["hasSingleMask"] is False
    assert not page.find("#single-mask").is_enabled()
    assert "no mask of its own" in page.find("#single-mask-about").text
    assert page.find_all("#answer-notes li") == []
    page.call("singleMask", True)
    (note,) = page.state()["notes"]
    assert "leaves the single-mask token out" in note
    assert page.find("#answer-notes").text == note
    said = page.find("#answer-note-said")
    assert (said.get_attribute("role"), said.get_attribute("textContent")) == ("status", note)
    assert page.find("#readings").text == "One mask: the best of three"
    page.call("clear")
    assert not page.find("#answer-notes").is_displayed()
    page.click(*DISC)
    assert page.find("#answer-notes").text == note
    assert said.get_attribute("textContent") == ""  # it has been read out
    assert page.find("#single-mask").is_enabled()  # what is on can be put off
    page.find("label:has(#single-mask)").click()
    page.wait_until(lambda: not page.find("#single-mask").is_enabled(), "the switch")
    assert page.state()["notes"] == []
