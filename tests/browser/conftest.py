"""The built site in headless Chrome. A console error or a request to elsewhere fails the test that caused it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome

import build
from build import SiteServer
from tabsam.model import native
from tabsam.model.candidate import Candidate
from tabsam.model.following import following
from tabsam.model.image import open_image
from tabsam.model.picture_guide import PictureGuide
from tabsam.model.tidying import tidied
from tests.support.chrome import STILL, start_chrome
from tests.support.page import Page
from tests.support.proxy import RecordingProxy, recording_proxy

#: Screenshots: those that the README shows, and those of tests that failed.
ARTIFACTS = Path(__file__).parent.parent / "artifacts"

Serve = Callable[..., SiteServer]


@pytest.fixture(scope="session")
def proxy() -> Iterator[RecordingProxy]:
    with recording_proxy() as running:
        yield running


@pytest.fixture(scope="package")  # so that none runs beside the tests of other folders
def chrome(proxy: RecordingProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start the browser that most tests share. Each origin in it has a storage of its own."""
    flags = [STILL, f"--proxy-server=127.0.0.1:{proxy.server_port}"]
    driver = start_chrome(tmp_path_factory.mktemp("profile"), flags=flags)
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[SiteServer]:
    """Serve the site, the same for all tests that can share an origin."""
    with build.serving(site) as running:
        yield running


@pytest.fixture(scope="session")
def passing() -> set[str]:
    """Give the origins that were served for one test: what browsers have stored for them is of no more use."""
    return set()


@pytest.fixture
def serve(site: Path, passing: set[str]) -> Iterator[Serve]:
    """Serve a site for one test: on a port of its own, and so with an empty storage, as on a first visit."""
    with ExitStack() as stack:

        def start(folder: Path = site, *, isolate: bool = True, base: str = "/") -> SiteServer:
            server = stack.enter_context(build.serving(folder, isolate=isolate, base=base))
            passing.add(server.url.removesuffix(base))
            return server

        yield start


@pytest.fixture
def page(chrome: Chrome, proxy: RecordingProxy, tmp_path: Path, passing: set[str]) -> Iterator[Page]:
    """Give the tab of the shared browser."""
    with watched_page(chrome, proxy, tmp_path, passing) as watched:
        yield watched


#: Tests begin without the work of others, however they load the page; those about kept work say so (test_keeping.py).
FORGET = """
try {
  if (!sessionStorage.getItem('tests.keep')) localStorage.removeItem('tabsam.project');
} catch { /* no page of ours */ }
"""

#: Takes away what a test has left, but for the project that is open: the next test may go on in this page.
TIDY_PROJECTS = """
const done = arguments[0];
(async () => {
  sessionStorage.removeItem('tests.keep');
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects');
  for await (const id of projects.keys()) {
    if (id !== localStorage.getItem('tabsam.project')) await projects.removeEntry(id, { recursive: true }).catch(() => {});
  }
})().then(done, () => done());
"""


@contextmanager
def watched_page(driver: Chrome, proxy: RecordingProxy, folder: Path, passing: set[str]) -> Iterator[Page]:
    """Hand a tab to a test, and look afterwards what it did that nobody saw."""
    downloads = folder / "downloads"
    downloads.mkdir()
    behaviour = {"behavior": "allow", "downloadPath": str(downloads), "eventsEnabled": False}
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
    page = Page(driver, downloads)
    page.forget_console()
    proxy.foreign_hosts()
    script = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": FORGET})
    yield page
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    with suppress(WebDriverException):  # a tab that a test has ended, or led elsewhere, has nothing to tidy
        driver.execute_async_script(TIDY_PROJECTS)
    if passing:
        forget_origins(driver, passing)
    assert page.unexpected_errors() == []
    assert proxy.foreign_hosts() == []


def forget_origins(driver: Chrome, passing: set[str]) -> None:
    """Leave the origins of one test, and have Chrome clear what it stored for them: a site and a model each time fill a disk."""
    with suppress(WebDriverException):  # a tab that a test has ended
        driver.get("about:blank")
        for origin in passing:
            driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    passing.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what the window showed when a test failed."""
    report = yield
    if report.failed and report.when == "call":
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Page):
                value.screenshot(ARTIFACTS / f"failed-{item.name}.png")
    return report


class Native:
    """The same model on CPython, to say what the page should find."""

    def __init__(self) -> None:
        self._segmenter = native.load(build.ROOT / "models" / "nano")
        self._picture = b""
        self._guide: PictureGuide | None = None

    def candidates(self, picture: bytes, state: Mapping[str, Any]) -> list[Candidate]:
        """Ask for what the page was asked.

        Parameters
        ----------
        picture : bytes
            The file that is open in the page.
        state : mapping
            The page's, of which the points, the box, the edges and what is tidied away count.
        """
        candidates = asyncio.run(self._candidates(picture, state))
        if state["edges"] == "follow":
            guide = self._guide = self._guide or PictureGuide(open_image(picture))
            candidates = [following(one, guide) for one in candidates]
        return [tidied(one, state["tidy"]) for one in candidates]

    async def _candidates(self, picture: bytes, state: Mapping[str, Any]) -> list[Candidate]:
        if picture != self._picture:
            await self._segmenter.set_image(open_image(picture))
            self._picture, self._guide = picture, None
        return await self._answer(state["points"], state["box"])

    async def _answer(self, points: Sequence[Mapping[str, Any]], box: Sequence[float] | None) -> list[Candidate]:
        """Answer what the last point refines, and then that."""
        mask = None
        *before, last = points or [{"refines": None}]
        if last["refines"] is not None and (before or box):
            mask = (await self._answer(before, box))[last["refines"]].logits
        coords = [(point["x"], point["y"]) for point in points]
        labels = [point["label"] for point in points]
        return await self._segmenter.predict(coords, labels, box=box, mask=mask, all_candidates=True)


@pytest.fixture(scope="session")
def native_model() -> Native:
    return Native()


@pytest.fixture(scope="session")
def samples(site: Path) -> Mapping[str, bytes]:
    """Give the sample pictures' files by their names."""
    return {path.name: path.read_bytes() for path in (site / "samples").glob("*.png")}


@pytest.fixture
def cat(page: Page, server: SiteServer, samples: Mapping[str, bytes]) -> Page:
    """Give the page with the cat's picture open and encoded, and nothing on it: a click on the cat has one reading."""
    return with_sample(page, server, samples, "chelsea.png")


@pytest.fixture
def coffee(page: Page, server: SiteServer, samples: Mapping[str, bytes]) -> Page:
    """Give the page with the cup's picture open and encoded, and nothing on it: a click on the coffee has three readings."""
    return with_sample(page, server, samples, "coffee.png")


def with_sample(page: Page, server: SiteServer, samples: Mapping[str, bytes], name: str) -> Page:
    """Open a sample with nothing on it: one that was open before has its work again."""
    page.visit(server.url)
    page.open_picture(samples[name], name)
    for one in page.state()["objects"]:
        if one["locked"]:
            page.call("objects.change", one["id"], {"locked": False})
        page.call("objects.remove", one["id"])
    page.call("clear")
    page.wait_for_frame()
    return page
