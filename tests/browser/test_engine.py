"""What runs the model, and why; and what is said when nothing can."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx.parser
import pytest
from PIL import Image
from selenium.webdriver import Chrome

from build import SiteServer
from tabsam.arrays import AnyArray, BoolArray, Size
from tabsam.formats.embedding import read_embedding, write_embedding
from tabsam.model import native
from tabsam.model.dialects.sam2 import RECIPE as SAM2
from tabsam.model.image import open_image
from tabsam.model.preprocess import Recipe, encoder_input, frame_for
from tabsam.model.resizing import Resizing
from tests.browser.conftest import Serve, watched_page
from tests.support.chrome import STILL, SWIFTSHADER, start_chrome
from tests.support.hostile import listed, padded_encoder
from tests.support.page import Page
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.proxy import RecordingProxy
from tests.support.sites import (
    MARK,
    copy_site,
    count_objects,
    fail_once,
    leave_no_room_on_wasm,
    lie_on_webgpu,
    lose_the_gpu,
    offer_as_large,
    offer_only,
    rewrite,
)
from tests.support.tiny_model import TinyModel, tiny_model

RED = (80, 120)
#: WebGPU in software compiles its shaders slowly, and the self-test runs both graphs twice.
SLOW = 180.0


@pytest.fixture
def tiny_site(site: Path, tmp_path: Path) -> Path:
    """Give a copy of the site whose only model is the generated one."""
    copy = copy_site(site, tmp_path / "site")
    offer_only(tiny_model(), copy)
    return copy


@pytest.fixture
def large_site(tiny_site: Path) -> Path:
    """Give a site whose built-in model is the generated one, with another that it takes for large."""
    offer_as_large(tiny_model(), tiny_site)
    return tiny_site


@pytest.fixture(scope="module")
def webgpu_chrome(proxy: RecordingProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start a browser with WebGPU, in software."""
    flags = [*SWIFTSHADER, STILL, f"--proxy-server=127.0.0.1:{proxy.server_port}"]
    driver = start_chrome(tmp_path_factory.mktemp("webgpu"), flags=flags)
    yield driver
    driver.quit()


@pytest.fixture
def webgpu_page(webgpu_chrome: Chrome, proxy: RecordingProxy, tmp_path: Path, passing: set[str]) -> Iterator[Page]:
    with watched_page(webgpu_chrome, proxy, tmp_path, passing) as watched:
        yield watched


def segment_red(page: Page) -> BoolArray:
    """Open the discs, click the red one and return its mask."""
    page.open_picture(encoded(two_discs()), "discs.png")
    page.click(*RED)
    return page.mask()


def tiny_native_mask() -> BoolArray:
    """Return what the generated model finds under the same click on CPython."""
    model = tiny_model()

    async def ask() -> BoolArray:
        segmenter = native.load_pair(model.encoder, model.decoder)
        await segmenter.set_image(open_image(encoded(two_discs())))
        return (await segmenter.predict([RED], [1]))[0].mask()

    return asyncio.run(ask())


def test_wasm_runs_with_threads_where_the_site_is_isolated(page: Page, server: SiteServer) -> None:
    page.visit(server.url)
    state = page.state()
    cores = page.js("return navigator.hardwareConcurrency")
    assert page.js("return crossOriginIsolated")
    assert (state["provider"], state["threads"]) == ("wasm", min(cores, 8))
    assert "WebGPU" in state["why"]
    page.find("#engine").click()
    page.wait_until(lambda: state["why"] in page.find("#engine-about").text, "the reason")


def test_wasm_runs_with_one_thread_where_it_is_not_and_says_why(page: Page, serve: Serve) -> None:
    server = serve(isolate=False)
    page.load(server.url)
    state = page.state()
    assert not page.js("return crossOriginIsolated")
    assert (state["provider"], state["threads"]) == ("wasm", 1)
    assert "not cross-origin isolated" in state["why"]
    assert iou(segment_red(page), red_disc()) > 0.9


def test_the_provider_and_the_threads_can_be_asked_for(page: Page, serve: Serve, tiny_site: Path) -> None:
    server = serve(tiny_site)
    page.load(f"{server.url}?provider=wasm&threads=1")
    state = page.state()
    assert (state["provider"], state["threads"]) == ("wasm", 1)
    assert "asked for" in state["why"]


def test_webgpu_runs_when_its_answers_are_right(webgpu_page: Page, serve: Serve, tiny_site: Path, tmp_path: Path) -> None:
    server = serve(tiny_site)
    webgpu_page.load(server.url, patience=SLOW)
    state = webgpu_page.state()
    assert (state["provider"], state["model"]) == ("webgpu", "tiny")
    assert "GPU" in state["why"]
    assert "Checked against WASM: its logits differ by" in state["why"]
    assert webgpu_page.find("#engine-label").text.startswith("WebGPU")
    mask = segment_red(webgpu_page)
    assert iou(mask, red_disc()) > 0.9
    assert iou(mask, tiny_native_mask()) > 0.99
    webgpu_page.click(240, 120, button="right")
    assert iou(webgpu_page.mask(), red_disc()) > 0.85

    # An embedding is read from the GPU to be saved, and put there with the picture that it is of.
    webgpu_page.find("#export-formats").click()
    webgpu_page.find("#export-menu [data-role=embedding]").click()
    embedding = read_embedding(webgpu_page.saved_file(".safetensors").read_bytes())
    again = encoded(two_discs()) + b"again"
    (tmp_path / "again.png").write_bytes(again)
    belongs = replace(embedding, picture=hashlib.sha256(again).hexdigest())
    (tmp_path / "again.npz").write_bytes(write_embedding(belongs, "npz"))
    webgpu_page.drop_paths(tmp_path / "again.png", tmp_path / "again.npz")
    webgpu_page.wait_until(lambda: (webgpu_page.state()["image"] or {}).get("name") == "again.png", "the picture")
    webgpu_page.wait_for("idle")
    assert webgpu_page.error_codes() == []
    revision = webgpu_page.state()["revision"]
    webgpu_page.click(80, 120)
    webgpu_page.wait_for_answer(revision)
    assert iou(webgpu_page.mask(), mask) > 0.99


#: Asks an engine of its own, which the page starts, for what an encoder on the GPU is fed; gives the floats' bytes.
FED = """
const [bytes, picture, dims, done] = arguments;
const worker = new Worker('engine/main.js', { type: 'module' });
const decoded = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const waiting = new Map();
worker.onmessage = ({ data }) => {
  if (data.error) done({ error: JSON.stringify(data.error) });
  else if ('result' in data) waiting.get(data.id)(data.result);
};
const ask = (op, params) => new Promise((resolve) => {
  waiting.set(op, resolve);
  worker.postMessage({ id: op, op, params });
});
(async () => {
  await ask('load', { build: 'Suspending' in WebAssembly ? 'jspi' : 'asyncify', threads: 1 });
  const { session, resizes } = await ask('open', { bytes: decoded(bytes).buffer, provider: 'webgpu', keep: true });
  for (const part of ['pixels', 'rows.starts', 'rows.weights', 'columns.starts', 'columns.weights']) {
    const [name, inner] = part.split('.');
    if (inner) picture[name][inner] = decoded(picture[name][inner]);
    else picture[name] = decoded(picture[name]);
  }
  const feeds = { picture: { dtype: 'float32', dims, picture } };
  const { out: { handle } } = await ask('run', { session, feeds, outputs: ['out'] });
  const { data } = await ask('read', { handle });
  let text = '';
  for (let i = 0; i < data.length; i += 32768) text += String.fromCharCode(...data.subarray(i, i + 32768));
  worker.terminate();
  done({ resizes, values: btoa(text) });
})();
"""


@pytest.mark.parametrize("size", [(60, 211), pytest.param((97, 31), marks=pytest.mark.long)])
def test_a_gpu_resizes_a_picture_as_the_processor_does(webgpu_page: Page, serve: Serve, tiny_site: Path, size: Size) -> None:
    same = "(float[1, 3, h, w] picture) => (float[1, 3, h, w] out) { out = Identity (picture) }"
    file = onnx.parser.parse_model(f'< ir_version: 8, opset_import: ["" : 17] > same {same}').SerializeToString()
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8))
    recipe = Recipe("letterbox", "float", SAM2.mean, SAM2.std)
    resizing = Resizing(image, recipe, frame_for(recipe, size, (80, 80)))

    def text(data: AnyArray | bytes) -> str:
        return base64.b64encode(data if isinstance(data, bytes) else data.tobytes()).decode()

    rows, columns = resizing.axes()
    picture = {
        "pixels": text(image.tobytes()),
        "size": size,
        "content": resizing.frame.content_size,
        "rows": {"starts": text(rows.starts), "weights": text(rows.weights)},
        "columns": {"starts": text(columns.starts), "weights": text(columns.weights)},
        "mean": recipe.mean,
        "std": recipe.std,
    }
    webgpu_page.load(serve(tiny_site).url, until=("starting", "ready"), patience=SLOW)
    answer = webgpu_page.driver.execute_async_script(FED, text(file), picture, resizing.dims)
    assert "error" not in answer
    assert answer["resizes"]
    made = np.frombuffer(base64.b64decode(answer["values"]), np.float32).reshape(resizing.dims)
    assert np.abs(made - encoder_input(image, recipe, resizing.frame)).max() < 1e-5


@pytest.mark.parametrize("pictures", [4, pytest.param(500, marks=pytest.mark.long)])
def test_pictures_in_turn_leave_nothing_on_the_gpu_but_what_is_kept_encoded(
    webgpu_page: Page, serve: Serve, tiny_site: Path, pictures: int
) -> None:
    webgpu_page.load(serve(tiny_site).url, patience=SLOW)

    def others(numbers: range) -> int:
        """Open pictures, and count the bytes on the GPU that are not their embeddings'."""
        for number in numbers:
            webgpu_page.open_picture(encoded(two_discs()) + number.to_bytes(4), f"{number}.png")
            for x in (80, 90):  # of two shapes: with one point, and with two
                webgpu_page.call("addPoint", x, 120, 1)
        return int(webgpu_page.call("models")["gpu"]["bytes"] - webgpu_page.state()["encoded"]["bytes"])

    before = others(range(4))
    assert before > 0
    assert others(range(4, 4 + pictures)) == before
    webgpu_page.find("#engine").click()
    webgpu_page.wait_until(lambda: "On the GPU" in webgpu_page.find("#models-now").text, "the memory to be shown")


def test_weights_in_a_file_of_their_own_run_on_webgpu(webgpu_page: Page, serve: Serve, tiny_site: Path) -> None:
    catalogue = tiny_site / "models" / "catalog.json"
    weights = tiny_model().save_with_weights(catalogue.parent / "apart")
    encoder, decoder, data = (
        listed(f"apart/{name}", weights.with_name(name).read_bytes()) for name in ("encoder.onnx", "decoder.onnx", weights.name)
    )
    model = json.loads(catalogue.read_text(encoding="utf-8"))["models"][0]
    encoder["data"] = [{"name": weights.name, **data}]
    model |= {"id": "apart", "name": "apart", "encoder": encoder, "decoder": decoder}
    rewrite(catalogue, json.dumps({"default": "apart", "models": [model]}))
    webgpu_page.load(serve(tiny_site).url, patience=SLOW)
    state = webgpu_page.state()
    assert (state["provider"], state["model"]) == ("webgpu", "apart")
    assert "Checked against WASM: its logits differ by" in state["why"]
    assert iou(segment_red(webgpu_page), tiny_native_mask()) > 0.99


#: Wraps the build of onnxruntime-web for WASM: its console tells which graph runs, the encoder being the one with a single input.
TELLING_RUNTIME = """
import * as honest from './honest.mjs';
export * from './honest.mjs';
export const InferenceSession = {
  async create(...parameters) {
    const session = await honest.InferenceSession.create(...parameters);
    const run = session.run.bind(session);
    session.run = async (...feeds) => {
      const results = await run(...feeds);
      console.info(`${session.inputNames.length === 1 ? 'encoder' : 'decoder'} has run`);
      return results;
    };
    return session;
  },
};
"""


@pytest.mark.parametrize("size", [pytest.param("small", marks=pytest.mark.long), "large"])
def test_only_a_small_encoder_is_run_before_there_is_a_picture(page: Page, serve: Serve, tiny_site: Path, size: str) -> None:
    runtime = tiny_site / "vendor" / "onnxruntime" / "ort.wasm.min.mjs"
    runtime.rename(runtime.with_name("honest.mjs"))
    rewrite(runtime, TELLING_RUNTIME)
    if size == "large":
        offer_only(TinyModel(padded_encoder(tiny_model(), "large", 20_000_000), tiny_model().decoder), tiny_site)
    page.load(serve(tiny_site).url)

    def has_run(part: str) -> int:
        return sum(f"{part} has run" in line for line in page.read_console())

    # The decoder comes first; of the large encoder the last line tells that it has not run.
    page.wait_until(lambda: has_run("decoder"), "a first run")
    if size == "small":
        page.wait_until(lambda: has_run("encoder"), "the encoder's first run")
    assert iou(segment_red(page), red_disc()) > 0.9
    assert has_run("encoder") == (2 if size == "small" else 1)


def test_a_provider_that_answers_wrongly_is_refused(webgpu_page: Page, serve: Serve, tiny_site: Path) -> None:
    lie_on_webgpu(tiny_site)
    server = serve(tiny_site)
    webgpu_page.load(server.url, patience=SLOW)
    state = webgpu_page.state()
    assert state["provider"] == "wasm"
    assert "wrong answers in its self-test" in state["why"]
    assert iou(segment_red(webgpu_page), tiny_native_mask()) > 0.99
    # The verdict is remembered: the next visit starts without the test, and without WebGPU.
    webgpu_page.load(server.url, patience=SLOW)
    assert webgpu_page.state()["provider"] == "wasm"
    assert "wrong answers in its self-test" in webgpu_page.state()["why"]


def test_a_large_model_is_checked_without_encoding_on_wasm_and_what_was_shown_is_said(
    webgpu_page: Page, serve: Serve, large_site: Path
) -> None:
    leave_no_room_on_wasm(large_site, MARK)
    server = serve(large_site)
    webgpu_page.load(f"{server.url}?model=large", patience=SLOW)
    state = webgpu_page.state()
    assert (state["provider"], state["model"]) == ("webgpu", "large")
    assert "on a made-up embedding its logits differ by" in state["why"]
    assert "its encoder's numbers are finite" in state["why"]
    assert "tiny as a whole: its logits differ by" in state["why"]
    assert iou(segment_red(webgpu_page), tiny_native_mask()) > 0.99
    # Both verdicts are remembered: WASM is not even fetched.
    runtime = "/vendor/onnxruntime/ort.wasm.min.mjs"
    server.refused.add(runtime)
    for model in ("large", "tiny"):
        webgpu_page.load(f"{server.url}?model={model}", patience=SLOW)
        assert webgpu_page.state()["provider"] == "webgpu"


def test_a_large_model_whose_decoder_answers_wrongly_is_refused(webgpu_page: Page, serve: Serve, large_site: Path) -> None:
    lie_on_webgpu(large_site, MARK)
    webgpu_page.load(f"{serve(large_site).url}?model=large", patience=SLOW)
    state = webgpu_page.state()
    assert state["provider"] == "wasm"
    assert "wrong answers in its self-test (on a made-up embedding its logits are off by" in state["why"]
    assert iou(segment_red(webgpu_page), tiny_native_mask()) > 0.99


def test_a_large_model_is_refused_where_the_built_in_one_is(webgpu_page: Page, serve: Serve, large_site: Path) -> None:
    lie_on_webgpu(large_site, "tabsam-tests")
    webgpu_page.load(f"{serve(large_site).url}?model=large", patience=SLOW)
    state = webgpu_page.state()
    assert (state["provider"], state["model"]) == ("wasm", "large")
    assert "wrong answers in its self-test (tiny: its logits are off by" in state["why"]


def test_a_model_that_is_stopped_in_its_self_test_is_not_used(webgpu_page: Page, serve: Serve, large_site: Path) -> None:
    webgpu_page.load(f"{serve(large_site).url}?provider=wasm")
    segment_red(webgpu_page)
    webgpu_page.js("window.tabsam.useModel('large', 'webgpu').catch(({ code }) => (window.outcome = code))")
    step = "return document.querySelector('#models-list [data-role=progress]')?.textContent"
    webgpu_page.wait_until(lambda: webgpu_page.js(step) == "Checking WebGPU against WASM", "the self-test")
    webgpu_page.call("stopLoading")
    webgpu_page.wait_until(lambda: webgpu_page.js("return window.outcome") == "cancelled", "the end of it")
    state = webgpu_page.state()
    assert (state["model"], state["provider"], state["loading"]) == ("tiny", "wasm", None)
    webgpu_page.click(60, 140)
    assert webgpu_page.messages() == []


def test_a_lost_gpu_is_replaced_by_wasm_and_costs_nothing(webgpu_page: Page, serve: Serve, tiny_site: Path) -> None:
    lose_the_gpu(tiny_site)
    server = serve(tiny_site)
    webgpu_page.load(server.url, patience=SLOW)
    segment_red(webgpu_page)
    assert webgpu_page.state()["provider"] == "webgpu"
    webgpu_page.click(240, 120)
    webgpu_page.wait_until(lambda: webgpu_page.state()["provider"] == "wasm", "another provider")
    state = webgpu_page.state()
    assert "lost" in state["why"]
    assert len(state["points"]) == 2
    assert state["candidates"]
    assert any("lost" in message for message in webgpu_page.messages())
    webgpu_page.call("undo")
    assert iou(webgpu_page.mask(), tiny_native_mask()) > 0.99


@pytest.mark.parametrize(("provider", "most"), [("webgpu", 16), ("wasm", 8)])
def test_a_search_asks_for_as_many_objects_at_once_as_suits_the_provider(
    webgpu_page: Page, serve: Serve, tiny_site: Path, provider: str, most: int
) -> None:
    count_objects(tiny_site)
    webgpu_page.load(f"{serve(tiny_site).url}?provider={provider}", patience=SLOW)
    webgpu_page.open_picture(encoded(two_discs()), "discs.png")
    assert webgpu_page.state()["provider"] == provider
    webgpu_page.call("findAll", {"pointsPerSide": 5})
    counts = [int(count) for count in re.findall(r"objects: (\d+);", "\n".join(webgpu_page.read_console()))]
    assert max(counts) == most
    assert sum(counts) >= 25


def test_an_answer_that_fails_is_said_and_the_next_click_is_answered(page: Page, serve: Serve, tiny_site: Path) -> None:
    fail_once(tiny_site)
    page.load(serve(tiny_site).url)
    page.call("setHovering", False)
    segment_red(page)
    at = page.to_client(90, 120)
    page.mouse("mousePressed", at)
    page.mouse("mouseReleased", at)
    page.wait_until(page.error_codes, "what has gone wrong")
    page.wait_for("idle")
    assert all(page.messages())
    assert len(page.state()["points"]) == 2
    page.click(80, 130)
    assert len(page.state()["points"]) == 3
    assert iou(page.mask(), red_disc()) > 0.85
    page.wait_until(lambda: not page.error_codes(), "the message to go")


def test_a_model_that_is_not_there_is_named_and_others_are_offered(page: Page, server: SiteServer) -> None:
    page.load(f"{server.url}?model=nobody", until=("error",))
    assert page.error_codes() == ["model-unlisted"]
    (message,) = page.messages()
    assert "nobody" in message
    assert "nano" in message


@pytest.mark.parametrize("part", ["pyodide.asm.wasm", pytest.param("tabsam-*.whl", marks=pytest.mark.long)])
def test_python_that_does_not_start_is_said_in_words(page: Page, serve: Serve, part: str) -> None:
    server = serve()
    (path,) = server.directory.glob(f"vendor/pyodide/{part}")
    server.refused.add(f"/vendor/pyodide/{path.name}")
    page.expected_errors += ["503", "/vendor/pyodide/"]  # Pyodide says it on the console, too
    page.load(server.url, until=("error",))
    assert page.error_codes() == ["python-start"]
    server.refused.clear()
    page.find("[data-role='message-action']").click()
    page.wait_for("ready")


def test_a_start_that_stands_still_is_said_and_begun_again(page: Page, serve: Serve) -> None:
    server = serve()
    server.held.add("/vendor/pyodide/pyodide.asm.wasm")
    page.load(f"{server.url}?patience=1", until=("starting",))
    page.wait_until(lambda: any("The start takes long" in text for text in page.messages()), "the page to say so")
    server.held.let_go()
    page.find("#notices [data-role=message-action]").click()
    page.wait_for("ready")


def test_the_site_works_under_any_path_and_asks_for_nothing_beside_it(page: Page, serve: Serve) -> None:
    server = serve(base="/some/where/")
    assert server.url.endswith("/some/where/")
    page.load(server.url)
    assert iou(segment_red(page), red_disc()) > 0.9
    assert [path for path in server.log if not path.startswith("/some/where/")] == []


def test_nothing_is_asked_of_anybody_else(page: Page, serve: Serve, proxy: RecordingProxy) -> None:
    server = serve()
    page.load(server.url)
    segment_red(page)
    for kind in ("mask-png", "cutout-png", "svg"):
        page.export(kind)
    page.find("#samples").click()
    assert proxy.foreign_hosts() == []
    policy = page.js("return fetch('.').then((response) => response.headers.get('Content-Security-Policy'))")
    assert "default-src 'self'" in policy
    blocked = page.driver.execute_async_script(
        """
        document.addEventListener('securitypolicyviolation', (event) => arguments[0](event.violatedDirective));
        fetch('http://elsewhere.example/').catch(() => {});
        """
    )
    assert blocked == "connect-src"
    page.expected_errors.append("elsewhere.example")
    assert proxy.foreign_hosts() == []
