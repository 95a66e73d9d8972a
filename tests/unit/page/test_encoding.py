"""What the encoder made of the open picture is kept for another day: then nothing is encoded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pytest

from tabsam.arrays import AnyArray
from tabsam.model.runtime import Handle, Tensor
from tabsam.page import encoding
from tabsam.page.encoding import Encoding
from tabsam.page.engine import Engine
from tabsam.page.opening import read_picture
from tabsam.page.workspace import Workspace
from tests.support.asking import Page, on_a_page, png
from tests.support.pictures import two_discs

MIRRORED = two_discs()[:, ::-1].copy()


class Shelf:
    """Keeps one embedding, as the browser's file does."""

    def __init__(self) -> None:
        self.picture = ""
        self.tensors: dict[str, AnyArray] = {}
        self.written = asyncio.Event()

    async def write(self, picture: str, tensors: Mapping[str, Tensor]) -> bool:
        self.tensors = {name: await cast(Handle, tensor).read() for name, tensor in tensors.items()}
        self.picture = picture
        self.written.set()
        return True

    async def read(self, picture: str) -> Mapping[str, Tensor] | None:
        return self.tensors if picture == self.picture else None


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_KEEP_AFTER", 0.001)


def outline(view: Any) -> list[Any]:
    vertices: list[Any] = view["candidates"][0]["outline"]["vertices"].tolist()
    return vertices


@on_a_page
async def test_a_picture_whose_embedding_is_kept_is_not_encoded_another_day(page: Page) -> None:
    shelf = Shelf()
    page.app.attach(page.segmenter, shelf)
    await page.open()
    await shelf.written.wait()
    clicked = await page.ask("addPoint", x=80, y=120, label=1)

    another = Page()
    another.app.attach(another.segmenter, shelf)
    opened = await another.open()
    assert opened["timings"]["encode"] == 0
    assert "encode" not in [one["stage"] for one in another.progress]
    assert outline(await another.ask("addPoint", x=80, y=120, label=1)) == outline(clicked)
    assert another.encoder.runs == 0
    assert opened["encoded"]["pictures"] == 1

    await another.open(picture=MIRRORED)
    assert another.encoder.runs == 1, "that is another picture's"


@on_a_page
async def test_it_is_kept_when_nobody_waits_for_an_answer_any_more(page: Page) -> None:
    shelf, engine = Shelf(), Engine()
    engine.attach(page.segmenter)
    one = Encoding(engine, Workspace())
    one.file = shelf
    picture, _ = read_picture(png(two_discs()), "discs.png", 0, "")
    await one.embedding_of(picture, page.segmenter)
    quiet = False
    one.keep_soon(picture, lambda: quiet)
    await asyncio.sleep(0.05)
    assert not shelf.written.is_set()
    quiet = True
    await shelf.written.wait()


@on_a_page
async def test_that_of_the_picture_that_is_open_takes_the_place_of_the_one_before(page: Page) -> None:
    shelf = Shelf()
    page.app.attach(page.segmenter, shelf)
    await page.open()
    await shelf.written.wait()
    first, made = shelf.picture, shelf.tensors
    shelf.written.clear()
    await page.open(picture=MIRRORED)
    await shelf.written.wait()
    assert shelf.picture != first
    assert not all(np.array_equal(made[name], shelf.tensors[name]) for name in made)
