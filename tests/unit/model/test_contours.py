"""Outlines: sub-pixel, closed along the border, with holes, and where the mask ends."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tabsam.arrays import BoolArray, Float32Array
from tabsam.geometry.outline import Outline, area
from tabsam.model.contours import outline
from tabsam.model.masks import to_mask
from tabsam.model.preprocess import Frame


def discs(*rings: tuple[float, float, float, int], side: int = 32) -> Float32Array:
    """Draw logits: for each (x, y, radius, sign) a cone that is 0 on the circle; a later one is cut out or added."""
    y, x = np.mgrid[:side, :side] + 0.5
    logits = np.full((side, side), -side, np.float64)
    for centre_x, centre_y, radius, sign in rings:
        cone = radius - np.hypot(x - centre_x, y - centre_y)
        logits = np.maximum(logits, cone) if sign > 0 else np.minimum(logits, -cone)
    return logits.astype(np.float32)


def painted(line: Outline, size: tuple[int, int], scale: int = 4) -> BoolArray:
    """Fill an outline with the even-odd rule, finely, and say which pixels are more than half covered."""
    height, width = size
    canvas = np.zeros((height * scale, width * scale), np.bool_)
    for ring in line.rings():
        part = Image.new("1", (width * scale, height * scale))
        # Pillow's coordinates are pixel centres.
        ImageDraw.Draw(part).polygon([tuple(vertex) for vertex in ring * scale - 0.5], fill=1)
        canvas ^= np.asarray(part)
    return np.asarray(canvas.reshape(height, scale, width, scale).mean(axis=(1, 3)) > 0.5)


def iou(first: BoolArray, second: BoolArray) -> float:
    return float((first & second).sum() / (first | second).sum())


def test_a_disc_has_one_ring_of_its_area_in_image_pixels() -> None:
    line = outline(discs((16, 16, 10, 1)), Frame((64, 128), (32, 32), (32, 32)))
    assert len(line.polygons()) == len(line.rings()) == 1
    assert area(line) == pytest.approx(np.pi * 20 * 40, rel=0.01)
    assert line.vertices.min(axis=0) == pytest.approx([24, 12], abs=0.5)
    assert line.vertices.max(axis=0) == pytest.approx([104, 52], abs=0.5)


def test_holes_and_parts_are_kept_apart() -> None:
    line = outline(discs((9, 9, 7, 1), (25, 25, 4, 1), (9, 9, 3, -1)), Frame((32, 32), (32, 32), (32, 32)))
    assert sorted(len(rings) for rings in line.polygons()) == [1, 2]
    assert area(line) == pytest.approx(np.pi * (49 - 9 + 16), rel=0.02)


def test_every_ring_is_closed() -> None:
    line = outline(discs((9, 9, 7, 1), (25, 25, 4, 1), (9, 9, 3, -1)), Frame((32, 32), (32, 32), (32, 32)))
    assert all((ring[0] == ring[-1]).all() for ring in line.rings())


def test_a_mask_that_fills_the_picture_is_outlined_along_its_border() -> None:
    line = outline(np.ones((8, 8), np.float32), Frame((30, 50), (16, 16), (16, 16)))
    assert area(line) == pytest.approx(30 * 50)
    assert line.vertices.min(axis=0).tolist() == [0, 0]
    assert line.vertices.max(axis=0).tolist() == [50, 30]


def test_an_empty_mask_has_no_rings() -> None:
    line = outline(np.full((8, 8), -1, np.float32), Frame((30, 50), (16, 16), (16, 16)))
    assert (line.rings(), line.polygons(), area(line)) == ([], [], 0)


@pytest.mark.parametrize(
    "frame",
    [
        Frame((100, 140), (128, 128), (128, 128)),
        Frame((100, 140), (128, 128), (91, 128), upscales_twice=True),
        Frame((300, 60), (128, 128), (128, 128)),
    ],
)
def test_the_outline_runs_where_the_mask_ends(frame: Frame) -> None:
    logits = discs((12, 9, 8, 1), (24, 20, 7, 1), (12, 9, 3, -1))
    mask = to_mask(logits, frame)
    assert iou(painted(outline(logits, frame, refine=4), frame.image_size), mask) > 0.97
    assert area(outline(logits, frame, refine=4)) == pytest.approx(mask.sum(), rel=0.03)


def test_refining_brings_the_outline_closer_to_the_edge() -> None:
    logits = (np.random.default_rng(3).standard_normal((8, 8)) * 3).astype(np.float32)
    frame = Frame((800, 800), (32, 32), (32, 32))
    mask = to_mask(logits, frame)
    errors = [1 - iou(painted(outline(logits, frame, refine=refine), (800, 800), scale=1), mask) for refine in (1, 4)]
    assert errors[1] < errors[0] / 3
