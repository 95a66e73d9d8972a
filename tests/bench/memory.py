"""The most memory that the tab's process ever had, as the kernel counts it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from build import SiteServer
from tests.bench.browser import browsing
from tests.bench.clicks import click_at, places
from tests.bench.figures import Figure, Sample
from tests.bench.processes import peak_megabytes, processes_below
from tests.bench.site import PICTURES

PICTURE = "50mp.jpg"

TARGET = 1500


def measure(server: SiteServer, folder: Path) -> Iterator[Figure]:
    """Use a picture of 50 megapixels, in a browser that has no other tab and has never seen the site."""
    with browsing(server, folder) as browser, browser.tab() as tab:

        def peak(kind: str) -> float:
            """Give the largest peak of Chrome's processes of a kind; of the renderers that is the site's."""
            return max(map(peak_megabytes, processes_below(browser.driver_pid, f"--type={kind}")))

        def click() -> None:
            for x, y in places(PICTURES[PICTURE], 3):
                click_at(tab, x, y)

        steps: dict[str, Callable[[], object]] = {
            "start": tab.load_site,
            "open": lambda: tab.client("open", PICTURE),
            "three clicks": click,
            "mask-png": lambda: tab.client("exportAs", "mask-png"),
            "cutout-png": lambda: tab.client("exportAs", "cutout-png"),
        }
        peaks = {}
        for name, step in steps.items():
            step()
            peaks[name] = peak("renderer")
        gpu = peak("gpu-process")
    yield Figure("peak memory of the tab, 50 MP", Sample([peaks["cutout-png"]], "MB"), target=TARGET)
    for name, megabytes in peaks.items():
        yield Figure(f"  50 MP: peak until after {name}", Sample([megabytes], "MB"))
    yield Figure("  50 MP: peak of the GPU process", Sample([gpu], "MB"))
