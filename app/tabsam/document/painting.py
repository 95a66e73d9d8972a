"""Objects painted by hand: brush strokes that add and take away, and painted shapes as the model's mask prompt."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from tabsam.arrays import Float32Array, Float64Array, Size
from tabsam.errors import PromptError
from tabsam.geometry.cell_coverage import Grid, Intervals, grid_over, outline_of_coverage
from tabsam.geometry.clipping import clip
from tabsam.geometry.edges import Edges
from tabsam.geometry.outline import Outline
from tabsam.geometry.set_operations import subtract, union
from tabsam.geometry.tracing import outline_of_mask
from tabsam.model.preprocess import Frame
from tabsam.pictures.mask_pixels import MaskPixels, above_half

_CELLS, _MOST_CELLS = 500_000, 8_000_000
_CELLS_A_RADIUS, _LEAST_CELLS_A_RADIUS = 16, 3
_FARTHEST = 1e7
"""In image pixels: the largest brush, and the farthest that one goes from the picture. Beyond, floats lose the pixels."""
_THINNEST = 0.001
"""In image pixels: the smallest brush. Within less, floats far from the picture's corner lose its cells."""

_LOGIT = 10.0
"""What a mask prompt says of a cell that is all inside; about as sure as models are of their own masks."""


def stroke_outline(points: ArrayLike, radius: float) -> Outline:
    """Give the outline of a brush stroke: all that is within `radius` of a line, with round ends and joints.

    Parameters
    ----------
    points : (N, 2), N >= 1, x then y, in image pixels
        Where the brush went; one point is a dab. They may lie outside the picture.
    radius : float, in image pixels, >= 0.001
        And no thinner than millions of cells can show over all of the stroke: 1.8 for one across 5,000 x 5,000 pixels.

    Returns
    -------
    Outline
        To a hundredth of the radius; for strokes more than some hundred times as long as the brush is wide, a few hundredths,
        and where it is hardly thick enough, a few tenths. It never breaks up.

    Raises
    ------
    PromptError
        ``stroke-points`` or ``stroke-radius``.
    """
    line = _checked_points(points)
    if not radius >= _THINNEST:
        raise PromptError(
            "stroke-radius", f"The brush's radius must be at least {_THINNEST}, not {radius}.", "Choose a larger brush."
        )
    if radius > _FARTHEST:
        raise PromptError(
            "stroke-radius", f"The brush's radius must be at most {_FARTHEST:.0f}, not {radius}.", "Choose a smaller brush."
        )
    line = line[np.append(True, (line[1:] != line[:-1]).any(axis=1))]
    edges = Edges(line[:-1], line[1:], np.arange(len(line) - 1)) if len(line) > 1 else Edges(line, line, np.arange(1))
    _check_thickness(line, radius)
    low, high = line.min(axis=0) - radius, line.max(axis=0) + radius
    pixels = float(np.prod(high - low))
    # As fine as a brush of this size needs it, unless that were too many cells; but never so coarse that it would break up.
    cell = max(radius / _CELLS_A_RADIUS, math.sqrt(pixels / _CELLS))
    cell = max(min(cell, radius / _LEAST_CELLS_A_RADIUS), math.sqrt(pixels / _MOST_CELLS))
    grid = grid_over(low - 2 * cell, high + 2 * cell, cell)
    return outline_of_coverage(Intervals.around(edges, radius, grid).coverage(), grid)


def paint(line: Outline | None, stroke: Outline, image_size: Size) -> Outline:
    """Add a stroke to an outline, or begin one with it; what lies outside the picture is cut off."""
    stroke = clip(stroke, image_size)
    return stroke if line is None else union(line, stroke, image_size)


def erase(line: Outline, stroke: Outline, image_size: Size) -> Outline:
    """Take a stroke away from an outline; without rings when nothing is left, the same one when the stroke misses it."""
    return subtract(line, clip(stroke, image_size), image_size)


def mask_logits(line: Outline, frame: Frame, grid_size: Size) -> Float32Array:
    """Put an outline as the model's mask prompt: as if the model itself had found it.

    Parameters
    ----------
    line : Outline
        In image pixels.
    frame : Frame
        Where the picture lies in the model's input.
    grid_size : (height, width)
        Of the decoder's own grid.

    Returns
    -------
    float32, shape `grid_size`, in [-10, 10]
        -10 for cells outside the outline, 10 for those inside, and as much between as is covered, 0 for half; beyond the picture
        as at its border. Brought to the picture's size they give the outline's mask, but for what is thinner than a cell.
    """
    height, width = frame.content_on_grid(grid_size)
    image_height, image_width = frame.image_size
    grid = Grid(0, 0, grid_size[1] * image_width / width, grid_size[0] * image_height / height, *grid_size)
    covered = Intervals.of(clip(line, frame.image_size), grid).coverage()
    for axis, extent in enumerate((height, width)):
        covered = _carried_on(covered, extent, axis)
    return np.asarray(np.clip((covered - 0.5) * (2 * _LOGIT), -_LOGIT, _LOGIT), np.float32)


def outline_from_mask(pixels: MaskPixels, image_size: Size) -> Outline:
    """Take a picture of a mask as an outline along its pixels' edges.

    Parameters
    ----------
    pixels : MaskPixels
        Where it is transparent in parts, what is opaque is inside; else what is bright: more than half of what its brightest
        pixel has in the brightest channel, so that masks of 0 and 1 do as well as those of 0 and 255.
    image_size : (height, width)
        The picture's, which must be the mask's.

    Raises
    ------
    PromptError
        ``mask-size``.
    """
    height, width = image_size
    if pixels.size != image_size:
        raise PromptError(
            "mask-size",
            f"This mask has {pixels.size[1]} x {pixels.size[0]} pixels, and the picture {width} x {height}.",
            "Choose a mask of the picture's own size.",
        )
    return outline_of_mask(above_half(pixels.brightness if pixels.alpha is None else pixels.alpha))


def _carried_on(covered: Float32Array, extent: float, axis: int) -> Float32Array:
    """Fill an axis beyond the picture with what its last cell has, of which `extent` may leave only a part on the picture."""
    length = covered.shape[axis]
    last = min(length, math.ceil(extent)) - 1
    part = np.take(covered, [last], axis) / np.float32(min(1.0, extent - last))
    kept = np.take(covered, np.arange(last), axis)
    return np.concatenate([kept, part.repeat(length - last, axis)], axis=axis)


def _check_thickness(line: Float64Array, radius: float) -> None:
    """Refuse a brush that is thinner than a cell would have to be: of a stroke with it nothing, or only parts, would be left."""
    width, height = (line.max(axis=0) - line.min(axis=0)).tolist()
    # where (width + 2 r) (height + 2 r) is as many cells of side r
    most, half = _MOST_CELLS - 4, width + height
    least = (half + math.sqrt(half**2 + most * width * height)) / most
    if radius < least:
        raise PromptError(
            "stroke-radius",
            f"A brush of radius {radius:g} is too thin for a stroke across {width:.0f} x {height:.0f} pixels.",
            f"Paint shorter strokes, or choose a radius of at least {math.ceil(least * 1000) / 1000:g}.",
        )


def _checked_points(points: ArrayLike) -> Float64Array:
    try:
        line = np.asarray(points, np.float64)
    except (TypeError, ValueError) as error:
        raise PromptError("stroke-points", "The stroke's points are not numbers.", details=str(error)) from error
    if line.ndim != 2 or line.shape[1] != 2 or not len(line) or not np.isfinite(line).all():
        raise PromptError("stroke-points", f"A stroke needs one or more points x, y, not an array of shape {line.shape}.")
    if np.abs(line).max() > _FARTHEST:
        raise PromptError("stroke-points", "This stroke goes too far from the picture.", "Paint nearer to it.")
    return line
