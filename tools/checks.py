"""Check the code, test it, measure it: in a virtual environment of this checkout, with a browser of this machine."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.environments import APART, installed, prepare_apart, prepare_venv
from tools.files import NODE_MODULES, ROOT, WEB
from tools.packages import install_npm_packages, need_node
from tools.site import build
from tools.terminal import BuildError, Command, answer_of, complain, run, say, succeeds, tie

CHROMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")


def test_apart() -> bool:
    """Run tests/interop with all programs, also those that want other libraries than the rest: in an environment of its own."""
    prepare_apart()
    say("Running tests/interop with all programs")
    return succeeds([*tie(), installed("python", APART), "-m", "pytest", "tests/interop"], cwd=ROOT)


def prepare_browser() -> dict[str, str]:
    """Find Chrome and its driver, after installing them where that can be done without asking.

    Returns
    -------
    dict
        The environment that names them to the tests: TABSAM_CHROME and TABSAM_CHROMEDRIVER.

    Raises
    ------
    BuildError
        If there are none, and they cannot be installed.
    """
    if browser := find_browser():
        return browser
    advice = "Install Chrome or Chromium, and its version's chromedriver (on Debian: chromium and chromium-driver)."
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise BuildError(f"The tests need a browser, and none is here together with its driver. {advice}")
    say("Installing chromium and chromium-driver")
    failure = f"apt-get could not install a browser for the tests. {advice}"
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "chromium-driver"]
    for command in (["apt-get", "update", "-qq"], install):
        run(command, failure, env={"DEBIAN_FRONTEND": "noninteractive"})
    if browser := find_browser():
        return browser
    raise BuildError(f"The browser that apt-get installed does not run. {advice}")


def find_browser() -> dict[str, str] | None:
    """Find a Chrome and a driver of the same version; the environment's TABSAM_CHROME and TABSAM_CHROMEDRIVER first."""
    driver = os.environ.get("TABSAM_CHROMEDRIVER") or shutil.which("chromedriver")
    version = driver and major_version(driver)
    for chrome in (os.environ.get("TABSAM_CHROME"), *map(shutil.which, CHROMES)):
        if driver and version and chrome and major_version(chrome) == version:
            return {"TABSAM_CHROME": chrome, "TABSAM_CHROMEDRIVER": driver}
    return None


def major_version(program: str) -> str | None:
    """Give the major version of Chrome or its driver, None if it does not run."""
    match = re.search(r"(\d+)\.\d+", answer_of(program, "--version") or "")
    return match[1] if match else None


def check() -> bool:
    """Run every checker, also after one has complained; tell whether all were content."""
    need_node()
    prepare_venv()
    install_npm_packages()
    complaints = [name for name, checker in checkers().items() if not is_content(name, checker)]
    if complaints:
        complain(f"{' and '.join(complaints)} complained, above.")
    return not complaints


@dataclass(frozen=True)
class Checker:
    """A program that reads code, and the folder to run it in."""

    folder: Path
    command: Command


def checkers() -> dict[str, Checker]:
    """Give every checker, by the name that people know it by."""
    tsc = ("node", NODE_MODULES / "typescript/bin/tsc", "-p")
    return {
        "ruff": Checker(ROOT, (installed("ruff"), "check", "--quiet", ".")),
        "mypy": Checker(ROOT, (installed("mypy"), "--no-error-summary")),
        "tools.protocol": Checker(ROOT, (installed("python"), "-m", "tools.protocol", "--check")),
        "tsc for the page": Checker(WEB, (*tsc, "tsconfig.page.json")),
        "tsc for the workers": Checker(WEB, (*tsc, "tsconfig.worker.json")),
        "ESLint": Checker(WEB, ("node", NODE_MODULES / "eslint/bin/eslint.js", "--max-warnings=0", ".")),
    }


def is_content(name: str, checker: Checker) -> bool:
    """Run one checker."""
    say(f"Checking with {name}")
    return succeeds(checker.command, cwd=checker.folder)


def test(arguments: Sequence[str]) -> bool:
    """Check, build, and run pytest once, with its own summary last; tell whether all of it went well.

    Parameters
    ----------
    arguments : sequence of str
        For pytest. Paths among them replace the folders of tests that pyproject.toml names.
    """
    prepare_venv()
    browser = prepare_browser()
    clean = check()
    build()
    say("Running the tests")
    passed = succeeds([*tie(), installed("python"), "-m", "pytest", *arguments], cwd=ROOT, env=browser)
    if "--all" in arguments:
        passed = test_apart() and passed
    if passed and not clean:
        complain("the tests passed, but the checks before them did not.")
    return passed and clean


def bench(arguments: Sequence[str]) -> bool:
    """Build the site, and measure it; `arguments` are for tests.bench."""
    prepare_venv()
    browser = prepare_browser()
    build()
    return succeeds([*tie(), installed("python"), "-m", "tests.bench", *arguments], cwd=ROOT, env=browser)


def fuzz(minutes: float, seed: int | None) -> bool:
    """Fuzz the readers and the page's Python for so long; tell whether nothing failed. What did is in ``fuzz-failures``."""
    prepare_venv()
    seeded = [] if seed is None else ["--seed", str(seed)]
    return succeeds([*tie(), installed("python"), "-m", "tests.hostile.fuzzing", "--minutes", str(minutes), *seeded], cwd=ROOT)
