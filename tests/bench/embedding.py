"""Pictures that are dropped with their embeddings: how soon they can be clicked."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from build import ROOT
from tabsam.formats.embedding import write_embedding
from tabsam.library.loading import load
from tests.bench.browser import Browser, Tab
from tests.bench.figures import Figure, Sample

TURNS = 8
TARGETS = {"1mp.jpg": 300, "12mp.jpg": None}
"""Milliseconds; a large picture's file takes Python longer than that to decode, whatever comes with it."""
#: Seconds.
REST = 1.0

#: Notes when something is dropped, and when the page can be clicked next: milliseconds from the one to the other.
WATCH_DROPS = """
let dropped = null;
addEventListener('drop', () => { dropped = performance.now(); delete window.benchClickable; }, true);
new MutationObserver(() => {
  if (document.body.dataset.state !== 'idle' || dropped === null) return;
  window.benchClickable = performance.now() - dropped;
  dropped = null;
}).observe(document.body, { attributes: true, attributeFilter: ['data-state'] });
"""


def measure(browser: Browser) -> Iterator[Figure]:
    """Drop pictures with their embeddings by the model that runs, and without, in turns; each is a file of its own."""
    with browser.tab() as tab, load(ROOT / "models" / "nano") as segmenter:
        tab.load_site()
        tab.js(WATCH_DROPS)
        for name, target in TARGETS.items():
            file = (Path(tab.server.directory) / "bench" / name).read_bytes()
            segmenter.set_image(file)
            embedding = segmenter.embedding()
            embedded, encoded = [], []
            for turn in range(TURNS + 1):
                folder = browser.folder / f"{name}-{turn}"
                folder.mkdir()
                one, other = (file + f"{turn} {which}".encode() for which in ("with", "without"))
                (folder / "one.jpg").write_bytes(one)
                (folder / "other.jpg").write_bytes(other)
                belongs = replace(embedding, picture=hashlib.sha256(one).hexdigest())
                (folder / "one.safetensors").write_bytes(write_embedding(belongs))
                with_it = drop(tab, folder / "one.jpg", folder / "one.safetensors")
                without = drop(tab, folder / "other.jpg")
                if turn:  # the first is to warm up
                    embedded.append(with_it)
                    encoded.append(without)
            size = f"{name.removesuffix('mp.jpg')} MP"
            yield Figure(f"a picture with its embedding, drop to clickable, {size}", Sample(embedded), target=target)
            yield Figure(f"  the same encoded in the page, {size}", Sample(encoded))


def drop(tab: Tab, *files: Path) -> float:
    """Drop files, as the system does; milliseconds until the page can be clicked."""
    time.sleep(REST)
    tab.drop_paths(*files)
    tab.wait_until(lambda: tab.js("return window.benchClickable"), files[0].name)
    assert tab.messages() == []
    milliseconds: float = tab.js("return window.benchClickable")
    return milliseconds
