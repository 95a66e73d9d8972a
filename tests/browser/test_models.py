"""Another model takes the place of the one that runs; one's own is kept; and what fails or is stopped costs nothing."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import time
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.common.by import By

from tests.browser.conftest import ARTIFACTS, Native, Serve
from tests.browser.test_objects_panel import wait_for_objects
from tests.support.hostile import padded_encoder
from tests.support.page import Page, PageError
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.proxy import RecordingProxy
from tests.support.sites import copy_site, rewrite
from tests.support.tiny_model import TinyModel, tiny_model
from tools.server import SiteHandler, SiteServer

RED = (80, 120)
#: The bytes after which a slow server makes a pause, and how long it is in seconds; and after how many it is slower still.
PIECE, PAUSE, LONG_PAUSE = 1 << 17, 0.1, 1.0
SLOWER = 6 << 20
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
    """Make the embedded model's encoder come slowly, if it is asked for from its start; give the ranges that are asked for."""
    asked: list[str] = []
    send_part = SiteHandler.send_part

    def send_slowly(self: SiteHandler, content: BinaryIO, part: range) -> None:
        if self.path.startswith(NANO_ENCODER):
            asked.append(self.headers.get("Range") or "")
        if not self.path.startswith(NANO_ENCODER) or part.start:
            send_part(self, content, part)
            return
        for start in range(part.start, part.stop, PIECE):
            send_part(self, content, range(start, min(start + PIECE, part.stop)))
            time.sleep(PAUSE if start < SLOWER else LONG_PAUSE)

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
    running = "return document.querySelector('.model[aria-current]')?.dataset.model"
    page.wait_until(lambda: page.js(running) == "nano", "the list")
    page.call("undo")
    assert len(page.state()["points"]) == 1
    assert iou(page.mask(), red_disc()) > 0.9
    assert page.messages() == []


def test_the_panel_says_what_there_is_and_what_is_stored(page: Page, serve: Serve, two_models: Path) -> None:
    page.load(serve(two_models).url)
    open_models(page)
    shown = text_of(page, "[data-model=nano]")
    assert all(part in shown for part in ("tabsam nano", "13 MB", "float32", "Apache", "Not stored"))
    assert "In use" in text_of(page, "[data-model=tiny]")
    assert "Stored" in text_of(page, "[data-model=tiny]")
    assert "used" in text_of(page, "#models-storage")
    page.call("useModel", "nano")
    nano = models_of(page)["tabsam nano"]
    assert nano["storedBytes"] == pytest.approx(nano["bytes"], rel=0.01)  # on a processor another decoder is stored
    page.find("[data-model=tiny] [data-role=delete]").click()
    page.wait_until(lambda: "Not stored" in text_of(page, "[data-model=tiny]"), "the files to go")
    assert models_of(page)["tiny"]["storedBytes"] == 0
    assert "deleted" in text_of(page, "#models-said")
    assert "for the next visit" in text_of(page, "#models-now")
    page.find("[data-model=nano] [data-role=delete]").click()
    page.wait_until(lambda: "until the tab closes" in text_of(page, "#models-now"), "where the model is")


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
    assert page.state()["candidates"]
    page.load(server.url)
    assert set(models_of(page)) == {"tiny", "tabsam nano"}


def test_what_is_no_pair_is_refused_and_the_old_model_goes_on(page: Page, serve: Serve, two_models: Path, tmp_path: Path) -> None:
    page.load(serve(two_models).url)
    segment_red(page)
    before = page.state()
    for wrong, code in ((tiny_model().encoder, "model-unknown"), (b"not a model" * 100, "no-provider")):
        files = [tmp_path / "wrong-encoder.onnx", tmp_path / "wrong-decoder.onnx"]
        files[0].write_bytes(tiny_model().encoder)
        files[1].write_bytes(wrong)
        add_own(page, *files)
        page.wait_until(lambda code=code: page.error_codes() == [code], code)  # type: ignore[misc]
        (message,) = page.messages()
        assert message in " ".join(text_of(page, "#models-failed").split())
        assert text_of(page, "#models-failed button") == "Choose other files"
        after = page.state()
        assert (after["modelId"], after["points"], after["candidates"]) == ("tiny", before["points"], before["candidates"])
        assert "wrong" not in models_of(page)
    page.find("#engine-about .panel-head button").click()
    page.click(60, 140)
    assert iou(page.mask(), red_disc()) > 0.9


def test_models_are_compared_on_a_picture_and_the_one_that_ran_runs_again(page: Page, serve: Serve, two_models: Path) -> None:
    path = two_models / "models/catalog.json"
    catalog = json.loads(path.read_text(encoding="utf-8"))
    catalog["models"].append({**catalog["models"][-1], "id": "twin", "name": "twin"})  # to load nano would take seconds
    rewrite(path, json.dumps(catalog))
    page.load(serve(two_models).url)
    page.open_picture(encoded(two_discs()), "discs.png")
    page.click(*RED)
    page.press(Keys.ENTER)
    wait_for_objects(page, 1)
    page.press("t")
    page.find("#measures-models").click()
    page.wait_until(lambda: len(page.find_all("#compare-models-list input")) == 3, "the stored models")
    page.find("#compare-models-list input[value=nano]").click()
    page.find("#compare-models-start").click()
    page.wait_until(lambda: page.find("#compare-models-note").text == "2 models compared.", "the comparison")
    rows = [row.text.split() for row in page.find_all("#compare-models-table tbody tr")]
    assert [(row[0], row[1]) for row in rows] == [("tiny", "1"), ("twin", "1")]
    assert all(float(row[2]) > 0.99 for row in rows)
    assert page.state()["modelId"] == "tiny"
    page.screenshot(ARTIFACTS / "compare-models.png")
    page.find("#compare-models-csv").click()
    assert page.saved_file(".csv").read_text(encoding="utf-8-sig").count("object 1") == 2


def test_the_model_is_benchmarked_beside_the_picture_and_compared_with_an_earlier_run(
    page: Page, serve: Serve, two_models: Path
) -> None:
    page.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    page.load(f"{serve(two_models).url}?benchmark")  # which opens it
    page.wait_until(lambda: page.find("#benchmark").is_displayed(), "the dialog")
    assert not page.find("#benchmark-copy").is_enabled()
    page.press(Keys.ESCAPE)
    page.open_picture(encoded(two_discs()), "discs.png")
    page.click(*RED)
    open_models(page)
    page.find("#models-benchmark").click()
    page.find("#benchmark-start").click()
    page.wait_until(lambda: page.find("#benchmark-note").text == "Done.", "the benchmark")
    first = benchmark_table(page)
    assert list(first)[:6] == [f"{what}, {which}" for what in ("encode", "decode") for which in ("first", "p50", "p95")]
    assert all(float(cells[0].split()[0]) > 0 for cells in first.values())
    assert page.find("#benchmark-about").text.startswith("tiny on WASM, 1024 x 768 pixels; ")
    page.find("#benchmark-copy").click()
    page.wait_until(lambda: "clipboard" in page.find("#benchmark-note").text, "the copy")
    copied: str = page.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert "| decode, p95 |" in copied
    page.find("#benchmark-json").click()
    saved = page.saved_file(".json")
    page.find("#benchmark-start").click()
    page.find("#benchmark-start").click()  # stopped at once: its round is told
    page.wait_until(lambda: page.find("#benchmark-note").text.startswith("Stopped after "), "the end")
    page.find("#benchmark-file").send_keys(str(saved))
    page.wait_until(lambda: len(benchmark_table(page)["encode, p50"]) == 3, "the ratios")
    assert benchmark_table(page)["encode, p50"][1] == first["encode, p50"][0]
    page.screenshot(ARTIFACTS / "benchmark.png")
    page.press(Keys.ESCAPE)
    assert iou(page.mask(), red_disc()) > 0.9
    page.click(60, 140)
    assert iou(page.mask(), red_disc()) > 0.9


def benchmark_table(page: Page) -> dict[str, list[str]]:
    rows = "[...document.querySelectorAll('#benchmark-table tbody tr')]"
    return {what: cells for what, *cells in page.js(f"return {rows}.map((row) => [...row.cells].map((cell) => cell.innerText))")}


def test_what_is_chosen_while_a_model_is_added_stays_chosen(
    page: Page, serve: Serve, two_models: Path, pair: tuple[Path, Path]
) -> None:
    next_one = pair[0].with_name("next-encoder.onnx")
    next_one.write_bytes(pair[0].read_bytes())
    page.load(serve(two_models).url)
    add_own(page, *pair)
    page.find("#own-files").send_keys(str(next_one))
    page.wait_until(lambda: page.state()["model"] == "mine" and page.state()["loading"] is None, "one's own model")
    assert text_of(page, "#own-encoder").startswith("next-encoder.onnx")


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
    line = re.compile(r"[\d.]+ of 1[34] MB, [\d.]+ [kM]B/s, \d+ (s|min) left")
    page.wait_until(lambda: line.fullmatch(text_of(page, "#models-list [data-role=progress]")), "its speed")
    page.wait_until(lambda: text_of(page, "#status").startswith("Loading tabsam nano: "), "the status line")
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
    assert page.state()["candidates"]


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
    assert page.state()["candidates"]


# ---- Lists and models from elsewhere, for which servers on other ports stand ------------------------------------------


@pytest.fixture
def elsewhere(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SiteServer:
    """Serve a catalogue with the generated model, and its files, from another origin that lets anybody read them."""
    common_headers = SiteServer.common_headers
    monkeypatch.setattr(SiteServer, "common_headers", lambda self: {**common_headers(self), "Access-Control-Allow-Origin": "*"})
    folder = tmp_path / "elsewhere"
    weights = tiny_model().save_with_weights(folder / "files")
    files = {role: listed(folder / "files" / f"{role}.onnx", folder) for role in ("encoder", "decoder")}
    files["encoder"]["data"] = [{"name": weights.name, **listed(weights, folder)}]
    entry = {"id": "theirs", "name": "Theirs", "licence": "none", "dtype": "float32", "description": "Not ours.", **files}
    write_catalog(folder, entry)
    server: SiteServer = serve(folder, isolate=False)
    return server


def write_catalog(folder: Path, *entries: dict[str, Any]) -> None:
    rewrite(folder / "catalog.json", json.dumps({"models": entries}))


def listed(path: Path, folder: Path) -> dict[str, Any]:
    """Describe a file for a catalogue in a folder."""
    data = path.read_bytes()
    return {"url": path.relative_to(folder).as_posix(), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def list_from(page: Page, address: str) -> None:
    """Type the address of another list of models into the panel, and have it listed."""
    open_models(page)
    page.js("document.querySelector('#catalog').closest('details').open = true")
    field = page.find("#catalog-url")
    field.clear()
    field.send_keys(address)
    page.find("#catalog .button").click()


def unfold(page: Page) -> None:
    """Show the models that would have to be fetched."""
    page.js("document.querySelector('#models-elsewhere').open = true")


def test_another_list_is_listed_and_remembered(page: Page, serve: Serve, two_models: Path, elsewhere: SiteServer) -> None:
    server = serve(two_models)
    page.load(server.url)
    segment_red(page)
    list_from(page, f"{elsewhere.url}catalog.json")
    page.wait_until(lambda: "Theirs" in models_of(page), "their model")
    assert elsewhere.log == ["/catalog.json"]
    page.wait_until(lambda: "1 model from 127.0.0.1" in text_of(page, "#models-said"), "what is said of it")
    unfold(page)
    assert f"from 127.0.0.1:{elsewhere.server_port}" in text_of(page, "[data-model=theirs]")
    page.find("[data-model=theirs] [data-role=use]").click()
    page.wait_until(lambda: page.state()["modelId"] == "theirs" and page.state()["loading"] is None, "their model")
    assert iou(page.mask(), red_disc()) > 0.9
    assert models_of(page)["Theirs"]["storedBytes"] == models_of(page)["Theirs"]["bytes"]

    page.load(server.url)
    page.wait_until(lambda: page.state()["modelId"] == "theirs", "the model of the last visit")
    assert page.messages() == []
    open_models(page)
    page.js("document.querySelector('#catalog').closest('details').open = true")
    page.wait_until(lambda: "127.0.0.1" in text_of(page, "#catalog-now"), "the list of the last visit")
    page.find("#catalog-leave").click()
    page.wait_until(lambda: "Theirs" not in models_of(page), "their list to go")
    assert {"tiny", "tabsam nano"} <= set(models_of(page))


def test_a_list_in_the_address_is_read_and_its_model_offered(
    page: Page, serve: Serve, two_models: Path, elsewhere: SiteServer
) -> None:
    server = serve(two_models)
    page.load(f"{server.url}?catalog={elsewhere.url}catalog.json&model=theirs")
    page.wait_until(lambda: any("names the model 'Theirs'" in text for text in page.messages()), "the offer")
    assert page.state()["model"] == "tiny"
    assert elsewhere.log == ["/catalog.json"]
    page.find("#notices [data-role=message-action]").click()
    page.wait_until(lambda: page.state()["modelId"] == "theirs" and page.state()["loading"] is None, "their model")
    segment_red(page)
    page.load(server.url)
    assert page.state()["model"] == "tiny"
    assert "Theirs" not in models_of(page)


def test_a_list_that_is_named_again_is_read_again(page: Page, serve: Serve, two_models: Path, elsewhere: SiteServer) -> None:
    page.load(serve(two_models).url)
    address = f"{elsewhere.url}catalog.json"
    page.call("useCatalog", address)
    assert "Theirs" in models_of(page)
    (entry,) = json.loads((elsewhere.directory / "catalog.json").read_text(encoding="utf-8"))["models"]
    write_catalog(elsewhere.directory, {**entry, "name": "Their new one"})
    page.call("useCatalog", address)
    assert "Their new one" in models_of(page)
    assert elsewhere.log == ["/catalog.json"] * 2


#: What is wrong with a list, and what is said of it: something else than of the one before.
BROKEN = {
    "no list": (b"<!doctype html><p>Welcome", "catalog-invalid"),
    "no such file": (b"", "catalog-refused"),
    "an entry without an encoder": (json.dumps({"models": [{"id": "one", "name": "One"}]}).encode(), "catalog-invalid"),
    "nobody there": (None, "catalog-unreachable"),
}


def test_a_list_that_cannot_be_used_is_said_and_ours_stays(
    page: Page, serve: Serve, two_models: Path, elsewhere: SiteServer
) -> None:
    page.load(serve(two_models).url)
    for case in BROKEN:
        address, code = break_list(page, elsewhere, case)
        list_from(page, address)
        expect_ours(page, code)


@pytest.mark.parametrize(
    "case", ["no list", *(pytest.param(case, marks=pytest.mark.long) for case in BROKEN if case != "no list")]
)
def test_a_list_in_the_address_that_cannot_be_used_is_said_and_ours_stays(
    page: Page, serve: Serve, two_models: Path, elsewhere: SiteServer, case: str
) -> None:
    address, code = break_list(page, elsewhere, case)
    page.load(f"{serve(two_models).url}?catalog={address}")
    expect_ours(page, code)


def break_list(page: Page, elsewhere: SiteServer, case: str) -> tuple[str, str]:
    """Put a list there that is none; give its address, or one where nobody is, and what is said of it."""
    content, code = BROKEN[case]
    if content is None:
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            port: int = nobody.getsockname()[1]
        page.expected_errors.append(str(port))
        return f"http://127.0.0.1:{port}/catalog.json", code
    page.expected_errors.append(str(elsewhere.server_port))
    if content:
        rewrite(elsewhere.directory / "catalog.json", content)
    return f"{elsewhere.url}{'nothing' if content == b'' else 'catalog'}.json", code


def expect_ours(page: Page, code: str) -> None:
    page.wait_until(lambda: page.error_codes() == [code], "the error")
    open_models(page)
    (message,) = page.messages()
    assert message in " ".join(text_of(page, "#models-failed").split())
    assert set(models_of(page)) == {"tiny", "tabsam nano"}
    assert page.state()["model"] == "tiny"


def test_nobody_else_is_asked_before_a_model_of_theirs_is_chosen(page: Page, serve: Serve, proxy: RecordingProxy) -> None:
    page.load(serve().url)
    open_models(page)
    unfold(page)
    assert "huggingface.co" in text_of(page, "[data-model='sam2.1-tiny']")
    segment_red(page)
    assert proxy.foreign_hosts() == []
    page.expected_errors.append("huggingface.co")
    with pytest.raises(PageError) as caught:
        page.call("useModel", "mobilesam")
    assert caught.value.code == "model-unreachable"
    assert set(proxy.foreign_hosts()) == {"huggingface.co"}
    assert page.state()["modelId"] == "nano"
    page.click(60, 140)
    assert len(page.state()["points"]) == 2


# ---- One's own, from a folder and from addresses -----------------------------------------------------------------------


def test_a_folder_gives_a_model_with_its_weights(page: Page, serve: Serve, two_models: Path, tmp_path: Path) -> None:
    folder = tmp_path / "My SAM"
    weights = tiny_model().save_with_weights(folder / "onnx")
    for role in ("encoder", "decoder"):
        (folder / "onnx" / f"{role}_quantized.onnx").write_bytes(b"another")
    (folder / "README.md").write_text("Read me.")
    server = serve(two_models)
    page.load(server.url)
    segment_red(page)
    open_models(page)
    page.find("#own-folder").send_keys(str(folder))
    page.wait_until(lambda: text_of(page, "#own-encoder").startswith("encoder.onnx"), "the pair")
    assert text_of(page, "#own-decoder").startswith("decoder.onnx")
    assert "4 graphs" in text_of(page, "#own-note")
    page.find("#own-add").click()
    page.wait_until(lambda: page.state()["model"] == "My SAM" and page.state()["loading"] is None, "one's own model")
    assert iou(page.mask(), red_disc()) > 0.9
    assert models_of(page)["My SAM"]["storedBytes"] == sum(
        path.stat().st_size for path in (weights, weights.with_name("encoder.onnx"), weights.with_name("decoder.onnx"))
    )
    page.load(server.url)
    assert page.state()["model"] == "My SAM"
    segment_red(page)
    page.call("removeModel", page.state()["modelId"])
    assert "My SAM" not in models_of(page)


def drop_paths(page: Page, *paths: Path) -> None:
    """Drop files and folders of this machine on the middle of the page, as from its file manager."""
    x, y = page.js("return [innerWidth / 2, innerHeight / 2]")
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for step in ("dragEnter", "dragOver", "drop"):
        page.input("DragEvent", {"type": step, "x": x, "y": y, "data": data})


def test_a_folder_that_is_dropped_gives_a_model_with_its_weights(
    page: Page, serve: Serve, two_models: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "My SAM"
    weights = tiny_model().save_with_weights(folder / "onnx" / "whole")
    (folder / "README.md").write_text("Read me.")
    page.load(serve(two_models).url)
    segment_red(page)
    drop_paths(page, folder)
    page.wait_until(lambda: text_of(page, "#own-encoder").startswith("encoder.onnx"), "the pair")
    assert text_of(page, "#own-decoder").startswith("decoder.onnx")
    assert text_of(page, "#own-note") == ""
    page.find("#own-add").click()
    page.wait_until(lambda: page.state()["model"] == "My SAM" and page.state()["loading"] is None, "one's own model")
    assert iou(page.mask(), red_disc()) > 0.9
    files = (weights, weights.with_name("encoder.onnx"), weights.with_name("decoder.onnx"))
    assert models_of(page)["My SAM"]["storedBytes"] == sum(path.stat().st_size for path in files)


def test_what_is_in_several_folders_and_beside_them_is_taken_together(
    page: Page, serve: Serve, two_models: Path, tmp_path: Path
) -> None:
    tiny_model().save(tmp_path / "one")
    (tmp_path / "two").mkdir()
    decoder = (tmp_path / "one" / "decoder.onnx").rename(tmp_path / "two" / "decoder.onnx")
    page.load(serve(two_models).url)
    drop_paths(page, tmp_path / "one", tmp_path / "two")
    page.wait_until(lambda: text_of(page, "#own-decoder").startswith("decoder.onnx"), "the pair")
    page.load(page.driver.current_url)
    drop_paths(page, decoder, tmp_path / "one")
    page.wait_until(lambda: text_of(page, "#own-encoder").startswith("encoder.onnx"), "the pair")
    assert text_of(page, "#own-decoder").startswith("decoder.onnx")


def test_a_folder_with_nothing_in_it_is_said(page: Page, serve: Serve, two_models: Path, tmp_path: Path) -> None:
    (tmp_path / "Empty").mkdir()
    page.load(serve(two_models).url)
    drop_paths(page, tmp_path / "Empty")
    page.wait_until(lambda: "no encoder with its decoder in “Empty”" in text_of(page, "#own-note"), "the sentence")


def test_weights_that_are_missing_are_named(page: Page, serve: Serve, two_models: Path, tmp_path: Path) -> None:
    weights = tiny_model().save_with_weights(tmp_path / "mine")
    page.load(serve(two_models).url)
    add_own(page, weights.with_name("encoder.onnx"), weights.with_name("decoder.onnx"))
    page.wait_until(lambda: page.error_codes() == ["model-weights"], "the error")
    assert "encoder.onnx_data" in page.messages()[0]
    page.find("#own-files").send_keys(str(weights))
    page.find("#own-add").click()
    page.wait_until(lambda: models_of(page).get("My model", {}).get("current"), "the model with its weights")
    assert page.messages() == []


STORED_NAMES = """
return (async () => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
  return (await Array.fromAsync(folder.keys())).sort();
})();
"""


def test_half_a_model_is_not_kept(page: Page, serve: Serve, two_models: Path, pair: tuple[Path, Path], tmp_path: Path) -> None:
    encoder, decoder = pair
    encoder.write_bytes(padded_encoder(tiny_model(), "half", 1000))
    TinyModel(tiny_model().decoder, b"").save_with_weights(tmp_path / "apart")
    decoder.write_bytes((tmp_path / "apart" / "encoder.onnx").read_bytes())
    page.load(serve(two_models).url)
    before = page.js(STORED_NAMES)
    add_own(page, encoder, decoder)
    page.wait_until(lambda: page.error_codes() == ["model-weights"], "the error")
    assert page.js(STORED_NAMES) == before


ADD_FETCHED = """
return (async (stop) => {
  const [encoder, decoder] = ['encoder', 'decoder'].map((role) => fetch(`models/mine/${role}.onnx`).then((file) => file.blob()));
  const adding = window.tabsam.addModel(await encoder, await decoder, 'mine');
  if (stop) void window.tabsam.stopLoading();
  return adding.then(() => '', ({ code }) => code);
})(arguments[0]);
"""


def test_adding_ones_own_model_again_and_stopping_costs_it_nothing(page: Page, serve: Serve, two_models: Path) -> None:
    folder = two_models / "models" / "mine"
    TinyModel(padded_encoder(tiny_model(), "mine", 1000), tiny_model().decoder).save(folder)
    page.load(serve(two_models).url)
    assert page.js(ADD_FETCHED, False) == ""
    page.call("useModel", "tiny")
    assert page.js(ADD_FETCHED, True) == "cancelled"
    mine = models_of(page)["mine"]
    assert mine["storedBytes"] == sum(path.stat().st_size for path in folder.iterdir())
    page.call("useModel", mine["id"])
    assert page.state()["model"] == "mine"


def add_from_web(page: Page, encoder: str, decoder: str, name: str = "") -> None:
    """Type the addresses of a model into the panel, and have it used."""
    open_models(page)
    page.js("document.querySelector('#own-web').open = true")
    for role, address in (("encoder", encoder), ("decoder", decoder)):
        field = page.find(f"#own-{role}-url")
        field.clear()
        field.send_keys(address)
    if name:
        page.find("#own-name").clear()
        page.find("#own-name").send_keys(name)
    page.find("#own-add").click()


def test_a_model_from_two_addresses_is_kept_like_ones_own(
    page: Page, serve: Serve, two_models: Path, elsewhere: SiteServer
) -> None:
    server = serve(two_models)
    page.load(server.url)
    segment_red(page)
    files = f"{elsewhere.url}files/"
    add_from_web(page, f"{files}encoder.onnx", f"{files}decoder.onnx", "From afar")
    page.wait_until(lambda: page.state()["model"] == "From afar" and page.state()["loading"] is None, "the model")
    assert iou(page.mask(), red_disc()) > 0.9
    assert sorted(elsewhere.log) == ["/files/decoder.onnx", "/files/encoder.onnx", "/files/encoder.onnx_data"]
    assert models_of(page)["From afar"]["own"]
    elsewhere.log.clear()
    page.load(server.url)
    assert page.state()["model"] == "From afar"
    segment_red(page)
    assert elsewhere.log == []


#: Two addresses, and what is said of them: something else than of those before.
NO_MODELS = [
    ("files/encoder.onnx", "files/nothing.onnx", "model-refused"),
    ("files/decoder.onnx", "files/decoder.onnx", "address-invalid"),
    ("files/decoder.onnx", "files/encoder.onnx", "model-unknown"),
    ("ftp://example.org/encoder.onnx", "files/decoder.onnx", "address-invalid"),
]


def test_addresses_that_give_no_model_are_refused(page: Page, serve: Serve, two_models: Path, elsewhere: SiteServer) -> None:
    page.load(serve(two_models).url)
    page.expected_errors.append("404")
    for encoder, decoder, code in NO_MODELS:
        add_from_web(page, *(part if "://" in part else elsewhere.url + part for part in (encoder, decoder)))
        page.wait_until(lambda code=code: page.error_codes() == [code], code)  # type: ignore[misc]
        assert page.state()["model"] == "tiny"
        assert set(models_of(page)) == {"tiny", "tabsam nano"}


# ---- What the next visit begins with -----------------------------------------------------------------------------------


def test_the_next_visit_begins_with_the_last_model(page: Page, serve: Serve, two_models: Path) -> None:
    server = serve(two_models)
    page.load(server.url)
    page.call("useModel", "nano")
    page.load(server.url)
    assert page.state()["modelId"] == "nano"
    page.load(f"{server.url}?model=tiny")
    assert page.state()["modelId"] == "tiny"
    page.load(server.url)
    assert page.state()["modelId"] == "nano"


def test_a_last_model_that_is_gone_gives_way_with_a_notice(page: Page, serve: Serve, two_models: Path) -> None:
    server = serve(two_models)
    page.load(server.url)
    page.call("useModel", "nano")
    page.js("return navigator.storage.getDirectory().then((root) => root.removeEntry('models', { recursive: true }))")
    server.log.clear()
    page.load(server.url)
    assert page.state()["model"] == "tiny"
    (notice,) = page.messages()
    assert "tabsam nano is no longer stored" in notice
    assert "tiny runs instead" in notice
    assert NANO_ENCODER not in server.log
    page.wait_until(lambda: page.state()["modelId"] == "tiny", "the right name")
    page.load(server.url)
    assert page.messages() == []


def test_the_model_can_be_run_elsewhere_and_the_page_says_why(page: Page, serve: Serve, two_models: Path) -> None:
    server = serve(two_models)
    page.load(server.url)
    segment_red(page)
    open_models(page)
    assert page.find("#provider-switch [value='']").is_selected()
    page.find("#provider-switch [value=wasm]").click()
    page.wait_until(lambda: page.state()["wish"] == "wasm", "WASM")
    assert "WASM was asked for" in text_of(page, "#models-now")
    page.find("#provider-switch [value=webgpu]").click()
    page.wait_until(lambda: page.error_codes() == ["provider-unavailable"], "the error")
    assert "no WebGPU adapter" in page.messages()[0]
    page.wait_until(lambda: page.find("#provider-switch [value=wasm]").is_selected(), "the switch to go back")
    assert iou(page.mask(), red_disc()) > 0.9

    page.load(server.url)
    assert (page.state()["wish"], page.state()["provider"]) == ("wasm", "wasm")
    page.js("localStorage.setItem('tabsam.provider', 'webgpu')")
    page.load(server.url)
    assert (page.state()["wish"], page.state()["provider"]) == (None, "wasm")
    assert "where it ran last time it cannot" in page.messages()[0]
    page.load(server.url)
    assert page.messages() == []


def test_the_search_for_everything_is_offered_as_suits_the_model(page: Page, serve: Serve, two_models: Path) -> None:
    path = two_models / "models" / "catalog.json"
    catalog = json.loads(path.read_text(encoding="utf-8"))
    nano = next(model for model in catalog["models"] if model["id"] == "nano")
    nano["everything"] = {"pointsPerSide": 8, "predIouThresh": 0.55, "stabilityScoreThresh": 0.65, "boxNmsThresh": 0.5}
    rewrite(path, json.dumps(catalog))

    def offered() -> list[str]:
        return [str(page.find(f"#search-{name}").get_property("value")) for name in ("side", "iou", "stability")]

    page.load(serve(two_models).url)
    page.open_picture(encoded(two_discs()), "discs.png")
    page.press("f")
    # The generated model's catalogue entry says nothing: what Meta's generator for its family has, SAM 2, and the page's clicks.
    assert offered() == ["16", "0.8", "0.95"]
    page.call("useModel", "nano")
    page.wait_until(lambda: offered() == ["8", "0.55", "0.65"], "the model's own")
    stability = page.find("#search-stability")
    stability.send_keys(Keys.HOME, *[Keys.ARROW_RIGHT] * 30)
    page.call("useModel", "tiny")
    page.wait_until(lambda: offered() == ["16", "0.8", "0.3"], "the other model's, but for what was typed")
    page.call("useModel", "nano")
    page.wait_until(lambda: offered() == ["8", "0.55", "0.3"], "the model's own, but for what was typed")
    page.find("#search-start").click()
    page.wait_until(lambda: "found." in text_of(page, "#search-state"), "the end of the search", patience=120)


def test_without_options_everything_is_found_by_the_models_own(page: Page, serve: Serve, two_models: Path) -> None:
    path = two_models / "models" / "catalog.json"
    catalog = json.loads(path.read_text(encoding="utf-8"))
    tiny = next(model for model in catalog["models"] if model["id"] == "tiny")
    tiny["everything"] = {"pointsPerSide": 4, "predIouThresh": 0, "stabilityScoreThresh": 0, "boxNmsThresh": 1}
    rewrite(path, json.dumps(catalog))
    page.load(serve(two_models).url)
    page.open_picture(encoded(two_discs()), "discs.png")
    every = page.call("findAll")
    assert len(every) > 16  # of three masks for each of 16 clicks none is put away
    assert len(page.call("findAll", {"boxNmsThresh": 0.7})) < len(every)
