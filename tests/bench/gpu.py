"""What a GPU needs for a picture and for a click, by each way of handing tensors over; and what the page makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tabsam.model.segmenter import OBJECTS_A_RUN_ON_GPU
from tests.bench.browser import PATIENCE, Browser, Tab
from tests.bench.clicks import click_at, places
from tests.bench.figures import Figure, Sample
from tests.bench.site import PICTURES
from tools.terminal import say

#: Chrome without a window looks for no GPU on Linux unless it is told to.
FLAGS = (
    "--enable-unsafe-webgpu",
    "--enable-features=Vulkan",
    "--disable-vulkan-surface",
    "--use-angle=vulkan",
    "--ignore-gpu-blocklist",
)

ENCODER, DECODER = "../models/nano/encoder.onnx", "../models/nano/decoder.onnx"
POINTS = (1, 2)
WARM_UP = 5
ENCODES = 8
PICTURE = "1mp.jpg"

SIDE = 16
RUNS = SIDE * SIDE // OBJECTS_A_RUN_ON_GPU
SEARCHES = 5

#: As onnxruntime-web's examples do it: any axes, prompts from the CPU, masks as the runtime reads them.
PLAIN = "free sent read"
#: As tabsam's engine does it.
HELD = "free held given"
NAMES = {
    "free": "free axes",
    "fixed": "fixed axes",
    "sent": "prompts from the CPU",
    "mask": "mask prompt kept on the GPU",
    "held": "prompts in our buffers",
    "read": "masks read by the runtime",
    "given": "masks in our buffer, mapped once",
}


def measure(browser: Browser, rounds: int) -> Iterator[Figure]:
    """Run nano's encoder and decoder, each in every way, in turns.

    Parameters
    ----------
    rounds : int
        Runs in each way that count; as many before them do not, five at most.
    """
    with browser.tab() as tab:
        tab.load_bench()
        about = tab.ask("gpu", "start", decoder=DECODER)
        say(f"On the GPU: {about['adapter'] or 'it does not say which'}")
        times = tab.ask("gpu", "encode", encoder=ENCODER, rounds=rounds + min(rounds, WARM_UP))
        sent, held = (Sample(times[way][-rounds:]) for way in ("sent", "held"))
        yield Figure("GPU: encode, from a buffer into buffers", held, sent, "from the CPU")
        decoded: dict[str, Sample] = {}
        for points in POINTS:
            yield from decodes(tab, points, rounds, decoded)
        many = tab.ask("gpu", "decodeMany", objects=OBJECTS_A_RUN_ON_GPU, rounds=2 * WARM_UP + ENCODES)
        whole, scores = (Sample([RUNS * time for time in many[part][2 * WARM_UP :]]) for part in ("all", "scores"))
        yield Figure(f"GPU: decoder for {SIDE} x {SIDE} clicks, {RUNS} runs, all is read", whole, scores, "scores alone")
    yield from in_page(browser, rounds, held, decoded[HELD])
    yield from searches(browser, whole)


def in_page(browser: Browser, rounds: int, encode: Sample, decode: Sample) -> Iterator[Figure]:
    """Open a picture in the page and click on it, with rests between the clicks, in which a GPU slows down."""
    with browser.tab() as tab:
        tab.load(f"{tab.server.url}?provider=webgpu&new", patience=PATIENCE)
        tab.call("setHovering", False)  # the answer must not be there before the click
        encodes = [tab.client("open", PICTURE)["encode"] for _ in range(WARM_UP + ENCODES)][WARM_UP:]
        yield Figure("GPU: encode a picture of 1 MP in the page, until it is handed over", Sample(encodes), encode, "bare, held")
        clicks = []
        for x, y in places(PICTURES[PICTURE], WARM_UP + rounds):
            tab.call("clear")
            clicks.append(click_at(tab, x, y))
        for what, part in {"click to painted mask, 1 MP": "painted", "  of that waiting for the decoder": "decode"}.items():
            yield Figure(f"GPU: {what}", Sample([click[part] for click in clicks[WARM_UP:]]), decode, "bare, held")


def searches(browser: Browser, bare: Sample) -> Iterator[Figure]:
    """Look for everything; one search, which does not count, warms up."""
    with browser.tab() as tab:
        tab.load(f"{tab.server.url}?provider=webgpu&new", patience=PATIENCE)
        tab.client("open", PICTURE)
        tab.call("setHovering", False)
        times = [tab.client("findAll", {"pointsPerSide": SIDE})["milliseconds"] for _ in range(1 + SEARCHES)][1:]
        yield Figure(f"GPU: everything, {SIDE} x {SIDE} clicks, 1 MP", Sample(times), bare, "decoder")


def decodes(tab: Tab, points: int, rounds: int, samples: dict[str, Sample]) -> Iterator[Figure]:
    """Decode so many points in every way, into samples by the way; a way that fails, or answers otherwise, is said."""
    found: Mapping[str, Mapping[str, Any]] = tab.ask("gpu", "decode", points=points, rounds=rounds + min(rounds, WARM_UP))
    plain = Sample(found[PLAIN]["times"][-rounds:])
    for way, told in found.items():
        what = f"  GPU, {points} point{'s' if points > 1 else ''}: {', '.join(NAMES[part] for part in way.split())}"
        if "failed" in told:
            say(f"{what}: {told['failed']}")
            continue
        samples.setdefault(way, Sample(told["times"][-rounds:]))
        yield Figure(f"{what} (logits differ by {told['off']:.0e})", Sample(told["times"][-rounds:]), plain, "plain")
