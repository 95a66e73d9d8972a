"""The model is kept in the browser under its digest, used only when it matches, and fetched again when it does not."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from build import SiteServer
from tests.browser.conftest import Serve
from tests.support.page import Page
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.sites import added, copy_site, offer_only, rewrite, take_storage_away, with_mark
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
    assert any("model" in message and "full" in message for message in page.messages())  # of the work it is said, too
    assert_it_segments(page)


#: Gives the names of what is stored; with a name, puts something there first.
STORED = """
(async (name, done) => {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('models');
  if (name) {
    const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await file.write('left over');
    await file.close();
  }
  const names = [];
  for await (const one of folder.keys()) names.push(one);
  done(names);
})(arguments[0], arguments[1]);
"""

ADD_OWN = """
const blob = async (part) => (await fetch(`/models/tiny/${part}.onnx`)).blob();
const done = arguments[0];
Promise.all(['encoder', 'decoder'].map(blob)).then((pair) => window.tabsam.addModel(...pair, 'mine')).then(() => done(), done);
"""

LEFT_OVER = "0" * 64
OLD = frozenset(hashlib.sha256(file).hexdigest() for file in (tiny_model().encoder, tiny_model().decoder))
NEW = frozenset(hashlib.sha256(with_mark(file)).hexdigest() for file in (tiny_model().encoder, tiny_model().decoder))


def stored(page: Page, new: str = "") -> set[str]:
    """Give the names of the model files in the storage, after putting another one there."""
    return set(page.driver.execute_async_script(STORED, new))


def update(site: Path, *others: dict[str, Any]) -> None:
    """Give the site's one model new files under its old name, and list others beside it."""
    entry = added(with_mark(tiny_model().encoder), with_mark(tiny_model().decoder), site, "tiny")
    models = [{**entry, "former": [LEFT_OVER, *sorted(OLD)]}, *others]
    rewrite(site / "models" / "catalog.json", json.dumps({"default": "tiny", "models": models}))


def test_a_new_version_takes_the_old_ones_place_without_asking(page: Page, serve: Serve, tiny_site: Path) -> None:
    server = serve(tiny_site)
    page.load(server.url)
    assert stored(page) == OLD
    update(tiny_site)
    page.load(server.url)
    page.wait_until(lambda: stored(page) == NEW, "the old files to go")
    assert page.messages() == []
    assert page.find_all("dialog[open]") == []
    assert_it_segments(page)
    fetched(server)
    page.load(server.url)
    assert fetched(server) == []


@pytest.mark.long
def test_an_old_file_that_another_model_is_made_of_stays(page: Page, serve: Serve, tiny_site: Path) -> None:
    server = serve(tiny_site)
    page.load(server.url)
    stored(page, LEFT_OVER)
    update(tiny_site, added(tiny_model().encoder, with_mark(tiny_model().decoder), tiny_site, "other"))
    page.load(server.url)
    page.wait_until(lambda: LEFT_OVER not in stored(page), "the clearing")
    encoder, decoder = (hashlib.sha256(file).hexdigest() for file in (tiny_model().encoder, tiny_model().decoder))
    page.wait_until(lambda: decoder not in stored(page), "the old decoder to go")
    assert stored(page) == {*NEW, encoder}


@pytest.mark.long
def test_an_old_file_that_a_model_of_ones_own_is_made_of_stays(page: Page, serve: Serve, tiny_site: Path) -> None:
    server = serve(tiny_site)
    page.load(server.url)
    page.driver.execute_async_script(ADD_OWN)
    assert page.state()["model"] == "mine"
    stored(page, LEFT_OVER)
    update(tiny_site)
    page.load(server.url)
    assert page.state()["model"] == "mine"
    assert stored(page) == {*OLD, LEFT_OVER}
    page.call("useModel", "tiny")
    page.wait_until(lambda: LEFT_OVER not in stored(page), "the clearing")
    assert stored(page) == {*NEW, *OLD}


def test_an_old_file_stays_while_the_new_one_cannot_be_had(page: Page, serve: Serve, tiny_site: Path) -> None:
    server = serve(tiny_site)
    page.load(server.url)
    update(tiny_site)
    server.refused.add(MODEL[1])
    page.expected_errors.append("503")
    page.load(server.url, until=("error",))
    assert page.error_codes() == ["model-refused"]
    time.sleep(3)  # longer than the page waits before it clears anything
    assert stored(page) >= OLD
    server.refused.clear()
    page.load(server.url)
    page.wait_until(lambda: stored(page) == NEW, "the old files to go")
