"""A batch on CPython beside the bare runs of its encoder and decoder. No browser."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
from PIL import Image

from build import ROOT
from tabsam.cli import main
from tabsam.model.image import open_image
from tabsam.model.native import NativeSession
from tabsam.model.segmenter import Segmenter
from tests.bench.figures import Figure, Sample

PICTURES = 200
PROCESSES = 2
"""Of the batch, each with one thread; the bare runs have as many threads."""
SIZE = (480, 640)
TARGET = 1.15


def measure(folder: Path) -> Iterator[Figure]:
    """Segment the object under a click in each of many pictures, and run the model on as many without anything around it."""
    pictures = folder / "pictures"
    pictures.mkdir()
    for number in range(PICTURES):
        draw(pictures / f"{number:03d}.jpg", number)
    encoder, decoder = (NativeSession(ROOT / f"models/nano/{name}.onnx", threads=PROCESSES) for name in ("encoder", "decoder"))
    feeds = Recorded(encoder, decoder)
    prompts = folder / "prompts.json"
    asked = [{"points": [[SIZE[1] / 2, SIZE[0] / 2]], "class": "disc"}]
    names = [f"{number:03d}.jpg" for number in range(PICTURES)]
    prompts.write_text(json.dumps([{"picture": f"pictures/{name}", "objects": asked} for name in names]), encoding="utf-8")
    for edges in ("decoded", "follow"):
        # Half of the bare runs before, half after: a machine that gets busy does so for both.
        before = timed(feeds, PICTURES // 2)
        output = ["--output-dir", str(folder / edges), "--edges", edges, "--processes", str(PROCESSES), "--json"]
        said = io.StringIO()
        with redirect_stdout(said):
            assert main(["batch", "--prompts", str(prompts), *output]) == 0
        told = json.loads(said.getvalue())
        assert told["objects"] == PICTURES
        bare = before + timed(feeds, PICTURES - PICTURES // 2)
        what = f"batch over {PICTURES} pictures of 640 x 480 with a click, edges: {edges}"
        yield Figure(what, Sample([told["seconds"]], "s"), Sample([bare], "s"), "encoder and decoder", TARGET)


def timed(feeds: Recorded, count: int) -> float:
    """Give the seconds of so many bare runs."""
    begun = time.perf_counter()
    for _ in range(count):
        feeds.run()
    return time.perf_counter() - begun


class Recorded:
    """What the two graphs are given for one picture and one click, to be given again."""

    def __init__(self, encoder: NativeSession, decoder: NativeSession) -> None:
        self._sessions = encoder, decoder
        self._feeds: list[dict[str, object]] = []
        self._outputs: list[list[str]] = []
        for session in self._sessions:
            self._listen(session)
        segmenter = Segmenter(encoder, decoder)
        buffer = io.BytesIO()
        Image.new("RGB", SIZE[::-1], (90, 120, 60)).save(buffer, "PNG")

        async def once() -> None:
            await segmenter.set_image(open_image(buffer.getvalue()))
            await segmenter.ask([(SIZE[1] / 2, SIZE[0] / 2)], [1])

        asyncio.run(once())
        for session in self._sessions:
            del session.run  # the class's own again
        self._feeds, self._outputs = self._feeds[-2:], self._outputs[-2:]

    def _listen(self, session: NativeSession) -> None:
        run = session.run

        async def listening(feeds, outputs):  # type: ignore[no-untyped-def]
            self._feeds.append(dict(feeds))
            self._outputs.append(list(outputs))
            return await run(feeds, outputs)

        session.run = listening  # type: ignore[method-assign]

    def run(self) -> None:
        """Run both once."""
        for session, feeds, outputs in zip(self._sessions, self._feeds, self._outputs, strict=True):
            session._run(feeds, outputs)  # type: ignore[arg-type]


def draw(path: Path, seed: int) -> None:
    """Draw a disc on a ground with some texture, as a JPEG."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    pixels = np.repeat(random.integers(40, 110, (SIZE[0] // 8, SIZE[1] // 8, 3)), 8, 0).repeat(8, 1).astype(np.uint8)
    radius = random.uniform(60, 180)
    pixels[(x - SIZE[1] / 2) ** 2 + (y - SIZE[0] / 2) ** 2 < radius**2] = random.integers(120, 255, 3)
    Image.fromarray(pixels).save(path, quality=92)
