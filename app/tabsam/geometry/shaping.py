"""What can be done to an object's whole shape, by the names that the page, scripts and the command line have for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from tabsam.arrays import Size
from tabsam.geometry import morphology
from tabsam.geometry.outline import Outline

Operation: TypeAlias = Callable[[Outline, float, Size], Outline]
"""Gets an outline, an amount and the picture's size."""

OPERATIONS: Mapping[str, Operation] = {
    "smooth": morphology.smooth,
    "open": morphology.open_,
    "close": morphology.close,
    "grow": morphology.grow,
    "fill-holes": lambda line, amount, size: morphology.fill_holes(line, amount),
    "remove-islands": lambda line, amount, size: morphology.remove_islands(line, amount),
    "simplify": lambda line, amount, size: morphology.simplified(line, amount, size).outline,
}
"""Amounts are image pixels: a sigma, a radius or a tolerance; areas, in square image pixels, for holes and islands."""
