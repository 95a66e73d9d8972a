"""The page fits its window, can be named and reached by everyone, and is pictured for the README."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from selenium.webdriver import Keys

from build import SiteServer
from tests.browser.conftest import ARTIFACTS
from tests.support.page import Page

FACE = (230, 150)
SIZES = {"desktop": (1280, 800), "tablet": (820, 1180), "phone": (390, 844)}


@pytest.fixture
def window(page: Page) -> Iterator[Any]:
    """Give a function that makes the window another size; a narrow one is a phone's, with a touch screen."""

    def resize(size: tuple[int, int]) -> None:
        phone = size[0] < 600
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 2 if phone else 1, "mobile": phone}
        page.cdp("Emulation.setDeviceMetricsOverride", **metrics)
        page.cdp("Emulation.setTouchEmulationEnabled", enabled=phone)

    yield resize
    page.cdp("Emulation.setEmulatedMedia", features=[])
    page.cdp("Emulation.clearDeviceMetricsOverride")
    page.cdp("Emulation.setTouchEmulationEnabled", enabled=False)


#: Elements that can be used and are shown, with their size in CSS pixels.
CONTROLS = """
return [...document.querySelectorAll('button, a[href], input, summary, [tabindex="0"]')]
  .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter((element) => !element.closest('[hidden], [popover]:not(:popover-open), dialog:not([open])'))
  .map((element) => ({ html: element.outerHTML.slice(0, 160), box: element.getBoundingClientRect().toJSON() }))
  .filter(({ box }) => box.width > 1 && box.height > 1);
"""


def assert_it_fits(page: Page) -> None:
    """Nothing scrolls sideways, and what can be used is inside the window."""
    width, wide = page.js("return [innerWidth, document.documentElement.scrollWidth]")
    assert wide <= width
    outside = [control["html"] for control in page.js(CONTROLS) if control["box"]["right"] > width + 1]
    assert outside == []


NAMED = ("button", "link", "textbox", "radio", "menuitem", "menuitemradio", "image", "progressbar", "radiogroup")


def assert_everything_has_a_name(page: Page) -> None:
    """No control is only a picture to someone who cannot see it."""
    nameless = [
        page.cdp("DOM.describeNode", backendNodeId=node["backendDOMNodeId"])["node"]
        for node in page.cdp("Accessibility.getFullAXTree")["nodes"]
        if not node.get("ignored") and node["role"]["value"] in NAMED and not node.get("name", {}).get("value")
    ]
    assert [(node["localName"], node["attributes"]) for node in nameless] == []


def picture_both_themes(page: Page, name: str) -> None:
    """Write a screenshot of the page as it is when the system prefers light, and when it prefers dark."""
    for theme in ("dark", "light"):
        features = {"prefers-color-scheme": theme, "prefers-reduced-motion": "reduce"}
        page.cdp("Emulation.setEmulatedMedia", features=[{"name": n, "value": value} for n, value in features.items()])
        page.wait_for_frame()
        page.screenshot(ARTIFACTS / f"{name}-{theme}.png")


@pytest.mark.parametrize("name", SIZES)
def test_the_empty_page_fits_and_names_its_controls(page: Page, server: SiteServer, window: Any, name: str) -> None:
    window(SIZES[name])
    page.load(server.url)
    images = "return [...document.querySelectorAll('#welcome [data-sample] img')].filter((image) => image.complete).length"
    page.wait_until(lambda: page.js(images) == 3, "the samples")
    page.wait_for_frame()
    assert_it_fits(page)
    assert_everything_has_a_name(page)
    picture_both_themes(page, f"empty-{name}")


@pytest.mark.parametrize("name", SIZES)
def test_a_picture_with_its_mask_fits_and_has_most_of_the_window(
    page: Page, server: SiteServer, samples: Mapping[str, bytes], window: Any, name: str
) -> None:
    window(SIZES[name])
    page.visit(server.url)
    page.open_picture(samples["coffee.png"], "coffee.png")
    page.click(300, 100)
    page.call("choose", 1)
    page.wait_for_frame()
    _, _, width, height = page.rect("#stage")
    assert width * height > 0.5 * SIZES[name][0] * SIZES[name][1]
    assert_it_fits(page)
    assert_everything_has_a_name(page)
    picture_both_themes(page, f"mask-{name}")


def test_targets_are_large_enough_for_fingers_on_a_phone(cat: Page, window: Any) -> None:
    window(SIZES["phone"])
    cat.click(*FACE)
    cat.wait_for_frame()
    small = [
        (control["html"], round(control["box"]["width"]), round(control["box"]["height"]))
        for control in cat.js(CONTROLS)
        if min(control["box"]["width"], control["box"]["height"]) < 44 and "tabindex" not in control["html"]
    ]
    assert small == []


#: What has the focus, and whether that can be seen.
FOCUS = """
const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
return [document.activeElement.outerHTML.slice(0, 80),
  document.activeElement === document.body || boxShadow !== 'none' || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1)];
"""


def test_the_focus_can_be_seen_wherever_it_is(page: Page, server: SiteServer) -> None:
    page.load(server.url)
    seen = []
    for _ in range(12):
        page.press(Keys.TAB)
        seen.append(page.js(FOCUS))
    assert [html for html, visible in seen if not visible] == []
    assert len({html for html, _ in seen}) > 6


def test_the_focus_can_be_seen_in_a_menu(page: Page, server: SiteServer) -> None:
    page.load(server.url)
    page.wait_until(lambda: len(page.find_all("#samples-menu button")) == 3, "the samples")
    page.find("#samples").send_keys(Keys.ENTER)
    page.wait_until(lambda: page.js("return document.activeElement.dataset.sample") == "chelsea", "the first sample")
    page.press(Keys.ARROW_DOWN)
    html, visible = page.js(FOCUS)
    assert "coffee" in html
    assert visible


def test_a_mask_is_made_and_saved_without_a_pointer(page: Page, server: SiteServer) -> None:
    page.load(server.url)
    page.wait_until(lambda: page.js("return document.querySelectorAll('#welcome [data-sample]').length === 3"), "samples")
    for _ in range(12):
        page.press(Keys.TAB)
        if page.js("return document.activeElement.dataset.sample === 'coffee'"):
            break
    page.press(Keys.ENTER)
    page.wait_until(lambda: "coffee" in page.driver.title and page.phase == "idle", "the picture")
    page.press(Keys.ARROW_UP, Keys.ENTER)
    page.wait_until(lambda: page.phase == "idle" and page.state()["candidates"], "the mask")
    page.press("2")
    page.wait_until(lambda: page.state()["chosen"] == 1, "the second candidate")
    page.press("s", modifier=Keys.CONTROL)
    assert page.saved_file(".png", ".svg").name.startswith("coffee")  # as what is saved depends on what was last


def test_the_state_is_said_in_words_in_a_live_region(cat: Page) -> None:
    assert cat.find("#status").text == "Click the object you want."
    cat.click(*FACE)
    assert cat.find("#status").text.startswith("Mask, predicted IoU 0.")
    for selector in ("#status", "#errors"):
        region = cat.find(selector)
        live = region.get_attribute("aria-live") or region.get_attribute("role")
        assert live in {"polite", "status", "assertive", "alert", "log"}


def test_a_state_that_stays_is_not_said_again(cat: Page) -> None:
    cat.js(
        """
        window.said = 0;
        const observer = new MutationObserver(() => (window.said += 1));
        observer.observe(document.getElementById('status'), { childList: true, subtree: true });
        """
    )
    before = cat.find("#fact-zoom").text
    cat.wheel(cat.to_client(*FACE), -300)
    cat.wait_until(lambda: cat.find("#fact-zoom").text != before, "a larger picture")
    cat.wait_for_frame()
    assert cat.js("return window.said") == 0


def test_the_keyboard_goes_on_from_the_picture_when_a_message_has_gone(cat: Page) -> None:
    cat.drop(b"nonsense", "bad.png", "image/png")
    cat.wait_until(cat.error_codes, "a message")
    cat.wait_for("idle")
    cat.find(".message [aria-label^='Dismiss']").send_keys(Keys.ENTER)
    cat.wait_until(lambda: not cat.messages(), "the message to go")
    cat.wait_for_focus("#stage")


def test_keys_that_a_slider_has_no_use_for_are_the_pages(cat: Page) -> None:
    cat.click(*FACE)
    if not cat.find("#threshold").is_displayed():
        cat.find("[data-fold=adjust-body]").click()
    cat.find("#threshold").send_keys(Keys.ARROW_RIGHT)
    cat.wait_until(lambda: cat.state()["threshold"] > 0 and cat.phase == "idle", "the threshold")
    cat.press("z", modifier=Keys.CONTROL)
    cat.wait_until(lambda: cat.state()["threshold"] == 0 and cat.phase == "idle", "a step back")
    assert len(cat.state()["points"]) == 1


def test_the_help_lists_the_keys_and_closes(cat: Page) -> None:
    cat.press("?")
    help_dialog = cat.find("#help")
    cat.wait_until(lambda: "Undo" in help_dialog.text, "the help")
    cat.press(Keys.ESCAPE)
    cat.wait_until(lambda: not help_dialog.is_displayed(), "the help to close")


def test_the_theme_can_be_chosen_and_is_remembered(page: Page, server: SiteServer) -> None:
    page.load(server.url)
    themes = []
    for _ in range(3):
        page.find("#theme").click()
        themes.append(page.js("return document.documentElement.dataset.theme ?? 'auto'"))
    assert themes == ["light", "dark", "auto"]
    page.find("#theme").click()
    page.load(server.url)
    assert page.js("return document.documentElement.dataset.theme") == "light"
    page.js("localStorage.clear()")
