"""Chrome, with a tab for each thing that is measured."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from build import SiteServer
from tests.bench.site import PAGES
from tests.support.chrome import start_chrome
from tests.support.page import Page

THREADS = 2

#: Seconds: the longest that anything here may take, and how long a machine needs to come to rest.
PATIENCE = 120
REST = 0.15

CLIENT = """
const [name, args, done] = [arguments[0], arguments[1], arguments[arguments.length - 1]];
import('/bench/client.js').then((client) => client[name](...args)).then(
  (result) => done({ result }),
  (error) => done({ error: [error.message, error.hint, error.details, error.stack].filter(Boolean).join(' ') }),
);
"""

PROBED = """
const done = arguments[arguments.length - 1];
window.benchStart.then((result) => done({ result }), (error) => done({ error: error.message }));
"""


class BenchError(Exception):
    """Something in the page went wrong, so there is no number."""


class Tab(Page):
    """A tab of the site, or of the bench's own page."""

    def __init__(self, browser: Browser) -> None:
        super().__init__(browser.driver, browser.folder)
        self.server = browser.server

    def load_site(self) -> None:
        """Load the site, with none of the work of before, and wait until it is ready."""
        self.load(f"{self.site_url}&new")

    @property
    def site_url(self) -> str:
        """The site, told to run as it is measured."""
        return f"{self.server.url}?provider=wasm&threads={THREADS}"

    def load_bench(self) -> None:
        """Load the page that has nothing in it."""
        self.driver.get(f"{self.server.url}bench/bench.html")

    def start(self) -> dict[str, Any]:
        """Load the site, with a script that opens a sample as soon as it can; give what it noted."""
        probe = (PAGES / "start-probe.js").read_text(encoding="utf-8")
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": probe})
        self.driver.get(f"{self.site_url}&new")
        notes: dict[str, Any] = self.answer(PROBED)
        return notes

    def wait_for_picture(self, name: str) -> None:
        """Wait until a picture is open."""
        self.wait_until(lambda: self.phase == "idle" and self.state()["image"]["name"] == name, name)

    def client(self, function: str, *arguments: Any) -> Any:
        """Call a function of client.js and wait for what it promises."""
        return self.answer(CLIENT, function, list(arguments))

    def ask(self, kind: str, method: str, **params: Any) -> Any:
        """Ask one of the bench's workers, once nothing else is going on."""
        self.rest()
        return self.client("ask", kind, method, params)

    def rest(self) -> None:
        """Let the machine come to rest."""
        time.sleep(REST)

    def answer(self, script: str, *arguments: Any) -> Any:
        """Run a script that calls back with ``{result}`` or ``{error}``."""
        self.driver.set_script_timeout(PATIENCE)
        answer = self.driver.execute_async_script(script, *arguments)
        if "error" in answer:
            raise BenchError(answer["error"])
        return answer.get("result")


class Browser:
    """A Chrome with a profile of its own, and the server of the site that it looks at.

    Parameters
    ----------
    folder : Path
        For the profile; what is cached in it stays cached for the next browser there.
    flags : sequence of str
        More of Chrome's flags.
    """

    def __init__(self, server: SiteServer, folder: Path, flags: Sequence[str] = ()) -> None:
        self.server = server
        self.folder = folder
        self.driver = start_chrome(folder, flags=flags)
        self.first_window = self.driver.current_window_handle

    @property
    def version(self) -> str:
        return f"{self.driver.capabilities['browserName']} {self.driver.capabilities['browserVersion']}"

    @property
    def driver_pid(self) -> int:
        """The process of chromedriver; Chrome is its child."""
        return int(self.driver.service.process.pid)

    @contextmanager
    def tab(self) -> Iterator[Tab]:
        """Give a new tab, in front, and close it afterwards."""
        self.driver.switch_to.new_window("tab")
        try:
            yield Tab(self)
        finally:
            self.driver.close()
            self.driver.switch_to.window(self.first_window)
            time.sleep(REST)


@contextmanager
def browsing(server: SiteServer, folder: Path, flags: Sequence[str] = ()) -> Iterator[Browser]:
    """Run a browser for as long as the ``with`` block lasts."""
    browser = Browser(server, folder, flags)
    try:
        yield browser
    finally:
        browser.driver.quit()
