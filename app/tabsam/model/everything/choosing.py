"""Which of the masks that are good enough stay: one for each thing, by the reference's rules and in its order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike

from tabsam.arrays import Float64Array
from tabsam.model.everything.boxes import box_area, nms
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.everything.proposals import Proposal
from tabsam.model.everything.sameness import distinct


def best_of_crop(found: Sequence[Proposal], options: EverythingOptions, first: Collection[int] = ()) -> list[Proposal]:
    """Keep, of masks of one crop that are the same thing once more, the one with the best predicted IoU.

    Parameters
    ----------
    first : collection of int, optional
        Places in `found` of those that go before all others, however good these are.
    """
    scores = [np.inf if place in first else one.predicted_iou for place, one in enumerate(found)]
    best = _best(found, scores, options.box_nms_thresh)
    return [best[index] for index in distinct([one.edge.inside for one in best], options.mask_nms_thresh)]


def best_of_all(
    kept: Sequence[Proposal], options: EverythingOptions, cleaned: Callable[[Proposal, int], Proposal] = Proposal.cleaned
) -> list[Proposal]:
    """Choose between what was kept of each crop, and clean the masks.

    Parameters
    ----------
    cleaned : callable
        Gives a mask without regions and holes of fewer pixels; the same object when there are none.
    """
    best = list(kept)
    if options.crop_n_layers > 0:
        best = _best(best, 1 / box_area([found.crop_box for found in best]), options.crop_nms_thresh)
    if options.min_mask_region_area > 0:
        after = [cleaned(found, options.min_mask_region_area) for found in best]
        unchanged = [float(now is before) for now, before in zip(after, best, strict=True)]
        best = _best(after, unchanged, max(options.box_nms_thresh, options.crop_nms_thresh))
    return best


def boxes_of(found: Sequence[Proposal]) -> Float64Array:
    """Give the boxes (n, 4), XYXY."""
    return np.array([one.bbox for one in found], np.float64).reshape(-1, 4)


def _best(found: Sequence[Proposal], scores: ArrayLike, iou_threshold: float) -> list[Proposal]:
    return [found[index] for index in nms(boxes_of(found), scores, iou_threshold)]
