"""Pictures that come with their embeddings: they open by the decoder that made them, whose encoder is not even asked for."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tabsam.formats.embedding import read_embedding, write_embedding
from tabsam.model import native
from tabsam.model.embedding import StoredEmbedding
from tabsam.model.identifying import digest_of, identity_of
from tabsam.model.image import open_image
from tabsam.model.storing import stored
from tests.browser.conftest import Serve
from tests.support.page import Page
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.sites import added, copy_site, rewrite, with_mark
from tests.support.tiny_model import tiny_model
from tools.server import SiteHandler, SiteServer

RED = (80, 120)
DISCS, MIRRORED = encoded(two_discs()), encoded(np.ascontiguousarray(two_discs()[:, ::-1]))


@pytest.fixture
def fast(site: Path, tmp_path: Path) -> Path:
    """Give a copy of the site that starts with one model and lists another, "large", whose encoder is not on the server."""
    copy = copy_site(site, tmp_path / "site")
    models = {"tiny": tiny_model(), "large": tiny_model(single_mask=True)}
    entries = [added(one.encoder, one.decoder, copy, name) for name, one in models.items()]
    entries[1]["encoder"] |= {"url": "large/far-too-large.onnx", "sha256": "0" * 64, "bytes": 2_500_000_000}
    rewrite(copy / "models" / "catalog.json", json.dumps({"default": "tiny", "models": entries}))
    return copy


@pytest.fixture
def elsewhere(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SiteServer:
    """Serve a list of pictures with their embeddings from another origin, which lets anybody read them."""
    common_headers = SiteServer.common_headers
    monkeypatch.setattr(SiteServer, "common_headers", lambda self: {**common_headers(self), "Access-Control-Allow-Origin": "*"})
    picture = encoded(two_discs(120, 160))
    folder = save(tmp_path / "elsewhere", {})
    save(folder / "set", {"a b.png": picture, "a.safetensors": write_embedding(made(picture))})
    listed = {"pictures": [{"picture": "set/a%20b.png", "embedding": "set/a.safetensors"}]}
    (folder / "list.json").write_text(json.dumps(listed), encoding="utf-8")
    server: SiteServer = serve(folder, isolate=False)
    return server


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the paths that the server is asked for."""
    paths: list[str] = []
    do_get = SiteHandler.do_GET

    def do_get_noted(self: SiteHandler) -> None:
        paths.append(self.path)
        do_get(self)

    monkeypatch.setattr(SiteHandler, "do_GET", do_get_noted)
    return paths


def made(picture: bytes, *, by: str = "large") -> StoredEmbedding:
    """Encode a picture on a fast machine."""
    model = tiny_model(single_mask=by == "large")
    segmenter = native.load_pair(model.encoder, model.decoder)
    segmenter.identity = identity_of(model.decoder, by)

    async def encode() -> StoredEmbedding:
        await segmenter.set_image(open_image(picture))
        return await stored(segmenter, picture=hashlib.sha256(picture).hexdigest())

    return asyncio.run(encode())


def save(folder: Path, files: dict[str, bytes]) -> Path:
    """Put files into a folder."""
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def clicked(page: Page) -> float:
    """Click the red disc; tell how well the mask fits it."""
    revision = page.state()["revision"]
    page.click(*RED)
    page.wait_for_answer(revision)
    return iou(page.mask(), red_disc())


def wait_for_picture(page: Page, name: str) -> None:
    """Wait until a picture is open: it may be asked about."""

    def is_there() -> bool:
        state = page.state()
        return (state["state"], (state["image"] or {}).get("name")) == ("idle", name)

    page.wait_until(is_there, name)


def wait_for_errors(page: Page, codes: list[str]) -> None:
    page.wait_until(lambda: page.error_codes() == codes, f"{codes}")


def choose(page: Page, role: str) -> None:
    """Press a button of the message."""
    page.find(f"#errors [data-role=message-{role}]").click()


def test_a_picture_with_its_embedding_opens_without_an_encoder(
    page: Page, serve: Serve, fast: Path, elsewhere: SiteServer, asked: list[str], tmp_path: Path
) -> None:
    # A list of pictures with their embeddings on another host: nothing is fetched before that is allowed.
    page.load(f"{serve(fast).url}?embeddings={elsewhere.url}list.json")
    assert not [path for path in asked if path.startswith(("/set/", "/list.json"))]
    page.find("#notices [data-role=message-action]").click()
    wait_for_picture(page, "a b.png")
    assert (page.state()["model"], page.state()["decoderOnly"]) == ("large", True)

    of_discs = write_embedding(made(DISCS))
    folder = save(tmp_path / "fast", {"discs.png": DISCS, "discs.safetensors": of_discs})
    page.drop_paths(folder / "discs.png", folder / "discs.safetensors")
    page.wait_for("idle")
    state = page.state()
    assert (state["image"]["name"], state["model"], state["decoderOnly"]) == ("discs.png", "large", True)
    assert page.messages() == []
    assert clicked(page) > 0.9
    assert page.state()["maskCount"] == 3
    assert page.state()["hasSingleMask"] is True  # only the large model has one

    # The next one comes without: that is said, nothing is fetched, and the one before goes on.
    (folder / "mirrored.png").write_bytes(MIRRORED)
    page.drop_paths(folder / "mirrored.png")
    wait_for_errors(page, ["encoder-absent"])
    assert page.state()["image"]["name"] == "discs.png"
    assert not [path for path in asked if "far-too-large" in path]
    choose(page, "other")
    wait_for_picture(page, "mirrored.png")  # encoded by the site's own model
    assert page.state()["decoderOnly"] is False

    # Another picture's embedding is refused, which costs nothing.
    (folder / "mirrored.safetensors").write_bytes(of_discs)
    page.drop_paths(folder / "mirrored.png", folder / "mirrored.safetensors")
    wait_for_errors(page, ["embedding-other-picture"])
    assert page.state()["modelId"] == "tiny"
    choose(page, "action")  # to open it without
    wait_for_errors(page, [])
    wait_for_picture(page, "mirrored.png")

    # What the site's own model has made is saved; another one's, whatever it is called, is tried with the picture that is open.
    page.find("#export-formats").click()
    page.find("#export-menu [data-role=embedding]").click()
    saved = page.saved_file(".safetensors")
    assert saved.name == "mirrored.safetensors"
    embedding, wanted = read_embedding(saved.read_bytes()), made(MIRRORED, by="tiny")
    assert replace(embedding, tensors={}) == replace(wanted, tensors={})
    for name, array in wanted.tensors.items():
        assert np.abs(embedding.tensors[name].astype(np.float32) - array).max() < 0.01 * np.abs(array).max()
    (folder / "other.npz").write_bytes(write_embedding(made(MIRRORED), "npz"))
    page.drop_paths(folder / "other.npz")
    page.wait_until(lambda: page.state()["model"] == "large", "the decoder that it belongs to")
    wait_for_picture(page, "mirrored.png")
    assert page.error_codes() == []

    # Nobody lists the decoder of this one: it is asked for, and another file is not taken for it.
    mine = with_mark(tiny_model(single_mask=True).decoder)
    (folder / "mine.npz").write_bytes(write_embedding(replace(made(MIRRORED), decoder=digest_of(mine), model="mine"), "npz"))
    (folder / "decoder.onnx").write_bytes(mine)
    (folder / "another.onnx").write_bytes(tiny_model().decoder)
    page.drop_paths(folder / "mine.npz")
    wait_for_errors(page, ["decoder-unknown"])
    for name, outcome in (("another.onnx", ["decoder-other"]), ("decoder.onnx", [])):
        choose(page, "action")
        page.find("#decoder-file").send_keys(str(folder / name))
        wait_for_errors(page, outcome)
    page.wait_until(lambda: page.state()["model"] == "mine", "the decoder that was given")
    wait_for_picture(page, "mirrored.png")
    assert not [path for path in asked if "far-too-large" in path]
