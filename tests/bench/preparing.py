"""What Python does when a picture is set, with an encoder that takes no time."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.browser import THREADS, Browser
from tests.bench.figures import Figure, Sample

REPEATS = 12

TARGET = 150


def measure(browser: Browser) -> Iterator[Figure]:
    """Encode a picture of 12 megapixels in the page's Python."""
    with browser.tab() as tab:
        tab.load_bench()
        specs = tab.ask("model", "start", threads=THREADS, picture="1mp.jpg")["specs"]
        tab.ask("python", "start", index="site", packages=["tabsam"], imports="import tabsam.model.segmenter")
        times = tab.ask("python", "measure", specs=specs, picture="12mp.jpg", repeats=REPEATS)
    yield Figure("set_image in Python without the encoder, 12 MP", Sample(times["encode"]), target=TARGET)
    yield Figure("  12 MP: decode the JPEG in Python", Sample(times["decode"]))
