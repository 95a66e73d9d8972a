"""How a command talks: results on stdout, all else on stderr; for people, for programs (--json), or not at all (--quiet)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Annotated, Any

import typer

from tabsam.cli.failures import described
from tabsam.errors import TabsamError

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but what went wrong.")]
Json = Annotated[bool, typer.Option("--json", help="Write one JSON document to stdout, and all else to stderr.")]

Progress = Callable[[float, float | None], None]
"""Is told how much is done, and of how much; None where that is not known."""


class Output:
    """Where a command's words go, from ``with`` to the end of the block.

    Parameters
    ----------
    quiet, as_json : bool
        What the person asked for: :data:`Quiet` and :data:`Json`.

    Attributes
    ----------
    document : dict
        What ``--json`` writes when the block ends; what has been noted is in it as ``notes``. Of a block that fails it is
        ``{"error": {"code", "message", "hint", "details"}}``.
    """

    def __init__(self, *, quiet: bool = False, as_json: bool = False) -> None:
        self._quiet = quiet
        self._json = as_json
        self._notes: list[str] = []
        self.document: dict[str, Any] = {}

    def line(self, text: object) -> None:
        """Write a line of the result."""
        if not self._quiet and not self._json:
            print(text)

    def note(self, sentence: str) -> None:
        """Say what a person should know of the result."""
        self._notes.append(sentence)
        if not self._quiet:
            print(f"tabsam: {sentence}", file=sys.stderr)

    def notes(self, sentences: Iterable[str]) -> None:
        """Say several."""
        for sentence in sentences:
            self.note(sentence)

    @contextmanager
    def progress(self, what: str) -> Iterator[Progress]:
        """Show how far something is, where there is somebody to see it: on a terminal.

        Parameters
        ----------
        what : str
            What is being done: "Finding".
        """
        if self._quiet or not sys.stderr.isatty():
            yield lambda done, of: None
            return
        # Here: most calls show none, and it takes a twentieth of a second.
        from rich import progress
        from rich.console import Console

        with progress.Progress(console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task(what, total=None)
            yield lambda done, of: shown.update(task, completed=done, total=of)

    def __enter__(self) -> Output:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self._json:
            return
        if error is None:
            print(json.dumps(self.document | {"notes": self._notes}, ensure_ascii=False))
        elif isinstance(error, TabsamError | OSError):
            print(json.dumps({"error": described(error)}, ensure_ascii=False))
