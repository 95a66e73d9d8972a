"""Small computations, each with its data, that must give the same numbers on CPython and in the page.

Both sides import this module: `CASES` is what needs no data from outside, `decode` takes a file's bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, Float32Array, UInt8Array
from tabsam.document import document, editing, painting
from tabsam.evaluation import clicking, comparing
from tabsam.formats import png, svg
from tabsam.geometry import morphology, outline, regions, set_operations, simplifying
from tabsam.model import contours, image, levels, masks, measures, preprocess, prompts

Case = Callable[[], Sequence[AnyArray]]

SAM_2 = preprocess.Recipe("squash", "float", mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375))
SAM_1 = preprocess.Recipe("letterbox", "uint8", mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375))


def decode(data: bytes) -> UInt8Array:
    """Return the pixels of a picture file, uint8 (height, width, 3)."""
    return np.asarray(image.open_image(data))


def noise(height: int, width: int) -> UInt8Array:
    """Return uint8 (height, width, 3), the same everywhere."""
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)


def ramp(height: int, width: int) -> UInt8Array:
    """Return uint8 (height, width, 3): red grows to the right, green downwards, blue both ways less."""
    y, x = np.mgrid[:height, :width]
    red, green = x * (255 / width), y * (255 / height)
    return np.dstack([red, green, 255 - (red + green) / 2]).round().astype(np.uint8)


def ring_logits(size: int = 32) -> Float32Array:
    """Return float32 (size, size): a ring, with a hole in it, that the top edge cuts; and an island in a corner."""
    y, x = np.mgrid[:size, :size] + 0.5
    ring = 6 - np.abs(np.hypot(x - size * 0.5, y - size * 0.3) - size * 0.3)
    island = 3 - np.hypot(x - size * 0.9, y - size * 0.9)
    return np.asarray(np.maximum(ring, island), np.float32)


def sam_2_inputs() -> Sequence[AnyArray]:
    return encoder_inputs(SAM_2)


def sam_1_inputs() -> Sequence[AnyArray]:
    return encoder_inputs(SAM_1)


def encoder_inputs(recipe: preprocess.Recipe) -> Sequence[AnyArray]:
    """Shrink and enlarge on each axis."""
    return [
        preprocess.encoder_input(image.from_array(noise(*size)), recipe, preprocess.frame_for(recipe, size, (64, 64)))
        for size in ((37, 53), (1, 1), (90, 20), (20, 90))
    ]


def arranged_prompts() -> Sequence[AnyArray]:
    """Arrange a box with two points, two points alone, and nothing but a mask."""
    frame = preprocess.frame_for(SAM_2, (37, 53), (64, 64))
    points = [[3.0, 4.0], [50.5, 30.25]]
    asked = (
        prompts.check_prompts(points, [1, 0], box=[40, 30, 2, 1]),
        prompts.check_prompts(points, [1, 0]),
        prompts.check_prompts(mask=40 * ring_logits(16)),
    )
    arranged = [prompts.arrange_points(prompt, frame, pad_without_box=False) for prompt in asked]
    fed = [prompts.mask_feed(prompt, (16, 16), clamp=32.0) for prompt in asked]
    return [array for pair in (*arranged, *fed) for array in pair]


def full_size_masks() -> Sequence[AnyArray]:
    """Bring logits to a larger size, to a smaller one, and to a mixed one."""
    sizes = ((301, 200), (20, 11), (13, 500))
    return [masks.to_mask(ring_logits(), preprocess.frame_for(SAM_2, size, (64, 64))) for size in sizes]


def stability_scores() -> Sequence[AnyArray]:
    return [masks.stability_score(np.stack([ring_logits(), -ring_logits(), np.full((32, 32), -9, np.float32)]))]


def measured_masks() -> Sequence[AnyArray]:
    """Measure a ring of few pixels and one of many; pack its cells."""
    found = [measures.measure(ring_logits(), preprocess.frame_for(SAM_2, size, (64, 64))) for size in ((40, 50), (900, 1200))]
    numbers = [(one.area, one.stability_score, *one.box) for one in found if one is not None]
    return [np.array(numbers, np.float64), levels.packed(ring_logits() > 0)]


def outlines() -> Sequence[AnyArray]:
    """Follow the ring at two refinements, simplified or not."""
    frame = preprocess.frame_for(SAM_2, (240, 320), (64, 64))
    lines = [contours.outline(ring_logits(), frame, refine=refine) for refine in (1, 4)]
    lines.append(simplifying.simplify(lines[1], 0.5))
    lines.append(contours.outline(np.full((4, 4), -1, np.float32), frame))
    return [array for line in lines for array in (line.vertices, line.ring_offsets, line.polygon_offsets)]


def document_steps() -> Sequence[AnyArray]:
    """Add, move, undo, redo, box and choose; return the points and the box after each step."""
    made = document.Document("noise.png", (24, 17))
    steps: list[Callable[[], None]] = [
        lambda: made.add_point(3.5, 4.25, 1),
        lambda: made.add_point(16, 23, 0),
        lambda: made.move_point(1, -5, 30),
        lambda: made.set_box((20, 2, 1, 30)),
        made.undo,
        made.undo,
        made.redo,
        lambda: made.choose(2),
        lambda: made.remove_point(2),
        made.clear,
        made.undo,
    ]
    after = []
    for step in steps:
        step()
        selection = made.selection
        after.append(np.array([(point.id, point.x, point.y, point.label) for point in selection.points]))
        after.append(np.array(selection.box or (), np.float64))
        after.append(np.array([made.can_undo, made.can_redo, selection.chosen == 2]))
    return after


def exported_files() -> Sequence[AnyArray]:
    """Write the ring as an outline, a mask and a cut-out; return the text and the decoded pixels."""
    frame = preprocess.frame_for(SAM_2, (90, 120), (64, 64))
    mask = masks.to_mask(ring_logits(), frame)
    line = contours.outline(ring_logits(), frame)
    pictures = (png.mask_png(mask), png.cutout_png(image.from_array(noise(90, 120)), mask))
    return [
        np.frombuffer(svg.outline_svg(line, (90, 120), "a < b").encode(), np.uint8),
        *(np.asarray(Image.open(io.BytesIO(data))) for data in pictures),
    ]


def shaped_outlines() -> Sequence[AnyArray]:
    """Shape, cut and paint the ring's outline; return what each outline encloses, and a mask prompt."""
    size = (90, 120)
    frame = preprocess.frame_for(SAM_2, size, (64, 64))
    ring = contours.outline(ring_logits(), frame)
    stroke = painting.stroke_outline([[10, 10], [60, 45], [110, 20]], 6)
    shaped = [
        morphology.smooth(ring, 2, size),
        morphology.grow(ring, 3, size),
        morphology.grow(ring, -3, size),
        morphology.open_(ring, 2, size),
        morphology.close(ring, 2, size),
        morphology.fill_holes(ring),
        set_operations.union(ring, stroke, size),
        set_operations.subtract(ring, stroke, size),
        set_operations.intersect(ring, stroke, size),
        editing.without_crossings(stroke, size),
    ]
    return [np.array([outline.area(line) for line in shaped]), painting.mask_logits(ring, frame, (64, 64))]


def labelled_regions() -> Sequence[AnyArray]:
    """Label what noise leaves connected, and clean it."""
    mask = noise(40, 30)[..., 0] > 128
    found = regions.components(mask)
    cleaned = (regions.fill_holes(mask, smaller_than=9), regions.remove_islands(mask, smaller_than=9))
    return [found.labels.astype(np.int32), found.sizes.astype(np.int32), *cleaned]


def compared_masks() -> Sequence[AnyArray]:
    """Hold a blurred ring against itself, moved, and click where it is wrong most."""
    truth = ring_logits(64) > 0
    mask = np.roll(truth, (3, 5), (0, 1))
    found = comparing.compare(mask, truth)
    click = clicking.next_click(truth, mask)
    assert click is not None
    numbers = [found.iou, found.dice, found.precision, found.recall, found.boundary_f, found.hd95 or 0]
    return [np.array(numbers), np.array([click.x, click.y, click.label])]


#: Each with the largest difference that is allowed; 0 for what is not a float.
CASES: dict[str, tuple[Case, float]] = {
    "SAM 2's encoder input": (sam_2_inputs, 1e-5),
    "SAM 1's encoder input": (sam_1_inputs, 1.01 / min(SAM_1.std)),  # Pillow 12 and 13 round differently: a grey level
    "prompts": (arranged_prompts, 1e-5),
    "masks": (full_size_masks, 0),
    "stability scores": (stability_scores, 1e-6),
    "measures": (measured_masks, 1e-9),
    "outlines": (outlines, 1e-4),
    "shapes": (shaped_outlines, 0.05),  # square pixels, of some thousands
    "regions": (labelled_regions, 0),
    "comparisons": (compared_masks, 1e-6),
    "document": (document_steps, 0),
    "files": (exported_files, 0),
}

# Zeros, the smallest and largest subnormals, the first normal, one; the largest, the infinities, two NaNs.
_FLOAT16_BITS = [[0, 0x8000, 0x0001, 0x83FF, 0x0400, 0x3C00], [0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7E00, 0x7E01]]
_FLOAT32_BITS = [
    [0, 0x80000000, 0x00000001, 0x807FFFFF, 0x00800000, 0x3F800000],
    [0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000, 0x7FC00001],
]

#: Per dtype, values at the ends of its range and oddities within; of different shapes.
EXTREMES: dict[str, AnyArray] = {
    "float32": np.array(_FLOAT32_BITS, np.uint32).view(np.float32),
    "float16": np.array(_FLOAT16_BITS, np.uint16).view(np.float16),
    "int32": np.array([[-(2**31), 2**31 - 1], [0, -1], [1, 123456789]], np.int32),
    "int64": np.array([[-(2**63), 2**63 - 1], [2**53 + 1, -(2**53) - 1], [0, -1]], np.int64),
    "uint8": np.arange(255, dtype=np.uint8).reshape(3, -1),
    "bool": np.array([[True, False], [False, True], [True, True]]),
}


def same_bits(a: AnyArray, b: AnyArray) -> bool:
    """Tell whether two arrays are equal to the last bit, NaNs and signs of zeros included."""
    return (a.dtype, a.shape) == (b.dtype, b.shape) and a.tobytes() == b.tobytes()
