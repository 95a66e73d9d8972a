"""The command palette: every command, picture and class, found by typing."""

from __future__ import annotations

from selenium.webdriver import Keys

from tests.support.page import Page

#: From the top.
SHOWN = "return [...document.querySelectorAll('#palette-list [role=option] > :first-child')].map((one) => one.textContent)"
#: What Enter would run, as a screen reader hears it.
CHOSEN = """
const id = document.querySelector('#palette-search').getAttribute('aria-activedescendant');
return document.getElementById(id)?.textContent ?? '';
"""


def shown(page: Page) -> list[str]:
    names: list[str] = page.js(SHOWN)
    return names


def chosen(page: Page) -> str:
    name: str = page.js(CHOSEN)
    return name


def ask_for(page: Page, words: str) -> None:
    """Open the palette by its key, and type."""
    page.press("k", modifier=Keys.CONTROL)
    page.wait_until(lambda: page.find("#palette").is_displayed(), "the palette")
    page.press(words)


def focused(page: Page) -> str:
    name: str = page.js("return document.activeElement.id")
    return name


def test_what_is_typed_is_found_run_and_remembered(cat: Page) -> None:
    before = focused(cat)
    ask_for(cat, "rubber")  # which is another word for it
    assert shown(cat) == ["Eraser"]
    assert chosen(cat).startswith("Eraser")
    cat.press(Keys.ENTER)
    cat.wait_until(lambda: cat.find("#eraser").get_attribute("aria-pressed") == "true", "the eraser")
    assert not cat.find("#palette").is_displayed()
    cat.wait_until(lambda: focused(cat) == before, "the focus where it was")

    ask_for(cat, "")
    assert shown(cat)[0] == "Eraser"
    cat.press("accept obj")
    assert "There is no mask yet" in chosen(cat)
    cat.press(Keys.ENTER)  # nothing to do: it says so, and stays
    cat.wait_until(lambda: "There is no mask yet" in cat.find("#palette-said").text, "why")
    cat.press(Keys.ESCAPE)
    cat.wait_until(lambda: not cat.find("#palette").is_displayed(), "the page")
    cat.wait_until(lambda: focused(cat) == before, "the focus where it was")
    assert cat.find("#eraser").get_attribute("aria-pressed") == "true"  # Esc was the palette's

    cat.call("classes.add", "kitten")
    ask_for(cat, "kit")
    assert shown(cat) == ["Class: kitten"]
    cat.press(Keys.ESCAPE)
    ask_for(cat, "chelsea")
    assert {*shown(cat)} == {"Go to chelsea.png"}  # it may be listed more than once
    cat.press(Keys.BACKSPACE * 7 + "zoom" + Keys.ARROW_DOWN)
    assert chosen(cat).startswith(shown(cat)[1])
