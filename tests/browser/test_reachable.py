"""The page for everyone: at 200 % zoom, in forced colours, by touch, with long names, and as axe-core sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from selenium.webdriver import Keys

import build
from build import SiteServer
from tests.support.page import Page

FACE = (230, 150)
CORNER = (420.0, 60.0)
"""Where the built-in model has three readings."""
AXE = build.ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"

#: A desktop, a phone, and a window of 1280 x 800 at 200 %.
#: The others with `build.py test --all`.
AXE_RUNS = [
    ("desktop", "dark"),
    ("phone", "light"),
    pytest.param("desktop", "light", marks=pytest.mark.long),
    pytest.param("phone", "dark", marks=pytest.mark.long),
]
SIZES = {"desktop": (1280, 800), "tablet": (820, 1180), "phone": (390, 844), "zoomed": (640, 400)}

Emulate = Callable[..., None]


@pytest.fixture
def emulate(page: Page) -> Iterator[Emulate]:
    """Give a function that makes the window another one: its size, whether it is touched, and what the person prefers."""

    def change(size: str = "desktop", **media: str) -> None:
        width, height = SIZES[size]
        touch = size in ("phone", "tablet")
        page.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=touch)
        page.cdp("Emulation.setTouchEmulationEnabled", enabled=touch)
        features = [{"name": name.replace("_", "-"), "value": value} for name, value in media.items()]
        page.cdp("Emulation.setEmulatedMedia", features=features)
        page.wait_for_frame()

    yield change
    page.cdp("Emulation.setEmulatedMedia", features=[])
    page.cdp("Emulation.clearDeviceMetricsOverride")
    page.cdp("Emulation.setTouchEmulationEnabled", enabled=False)


#: Scrolls to every control that is shown, and gives those that cannot be pressed there.
UNREACHED = """
return [...document.querySelectorAll('button, a[href], input, select, summary')]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .filter((element) => !element.closest('[popover]:not(:popover-open), dialog:not([open]), #prompts'))
  .filter((element) => {
    element.scrollIntoView({ block: 'center', inline: 'center' });
    const { left, top, right, bottom } = element.getBoundingClientRect();
    if (right - left < 2 || left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1) return true;
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return !hit || !(element.contains(hit) || hit.contains(element));
  })
  .map((element) => element.outerHTML.slice(0, 120));
"""


def with_object(page: Page) -> None:
    """Make an object, and ask for another."""
    page.click(*FACE)
    page.press(Keys.ENTER)
    page.wait_until(lambda: len(page.state()["objects"]) == 1 and page.phase == "idle", "the object")
    page.click(330, 60)


@pytest.mark.parametrize("size", ["zoomed", "phone"])
def test_every_control_is_reached(cat: Page, emulate: Emulate, size: str) -> None:
    emulate(size)
    with_object(cat)
    handle = cat.find("#panel-handle")
    if handle.is_displayed():
        handle.click()
    assert cat.js(UNREACHED) == []
    assert cat.js("return document.documentElement.scrollWidth") <= SIZES[size][0]
    if handle.is_displayed():
        handle.click()
    left, top, width, height = cat.rect("#help-open")
    at = (left + width / 2, top + height / 2)
    cat.mouse("mousePressed", at)
    cat.mouse("mouseReleased", at)
    cat.wait_until(lambda: cat.find("#help").is_displayed(), "the help")
    cat.press(Keys.ESCAPE)
    cat.find("#engine").click()
    cat.wait_until(lambda: cat.find("#engine-about").is_displayed(), "the models")
    assert [html for html in cat.js(UNREACHED) if "engine-about" in html] == []
    cat.press(Keys.ESCAPE)


def colours(page: Page, selector: str) -> tuple[str, str]:
    """Return the colour of an element's ground and of its outline, as they are drawn."""
    both = "const style = getComputedStyle(arguments[0]); return [style.backgroundColor, style.outlineStyle]"
    ground, outline = page.js(both, page.find(selector))
    return ground, outline


def test_forced_colours_show_what_is_pressed_selected_and_meant(cat: Page, emulate: Emulate) -> None:
    with_object(cat)
    emulate(forced_colors="active")
    pressed, free = colours(cat, "#smart"), colours(cat, "#brush")
    assert pressed != free
    cat.press("b")
    cat.wait_for_frame()
    assert (colours(cat, "#brush"), colours(cat, "#smart")) == (pressed, free)
    cat.press("s")
    if not cat.find_all(".object[data-active]"):
        cat.find(".object-pick").click()
    cat.wait_until(lambda: cat.find_all(".object[data-active]"), "the selection")
    assert colours(cat, ".object[data-active]")[1] == "solid"
    assert colours(cat, ".object-dot")[0] not in ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    assert colours(cat, "#engine .dot")[0] not in ("rgb(0, 0, 0)", "rgb(255, 255, 255)")


def test_a_class_with_a_long_name_breaks_nothing(cat: Page, emulate: Emulate) -> None:
    name = "m" * 160
    cat.find("#new-class").click()
    cat.find("#new-class-name").send_keys(name, Keys.ENTER)
    cat.wait_until(lambda: name in str(cat.find("#next-class").get_attribute("textContent")), "the class")
    with_object(cat)
    for size in ("desktop", "zoomed", "phone"):
        emulate(size)
        handle = cat.find("#panel-handle")
        if handle.is_displayed():
            handle.click()
        wide = "return [...document.querySelectorAll('#panel *, #bar *, #foot *')].filter((element) => "
        wide += "element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1).length"
        assert cat.js(wide) == 0
        assert cat.js("const panel = document.querySelector('#panel'); return panel.scrollWidth - panel.clientWidth") <= 0
        assert cat.js("return document.documentElement.scrollWidth") <= SIZES[size][0]
        if handle.is_displayed():
            handle.click()


def test_a_finger_changes_the_size_of_the_brush(cat: Page, emulate: Emulate) -> None:
    emulate("phone")
    left, top, width, height = cat.rect("#brush")
    cat.touch("touchStart", (left + width / 2, top + height / 2))
    cat.touch("touchEnd")
    cat.wait_until(lambda: cat.find("#brush-size").is_displayed(), "the slider")
    before = cat.find("#brush-diameter").text
    left, top, width, height = cat.rect("#brush-radius")
    assert height >= 44
    cat.touch("touchStart", (left + width * 0.9, top + height / 2))
    cat.touch("touchEnd")
    cat.wait_until(lambda: cat.find("#brush-diameter").text != before, "another size")
    assert int(cat.find("#brush-diameter").text.split()[0]) > int(before.split()[0])
    hint, bar = cat.rect("#stage-hint"), cat.rect("#brush-size")
    assert bar[1] + bar[3] <= hint[1]


@pytest.mark.parametrize("size", SIZES)
def test_there_is_one_heading_and_what_is_said_is_in_a_landmark(cat: Page, emulate: Emulate, size: str) -> None:
    emulate(size)
    tree = cat.cdp("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in tree if not node.get("ignored")]
    levels = [
        prop["value"]["value"]
        for node in tree
        if not node.get("ignored") and node["role"]["value"] == "heading"
        for prop in node["properties"]
        if prop["name"] == "level"
    ]
    assert levels.count(1) == 1
    assert [roles.count(role) for role in ("banner", "main", "complementary", "contentinfo")] == [1, 1, 1, 1]


#: The rules for what is certain; those that axe-core calls experimental only where they are asked for.
RUN_AXE = """
const done = arguments[arguments.length - 1];
const rules = { 'label-content-name-mismatch': { enabled: true } };
axe.run(document, { rules, resultTypes: ['violations'] }).then(
  ({ violations }) => {
    done(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`)));
  },
  (error) => done([String(error)]),
);
"""


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with what is shown."""
    if not page.js("return 'axe' in window"):
        page.js(AXE.read_text(encoding="utf-8"))
    page.wait_for_frame()
    found: list[str] = page.driver.execute_async_script(RUN_AXE)
    return found


@pytest.mark.parametrize(("size", "theme"), AXE_RUNS)
def test_axe_finds_nothing(
    page: Page, server: SiteServer, samples: Mapping[str, bytes], emulate: Emulate, size: str, theme: str
) -> None:
    emulate(size, prefers_color_scheme=theme, prefers_reduced_motion="reduce")
    page.load(server.url)
    page.wait_until(lambda: len(page.find_all("#welcome [data-sample]")) == 3, "the samples")
    found: dict[str, Any] = {"empty": violations(page)}
    page.open_picture(samples["chelsea.png"], "chelsea.png")
    page.click(*CORNER)
    page.wait_until(lambda: len(page.find_all(".candidate")) == 3, "the candidates")
    found["mask"] = violations(page)
    page.press("r")
    page.wait_until(page.messages, "a notice")
    found["notice"] = violations(page)
    page.press(Keys.ENTER)
    page.wait_until(lambda: len(page.state()["objects"]) == 1, "the object")
    handle = page.find("#panel-handle")
    if handle.is_displayed():
        handle.click()
    if page.state()["active"] is None:
        page.find(".object-pick").click()
        page.wait_until(lambda: page.state()["active"], "the selection")
    found["objects"] = violations(page)
    page.find(".object [data-role=more]").click()
    found["object menu"] = violations(page)
    page.press(Keys.ESCAPE)
    if handle.is_displayed():
        handle.click()
    page.press("f")
    found["search"] = violations(page)
    page.find("#search-close").click()
    if handle.is_displayed():
        handle.click()
    openers = {"#samples": "samples", "#export-formats": "export", "#engine": "models", "#palette-open": "palette"}
    for opener, name in (*openers.items(), ("#help-open", "help")):
        page.find(opener).click()
        page.wait_for_frame()
        found[name] = violations(page)
        page.press(Keys.ESCAPE)
    page.press("b")
    found["brush"] = violations(page)
    page.drop(b"nonsense", "bad.png", "image/png")
    page.wait_until(page.error_codes, "an error")
    page.wait_for("idle")
    found["error"] = violations(page)
    wrong = "\n".join(f"{state}: {one}" for state, told in found.items() for one in told)
    assert wrong == ""
