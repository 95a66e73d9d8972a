"""Another model takes the place of the one that runs; one's own is kept; and what fails or is stopped costs nothing."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from selenium.webdriver.common.by import By

from tests.browser.conftest import Native, Serve
from tests.support.page import Page, PageError
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.sites import copy_site, rewrite
from tests.support.tiny_model import tiny_model
from tools.server import SiteHandler

RED = (80, 120)
#: The bytes after which a slow server makes a pause, and how long it is in seconds.
PIECE, PAUSE = 1 << 17, 0.1
NANO_ENCODER = "/models/nano/encoder.onnx"


@pytest.fixture
def two_models(site: Path, tmp_path: Path) -> Path:
    """Give a copy of the site that starts with the generated model, and offers the embedded one too."""
    copy = copy_site(site, tmp_path / "site")
    model = tiny_model()
    model.save(copy / "models" / "tiny")
    path = copy / "models" / "catalog.json"
    catalog = json.loads(path.read_text(encoding="utf-8"))
    entry: dict[str, Any] = {"id": "tiny", "name": "tiny", "family": "sam2", "licence": "none", "dtype": "float32"}
    for part, data in (("encoder", model.encoder), ("decoder", model.decoder)):
        digest = hashlib.sha256(data).hexdigest()
        entry[part] = {"url": f"tiny/{part}.onnx", "bytes": len(data), "sha256": digest}
    catalog["models"] = [model for model in catalog["models"] if model["id"] == "nano"]
    catalog["models"].append({**entry, "description": "Generated."})
    catalog["default"] = "tiny"
    rewrite(path, json.dumps(catalog))
    return copy


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Give the generated model's two files, as a person has them."""
    model = tiny_model()
    encoder, decoder = tmp_path / "mine-encoder.onnx", tmp_path / "mine-decoder.onnx"
    encoder.write_bytes(model.encoder)
    decoder.write_bytes(model.decoder)
    return encoder, decoder


@pytest.fixture
def slow_download(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make the embedded model's encoder come slowly, and give the list of ranges that it is asked for by."""
    asked: list[str] = []
    send_part = SiteHandler.send_part

    def send_slowly(self: SiteHandler, content: BinaryIO, part: range) -> None:
        if not self.path.startswith(NANO_ENCODER):
            send_part(self, content, part)
            return
        asked.append(self.headers.get("Range") or "")
        for start in range(part.start, part.stop, PIECE):
            send_part(self, content, range(start, min(start + PIECE, part.stop)))
            time.sleep(PAUSE)

    monkeypatch.setattr(SiteHandler, "send_part", send_slowly)
    return asked


def models_of(page: Page) -> dict[str, dict[str, Any]]:
    """Return the models that the page knows, by their names."""
    return {model["name"]: model for model in page.call("models")["models"]}


def text_of(page: Page, selector: str) -> str:
    """Return what an element says, or nothing where there is none; it may be replaced by its like at any time."""
    text: str = page.js("return document.querySelector(arguments[0])?.innerText ?? ''", selector)
    return text


def open_models(page: Page) -> None:
    """Open the panel of models, and wait for its list."""
    if not page.find("#engine-about").is_displayed():
        page.find("#engine").click()
    page.wait_until(lambda: page.driver.find_elements(By.CSS_SELECTOR, "#models-list .model"), "the list of models")


def add_own(page: Page, *files: Path) -> None:
    """Choose files in the panel, as in the browser's own dialog, and have them used."""
    open_models(page)
    page.find("#own-files").send_keys("\n".join(map(str, files)))
    page.find("#own-add").click()


def segment_red(page: Page) -> None:
    page.open_picture(encoded(two_discs()), "discs.png")
    page.click(*RED)
    assert iou(page.mask(), red_disc()) > 0.9


def test_another_model_answers_the_same_points(page: Page, serve: Serve, two_models: Path, native_model: Native) -> None:
    page.load(serve(two_models).url)
    segment_red(page)
    page.click(60, 140)
    before = page.state()
    assert (before["modelId"], before["model"]) == ("tiny", "tiny")
    open_models(page)
    page.find("[data-model=nano] [data-role=use]").click()
    page.wait_until(lambda: page.state()["modelId"] == "nano" and page.state()["loading"] is None, "the other model")
    after = page.state()
    assert after["model"] == "tabsam nano"
    assert after["points"] == before["points"]
    assert after["candidates"] != before["candidates"]
    best = native_model.candidates(encoded(two_discs()), after)[0]
    assert iou(page.mask(0), best.mask()) > 0.99
    assert "tabsam nano runs now" in text_of(page, "#models-said")
    assert page.find(".model[aria-current]").get_attribute("data-model") == "nano"
    page.call("undo")
    assert len(page.state()["points"]) == 1
    assert iou(page.mask(), red_disc()) > 0.9
    assert page.messages() == []


def test_the_panel_says_what_there_is_and_what_is_stored(page: Page, serve: Serve, two_models: Path) -> None:
    page.load(serve(two_models).url)
    open_models(page)
    nano = text_of(page, "[data-model=nano]")
    assert all(part in nano for part in ("tabsam nano", "12 MB", "float32", "Apache", "Not stored"))
    assert "In use" in text_of(page, "[data-model=tiny]")
    assert "Stored" in text_of(page, "[data-model=tiny]")
    assert "used" in text_of(page, "#models-storage")
    page.call("useModel", "nano")
    assert models_of(page)["tabsam nano"]["storedBytes"] == models_of(page)["tabsam nano"]["bytes"]
    page.find("[data-model=tiny] [data-role=delete]").click()
    page.wait_until(lambda: "Not stored" in text_of(page, "[data-model=tiny]"), "the files to go")
    assert models_of(page)["tiny"]["storedBytes"] == 0
    assert "deleted" in text_of(page, "#models-said")


def test_ones_own_model_is_kept_over_visits_until_it_is_removed(
    page: Page, serve: Serve, two_models: Path, pair: tuple[Path, Path]
) -> None:
    server = serve(two_models)
    page.load(server.url)
    segment_red(page)
    add_own(page, *reversed(pair))
    page.wait_until(lambda: page.state()["model"] == "mine" and page.state()["loading"] is None, "one's own model")
    assert iou(page.mask(), red_disc()) > 0.9
    mine = models_of(page)["mine"]
    assert (mine["own"], mine["current"]) == (True, True)
    assert mine["storedBytes"] == sum(path.stat().st_size for path in pair)

    page.load(server.url)
    mine = models_of(page)["mine"]
    assert mine["own"]
    page.call("useModel", mine["id"])
    assert page.state()["modelId"] == mine["id"]
    segment_red(page)
    open_models(page)
    page.find(f"[data-model='{mine['id']}'] [data-role=delete]").click()
    page.wait_until(lambda: "mine" not in models_of(page), "the model to go")
    page.click(60, 140)
    assert len(page.state()["candidates"]) == 3
    page.load(server.url)
    assert set(models_of(page)) == {"tiny", "tabsam nano"}


@pytest.mark.parametrize("halves", ["two encoders", "no model at all"])
def test_what_is_no_pair_is_refused_and_the_old_model_goes_on(
    page: Page, serve: Serve, two_models: Path, tmp_path: Path, halves: str
) -> None:
    wrong = tiny_model().encoder if halves == "two encoders" else b"not a model" * 100
    files = [tmp_path / "wrong-encoder.onnx", tmp_path / "wrong-decoder.onnx"]
    files[0].write_bytes(tiny_model().encoder)
    files[1].write_bytes(wrong)
    page.load(serve(two_models).url)
    segment_red(page)
    before = page.state()
    add_own(page, *files)
    page.wait_until(page.messages, "a message")
    (message,) = page.messages()
    assert message
    assert message in " ".join(text_of(page, "#models-failed").split())
    assert text_of(page, "#models-failed button") == "Choose other files"
    after = page.state()
    assert (after["modelId"], after["points"], after["candidates"]) == ("tiny", before["points"], before["candidates"])
    assert "wrong" not in models_of(page)
    page.find("#engine-about .panel-head button").click()
    page.click(60, 140)
    assert iou(page.mask(), red_disc()) > 0.9


def test_files_whose_names_say_nothing_can_be_swapped(page: Page, serve: Serve, two_models: Path, tmp_path: Path) -> None:
    small, large = tmp_path / "one.onnx", tmp_path / "two.onnx"
    small.write_bytes(tiny_model().encoder)
    large.write_bytes(tiny_model().decoder + bytes(1 << 20))
    page.load(serve(two_models).url)
    open_models(page)
    page.find("#own-files").send_keys(f"{small}\n{large}")
    assert text_of(page, "#own-encoder").startswith("two.onnx")
    assert "Swap" in text_of(page, "#own-note")
    page.find("#own-swap").click()
    assert text_of(page, "#own-encoder").startswith("one.onnx")
    assert text_of(page, "#own-decoder").startswith("two.onnx")


def test_a_download_that_is_stopped_goes_on_where_it_was(
    page: Page, serve: Serve, two_models: Path, slow_download: list[str]
) -> None:
    page.load(serve(two_models).url)
    segment_red(page)
    before = page.state()
    open_models(page)
    page.find("[data-model=nano] [data-role=use]").click()
    page.wait_until(lambda: "MB/s" in text_of(page, "#models-list [data-role=progress]"), "its speed")
    line = text_of(page, "#models-list [data-role=progress]")
    assert " of 12 MB, " in line
    assert line.endswith("left")
    assert text_of(page, "#status").startswith("Loading tabsam nano: ")
    page.wait_until(lambda: page.state()["loading"]["loaded"] > 4 << 20, "some of it")
    page.click(60, 140)  # the old model still answers; a click on the picture closes the panel
    assert len(page.state()["points"]) == 2
    open_models(page)
    page.find("#models-list [data-role=stop]").click()
    page.wait_until(lambda: page.state()["loading"] is None, "the end of it")
    assert page.state()["modelId"] == before["modelId"]
    assert "Stopped" in text_of(page, "#models-said")
    assert page.messages() == []
    stored = models_of(page)["tabsam nano"]["storedBytes"]
    assert 0 < stored < models_of(page)["tabsam nano"]["bytes"]
    slow_download.clear()
    page.find("[data-model=nano] [data-role=use]").click()
    page.wait_until(lambda: page.state()["modelId"] == "nano" and page.state()["loading"] is None, "the model")
    assert slow_download
    assert all(asked.startswith("bytes=") and not asked.startswith("bytes=0-") for asked in slow_download)
    assert len(page.state()["candidates"]) == 3


def test_a_model_that_cannot_be_fetched_is_said_and_tried_again(page: Page, serve: Serve, two_models: Path) -> None:
    server = serve(two_models)
    page.load(server.url)
    segment_red(page)
    server.refused.add(NANO_ENCODER)
    page.expected_errors.append("503")
    with pytest.raises(PageError) as caught:
        page.call("useModel", "nano")
    assert caught.value.code == "model-refused"
    assert page.state()["modelId"] == "tiny"
    server.refused.clear()
    page.find("[data-role='message-action']").click()
    page.wait_until(lambda: page.state()["modelId"] == "nano" and page.state()["loading"] is None, "the model")
    assert page.messages() == []
    assert len(page.state()["candidates"]) == 3
