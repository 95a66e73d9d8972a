"""What of a COCO annotation comes from an object's outline: area, box and segmentation; of many objects at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from tabsam.arrays import Float64Array, Size
from tabsam.document.annotations import Instance
from tabsam.formats.shared import rle
from tabsam.formats.shared.keyhole import rings_without_holes
from tabsam.formats.shared.parsing import Json
from tabsam.formats.shared.rings import rounded
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import Spans, pixel_counts, run_lengths, spans, spans_of_each

Style = Literal["polygons", "boundaries", "rle", "counts"]
"""How outlines are written: as polygons; as polygons whose holes are filled; as compressed run-length masks; uncompressed.
Crowds are uncompressed masks among polygons, as in COCO's own files."""


def drawn(instances: Sequence[Instance], size: Size, style: Style, crowds: Sequence[bool]) -> Iterator[dict[str, Json]]:
    """Give what of some annotations comes from their outlines.

    Parameters
    ----------
    instances : sequence of Instance
        Of one picture; not none.
    size : (height, width)
        The picture's.
    crowds : sequence of bool
        Which of them are crowds.
    """
    lines = [one.outline for one in instances]
    if style in ("rle", "counts"):
        drawings = [_mask(filled, size, style) for filled in spans_of_each(lines, size)]
    else:
        plain = zip(instances, pixel_counts(lines, size), _plain_rings(lines), crowds, strict=True)
        drawings = [
            _mask(spans(one.outline, size), size, "counts")
            if is_crowd
            else {"area": area} | (ring or _polygons([rounded(ring) for ring in polygon_rings(one, size, style)]))
            for one, area, ring, is_crowd in plain
        ]
    for one, entry in zip(instances, drawings, strict=True):
        if one.score is not None:
            entry["score"] = one.score
        if one.name:
            entry["name"] = one.name
        yield entry


def polygon_rings(instance: Instance, size: Size, style: Style) -> list[Float64Array]:
    """Give the rings that an object is written as, where it is polygons; not closed."""
    if style == "boundaries":
        return [polygon[0][:-1] for polygon in instance.outline.polygons()]
    return rings_without_holes(instance.outline, size)


def _plain_rings(lines: Sequence[Outline]) -> list[dict[str, Json]]:
    """Write the outlines that are one ring, as most are, without a call for each; nothing of the others."""
    plain = [len(line.ring_offsets) == 2 and len(line.vertices) > 0 for line in lines]
    ones = [line.vertices for line, is_one in zip(lines, plain, strict=True) if is_one]
    if not ones:
        return [{} for _ in lines]
    starts = np.cumsum([0, *map(len, ones)])
    vertices = rounded(np.concatenate(ones))
    low, high = np.minimum.reduceat(vertices, starts[:-1]), np.maximum.reduceat(vertices, starts[:-1])
    boxes = iter(rounded(np.hstack([low, high - low])).tolist())
    numbers = vertices.ravel().tolist()
    # Without the last vertex, which is the first again.
    rings = iter([numbers[2 * start : 2 * (stop - 1)] for start, stop in itertools.pairwise(starts.tolist())])
    return [{"bbox": next(boxes), "segmentation": [next(rings)]} if is_one else {} for is_one in plain]


def _polygons(rings: list[Float64Array]) -> dict[str, Json]:
    vertices = np.concatenate(rings) if rings else np.zeros((1, 2))
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    bbox = rounded(np.concatenate([low, high - low])).tolist()
    return {"bbox": bbox, "segmentation": [ring.ravel().tolist() for ring in rings]}


def _mask(filled: Spans, size: Size, style: Style) -> dict[str, Json]:
    left, top, right, bottom = filled.box or (0, 0, 0, 0)
    counts = run_lengths(filled, size)
    written = rle.compress(counts) if style == "rle" else counts.tolist()
    bbox = [left, top, right - left, bottom - top]
    return {"area": filled.pixel_count, "bbox": bbox, "segmentation": {"size": list(size), "counts": written}}
