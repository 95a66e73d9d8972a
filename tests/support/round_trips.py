"""Formats there and back, to be run on CPython and in the page alike: the page's NumPy has indices of 32 bits."""

from __future__ import annotations

import io
from collections.abc import Collection

import numpy as np
from PIL import Image

from tabsam.formats.datasets import read as read_dataset
from tabsam.formats.datasets import write as write_dataset
from tabsam.formats.datasets.listing import zip_listing
from tabsam.formats.datasets.registry import DATASET_FORMATS
from tabsam.formats.datasets.sinks import ZipSink
from tabsam.formats.exported import Source
from tabsam.formats.importing import read
from tabsam.formats.project import read_project, write_project
from tabsam.formats.registry import FORMATS, write
from tabsam.formats.shared.rle import compress, decompress
from tabsam.formats.tools.table import TOOLS
from tabsam.geometry.counts import counts_of_mask
from tabsam.geometry.raster import fill
from tabsam.geometry.tracing import outline_of_counts, outline_of_mask
from tests.support.annotated import masks, random_annotations, same, three_kinds
from tests.support.datasets import four_pictures

TOOLS_EXACT = tuple(name for name in TOOLS if name not in ("voc-xml", "coco-panoptic"))
READ_BACK = ("coco", "coco-rle", "coco-rle-counts", "labelme", "labelme-masks", "geojson", *TOOLS_EXACT)
ON_A_MAP = {"geojson-lonlat"}
"""What needs to know where the picture lies."""


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
        written = {name: write(name, source) for name in FORMATS if name not in ON_A_MAP}
        for name in READ_BACK:
            back = read(written[name].data, written[name].name, made.image_size, made.picture).annotations
            for one, other in zip(masks(back), masks(made), strict=True):
                assert np.count_nonzero(one != other) <= 1  # corners are written to a thousandth
        project = read_project(write_project(made, picture=b"picture"))
        for before, after in zip(made.instances, project.annotations.instances, strict=True):
            assert same(before.outline, after.outline)


def check_datasets() -> None:
    made = four_pictures()
    for name in sorted(set(DATASET_FORMATS) - ON_A_MAP):
        buffer = io.BytesIO()
        write_dataset(made, name, ZipSink(buffer))
        if name in ("coco", "coco-rle", "yolo", "labelme", "geojson", "masks", "tabsam", *TOOLS_EXACT):
            incoming = read_dataset(zip_listing(buffer))
            assert (incoming.questions, incoming.problems) == ((), ())
            back = {one.path: masks(one.annotations) for one in incoming.dataset.pictures}
            for picture in made.pictures:
                there = back.get(picture.path) or back[flattened(picture.path, back)]
                for one, other in zip(there, masks(picture.annotations), strict=True):
                    assert np.count_nonzero(one != other) <= 1


def flattened(path: str, paths: Collection[str]) -> str:
    """Give the path that a picture has in a format of one folder."""
    return next(one for one in paths if path.replace("/", "_").endswith(one))


CHECKS = {"masks": check_masks, "formats": check_formats, "datasets": check_datasets}
