"""Brush strokes, and painted shapes as the model's mask prompt."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from PIL import Image
from shapely.geometry import LineString, Point, Polygon

from tabsam.document.painting import erase, mask_logits, outline_from_mask, paint, stroke_outline
from tabsam.errors import PromptError
from tabsam.geometry.outline import Outline, area
from tabsam.geometry.raster import fill
from tabsam.model import native
from tabsam.model.dialects.sam1 import RECIPE as LETTERBOX
from tabsam.model.dialects.sam2 import RECIPE as SQUASH
from tabsam.model.masks import to_mask
from tabsam.model.preprocess import Frame, frame_for
from tabsam.pictures.mask_pixels import mask_pixels_of
from tests.support.pictures import iou, two_discs
from tests.support.shapes import box, circle, disc, rectangle, shape
from tests.support.tiny_model import tiny_model

SIZE = (200, 300)


def test_a_dab_is_a_disc() -> None:
    dab = stroke_outline([[50, 60]], 8)
    assert np.hypot(*(dab.vertices - (50, 60)).T) == pytest.approx(8, abs=0.1)
    assert area(dab) == pytest.approx(np.pi * 64, rel=5e-3)


@pytest.mark.parametrize("points", [[[20, 20], [180, 20]], [[20, 20], [20, 120]], [[20, 20], [100, 80], [180, 20], [20, 20]]])
@pytest.mark.parametrize("radius", [2, 10])
def test_a_stroke_is_as_shapely_buffers_its_line(points: list[list[float]], radius: float) -> None:
    exact = LineString(points).buffer(radius, quad_segs=64)
    stroke = stroke_outline(points, radius)
    assert area(stroke) == pytest.approx(exact.area, rel=5e-3)
    assert [len(rings) for rings in stroke.polygons()] == [1 + len(exact.interiors)]
    near = exact.boundary.buffer(0.03 * radius)
    assert all(near.contains(Point(vertex)) for vertex in stroke.vertices)


def test_a_thin_stroke_across_a_large_picture_holds_together() -> None:
    stroke = stroke_outline([[0, 0], [6000, 3900]], 3)
    assert len(stroke.polygons()) == 1
    assert area(stroke) == pytest.approx(6 * np.hypot(6000, 3900), rel=0.05)


@pytest.mark.parametrize("end", [(5000, 5000), (5000, 40)])
def test_a_stroke_that_is_far_too_thin_is_refused_and_not_lost(end: tuple[int, int]) -> None:
    line = np.array([(0, 0), (end[0] / 2, end[1] * 0.9), end])
    with pytest.raises(PromptError) as caught:
        stroke_outline(line, 0.1)
    assert (caught.value.code, caught.value.message) == (
        "stroke-radius",
        f"A brush of radius 0.1 is too thin for a stroke across {end[0]} x {end[1]} pixels.",
    )
    radius = float(caught.value.hint.removesuffix(".").rpartition(" ")[2])
    stroke = stroke_outline(line, radius)
    assert len(stroke.polygons()) == 1
    assert area(stroke) == pytest.approx(LineString(line).buffer(radius).area, rel=0.02)


def test_points_that_repeat_and_lie_outside_the_picture_are_taken() -> None:
    stroke = stroke_outline([[-20, 50], [-20, 50], [30, 50], [30, 50]], 5)
    assert stroke.vertices[:, 0].min() == pytest.approx(-25, abs=0.1)
    assert paint(None, stroke, SIZE).vertices[:, 0].min() == 0


@pytest.mark.parametrize("points", [[], [[1, 2, 3]], [1, 2], [[1, float("nan")]]])
def test_points_that_are_none_are_said(points: list[object]) -> None:
    with pytest.raises(PromptError) as caught:
        stroke_outline(points, 5)  # type: ignore[arg-type]
    assert caught.value.code == "stroke-points"
    assert caught.value.message.startswith("A stroke needs one or more points x, y")


@pytest.mark.parametrize("radius", [0, -1, 5e-324, float("nan")])
def test_a_brush_needs_a_radius(radius: float) -> None:
    with pytest.raises(PromptError) as caught:
        stroke_outline([[1, 2]], radius)
    assert (caught.value.code, caught.value.message) == (
        "stroke-radius",
        f"The brush's radius must be at least 0.001, not {radius}.",
    )


@pytest.mark.parametrize(
    ("points", "radius"), [([[1, 2]], 1e300), ([[1, 2], [1e12, 2]], 5), ([[-1e300, 0]], 5), ([[1, 2]], float("inf"))]
)
def test_a_stroke_stays_within_reach(points: list[list[float]], radius: float) -> None:
    with pytest.raises(PromptError) as caught:
        stroke_outline(points, radius)
    assert caught.value.code in ("stroke-points", "stroke-radius")


def test_the_thinnest_brush_makes_a_dab_as_far_as_one_may_go() -> None:
    dab = stroke_outline([[1e7, 1e7]], 0.001).vertices
    assert np.hypot(*(dab - 1e7).T) == pytest.approx(np.full(len(dab), 0.001), rel=0.02)


def test_to_paint_adds_and_to_erase_takes_away() -> None:
    target, stroke = disc(100, 100, 50), stroke_outline([[100, 100], [200, 100]], 10)
    painted, erased = paint(target, stroke, SIZE), erase(target, stroke, SIZE)
    mask, brush = fill(target, SIZE), fill(stroke, SIZE)
    assert np.count_nonzero(fill(painted, SIZE) ^ (mask | brush)) <= 2
    assert np.count_nonzero(fill(erased, SIZE) ^ (mask & ~brush)) <= 2
    assert area(painted) - area(target) == pytest.approx(
        Polygon(stroke.rings()[0]).difference(Polygon(target.rings()[0])).area, abs=0.01
    )


def test_a_stroke_within_or_beside_the_object_changes_nothing() -> None:
    target = disc(100, 100, 50)
    assert paint(target, stroke_outline([[100, 100]], 5), SIZE) is target
    assert erase(target, stroke_outline([[250, 100]], 5), SIZE) is target
    assert erase(target, stroke_outline([[100, 100]], 60), SIZE).rings() == []


SHAPES = {
    "a disc": disc(150, 100, 60),
    "a ring": shape([circle(150, 100, 60), circle(150, 100, 30)]),
    "two parts": shape([circle(60, 60, 40)], [rectangle(180, 90, 280, 180)]),
    "at the border": box(0, 60, 120, 200),
    "in the corner": disc(300, 200, 90),
    "everything": box(0, 0, 300, 200),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize(
    "frame",
    [
        frame_for(SQUASH, SIZE, (1024, 1024)),
        frame_for(LETTERBOX, SIZE, (1024, 1024)),
        frame_for(LETTERBOX, SIZE, (512, 512)),
    ],
    ids=["squash", "letterbox", "small letterbox"],
)
def test_logits_brought_to_full_size_give_the_mask_back(name: str, frame: Frame) -> None:
    grid = (frame.model_size[0] // 4, frame.model_size[1] // 4)
    logits = mask_logits(SHAPES[name], frame, grid)
    assert logits.shape == grid
    assert logits.dtype == np.float32
    assert np.abs(logits).max() == 10
    assert iou(to_mask(logits, frame), fill(SHAPES[name], SIZE)) > 0.985


def test_logits_say_how_much_of_a_cell_is_covered() -> None:
    frame = Frame((4, 8), (16, 32), (16, 32))
    assert mask_logits(box(1, 0, 4.5, 4), frame, (4, 8)).tolist() == [[-10, 10, 10, 10, 0, -10, -10, -10]] * 4
    assert mask_logits(box(0, 0, 8, 1.25), frame, (4, 8))[:, 0].tolist() == [10, -5, -10, -10]


def test_beyond_the_picture_logits_are_as_at_its_border() -> None:
    frame = Frame((5, 8), (32, 32), (20, 32), upscales_twice=True)
    logits = mask_logits(box(0, 0, 4, 5), frame, (8, 8))
    assert (logits[:, :4] == 10).all()
    assert (logits[:, 4:] == -10).all()


def test_an_empty_outline_gives_logits_that_are_all_off() -> None:
    assert (mask_logits(shape(), frame_for(SQUASH, SIZE, (1024, 1024)), (256, 256)) == -10).all()


def test_a_model_takes_a_painted_mask() -> None:
    async def predict() -> tuple[float, float]:
        segmenter = native.load_pair(tiny_model().encoder, tiny_model().decoder)
        await segmenter.set_image(two_discs())
        plain, *_ = await segmenter.predict([[80, 120]])
        blue = mask_logits(disc(240, 120, 60), plain.frame, (32, 32))
        painted, *_ = await segmenter.predict([[80, 120]], mask=blue)
        await segmenter.close()
        return float(plain.logits[16, 24]), float(painted.logits[16, 24])

    plain, painted = asyncio.run(predict())
    assert painted > plain + 1


GREY = np.array([[0, 40, 200], [255, 127, 128]], np.uint8)
INSIDE = [[False, False, True], [True, False, True]]


def found(image: Image.Image) -> list[list[bool]]:
    mask: list[list[bool]] = fill(outline_from_mask(mask_pixels_of(image), (2, 3)), (2, 3)).tolist()
    return mask


def test_a_grey_mask_is_cut_at_half() -> None:
    assert found(Image.fromarray(GREY)) == INSIDE
    assert found(Image.fromarray(GREY.astype(np.uint16) * 257)) == INSIDE
    assert found(Image.fromarray(GREY.astype(np.float32) / 255)) == INSIDE
    assert found(Image.fromarray(GREY // 255)) == [[False] * 3, [True, False, False]]
    assert found(Image.fromarray(GREY > 127)) == INSIDE


def test_a_mask_in_colours_is_cut_at_half_of_its_brightest() -> None:
    palette = Image.fromarray(np.array([[0, 0, 1], [1, 0, 1]], np.uint8)).convert("P")
    palette.putpalette([0, 0, 0, 128, 0, 0])
    assert found(palette) == INSIDE
    assert found(palette.convert("RGB")) == INSIDE


def test_a_mask_with_transparency_is_what_is_opaque() -> None:
    black = np.zeros((2, 3, 4), np.uint8)
    black[..., 3] = GREY
    assert found(Image.fromarray(black)) == INSIDE
    opaque = Image.fromarray(GREY).convert("RGBA")
    assert found(opaque) == INSIDE
    assert found(Image.fromarray(GREY).convert("LA")) == INSIDE


def test_an_empty_mask_has_no_rings() -> None:
    empty: Outline = outline_from_mask(mask_pixels_of(Image.new("L", (3, 2))), (2, 3))
    assert empty.rings() == []


def test_a_mask_of_another_size_is_said() -> None:
    with pytest.raises(PromptError) as caught:
        outline_from_mask(mask_pixels_of(Image.new("L", (300, 200))), (100, 150))
    assert (caught.value.code, caught.value.message) == (
        "mask-size",
        "This mask has 300 x 200 pixels, and the picture 150 x 100.",
    )
