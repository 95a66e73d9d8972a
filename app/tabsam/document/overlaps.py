"""What happens where objects overlap: nothing, or one of them gives way."""

from __future__ import annotations

from dataclasses import replace

from tabsam.arrays import Size
from tabsam.document.annotations import Instance
from tabsam.geometry.outline import Outline
from tabsam.geometry.set_operations import subtract

RULES = ("keep", "new", "old")
"""Both keep what they share; the new one gets it; those that were there before keep it."""


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
