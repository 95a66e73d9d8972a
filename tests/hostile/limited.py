"""Reads hostile files in a process of its own, which forks for each and has the system limit its time and its memory.

``python -m tests.hostile.limited NAME ...`` writes a line of JSON for each: what came of it, the seconds, and the megabytes.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from tabsam.errors import TabsamError
from tabsam.formats.importing import read
from tabsam.formats.project import read_project
from tabsam.model.image import open_image
from tests.hostile import files

SECONDS = 30
"""Of the processor's time, however busy the machine is."""
BYTES = 3 << 30


def cases() -> dict[str, Callable[[], str]]:
    """Give what is read, by its name; each gives what came of it: "sound", or an error's code."""
    read_as: dict[str, Callable[[], str]] = {}
    for make in files.ANNOTATIONS:
        read_as[make.__name__] = lambda make=make: _annotations(*make())  # type: ignore[misc]
    for make in files.PICTURES:
        read_as[make.__name__] = lambda make=make: _outcome(lambda: open_image(make()[1]))  # type: ignore[misc]
    for project in files.PROJECTS:
        read_as[project.__name__] = lambda project=project: _outcome(lambda: read_project(project()))  # type: ignore[misc]
    return read_as


def _annotations(name: str, data: bytes) -> str:
    return _outcome(lambda: read(data, name, files.SIZE, files.NAME))


def _outcome(reading: Callable[[], object]) -> str:
    try:
        reading()
    except TabsamError as error:
        return error.code if error.message and error.hint else "no words"
    return "sound"


def peak() -> int:
    """Give the most memory that this process has had, in kilobytes; a fork's begins with its own."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main(names: list[str]) -> None:
    warnings.simplefilter("ignore")  # of Pillow, where it makes the files
    known = cases()
    for name in names:
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
            told = {"name": name, "outcome": known[name](), "seconds": time.process_time(), "megabytes": peak() // 1000}
            print(json.dumps(told), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps({"name": name, "outcome": f"killed, {status}"}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
