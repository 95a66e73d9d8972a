"""Pictures for the examples, drawn: so that they run anywhere, and what is right is known.

Each function gives a picture of Pillow's, and its label map: int32 (height, width), 0 for the background, n for the n-th thing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Drawn = tuple[Image.Image, NDArray[np.int32]]

_BALLS = ((205, 60, 45), (235, 160, 40), (70, 130, 75), (60, 95, 165), (150, 80, 150))


def balls(seed: int = 1, count: int = 5, size: tuple[int, int] = (320, 448)) -> Drawn:
    """Draw coloured balls on a table, lit from the upper left; `size` is (height, width)."""
    rng = np.random.default_rng(seed)
    height, width = size
    y, x = np.mgrid[:height, :width] + 0.5
    grain = np.cumsum(rng.normal(0, 0.7, height))[:, None] - 12 * y / height
    picture = np.array((222, 205, 180)) + grain[..., None]
    labels = np.zeros(size, np.int32)
    for number, (left, top, radius) in enumerate(_apart(rng, count, size, radii=(0.1, 0.17)), 1):
        shadow = np.hypot(x - left - radius * 0.25, y - top - radius * 0.3) / radius
        picture *= 1 - 0.35 * np.clip(1.3 - shadow, 0, 0.6)[..., None]
        inside = np.hypot(x - left, y - top) <= radius
        light = np.clip(1.15 - np.hypot(x - left + radius * 0.35, y - top + radius * 0.4) / radius * 0.55, 0.3, 1.1)
        picture[inside] = (np.array(_BALLS[number % len(_BALLS)]) * light[..., None])[inside]
        labels[inside] = number
    return _photographed(picture, rng), labels


def cells(seed: int = 1, count: int = 12, size: tuple[int, int] = (384, 512)) -> Drawn:
    """Draw stained cells, each with its nucleus, on a pale slide; `size` is (height, width)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    picture = np.full((*size, 3), (236, 228, 232), np.float64)
    labels = np.zeros(size, np.int32)
    for number, (left, top, radius) in enumerate(_apart(rng, count, size, radii=(0.055, 0.085)), 1):
        turn = np.arctan2(y - top, x - left)
        edge = radius * (1 + 0.08 * np.sin(2 * turn + rng.uniform(0, 6)) + 0.04 * np.sin(3 * turn + rng.uniform(0, 6)))
        away = np.hypot(x - left, y - top) / edge
        picture[away <= 1] = (196, 130, 172)
        picture[(away > 0.9) & (away <= 1)] = (172, 100, 152)
        picture[np.hypot(x - left - radius * 0.15, y - top) <= radius * 0.4] = (92, 58, 128)
        labels[away <= 1] = number
    return _photographed(picture, rng), labels


def _apart(
    rng: np.random.Generator, count: int, size: tuple[int, int], radii: tuple[float, float]
) -> Sequence[tuple[float, float, float]]:
    """Find places for discs that neither touch nor leave the picture: x, y, radius; radii are shares of the height."""
    height, width = size
    placed: list[tuple[float, float, float]] = []
    while len(placed) < count:
        radius = rng.uniform(*radii) * height
        x, y = rng.uniform(radius * 1.3, width - radius * 1.3), rng.uniform(radius * 1.3, height - radius * 1.3)
        if all(np.hypot(x - other_x, y - other_y) > 1.25 * (radius + other) for other_x, other_y, other in placed):
            placed.append((x, y, radius))
    return placed


def _photographed(picture: NDArray[np.float64], rng: np.random.Generator) -> Image.Image:
    """Add what a sensor adds."""
    return Image.fromarray(np.clip(picture + rng.normal(0, 3, picture.shape), 0, 255).astype(np.uint8))
