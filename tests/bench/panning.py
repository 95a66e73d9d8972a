"""Panning a large picture with many objects on it, and scrolling long lists: the time from frame to frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.bench.browser import Browser, Tab
from tests.bench.figures import Figure, Sample
from tests.bench.site import PICTURES

PICTURE = "24mp.jpg"
OBJECTS = 50
TURNS = 5
#: Places that the pointer goes to, and how far from the middle, in CSS pixels.
MOVES = 60
REACH = 10
STEP = (12, 7)

TARGET = 1.3

LISTED_PICTURES = 5000
LISTED_OBJECTS = 500
#: CSS pixels, and CSS pixels a second: as fast as a hand that looks for something.
SCROLLED, SPEED = 4800, 3200


def measure(browser: Browser) -> Iterator[Figure]:
    """Pan and scroll, in turns with the same that has nothing on it."""
    with browser.tab() as tab:
        tab.load_site()
        tab.client("open", PICTURE)
        tab.call("setHovering", False)
        tab.client("addObjects", OBJECTS, *PICTURES[PICTURE])
        yield from panning(tab, "the whole picture in view")
        tab.press("+", "+", "+", "+")
        yield from panning(tab, "zoomed in")
    with browser.tab() as tab:
        tab.load_site()
        tab.client("open", "1mp.jpg")
        tab.client("addObjects", LISTED_OBJECTS, *PICTURES["1mp.jpg"])
        yield scrolling(tab, "#object-list", f"list of {LISTED_OBJECTS} objects")
    with browser.tab() as tab:
        tab.load_site()
        tab.client("dropMany", "small.jpg", LISTED_PICTURES)
        tab.wait_until(lambda: tab.phase == "idle" and tab.find_all(".strip-cell canvas"), "the strip")
        yield scrolling(tab, "#strip-list", f"film strip of {LISTED_PICTURES} pictures")


def panning(tab: Tab, what: str) -> Iterator[Figure]:
    """Pan with the objects and, when they have been taken back, without."""
    with_objects, alone = [], []
    for _ in range(TURNS):
        with_objects.append(frame_time(tab, lambda: pan(tab)))
        tab.call("undo")
        alone.append(frame_time(tab, lambda: pan(tab)))
        tab.call("redo")
    name = f"panning with {OBJECTS} objects, 24 MP, {what}: p95 of frames"
    yield Figure(name, Sample(with_objects), Sample(alone), "without", TARGET)


def pan(tab: Tab) -> None:
    """Drag the picture to and fro, with the middle button."""
    left, top, width, height = tab.rect("#stage")
    x, y = left + width / 2, top + height / 2
    tab.mouse("mousePressed", (x, y), button="middle")
    for number in range(MOVES):
        away = abs(number % (4 * REACH) - 2 * REACH) - REACH
        tab.mouse("mouseMoved", (x + STEP[0] * away, y + STEP[1] * away), button="middle")
    tab.mouse("mouseReleased", (x, y), button="middle")


def scrolling(tab: Tab, selector: str, what: str) -> Figure:
    """Scroll a list by the wheel, and an empty one in its place."""
    full, empty = [], []
    for _ in range(TURNS):
        full.append(frame_time(tab, lambda: scroll(tab, selector)))
        tab.client("addEmptyList", selector)
        empty.append(frame_time(tab, lambda: scroll(tab, selector)))
        tab.client("removeEmptyList")
    return Figure(f"scrolling the {what}: p95 of frames", Sample(full), Sample(empty), "empty", TARGET)


def scroll(tab: Tab, selector: str) -> None:
    """Turn the wheel over a list, there and back."""
    left, top, width, height = tab.rect(selector)
    at = {"x": left + width / 2, "y": top + height / 2, "speed": SPEED, "gestureSourceType": "mouse", "preventFling": True}
    for distance in (-SCROLLED, SCROLLED):
        tab.cdp("Input.synthesizeScrollGesture", **at, yDistance=distance)


def frame_time(tab: Tab, moving: Callable[[], None]) -> float:
    """Give the 95th percentile of the times from frame to frame while something moves, in milliseconds."""
    tab.rest()
    tab.client("watchFrames")
    moving()
    times = sorted(tab.client("framesSeen"))
    return float(times[int(0.95 * len(times))])
