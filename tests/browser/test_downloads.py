"""A model arrives whole, or not at all and in words, from servers that cut, delay, damage and lie; and what runs goes on."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.hostile import (
    GOOD,
    PAGE,
    Answer,
    HostileFile,
    HostileServer,
    damaged,
    hostile_server,
    listed,
    packed,
    padded_encoder,
)
from tests.support.page import Page
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.sites import copy_site, rewrite
from tests.support.tiny_model import tiny_model

MODEL = tiny_model()
#: Bytes of the comment in each encoder, and where connections break.
PADDING, CUT = 400_000, 150_000
DEAD = Answer(cut=-1)
GONE = Answer(status=404)
BUSY = Answer(status=503)

#: What the browser itself says in its console of requests that fail.
EXPECTED = ("Failed to load resource",)

#: Each try has an outcome of its own: one that was stopped may end after the next has begun.
USE = """
const outcome = (window.outcome = { code: null });
window.tabsam.useModel(arguments[0]).then(() => (outcome.code = ''), ({ code }) => (outcome.code = String(code)));
"""

WHOLE = ""
REST = f"bytes={CUT}-"


@pytest.fixture(scope="module")
def hostile(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileServer]:
    """Serve a site, whose page does not wait long before it tries again."""
    copy = copy_site(site, tmp_path_factory.mktemp("hostile") / "site")
    replace(copy / "storage" / "download.js", r"PAUSES = \[.*\]", "PAUSES = [20, 40, 80]")
    with hostile_server(copy) as server:
        server.put("/models/tiny/encoder.onnx", MODEL.encoder)
        server.put("/models/tiny/decoder.onnx", MODEL.decoder)
        server.list_model("tiny", listed("tiny/encoder.onnx", MODEL.encoder), listed("tiny/decoder.onnx", MODEL.decoder))
        yield server


@pytest.fixture
def working(page: Page, hostile: HostileServer) -> Page:
    """Give the page with a model that runs, and a picture with a mask."""
    page.expected_errors += EXPECTED
    page.visit(hostile.url)
    segment(page)
    return page


def segment(page: Page) -> None:
    """Open the picture and click the red disc, if that is not done."""
    state = page.state()
    if not state["image"]:
        page.open_picture(encoded(two_discs()), "discs.png")
    if not state["points"]:
        page.click(80, 120)
    assert iou(page.mask(), red_disc()) > 0.9


def replace(path: Path, pattern: str, by: str) -> None:
    """Put something in the place of the one thing in a file that fits a pattern."""
    content, count = re.subn(pattern, by, path.read_text(encoding="utf-8"))
    assert count == 1, f"{path}: {count} times {pattern}"
    rewrite(path, content)


class Offer:
    """A model in the catalogue whose encoder comes by a script.

    Parameters
    ----------
    server : HostileServer
        Where it is offered.
    name : str
        Its id, unlike any other, and so its encoder's digest.
    mirrors : sequence of answers
        The script of each of the encoder's addresses.
    stated : sequence of str
        What the catalogue states of the encoder.
    """

    def __init__(
        self,
        server: HostileServer,
        name: str,
        *mirrors: tuple[Answer, ...],
        stated: tuple[str, ...] = ("bytes", "sha256"),
        padding: int = PADDING,
    ) -> None:
        self.server = server
        self.name = re.sub(r"\W+", "-", name)
        self.encoder = padded_encoder(MODEL, name, padding)
        paths = [f"{self.name}/encoder-{index}.onnx" for index in range(len(mirrors))]
        self.files = [server.put(f"/models/{path}", self.encoder, *answers) for path, answers in zip(paths, mirrors, strict=True)]
        entry = listed(paths, self.encoder)
        server.list_model(
            self.name,
            {"url": entry["url"], **{key: entry[key] for key in stated}},
            listed("tiny/decoder.onnx", MODEL.decoder),
        )

    @property
    def file(self) -> HostileFile:
        """The encoder at its only address."""
        (file,) = self.files
        return file

    def stored(self, page: Page) -> int:
        """Return how many bytes of the encoder are stored."""
        (model,) = [model for model in page.call("models")["models"] if model["id"] == self.name]
        stored: int = model["storedBytes"]
        return stored - len(MODEL.decoder)

    def assert_runs(self, page: Page, *, storage: str = "opfs") -> None:
        """Check that it took the place of the model before, and answers the same points."""
        page.wait_until(lambda: page.state()["modelId"] == self.name and page.state()["loading"] is None, "the model")
        page.wait_for("idle")
        assert page.state()["storage"] == storage
        assert iou(page.mask(), red_disc()) > 0.9

    def try_out(self, page: Page) -> str:
        """Use it, and return the code of what went wrong. Connections are cut when what they brought has arrived."""
        self.start(page)

        def is_over() -> bool:
            for file in self.files:
                due = file.waits_at
                if due is not None and self.stored(page) >= due:
                    file.gate.set()
            return page.js("return window.outcome.code") is not None

        page.wait_until(is_over, "an end of the download")
        code: str = page.js("return window.outcome.code")
        return code

    def use(self, page: Page, *, storage: str = "opfs", say: str = "") -> None:
        """Use it, and check that it runs and whether something is said."""
        assert self.try_out(page) == ""
        self.assert_runs(page, storage=storage)
        messages = page.messages()
        assert len(messages) == bool(say), messages
        assert say in "".join(messages)
        dismiss(page)

    def fail(self, page: Page, code: str, *words: str) -> None:
        """Try to use it, and check what is said, and that the model, the picture and the mask are as they were."""
        before, mask = page.state(), page.mask()
        assert self.try_out(page) == code
        assert page.error_codes() == [code]
        (message,) = page.messages()
        assert all(word in message for word in words), message
        after = page.state()
        same = ("modelId", "image", "points", "candidates", "chosen", "storage")
        assert {key: after[key] for key in same} == {key: before[key] for key in same}
        assert after["loading"] is None
        assert (page.mask() == mask).all()

    def start(self, page: Page) -> None:
        """Have it loaded, without waiting for it."""
        page.js(USE, self.name)

    def start_until(self, page: Page, stored: int) -> None:
        """Have it loaded until its server makes a pause."""
        self.start(page)
        page.wait_until(lambda: self.stored(page) == stored, f"{stored} bytes, not {self.stored(page)}")


def dismiss(page: Page) -> None:
    """Take away what is said, for the next test."""
    page.js("document.querySelectorAll('[aria-label=\"Dismiss this message\"]').forEach((button) => button.click())")


@contextmanager
def new_tab(page: Page, url: str) -> Iterator[Callable[[], None]]:
    """Go to another tab with the site in it, and afterwards back; what is given closes the tab at once."""
    driver = page.driver
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    is_open = True

    def close() -> None:
        nonlocal is_open
        if is_open:
            driver.close()
            driver.switch_to.window(first)
        is_open = False

    try:
        page.load(url)
        yield close
    finally:
        close()


ENCODER_SIZE = len(padded_encoder(MODEL, "", PADDING))

RECOVERIES: dict[str, tuple[tuple[Answer, ...], list[str], int]] = {
    "a cut is taken up": ((Answer(cut=CUT), GOOD), [WHOLE, REST], ENCODER_SIZE),
    "a connection that is cut again and again": (
        (Answer(cut=CUT),),
        [WHOLE, REST, f"bytes={2 * CUT}-"],
        ENCODER_SIZE,
    ),
    "a server without ranges": (
        (Answer(cut=CUT), Answer(ranges=False)),
        [WHOLE, REST],
        CUT + ENCODER_SIZE,
    ),
    "a part from another place": (
        (Answer(cut=CUT), Answer(shift=1000, hold=0), GOOD),
        [WHOLE, REST, WHOLE],
        CUT + ENCODER_SIZE,
    ),
    "a file that has become another": (
        (Answer(cut=CUT, data=b"o" * ENCODER_SIZE), Answer(etag='"two"', hold=0), Answer(etag='"two"')),
        [WHOLE, REST, WHOLE],
        CUT + ENCODER_SIZE,
    ),
    "a rest that is of another file": (
        (Answer(cut=CUT), Answer(data=b"o" * ENCODER_SIZE), GOOD),
        [WHOLE, REST, WHOLE],
        2 * ENCODER_SIZE,
    ),
    "a promise of more than there is": (
        (Answer(length=ENCODER_SIZE + 9, cut=CUT), GOOD),
        [WHOLE, REST],
        ENCODER_SIZE,
    ),
    "no length, and an early end": ((Answer(length=-1, cut=CUT), GOOD), [WHOLE, REST], ENCODER_SIZE),
    "damage on the way": ((Answer(data=b"o" * ENCODER_SIZE), GOOD), [WHOLE, WHOLE], 2 * ENCODER_SIZE),
    "a server that is busy for a moment": ((BUSY, GOOD), [WHOLE, WHOLE], ENCODER_SIZE),
    "no answer for a moment": ((DEAD, DEAD, DEAD, GOOD), [], ENCODER_SIZE),
    "a slow drip": ((Answer(drip=True),), [WHOLE], ENCODER_SIZE),
}


@pytest.mark.parametrize("trouble", RECOVERIES)
def test_a_model_gets_through(working: Page, hostile: HostileServer, trouble: str) -> None:
    answers, asked, sent = RECOVERIES[trouble]
    offer = Offer(hostile, trouble, answers)
    offer.use(working)
    assert asked in (offer.file.asked, [])
    working.wait_until(lambda: offer.file.sent >= sent, "the server to have counted what it sent")
    assert offer.file.sent == sent


@pytest.mark.parametrize("trouble", ["by the server", "as a file", "in drops", "by the server, and cut", "as a file, and cut"])
def test_a_packed_model_is_unpacked(working: Page, hostile: HostileServer, trouble: str) -> None:
    offer = Offer(hostile, f"packed {trouble}", (GOOD,))
    encoding = "gzip" if "server" in trouble else ""
    whole = Answer(data=packed(offer.encoder), encoding=encoding, drip="drops" in trouble)
    cut = Answer(data=packed(offer.encoder), encoding=encoding, cut=CUT)
    offer.file.become(*([cut] if "cut" in trouble else []), whole)
    offer.use(working)
    # Where it broke in what is packed says nothing of where that is in the file.
    assert offer.file.asked == [WHOLE] * (2 if "cut" in trouble else 1)
    assert offer.stored(working) == ENCODER_SIZE


def test_a_model_is_found_where_it_has_moved(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "moved", (Answer(location="/models/moved-here.onnx"),))
    there = hostile.put("/models/moved-here.onnx", offer.encoder, Answer(cut=CUT), GOOD)
    offer.files = [there]
    offer.use(working)
    assert there.asked == [WHOLE, REST]


def test_a_connection_that_has_fallen_silent_is_taken_up(working: Page, hostile: HostileServer) -> None:
    connection = hostile.directory / "storage" / "connection.js"
    patient = connection.read_text(encoding="utf-8")
    replace(connection, r"SILENCE = [\d_]+", "SILENCE = 2000")
    offer = Offer(hostile, "silent", (Answer(hold=CUT), GOOD))
    try:
        offer.use(working)
    finally:
        rewrite(connection, patient)
    assert offer.file.asked == [WHOLE, REST]
    assert offer.file.sent == ENCODER_SIZE


FAILURES: dict[str, tuple[Answer, str, tuple[str, ...], int]] = {
    "damaged": (Answer(data=b"o" * ENCODER_SIZE), "model-digest", ("not the model", "digest"), 2),
    "too short": (Answer(data=b"o" * CUT), "model-digest", ("not the model",), 2),
    "too long": (Answer(data=b"o" * (ENCODER_SIZE + 9)), "model-digest", ("not the model",), 2),
    "a page, said to be one": (Answer(data=PAGE, kind="text/html; charset=utf-8"), "model-html", ("web page", "sign in"), 1),
    "a page, said to be a file": (Answer(data=PAGE), "model-html", ("web page", "sign in"), 1),
    "not there": (GONE, "model-refused", ("404", "another model"), 1),
    "broken": (Answer(status=500), "model-refused", ("500", "Try again later"), 2),
    "busy": (BUSY, "model-refused", ("503", "Try again later"), 2),
}


@pytest.mark.parametrize("trouble", FAILURES)
def test_what_is_not_the_model_is_said_and_costs_nothing(working: Page, hostile: HostileServer, trouble: str) -> None:
    answer, code, words, requests = FAILURES[trouble]
    offer = Offer(hostile, f"never {trouble}", (answer,))
    offer.fail(working, code, *words)
    assert offer.file.asked == [WHOLE] * requests
    assert offer.stored(working) <= 0
    offer.file.become(GOOD)
    working.find("[data-role='message-action']").click()
    offer.assert_runs(working)
    assert working.messages() == []


def test_nobody_there_is_said_and_what_has_arrived_is_kept(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "nobody", (Answer(cut=CUT), DEAD))
    offer.fail(working, "model-unreachable", "connection broke", "what has arrived is kept")
    assert offer.stored(working) == CUT
    offer.file.become(GOOD)
    working.find("[data-role='message-action']").click()
    offer.assert_runs(working)
    assert offer.file.asked == [REST]


def test_a_page_in_place_of_the_rest_does_not_cost_what_has_arrived(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "sign in", (Answer(cut=CUT), Answer(data=PAGE, kind="text/html", ranges=False)))
    offer.fail(working, "model-html", "web page")
    assert offer.stored(working) == CUT
    dismiss(working)
    offer.file.become(GOOD)
    offer.use(working)
    assert offer.file.asked == [REST]


MIRRORS: dict[str, tuple[Answer, ...]] = {
    "nobody there": (DEAD,),
    "gone": (GONE,),
    "a page": (Answer(data=PAGE, kind="text/html"),),
    "damaged": (Answer(data=b"o" * ENCODER_SIZE),),
    "cut": (Answer(cut=CUT), DEAD),
}


@pytest.mark.parametrize("trouble", MIRRORS)
def test_where_one_mirror_fails_the_next_serves(working: Page, hostile: HostileServer, trouble: str) -> None:
    offer = Offer(hostile, f"mirrors {trouble}", MIRRORS[trouble], (GONE,), (GOOD,))
    offer.use(working)
    first, gone, last = offer.files
    assert len(gone.asked) == 1
    assert last.asked == [REST if trouble == "cut" else WHOLE]
    assert last.sent == ENCODER_SIZE - (CUT if trouble == "cut" else 0)
    # The browser by itself asks again where nobody answers.
    assert len(first.asked) == 1 or trouble == "nobody there"


def test_when_all_mirrors_fail_the_last_failure_is_said(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "no mirror", (Answer(data=b"o" * ENCODER_SIZE),), (GONE,))
    offer.fail(working, "model-digest", "not the model")
    dismiss(working)


# ---- Parts -------------------------------------------------------------------------------------------------------


class PartsOffer(Offer):
    """A model whose encoder comes in four parts; the third has two mirrors."""

    def __init__(self, server: HostileServer, name: str) -> None:
        super().__init__(server, name)
        size = len(self.encoder) // 4 + 1
        pieces = [self.encoder[start : start + size] for start in range(0, len(self.encoder), size)]
        paths = [f"{self.name}/part-{index}" for index in range(4)]
        self.files = [server.put(f"/models/{path}", data) for path, data in zip(paths, pieces, strict=True)]
        self.other = server.put(f"/models/{self.name}/mirror", pieces[2])
        self.parts = [listed(path, data) for path, data in zip(paths, pieces, strict=True)]
        self.parts[2]["url"] = [paths[2], f"{self.name}/mirror"]
        self.list(self.parts)

    def list(self, parts: list[dict[str, Any]]) -> None:
        """Say in the catalogue which parts it has."""
        whole = {key: value for key, value in listed("", self.encoder).items() if key != "url"}
        self.server.list_model(self.name, {**whole, "parts": parts}, listed("tiny/decoder.onnx", MODEL.decoder))


def test_parts_come_side_by_side_and_are_joined(working: Page, hostile: HostileServer) -> None:
    offer = PartsOffer(hostile, "parts")
    together = Barrier(4)
    for file in offer.files:
        file.become(Answer(meet=together))
    offer.use(working)
    assert [file.asked for file in offer.files] == [[WHOLE]] * 4
    assert offer.stored(working) == ENCODER_SIZE
    working.call("useModel", "tiny")
    for file in offer.files:
        file.become(GONE)
    offer.use(working)
    assert [file.asked for file in offer.files] == [[]] * 4
    # The next visit begins with it: it is there, though in parts.
    working.load(hostile.url)
    segment(working)
    offer.assert_runs(working)
    assert working.messages() == []
    working.call("useModel", "tiny")


def test_a_broken_part_is_fetched_elsewhere_or_on_the_next_try(working: Page, hostile: HostileServer) -> None:
    offer = PartsOffer(hostile, "broken part")
    third = offer.files[2]
    third.become(Answer(data=damaged(third.data)))
    offer.other.become(Answer(data=damaged(third.data)))
    offer.fail(working, "model-digest", "not the model")
    assert (len(third.asked), len(offer.other.asked)) == (2, 2)
    dismiss(working)
    offer.other.become(GOOD)
    asked = [len(file.asked) for file in offer.files]
    offer.use(working)
    # The others may have been stopped on their way; what had come of them is kept.
    assert len(third.asked) == asked[2] + 1
    assert offer.other.asked == [WHOLE]
    assert sum(file.sent for file in offer.files) - third.sent == ENCODER_SIZE - len(third.data)


def test_parts_that_do_not_make_up_the_model_are_said(working: Page, hostile: HostileServer) -> None:
    offer = PartsOffer(hostile, "wrong parts")
    offer.list([offer.parts[0], offer.parts[1], offer.parts[1], offer.parts[3]])
    offer.fail(working, "model-digest", "parts do not make up")
    dismiss(working)
    offer.list(offer.parts)
    offer.use(working)
    assert [file.asked for file in offer.files] == [[WHOLE]] * 4


# ---- Tabs, reloads, and stopping -----------------------------------------------------------------------------------


def test_a_stopped_download_goes_on_where_it_was(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "stopped", (Answer(hold=CUT), GOOD))
    before = working.state()["modelId"]
    offer.start_until(working, CUT)
    working.call("stopLoading")
    working.wait_until(lambda: working.state()["loading"] is None, "the end of it")
    assert working.messages() == []
    assert working.state()["modelId"] == before
    assert iou(working.mask(), red_disc()) > 0.9
    offer.use(working)
    assert offer.file.asked == [WHOLE, REST]
    assert offer.file.sent == ENCODER_SIZE


def test_a_reloaded_page_goes_on_where_it_was(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "reloaded", (Answer(hold=CUT), GOOD))
    offer.start_until(working, CUT)
    working.load(hostile.url)
    segment(working)
    working.js("StorageManager.prototype.persist = async () => (window.asked = (window.asked ?? 0) + 1) < 0")
    offer.use(working)
    assert offer.file.asked == [WHOLE, REST]
    assert offer.file.sent == ENCODER_SIZE
    # The browser is asked once to keep what was fetched; that it says no costs nothing.
    assert working.js("return window.asked") == 1


def test_another_tab_waits_for_a_download_and_goes_on_with_it_when_its_tab_is_closed(
    working: Page, hostile: HostileServer
) -> None:
    offer = Offer(hostile, "closed", (Answer(hold=CUT), GOOD))
    with new_tab(working, hostile.url) as close:
        segment(working)
        offer.start_until(working, CUT)
        second = working.driver.current_window_handle
        (first,) = [handle for handle in working.driver.window_handles if handle != second]
        working.driver.switch_to.window(first)
        offer.start(working)
        wait_for_the_other_tab(working)
        working.driver.switch_to.window(second)
        close()
        offer.assert_runs(working)
        assert working.messages() == []
    assert offer.file.asked == [WHOLE, REST]
    assert offer.file.sent == ENCODER_SIZE


def test_two_tabs_fetch_one_file_once(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "two tabs", (Answer(hold=CUT),))
    offer.start_until(working, CUT)
    with new_tab(working, hostile.url):
        segment(working)
        offer.start(working)
        wait_for_the_other_tab(working)
        arrived = CUT + len(MODEL.decoder)
        working.wait_until(lambda: (working.state()["loading"] or {}).get("loaded") == arrived, "how far the other tab is")
        offer.file.gate.set()
        offer.assert_runs(working)
    offer.assert_runs(working)
    assert offer.file.asked == [WHOLE]
    assert offer.file.sent == ENCODER_SIZE


def wait_for_the_other_tab(page: Page) -> None:
    """Wait until a tab waits for a file that another one fetches."""
    query = "navigator.locks.query().then(({ pending }) => arguments[0](pending.length))"
    page.wait_until(lambda: page.driver.execute_async_script(query), "one tab to wait for the other")


def test_ones_own_model_from_addresses_goes_on_where_it_was_stopped(
    working: Page, hostile: HostileServer, tmp_path: Path
) -> None:
    path = MODEL.save_with_weights(tmp_path)
    cut = 100
    graphs = [hostile.put(f"/own/{name}.onnx", path.with_name(f"{name}.onnx").read_bytes()) for name in ("encoder", "decoder")]
    weights = hostile.put(f"/own/{path.name}", path.read_bytes(), Answer(hold=cut), GOOD)
    own = [f"{hostile.url}own/{name}.onnx" for name in ("encoder", "decoder")]
    working.js("window.tabsam.addModel(...arguments).catch(({ code }) => (window.outcome = code))", *own, "mine")
    working.wait_until(lambda: cut in working.driver.execute_async_script(STORED_SIZES), "some of its weights")
    working.call("stopLoading")
    working.wait_until(lambda: working.js("return window.outcome") == "cancelled", "the end of it")
    working.call("addModel", *own, "mine")
    assert working.state()["model"] == "mine"
    assert iou(working.mask(), red_disc()) > 0.9
    assert [file.asked for file in graphs] == [[WHOLE]] * 2
    assert weights.asked == [WHOLE, f"bytes={cut}-"]
    working.call("useModel", "tiny")
    working.call("removeModel", next(model["id"] for model in working.call("models")["models"] if model["own"]))
    assert cut not in working.driver.execute_async_script(STORED_SIZES)
    dismiss(working)


STORED_SIZES = """
(async (done) => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
  const sizes = [];
  const note = ({ size }) => sizes.push(size);
  for await (const handle of folder.values()) await handle.getFile().then(note, () => {}); // it may have another name by now
  done(sizes);
})(arguments[0]);
"""


# ---- Storage -------------------------------------------------------------------------------------------------------


@contextmanager
def room_for(page: Page, hostile: HostileServer, size: int) -> Iterator[None]:
    """Leave the site so many bytes to store."""
    address = urlsplit(hostile.url)
    origin = f"{address.scheme}://{address.netloc}"
    usage = page.driver.execute_async_script("navigator.storage.estimate().then(({ usage }) => arguments[0](usage))")
    page.cdp("Storage.overrideQuotaForOrigin", origin=origin, quotaSize=usage + size)
    try:
        yield
    finally:
        page.cdp("Storage.overrideQuotaForOrigin", origin=origin)


@pytest.mark.parametrize("stated", [("bytes", "sha256"), ("sha256",)], ids=["known before", "found on the way"])
def test_too_little_room_is_said_and_the_model_runs_from_memory(
    working: Page, hostile: HostileServer, stated: tuple[str, ...]
) -> None:
    # Larger than the pieces in which the browser sets storage aside.
    offer = Offer(hostile, f"no room {stated}", (GOOD,), stated=stated, padding=4_000_000)
    with room_for(working, hostile, 2_500_000):
        offer.use(working, storage="memory", say="disk is full")
    assert offer.stored(working) <= 0
    # What had arrived was carried over: only the rest was asked for again.
    assert offer.file.asked[0] == WHOLE
    assert [re.sub(r"\d+", "", asked) for asked in offer.file.asked[1:]] == ([] if "bytes" in stated else ["bytes=-"])
    working.call("useModel", "tiny")
    offer.file.become(GOOD)
    offer.use(working)
    assert offer.file.sent == len(offer.encoder)


SPOIL = """
(async (size, done) => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
  let spoilt = 0;
  for await (const handle of folder.values()) {
    const stored = await handle.getFile();
    if (stored.size !== size || stored.lastModified < arguments[1]) continue;
    const bytes = new Uint8Array(await stored.arrayBuffer());
    bytes[bytes.length >> 1] ^= 1;
    const file = await handle.createWritable();
    await file.write(bytes);
    await file.close();
    spoilt += 1;
  }
  done(spoilt);
})(arguments[0], arguments[2]);
"""


def test_a_file_without_a_digest_is_pinned_and_refused_when_it_changes(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "pinned", (GOOD,), stated=())
    since = working.js("return Date.now()")
    offer.use(working, say="only this very file is used")
    working.call("useModel", "tiny")
    offer.use(working)
    assert offer.file.asked == [WHOLE]
    working.call("useModel", "tiny")
    assert working.driver.execute_async_script(SPOIL, ENCODER_SIZE, since) == 1
    other = padded_encoder(MODEL, "another version", PADDING)
    offer.file.become(Answer(data=other))
    offer.fail(working, "model-changed", "not the one that came", "trust")
    dismiss(working)
    offer.file.become(GOOD)
    offer.use(working)  # the very file is still welcome
    working.call("useModel", "tiny")
    working.call("removeModel", offer.name)
    offer.file.become(Answer(data=other))
    offer.use(working, say="only this very file is used")


FORGET_FILES = "return navigator.storage.getDirectory().then((root) => root.removeEntry('models', { recursive: true }))"


@pytest.mark.parametrize(
    "where", [pytest.param("message bar", marks=pytest.mark.long), pytest.param("panel", marks=pytest.mark.long), "start"]
)
def test_a_file_that_has_changed_can_be_trusted(working: Page, hostile: HostileServer, where: str) -> None:
    offer = Offer(hostile, f"trusted in {where}", (GOOD,), stated=())
    offer.use(working, say="only this very file is used")
    working.call("useModel", "tiny")
    working.js(FORGET_FILES)
    other = padded_encoder(MODEL, f"another version {where}", PADDING)
    offer.file.become(Answer(data=other, etag='"two"'))
    if where == "start":
        working.load(f"{hostile.url}?model={offer.name}", until=("error",))
        assert working.error_codes() == ["model-changed"]
    else:
        offer.fail(working, "model-changed", "somebody else", "trust")
    button = "#models-failed button" if where == "panel" else "[data-role='message-action']"
    if where == "panel":
        working.find("#engine").click()
    assert working.find(button).text == "Trust the new file"
    working.find(button).click()
    working.wait_until(lambda: working.state()["modelId"] == offer.name and working.state()["loading"] is None, "the model")
    working.wait_for("ready", "idle")
    segment(working)
    assert working.error_codes() == []
    # From now on it is this one, and the one before is refused.
    working.load(hostile.url)
    segment(working)
    working.call("useModel", "tiny")
    working.js(FORGET_FILES)
    offer.file.become(GOOD)
    offer.fail(working, "model-changed")
    dismiss(working)
    working.call("trustModel", offer.name)
    offer.use(working, say="only this very file is used")
    working.load(hostile.url)


def test_a_reloaded_page_goes_on_with_a_file_without_a_digest(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "reloaded unknown", (Answer(hold=CUT), GOOD), stated=())
    offer.start_until(working, CUT)
    working.load(hostile.url)
    segment(working)
    offer.use(working, say="only this very file is used")
    assert offer.file.asked == [WHOLE, REST]
    assert offer.file.sent == ENCODER_SIZE


AFTER_A_RELOAD: dict[str, tuple[Answer, Answer, list[str]]] = {
    "changed": (Answer(data=b"o" * ENCODER_SIZE), Answer(etag='"two"'), [WHOLE, REST, WHOLE]),
    "weakly the same": (Answer(data=b"o" * ENCODER_SIZE, etag='W/"one"'), Answer(etag='W/"one"'), [WHOLE, WHOLE]),
    "without a version": (Answer(data=b"o" * ENCODER_SIZE, etag=""), Answer(etag=""), [WHOLE, WHOLE]),
}


@pytest.mark.parametrize("trouble", [*AFTER_A_RELOAD, "packed"])
def test_a_reloaded_page_puts_nothing_together_that_may_not_belong_together(
    working: Page, hostile: HostileServer, trouble: str
) -> None:
    offer = Offer(hostile, f"reloaded {trouble}", (GOOD,), stated=())
    if trouble == "packed":
        data = packed(offer.encoder)
        first, then, asked = Answer(data=data, hold=len(data) - 1000), Answer(data=data), [WHOLE, WHOLE]
    else:
        first, then, asked = AFTER_A_RELOAD[trouble]
        first = dataclasses.replace(first, hold=CUT)
    offer.file.become(first, then)
    offer.start(working)
    working.wait_until(lambda: offer.stored(working) > 0, "some of it")
    working.load(hostile.url)
    segment(working)
    offer.use(working, say="only this very file is used")
    assert offer.file.asked == asked
    assert offer.stored(working) == ENCODER_SIZE


def test_a_file_that_cannot_get_its_name_runs_from_memory(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "nameless", (GOOD,))
    spoilt = "FileSystemFileHandle.prototype.move = () => Promise.reject(new DOMException('No.', 'UnknownError'));\n"
    main = (hostile.directory / "engine" / "main.js").read_text(encoding="utf-8")
    rewrite(hostile.directory / "engine" / "main.js", spoilt + main)
    try:
        offer.use(working, storage="memory", say="did not let the page store")
    finally:
        rewrite(hostile.directory / "engine" / "main.js", main)
    working.call("useModel", "tiny")
    offer.use(working)
    assert offer.file.asked == [WHOLE]


def test_the_notices_of_a_model_go_with_it(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "noticed", (GOOD,), stated=())
    assert offer.try_out(working) == ""
    assert "only this very file" in "".join(working.messages())
    working.call("useModel", "tiny")
    assert working.messages() == []


def test_without_a_digest_only_what_belongs_together_is_put_together(working: Page, hostile: HostileServer) -> None:
    offer = Offer(hostile, "unknown", (Answer(cut=CUT), GOOD), stated=())
    offer.use(working, say="only this very file is used")
    assert offer.file.asked == [WHOLE, REST]
    offer = Offer(hostile, "unknown changed", (Answer(cut=CUT), Answer(etag='"two"')), stated=())
    offer.use(working, say="only this very file is used")
    assert offer.file.asked == [WHOLE, REST, WHOLE]
    offer = Offer(hostile, "unknown elsewhere", (Answer(cut=CUT), GONE), (GOOD,), stated=())
    offer.use(working, say="only this very file is used")
    assert offer.files[1].asked[-1] == WHOLE


def test_an_error_is_never_taken_for_the_file(working: Page, hostile: HostileServer) -> None:
    # A server that knows nothing of the rest (416), and then nothing of the file.
    offer = Offer(hostile, "error", (Answer(cut=CUT), Answer(data=b"", kind="text/plain"), GONE), stated=())
    offer.fail(working, "model-refused", "404")
    dismiss(working)
    empty = Offer(hostile, "empty", (Answer(data=b""),), stated=())
    empty.fail(working, "model-digest")
    dismiss(working)
