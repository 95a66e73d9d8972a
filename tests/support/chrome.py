"""One way to start Chrome, for the tests of the site and for those in the browser's Python.

It ends with the process that started it, also when that is killed and quits nothing any more: the kernel ends the driver, and
Chrome leaves when nobody holds the other end of its debugging pipe.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from selenium.common.exceptions import ElementClickInterceptedException, ElementNotInteractableException
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webelement import WebElement

from tools.terminal import tie

#: No window, and nothing of Chrome's own on the network. The sandbox and /dev/shm are often missing where tests run. Pages that
#: were left go at once: Chrome would keep six to go back to, each with a Python and a model in its memory. Its cache is bounded:
#: it would hold each site that a test has served, and fill a disk.
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-device-scale-factor=1",
    "--remote-debugging-pipe",
    "--disable-back-forward-cache",
    "--disk-cache-size=200000000",
)

#: What opens is there at once, and not transparent for a frame, in which a test would read no text.
STILL = "--force-prefers-reduced-motion"

#: WebGPU in software, in the page and in workers, on a machine without a GPU.
SWIFTSHADER = ("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader")


#: Seconds. Nothing here takes so long on two slow cores; what does, hangs.
PATIENCE = 60.0


class PatientElement(WebElement):
    """An element that is used when a person could: one that opens in a moment, or is still covered, is waited for."""

    def click(self) -> None:
        when_it_can_be_used(super().click)

    def send_keys(self, *value: str) -> None:
        when_it_can_be_used(lambda: super(PatientElement, self).send_keys(*value))


def when_it_can_be_used(use: Callable[[], None]) -> None:
    """Use an element, again and again until it is there to be used."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return use()
        except (ElementNotInteractableException, ElementClickInterceptedException):
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


class PatientChrome(Chrome):
    """Chrome whose elements are patient."""

    _web_element_cls = PatientElement


def start_chrome(profile: Path, *, flags: Sequence[str] = (), window: tuple[int, int] = (1280, 800)) -> Chrome:
    """Start headless Chrome with a driver that is given, so that Selenium does not look for one on the network.

    Parameters
    ----------
    profile : Path
        Where Chrome keeps its storage; a fresh folder is a first visit.
    flags : sequence of str
        More command-line flags.
    window : (int, int)
        Width and height in CSS pixels.

    Returns
    -------
    selenium.webdriver.Chrome
        Its browser log holds the console of its pages and of their workers.
    """
    options = Options()
    if chrome := os.environ.get("TABSAM_CHROME"):
        options.binary_location = chrome
    for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={window[0]},{window[1]}", *flags):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return PatientChrome(options=options, service=driver_service())


class TiedService(Service):
    """A driver that is started by the program which `tie` names."""

    def command_line_args(self) -> list[str]:
        return [*tie()[1:], self.path, *super().command_line_args()]


def driver_service() -> Service:
    """Give the driver, in a session of its own: Ctrl-C is for the tests, whose fixtures then tell it to quit."""
    if not tie():
        return Service(executable_path=chromedriver(), popen_kw={"start_new_session": True})
    return TiedService(executable_path=chromedriver(), popen_kw={"start_new_session": True, "executable": tie()[0]})


def chromedriver() -> str:
    """Find the driver: the one that ``build.py test`` names, or the one on the path."""
    if driver := os.environ.get("TABSAM_CHROMEDRIVER") or shutil.which("chromedriver"):
        return driver
    raise FileNotFoundError("No chromedriver here; 'python3 build.py test' says what to install.")
