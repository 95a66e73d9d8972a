"""What ``tabsam export`` wrote runs in the page, with the graph optimised, and answers as it does on CPython."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tabsam import cli
from tabsam.model import native
from tabsam.model.candidate import Candidate
from tabsam.model.image import open_image
from tests.browser.conftest import Serve
from tests.export.checkpoints import save, seeded, shapes_of
from tests.export.small import save_small_sam1, save_small_sam2
from tests.support.page import Page
from tests.support.pictures import encoded, iou, two_discs
from tests.support.sites import copy_site, rewrite

CLICK = (80, 120)
#: A real-size encoder takes 10 s on two idle cores.
SLOW = 240.0

SOURCES: Mapping[str, Callable[[Path], Path]] = {
    "a small SAM 1": save_small_sam1,
    "a small SAM 2": save_small_sam2,
    "SAM 2.1 Hiera-Tiny": lambda path: save(seeded(shapes_of("sam2.1-hiera-tiny")), path),
}


def offer_exported(site: Path, checkpoint: Path, *options: str) -> None:
    """Convert a checkpoint and make it the only model that a site offers."""
    output = site / "models/mine"
    assert cli.main(["export", str(checkpoint), "--output", str(output), "--id", "mine", "--name", "mine", *options]) == 0
    entry = json.loads((output / "model.json").read_text("utf-8"))
    for part in ("encoder", "decoder"):
        for listed in entry[part].get("parts", [entry[part]]):
            listed["url"] = f"mine/{listed['url']}"
    rewrite(site / "models/catalog.json", json.dumps({"default": "mine", "models": [entry]}))


def joined(site: Path, part: str) -> bytes:
    """Give a file's bytes, be it in parts or whole."""
    return b"".join(path.read_bytes() for path in sorted((site / "models/mine").glob(f"{part}.*")))


async def ask(site: Path, picture: bytes) -> list[Candidate]:
    """Ask on CPython what the page is asked."""
    segmenter = native.load_pair(joined(site, "encoder"), joined(site, "decoder"))
    await segmenter.set_image(open_image(picture))
    return await segmenter.predict([CLICK], [1], all_candidates=True)


@pytest.mark.parametrize(
    ("source", "options"),
    [
        pytest.param("a small SAM 1", (), marks=pytest.mark.long),  # the precisions below are of it and of SAM 2
        ("a small SAM 1", ("--precision", "int8")),
        ("a small SAM 2", ("--precision", "fp16", "--ort")),
        pytest.param("a small SAM 2", ("--precision", "int8"), marks=pytest.mark.long),
        pytest.param("SAM 2.1 Hiera-Tiny", ("--precision", "fp16", "--part-bytes", "20000000"), marks=pytest.mark.long),
    ],
    ids=str,
)
def test_an_exported_model_answers_in_the_page_as_on_cpython(
    source: str, options: tuple[str, ...], page: Page, site: Path, serve: Serve, tmp_path: Path
) -> None:
    copy = copy_site(site, tmp_path / "site")
    offer_exported(copy, SOURCES[source](tmp_path / "checkpoint"), *options)
    picture = encoded(two_discs())
    page.load(serve(copy).url, until=("ready", "error"), patience=SLOW)
    assert page.messages() == []
    state = page.state()
    assert (state["model"], state["provider"]) == ("mine", "wasm")
    assert "Without graph optimisation" not in state["why"]
    started = time.monotonic()
    page.drop(picture, "discs.png")
    page.wait_for("idle", patience=SLOW)
    print(f"{source}: encoded in {time.monotonic() - started:.1f} s, {state['threads']} threads")
    page.click(*CLICK)
    expected = asyncio.run(ask(copy, picture))
    offered: list[dict[str, Any]] = page.state()["candidates"]
    assert [one["index"] for one in offered] == [one.rank for one in expected if one.same_as is None]
    for found in offered:
        assert found["iouPrediction"] == pytest.approx(expected[found["index"]].iou_prediction, abs=1e-3)
    for candidate in expected:
        assert iou(page.mask(candidate.rank), candidate.mask()) > 0.999
