"""Coming back to a picture costs no run of the encoder: what it made of the picture that was open last is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Serve
from tests.browser.test_engine import SLOW, TELLING_RUNTIME
from tests.browser.test_engine import large_site as large_site
from tests.browser.test_engine import tiny_site as tiny_site
from tests.browser.test_engine import webgpu_chrome as webgpu_chrome
from tests.browser.test_engine import webgpu_page as webgpu_page
from tests.browser.test_keeping import KEEP, RED, pictured, wait_for_work
from tests.support.page import Page
from tests.support.pictures import iou, red_disc
from tests.support.sites import rewrite

#: Of which picture and model something is kept; empty where nothing is. A small file: the tiny model's.
KEPT = """
return (async () => {
  const handle = await (await navigator.storage.getDirectory()).getFileHandle('encoded-picture');
  const file = await handle.getFile();
  const length = new DataView(await file.slice(0, 4).arrayBuffer()).getUint32(0, true);
  return JSON.parse(await file.slice(4, 4 + length).text()).key;
})().catch(() => '');
"""

#: Changes the last byte of what is kept.
DAMAGE = """
return (async () => {
  const handle = await (await navigator.storage.getDirectory()).getFileHandle('encoded-picture');
  const { size } = await handle.getFile();
  const [last] = new Uint8Array(await (await handle.getFile()).slice(size - 1).arrayBuffer());
  const writable = await handle.createWritable({ keepExistingData: true });
  await writable.write({ type: 'write', position: size - 1, data: new Uint8Array([last ^ 255]) });
  await writable.close();
})();
"""


@pytest.fixture
def telling(page: Page, serve: Serve, large_site: Path) -> Page:
    """Give a page with a picture whose embedding is kept, on a site that tells which graph runs."""
    runtime = large_site / "vendor" / "onnxruntime" / "ort.wasm.min.mjs"
    runtime.rename(runtime.with_name("honest.mjs"))
    rewrite(runtime, TELLING_RUNTIME)
    url = serve(large_site).url
    page.driver.get(f"{url}protocol.js")  # of the same origin, and nothing starts there
    page.js(KEEP)
    page.js("localStorage.setItem('tabsam.project', 'first')")
    page.load(url)
    pictured(page)
    page.wait_until(lambda: page.js(KEPT) and page.state()["unkept"] == 0, "all to be kept")
    page.forget_console()
    return page


def encodings(page: Page) -> int:
    """Tell how often an encoder has run since it was asked last."""
    runs = sum("encoder has run" in line for line in page.read_console())
    page.forget_console()
    return runs


def come_back(page: Page) -> None:
    page.driver.refresh()
    wait_for_work(page)


def test_after_a_reload_a_click_is_answered_and_the_encoder_has_not_run(telling: Page) -> None:
    come_back(telling)
    telling.click(*RED)
    assert iou(telling.mask(), red_disc()) > 0.9
    assert encodings(telling) == 0

    telling.js(DAMAGE)
    come_back(telling)
    assert encodings(telling) == 1, "what is damaged is made again"
    assert telling.messages() == []
    assert iou(telling.mask(), red_disc()) > 0.9

    telling.wait_until(lambda: telling.js(KEPT), "it to be kept again")
    origin = telling.js("return location.origin")
    usage = telling.js("return navigator.storage.estimate().then(({ usage }) => usage)")
    telling.cdp("Storage.overrideQuotaForOrigin", origin=origin, quotaSize=usage)
    pictured(telling, "another.png")
    telling.wait_until(lambda: not telling.js(KEPT), "it to make room on a full disk")
    telling.cdp("Storage.overrideQuotaForOrigin", origin=origin)
    encodings(telling)

    telling.call("useModel", "large")
    assert encodings(telling) == 1, "another model sees the picture in its own way"
    telling.wait_until(lambda: telling.js(KEPT) != "", "that to be kept")


@pytest.mark.long
def test_on_a_gpu_the_decoder_takes_what_was_kept(webgpu_page: Page, serve: Serve, tiny_site: Path) -> None:
    page, url = webgpu_page, serve(tiny_site).url
    page.driver.get(f"{url}protocol.js")
    page.js(KEEP)
    page.js("localStorage.setItem('tabsam.project', 'first')")
    page.load(url, patience=SLOW)
    page.forget_console()  # the bare file had no icon
    assert page.state()["provider"] == "webgpu"
    pictured(page)
    page.wait_until(lambda: page.js(KEPT) and page.state()["unkept"] == 0, "all to be kept")
    page.driver.refresh()
    page.wait_until(lambda: page.phase == "idle" and page.state()["image"] is not None, "the work of before", patience=SLOW)
    assert page.state()["provider"] == "webgpu"
    assert page.state()["timings"]["encode"] == 0
    page.click(*RED)
    assert iou(page.mask(), red_disc()) > 0.9
