"""Outlines as they leave: to the page, and into objects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tabsam.formats.candidate import OBJECT_TOLERANCE, fine_outline
from tabsam.geometry.outline import Outline

if TYPE_CHECKING:
    from tabsam.document.annotations import Instance
    from tabsam.document.selection import Box, Selection
    from tabsam.model.candidate import Candidate
    from tabsam.page.protocol import messages


def outline_message(line: Outline) -> messages.Outline:
    """Give an outline as the page takes it: float32 x, y, x, y ..., and where each ring begins."""
    return {"vertices": line.vertices.astype(np.float32).reshape(-1), "offsets": line.ring_offsets}


def bounds(line: Outline) -> Box:
    """Give the box around an outline that has corners."""
    (x0, y0), (x1, y1) = line.vertices.min(axis=0), line.vertices.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def as_shown(one: Instance, selection: Selection, shown: Candidate, *, single_mask: bool) -> Instance:
    """Give an object as what is shown of an answer has it; without vertices where that is nothing.

    Parameters
    ----------
    selection : Selection
        What was asked.
    """
    return replace(
        one,
        outline=fine_outline(shown, OBJECT_TOLERANCE, threshold=selection.threshold),
        score=shown.iou_prediction,
        prompts=replace(selection, chosen=shown.rank) if single_mask else selection,
        edges=shown.edges,
        tidy=shown.tidy,
    )


def corner_count(line: Outline) -> int:
    """Count an outline's corners: each ring's last vertex repeats its first."""
    return len(line.vertices) - (len(line.ring_offsets) - 1)
