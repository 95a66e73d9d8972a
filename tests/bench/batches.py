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
PARTS = 10
"""The pictures are gone through in so many parts, each by the batch and bare, by turns: a busy machine is as busy for both."""
THREADS = 2
SIZE = (480, 640)
TARGET = 1.15


def measure(folder: Path) -> Iterator[Figure]:
    """Segment the object under a click in each of many pictures, and run the model on as many without anything around it."""
    pictures = folder / "pictures"
    pictures.mkdir()
    for number in range(PICTURES):
        draw(pictures / f"{number:03d}.jpg", number)
    encoder, decoder = (NativeSession(ROOT / f"models/nano/{name}.onnx", threads=THREADS) for name in ("encoder", "decoder"))
    feeds = Recorded(encoder, decoder)
    batched, bare = [], []
    for part in range(PARTS):
        numbers = range(part, PICTURES, PARTS)
        prompts = pictures / f"{part}.json"
        asked = [{"points": [[SIZE[1] / 2, SIZE[0] / 2]], "class": "disc"}]
        prompts.write_text(json.dumps([{"picture": f"{one:03d}.jpg", "objects": asked} for one in numbers]), encoding="utf-8")
        command = [
            "batch",
            "--prompts",
            str(prompts),
            "--output-dir",
            str(folder / f"out{part}"),
            "--threads",
            str(THREADS),
            "--json",
        ]
        said = io.StringIO()
        with redirect_stdout(said):
            assert main(command) == 0
        told = json.loads(said.getvalue())
        assert told["objects"] == len(numbers)
        batched.append(told["seconds"] * 1000)
        begun = time.perf_counter()
        for _ in numbers:
            feeds.run()
        bare.append((time.perf_counter() - begun) * 1000)
    what = f"batch, {PICTURES // PARTS} pictures of 640 x 480 with a click"
    yield Figure(what, Sample(batched), Sample(bare), "encoder and decoder", TARGET)


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
