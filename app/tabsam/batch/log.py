"""The log of a batch: a line of JSON for each picture, written when all that came of it is in its place, and never changed.

The first line says what is logged. A line that breaks off (the machine stopped in the middle of it) is none, and is cut off
before the next is written. A picture has several lines where it failed, or was asked something else, before: the last holds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, BinaryIO

import tabsam
from tabsam.batch.work import Outcome
from tabsam.errors import FormatError, StateError

NAME = "batch.jsonl"
_HEAD = {"log": "tabsam batch", "version": 1}
_FIELDS = {one.name for one in fields(Outcome)}


class Log:
    """The log of one run, which is the only one that writes it; to be had by :func:`opened`.

    Attributes
    ----------
    outcomes : dict
        What came of each picture last, by its place, also in runs before.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.outcomes: dict[str, Outcome] = {}
        lines = list(_whole_lines(file))
        if lines:
            _check_head(lines[0])
        for line in lines[1:]:
            if "picture" in line and line.get("status") in ("done", "failed"):
                outcome = Outcome(**{name: value for name, value in line.items() if name in _FIELDS})
                self.outcomes[outcome.picture] = outcome
        if not lines:
            self._write(_HEAD | {"tabsam": tabsam.__version__})

    def append(self, outcome: Outcome) -> None:
        """Write what came of a picture; it is with the system when this returns."""
        self._write(asdict(outcome))
        self.outcomes[outcome.picture] = outcome

    def _write(self, value: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")
        self._file.flush()


@contextmanager
def opened(folder: Path) -> Iterator[Log]:
    """Open the log of an output's folder, which is made, for as long as a ``with`` block lasts.

    Raises
    ------
    StateError
        ``batch-running`` where another process writes it.
    FormatError
        ``output-not-empty`` where there is no log, but something else; ``batch-log`` where the file is no log of a batch.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    if not path.exists() and any(folder.iterdir()):
        hint = "Choose a new or empty one, or that of a batch to be gone on with."
        raise FormatError("output-not-empty", f"The folder '{folder}' is not empty, and no batch wrote it.", hint)
    with path.open("a+b") as file:
        _lock(file, folder)
        yield Log(file)


def _whole_lines(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """Read the lines that are whole, and cut off the last one where it breaks off."""
    file.seek(0)
    end = 0
    for line in file:
        if not line.endswith(b"\n"):
            file.truncate(end)
            return
        end += len(line)
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        if isinstance(value, dict):
            yield value
        elif end == len(line):
            raise _no_log()


def _check_head(line: Mapping[str, Any]) -> None:
    if any(line.get(name) != value for name, value in _HEAD.items()):
        raise _no_log()


def _no_log() -> FormatError:
    hint = "Choose another output folder, or remove the file if nothing needs it."
    return FormatError("batch-log", f"There is a file '{NAME}' that is no log of a batch that this version can go on with.", hint)


_LOCKED = 1 << 40
"""On Windows: which byte is locked, far behind any that is written."""


def _lock(file: BinaryIO, folder: Path) -> None:
    """Keep other processes out as long as the file is open; the system lets go when a process ends, however that is."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(_LOCKED)  # where a file ends is another place each time, and what is locked there cannot be read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        message = f"A batch is writing into '{folder}' already."
        raise StateError("batch-running", message, "Wait for it, or choose another folder.") from error
