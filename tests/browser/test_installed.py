"""The page as an app: Chrome would install it, and files that are opened with it or shared with it are opened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from build import SiteServer
from tests.browser.conftest import Serve
from tests.support.offline import visit_and_keep
from tests.support.page import Page
from tests.support.pictures import encoded, two_discs

#: What an app that shares files sends, from a page of another origin.
FORM = """<form method=post enctype=multipart/form-data action="{action}">
<input type=file name=files multiple><button>Share</button></form>"""

#: Chrome gives an app the files that it is started with by this queue: here it is a queue that a test fills.
QUEUE = """
Object.defineProperty(window, 'launchQueue', { value: { setConsumer: (consume) => (window.launch = consume) } });
"""

#: A file as the queue has it: a handle.
LAUNCH = """
const [name, done] = arguments;
(async () => {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle(name, { create: true });
  const file = await handle.createWritable();
  await file.write(await (await fetch('samples/coffee.png')).blob());
  await file.close();
  window.launch({ files: [handle], targetURL: location.href });
})().then(done);
"""


def manifest(page: Page) -> dict[str, Any]:
    answer = page.cdp("Page.getAppManifest")
    assert answer["errors"] == []
    read: dict[str, Any] = json.loads(answer["data"])
    return read


def opens(page: Page, name: str) -> None:
    page.wait_for("ready", "encoding", "idle")
    page.wait_until(lambda: (page.state()["image"] or {}).get("name") == name, name)
    page.wait_for("idle")


def test_chrome_would_install_it(page: Page, serve: Serve) -> None:
    visit_and_keep(page, serve().url)
    assert page.cdp("Page.getInstallabilityErrors")["installabilityErrors"] == []
    assert manifest(page)["display"] == "standalone"


def test_icons_are_as_large_as_they_say(page: Page, server: SiteServer) -> None:
    page.visit(server.url)
    script = """
    const [src, done] = arguments;
    const picture = new Image();
    picture.onload = () => done([picture.naturalWidth, picture.naturalHeight]);
    picture.onerror = () => done(null);
    picture.src = src;
    """
    icons = [icon for icon in manifest(page)["icons"] if icon["sizes"] != "any"]
    assert {icon.get("purpose", "any") for icon in icons} == {"any", "maskable"}
    for icon in icons:
        size = page.driver.execute_async_script(script, icon["src"])
        assert f"{size[0]}x{size[1]}" == icon["sizes"]


@pytest.mark.long
def test_every_shortcut_leads_to_what_it_names(page: Page, serve: Serve) -> None:
    server = serve()
    page.load(server.url)
    samples = {sample["id"]: sample["file"] for sample in json.loads((server.directory / "samples/samples.json").read_text())}
    shortcuts = [shortcut["url"] for shortcut in manifest(page)["shortcuts"]]
    assert shortcuts == ["?new", *(f"?sample={name}" for name in samples)]
    page.driver.get(f"{server.url}?sample=coffee")
    opens(page, "coffee.png")
    assert page.driver.current_url == server.url
    page.load(f"{server.url}?new")
    assert page.state()["image"] is None


def test_pictures_that_are_shared_are_opened(page: Page, serve: Serve, tmp_path: Path) -> None:
    server = serve()
    visit_and_keep(page, server.url)
    target = manifest(page)["share_target"]
    assert (target["method"], target["params"]["files"][0]["name"]) == ("POST", "files")
    paths = [tmp_path / "a ä 1.png", tmp_path / "b.png"]
    for path in paths:
        path.write_bytes(encoded(two_discs()))
    server.log.clear()
    page.driver.get(f"data:text/html;charset=utf-8,{quote(FORM.format(action=server.url + target['action']))}")
    page.find("input").send_keys("\n".join(map(str, paths)))
    page.find("button").click()
    opens(page, "a ä 1.png")
    assert page.driver.current_url == server.url
    assert page.find("#queue-place").text == "1 of 2"
    assert not [path for path in server.log if "share" in path]
    names = page.driver.execute_async_script("caches.keys().then(arguments[0])")
    assert not [name for name in names if "shared" in name]


def test_a_share_that_is_gone_says_so(page: Page, serve: Serve) -> None:
    page.load(f"{serve().url}?shared=nothing")
    page.wait_until(lambda: page.messages(), "a message")
    assert page.messages() == ["The files could not be read. Open them with the button, or drop them here."]


def test_a_file_that_is_opened_with_it_is_opened(page: Page, serve: Serve) -> None:
    script = page.cdp("Page.addScriptToEvaluateOnNewDocument", source=QUEUE)
    try:
        page.load(serve().url)
        page.driver.execute_async_script(LAUNCH, "mine.png")
        opens(page, "mine.png")
    finally:
        page.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=script["identifier"])
