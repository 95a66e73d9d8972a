"""The files that go through both predictors, and the prompts that are asked of each."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageOps

from tabsam.arrays import UInt8Array
from tests.conformance.references import Prompts
from tests.support.pictures import encoded, rotated_jpeg


def scene(height: int, width: int) -> UInt8Array:
    """Draw coloured waves under a little noise: (height, width, 3), the same every time."""
    y, x = np.mgrid[:height, :width] / max(height, width)
    waves = [np.sin(2 * np.pi * (a * x + b * y) + c) for a, b, c in ((3, 1, 0), (-1, 4, 1), (5, 5, 2))]
    noise = np.random.default_rng(5).normal(0, 12, (height, width, 3))
    return np.clip(128 + 90 * np.stack(waves, axis=-1) + noise, 0, 255).astype(np.uint8)


FILES = {
    "wide": encoded(scene(150, 480)),
    "tall": encoded(scene(431, 118), "JPEG", quality=90),
    "tiny": encoded(scene(23, 37)),
    "on its side": rotated_jpeg(scene(160, 230)),
}


def upright(file: bytes) -> UInt8Array:
    """Read a picture as the reference's users do: (height, width, 3)."""
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB"))


def prompts_for(image: UInt8Array) -> dict[str, Prompts]:
    """Give prompts at the same places of every picture."""
    height, width = image.shape[:2]
    points = [[0.3 * width, 0.4 * height], [0.75 * width, 0.6 * height]]
    box = [0.1 * width, 0.2 * height, 0.8 * width, 0.9 * height]
    return {
        "a click": Prompts(points[:1], [1]),
        "clicks on and off": Prompts(points, [1, 0]),
        "a box": Prompts(box=box),
        "a box and a click": Prompts(points[:1], [0], box),
        "nothing": Prompts(),
    }
