"""The objects of one picture held against the truth: who is meant by whom, how near each is, what was missed, what is extra."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tabsam.arrays import BoolArray, Size
from tabsam.document.annotations import Annotations, Instance
from tabsam.evaluation.comparing import Comparison, compare, davis_tolerance
from tabsam.evaluation.known import is_bare_box
from tabsam.formats.shared.csv_table import Cell, csv_table
from tabsam.geometry.raster import Crop, fill_crop, paint

LEAST_IOU = 0.1
"""Objects with less in common are not taken for each other."""

COLUMNS = (
    "object",
    "class",
    "truth",
    "true_class",
    "iou",
    "dice",
    "precision",
    "recall",
    "boundary_f",
    "hd95_px",
    "area_px",
    "true_area_px",
    "area_error_px",
)
"""Of the CSV file. An object without a truth, and the other way round, has a line with the rest empty."""


@dataclass(frozen=True)
class Judged:
    """An object, or something that is true.

    Attributes
    ----------
    id : int
        The object's, or its place in the file that has the truth.
    name, category : str
        May be empty.
    crop : Crop
        Its pixels.
    """

    id: int
    name: str
    category: str
    crop: Crop

    @cached_property
    def area(self) -> int:
        """In pixels."""
        return int(np.count_nonzero(self.crop.mask))

    @property
    def words(self) -> str:
        """What it is called in a list."""
        return self.name or f"{self.category or 'object'} {self.id}"


@dataclass(frozen=True)
class Pair:
    """An object and the truth that it was taken for."""

    object: Judged
    truth: Judged
    comparison: Comparison


@dataclass(frozen=True)
class Against:
    """What came of it.

    Attributes
    ----------
    picture : str
    image_size : (height, width)
    source : str
        Where the truth is from, in words.
    pairs : tuple of Pair
        The worst IoU first.
    missed : tuple of Judged
        True objects that none was taken for.
    extra : tuple of Judged
        Objects that there is no truth for.
    tolerance : float, in pixels
        Of boundaries.
    left_out : int
        True objects of which only a box is known.
    """

    picture: str
    image_size: Size
    source: str
    pairs: tuple[Pair, ...]
    missed: tuple[Judged, ...]
    extra: tuple[Judged, ...]
    tolerance: float
    left_out: int = 0

    @property
    def mean_iou(self) -> float | None:
        """Over pairs; None where there is none."""
        return float(np.mean([one.comparison.iou for one in self.pairs])) if self.pairs else None

    def csv(self) -> bytes:
        """Write a line for each pair, then what was missed, then what is extra."""
        return csv_table(COLUMNS, self._lines())

    def _lines(self) -> Iterator[list[Cell]]:
        for one in self.pairs:
            measured = one.comparison
            shares = measured.iou, measured.dice, measured.precision, measured.recall, measured.boundary_f
            sizes = measured.hd95, measured.area, measured.truth_area, measured.area_error
            yield [one.object.words, one.object.category, one.truth.words, one.truth.category, *shares, *sizes]
        for truth in self.missed:
            yield ["", "", truth.words, truth.category, *[None] * 6, 0, truth.area, -truth.area]
        for extra in self.extra:
            yield [extra.words, extra.category, "", "", *[None] * 6, extra.area, 0, extra.area]


def against(
    objects: Sequence[Instance],
    truth: Sequence[Instance],
    of: Annotations,
    *,
    source: str,
    categories: Mapping[int, str] | None = None,
    tolerance: float | None = None,
) -> Against:
    """Hold some objects against others that are true.

    Each object is taken for one truth at most, the pair with the greatest IoU first, down to :data:`LEAST_IOU`; classes do not
    count, so that a right shape with a wrong class is seen as that.

    Parameters
    ----------
    objects, truth : sequence of Instance
    of : Annotations
        The picture, and the classes of its objects.
    source : str
    categories : mapping of names by id, optional
        The classes of what is true; the picture's where they are left out.
    tolerance : float, in pixels, optional
        Of boundaries; DAVIS' own where it is left out.
    """
    names = {one.id: one.name for one in of.categories}
    tolerance = davis_tolerance(of.image_size) if tolerance is None else tolerance
    ours = [one for one in judged(objects, of.image_size, names) if one.area]
    theirs = [one for one in judged(truth, of.image_size, names if categories is None else categories) if one.area]
    pairs, taken = [], set[tuple[str, int]]()
    for _, place, other in sorted(_overlaps(ours, theirs), key=lambda one: (-one[0], one[1], one[2])):
        if ("ours", place) in taken or ("theirs", other) in taken:
            continue
        taken |= {("ours", place), ("theirs", other)}
        comparison = held_against(ours[place].crop, theirs[other].crop, of.image_size, tolerance=tolerance)
        pairs.append(Pair(ours[place], theirs[other], comparison))
    return Against(
        of.picture,
        of.image_size,
        source,
        tuple(sorted(pairs, key=lambda one: one.comparison.iou)),
        tuple(one for place, one in enumerate(theirs) if ("theirs", place) not in taken),
        tuple(one for place, one in enumerate(ours) if ("ours", place) not in taken),
        tolerance,
        sum(map(is_bare_box, truth)),
    )


def held_against(mask: Crop, truth: Crop, image_size: Size, *, tolerance: float | None = None) -> Comparison:
    """Compare two masks of a picture (height, width), of which only the boxes around them are made; see :func:`compare`."""
    tolerance = davis_tolerance(image_size) if tolerance is None else tolerance
    return compare(*_together(mask, truth, image_size), tolerance=tolerance)


def judged(instances: Iterable[Instance], size: Size, categories: Mapping[int, str]) -> Iterator[Judged]:
    """Give the pixels of objects and what they are called, one after the other; not of such as are known by a box alone."""
    for one in instances:
        if not is_bare_box(one):
            yield Judged(one.id, one.name, categories.get(one.category or 0, ""), fill_crop(one.outline, size))


def _overlaps(ours: Sequence[Judged], theirs: Sequence[Judged]) -> Iterator[tuple[float, int, int]]:
    """Give the IoU and the places of all pairs that may be taken for each other."""
    for place, one in enumerate(ours):
        for other, truth in enumerate(theirs):
            shared = _shared(one.crop, truth.crop)
            if not shared:
                continue
            iou = shared / (one.area + truth.area - shared)
            if iou >= LEAST_IOU:
                yield iou, place, other


def _shared(one: Crop, other: Crop) -> int:
    top, left = max(one.top, other.top), max(one.left, other.left)
    bottom = min(one.top + one.mask.shape[0], other.top + other.mask.shape[0])
    right = min(one.left + one.mask.shape[1], other.left + other.mask.shape[1])
    if top >= bottom or left >= right:
        return 0
    parts = [each.mask[top - each.top : bottom - each.top, left - each.left : right - each.left] for each in (one, other)]
    return int(np.count_nonzero(parts[0] & parts[1]))


def _together(one: Crop, other: Crop, size: Size) -> tuple[BoolArray, BoolArray]:
    """Lay both into the part of the picture around them: with a margin, but where the picture ends."""
    there = [each for each in (one, other) if each.mask.size] or [one]
    top, left = max(0, min(each.top for each in there) - 2), max(0, min(each.left for each in there) - 2)
    bottom = min(size[0], max(each.top + each.mask.shape[0] for each in there) + 2)
    right = min(size[1], max(each.left + each.mask.shape[1] for each in there) + 2)
    masks = []
    for each in (one, other):
        mask = np.zeros((bottom - top, right - left), np.bool_)
        if each.mask.size:
            paint(mask, Crop(each.mask, each.left - left, each.top - top), True)
        masks.append(mask)
    return masks[0], masks[1]
