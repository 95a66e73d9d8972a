"""Edges that follow the picture: on and off, first as decoded, never in a newer click's way, and written down."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile

import numpy as np
from PIL import Image

from tabsam.arrays import Float32Array
from tests.support.asking import Page, code_of, on_a_page
from tests.support.pictures import two_discs

CLICK = {"x": 80, "y": 120, "label": 1}


def corners(view: dict[str, object], index: int = 0) -> Float32Array:
    """Give the vertices of a candidate's outline."""
    candidates = view["candidates"]
    assert isinstance(candidates, list)
    vertices = candidates[index]["outline"]["vertices"]
    assert isinstance(vertices, np.ndarray)
    return vertices


@on_a_page
async def test_a_model_that_does_not_ask_for_it_gives_edges_as_decoded(page: Page) -> None:
    await page.open()
    view = await page.ask("addPoint", **CLICK)
    assert view["edges"] == "decoded"
    as_decoded = corners(view)
    followed = await page.ask("setEdges", edges="follow")
    assert followed["edges"] == "follow"
    assert not np.array_equal(corners(followed), as_decoded)
    assert np.array_equal(corners(await page.ask("setEdges", edges=None)), as_decoded)


@on_a_page
async def test_a_click_shows_the_edge_as_decoded_first(page: Page) -> None:
    await page.open()
    await page.ask("setEdges", edges="follow")
    view = await page.ask("addPoint", **CLICK)
    (first,) = [news["view"] for news in page.progress if news.get("message") == "Found the mask"]
    assert not np.array_equal(corners(first), corners(view))
    assert np.array_equal(corners(first), corners(await page.ask("setEdges", edges="decoded")))


@on_a_page
async def test_only_the_mask_that_is_shown_follows(page: Page) -> None:
    await page.open()
    before = await page.ask("addPoint", **CLICK)
    view = await page.ask("setEdges", edges="follow")
    others = range(1, len(view["candidates"]))
    assert others
    assert all(np.array_equal(corners(view, other), corners(before, other)) for other in others)
    chosen = await page.ask("choose", candidate=1)
    assert not np.array_equal(corners(chosen, 1), corners(before, 1))


@on_a_page
async def test_a_newer_click_is_not_kept_waiting(page: Page) -> None:
    await page.open()
    await page.ask("setEdges", edges="follow")
    older, newer = await asyncio.gather(page.ask("addPoint", **CLICK), page.ask("addPoint", x=90, y=110, label=1))
    shown = [news["view"] for news in page.progress if news.get("message") == "Found the mask"]
    assert len(older["points"]) == len(newer["points"]) == 2
    assert all(len(view["points"]) == 2 for view in shown)
    assert not np.array_equal(corners(shown[-1]), corners(newer))


@on_a_page
async def test_what_is_taken_is_what_is_shown_and_says_how_it_was_made(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", **CLICK)
    decoded = await page.ask("mask")
    await page.ask("setEdges", edges="follow")
    assert not np.array_equal((await page.ask("mask"))["data"], decoded["data"])
    written = (await page.ask("export", kind="mask-png"))["bytes"]
    assert Image.open(io.BytesIO(written)).info["Comment"] == "tabsam: edges follow the picture"
    assert b"<desc>tabsam: edges follow the picture</desc>" in (await page.ask("export", kind="svg"))["bytes"]
    await page.ask("accept", overlaps="keep")
    project = (await page.ask("saveProject", picture=True))["bytes"]
    with zipfile.ZipFile(io.BytesIO(project)) as archive:
        texts = [archive.read(name) for name in archive.namelist() if name.endswith(".json")]
    assert [one["edges"] for text in texts for one in json.loads(text).get("instances", [])] == ["follow"]


@on_a_page
async def test_another_word_for_edges_is_refused(page: Page) -> None:
    assert await code_of(page.ask("setEdges", edges="sharp")) == "bad-request"


@on_a_page
async def test_another_picture_is_followed_for_itself(page: Page) -> None:
    await page.open()
    await page.ask("setEdges", edges="follow")
    first = corners(await page.ask("addPoint", **CLICK))
    await page.open("other.png", two_discs(300, 451))
    second = corners(await page.ask("addPoint", **CLICK))
    assert second.max() > 0
    assert not np.array_equal(first, second)


# ---- Tidying -------------------------------------------------------------------------------------------------------------


@on_a_page
async def test_tidying_is_shown_before_it_is_accepted_and_is_written_down(page: Page) -> None:
    await page.open()
    view = await page.ask("addPoint", **CLICK)
    assert view["tidy"] == 0
    as_decoded = corners(view)
    tidy = await page.ask("setTidy", share=0.05)
    assert tidy["tidy"] == 0.05
    written = (await page.ask("export", kind="mask-png"))["bytes"]
    assert Image.open(io.BytesIO(written)).info["Comment"] == "tabsam: edges as decoded, specks below 5 % left out"
    await page.ask("accept", overlaps="keep")
    project = (await page.ask("saveProject", picture=True))["bytes"]
    with zipfile.ZipFile(io.BytesIO(project)) as archive:
        texts = [archive.read(name) for name in archive.namelist() if name.endswith(".json")]
    assert [(one["edges"], one["tidy"]) for text in texts for one in json.loads(text).get("instances", [])] == [("decoded", 0.05)]
    undone = await page.ask("undo")
    assert np.array_equal(corners(undone), corners(tidy))
    assert np.array_equal(corners(await page.ask("setTidy", share=None)), as_decoded)


@on_a_page
async def test_a_model_s_own_tidying_is_off_for_the_exact_mask(page: Page) -> None:
    await page.open()
    page.segmenter.tidy = 0.01
    assert (await page.ask("setEdges", edges="follow"))["tidy"] == 0.01
    assert (await page.ask("setEdges", edges="decoded"))["tidy"] == 0
    assert (await page.ask("setTidy", share=0.002))["tidy"] == 0.002
    assert await code_of(page.ask("setTidy", share=0.5)) == "tidy"
