"""Where a search for everything looks, and what it keeps: the reference's parameters, with its names and defaults."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from tabsam.arrays import Float64Array
from tabsam.errors import PromptError
from tabsam.model.everything.grids import layered_point_grids
from tabsam.model.segmenter import Segmenter


@dataclass(frozen=True)
class Thresholds:
    """From where on a mask is good enough; see :class:`EverythingOptions`."""

    pred_iou_thresh: float
    stability_score_thresh: float

    def let(self, mask: _Scored) -> bool:
        """Tell whether a mask passes."""
        likely = mask.predicted_iou > self.pred_iou_thresh or self.pred_iou_thresh == 0
        return likely and mask.stability_score >= self.stability_score_thresh

    def lowered(self, by: float, least: Thresholds) -> Thresholds:
        """Give lower ones, but none below `least`."""

        def down(value: float, end: float) -> float:
            return max(end, round(value - by, 6))  # 0.7 - 0.2 is to be 0.5

        return Thresholds(
            down(self.pred_iou_thresh, least.pred_iou_thresh), down(self.stability_score_thresh, least.stability_score_thresh)
        )


class _Scored(Protocol):
    @property
    def predicted_iou(self) -> float: ...
    @property
    def stability_score(self) -> float: ...


@dataclass(frozen=True)
class EverythingOptions:
    """Where to look and what to keep: the reference's parameters, with its names and defaults.

    Attributes
    ----------
    points_per_side : int or None
        Of the grid of clicks; None with `point_grids`.
    points_per_batch : int
        Clicks from one step to the next. How many go into a run of the decoder is the segmenter's affair.
    pred_iou_thresh : float
        Keep masks whose predicted IoU is above this. SAM 2's default is 0.8, see :attr:`Segmenter.everything_defaults`.
    stability_score_thresh : float
        Keep masks that are at least so stable when the threshold moves by `stability_score_offset` logits.
    box_nms_thresh : float
        Of masks whose boxes have an IoU above this, keep the one with the best predicted IoU.
    mask_nms_thresh : float
        Of masks of one crop whose own IoU, on the decoder's grid, is above this, keep the best, too. The reference has no such
        option, and 1, the default, is as it does.
    crop_n_layers : int
        Look again in crops: four in layer 1, sixteen in layer 2. Each is encoded for itself.
    crop_nms_thresh : float
        Of masks from different crops whose boxes have an IoU above this, keep the one from the smallest crop.
    crop_overlap_ratio : float
        How far crops overlap, in parts of the picture's shorter side.
    crop_n_points_downscale_factor : int
        By how much less points a side each layer has than the one before.
    point_grids : arrays (n, 2) or None
        Points of one's own, in [0, 1], for each layer, instead of `points_per_side`.
    min_mask_region_area : int
        Remove islands and fill holes of fewer image pixels; 0 leaves masks as they are.

    Raises
    ------
    PromptError
        ``everything-options``.
    """

    points_per_side: int | None = 32
    points_per_batch: int = 64
    pred_iou_thresh: float = 0.88
    stability_score_thresh: float = 0.95
    stability_score_offset: float = 1.0
    box_nms_thresh: float = 0.7
    mask_nms_thresh: float = 1.0
    crop_n_layers: int = 0
    crop_nms_thresh: float = 0.7
    crop_overlap_ratio: float = 512 / 1500
    crop_n_points_downscale_factor: int = 1
    point_grids: Sequence[ArrayLike] | None = None
    min_mask_region_area: int = 0

    def __post_init__(self) -> None:
        """Check every option, and those that exclude each other."""
        for name, (kind, least) in _LEAST.items():
            value = getattr(self, name)
            if value is None and name == "points_per_side":
                continue
            if isinstance(value, bool) or not isinstance(value, int if kind is int else int | float) or not value >= least:
                raise _wrong(f"'{name}' must be a {'whole ' * (kind is int)}number of at least {least}, not {value!r}.")
            if value > _MOST.get(name, math.inf):
                raise _wrong(f"'{name}' must be at most {_MOST[name]}, not {value!r}.")
        if not 0 < self.stability_score_offset < math.inf:
            raise _wrong(f"'stability_score_offset' must be above 0, not {self.stability_score_offset!r}.")
        if self.crop_overlap_ratio >= 1:
            raise _wrong(f"'crop_overlap_ratio' must be below 1, not {self.crop_overlap_ratio!r}.")
        if (self.points_per_side is None) == (self.point_grids is None):
            raise _wrong("Give either 'points_per_side' or 'point_grids'.")
        self.grids()

    @property
    def thresholds(self) -> Thresholds:
        """The two that a mask passes on its own, whatever others there are."""
        return Thresholds(self.pred_iou_thresh, self.stability_score_thresh)

    def grids(self) -> tuple[Float64Array, ...]:
        """Give the points, (n, 2) in [0, 1], for the picture and for each layer of crops."""
        if self.points_per_side is not None:
            return layered_point_grids(self.points_per_side, self.crop_n_layers, self.crop_n_points_downscale_factor)
        grids = tuple(_checked_grid(grid) for grid in self.point_grids or ())
        if len(grids) <= self.crop_n_layers:
            raise _wrong(f"'point_grids' has {len(grids)} grids, and one is needed for each of {self.crop_n_layers + 1} layers.")
        return grids


_LEAST: dict[str, tuple[type, float]] = {
    "points_per_side": (int, 1),
    "points_per_batch": (int, 1),
    "pred_iou_thresh": (float, 0),
    "stability_score_thresh": (float, 0),
    "stability_score_offset": (float, 0),
    "box_nms_thresh": (float, 0),
    "mask_nms_thresh": (float, 0),
    "crop_n_layers": (int, 0),
    "crop_nms_thresh": (float, 0),
    "crop_overlap_ratio": (float, 0),
    "crop_n_points_downscale_factor": (int, 1),
    "min_mask_region_area": (int, 0),
}
"""What each option is at least, and whether it is a whole number."""

_MOST = {"points_per_side": 512, "crop_n_layers": 5}
"""A quarter of a million points, and 1,365 crops, each of which is encoded: days, and more than memory holds the points of."""


def default_options(segmenter: Segmenter, **given: Any) -> EverythingOptions:
    """Take a model's own defaults for all that is not `given`."""
    return EverythingOptions(**{**segmenter.everything_defaults, **given})


def _checked_grid(grid: ArrayLike) -> Float64Array:
    points = np.asarray(grid, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or not ((points >= 0) & (points <= 1)).all():
        raise _wrong("A grid in 'point_grids' must have shape (n, 2), and numbers from 0 to 1.")
    return points


def _wrong(message: str) -> PromptError:
    return PromptError("everything-options", message, "Change this option, or leave it out.")
