"""How alike two programs' objects are: each object of ours, and the likest of theirs that has its class."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from tabsam.arrays import BoolArray
from tabsam.document.annotations import Annotations
from tabsam.formats.datasets import read, write
from tabsam.formats.datasets.dataset import Dataset, DatasetPicture
from tabsam.formats.datasets.listing import folder_listing
from tabsam.formats.datasets.sinks import FolderSink
from tests.support.annotated import CAR, CAT, masks, random_annotations
from tests.support.datasets import four_pictures, picture_bytes

Objects = Mapping[str, Sequence[tuple[str, BoolArray]]]
"""Of each picture, by its name without ending: its objects' classes and masks."""

_PATHS = ("street.jpg", "one.png", "two.png", "background.png")
_SIZES = ((240, 320), (200, 260))


def pictures() -> Dataset:
    """Give four pictures: small objects of all kinds, two of larger ones, none."""
    made = four_pictures(_PATHS, categories=(CAR, CAT))
    street, one, two, background = made.pictures
    objects = [random_annotations(seed, size) for seed, size in enumerate(_SIZES, 1)]
    street = replace(street, annotations=replace(street.annotations, instances=street.annotations.instances[:2]))
    return Dataset((street, _redrawn(one, objects[0]), _redrawn(two, objects[1]), background), made.categories, "interop")


def objects_of(annotated: Mapping[str, Annotations], *, flat: bool = False) -> Objects:
    """Give our own objects; ``flat``: what can be seen of them, where the later one lies on top."""
    given = {}
    for path, own in annotated.items():
        names = {one.id: one.name for one in own.categories}
        labels = [names.get(one.category or 0, "") for one in own.instances]
        filled = masks(own)
        if flat:
            filled = [mask & ~np.any([np.zeros_like(mask), *filled[place + 1 :]], axis=0) for place, mask in enumerate(filled)]
        given[stem(path)] = [(label, mask) for label, mask in zip(labels, filled, strict=True) if mask.any()]
    return given


def stem(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).stem


def written(folder: Path, format: str) -> Objects:
    """Write the pictures in a format; give what is in it."""
    dataset = pictures()
    write(dataset, format, FolderSink(folder))
    return objects_of({one.path: one.annotations for one in dataset.pictures}, flat=format in ("voc", "coco-panoptic"))


def read_again(folder: Path) -> Objects:
    """Read what another program wrote."""
    incoming = read(folder_listing(folder))
    assert incoming.questions == (), incoming.questions
    assert incoming.problems == (), incoming.problems
    return objects_of({one.path: one.annotations for one in incoming.dataset.pictures})


@dataclass(frozen=True)
class Likeness:
    """How alike objects are: their intersection over their union, of all on average and of the least alike."""

    objects: int
    mean: float
    least: float


def likeness(ours: Objects, theirs: Objects) -> Likeness:
    """Compare; every object must have its like, and there must be no other."""
    found = []
    for name, objects in ours.items():
        left = list(theirs.get(name, ()))
        for label, mask in objects:
            alike = [_iou(mask, other) if label == their_label else -1.0 for their_label, other in left]
            assert alike, f"{name}: there is no object for {label}"
            best = int(np.argmax(alike))
            assert alike[best] > 0.5, f"{name}: the likest object for {label} is at {alike[best]:.3f}"
            found.append(alike[best])
            del left[best]
        assert not left, f"{name}: there are other objects: {[label for label, _ in left]}"
    return Likeness(len(found), float(np.mean(found)), float(min(found)))


def _iou(one: BoolArray, other: BoolArray) -> float:
    if one.shape != other.shape:
        return 0.0
    return float((one & other).sum() / max(1, (one | other).sum()))


def _redrawn(picture: DatasetPicture, objects: Annotations) -> DatasetPicture:
    """Give a picture other objects, and pixels of their size."""
    data = picture_bytes(objects.image_size)
    own = replace(objects, picture=picture.name)
    return replace(picture, annotations=own, open=partial(io.BytesIO, data), byte_count=len(data))
