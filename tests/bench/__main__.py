"""Measure the built site: ``python -m tests.bench [clicks] [start] [encode] [embedding] [annotate] [pan] [project] ...``.

The parts ``library`` and ``batch`` are measured on CPython, all others in one run of headless Chromium on this machine, with
two threads and the default model. Each is compared with what is bare: the same WebAssembly, or onnxruntime, and the same model
without tabsam around it, in turns, so that a busy machine is as busy for both. With ``--gpu`` the models and the page are
measured on the GPU that Chrome finds, and nothing else. Exit status 1 says that a figure misses its target.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from build import DIST, SiteServer, serving
from tests.bench import annotating, batches, clicks, embedding, gpu, library, memory, panning, preparing, projects, sam2, starts
from tests.bench.browser import THREADS, browsing
from tests.bench.figures import Figure, table
from tests.bench.site import assemble
from tests.support.chrome import SWIFTSHADER
from tests.support.sites import offer_only, rewrite
from tests.support.tiny_model import tiny_model
from tools.terminal import say

PARTS = ("clicks", "start", "encode", "embedding", "annotate", "pan", "project", "memory", "sam2", "library", "batch")

NOTES = """\
Every line: the median (smallest-largest, n), and the ratio of medians. Lines without a target are for information.
A click is the pointer's event, painted the end of the drawing of mask and outline (the marks tabsam:click and tabsam:painted).
Bare runs are of the same WebAssembly, model and shapes, in the same browser, and never at the same time as tabsam's own.
Peak memory is the kernel's VmHWM (10^6 bytes) of the tab's renderer, shared memory and Chrome's own code included; that of the
browser is the sum of its processes' PSS. Frames are those of requestAnimationFrame while a pointer drags, or a wheel turns."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="tests.bench", description="Measure the built site.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"only these: {', '.join(PARTS)}")
    parser.add_argument("--gpu", action="store_true", help="only the GPU that Chrome finds: bare models, and the page")
    parser.add_argument("--rounds", type=int, default=30, help="runs in each way with --gpu (30)")
    parser.add_argument("--software", action="store_true", help="with --gpu: a tiny model on Chrome's GPU in software")
    options = parser.parse_args(arguments)
    parts = options.parts or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    begun, load = time.monotonic(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="tabsam-bench-") as name:
        folder = Path(name)
        say("Drawing the pictures")
        with serving(assemble(DIST, folder / "site")) as server:
            figures = []
            measured = measure_gpu(server, folder, options) if options.gpu else measure(parts, server, folder)
            for figure in measured:
                figures.append(figure)
                say("  ".join(figure.cells()))
    seconds = time.monotonic() - begun
    print(f"\n{os.cpu_count()} cores, load {load:.1f} before and {os.getloadavg()[0]:.1f} after, {seconds:.0f} s\n")
    print(f"{table(figures)}\n\n{NOTES}")
    return int(any(figure.misses for figure in figures))


def measure(parts: Sequence[str], server: SiteServer, folder: Path) -> Iterator[Figure]:
    """Measure one part after the other, all but the memory and the large model in one browser."""
    measures = {
        "clicks": clicks.measure,
        "start": starts.measure,
        "encode": preparing.measure,
        "embedding": embedding.measure,
        "annotate": annotating.measure,
        "pan": panning.measure,
        "project": projects.measure,
    }
    if measures.keys() & {*parts}:
        with browsing(server, folder / "profile") as browser:
            say(f"Measuring in {browser.version}, WASM with {THREADS} threads")
            for part, measure_part in measures.items():
                if part in parts:
                    say(f"Measuring: {part}")
                    yield from measure_part(browser)
    if "memory" in parts:
        say("Measuring: memory")
        yield from memory.measure(server, folder / "fresh")
    if "sam2" in parts:
        say("Measuring: sam2")
        yield from sam2.measure(server, folder / "sam2")
    if "library" in parts:
        say("Measuring: library")
        yield from library.measure()
    if "batch" in parts:
        say("Measuring: batch")
        yield from batches.measure(folder)


def measure_gpu(server: SiteServer, folder: Path, options: argparse.Namespace) -> Iterator[Figure]:
    """Measure on the GPU that Chrome finds."""
    if options.software:
        for name, file in (("encoder", tiny_model().encoder), ("decoder", tiny_model().decoder)):
            rewrite(server.directory / "models" / "nano" / f"{name}.onnx", file)
        offer_only(tiny_model(), server.directory)
    with browsing(server, folder / "gpu", SWIFTSHADER if options.software else gpu.FLAGS) as browser:
        yield from gpu.measure(browser, options.rounds)


if __name__ == "__main__":
    sys.exit(main())
