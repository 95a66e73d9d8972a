"""Each file that the page starts with, damaged in each way: a sentence says so, or the page does without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Serve
from tests.support.page import Page
from tests.support.sites import copy_site, rewrite

#: What a host may send in the place of a file.
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda whole: whole[: len(whole) // 2],
    "a page": lambda whole: b"<!doctype html><title>Not here</title><p>Sign in first",
    "nothing": lambda whole: b"",
    "other bytes": lambda whole: bytes(byte ^ 0x55 for byte in whole[:4096]) + whole[4096:],
}

#: Seconds without progress after which the page says so. The start of a sound site makes some within.
PATIENCE = 20

#: What CI damages, and how; `build.py test --all` damages every file in each way.
SOME = (
    ("page/main.js", "a page"),
    ("worker/main.js", "cut"),
    ("vendor/pyodide/pyodide.asm.wasm", "cut"),
)

OUTCOME = """
const shown = (id) => document.getElementById(id)?.hidden === false;
if (shown('start-failed') || shown('start-slow')) return 'said';
if (document.querySelector('#notices')?.textContent.includes('The start takes long')) return 'said';
const { state } = document.body.dataset;
if (state === 'error') return document.querySelector('#errors .message') ? 'said' : '';
return state === 'ready' || state === 'idle' ? 'works' : '';
"""


def started(site: Path) -> list[str]:
    """Give what of a site the start may need: code, Python, the runtime that WASM takes, the catalogue and the model."""
    files = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    unwanted = (
        "docs/",
        "licenses/",
        "samples/",
        "app-icons/",
        "service-worker",
        "page/console/",
        "vendor/codemirror",
        "vendor/lezer",
    )
    return sorted(
        name
        for name in files
        if not name.startswith(unwanted) and name.endswith((".js", ".mjs", ".wasm", ".whl", ".zip", ".json", ".onnx"))
    )


@pytest.mark.parametrize(("name", "damage"), SOME)
def test_a_damaged_start_file_is_said(page: Page, serve: Serve, site: Path, tmp_path: Path, name: str, damage: str) -> None:
    outcome(page, serve, copy_site(site, tmp_path / "site"), name, damage)


@pytest.mark.long
@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damaged_start_file_is_said(page: Page, serve: Serve, site: Path, tmp_path: Path, damage: str) -> None:
    folder = copy_site(site, tmp_path / "site")
    failed = []
    for name in started(folder):
        whole = (folder / name).read_bytes()
        try:
            outcome(page, serve, folder, name, damage)
        except (TimeoutError, AssertionError) as error:
            failed.append(f"{name}: {error}"[:200])
        rewrite(folder / name, whole)
    assert not failed, "\n".join(failed)


def outcome(page: Page, serve: Serve, folder: Path, name: str, damage: str) -> None:
    """Load a site of which a file is damaged; see that it works all the same, or that the page says that it does not."""
    rewrite(folder / name, DAMAGES[damage]((folder / name).read_bytes()))
    page.driver.get(f"{serve(folder).url}?patience={PATIENCE}")
    page.wait_until(lambda: page.js(OUTCOME), f"a word about {name}")
    page.driver.get("about:blank")
    page.forget_console()
