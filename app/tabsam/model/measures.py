"""What a mask measures at the picture's full size: its area, its box, and how stable it is.

The reference counts pixels of the full-size mask. So does this, but only around the mask; of a mask whose box has more than
an eighth of a megapixel area, stability (to 0.1 %) and box (to a pixel) are those of the line along which the interpolated
logits cross the threshold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import BoolArray, Float32Array, Size
from tabsam.model.levels import Levels
from tabsam.model.masks import Span, window_logits
from tabsam.model.preprocess import Frame

_MOST_PIXELS = 1 << 17
_REACH = 1.5
"""Cells of the grid: a cell moves the logits so far around it, and a little farther where they are upscaled twice."""
_MANY_CELLS, _MARGIN = 2000, 0.1
"""A stability score that is counted in so many cells differs by less than this from that of the full-size mask."""
_OUTER, _INSIDE, _INNER = 0, 1, 2
"""The thresholds: the mask's own, and the two that its stability is told by."""


@dataclass(frozen=True)
class Measures:
    """A mask's measures.

    Attributes
    ----------
    area : int
        In image pixels.
    stability_score : float, in [0, 1]
        IoU of ``logits > offset`` and ``logits > -offset`` (segment_anything/utils/amg.py, ``calculate_stability_score``).
    box : four int
        x and y of the first and of the last pixel, as the reference counts (``batched_mask_to_box``).
    """

    area: int
    stability_score: float
    box: tuple[int, int, int, int]


def measure(logits: Float32Array, frame: Frame, *, offset: float = 1.0, least: float = 0.0) -> Measures | None:
    """Measure a mask.

    Parameters
    ----------
    logits : float32, shape (h, w)
        On the decoder's own grid.
    offset : float, in logits, > 0
        The stability score's.
    least : float
        Nobody wants masks with a lower stability score.

    Returns
    -------
    Measures or None
        None for an empty mask, and for one whose stability score is seen to be far below the least.
    """
    cells = _on_content(logits, frame)
    levels = Levels(cells, (-offset, 0.0, offset))
    outer = levels.count(_OUTER)
    if outer >= _MANY_CELLS and levels.count(_INNER) < (least - _MARGIN) * outer:
        return None
    extent = frame.content_on_grid((logits.shape[0], logits.shape[1]))
    found = levels.lines(_OUTER)
    rows, columns = (_pixels(found[axis], extent[axis], frame.image_size[axis]) for axis in (0, 1))
    if rows is None or columns is None:
        return None
    if (rows[1] - rows[0]) * (columns[1] - columns[0]) > _MOST_PIXELS:
        return _measured_between_cells(levels, extent, frame.image_size)
    samples = window_logits(logits, frame, frame.image_size, rows, columns)
    mask = samples > 0
    area = int(np.count_nonzero(mask))
    if area == 0:
        return None
    stability_score = float(np.count_nonzero(samples > offset) / np.count_nonzero(samples > -offset))
    return Measures(area, stability_score, _box(mask, rows[0], columns[0]))


def _measured_between_cells(levels: Levels, extent: tuple[float, float], image_size: Size) -> Measures | None:
    """Measure a mask that has many pixels by where its edge, and the two that its stability is told by, lie between the cells."""
    if not levels.count(_INSIDE):
        return None
    areas = levels.areas(extent)
    pixels = math.prod(image_size) / math.prod(extent)
    stability_score = min(max(float(areas[_INNER] / areas[_OUTER]), 0.0), 1.0)
    return Measures(max(1, round(areas[_INSIDE] * pixels)), stability_score, _crossed_box(levels, extent, image_size))


def mask_box(mask: BoolArray) -> tuple[int, int, int, int]:
    """Give x and y of the first and of the last pixel of a mask (height, width); zeros when it is empty."""
    return _box(mask, 0, 0) if mask.any() else (0, 0, 0, 0)


def _on_content(logits: Float32Array, frame: Frame) -> Float32Array:
    """Give a view of those cells (h, w) that bear on the picture."""
    height, width = frame.content_on_grid((logits.shape[0], logits.shape[1]))
    return logits[: math.ceil(height + 0.5), : math.ceil(width + 0.5)]


def _pixels(cells: BoolArray, extent: float, length: int) -> Span | None:
    """Give the pixels of an axis that some of its cells bear on; None for no cells."""
    found = np.flatnonzero(cells)
    if found.size == 0:
        return None
    first, last = ((cell + 0.5) * length / extent for cell in (found[0] - _REACH, found[-1] + _REACH))
    start = min(max(0, math.floor(first)), length - 1)
    return start, max(start + 1, min(length, math.ceil(last)))


def _box(mask: BoolArray, top: int, left: int) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]), top + int(rows[-1])


def _crossed_box(levels: Levels, extent: tuple[float, float], image_size: Size) -> tuple[int, int, int, int]:
    """Find the box of a mask that is far larger than a pixel, from its cells: to about a pixel."""
    cells, found = levels.cells, levels.lines(_INSIDE)
    bounds = []
    for axis in (1, 0):
        lines, scale, end = cells.T if axis == 1 else cells, image_size[axis] / extent[axis], image_size[axis] - 1
        first, last = np.flatnonzero(found[axis])[[0, -1]]
        before = 0.0 if first == 0 else first + 0.5 - _crossing(lines[first], lines[first - 1])
        after = float(len(lines)) if last == len(lines) - 1 else last + 0.5 + _crossing(lines[last], lines[last + 1])
        first_pixel, last_pixel = math.ceil(before * scale - 0.5), math.floor(after * scale - 0.5)
        bounds.append((min(max(first_pixel, 0), end), min(max(last_pixel, 0), end)))
    (x0, x1), (y0, y1) = bounds
    return x0, y0, x1, y1


def _crossing(inner: Float32Array, outer: Float32Array) -> float:
    """Tell how far beyond a line of cells, some of them in the mask, towards one with none, the mask reaches: 0 to 1 cells."""
    on = inner > 0
    inner, outer = inner[on], outer[on]
    return float((inner / (inner - outer)).max())
