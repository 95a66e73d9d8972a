"""Tells how much memory a picture of floats takes while it is opened, in a process of its own.

``python -m tests.hostile.measured FOLDER WIDTH HEIGHT`` forks to make the file, opens it, and writes a line of JSON: the
megabytes that were added to those of the program and the file, and the file's own.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from tabsam.model.image import open_image
from tests.hostile.limited import peak


def make(path: Path, width: int, height: int) -> None:
    """Write a ramp with stripes, which is packed to a small part of its pixels."""
    pixels = np.arange(width, dtype=np.float32) + np.zeros((height, 1), np.float32)
    pixels[::7] += 3.5
    Image.fromarray(pixels).save(path, "TIFF", compression="tiff_lzw")


def main(folder: str, width: str, height: str) -> None:
    path = Path(folder) / "ramp.tif"
    child = os.fork()
    if child == 0:
        make(path, int(width), int(height))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0
    data = path.read_bytes()
    importlib.import_module("tabsam.pictures.tiff.decoding")  # it is no part of what is measured
    before = peak()
    size = open_image(data).size
    told = {"size": size, "added": (peak() - before) / 1000, "file": len(data) / 1e6}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
