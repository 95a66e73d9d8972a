"""Boxes, XYXY: which lie over each other, and which to keep.

The definitions are torchvision's (``torchvision.ops.nms``) and the reference's (segment_anything/utils/amg.py).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tabsam.arrays import BoolArray, Float64Array

IntArray: TypeAlias = NDArray[np.intp]

EDGE_TOLERANCE = 20.0
"""In image pixels: so near to a crop's edge a box counts as cut by it."""


def box_area(boxes: ArrayLike) -> Float64Array:
    """Give the areas, (N,), of boxes (N, 4)."""
    x0, y0, x1, y1 = _as_boxes(boxes).T
    return np.asarray((x1 - x0) * (y1 - y0))


def box_iou(box: ArrayLike, boxes: ArrayLike) -> Float64Array:
    """Give the IoU, (N,), of one box (4,) with each of N; 0 where both are without area."""
    one, many = _as_boxes(box), _as_boxes(boxes)
    sides = np.minimum(one[:, 2:], many[:, 2:]) - np.maximum(one[:, :2], many[:, :2])
    shared = np.prod(np.maximum(sides, 0), axis=1)
    union = box_area(one) + box_area(many) - shared
    return np.asarray(shared / np.where(union > 0, union, 1.0))


def nms(boxes: ArrayLike, scores: ArrayLike, iou_threshold: float) -> IntArray:
    """Keep the best of boxes that lie over each other (greedy non-maximum suppression).

    Parameters
    ----------
    boxes : (N, 4)
    scores : (N,)
    iou_threshold : float
        A box goes when its IoU with a better one that is kept is above this.

    Returns
    -------
    intp, shape (K,)
        Indices of those kept, the best first; of equals the earlier one.
    """
    many = _as_boxes(boxes)
    waiting = np.argsort(-np.asarray(scores, np.float64), kind="stable")
    kept = []
    while waiting.size:
        best, waiting = waiting[0], waiting[1:]
        kept.append(best)
        waiting = waiting[box_iou(many[best], many[waiting]) <= iou_threshold]
    return np.array(kept, np.intp)


def near_crop_edge(box: ArrayLike, crop_box: ArrayLike, image_box: ArrayLike) -> BoolArray:
    """Tell which boxes (N, 4) a crop's edge may have cut: they end near it, and not near the picture's own edge.

    Parameters
    ----------
    box : (N, 4), or (4,) for one
        In the picture's frame, as are `crop_box` (4,) and `image_box` (4,).

    Returns
    -------
    bool, shape (N,)
    """
    boxes = _as_boxes(box)
    near_crop = np.abs(boxes - _as_boxes(crop_box)) <= EDGE_TOLERANCE
    near_image = np.abs(boxes - _as_boxes(image_box)) <= EDGE_TOLERANCE
    return np.asarray((near_crop & ~near_image).any(axis=1))


def _as_boxes(boxes: ArrayLike) -> Float64Array:
    return np.asarray(boxes, np.float64).reshape(-1, 4)
