"""A model as large as people use: SAM 2's Hiera-Tiny, in its true size, with weights that no training made."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from build import SiteServer, serving
from tests.bench.browser import THREADS, Browser, Tab, browsing
from tests.bench.clicks import click_at, places
from tests.bench.figures import Figure, Sample
from tests.bench.site import PICTURES
from tests.support.sites import added, copy_site, rewrite, wrap_runtime
from tools.terminal import say

NAME = "SAM 2 tiny"

#: What makes and exports the model: the extra "conformance" (build.py installs it where it can).
NEEDS = ("torch", "transformers", "onnx")

#: To warm up; then two, of which the first is opened again.
FIRST = "24mp.jpg"
OPENED = ("12mp.jpg", "1mp.jpg")
CLICKS = 8
WARM_UP = 2

ENCODE_TARGET = DECODE_TARGET = 1.1
HALVES_TARGET = 0.52

#: Wraps onnxruntime-web: tells the page of every run of an engine's encoder, and of none of a bare one's.
TELLING_RUNTIME = """
import * as honest from './{honest}';
export * from './{honest}';
const channel = globalThis.name === 'tabsam-engine' ? new BroadcastChannel('bench: encoder runs') : null;
export const InferenceSession = {{
  async create(model, options) {{
    const session = await honest.InferenceSession.create(model, options);
    if (!channel || session.inputNames.length > 1) return session;
    const run = session.run.bind(session);
    session.run = (...parameters) => {{
      channel.postMessage('run');
      return run(...parameters);
    }};
    return session;
  }},
}};
"""


@dataclass(frozen=True)
class Files:
    """The model as it is offered, with its weights in halves.

    Attributes
    ----------
    full_bytes : int
        What both files would have with weights in float32.
    """

    encoder: bytes
    decoder: bytes
    full_bytes: int


def measure(server: SiteServer, folder: Path) -> Iterator[Figure]:
    """Open pictures and click, in a site that offers this model alone."""
    if missing := [name for name in NEEDS if importlib.util.find_spec(name) is None]:
        say(f"Skipped: sam2, since {' and '.join(missing)} cannot be imported")
        return
    files = exported()
    halves = Sample([(len(files.encoder) + len(files.decoder)) / 1e6], "MB")
    yield Figure(f"{NAME}: weights in halves", halves, Sample([files.full_bytes / 1e6], "MB"), "in float32", HALVES_TARGET)
    site = offering(files, copy_site(server.directory, folder / "site"))
    with serving(site) as own_server, browsing(own_server, folder / "profile") as browser:
        yield from measure_in(browser)


def measure_in(browser: Browser) -> Iterator[Figure]:
    """Encode and decode, in turns with bare runs; open a picture again."""
    with browser.tab() as tab:
        tab.load_site()
        tab.call("setHovering", False)  # no answer may be there before the click
        tab.client("open", FIRST)  # before the bare model: a run of tabsam's own, to warm up, may still be going on
        tab.ask("model", "start", threads=THREADS, picture="1mp.jpg")
        before = tab.client("encoderRuns")
        bare, encodes = [], []
        for name in OPENED:
            bare.append(tab.ask("model", "encode"))
            tab.rest()
            encodes.append(tab.client("open", name, True)["encode"])
        runs = tab.client("encoderRuns")
        assert runs - before == len(OPENED), f"{runs - before} encoder runs were seen of {len(OPENED)}"
        encode = Sample(encodes), Sample(bare)
        yield Figure(f"{NAME}: encode, with preparing the picture", *encode, "encoder", ENCODE_TARGET)
        again = tab.client("open", OPENED[0], True)["opened"]
        yield Figure(f"{NAME}: encoder runs to open it again", Sample([tab.client("encoderRuns") - runs], "runs"), target=0)
        yield Figure("  12 MP: open again, with decoding the file", Sample([again]))
        yield from decodes(tab)


def decodes(tab: Tab) -> Iterator[Figure]:
    """Click at one place after the other, each a new object."""
    bare, decoded = [], []
    for number, (x, y) in enumerate(places(PICTURES[OPENED[0]], WARM_UP + CLICKS)):
        tab.call("clear")
        decode = tab.ask("model", "decode", points=1)
        click = click_at(tab, x, y)
        if number >= WARM_UP:
            bare.append(decode)
            decoded.append(click["decode"])
    yield Figure(f"{NAME}: decode a click", Sample(decoded), Sample(bare), "decoder", DECODE_TARGET)


def exported() -> Files:
    """Make the model, and export it as ``tabsam export`` does."""
    from tabsam_export.reference import Reference
    from tabsam_export.writing import decoder_of, encoder_of
    from tests.conformance.references import Sam2Reference

    say(f"Exporting {NAME}, with random weights")
    reference = Reference(Sam2Reference(real_size=True).model, "sam2")
    encoder, decoder = encoder_of(reference, "fp16").SerializeToString(), decoder_of(reference, "fp16").SerializeToString()
    return Files(encoder, decoder, sum(write(reference, "fp32").ByteSize() for write in (encoder_of, decoder_of)))


def offering(files: Files, site: Path) -> Path:
    """Make the model the only one that a site offers, and let the site tell of its encoder's runs."""
    entry = added(files.encoder, files.decoder, site, "sam2")
    rewrite(site / "models/catalog.json", json.dumps({"default": "sam2", "models": [entry]}))
    wrap_runtime(site, TELLING_RUNTIME, builds=("wasm",))
    return site
