"""Annotating: the preview under the pointer, many objects, the search for everything, and getting the data out."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.browser import THREADS, Browser, Tab
from tests.bench.clicks import click_at, places
from tests.bench.figures import Figure, Sample
from tests.bench.site import PICTURES

PICTURE = "24mp.jpg"

HOVERS = 24
HOVER_TARGET = 1.5

OBJECTS = 200
EXPORT_TARGET = 5000
FORMATS = (
    "coco", "coco-rle", "yolo", "voc", "labelme", "svg", "geojson", "labelmap-objects", "labelmap-classes", "masks", "cutouts",
)  # fmt: skip

SIDE, OBJECTS_A_RUN = 8, 8
SEARCHES = 3
SEARCH_TARGET = 1.15

FEW, MANY, CLICKS = 1, 50, 18
MANY_TARGET = 1.2


def measure(browser: Browser) -> Iterator[Figure]:
    """Annotate a picture of 24 megapixels."""
    with browser.tab() as tab:
        tab.load_site()
        tab.ask("model", "start", threads=THREADS, picture="1mp.jpg")
        tab.client("open", PICTURE)
        yield from hovers(tab)
        tab.call("setHovering", False)
        yield from clicks_beside(tab)
        yield from searches(tab)  # last: while its finds are shown, a click takes one
    with browser.tab() as tab:  # a new one: nothing of the clicks before is in the way
        tab.load_site()
        tab.client("open", PICTURE)
        tab.client("addObjects", OBJECTS, *PICTURES[PICTURE])
        for name in FORMATS:
            times = Sample([tab.client("exportObjects", name) for _ in range(2)])
            yield Figure(f"export of {OBJECTS} objects, 24 MP: {name}", times, target=EXPORT_TARGET)


def hovers(tab: Tab) -> Iterator[Figure]:
    """Move the pointer to one place after the other."""
    shown, bare = [], []
    for number, (x, y) in enumerate(places(PICTURES[PICTURE], HOVERS + 4)):
        decode = tab.ask("model", "decode", points=1)
        tab.client("watch")
        tab.rest()
        tab.mouse("mouseMoved", tab.to_client(x, y))
        if number >= 4:
            bare.append(decode)
            shown.append(tab.client("previewed"))
        else:
            tab.client("previewed")
    yield Figure("hover to preview, 24 MP", Sample(shown), Sample(bare), "decoder", HOVER_TARGET)


def searches(tab: Tab) -> Iterator[Figure]:
    """Look for everything, where most of what is asked for is found, and where nothing is."""
    for what, threshold in (("good masks kept", 0.7), ("all masks kept", 0.0)):
        options = {"pointsPerSide": SIDE, "predIouThresh": threshold, "stabilityScoreThresh": threshold}
        # to warm up: the first run of so many objects makes room for them
        tab.ask("model", "decode", points=1, objects=OBJECTS_A_RUN)
        found = tab.client("findAll", options)["found"]
        searched, bare = [], []
        for _ in range(SEARCHES):
            bare.append(
                sum(tab.ask("model", "decode", points=1, objects=OBJECTS_A_RUN) for _ in range(SIDE * SIDE // OBJECTS_A_RUN))
            )
            tab.rest()
            searched.append(tab.client("findAll", options)["milliseconds"])
        figure = f"everything, {SIDE} x {SIDE} clicks, {what}, {found} found"
        target = SEARCH_TARGET if threshold else None  # nobody keeps all: it is to see what keeping costs
        yield Figure(figure, Sample(searched), Sample(bare), "decoder", target)


def clicks_beside(tab: Tab) -> Iterator[Figure]:
    """Click beside one object and beside many, in that order: the page keeps what is drawn once."""
    width, height = PICTURES[PICTURE]
    times: dict[int, list[float]] = {}
    there = 0
    for count in (FEW, MANY):
        tab.call("clear")
        tab.client("addObjects", count - there, width, height)
        there = count
        times[count] = []
        for number, (x, y) in enumerate(places((width, height), CLICKS + 4)):
            if number % 3 == 0:
                tab.call("clear")
            tab.rest()
            click = click_at(tab, x + count, y)
            if number >= 4:
                times[count].append(click["painted"])
    yield Figure(f"click with {MANY} objects, 24 MP", Sample(times[MANY]), Sample(times[FEW]), f"with {FEW}", MANY_TARGET)
