"""What happens where objects overlap: nothing, or one of them gives way; and which of them is the same again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tabsam.arrays import Size
from tabsam.document.annotations import Instance
from tabsam.geometry.outline import Outline
from tabsam.geometry.set_operations import iou, subtract

RULES = ("keep", "new", "old")
"""Both keep what they share; the new one gets it; those that were there before keep it."""

_SAME = 0.9
"""Two clicks on one thing give masks that are this alike, in IoU; two things hardly ever are."""


def resolve_overlaps(
    line: Outline, others: tuple[Instance, ...], rule: str, image_size: Size
) -> tuple[Outline, tuple[Instance, ...]]:
    """Resolve what a new outline shares with objects.

    Hidden and locked objects do not change, and a hidden one takes nothing away: what cannot be seen should not surprise.

    Returns
    -------
    Outline, tuple of Instance
        The new outline and the objects; those of which nothing is left are gone.
    """
    if rule == "keep":
        return line, others
    if rule == "old":
        for one in others:
            if one.visible:
                line = subtract(line, one.outline, image_size)
        return line, others
    left = []
    for one in others:
        cut = subtract(one.outline, line, image_size) if one.visible and not one.locked else one.outline
        if cut is one.outline:
            left.append(one)
        elif len(cut.vertices):
            left.append(replace(one, outline=cut))
    return line, tuple(left)


def same_object(line: Outline, others: tuple[Instance, ...], image_size: Size) -> Instance | None:
    """Give the visible object that an outline is all but equal to, the most alike of several; None where there is none."""
    likeness = [
        (iou(line, one.outline, image_size), one.id, one)
        for one in others
        if one.visible and _overlap(line, one.outline) >= _SAME**2
    ]
    most, _, one = max(likeness, default=(0.0, 0, None))
    return one if most >= _SAME else None


def _overlap(one: Outline, other: Outline) -> float:
    """Measure what the bounding boxes share of the larger one, in [0, 1]: it costs little, and tells most objects apart."""
    low = np.maximum(one.vertices.min(axis=0), other.vertices.min(axis=0))
    high = np.minimum(one.vertices.max(axis=0), other.vertices.max(axis=0))
    larger = max(float(np.prod(np.ptp(line.vertices, axis=0))) for line in (one, other))
    return float(np.prod(np.maximum(high - low, 0))) / larger if larger else 0.0
