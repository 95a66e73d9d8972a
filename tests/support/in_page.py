"""pytest-pyodide's Chrome, started as the other tests start it."""

from __future__ import annotations

from pathlib import Path

from pytest_pyodide.runner import SeleniumChromeRunner
from selenium.webdriver import Chrome

from build import SiteServer
from tests.support.chrome import start_chrome


class Runner(SeleniumChromeRunner):  # type: ignore[misc]  # it has no types
    """A page with Pyodide in it, to run Python and JavaScript in."""

    #: Seconds; pytest-pyodide's own 20 are few for a busy machine.
    script_timeout = 120

    def __init__(self, profile: Path, server: SiteServer) -> None:
        self.profile = profile
        super().__init__(server_port=server.server_port, dist_dir=server.directory)

    def get_driver(self, jspi: bool = False) -> Chrome:
        return start_chrome(self.profile)
