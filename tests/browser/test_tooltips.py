"""What a button says of itself when somebody comes near it."""

from __future__ import annotations

from selenium.webdriver import Keys

from tests.support.page import Page

#: Of a tooltip: whether it is seen, what it says, and how far to the right of its button's left edge it begins, in CSS pixels.
TIP = """
const { content, visibility, opacity, left } = getComputedStyle(arguments[0], '::after');
return [content !== 'none' && visibility === 'visible' && opacity === '1', content, parseFloat(left)];
"""


def is_seen(page: Page, selector: str) -> bool:
    seen: bool = page.js(TIP, page.find(selector))[0]
    return seen


def test_a_tooltip_comes_under_the_pointer_beside_its_button_and_goes_by_escape(cat: Page) -> None:
    assert not is_seen(cat, "#brush")
    left, top, width, height = cat.rect("#brush")
    middle = (left + width / 2, top + height / 2)
    cat.mouse("mouseMoved", middle)
    cat.wait_until(lambda: is_seen(cat, "#brush"), "the tooltip")
    _, words, begins = cat.js(TIP, cat.find("#brush"))
    assert words == '"Brush (B)"'
    assert begins >= width
    cat.press(Keys.ESCAPE)
    assert not is_seen(cat, "#brush")
    cat.mouse("mouseMoved", (middle[0] + 1, middle[1]))
    assert not is_seen(cat, "#brush")  # it is still the same
    cat.mouse("mouseMoved", (middle[0] + 300, middle[1]))
    cat.mouse("mouseMoved", middle)
    cat.wait_until(lambda: is_seen(cat, "#brush"), "the tooltip, since somebody has come again")


def test_a_tooltip_comes_with_the_focus_by_key(cat: Page) -> None:
    cat.js("document.querySelector('#smart').focus()")
    cat.press(Keys.TAB)
    assert cat.js("return document.activeElement.id") == "brush"
    cat.wait_until(lambda: is_seen(cat, "#brush"), "the tooltip")
    cat.press(Keys.ESCAPE)
    assert not is_seen(cat, "#brush")
    assert cat.js("return document.activeElement.id") == "brush"
