"""Journals of whole lines with wrong values: read and worked on, they end in errors with a code, or in work that is kept."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import random
import zlib

from tabsam.errors import TabsamError
from tabsam.formats.exported import Source
from tabsam.formats.journal.journal import read_journal
from tabsam.formats.registry import FORMATS, write
from tabsam.page.app import App
from tabsam.page.workspace import key_of
from tests.support.annotated import SIZE, three_kinds
from tests.support.asking import Page
from tests.support.datasets import picture_bytes

PICTURE = picture_bytes(SIZE)
NAME = "a.png"
_MOST_PIXELS = 1_000_000
_OPENED = 0.03
"""Of the cases, which are asked about in a page; each of them takes as long as many others."""


def sample() -> bytes:
    """Give a sound journal's lines as a JSON list."""
    return asyncio.run(_made())


def signed(data: bytes) -> bytes:
    """Give the lines of a JSON list, or of anything else, with the checksums that make them whole."""
    try:
        listed = json.loads(data)
        texts = [json.dumps(one).encode() for one in listed] if isinstance(listed, list) else [data]
    except (ValueError, RecursionError):
        texts = data.split(b"\n")
    return b"".join(b"%08x %b\n" % (zlib.crc32(text), text) for text in texts)


def work_on(name: str, data: bytes, rng: random.Random) -> None:
    """Read a journal, and do with it what a person does; raises what is no TabsamError, and where it cannot be kept anew."""
    journal = signed(data)
    kept, goes_on, _ = read_journal(journal)
    goes_on.begin_anew(kept)
    anew = goes_on.take()
    assert read_journal(anew)[2] == len(anew), "what was written anew cannot be read again"
    for document in kept.documents.values():
        if document.image_size[0] * document.image_size[1] < _MOST_PIXELS:
            with contextlib.suppress(TabsamError):
                write(rng.choice(sorted(FORMATS)), Source(document.annotations))
    if rng.random() < _OPENED:
        asyncio.run(_worked_on(journal, rng))


async def _made() -> bytes:
    app, lines = Page().app, b""

    def store(new: bytes, whole: bool) -> None:
        nonlocal lines
        lines = new if whole else lines + new

    app.keeping.store_with(store)
    await _do(app, "restore", journal=b"")
    await _do(app, "open", name=NAME, bytes=PICTURE)
    pictures = [
        {"id": "p", "name": NAME, "place": "", "size": len(PICTURE)},
        {"id": "q", "name": "b.png", "place": "x/", "size": 1},
    ]
    await _do(app, "noteSession", pictures=pictures, at="p", page={"id": "p", "page": 0}, finding=False)
    mark = {"id": "p", "key": key_of(hashlib.sha256(PICTURE).hexdigest(), NAME), "done": True}
    await _do(app, "noteSession", marks=[mark])
    file = write("coco", Source(three_kinds()))
    await _do(app, "importFile", name=file.name, bytes=file.data, **{"as": "objects"})
    await _do(app, "addPoint", x=3, y=4, label=1)
    await _do(app, "setBox", box=[1, 2, 9, 8])
    await _do(app, "accept", overlaps="keep")
    await _do(app, "addPoint", x=5, y=4, label=0)
    await _do(app, "addClass", name="bird")
    await _do(app, "changeObject", id=1, name="first", locked=True)
    await _do(app, "selectObjects", ids=[2])
    await _do(app, "setWorldFile", text="1\n0\n0\n-1\n5\n6\n")
    await _do(app, "removeObject", id=2)
    await _do(app, "undo")
    return json.dumps([json.loads(line[9:]) for line in lines.splitlines()]).encode()


async def _worked_on(journal: bytes, rng: random.Random) -> None:
    app, kept = Page().app, b""

    def store(new: bytes, whole: bool) -> None:
        nonlocal kept
        kept = new if whole else kept + new

    await _ask(app, "restore", journal=journal)
    app.keeping.store_with(store)
    await _ask(app, "works")
    await _ask(app, "open", name=NAME, bytes=PICTURE)
    for _ in range(3):
        await _ask(app, rng.choice(("undo", "redo", "state", "summary")))
    await _ask(app, "mergeObjects", ids=[1, 3])
    await _ask(app, "reopen", id=1)
    await _ask(app, "addPoint", x=5, y=5, label=0)
    await _ask(app, "addClass", name="new")
    await _ask(app, "measure", all=True)
    await _ask(app, "exportObjects", format=rng.choice(sorted(FORMATS)))
    await _ask(app, "saveProject", picture=False)
    await _ask(app, "beginJournalAnew", elsewhere=False)
    again = await Page().app.handle("restore", {"journal": kept}, lambda progress: None)
    assert again["sound"] == len(kept), "what was written anew cannot be read again"  # type: ignore[index]
    assert not again["damaged"]  # type: ignore[index]


async def _ask(app: App, method: str, **params: object) -> None:
    with contextlib.suppress(TabsamError):
        await _do(app, method, **params)


async def _do(app: App, method: str, **params: object) -> None:
    await app.handle(method, params, lambda progress: None)
