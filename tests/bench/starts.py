"""From navigation to a sample that can be clicked, with everything cached, against a bare Python and a bare encoder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.bench.browser import THREADS, Browser
from tests.bench.figures import Figure, Sample

REPEATS = 5
WARM_UP = 1
ENCODES = 4

TARGET = 1.5

PACKAGES = {"packages": ["numpy", "pillow", "contourpy"], "imports": "import numpy, PIL.Image, contourpy"}


def measure(browser: Browser) -> Iterator[Figure]:
    """Start in turns, each in a new tab; the first turn fills the caches."""
    starts, pythons, compiled, firsts, encodes = [], [], [], [], []
    for number in range(WARM_UP + REPEATS):
        start, python, (first, *runs) = start_site(browser), start_python(browser, "stock"), start_encoder(browser)
        own = start_python(browser, "site")
        if number < WARM_UP:
            continue
        starts.append(start)
        pythons.append(python)
        compiled.append(own["imported"])
        firsts.append(first)
        encodes.append(Sample(runs).median)
    loaded = [python["loaded"] for python in pythons]
    imported = [python["imported"] for python in pythons]
    bare = [python + encode for python, encode in zip(imported, encodes, strict=True)]
    whole = Sample([start["opened"] for start in starts])
    yield Figure("start to a sample's finished encoding", whole, Sample(bare), "Pyodide + encoder", TARGET)
    yield Figure("  bare Pyodide, its three packages loaded", Sample(loaded))
    yield Figure("  the same, and imported", Sample(imported))
    yield Figure("  the same from the site, compiled beforehand", Sample(compiled))
    yield Figure("  bare encoder, first run", Sample(firsts))
    yield Figure("  bare encoder, later runs", Sample(encodes))
    for what in starts[0]["notes"]:
        when = [start["notes"][what] for start in starts if what in start["notes"]]
        yield Figure(f"  start: {what}", Sample(when))


def start_site(browser: Browser) -> dict[str, Any]:
    """Start the site; milliseconds since navigation for everything that happened, the first time that it did."""
    with browser.tab() as tab:
        start = tab.start()
        start["notes"] = {what: when for when, what in reversed(start["notes"])}
        start["notes"] = dict(sorted(start["notes"].items(), key=lambda note: note[1]))
        return start


def start_python(browser: Browser, index: str) -> dict[str, float]:
    """Start Python, "stock" as it comes or the "site"'s, with the packages that tabsam needs, and import them."""
    with browser.tab() as tab:
        tab.load_bench()
        times: dict[str, float] = tab.ask("python", "start", index=index, **PACKAGES)
        return times


def start_encoder(browser: Browser) -> list[float]:
    """Give the encoder's first run in a new tab, and those after it."""
    with browser.tab() as tab:
        tab.load_bench()
        first = tab.ask("model", "start", threads=THREADS, picture="../samples/coffee.png")["first"]
        return [first, *(tab.ask("model", "encode") for _ in range(ENCODES))]
