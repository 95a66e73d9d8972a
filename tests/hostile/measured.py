"""Opens large pictures, each in a process of its own to which the system gives no more memory than it may take.

``python -m tests.hostile.measured FOLDER WIDTH HEIGHT KIND ...`` forks for each kind twice, to make its file and to open it, and
writes a line of JSON: what came of it, and its size, or how many objects it has.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tabsam.errors import TabsamError
from tabsam.formats.importing import read
from tabsam.model.image import open_image
from tests.hostile.large_pictures import KINDS, MASKS

ALL = {**KINDS, **MASKS}

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


def came_of(name: str, data: bytes, size: tuple[int, int]) -> dict[str, Any]:
    """Open a picture, or read a mask, and say its size, or how many objects it has."""
    if name in MASKS:
        return {"objects": len(read(data, "mask.png", size[::-1], "picture.png").annotations.instances)}
    return {"size": open_image(data).size}


def opened(name: str, path: Path, size: tuple[int, int]) -> None:
    """Open a file within three times itself and three times its pixels, and say what came of it."""
    kind = ALL[name]
    came_of(name, kind.make(*_SMALL), _SMALL)  # what it imports is no part of it
    before = taken()
    data = path.read_bytes()
    most = before + 3 * len(data) + 3 * kind.pixel * size[0] * size[1] + _OF_PYTHON
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    try:
        told = {"outcome": "sound", **came_of(name, data, size)}
    except TabsamError as error:
        told = {"outcome": error.code}
    print(json.dumps({"name": name, **told}))


def main(folder: str, width: str, height: str, *names: str) -> None:
    warnings.simplefilter("ignore")  # of Pillow, where it makes the files
    path, size = Path(folder) / "picture", (int(width), int(height))
    for name in names:
        in_a_fork(lambda name=name: path.write_bytes(ALL[name].make(*size)))  # type: ignore[misc]
        in_a_fork(lambda name=name: opened(name, path, size))  # type: ignore[misc]


if __name__ == "__main__":
    main(*sys.argv[1:])
