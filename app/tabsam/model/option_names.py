"""The options of the search for everything as JSON has them: in what the page asks, and in a catalogue's ``everything``.

Not in the package of the search itself, which the page imports only when somebody searches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMES: Mapping[str, str] = {
    "pointsPerSide": "points_per_side",
    "pointsPerBatch": "points_per_batch",
    "predIouThresh": "pred_iou_thresh",
    "stabilityScoreThresh": "stability_score_thresh",
    "boxNmsThresh": "box_nms_thresh",
    "maskNmsThresh": "mask_nms_thresh",
    "cropNLayers": "crop_n_layers",
    "minMaskRegionArea": "min_mask_region_area",
}
"""JSON's names, and those of :class:`tabsam.model.everything.EverythingOptions`."""


def from_json(options: Mapping[str, Any]) -> dict[str, Any]:
    """Name options as in Python; KeyError for one that has no name in JSON."""
    return {NAMES[name]: value for name, value in options.items()}


def to_json(options: Mapping[str, Any]) -> dict[str, Any]:
    """Name options as in JSON; those that have no name there are left out."""
    return {name: options[own] for name, own in NAMES.items() if own in options}
