"""What was copied can be pasted, by the keys and through the clipboard that the browser has."""

from __future__ import annotations

from selenium.webdriver import Keys

from tests.support.page import Page

FACE = (230, 150)


def test_a_cut_out_is_copied_and_pasted(cat: Page) -> None:
    cat.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    cat.click(*FACE)
    cat.find("#export-formats").click()
    cat.find("[data-copy='cutout-png']").click()
    cat.wait_until(lambda: any("clipboard" in said for said in cat.messages()), "the copy")
    cat.wait_for_focus("#stage")
    before = cat.state()["image"]["name"]
    cat.press("v", modifier=Keys.CONTROL)
    cat.wait_until(lambda: cat.phase == "idle" and cat.state()["image"]["name"] != before, "the pasted picture")
    assert cat.state()["image"]["name"].endswith(".png")
