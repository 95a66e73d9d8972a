"""After one visit the site is on this machine: it starts without its server, isolated on any host; new versions are offered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import build
from build import SiteServer
from tests.browser.conftest import Serve
from tests.browser.test_keeping import KEEP
from tests.support.offline import kept_files, kept_list, publish, unplug, visit_and_keep, wait_until_kept
from tests.support.page import Page
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.sites import added, copy_site, offer_only, rewrite, with_mark
from tests.support.tiny_model import tiny_model
from tools import server as server_tools

#: What Chrome says of a service worker's script that cannot be asked for: there is no network.
NO_NETWORK = "service-worker.js"

CAT = (230, 110)


@pytest.fixture
def tiny_site(site: Path, tmp_path: Path) -> Path:
    """Give a copy of the site whose only model is the generated one."""
    copy = copy_site(site, tmp_path / "site")
    offer_only(tiny_model(), copy)
    publish(copy, {})
    return copy


def asked(server: SiteServer) -> list[str]:
    """Give what of the site itself was asked for since the last call; not the service worker's own files."""
    paths = [path for path in server.log if "service-worker" not in path]
    server.log.clear()
    return paths


def test_without_its_server_the_site_starts_and_segments(page: Page, serve: Serve, tmp_path: Path) -> None:
    server = serve()
    visit_and_keep(page, server.url)
    unplug(server, tmp_path / "nowhere")
    page.expected_errors.append(NO_NETWORK)
    asked(server)
    page.load(f"{server.url}?threads=2")
    page.find("#sample-cards button[data-sample=chelsea]").click()
    page.wait_for("idle")
    page.click(*CAT)
    assert page.mask()[CAT[1], CAT[0]]
    assert page.messages() == []
    assert asked(server) == []


def test_a_stored_model_is_there_without_its_server(page: Page, serve: Serve, tiny_site: Path, tmp_path: Path) -> None:
    model = tiny_model()
    catalog = json.loads((tiny_site / "models/catalog.json").read_text())
    catalog["models"].append(added(with_mark(model.encoder), model.decoder, tiny_site, "second"))
    (tiny_site / "docs").mkdir(exist_ok=True)
    links = '<link rel="stylesheet" href="own.css"><link rel="icon" href="data:,">'
    rewrite(tiny_site / "docs/index.html", f"<!doctype html><title>Documents</title>{links}<body>")
    rewrite(tiny_site / "docs/own.css", "body { opacity: 0.5 }")
    publish(tiny_site, {"models/catalog.json": json.dumps(catalog)})
    server = serve(tiny_site)
    visit_and_keep(page, server.url)
    page.driver.get(f"{server.url}docs/")  # the documentation beside it is the server's own
    assert page.js("return [document.title, getComputedStyle(document.body).opacity]") == ["Documents", "0.5"]
    page.load(server.url)
    page.call("useModel", "second")
    unplug(server, tmp_path / "nowhere")
    page.expected_errors.append(NO_NETWORK)
    page.load(server.url)
    page.call("useModel", "tiny")
    page.call("useModel", "second")
    page.open_picture(encoded(two_discs()), "discs.png")
    page.click(80, 120)
    assert iou(page.mask(), red_disc()) > 0.9


def test_what_few_need_is_not_kept_and_the_model_lies_on_the_disk_once(page: Page, serve: Serve, site: Path) -> None:
    server = serve()
    visit_and_keep(page, server.url)
    files = kept_list(site)["files"]
    gpus = "models/nano/decoder.onnx"  # which is not in the model storage of a page that runs on a processor
    expected = [f"/{path}" for path, info in files.items() if "when" not in info or path == gpus]
    assert kept_files(page) == sorted(expected)
    assert {info["when"] for info in files.values() if "when" in info} == {"jspi", "asyncify", "model"}
    assert "/models/nano/encoder.onnx" not in kept_files(page)
    assert sum((site / path[1:]).stat().st_size for path in expected) < 45e6


def test_what_is_used_is_kept_from_then_on(page: Page, serve: Serve) -> None:
    server = serve()
    visit_and_keep(page, server.url)
    served(page, "vendor/onnxruntime/ort.jspi.min.mjs")
    page.wait_until(lambda: "/vendor/onnxruntime/ort.jspi.min.mjs" in kept_files(page), "the module that was used")
    assert "/vendor/onnxruntime/ort-wasm-simd-threaded.jspi.wasm" not in kept_files(page)
    page.js("navigator.serviceWorker.controller.postMessage({ uses: ['jspi'] })")  # as when the engine runs on a GPU
    page.wait_until(lambda: "/vendor/onnxruntime/ort-wasm-simd-threaded.jspi.wasm" in kept_files(page), "all that goes with it")


def test_on_ones_own_machine_nothing_is_kept_unasked(page: Page, serve: Serve) -> None:
    server = serve()
    page.load(server.url)
    page.open_picture(encoded(two_discs()), "discs.png")
    assert not page.js("return navigator.serviceWorker.controller")
    visit_and_keep(page, server.url)
    page.load(f"{server.url}?offline=off")
    gone = "const done = arguments[0]; navigator.serviceWorker.getRegistrations().then((all) => done(all.length === 0))"
    page.wait_until(lambda: page.driver.execute_async_script(gone), "the end of the service worker")
    page.wait_until(lambda: kept_files(page) == [], "the end of what was kept")


class TestIsolation:
    """A host that sends no headers of its own, under a path, as GitHub Pages is."""

    def test_one_reload_gives_a_plain_host_threads(self, page: Page, plain: SiteServer) -> None:
        page.load(f"{plain.url}?offline=on")
        assert not page.js("return crossOriginIsolated")
        page.wait_until(lambda: page.js("return crossOriginIsolated"), "the page, isolated")
        page.wait_for("ready")
        assert page.js("return navigator.hardwareConcurrency") >= 2
        assert page.state()["threads"] >= 2
        assert stays(page, plain)

    def test_a_picture_that_is_open_is_not_taken_away(self, page: Page, plain: SiteServer) -> None:
        page.load(f"{plain.url}?offline=on")
        page.open_picture(encoded(two_discs()), "discs.png")
        wait_until_kept(page)
        assert stays(page, plain, looks_again=False)
        assert page.state()["image"]["name"] == "discs.png"
        page.load(plain.url)
        assert page.js("return crossOriginIsolated")

    @pytest.mark.long
    def test_a_host_that_forbids_it_is_asked_once(self, page: Page, plain: SiteServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(server_tools.ISOLATION, "Cross-Origin-Opener-Policy", "unsafe-none")
        plain.isolate = True
        page.load(f"{plain.url}?offline=on")
        page.js("window.first = true")
        page.wait_until(lambda: not page.js("return window.first"), "the reload")
        page.wait_for("ready")
        assert not page.js("return crossOriginIsolated")
        assert stays(page, plain)

    def test_what_a_host_sends_itself_is_kept_as_it_is(self, page: Page, serve: Serve, tiny_site: Path) -> None:
        server = serve(tiny_site)
        page.load(f"{server.url}?offline=on")
        page.js("window.first = true")
        wait_until_kept(page)
        assert stays(page, server, looks_again=False)
        headers = page.driver.execute_async_script(
            "const done = arguments[0]; fetch('.').then(({ headers }) => done(Object.fromEntries(headers)))"
        )
        assert headers["cross-origin-embedder-policy"] == "require-corp"
        assert headers["content-security-policy"].endswith("frame-ancestors 'none'")
        assert page.js("return window.first")


@pytest.fixture
def plain(tiny_site: Path) -> Iterator[SiteServer]:
    with build.serving(tiny_site, isolate=False, base="/tabsam/", policy=None) as server:
        yield server


def stays(page: Page, server: SiteServer, *, looks_again: bool = True) -> bool:
    """Tell whether the page that is there now is the same when it has done all that it does at rest."""
    page.js("window.stays = true")
    if looks_again:
        server.log.clear()
        page.wait_until(lambda: any(path.endswith("service-worker.js") for path in server.log), "a look for a new version")
    page.driver.execute_async_script("navigator.serviceWorker.ready.then(() => setTimeout(arguments[0]))")
    page.wait_for_frame()
    return bool(page.js("return window.stays"))


#: Both builds' engines say who they are; a page hears it.
SPEAK = "new BroadcastChannel('build').postMessage('{name}');\n"
LISTEN = "window.heard = []; new BroadcastChannel('build').onmessage = ({ data }) => window.heard.push(data);"


class TestUpdates:
    """A new version is offered, said what it is, and never forced."""

    @pytest.fixture
    def server(self, serve: Serve, tiny_site: Path) -> SiteServer:
        self.engine = (tiny_site / "engine/main.js").read_text(encoding="utf-8")
        publish(tiny_site, {"engine/main.js": SPEAK.format(name="old") + self.engine})
        return serve(tiny_site)

    def publish_another(self, page: Page, server: SiteServer) -> None:
        """Publish the next build, and have the page look for it."""
        changed = {"engine/main.js": SPEAK.format(name="new") + self.engine, "new.txt": "new"}
        publish(server.directory, changed, "Louder clicks.")
        server.log.clear()
        page.driver.execute_async_script("navigator.serviceWorker.ready.then((it) => it.update()).then(arguments[0])")
        page.wait_until(lambda: offers(page), "the offer")

    def test_it_is_offered_and_says_what_is_new(self, page: Page, server: SiteServer) -> None:
        visit_and_keep(page, server.url)
        page.open_picture(encoded(two_discs()), "discs.png")
        self.publish_another(page, server)
        assert sorted(asked(server)) == ["/engine/main.js", "/new.txt"]
        assert offers(page) == ["A new version is ready: Louder clicks."]
        assert page.state()["image"]["name"] == "discs.png"

    @pytest.mark.long
    def test_a_reload_does_not_force_it(self, page: Page, server: SiteServer) -> None:
        visit_and_keep(page, server.url)
        self.publish_another(page, server)
        page.load(server.url)
        assert served(page, "engine/main.js").startswith(SPEAK.format(name="old"))
        page.wait_until(lambda: offers(page), "the offer")

    def test_it_brings_its_model_with_it(self, page: Page, server: SiteServer, tmp_path: Path) -> None:
        visit_and_keep(page, server.url)
        model = tiny_model()
        changed = added(with_mark(model.encoder), model.decoder, server.directory, "tiny")
        publish(server.directory, {"models/catalog.json": json.dumps({"default": "tiny", "models": [changed]})})
        self.publish_another(page, server)
        unplug(server, tmp_path / "nowhere")
        page.expected_errors.append(NO_NETWORK)
        page.js("window.first = true")
        page.find("[data-role=message-action]").click()
        page.wait_until(lambda: not page.js("return window.first"), "the reload")
        page.wait_for("ready")
        assert page.state()["storage"] == "opfs"
        assert offers(page) == []

    def test_the_button_brings_it_to_this_tab_and_leaves_the_others_theirs(self, page: Page, server: SiteServer) -> None:
        visit_and_keep(page, server.url)
        page.js(KEEP)
        page.open_picture(encoded(two_discs()), "discs.png")
        page.click(80, 120)
        page.call("accept")
        first = page.driver.current_window_handle
        self.publish_another(page, server)
        page.driver.switch_to.new_window("tab")
        other = page.driver.current_window_handle
        page.load(server.url)
        page.js("window.stays = true;" + LISTEN)
        page.driver.switch_to.window(first)
        page.js("window.first = true")
        page.find("[data-role=message-action]").click()
        page.wait_until(lambda: not page.js("return window.first"), "the reload")
        page.wait_for("idle")
        assert served(page, "engine/main.js").startswith(SPEAK.format(name="new"))
        assert (page.state()["image"]["name"], len(page.state()["objects"])) == ("discs.png", 1)
        assert offers(page) == []
        page.driver.switch_to.window(other)
        page.js("window.heard = []")
        page.call("useProvider", "wasm")
        assert page.js("return [window.stays, window.heard]") == [True, ["old"]]
        page.load(f"{server.url}?")
        assert served(page, "engine/main.js").startswith(SPEAK.format(name="new"))
        page.driver.close()
        page.driver.switch_to.window(first)
        page.load(f"{server.url}?again", until=("idle",))
        page.wait_until(lambda: kept_builds(page) == 1, "the end of the older build")


def offers(page: Page) -> list[str]:
    return [message for message in page.messages() if "version" in message]


def served(page: Page, path: str) -> str:
    """Give what the page gets for a file of the site."""
    script = "const [path, done] = arguments; fetch(path).then((answer) => answer.text()).then(done)"
    text: str = page.driver.execute_async_script(script, path)
    return text


def kept_builds(page: Page) -> int:
    script = "const done = arguments[0]; caches.keys().then((all) => done(all.filter((name) => name.includes(' site ')).length))"
    return int(page.driver.execute_async_script(script))
