"""Many answers, in a few numbers: means, clicks to an IoU, slices by size and by class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from tabsam.evaluation.clicking import clicks_to, mean_clicks_to
from tabsam.evaluation.questions import Answered, Series

IOU_AFTER = (1, 3, 5)
"""Clicks after which the mean IoU is stated."""

GOOD_ENOUGH = (0.85, 0.90)
"""IoUs to which clicks are counted: NoC@85 and NoC@90."""

SIZES = (("< 32²", 32**2), ("32² to 96²", 96**2), ("96² to 288²", 288**2), ("≥ 288²", float("inf")))
"""Slices by the pixels that an object truly has, and where each ends: COCO's small and medium, and its large in two."""

BINS = 20
"""Of histograms, from 0 to 1."""

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Slice:
    """Some of the answers.

    Attributes
    ----------
    name : str
    count : int
    iou, boundary_f : float
        Means; 0 where there is nothing.
    """

    name: str
    count: int
    iou: float
    boundary_f: float


@dataclass(frozen=True)
class Clicked:
    """Means over objects that were clicked.

    Attributes
    ----------
    most : int
        Clicks that were allowed.
    curve : tuple of float
        Mean IoU after each click.
    noc : dict
        Mean number of clicks to each IoU of :data:`GOOD_ENOUGH`; one that never got there counts as all that were allowed.
    never : dict
        How many never got there.
    reached : dict
        Which share has got there with so many clicks or fewer.
    best_first : float
        Mean IoU of the best answer to the first click, chosen by who knows.
    """

    most: int
    curve: tuple[float, ...]
    noc: dict[float, float]
    never: dict[float, int]
    reached: dict[float, tuple[float, ...]]
    best_first: float

    @property
    def iou_after(self) -> dict[int, float]:
        """Mean IoU after each number of clicks of :data:`IOU_AFTER` that was allowed."""
        return {count: self.curve[count - 1] for count in IOU_AFTER if count <= self.most}


@dataclass(frozen=True)
class Summary:
    """Means over all answers of a series.

    Attributes
    ----------
    series : Series
    count : int
        Objects.
    iou, median_iou, dice, precision, recall, boundary_f : float
    best_iou : float
        Of the best of the answers each time, chosen by who knows.
    hd95 : float or None, in pixels
        Over those that have a distance; None where none has.
    no_distance : int
        How many have none: the answer is empty.
    area_bias, area_error : float
        Mean of the area's error as a share of the true area, with and without its sign.
    above : dict
        Share of the objects with at least this IoU, for 0.5, 0.75 and 0.9.
    histogram : tuple of int
        Of the IoU, in :data:`BINS` bins from 0 to 1.
    sizes, labels : tuple of Slice
        By :data:`SIZES`, and by class, the most frequent first.
    clicked : Clicked or None
        For "clicks".
    """

    series: Series
    count: int
    iou: float
    median_iou: float
    dice: float
    precision: float
    recall: float
    boundary_f: float
    best_iou: float
    hd95: float | None
    no_distance: int
    area_bias: float
    area_error: float
    above: dict[float, float]
    histogram: tuple[int, ...]
    sizes: tuple[Slice, ...]
    labels: tuple[Slice, ...] = field(default=())
    clicked: Clicked | None = None


def grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Put together what has one key, in the order in which keys come first."""
    groups: defaultdict[K, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return dict(groups)


def summaries(answers: Iterable[Answered]) -> list[Summary]:
    """Sum up each series, in the order in which they come first."""
    return [_summary(series, some) for series, some in grouped(answers, lambda one: one.series).items()]


def size_of(area: int) -> str:
    """Name the slice of an area in pixels."""
    return next(name for name, end in SIZES if area < end)


def _summary(series: Series, answers: Sequence[Answered]) -> Summary:
    compared = [one.comparison for one in answers]
    ious = np.array([one.iou for one in compared])
    distances = [one.hd95 for one in compared if one.hd95 is not None]
    errors = np.array([one.area_error / max(1, one.truth_area) for one in compared])
    by_size = grouped(answers, lambda one: size_of(one.comparison.truth_area))
    by_label = grouped((one for one in answers if one.label), lambda one: one.label)
    labels = sorted(by_label.items(), key=lambda item: (-len(item[1]), item[0]))
    return Summary(
        series,
        len(answers),
        iou=float(ious.mean()),
        median_iou=float(np.median(ious)),
        dice=_mean(one.dice for one in compared),
        precision=_mean(one.precision for one in compared),
        recall=_mean(one.recall for one in compared),
        boundary_f=_mean(one.boundary_f for one in compared),
        best_iou=_mean(one.best_iou for one in answers),
        hd95=float(np.mean(distances)) if distances else None,
        no_distance=len(compared) - len(distances),
        area_bias=float(errors.mean()),
        area_error=float(np.abs(errors).mean()),
        above={least: float((ious >= least).mean()) for least in (0.5, 0.75, 0.9)},
        histogram=tuple(np.histogram(ious, BINS, (0, 1))[0].tolist()),
        sizes=tuple(_slice(name, by_size.get(name, [])) for name, _ in SIZES),
        labels=tuple(_slice(name, some) for name, some in labels),
        clicked=_clicked(answers) if series.prompt == "clicks" else None,
    )


def _slice(name: str, answers: Sequence[Answered]) -> Slice:
    if not answers:
        return Slice(name, 0, 0.0, 0.0)
    compared = [one.comparison for one in answers]
    return Slice(name, len(answers), _mean(one.iou for one in compared), _mean(one.boundary_f for one in compared))


def _clicked(answers: Sequence[Answered]) -> Clicked:
    ious = [one.ious for one in answers]
    return Clicked(
        len(ious[0]),
        tuple(np.mean(ious, axis=0).tolist()),
        {wanted: mean_clicks_to(ious, wanted) for wanted in GOOD_ENOUGH},
        {wanted: sum(clicks_to(one, wanted) is None for one in ious) for wanted in GOOD_ENOUGH},
        {wanted: _reached(ious, wanted) for wanted in GOOD_ENOUGH},
        _mean(one.best_iou for one in answers),
    )


def _reached(many: Sequence[Sequence[float]], wanted: float) -> tuple[float, ...]:
    best = np.maximum.accumulate(np.array(many), axis=1)
    return tuple((best >= wanted).mean(axis=0).tolist())


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
