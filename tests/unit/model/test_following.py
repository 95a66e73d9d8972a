"""Edges that follow the picture: where it has edges nearby, and nowhere else."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from tabsam.arrays import BoolArray, Float32Array, Size
from tabsam.geometry.outline import area
from tabsam.geometry.regions import components
from tabsam.model.candidate import Candidate
from tabsam.model.following import follow, follow_mask, following
from tabsam.model.masks import to_mask
from tabsam.model.picture_guide import PictureGuide, Recipe
from tabsam.model.preprocess import Frame
from tabsam.model.tidying import tidied
from tests.support.boundaries import boundary_f, iou
from tests.support.pictures import disc

GRID = 256
"""Cells a side of the decoder's grid here."""


def squashed(size: Size) -> Frame:
    """Return the frame of a picture of (height, width), as SAM 2's is."""
    return Frame(size, (4 * GRID, 4 * GRID), (4 * GRID, 4 * GRID))


def letterboxed(size: Size) -> Frame:
    """Return the frame of a picture of (height, width), as SAM 1's is."""
    height, width = (max(1, round(side * 4 * GRID / max(size))) for side in size)
    return Frame(size, (4 * GRID, 4 * GRID), (height, width), upscales_twice=True)


def painted(mask: BoolArray, on: tuple[int, int, int] = (200, 90, 60), off: tuple[int, int, int] = (40, 80, 130)) -> Image.Image:
    """Return a picture with two colours and a camera's noise."""
    noise = np.random.default_rng(0).normal(0, 3, (*mask.shape, 3))
    pixels = np.where(mask[..., np.newaxis], on, off) + noise
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def coarse_logits(mask: BoolArray, frame: Frame, *, shift: tuple[float, float] = (0, 0), blur: float = 1.0) -> Float32Array:
    """Return what a decoder would say of a mask, on its own grid, `shift` (x, y) cells beside it."""
    height, width = frame.content_on_grid((GRID, GRID))
    small = Image.fromarray((mask * 255).astype(np.uint8)).resize(
        (max(1, round(width)), max(1, round(height))), Image.Resampling.BOX
    )
    canvas = Image.new("L", (GRID, GRID))
    canvas.paste(small)
    moved = canvas.transform((GRID, GRID), Image.Transform.AFFINE, (1, 0, -shift[0], 0, 1, -shift[1]), Image.Resampling.BILINEAR)
    share = np.asarray(moved.filter(ImageFilter.GaussianBlur(blur)), np.float32) / 255
    return np.asarray((share - 0.5) * 16, np.float32)


@pytest.mark.parametrize("frame", [squashed((400, 600)), letterboxed((400, 600)), squashed((801, 333)), letterboxed((197, 640))])
def test_an_edge_between_the_cells_is_followed_to_within_a_pixel(frame: Frame) -> None:
    height, width = frame.image_size
    truth = disc(height, width, (width * 0.47, height * 0.52), min(height, width) * 0.33)
    logits = coarse_logits(truth, frame, shift=(0.8, 0.6))
    followed = follow_mask(logits, frame, PictureGuide(painted(truth)))
    decoded = to_mask(logits, frame)
    assert boundary_f(followed, truth, 1) > 0.99
    assert boundary_f(decoded, truth, 1) < 0.7
    assert iou(followed, truth) > 0.99 > iou(decoded, truth)


def test_the_outline_is_as_near_between_the_pixels() -> None:
    frame = squashed((500, 700))
    truth = disc(500, 700, (350, 250), 150)
    line = follow(coarse_logits(truth, frame, shift=(0.7, -0.7)), frame, PictureGuide(painted(truth)))
    (ring,) = line.rings()
    assert np.abs(np.hypot(ring[:, 0] - 350, ring[:, 1] - 250) - 150).max() < 1


def test_a_large_picture_is_followed_to_a_fraction_of_a_cell() -> None:
    height, width = 3000, 4500
    truth = disc(height, width, (2100, 1400), 900)
    frame = squashed((height, width))
    logits = coarse_logits(truth, frame, shift=(0.5, 0.5))
    followed = follow_mask(logits, frame, PictureGuide(painted(truth)))
    # A cell of the decoder's has 12 x 18 pixels here, one of the grid that the outline is drawn from 4 x 4.
    assert boundary_f(followed, truth, 3) > 0.98
    assert boundary_f(to_mask(logits, frame), truth, 3) < 0.2


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (120, 30, 77)])
@pytest.mark.parametrize("frame", [squashed((300, 420)), letterboxed((300, 420)), squashed((1500, 1100))])
def test_a_picture_of_one_colour_leaves_the_mask_as_decoded(frame: Frame, colour: tuple[int, int, int]) -> None:
    height, width = frame.image_size
    truth = disc(height, width, (width * 0.4, height * 0.5), min(height, width) * 0.3)
    logits = coarse_logits(truth, frame)
    followed = follow_mask(logits, frame, PictureGuide(Image.new("RGB", (width, height), colour)))
    decoded = to_mask(logits, frame)
    assert iou(followed, decoded) > 0.999
    assert boundary_f(followed, decoded, 1) == 1


def test_an_edge_far_from_the_decoded_one_is_not_followed() -> None:
    # The object's colour goes on far beyond the mask: what is filled up is bounded.
    frame = squashed((512, 512))
    mask = disc(512, 512, (256, 256), 80)
    logits = coarse_logits(mask, frame)
    recipe = Recipe()
    followed = follow_mask(logits, frame, PictureGuide(painted(disc(512, 512, (256, 256), 200)), recipe))
    cell = 512 / 256  # of the coarsest grid
    bound = disc(512, 512, (256, 256), 80 + (recipe.reach + 2) * cell * 2**0.5)
    assert not (followed & ~bound).any()


def test_a_thin_part_without_contrast_does_not_vanish() -> None:
    # Its surroundings have contrast, but not across its edge.
    size = (480, 640)
    frame = Frame(size, (1024, 1024), (1024, 1024))
    truth = np.zeros(size, np.bool_)
    truth[100:240, 100:300] = True
    truth[236:244, 300:560] = True
    share = np.asarray(Image.fromarray((truth * 255).astype(np.uint8)).resize((256, 256), Image.Resampling.BOX), np.float32)
    logits = np.asarray((share / 255 - 0.5) * 16, np.float32)
    stripes = Image.fromarray(np.where(np.arange(640) // 6 % 2, 60, 200).astype(np.uint8)[np.newaxis].repeat(480, axis=0))
    followed = follow_mask(logits, frame, PictureGuide(stripes.convert("RGB")))
    arm = np.s_[236:244, 310:550]
    assert followed[arm].any(axis=0).mean() > 0.95


def test_specks_and_pinholes_of_it_are_tidied_away() -> None:
    frame = squashed((400, 400))
    truth = disc(400, 400, (180, 200), 120)
    shown = truth.copy()
    shown[198:203, 178:183] = False
    shown[60:64, 360:364] = True
    logits = coarse_logits(truth, frame)
    logits[39:42, 231:233] = 8  # a speck where the picture has something
    picture = painted(shown)
    candidate = following(Candidate(logits, 0.9, 0.9, frame), PictureGuide(picture))
    tidy = tidied(candidate, 0.002)
    assert len(candidate.outline().rings()) > 1
    assert len(tidy.outline().rings()) == 1
    assert (tidy.edges, tidy.tidy) == ("follow", 0.002)
    assert components(candidate.mask()).sizes.size > 1
    assert components(tidy.mask()).sizes.size == components(~tidy.mask()).sizes.size == 1


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (9, 1), (3, 2), (31, 57), (257, 255), (1024, 3), (2, 1700)])
def test_odd_sizes_have_masks_of_their_size(size: Size) -> None:
    picture = PictureGuide(Image.fromarray(np.random.default_rng(1).integers(0, 255, (*size, 3)).astype(np.uint8)))
    for frame in (squashed(size), letterboxed(size)):
        for logits in (np.full((GRID, GRID), 5, np.float32), coarse_logits(np.ones(size, np.bool_), frame)):
            mask = follow_mask(logits, frame, picture)
            assert mask.shape == size
            assert mask.all()
        assert not follow_mask(np.full((GRID, GRID), -5, np.float32), frame, picture).any()


def test_a_full_mask_is_closed_along_the_border_and_an_empty_one_has_no_rings() -> None:
    frame = squashed((300, 500))
    picture = PictureGuide(painted(disc(300, 500, (100, 100), 50)))
    line = follow(np.full((GRID, GRID), 9, np.float32), frame, picture)
    assert area(line) == pytest.approx(300 * 500)
    assert not follow(np.full((GRID, GRID), -9, np.float32), frame, picture).rings()


def test_a_mask_that_touches_the_border_reaches_it() -> None:
    truth = disc(300, 400, (0, 300), 180)
    frame = squashed((300, 400))
    logits = coarse_logits(truth, frame, blur=0.5)
    line = follow(logits, frame, PictureGuide(painted(truth)))
    assert line.vertices[:, 0].min() == 0
    assert line.vertices[:, 1].max() == 300
    assert boundary_f(follow_mask(logits, frame, PictureGuide(painted(truth))), truth, 1) > 0.99


def test_an_object_of_a_cell_stays() -> None:
    size = (1200, 1600)
    logits = np.full((GRID, GRID), -8, np.float32)
    logits[20, 30] = 6
    picture = PictureGuide(painted(np.zeros(size, np.bool_)))
    assert follow(logits, squashed(size), picture).rings()


def test_the_threshold_is_the_mask_s() -> None:
    frame = squashed((300, 300))
    logits = coarse_logits(disc(300, 300, (150, 150), 80), frame, blur=3)
    picture = PictureGuide(Image.new("RGB", (300, 300), "grey"))
    for threshold in (-3.0, 3.0):
        assert iou(follow_mask(logits, frame, picture, threshold=threshold), to_mask(logits, frame, threshold=threshold)) > 0.995


def test_the_same_is_followed_the_same_way() -> None:
    frame = squashed((400, 600))
    truth = disc(400, 600, (250, 200), 120)
    logits = coarse_logits(truth, frame, shift=(0.5, 0))
    before = logits.copy()
    picture = PictureGuide(painted(truth))
    lines = [follow(logits, frame, one) for one in (picture, picture, PictureGuide(painted(truth)))]
    assert all((line.vertices == lines[0].vertices).all() for line in lines)
    assert (logits == before).all()


def test_a_picture_of_24_megapixels_takes_no_more_memory_than_its_grids() -> None:
    size = (4000, 6000)
    picture = Image.new("RGB", (size[1], size[0]), (40, 80, 130))
    ImageDraw.Draw(picture).ellipse((1000, 600, 5000, 3400), fill=(200, 90, 60))
    truth = disc(*size, (3000, 2000), 1500)
    frame = squashed(size)
    logits = coarse_logits(truth, frame)
    tracemalloc.start()
    try:
        guide = PictureGuide(picture)
        kept, making = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        follow(logits, frame, guide)
        following = tracemalloc.get_traced_memory()[1] - kept
    finally:
        tracemalloc.stop()
    # As floats the picture alone has 288 MB.
    assert kept < 30e6
    assert making < 80e6
    assert following < 80e6
