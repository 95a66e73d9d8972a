"""Memory as the kernel counts it: the most that a tab's process ever had, and the browser's as pictures come and go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from build import SiteServer
from tests.bench.browser import Browser, Tab, browsing
from tests.bench.clicks import click_at, places
from tests.bench.figures import Figure, Sample
from tests.bench.processes import peak_megabytes, processes_below, shared_out_megabytes
from tests.bench.site import PICTURES

PICTURE = "50mp.jpg"

TARGET = 1500

#: Opened one after the other: every tenth is large. Before the first are counted, as many are kept encoded as may be (30).
OPENED, EVERY = 100, 10
SMALL, LARGE = "1mp.jpg", "12mp.jpg"
FIRST, LAST = range(41, 61, 4), range(81, 101, 4)
#: Seconds that Chrome is given to let go of what it need not keep.
LETTING_GO = 1.0
FLAT_TARGET = 1.05


def measure(server: SiteServer, folder: Path) -> Iterator[Figure]:
    """Open one large picture, and many one after the other, each in a browser that has never seen the site."""
    yield from peaks(server, folder / "large")
    with browsing(server, folder / "many") as browser, browser.tab() as tab:
        yield open_many(browser, tab, folder / "pictures")


def peaks(server: SiteServer, folder: Path) -> Iterator[Figure]:
    """Use a picture of 50 megapixels, in a browser that has no other tab."""
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
        reached = {}
        for name, step in steps.items():
            step()
            reached[name] = peak("renderer")
        gpu = peak("gpu-process")
    yield Figure("peak memory of the tab, 50 MP", Sample([reached["cutout-png"]], "MB"), target=TARGET)
    for name, megabytes in reached.items():
        yield Figure(f"  50 MP: peak until after {name}", Sample([megabytes], "MB"))
    yield Figure("  50 MP: peak of the GPU process", Sample([gpu], "MB"))


def open_many(browser: Browser, tab: Tab, folder: Path) -> Figure:
    """Go through many pictures by the key for the next, and compare what the browser has early and late."""
    folder.mkdir()
    paths = []
    for number in range(1, OPENED + 1):
        source = LARGE if number % EVERY == 0 else SMALL
        data = (tab.server.directory / "bench" / source).read_bytes()
        paths.append(folder / f"{number:03}.jpg")
        paths[-1].write_bytes(data + paths[-1].name.encode())  # each is another picture
    tab.load_site()
    tab.drop_paths(*paths)
    taken: dict[int, float] = {}
    for number, path in enumerate(paths, 1):
        if number > 1:
            tab.press("]")
        tab.wait_for_picture(path.name)
        if number in FIRST or number in LAST:
            # of pictures that were shown Chrome keeps half a gigabyte decoded as long as nobody else needs the room
            tab.cdp("Memory.simulatePressureNotification", level="critical")
            time.sleep(LETTING_GO)
            taken[number] = sum(map(shared_out_megabytes, processes_below(browser.driver_pid)))
    early, late = (Sample([taken[number] for number in span], "MB") for span in (FIRST, LAST))
    what = f"memory of the browser, pictures {LAST[0]} to {LAST[-1]} opened in turn"
    return Figure(what, late, early, f"{FIRST[0]} to {FIRST[-1]}", FLAT_TARGET)
