"""The library on CPython beside what others do of the same: contours, run lengths, COCO files. No browser."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import numpy as np
from PIL import Image, ImageFilter

from tabsam.arrays import BoolArray
from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.formats.coco import write_coco
from tabsam.formats.shared.rle import compress, decompress
from tabsam.geometry.counts import counts_of_mask, mask_of_counts
from tabsam.geometry.outline import from_polygons
from tabsam.geometry.tracing import outline_of_mask
from tests.bench.figures import Figure, Sample
from tools.terminal import say

REPEATS = 11
SIZE = (4000, 6000)
"""(height, width) of 24 megapixels."""
MASKS = 40
OBJECTS = 5000


def measure() -> Iterator[Figure]:
    """Measure each of them in turns with what it is compared with."""
    mask = blobs(SIZE, seed=0)
    if find_spec("skimage"):
        from skimage.measure import find_contours

        ours, theirs = in_turns(lambda: outline_of_mask(mask), lambda: find_contours(mask, 0.5), repeats=3)
        yield Figure("contours of a mask, 24 MP", ours, theirs, "scikit-image", 1.0)
    else:
        say('scikit-image is not installed (pip install ".[bench]"): contours are compared with nothing')
        yield Figure("contours of a mask, 24 MP", timed(lambda: outline_of_mask(mask)))
    yield from run_lengths()
    yield coco()


def run_lengths() -> Iterator[Figure]:
    """Compress masks, and lay them out again, as pycocotools does."""
    from pycocotools import mask as theirs

    masks = [blobs((480, 640), seed=number) for number in range(MASKS)]
    texts = [compress(counts_of_mask(mask)) for mask in masks]
    for mask, text in zip(masks, texts, strict=True):
        assert theirs.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode() == text
    packed = [{"size": [480, 640], "counts": text.encode()} for text in texts]
    made, made_there = in_turns(
        lambda: [compress(counts_of_mask(mask)) for mask in masks],
        lambda: [theirs.encode(np.asfortranarray(mask.astype(np.uint8))) for mask in masks],
    )
    yield Figure(f"{MASKS} masks of 640 x 480 to run lengths", made, made_there, "pycocotools", 1.0)
    read, read_there = in_turns(
        lambda: [mask_of_counts(decompress(text), (480, 640)) for text in texts],
        lambda: [theirs.decode(one) for one in packed],
    )
    yield Figure(f"{MASKS} run lengths to masks of 640 x 480", read, read_there, "pycocotools", 1.0)


def coco() -> Figure:
    """Write a COCO file, beside the JSON of what is in it."""
    annotations = many_objects(OBJECTS)
    value = json.loads(write_coco(annotations))
    ours, bare = in_turns(lambda: write_coco(annotations), lambda: json.dumps(value))
    return Figure(f"COCO of {OBJECTS:,} objects", ours, bare, "json.dumps", 2.0)


def in_turns(ours: Callable[[], object], theirs: Callable[[], object], *, repeats: int = REPEATS) -> tuple[Sample, Sample]:
    """Time two things by turns, so that a busy machine is as busy for both."""
    ours(), theirs()  # neither is timed cold
    times = [(milliseconds(ours), milliseconds(theirs)) for _ in range(repeats)]
    gc.unfreeze()
    return Sample([one for one, _ in times]), Sample([one for _, one in times])


def timed(call: Callable[[], object]) -> Sample:
    """Time one thing."""
    call()
    return Sample([milliseconds(call) for _ in range(REPEATS)])


def milliseconds(call: Callable[[], object]) -> float:
    """Give how long a call takes."""
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def blobs(size: tuple[int, int], seed: int) -> BoolArray:
    """Draw a mask of some smooth shapes, with holes and islands, as models give them."""
    small = np.random.default_rng(seed).integers(0, 256, (size[0] // 40, size[1] // 40), np.uint8)
    smooth = Image.fromarray(small).filter(ImageFilter.GaussianBlur(2)).resize(size[::-1], Image.Resampling.BICUBIC)
    values = np.asarray(smooth)
    return np.asarray(values > np.median(values))


def many_objects(count: int) -> Annotations:
    """Make objects of some dozen to two hundred corners in a picture of 24 megapixels."""
    random = np.random.default_rng(0)
    instances = []
    for number in range(1, count + 1):
        corners = int(random.integers(12, 200))
        angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
        radius = random.uniform(20, 120) * (1 + 0.1 * random.standard_normal(corners))
        centre = random.uniform(150, [SIZE[1] - 150, SIZE[0] - 150])
        ring = centre + radius[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
        instances.append(Instance(number, from_polygons([[np.concatenate([ring, ring[:1]])]]), 1 + number % 3, score=0.9))
    classes = tuple(Category(id, f"class {id}", "#0072b2") for id in (1, 2, 3))
    return Annotations("street.jpg", SIZE, classes, tuple(instances))
