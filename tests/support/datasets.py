"""A data set for the tests: odd names, equal stems, a background picture, and objects of every kind."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from PIL import Image

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category
from tabsam.formats.datasets.dataset import Dataset, DatasetPicture
from tabsam.formats.datasets.listing import ListedFile, Listing, listed
from tabsam.formats.datasets.outgoing import Options
from tabsam.formats.datasets.registry import exported
from tests.support.annotated import CAR, CAT, SIZE, random_annotations, three_kinds

CLASSES = (CAR, CAT, Category(5, "ein Käfer, rot", "#009e73"))
PATHS = ("street.jpg", "a/street.png", "a/b/Straße № 3 'x'.png", "background.png")


def picture_bytes(size: Size, seed: int = 0, format: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    Image.fromarray(pixels).save(buffer, format)
    return buffer.getvalue()


def four_pictures(paths: Sequence[str] = PATHS, categories: tuple[Category, ...] = CLASSES) -> Dataset:
    """Give a data set of objects of all kinds, two of random ones, and a background."""
    classed = three_kinds()
    instances = tuple(replace(one, category=one.category or 5) for one in classed.instances)
    sets = [
        replace(classed, instances=instances),
        random_annotations(1),
        random_annotations(2, (50, 70)),
        Annotations("", SIZE),
    ]
    pictures = []
    for number, (path, made) in enumerate(zip(paths, sets, strict=True)):
        data = picture_bytes(made.image_size, number, "JPEG" if path.endswith(".jpg") else "PNG")
        picture = DatasetPicture(path, replace(made, categories=categories), partial(io.BytesIO, data), byte_count=len(data))
        pictures.append(picture.at(path))
    return Dataset(tuple(pictures), categories)


def in_memory(contents: Mapping[str, bytes]) -> Listing:
    """List files that lie nowhere."""
    return listed(ListedFile(path, len(data), partial(io.BytesIO, data)) for path, data in contents.items())


def files_of(dataset: Dataset, name: str, options: Options | None = None) -> dict[str, bytes]:
    """Write a data set into memory."""
    return {file.path: b"".join(file.chunks) for file in exported(dataset, name, options)}
