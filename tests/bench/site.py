"""The built site with the bench's own pages, pictures and a Pyodide as it comes beside it, all of one origin."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from tabsam.arrays import Float32Array, UInt8Array
from tests.support.pyodide_dist import link_or_copy
from tools.files import CACHE, NODE_MODULES
from tools.packages import npm_version

PAGES = Path(__file__).parent / "page"

#: Width and height of the pictures, by file name.
PICTURES = {
    "small.jpg": (320, 212),
    "1mp.jpg": (1224, 816),
    "12mp.jpg": (4000, 3000),
    "24mp.jpg": (6000, 4000),
    "50mp.jpg": (8660, 5774),
}

#: Grey levels: what a camera's sensor adds, and what makes a photograph's file as large as it is.
NOISE = 3.0


def assemble(dist: Path, target: Path) -> Path:
    """Make a folder with the site in it, and in bench/ what only the bench needs; give the folder."""
    shutil.copytree(dist, target, copy_function=link_or_copy)
    shutil.copytree(PAGES, target / "bench")
    add_stock_pyodide(target / "bench/pyodide")
    for name, size in PICTURES.items():
        photograph(dist / "samples/coffee.png", size).save(target / "bench" / name, quality=90)
    return target


def add_stock_pyodide(target: Path) -> None:
    """Add Pyodide and its packages as they come, with nothing compiled beforehand."""
    shutil.copytree(NODE_MODULES / "pyodide", target, copy_function=link_or_copy)
    for wheel in (CACHE / "pyodide" / npm_version("pyodide")).glob("*.whl"):
        link_or_copy(str(wheel), str(target / wheel.name))


def photograph(sample: Path, size: tuple[int, int]) -> Image.Image:
    """Bring a sample picture to a size, cropped to its proportions, with the noise of a camera."""
    width, height = size
    source = Image.open(sample).convert("RGB")
    scale = min(source.width / width, source.height / height)
    image = source.resize(size, Image.Resampling.BICUBIC, box=(0, 0, width * scale, height * scale))
    rows = 256
    noise = np.random.default_rng(0).normal(0, NOISE, (rows, width, 3)).astype(np.float32)
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height)))
        image.paste(Image.fromarray(with_noise(strip, noise)), (0, top))
    return image


def with_noise(strip: Image.Image, noise: Float32Array) -> UInt8Array:
    """Add noise to a strip of no more rows than the noise has."""
    noisy = np.asarray(strip, np.float32) + noise[: strip.height]
    return np.asarray(noisy.clip(0, 255), np.uint8)
