"""From a click to a painted mask, against the decoder's bare run. In one tab, each after the other, in turns."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.browser import THREADS, Browser, Tab
from tests.bench.figures import Figure, Sample
from tests.bench.site import PICTURES

CLICKS = 24
WARM_UP = 4
#: After so many points the next object begins.
POINTS = 3
ENCODES = 4

TARGET = 1.3
#: Milliseconds after the mask as decoded.
FOLLOWED = 60

#: What a click's time consists of.
PARTS = {
    "to the end of that frame": "presented",
    "of that in Python": "total",
    "of that waiting for the decoder": "decode",
}


def measure(browser: Browser) -> Iterator[Figure]:
    """Click on a small and on a large picture; open one of 12 megapixels; export."""
    with browser.tab() as tab:
        tab.load_site()
        tab.ask("model", "start", threads=THREADS, picture="1mp.jpg")
        for _ in range(2):
            tab.ask("model", "encode")
        tab.call("setHovering", False)  # the answer must not be there before the click
        for name in ("1mp.jpg", "24mp.jpg"):
            yield from clicks_on(tab, name)
        tab.call("setHovering", True)
        yield from clicks_after_a_rest(tab, "24mp.jpg")
        yield from exports(tab, "24 MP")
        yield from encodes(tab)


def clicks_on(tab: Tab, name: str) -> Iterator[Figure]:
    """Open a picture and click on it; every click is at another place."""
    tab.client("open", name)
    clicks, bare, undone = [], [], []
    for number, (x, y) in enumerate(places(PICTURES[name], WARM_UP * POINTS + CLICKS)):
        points = number % POINTS + 1
        if points == 1:
            tab.call("clear")
        decode = tab.ask("model", "decode", points=points)
        click = click_at(tab, x, y)
        if number < WARM_UP * POINTS:
            continue
        bare.append(decode)
        clicks.append(click)
        if points == POINTS:
            undone.append(tab.client("undo"))
    assert tab.state()["candidates"], "the clicks found nothing"
    size = name.removesuffix(".jpg").replace("mp", " MP")
    reference = Sample(bare)
    shown = Sample([click["painted"] for click in clicks])
    yield Figure(f"click to painted mask, {size}", shown, reference, "decoder", TARGET)
    followed = Sample([click["followed"] - click["painted"] for click in clicks])
    yield Figure(f"from there to the outline that follows the picture, {size}", followed, target=FOLLOWED)
    for what, key in PARTS.items():
        yield Figure(f"  {size}: {what}", Sample([click[key] for click in clicks]), reference, "decoder")
    yield Figure(f"  {size}: undo to painted, not decoded", Sample(undone))


def clicks_after_a_rest(tab: Tab, name: str) -> Iterator[Figure]:
    """Click where the pointer has rested for a moment, as most clicks do: what was previewed there is the answer."""
    clicks = []
    for number, (x, y) in enumerate(places(PICTURES[name], CLICKS)):
        if number % POINTS == 0:
            tab.call("clear")
        clicks.append(click_at(tab, x, y + 3)["painted"])
    yield Figure("  24 MP: click to painted mask where the pointer rested", Sample(clicks))


def click_at(tab: Tab, x: float, y: float) -> dict[str, float]:
    """Click an image pixel as a hand does; milliseconds from then on."""
    at = tab.to_client(x, y)
    tab.mouse("mouseMoved", at)
    tab.rest()  # the click before may still be on its way to the outline that follows the picture
    tab.client("watch", True)
    tab.mouse("mousePressed", at)
    tab.mouse("mouseReleased", at)
    tab.rest()  # a hand does nothing meanwhile; asking would take the processor from what is measured
    seen = tab.client("painted")
    timings = tab.state()["timings"]
    return {
        "painted": seen["painted"] - seen["click"],
        "presented": seen["presented"] - seen["click"],
        "followed": seen["followed"] - seen["click"],
        "total": timings["total"],
        "decode": timings.get("decode", 0.0),  # not there where the answer was known
    }


def places(size: tuple[int, int], count: int) -> Iterator[tuple[float, float]]:
    """Give places in the inner part of a picture, spread evenly and never the same (the R2 sequence)."""
    width, height = size
    for number in range(1, count + 1):
        yield width * (0.1 + 0.8 * (number * 0.7548776662 % 1)), height * (0.1 + 0.8 * (number * 0.5698402910 % 1))


def exports(tab: Tab, size: str) -> Iterator[Figure]:
    """Export what is selected."""
    for kind in ("mask-png", "cutout-png", "svg"):
        yield Figure(f"  {size}: export {kind}", Sample([tab.client("exportAs", kind)["milliseconds"] for _ in range(2)]))


def encodes(tab: Tab) -> Iterator[Figure]:
    """Open a picture of 12 megapixels, in turns with the encoder's bare run."""
    bare, opened = [], []
    for _ in range(ENCODES):
        bare.append(tab.ask("model", "encode"))
        tab.rest()
        opened.append(tab.client("open", "12mp.jpg"))
    encode = Sample([times["encode"] for times in opened])
    yield Figure("  12 MP: encode, with preparing the picture", encode, Sample(bare), "encoder")
    yield Figure("  12 MP: open, with decoding the file", Sample([times["opened"] for times in opened]), Sample(bare), "encoder")
