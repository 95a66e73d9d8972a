"""Formats there and back, to be run on CPython and in the page alike: the page's NumPy has indices of 32 bits."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tabsam.formats.importing import read
from tabsam.formats.project import read_project, write_project
from tabsam.formats.registry import FORMATS, Source, write
from tabsam.formats.shared.rle import compress, decompress
from tabsam.geometry.raster import counts_of_mask, fill
from tabsam.geometry.tracing import outline_of_counts, outline_of_mask
from tests.support.annotated import masks, random_annotations, same, three_kinds

READ_BACK = ("coco", "coco-rle", "labelme", "geojson")


def check_masks() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        mask = rng.random(rng.integers(1, 14, 2)) < rng.random()
        counts = counts_of_mask(mask)
        assert decompress(compress(counts)).tolist() == counts.tolist()
        assert np.array_equal(fill(outline_of_mask(mask), mask.shape), mask)
        assert np.array_equal(fill(outline_of_counts(counts, mask.shape), mask.shape), mask)
    large = [0, 1, 2**31, 3, 4, 2**40]
    assert decompress(compress(np.array(large, np.int64))).tolist() == large


def check_formats() -> None:
    for made in (three_kinds(), random_annotations(1)):
        height, width = made.image_size
        source = Source(made, Image.new("RGB", (width, height)))
        written = {name: write(name, source) for name in FORMATS}
        for name in READ_BACK:
            back = read(written[name].data, written[name].name, made.image_size, made.picture).annotations
            for one, other in zip(masks(back), masks(made), strict=True):
                assert np.array_equal(one, other)
        project = read_project(write_project(made, picture=b"picture"))
        for before, after in zip(made.instances, project.annotations.instances, strict=True):
            assert same(before.outline, after.outline)


CHECKS = {"masks": check_masks, "formats": check_formats}
