"""Things as one map of labels, and which is a part of which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from tabsam.arrays import Float32Array, UInt8Array
from tabsam_training.data.annotations import Thing

_MOST = 250
"""Things in a picture; the smallest beyond it are left out."""

_SIDE = 192
"""Of the copy that nesting is judged on."""

_HELD, _SMALLER = 0.9, 0.7
"""A part lies in its whole to so large a share, and is no larger than that share of it."""


def paint(things: Sequence[Thing], size: tuple[int, int], *, nested: bool) -> tuple[UInt8Array, tuple[int, ...]]:
    """Paint things over each other, the larger ones first, so that what lies on top is seen.

    Parameters
    ----------
    things : sequence of rings or masks
    size : (width, height)
    nested : bool
        Whether to look for parts.

    Returns
    -------
    labels : uint8, shape (height, width)
        0 nothing, 1 the largest thing, and so on.
    parents : tuple of int
        For each label, the first of which is nothing, the smallest thing that it is a part of, or 0.
    """
    ordered = sorted(things, key=_area, reverse=True)[:_MOST]
    labels = Image.new("L", size)
    for number, thing in enumerate(ordered, start=1):
        _fill(labels, thing, number)
    parents = _parents(ordered, size) if nested else (0,) * (len(ordered) + 1)
    return np.asarray(labels), parents


def _area(thing: Thing) -> float:
    if isinstance(thing, np.ndarray):
        return float(np.count_nonzero(thing))
    areas = []
    for ring in thing:
        x, y = np.array(ring).T
        areas.append(abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2)
    return sum(areas)


def _fill(canvas: Image.Image, thing: Thing, value: int, scale: float = 1.0) -> None:
    if isinstance(thing, np.ndarray):
        mask = Image.fromarray(thing)
        canvas.paste(value, (0, 0), mask if scale == 1 else mask.resize(canvas.size, Image.Resampling.NEAREST))
        return
    draw = ImageDraw.Draw(canvas)
    for ring in thing:
        draw.polygon([(x * scale, y * scale) for x, y in ring], fill=value)


def _parents(ordered: Sequence[Thing], size: tuple[int, int]) -> tuple[int, ...]:
    scale = _SIDE / max(size)
    small = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    masks = []
    for thing in ordered:
        canvas = Image.new("L", small)
        _fill(canvas, thing, 1, scale)
        masks.append(np.asarray(canvas).ravel())
    flat: Float32Array = np.array(masks, np.float32).reshape(len(masks), small[0] * small[1])
    areas, shared = flat.sum(1), flat @ flat.T
    parents = [0]
    for part, area in enumerate(areas):
        # The smallest that holds it comes last of those before it.
        wholes = range(part - 1, -1, -1) if area >= 2 else ()
        held = (whole for whole in wholes if shared[whole, part] > _HELD * area and area < _SMALLER * areas[whole])
        parents.append(next(held, -1) + 1)
    return tuple(parents)
