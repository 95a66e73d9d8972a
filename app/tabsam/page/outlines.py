"""Outlines as they leave: to the page, and into objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tabsam.geometry.outline import Outline

if TYPE_CHECKING:
    from tabsam.document.selection import Box
    from tabsam.page.protocol import messages

OBJECT_TOLERANCE = 0.25
"""In image pixels: how far an object's outline may lie from the mask's edge, to have corners that one can edit."""


def outline_message(line: Outline) -> messages.Outline:
    """Give an outline as the page takes it: float32 x, y, x, y ..., and where each ring begins."""
    return {"vertices": line.vertices.astype(np.float32).reshape(-1), "offsets": line.ring_offsets}


def bounds(line: Outline) -> Box:
    """Give the box around an outline that has corners."""
    (x0, y0), (x1, y1) = line.vertices.min(axis=0), line.vertices.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def corner_count(line: Outline) -> int:
    """Count an outline's corners: each ring's last vertex repeats its first."""
    return len(line.vertices) - (len(line.ring_offsets) - 1)
