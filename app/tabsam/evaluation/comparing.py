"""What tells how near one mask is to another: overlap, boundary and area, in pixels where that is the unit.

Empty masks are defined: where both are empty, they agree in all there is (1, and a distance of 0); where one alone is empty,
shares are 0, and there is no distance, since there is nothing to measure it from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import BoolArray, Float32Array, Size
from tabsam.errors import EvaluationError
from tabsam.geometry.distance import distances_to
from tabsam.geometry.windows import Window

DAVIS_TOLERANCE = 0.008
"""Of the picture's diagonal: how far off a boundary may be in DAVIS (davis2017-evaluation, ``f_measure``)."""


@dataclass(frozen=True)
class Comparison:
    """How a mask compares to the truth.

    Attributes
    ----------
    iou : float, in [0, 1]
        Jaccard index; DAVIS' J.
    dice : float, in [0, 1]
        F1 of the pixels.
    precision, recall : float, in [0, 1]
        Which share of the mask is right, and which share of the truth is found.
    boundary_f : float, in [0, 1]
        See :func:`boundary_f`.
    hd95 : float or None, in pixels
        See :func:`hausdorff_95`.
    area, truth_area : int
        In pixels.
    """

    iou: float
    dice: float
    precision: float
    recall: float
    boundary_f: float
    hd95: float | None
    area: int
    truth_area: int

    @property
    def area_error(self) -> int:
        """How many pixels the mask has more than the truth; below 0 for fewer."""
        return self.area - self.truth_area

    @property
    def area_error_share(self) -> float | None:
        """The same as a share of the truth; None where that is empty and the mask is not."""
        if self.truth_area:
            return self.area_error / self.truth_area
        return None if self.area else 0.0


def compare(mask: BoolArray, truth: BoolArray, *, counted: BoolArray | None = None, tolerance: float | None = None) -> Comparison:
    """Hold a mask against the truth.

    Parameters
    ----------
    mask, truth : bool, shape (height, width)
    counted : bool, shape (height, width), optional
        Where pixels are judged; elsewhere both are taken as empty, as in DAVIS.
    tolerance : float, in pixels, optional
        Of the boundary; :func:`davis_tolerance` of the picture where it is left out.

    Raises
    ------
    EvaluationError
        ``mask-sizes`` when they have not one size; ``tolerance`` for one below 0.
    """
    if mask.shape != truth.shape or (counted is not None and counted.shape != truth.shape):
        sizes = f"one of {truth.shape[1]} x {truth.shape[0]}"
        message = f"A mask of {mask.shape[1]} x {mask.shape[0]} pixels cannot be held against {sizes}."
        raise EvaluationError("mask-sizes", message, "Look whether it is of the same picture.")
    tolerance = davis_tolerance((truth.shape[0], truth.shape[1])) if tolerance is None else tolerance
    if not tolerance >= 0:
        raise EvaluationError("tolerance", f"A tolerance is a number of pixels, 0 or more, not {tolerance}.")
    if counted is not None:
        mask, truth = mask & counted, truth & counted
    mask, truth = _around_both(mask, truth)
    both, area, truth_area = (int(np.count_nonzero(each)) for each in (mask & truth, mask, truth))
    return Comparison(
        iou=_share(both, area + truth_area - both),
        dice=_share(2 * both, area + truth_area),
        precision=_share(both, area, of_other=truth_area),
        recall=_share(both, truth_area, of_other=area),
        boundary_f=boundary_f(mask, truth, tolerance),
        hd95=hausdorff_95(mask, truth),
        area=area,
        truth_area=truth_area,
    )


def iou(mask: BoolArray, truth: BoolArray, counted: BoolArray | None = None) -> float:
    """Give the intersection over the union, where pixels are counted; 1 where both are empty."""
    both, either = mask & truth, mask | truth
    if counted is not None:
        both, either = both & counted, either & counted
    return _share(int(np.count_nonzero(both)), int(np.count_nonzero(either)))


def davis_tolerance(image_size: Size) -> float:
    """Give the tolerance that DAVIS takes for a picture (height, width): 0.008 of its diagonal, rounded up to whole pixels."""
    return float(math.ceil(DAVIS_TOLERANCE * math.hypot(*image_size)))


def boundary_f(mask: BoolArray, truth: BoolArray, tolerance: float) -> float:
    """Give the F-measure of the boundaries: DAVIS' F (Perazzi et al. 2016, davis2017-evaluation's ``f_measure``).

    A pixel of one boundary is right when one of the other's lies within the tolerance, by the exact Euclidean distance, which is
    what DAVIS' dilation with a disc comes to for whole numbers; the result is the harmonic mean of both shares. A boundary is the
    pixels that differ from their neighbour to the right, below, or both: the picture's border is none.

    Parameters
    ----------
    tolerance : float, in pixels, >= 0

    Returns
    -------
    float, in [0, 1]
        1 where neither has a boundary, 0 where one alone has.
    """
    edges = _davis_boundary(mask), _davis_boundary(truth)
    if not (edges[0].any() and edges[1].any()):
        return float(edges[0].any() == edges[1].any())
    precision, recall = (float(np.mean(_distances(one, other) <= tolerance)) for one, other in (edges, edges[::-1]))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def hausdorff_95(mask: BoolArray, truth: BoolArray) -> float | None:
    """Give the 95th percentile of the Hausdorff distance, in pixels, from centre to centre.

    As MONAI's ``compute_hausdorff_distance(percentile=95)`` has it: the larger of the 95th percentiles of the distances from one
    boundary to the other and back. A boundary here are the pixels of a mask of which one of four neighbours is off it, or off
    the picture.

    Returns
    -------
    float or None
        0 where both are empty, None where one alone is.
    """
    if not (mask.any() and truth.any()):
        return 0.0 if mask.any() == truth.any() else None
    edges = _own_boundary(mask), _own_boundary(truth)
    return max(float(np.percentile(_distances(one, other), 95)) for one, other in (edges, edges[::-1]))


def _share(part: int, whole: int, *, of_other: int = 0) -> float:
    """Divide; of nothing it is 1 when there is nothing else either."""
    return part / whole if whole else float(not of_other)


def _around_both(mask: BoolArray, truth: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Give the part of both with all that is in either and a pixel around it, where the picture goes so far."""
    window = Window.around(mask | truth)
    if window is None:
        return mask[:1, :1], truth[:1, :1]
    part = window.grown(1, (mask.shape[0], mask.shape[1])).slices
    return mask[part], truth[part]


def _davis_boundary(mask: BoolArray) -> BoolArray:
    edge = np.zeros_like(mask)
    edge[:, :-1] = mask[:, :-1] != mask[:, 1:]
    edge[:-1] |= mask[:-1] != mask[1:]
    edge[:-1, :-1] |= mask[:-1, :-1] != mask[1:, 1:]
    return edge


def _own_boundary(mask: BoolArray) -> BoolArray:
    padded = np.pad(mask, 1)
    return mask & ~(padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:])


def _distances(of: BoolArray, to: BoolArray) -> Float32Array:
    """Measure from each pixel of one boundary to the nearest of another."""
    rows, columns = np.nonzero(of)
    return distances_to(to, rows, columns)
