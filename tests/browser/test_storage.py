"""The model is kept in the browser under its digest, used only when it matches, and fetched again when it does not."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from build import SiteServer
from tests.browser.conftest import Serve
from tests.support.page import Page
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.sites import copy_site, offer_only, rewrite, take_storage_away
from tests.support.tiny_model import tiny_model

MODEL = ("/models/tiny/encoder.onnx", "/models/tiny/decoder.onnx")


@pytest.fixture
def tiny_site(site: Path, tmp_path: Path) -> Path:
    """Give a copy of the site whose only model is the generated one."""
    copy = copy_site(site, tmp_path / "site")
    offer_only(tiny_model(), copy)
    return copy


def fetched(server: SiteServer) -> list[str]:
    """Return which of the model's files were asked for since the last call."""
    asked = [path for path in server.log if path in MODEL]
    server.log.clear()
    return sorted(asked)


def assert_it_segments(page: Page) -> None:
    page.open_picture(encoded(two_discs()), "discs.png")
    page.click(80, 120)
    assert iou(page.mask(), red_disc()) > 0.9


def test_the_second_visit_needs_no_model_from_the_server(page: Page, serve: Serve, tiny_site: Path) -> None:
    server = serve(tiny_site)
    page.load(server.url)
    assert page.state()["storage"] == "opfs"
    assert fetched(server) == sorted(MODEL)
    server.refused.update(MODEL)
    page.load(server.url)
    assert fetched(server) == []
    assert page.state()["storage"] == "opfs"
    assert page.messages() == []
    assert_it_segments(page)


def test_the_default_model_is_kept_too(page: Page, serve: Serve) -> None:
    server = serve()
    page.load(server.url)
    server.refused.update({"/models/nano/encoder.onnx", "/models/nano/decoder.onnx"})
    page.load(server.url)
    assert (page.state()["model"], page.state()["storage"]) == ("tabsam nano", "opfs")
    assert_it_segments(page)


SPOIL = """
(async (done) => {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('models');
  const names = [];
  for await (const [name, handle] of folder.entries()) {
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    bytes[bytes.length >> 1] ^= 1;
    const file = await handle.createWritable();
    await file.write(bytes);
    await file.close();
    names.push(name);
  }
  done(names);
})(arguments[0]);
"""


def test_a_damaged_copy_is_fetched_again_and_that_is_said(page: Page, serve: Serve, tiny_site: Path) -> None:
    server = serve(tiny_site)
    page.load(server.url)
    assert len(page.driver.execute_async_script(SPOIL)) == 2
    fetched(server)
    page.load(server.url)
    assert fetched(server) == sorted(MODEL)
    (message,) = page.messages()
    assert "damaged" in message
    assert "fetched again" in message
    assert_it_segments(page)
    page.load(server.url)
    assert fetched(server) == []
    assert page.messages() == []


def test_a_damaged_copy_and_no_server_is_said_and_costs_nothing_else(page: Page, serve: Serve, tiny_site: Path) -> None:
    server = serve(tiny_site)
    page.load(server.url)
    page.driver.execute_async_script(SPOIL)
    server.refused.update(MODEL)
    page.expected_errors.append("503")
    page.load(server.url, until=("error",))
    assert page.error_codes() == ["model-refused"]
    server.refused.clear()
    page.find("[data-role='message-action']").click()
    page.wait_for("ready")
    assert_it_segments(page)


def test_a_first_visit_without_the_model_says_what_to_do(page: Page, serve: Serve, tiny_site: Path) -> None:
    server = serve(tiny_site)
    server.refused.update(MODEL)
    page.expected_errors.append("503")
    page.load(server.url, until=("error",))
    assert page.error_codes() == ["model-refused"]
    (message,) = page.messages()
    assert "503" in message
    assert "Try again later" in message


def test_what_is_not_the_model_is_never_used(page: Page, serve: Serve, tiny_site: Path) -> None:
    encoder = tiny_site / "models" / "tiny" / "encoder.onnx"
    data = bytearray(encoder.read_bytes())
    data[len(data) // 2] ^= 1
    rewrite(encoder, bytes(data))
    server = serve(tiny_site)
    page.load(server.url, until=("error",))
    assert page.error_codes() == ["model-digest"]
    fetched(server)
    page.load(server.url, until=("error",))
    assert "/models/tiny/encoder.onnx" in fetched(server)


def test_without_storage_the_model_is_kept_in_memory_and_that_is_said(page: Page, serve: Serve, tiny_site: Path) -> None:
    take_storage_away(tiny_site)
    server = serve(tiny_site)
    page.load(server.url)
    assert page.state()["storage"] == "memory"
    (message,) = page.messages()
    assert "memory" in message
    assert_it_segments(page)


def test_on_a_full_disk_the_model_is_kept_in_memory_and_that_is_said(page: Page, serve: Serve) -> None:
    server = serve()
    address = urlsplit(server.url)
    quota = {"origin": f"{address.scheme}://{address.netloc}", "quotaSize": 1_000_000}
    page.driver.execute_cdp_cmd("Storage.overrideQuotaForOrigin", quota)
    page.load(server.url)
    assert page.state()["storage"] == "memory"
    (message,) = page.messages()
    assert "full" in message
    assert_it_segments(page)
