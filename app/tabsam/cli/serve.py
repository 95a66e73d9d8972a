"""``tabsam serve``: the page, on this machine.

The site is not in the wheel: it is seven times as large as all else together. ``build.py build`` makes it, and releases have it.
"""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import typer

from tabsam.cli.output import Json, Output, Quiet
from tabsam.errors import TabsamError

_ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""With these the page has threads."""


def serve(
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="The built site.")] = Path("dist"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes one that is free.")] = 8000,
    no_isolation: Annotated[
        bool, typer.Option("--no-isolation", help="Without COOP and COEP, like a plain static host.")
    ] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Serve the page to browsers on this machine, until Ctrl-C."""
    with Output(quiet=quiet, as_json=json) as out:
        if not (folder / "index.html").is_file() or not (folder / "build.json").is_file():
            raise TabsamError(
                "site-missing",
                f"There is no built site in '{folder}'.",
                "Build one in a clone of the project (python3 build.py build), or unpack a release's, and give its folder.",
            )
        try:
            server = ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=str(folder), isolate=not no_isolation))
        except OSError as error:
            message = f"Port {port} cannot be used: {error.strerror}."
            raise TabsamError("port-taken", message, "Choose another with --port; 0 takes one that is free.") from error
        out.document["url"] = f"http://127.0.0.1:{server.server_port}/"
        out.line(f"tabsam is at {out.document['url']} (Ctrl-C stops it)")
    with server:
        server.serve_forever()


class Handler(SimpleHTTPRequestHandler):
    """Answers with a folder's files, and with the headers that the page is at its best with."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {  # the base class has it so
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".mjs": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
    }
    protocol_version = "HTTP/1.1"
    server_version = "tabsam"
    sys_version = ""

    def __init__(self, *arguments: object, isolate: bool, directory: str) -> None:
        self._isolate = isolate
        super().__init__(*arguments, directory=directory)  # type: ignore[arg-type]

    def end_headers(self) -> None:
        """Add those of every answer; the rest of the policy is in the page itself, and this it cannot say there."""
        common = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        common["Content-Security-Policy"] = "frame-ancestors 'none'"
        for name, value in (common | (_ISOLATION if self._isolate else {})).items():
            self.send_header(name, value)
        super().end_headers()

    def list_directory(self, path: object) -> None:
        """Show no folder's content."""
        self.send_error(404)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing of each request."""
