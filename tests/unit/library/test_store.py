"""A model arrives whole, or not at all and in words, from servers that cut, damage and lie; what has come is gone on with."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tabsam
from build import ROOT
from tabsam.errors import ModelError
from tabsam.library import store
from tabsam.library.settings import Settings
from tests.support.hostile import GOOD, PAGE, Answer, HostileFile, HostileServer, damaged, listed, packed, padded_encoder
from tests.support.pictures import red_disc, two_discs
from tests.support.tiny_model import tiny_model

MODEL = tiny_model()
PADDING, CUT = 400_000, 150_000
GONE, BUSY, DEAD = Answer(status=404), Answer(status=503), Answer(cut=-1)
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:1234\nsize 28157093\n" + b"\n" * 64
REST = f"bytes={CUT}-"


class Offer:
    """A model in the server's catalogue whose encoder comes by a script, and what of it is stored."""

    def __init__(self, server: HostileServer, settings: Settings, name: str) -> None:
        self.server, self.settings = server, settings
        self.name = re.sub(r"[^a-z0-9]+", "-", name.lower())[:60].strip("-")
        self.encoder = padded_encoder(MODEL, name, PADDING)
        self.files: list[HostileFile] = []

    def by(self, *mirrors: tuple[Answer, ...], stated: tuple[str, ...] = ("bytes", "sha256")) -> Offer:
        """List it, with a script for each of its encoder's addresses."""
        paths = [f"{self.name}/encoder-{index}.onnx" for index in range(len(mirrors))]
        self.files = [
            self.server.put(f"/models/{path}", self.encoder, *answers) for path, answers in zip(paths, mirrors, strict=True)
        ]
        entry = listed(paths, self.encoder)
        return self.listed({"url": entry["url"], **{key: entry[key] for key in stated}})

    def listed(self, encoder: dict[str, Any]) -> Offer:
        """List it with what is stated of its encoder."""
        self.server.put(f"/models/{self.name}/decoder.onnx", MODEL.decoder)
        self.server.list_model(self.name, encoder, listed(f"{self.name}/decoder.onnx", MODEL.decoder))
        return self

    @property
    def asked(self) -> list[str]:
        return self.files[0].asked

    def pull(self, hear: Callable[[int, int | None], None] = lambda done, of: None) -> store.ModelFiles:
        """Pull it. Connections are cut when what they brought has arrived."""

        def cut_what_has_come(done: int, of: int | None) -> None:
            for file in self.files:
                if file.waits_at is not None and self.here >= file.waits_at:
                    file.gate.set()
            hear(done, of)

        with ticking(lambda: cut_what_has_come(0, None)):
            return store.pull(self.name, settings=self.settings, progress=hear)

    @property
    def here(self) -> int:
        """How many bytes of the encoder have come."""
        folder = Path(self.settings.cache) / "files"
        return sum(path.stat().st_size for path in folder.glob("*.part")) if folder.is_dir() else 0

    def pull_fails(self, code: str) -> ModelError:
        with pytest.raises(ModelError) as caught:
            self.pull()
        assert caught.value.code == code
        assert caught.value.hint
        return caught.value

    def state(self) -> store.State:
        (one,) = (one for one in store.listed(settings=self.settings) if one.entry.id == self.name)
        return one.state


class ticking:  # noqa: N801  # reads as a function does
    """Do something again and again, in a thread, for as long as the ``with`` block lasts."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(work,))

    def run(self, work: Callable[[], None]) -> None:
        while not self.over.wait(0.002):
            work()

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *exception: object) -> None:
        self.over.set()
        self.thread.join()


@pytest.fixture
def offer(server: HostileServer, settings: Settings, request: pytest.FixtureRequest) -> Offer:
    return Offer(server, settings, request.node.name)


def test_a_model_is_fetched_once_and_runs(offer: Offer) -> None:
    offer.by((GOOD,))
    assert offer.state() == "absent"
    heard: list[tuple[int, int | None]] = []
    with tabsam.load(offer.name, settings=offer.settings, progress=lambda *come: heard.append(come)) as segmenter:
        segmenter.set_image(two_discs())
        mask = segmenter.predict([[80, 120]])[0].mask()
    assert (mask & red_disc()).sum() / (mask | red_disc()).sum() > 0.9
    size = len(offer.encoder) + len(MODEL.decoder)
    assert heard[-1] == (size, size)
    assert offer.state() == "stored"
    offer.pull()
    assert offer.asked == [""]


def test_a_cut_connection_is_taken_up_where_it_broke(offer: Offer) -> None:
    offer.by((Answer(cut=CUT), GOOD))
    assert offer.pull().encoder.read_bytes() == offer.encoder
    assert offer.asked == ["", REST]


def test_what_has_come_is_gone_on_with_in_another_call(offer: Offer) -> None:
    offer.by((Answer(cut=CUT), GONE))
    offer.pull_fails("model-refused")
    assert offer.state() == "partial"
    offer.files[0].become(GOOD)
    assert offer.pull().encoder.read_bytes() == offer.encoder
    assert offer.asked == [REST]


def test_without_a_digest_only_the_same_version_is_gone_on_with(offer: Offer) -> None:
    offer.by((Answer(cut=CUT), GONE), stated=())
    offer.pull_fails("model-refused")
    offer.files[0].become(GOOD)
    assert offer.pull().encoder.read_bytes() == offer.encoder
    assert offer.asked == [REST]


def test_without_a_digest_another_version_begins_anew(offer: Offer) -> None:
    offer.by((Answer(cut=CUT), GONE), stated=())
    offer.pull_fails("model-refused")
    offer.files[0].become(Answer(etag='"two"'))
    assert offer.pull().encoder.read_bytes() == offer.encoder
    assert offer.asked == [REST, ""]


def test_a_server_without_ranges_sends_it_anew(offer: Offer) -> None:
    offer.by((Answer(cut=CUT), Answer(ranges=False)))
    assert offer.pull().encoder.read_bytes() == offer.encoder


def test_a_rest_from_another_place_is_not_taken(offer: Offer) -> None:
    offer.by((Answer(cut=CUT), Answer(shift=7), GOOD))
    assert offer.pull().encoder.read_bytes() == offer.encoder
    assert offer.asked == ["", REST, ""]


@pytest.mark.parametrize(
    ("first", "code"),
    [(GONE, "model-refused"), (DEAD, "model-unreachable"), (Answer(data=PAGE, kind="text/html"), "model-html")],
    ids=["gone", "dead", "page"],
)
def test_the_next_mirror_has_it(offer: Offer, first: Answer, code: str) -> None:
    offer.by((first,), (GOOD,))
    assert offer.pull().encoder.read_bytes() == offer.encoder
    offer.by((first,), (first,))
    Path(offer.settings.cache, "files", hashlib.sha256(offer.encoder).hexdigest()).unlink()
    Path(offer.settings.cache, "models", offer.name, "encoder.onnx").unlink()
    offer.pull_fails(code)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(data=PAGE), "model-html"),
        (Answer(data=POINTER), "model-lfs"),
        (Answer(data=packed(b"x" * 999), encoding="gzip"), "model-packed"),
        (Answer(data=b"x" * 999), "model-digest"),
        (Answer(data=b"x" * 999_999), "model-digest"),
    ],
    ids=["page", "pointer", "packed", "short", "long"],
)
def test_what_is_no_model_is_told(offer: Offer, answer: Answer, code: str) -> None:
    offer.by((answer,))
    offer.pull_fails(code)
    assert offer.here == 0


def test_a_busy_server_is_asked_again(offer: Offer) -> None:
    offer.by((BUSY, GOOD))
    assert offer.pull().encoder.read_bytes() == offer.encoder


def test_damage_on_the_way_is_told_and_forgiven_once(offer: Offer) -> None:
    offer.by((Answer(data=damaged(offer.encoder)), GOOD))
    assert offer.pull().encoder.read_bytes() == offer.encoder
    assert offer.asked == ["", ""]


def test_a_file_in_parts_is_put_together(offer: Offer) -> None:
    data = [offer.encoder[:CUT], offer.encoder[CUT:]]
    parts = []
    for number, one in enumerate(data):
        path = f"{offer.name}/part-{number}"
        offer.files.append(offer.server.put(f"/models/{path}", one, Answer(cut=1000), GOOD))
        parts.append(listed(path, one))
    whole = listed("", offer.encoder)
    offer.listed({"parts": parts, "bytes": whole["bytes"], "sha256": whole["sha256"]})
    assert offer.pull().encoder.read_bytes() == offer.encoder
    assert [file.asked for file in offer.files] == [["", "bytes=1000-"]] * 2
    assert offer.state() == "stored"
    assert store.verify(offer.name, settings=offer.settings)["encoder.onnx"] == "sound"


def test_a_file_that_nobody_vouches_for_is_pinned(offer: Offer) -> None:
    offer.by((GOOD,), stated=())
    offer.pull()
    for path in (*Path(offer.settings.cache, "files").glob("*"), *Path(offer.settings.cache, "models", offer.name).glob("*")):
        path.unlink()
    offer.files[0].become(Answer(data=damaged(offer.encoder), etag='"two"'))
    offer.pull_fails("model-changed")
    store.remove(offer.name, settings=offer.settings)
    offer.pull()


def test_damage_on_the_disk_is_found_and_mended(offer: Offer) -> None:
    files = offer.by((GOOD,)).pull()
    assert set(store.verify(offer.name, settings=offer.settings).values()) == {"sound"}
    files.encoder.write_bytes(damaged(offer.encoder))
    assert store.verify(offer.name, settings=offer.settings) == {"encoder.onnx": "damaged", "decoder.onnx": "sound"}
    assert store.verify(offer.name, settings=offer.settings)["encoder.onnx"] == "missing"
    assert offer.pull().encoder.read_bytes() == offer.encoder


def test_removing_frees_what_no_other_model_has(offer: Offer) -> None:
    offer.by((GOOD,)).pull()
    other = Offer(offer.server, offer.settings, f"{offer.name} other").by((GOOD,))
    files = other.pull()
    assert store.remove(offer.name, settings=offer.settings) == len(offer.encoder)
    assert files.decoder.read_bytes() == MODEL.decoder  # they share it
    assert (offer.state(), other.state()) == ("partial", "stored")
    assert store.remove(other.name, settings=offer.settings) == len(other.encoder) + len(MODEL.decoder)
    with pytest.raises(ModelError) as caught:
        store.remove(other.name, settings=offer.settings)
    assert caught.value.code == "model-not-stored"


def test_two_processes_fetch_a_model_once(offer: Offer) -> None:
    offer.by((Answer(drip=True),))
    code = (
        "from tabsam import Settings, store; store.pull(sys.argv[1], settings=Settings(catalog=sys.argv[2], cache=sys.argv[3]))"
    )
    command = [sys.executable, "-c", f"import sys; {code}", offer.name, offer.settings.catalog, offer.settings.cache]
    both = [subprocess.Popen(command, env={"PYTHONPATH": str(ROOT / "app")}) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    assert offer.asked == [""]


def test_what_comes_with_tabsam_is_there_and_stays(settings: Settings) -> None:
    assert store.pull("nano", settings=settings).encoder == ROOT / "models/nano/encoder.onnx"
    assert set(store.verify("nano", settings=settings).values()) == {"sound"}
    with pytest.raises(ModelError) as caught:
        store.remove("nano", settings=settings)
    assert caught.value.code == "model-built-in"


def test_a_disk_that_takes_nothing_is_told(offer: Offer) -> None:
    offer.by((GOOD,))
    Path(offer.settings.cache).write_text("in the way")
    assert "cannot be written" in offer.pull_fails("storage-unwritable").message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[", "not sound JSON"),
        ("[]", "no object"),
        ('{"models": []}', "no list 'models'"),
        ('{"models": [{"id": "A"}]}', "no 'id'"),
        ('{"models": [{"id": "a", "name": 3}]}', "no text"),
        ('{"models": [{"id": "a"}]}', "the encoder of a"),
        ('{"models": [{"id": "a", "encoder": {"url": "../x"}}]}', "'url'"),
        ('{"models": [{"id": "a", "encoder": {"url": "x", "bytes": 0}}]}', "'bytes'"),
        ('{"models": [{"id": "a", "encoder": {"url": "x", "sha256": "1"}}]}', "'sha256'"),
        ('{"models": [{"id": "a", "encoder": {"parts": 1}}]}', "'parts'"),
        ('{"models": [{"id": "a", "encoder": {"parts": [{"url": "x"}]}}]}', "A part of"),
        ('{"models": [{"id": "a", "encoder": {"url": "x", "data": [{"name": "../y", "url": "y"}]}}]}', "'name'"),
    ],
)
def test_what_is_no_catalogue_is_told(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "list.json"
    path.write_text(text)
    with pytest.raises(ModelError) as caught:
        store.listed(settings=Settings(catalog=str(path), cache=str(tmp_path)))
    assert caught.value.code == "catalog-invalid"
    assert problem in caught.value.message


def test_a_catalogue_on_this_machine_has_its_files_beside_it(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "tiny")
    graphs = {part: {"url": f"tiny/{part}.onnx"} for part in ("encoder", "decoder")}
    entry = {"id": "tiny", "name": "Tiny", "edges": "follow", "tidy": 0.01, **graphs}
    (tmp_path / "list.json").write_text(json.dumps({"models": [entry]}))
    settings = Settings(catalog=str(tmp_path / "list.json"), cache=str(tmp_path / "cache"))
    with tabsam.load("tiny", settings=settings) as segmenter:
        assert (segmenter.segmenter.edges, segmenter.segmenter.tidy) == ("follow", 0.01)
    assert not (tmp_path / "cache").exists()
