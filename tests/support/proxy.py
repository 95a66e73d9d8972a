"""A proxy that lets nothing through and remembers who asked: Chrome sends it every request that leaves this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

#: Whom Chrome and Chromium ask on their own account, whatever their flags; no page of ours has a reason to.
CHROMES_OWN = frozenset(
    {
        "accounts.google.com",
        "clients2.google.com",
        "clientservices.googleapis.com",
        "content-autofill.googleapis.com",
        "edgedl.me.gvt1.com",
        "optimizationguide-pa.googleapis.com",
        "redirector.gvt1.com",
        "safebrowsing.googleapis.com",
        "start.duckduckgo.com",  # Debian's search engine, which the first tab connects to
        "update.googleapis.com",
        "www.google.com",
    }
)


class RecordingProxy(ThreadingHTTPServer):
    """Answers 403, and keeps the host of every request in `hosts`."""

    daemon_threads = True

    def __init__(self) -> None:
        self.hosts: list[str] = []
        super().__init__(("127.0.0.1", 0), Handler)

    def foreign_hosts(self) -> list[str]:
        """Give the hosts that were asked for, but for Chrome's own, since the last call."""
        hosts, self.hosts = self.hosts, []
        return [host for host in hosts if host not in CHROMES_OWN]


class Handler(BaseHTTPRequestHandler):
    """Refuses any request."""

    server: RecordingProxy

    def do_GET(self) -> None:
        """Remember the host."""
        # CONNECT names host:port, the others a whole address.
        address = self.path if "//" in self.path else f"//{self.path}"
        self.server.hosts.append(urlsplit(address).hostname or self.path)
        self.send_error(HTTPStatus.FORBIDDEN)

    do_CONNECT = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def recording_proxy() -> Iterator[RecordingProxy]:
    """Run the proxy from a thread, for as long as the ``with`` block lasts."""
    with RecordingProxy() as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
