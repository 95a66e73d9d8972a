"""Opens large pictures, each in a process of its own to which the system gives no more memory than it may take.

``python -m tests.hostile.measured FOLDER WIDTH HEIGHT KIND ...`` forks for each kind twice, to make its file and to open it, and
writes a line of JSON: what came of it, and its size.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from tabsam.errors import TabsamError
from tabsam.model.image import open_image
from tests.hostile.large_pictures import KINDS

_SMALL = 40, 30
_OF_PYTHON = 2_000_000
"""What opening the smallest picture may take, that is not of its pixels."""


def in_a_fork(work: Callable[[], object]) -> None:
    """Do something whose memory is gone when it is done; fail if it ended badly."""
    child = os.fork()
    if child == 0:
        work()
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit(f"killed, {status}")


def taken() -> int:
    """Give the bytes of memory that the system counts for its limit of them."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmData"))


def opened(name: str, path: Path, pixels: int) -> None:
    """Open a file within three times itself and three times its pixels, and say what came of it."""
    open_image(KINDS[name].make(*_SMALL))  # what it imports is no part of it
    before = taken()
    data = path.read_bytes()
    most = before + 3 * len(data) + 3 * KINDS[name].pixel * pixels + _OF_PYTHON
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    try:
        told = {"outcome": "sound", "size": open_image(data).size}
    except TabsamError as error:
        told = {"outcome": error.code}
    print(json.dumps({"name": name, **told}))


def main(folder: str, width: str, height: str, *names: str) -> None:
    warnings.simplefilter("ignore")  # of Pillow, where it makes the files
    path = Path(folder) / "picture"
    for name in names:
        in_a_fork(lambda name=name: path.write_bytes(KINDS[name].make(int(width), int(height))))  # type: ignore[misc]
        in_a_fork(lambda name=name: opened(name, path, int(width) * int(height)))  # type: ignore[misc]


if __name__ == "__main__":
    main(*sys.argv[1:])
