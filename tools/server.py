"""A small static server, for people who try the site on their machine, and for its tests.

It does what a good static host does (types, ranges, revalidation), and sends the headers that the page is at its best
with.
"""

from __future__ import annotations

import contextlib
import email.utils
import mimetypes
import os
import re
import sys
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

from tools.policy import SITE_POLICY

#: With these, a page has SharedArrayBuffer, and so WebAssembly threads.
ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}

#: Said here because machines' own tables differ.
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".onnx": "application/octet-stream",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/octet-stream",
    ".zip": "application/zip",
}


def media_type(path: Path) -> str:
    """Give the media type to send a file with."""
    return MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def parse_range(header: str | None, size: int) -> range | None:
    """Read a Range header that asks for one range of bytes.

    Parameters
    ----------
    header : str or None
        Such as ``bytes=0-99``, ``bytes=100-`` or ``bytes=-50``, the last fifty.
    size : int
        The file's, in bytes.

    Returns
    -------
    range or None
        The bytes asked for, empty when there are none such (416). None for the whole file: when there is no header, or
        one that makes no sense or asks for several ranges, which a server may ignore.
    """
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header or "")
    if not match or match[0] == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


class Held:
    """Paths that are not answered yet."""

    def __init__(self) -> None:
        self._paths: set[str] = set()
        self._changed = threading.Condition()

    def add(self, path: str) -> None:
        """Answer a path no more, until all are let go."""
        with self._changed:
            self._paths.add(path)

    def let_go(self) -> None:
        """Answer all of them."""
        with self._changed:
            self._paths.clear()
            self._changed.notify_all()

    def wait_for(self, path: str) -> None:
        """Wait until a path may be answered."""
        with self._changed:
            self._changed.wait_for(lambda: path not in self._paths)


class SiteServer(ThreadingHTTPServer):
    """Serves a folder on 127.0.0.1. `make_server` makes one.

    Attributes
    ----------
    directory : Path
        The folder.
    isolate : bool
        Whether answers carry the headers that make the page cross-origin isolated.
    base : str
        The path that the site is under, with a slash at both ends.
    policy : str or None
        The Content-Security-Policy, if any.
    refused : set of str
        Paths that are answered with 503, for tests of what the page does then.
    held : Held
        Paths that are not answered until they are let go, for the same.
    log : list of str
        The paths that were asked for, in order, without their queries.
    """

    allow_reuse_address = os.name != "nt"  # there it would let two servers share a port
    daemon_threads = True

    def __init__(self, directory: Path, port: int, *, isolate: bool, base: str, policy: str | None) -> None:
        self.directory = directory.resolve()
        self.isolate = isolate
        self.base = f"/{base.strip('/')}/".replace("//", "/")
        self.policy = policy
        self.refused: set[str] = set()
        self.held = Held()
        self.log: list[str] = []
        super().__init__(("127.0.0.1", port), SiteHandler)

    @property
    def url(self) -> str:
        """The address of the site, with a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}{self.base}"

    def common_headers(self) -> dict[str, str]:
        """Give the headers of every answer. no-cache lets a browser keep a file, if it asks whether it has changed."""
        policy = {"Content-Security-Policy": self.policy} if self.policy else {}
        isolation = ISOLATION if self.isolate else {}
        return {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", **policy, **isolation}

    def find(self, path: str) -> Path | None:
        """Give the file that a decoded path of a URL names, or a folder that wants a slash after it, or None."""
        if not path.startswith(self.base) or "\0" in path:
            return None
        file = (self.directory / path[len(self.base) :].lstrip("/")).resolve()
        if path.endswith("/"):
            file /= "index.html"
        try:
            return file if file.is_relative_to(self.directory) and file.exists() else None
        except OSError:  # a name that is too long, say
            return None

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that closes a connection; it does so whenever a page is left."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class SiteHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD with the files of the server's folder, and does nothing else."""

    server: SiteServer
    protocol_version = "HTTP/1.1"
    server_version = "tabsam"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer with a file, a part of it, or the news that it has not changed."""
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        self.server.log.append(path)
        self.server.held.wait_for(path)
        if path in self.server.refused:
            self.answer(HTTPStatus.SERVICE_UNAVAILABLE)
        elif f"{path}/" == self.server.base:
            self.answer(HTTPStatus.MOVED_PERMANENTLY, {"Location": self.server.base})
        elif (file := self.server.find(path)) is None:
            self.answer(HTTPStatus.NOT_FOUND)
        elif file.is_dir():
            self.answer(HTTPStatus.MOVED_PERMANENTLY, {"Location": urllib.parse.quote(f"{path}/")})
        else:
            with file.open("rb") as content:
                self.answer_with(content, media_type(file))

    do_HEAD = do_GET  # noqa: N815  # the name that the base class looks for

    def answer_with(self, content: BinaryIO, kind: str) -> None:
        """Answer with an open file, of a media type."""
        status = os.fstat(content.fileno())
        etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
        modified = email.utils.formatdate(status.st_mtime, usegmt=True)
        headers = {"ETag": etag, "Last-Modified": modified, "Accept-Ranges": "bytes", "Content-Type": kind}
        if self.is_known(etag, modified):
            self.answer(HTTPStatus.NOT_MODIFIED, headers)
            return
        same = self.headers.get("If-Range", etag) in {etag, modified}
        wanted = parse_range(self.headers.get("Range"), status.st_size) if same else None
        if wanted is None:
            self.answer(HTTPStatus.OK, headers, content, range(status.st_size))
        elif not wanted:
            self.answer(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{status.st_size}"})
        else:
            place = f"bytes {wanted[0]}-{wanted[-1]}/{status.st_size}"
            self.answer(HTTPStatus.PARTIAL_CONTENT, {**headers, "Content-Range": place}, content, wanted)

    def is_known(self, etag: str, modified: str) -> bool:
        """Tell whether the browser already has what it asks for."""
        if (tags := self.headers.get("If-None-Match")) is not None:
            return tags.strip() == "*" or etag in re.findall(r'"[^"]*"', tags)
        return self.headers.get("If-Modified-Since") == modified

    def answer(
        self,
        status: HTTPStatus,
        headers: Mapping[str, str] | None = None,
        content: BinaryIO | None = None,
        part: range = range(0),
    ) -> None:
        """Send a status, headers, and a part of a file; or the status in words, where there is no file."""
        words = b"" if content or status == HTTPStatus.NOT_MODIFIED else f"{status.value} {status.phrase}\n".encode()
        own = {"Content-Type": MEDIA_TYPES[".txt"]} if words else {}
        if status != HTTPStatus.NOT_MODIFIED:
            own["Content-Length"] = str(len(part) if content else len(words))
        self.send_response(status)
        for name, value in {**self.server.common_headers(), **(headers or {}), **own}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(words)
            if content:
                self.send_part(content, part)

    def send_part(self, content: BinaryIO, part: range) -> None:
        """Send bytes of a file, in pieces."""
        content.seek(part.start)
        left = len(part)
        while left and (piece := content.read(min(left, 1 << 18))):
            self.wfile.write(piece)
            left -= len(piece)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests are in the server's log."""


def make_server(
    directory: Path,
    *,
    port: int = 0,
    isolate: bool = True,
    base: str = "/",
    policy: str | None = SITE_POLICY,
) -> SiteServer:
    """Make a server of a folder, listening on 127.0.0.1; the caller runs ``serve_forever`` and ``server_close``.

    Parameters
    ----------
    directory : Path
        The folder, such as dist/.
    port : int
        0 takes one that is free.
    isolate : bool
        Whether to send the headers that make the page cross-origin isolated; a plain static host does not.
    base : str
        The path to serve the folder under, as a host of many sites does.
    policy : str or None
        The Content-Security-Policy to send, if any.
    """
    return SiteServer(directory, port, isolate=isolate, base=base, policy=policy)


@contextlib.contextmanager
def serving(
    directory: Path,
    *,
    port: int = 0,
    isolate: bool = True,
    base: str = "/",
    policy: str | None = SITE_POLICY,
) -> Iterator[SiteServer]:
    """Serve a folder, as `make_server` does, from a thread, for as long as the ``with`` block lasts."""
    with make_server(directory, port=port, isolate=isolate, base=base, policy=policy) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
