"""Masks that a file has, as outlines along their pixels' edges: those that are too ragged to be followed are left out."""

from __future__ import annotations

from tabsam.arrays import BoolArray, Int64Array
from tabsam.formats.shared.budgets import MOST_MASK_CORNERS
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import Spans, spans_of_counts
from tabsam.geometry.rows import Rows, rows_of_mask, rows_of_spans, run_count
from tabsam.geometry.tracing import outline_of_rows


def traced_rows(rows: Rows, found: ImportBuilder) -> Outline | None:
    """Follow the edges of pixels; None, and why is said, for what is too ragged."""
    if found.budget.take_mask(rows):
        return outline_of_rows(rows)
    _say_ragged(found)
    return None


def traced_mask(mask: BoolArray, found: ImportBuilder, *, left: int = 0, top: int = 0) -> Outline | None:
    """Follow the edges of a mask, bool (height, width), which lies at a place in the picture; as :func:`traced_rows`."""
    found.budget.take_pixels(mask.size)
    if run_count(mask) <= 2 * MOST_MASK_CORNERS + mask.shape[0]:
        return traced_rows(rows_of_mask(mask, left=left, top=top), found)
    _say_ragged(found)
    return None


def traced_spans(filled: Spans, found: ImportBuilder) -> Outline | None:
    """Follow the edges of pixels that are runs down the columns; as :func:`traced_rows`."""
    if len(filled.columns) <= MOST_MASK_CORNERS:
        return traced_rows(rows_of_spans(filled), found)
    _say_ragged(found)
    return None


def traced_counts(counts: Int64Array, found: ImportBuilder) -> Outline | None:
    """Follow the edges of what COCO's counts, whose sum is the picture's pixels, have inside; as :func:`traced_rows`."""
    if len(counts) <= 2 * MOST_MASK_CORNERS:
        return traced_spans(spans_of_counts(counts, found.image_size), found)
    _say_ragged(found)
    return None


def _say_ragged(found: ImportBuilder) -> None:
    most = f"{MOST_MASK_CORNERS // 1_000_000} million corners"
    found.say(
        f"A mask whose edges have more than {most} was left out.", f"{{n}} masks whose edges have more than {most} were left out."
    )
