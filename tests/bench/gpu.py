"""What a GPU needs for a picture and for a click, by each way of handing tensors over; nothing of tabsam's around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.bench.browser import Browser, Tab
from tests.bench.figures import Figure, Sample
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

#: As onnxruntime-web's examples do it: any axes, prompts from the CPU, masks as the runtime reads them.
PLAIN = "free sent read"
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
        for points in POINTS:
            yield from decodes(tab, points, rounds)


def decodes(tab: Tab, points: int, rounds: int) -> Iterator[Figure]:
    """Decode so many points in every way; a way that fails, or answers otherwise, is said."""
    found: Mapping[str, Mapping[str, Any]] = tab.ask("gpu", "decode", points=points, rounds=rounds + min(rounds, WARM_UP))
    plain = Sample(found[PLAIN]["times"][-rounds:])
    for way, told in found.items():
        what = f"  GPU, {points} point{'s' if points > 1 else ''}: {', '.join(NAMES[part] for part in way.split())}"
        if "failed" in told:
            say(f"{what}: {told['failed']}")
            continue
        yield Figure(f"{what} (logits differ by {told['off']:.0e})", Sample(told["times"][-rounds:]), plain, "plain")
