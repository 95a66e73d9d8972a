"""Pictures made by code, for where there are none: tests, the small mode, and the comparison of an export with PyTorch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tabsam.arrays import UInt8Array
from tabsam_training.data.layout import PackedPhoto, write_index


def draw_scene(random: np.random.Generator, side: int) -> tuple[UInt8Array, UInt8Array]:
    """Draw two to four shapes on a ground with grain.

    Returns
    -------
    picture : uint8, shape (side, side, 3)
    labels : uint8, shape (side, side)
        0 is the ground, the shapes are 1, 2 ... in the order in which they were drawn.
    """
    image = Image.new("RGB", (side, side), _colour(random))
    labels = Image.new("L", (side, side))
    for number in range(1, int(random.integers(3, 6))):
        x, y = random.uniform(0.2, 0.8, 2) * side
        wide, high = random.uniform(0.1, 0.28, 2) * side
        box = (x - wide, y - high, x + wide, y + high)
        shape = "ellipse" if random.random() < 0.5 else "rectangle"
        for canvas, fill in ((image, _colour(random)), (labels, number)):
            getattr(ImageDraw.Draw(canvas), shape)(box, fill=fill)
    grain = random.normal(0, 6, (side, side, 3))
    return np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8), np.asarray(labels)


def _colour(random: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in random.integers(0, 256, 3))
    return red, green, blue


def draw_data(folder: Path, *, photos: int = 8, side: int = 160, seed: int = 0) -> None:
    """Write a small set as :mod:`tabsam_training.data.packing` would, so that training can be tried without any data.

    Parameters
    ----------
    folder : Path
        Made where it is not.
    photos : int
        So many, and half as many cut-outs and backgrounds.
    side : int
        Of the photos, in pixels.
    seed : int
    """
    random = np.random.default_rng(seed)
    index: dict[str, PackedPhoto] = {}
    for kind in ("photos", "cutouts", "backgrounds"):
        folder.joinpath(kind).mkdir(parents=True, exist_ok=True)
    for number in range(photos):
        picture, labels = draw_scene(random, side)
        Image.fromarray(picture).save(folder / f"photos/drawn-{number}.jpg", quality=90)
        Image.fromarray(labels).save(folder / f"photos/drawn-{number}.png")
        parents = (0,) * (int(labels.max()) + 1)
        index[f"drawn-{number}"] = PackedPhoto("drawn", weight=1.0, whole=1.0, parents=parents)
    for number in range(photos // 2):
        picture, labels = draw_scene(random, side // 2)
        alpha = np.where(labels > 0, 255, 0).astype(np.uint8)
        Image.fromarray(np.dstack([picture, alpha])).save(folder / f"cutouts/drawn-{number}.webp", lossless=True)
        grain = random.integers(0, 256, (side // 8, side // 8, 3), np.uint8)
        Image.fromarray(grain).resize((side, side)).save(folder / f"backgrounds/drawn-{number}.jpg")
    write_index(folder, index)
