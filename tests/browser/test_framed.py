"""The page inside another page, where the host sends no headers that forbid it."""

from __future__ import annotations

from pathlib import Path

import build
from tests.support.page import Page
from tests.support.sites import copy_site, rewrite


def test_inside_another_page_nothing_acts(page: Page, site: Path, tmp_path: Path) -> None:
    folder = copy_site(site, tmp_path / "site")
    rewrite(folder / "outer.html", "<!doctype html><link rel=icon href='data:,'><iframe src='./?sample=coffee'></iframe>")
    page.expected_errors.append("does not run inside another page")
    with build.serving(folder, policy=None) as server:
        page.driver.get(f"{server.url}outer.html")
        page.driver.switch_to.frame(0)
        page.wait_until(lambda: "does not run inside" in page.js("return document.body.textContent"), "the frame to say so")
        assert page.js("return document.querySelectorAll('button, input').length") == 0
        assert page.js("return document.querySelector('a').href") == server.url
        page.driver.switch_to.default_content()
        assert not [path for path in server.log if path.startswith("/samples")]
