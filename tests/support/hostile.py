"""A server whose model files come as they do on a bad day: cut, late, damaged, packed, elsewhere, or not at all.

It serves a site as `tools.server` does; in front of that lie a catalogue that tests write, and files that go by a script.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import select
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tests.support.tiny_model import TinyModel
from tools.policy import SITE_POLICY
from tools.server import SiteHandler, SiteServer, parse_range

CATALOGUE = "/models/catalog.json"
#: Bytes that a dripping answer sends at a time, and the seconds between.
DRIP, DRIP_PAUSE = 1 << 13, 0.002
#: Seconds in which requests that are meant to come together have to do so.
MEETING = 20.0

PAGE = b"<!DOCTYPE html><html><title>Sign in</title><p>Sign in to go on.</p></html>\n"


@dataclass(frozen=True)
class Answer:
    """How one request is answered; by itself as a good server does.

    Attributes
    ----------
    status : int
        Anything but 200 is answered without the file.
    location : str
        Where a redirect goes.
    kind : str
        The media type.
    data : bytes or None
        In place of the file.
    etag : str
        Of the file's version; empty for none.
    ranges : bool
        Whether a part that is asked for is given, rather than the whole.
    shift : int
        How many bytes too late a part starts, in its Content-Range and in what is sent.
    encoding : str
        The Content-Encoding, of bytes that are packed already.
    length : int or None
        The Content-Length that is claimed, in place of the right one; -1 for none at all.
    cut : int or None
        After so many bytes the file's gate is waited for, and then the connection closed: closed at once, it would take
        with it what the browser has not read yet. -1 closes without even a status.
    hold : int or None
        After so many bytes nothing more comes until the file's gate opens or the client leaves.
    drip : bool
        Whether it comes in drops, the first of them a single byte.
    meet : threading.Barrier or None
        Waits until as many requests have come as the barrier is for.
    """

    status: int = 200
    location: str = ""
    kind: str = "application/octet-stream"
    data: bytes | None = None
    etag: str = '"one"'
    ranges: bool = True
    shift: int = 0
    encoding: str = ""
    length: int | None = None
    cut: int | None = None
    hold: int | None = None
    drip: bool = False
    meet: threading.Barrier | None = None


GOOD = Answer()


@dataclass
class HostileFile:
    """A file, and the answers to the requests for it in turn; the last one stays.

    Attributes
    ----------
    asked : list of str
        The Range header of each request so far; empty for the whole.
    sent : int
        The bytes of it that were sent, in all answers together.
    gate : threading.Event
        Lets go on what `Answer.hold` or `Answer.cut` holds, once.
    waits_at : int or None
        How much of the file a client should have by now, while a cut waits for the gate.
    """

    data: bytes
    answers: Sequence[Answer] = (GOOD,)
    asked: list[str] = field(default_factory=list)
    sent: int = 0
    gate: threading.Event = field(default_factory=threading.Event)
    waits_at: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_answer(self, wanted: str) -> Answer:
        """Note a request, and give the answer that it gets."""
        with self.lock:
            self.asked.append(wanted)
            return self.answers[min(len(self.asked), len(self.answers)) - 1]

    def become(self, *answers: Answer) -> None:
        """Go by another script from now on, and count afresh."""
        with self.lock:
            self.answers = answers
            self.asked.clear()
            self.sent = 0


class HostileServer(SiteServer):
    """Serves a site whose models are scripted.

    Attributes
    ----------
    files : dict of str to HostileFile
        By their paths.
    models : list of dict
        The catalogue's entries. The first is the model that the page starts with.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, 0, isolate=True, base="/", policy=SITE_POLICY)
        self.RequestHandlerClass = HostileHandler
        self.files: dict[str, HostileFile] = {}
        self.models: list[dict[str, Any]] = []
        self.is_over = threading.Event()

    def put(self, path: str, data: bytes, *answers: Answer) -> HostileFile:
        """Offer a file under a path, such as ``/models/a/encoder.onnx``."""
        self.files[path] = HostileFile(data, answers or (GOOD,))
        return self.files[path]

    def list_model(self, name: str, encoder: dict[str, Any], decoder: dict[str, Any]) -> None:
        """Put a model into the catalogue; in place of the one of that name, if there is one."""
        entry = {"id": name, "name": name, "family": "sam2", "licence": "none", "dtype": "float32", "description": ""}
        self.models = [model for model in self.models if model["id"] != name]
        self.models.append({**entry, "encoder": encoder, "decoder": decoder})

    def catalogue(self) -> bytes:
        """Give the catalogue as a file."""
        return json.dumps({"default": self.models[0]["id"], "models": self.models}).encode()


class HostileHandler(SiteHandler):
    """Answers by a script, where there is one."""

    server: HostileServer

    def do_GET(self) -> None:  # noqa: N802  # the name that the base class looks for
        """Answer with the catalogue, a scripted file or the site."""
        path = self.path.partition("?")[0]
        if path == CATALOGUE:
            self.send_bytes(GOOD, self.server.catalogue(), None)
        elif (file := self.server.files.get(path)) is None:
            super().do_GET()
        else:
            self.server.log.append(path)
            wanted = self.headers.get("Range") or ""
            self.send_scripted(file, file.next_answer(wanted), wanted)

    def send_scripted(self, file: HostileFile, answer: Answer, wanted: str) -> None:
        """Answer one request for a scripted file."""
        if answer.meet:
            answer.meet.wait(MEETING)
        if answer.cut == -1:
            self.close_connection = True
        elif answer.location:
            self.answer(HTTPStatus.FOUND, {"Location": answer.location})
        elif answer.status != HTTPStatus.OK:
            self.answer(HTTPStatus(answer.status))
        else:
            data = file.data if answer.data is None else answer.data
            part = parse_range(wanted, len(data)) if answer.ranges else None
            if part is not None and not part:
                place = {"Content-Range": f"bytes */{len(data)}"}
                self.answer(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, place)
            else:
                self.send_bytes(answer, data, part, file)

    def send_bytes(self, answer: Answer, data: bytes, part: range | None, file: HostileFile | None = None) -> None:
        """Send bytes, or a part of them, with all that is wrong with the answer."""
        start = 0 if part is None else part.start + answer.shift
        body = data[start:]
        self.send_response(HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT)
        headers = {"Content-Type": answer.kind, "ETag": answer.etag, "Content-Length": str(len(body))}
        if part is not None:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        if answer.encoding:
            headers["Content-Encoding"] = answer.encoding
        if answer.length is not None:
            headers["Content-Length"] = str(answer.length)
            self.close_connection = True
        if answer.length == -1:
            del headers["Content-Length"]
        if not answer.etag:
            del headers["ETag"]
        for name, value in {**self.server.common_headers(), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        stop = answer.hold if answer.cut is None else answer.cut
        self.send_some(body[:stop], file, drip=answer.drip)
        if file is None or stop is None:
            return
        if answer.cut is not None:
            file.waits_at = start + len(body[:stop])
        if self.wait_for_gate(file) and answer.cut is None:
            self.send_some(body[stop:], file, drip=answer.drip)
        else:
            self.close_connection = True

    def send_some(self, body: bytes, file: HostileFile | None, *, drip: bool) -> None:
        """Send bytes, at once or in drops, and count them."""
        ends = [len(body)] if not drip else [1, *range(DRIP, len(body), DRIP), len(body)]
        start = 0
        for end in ends:
            self.wfile.write(body[start:end])
            if file:
                with file.lock:
                    file.sent += end - start
            start = end
            if drip:
                time.sleep(DRIP_PAUSE)

    def wait_for_gate(self, file: HostileFile) -> bool:
        """Wait until a gate opens, and tell whether anybody is still there then."""
        try:
            while not file.gate.wait(0.01):
                # What can be read of a client that only listens is its end.
                if self.server.is_over.is_set() or select.select([self.connection], [], [], 0)[0]:
                    return False
            file.gate.clear()
            return True
        finally:
            file.waits_at = None


@contextmanager
def hostile_server(directory: Path) -> Iterator[HostileServer]:
    """Serve a site from a thread, for as long as the ``with`` block lasts."""
    with HostileServer(directory) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
            thread.join()


def listed(url: str | Sequence[str], data: bytes) -> dict[str, Any]:
    """Give a file as a catalogue lists it."""
    return {"url": url, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def padded_encoder(model: TinyModel, name: str, size: int) -> bytes:
    """Give a model's encoder, made larger and unlike any other by a comment in its file.

    Parameters
    ----------
    model : TinyModel
        Whose encoder.
    name : str
        What makes it unlike any other.
    size : int
        How large the comment is, in bytes.
    """
    words = (hashlib.sha256(f"{name} {k}".encode()).hexdigest() for k in range(size // 64))
    text = "".join(words).encode()
    # Files of protocol buffers that are put one after the other are read as one; field 6 of a model is its doc_string.
    return model.encoder + b"\x32" + varint(len(text)) + text


def varint(number: int) -> bytes:
    """Write a number as protocol buffers do."""
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def damaged(data: bytes) -> bytes:
    """Give the same bytes, but for one bit in their middle."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def packed(data: bytes) -> bytes:
    """Give bytes as gzip packs them."""
    return gzip.compress(data, compresslevel=1, mtime=0)
