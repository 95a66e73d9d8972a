"""What tests of the service worker do: have the site kept, take its server away, and change the site as another build would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from build import SiteServer
from tests.support.page import Page
from tests.support.sites import rewrite
from tools import offline


def visit_and_keep(page: Page, url: str) -> None:
    """Visit a site for the first time, and wait until all of it is kept and its service worker answers for it."""
    page.load(f"{url}?offline=on")
    wait_until_kept(page)


def wait_until_kept(page: Page) -> None:
    page.wait_until(lambda: page.js("return navigator.serviceWorker.controller?.state === 'activated'"), "the service worker")


def unplug(server: SiteServer, nowhere: Path) -> None:
    """Take the server away at once: nobody can connect, and who is connected finds nothing any more."""
    nowhere.mkdir()
    server.directory = nowhere
    server.shutdown()
    server.server_close()


def publish(site: Path, changed: dict[str, str], news: str = "") -> None:
    """Change files of a site as another build would, with something new in its changelog, if there is."""
    for path, content in changed.items():
        rewrite(site / path, content)
    (site / offline.ENTRY).unlink()  # a copy's files may be links
    offline.add_service_worker(site)
    if news:
        about = kept_list(site)
        filled = f"const SITE = {json.dumps({**about, 'news': [news, *about['news']]})};"
        worker = site / offline.ENTRY
        rewrite(worker, offline.PLACE.sub(lambda _: filled, worker.read_text(encoding="utf-8")))


def kept_list(site: Path) -> dict[str, Any]:
    """Give what the service worker of a site is told of it."""
    match = offline.PLACE.search((site / offline.ENTRY).read_text(encoding="utf-8"))
    assert match
    about: dict[str, Any] = json.loads(match[1])
    return about


def kept_files(page: Page) -> list[str]:
    """Give the paths of the site's files that the browser keeps."""
    script = """
    const done = arguments[0];
    (async () => {
      const paths = [];
      for (const name of await caches.keys()) {
        if (!name.includes(' site ')) continue;
        for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
      }
      return paths;
    })().then(done);
    """
    paths: list[str] = page.driver.execute_async_script(script)
    return sorted(paths)
