"""COCO's ``segmentation``, in all the ways that it is written: polygons, run-length masks, and what some tools make of these."""

from __future__ import annotations

import numpy as np

from tabsam.arrays import Float64Array, Int64Array
from tabsam.errors import FormatError
from tabsam.formats.shared import rle
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.parsing import Json, kind_of, whole, whole_of
from tabsam.formats.shared.rings import closed_ring, points_of, taken_apart, union_of_polygons, within_picture
from tabsam.formats.shared.traced import traced_counts
from tabsam.geometry.outline import Outline


def outline_of(segmentation: Json, found: ImportBuilder) -> Outline | None:
    """Read an outline; None, and why is said, for what is none. What is empty is the caller's to say."""
    if isinstance(segmentation, dict):
        return _of_rle(segmentation, found)
    if not isinstance(segmentation, list):
        kind = kind_of(segmentation)
        found.say(f"An outline that is {kind} was left out.", f"{{n}} outlines that are {kind} were left out.")
        return None
    if not isinstance(segmentation[0], list | dict):  # one polygon, without the list around it
        segmentation = [segmentation]
    polygons: list[list[Float64Array]] = []
    for part in segmentation:
        if isinstance(part, dict):
            line = _of_rle(part, found)
            polygons += line.polygons() if line else []
        elif _is_counts(part, found):
            one, many = (
                "A polygon that is a mask's run lengths was read as that.",
                "{n} polygons that are masks' run lengths were read so.",
            )
            found.say(one, many)
            line = _of_rle({"size": list(found.image_size), "counts": part}, found)
            polygons += line.polygons() if line else []
        else:
            polygons += _of_polygon(part, found)
    return union_of_polygons(polygons, found) if polygons else None


def is_empty(segmentation: Json) -> bool:
    """Tell whether an annotation has no outline at all: its box is what it says."""
    return segmentation is None or segmentation in ([], [[]], {}, "")


def rle_size(segmentation: Json) -> tuple[int, int] | None:
    """Give the size (height, width) that a run-length mask says it has."""
    size = segmentation.get("size") if isinstance(segmentation, dict) else None
    height, width = map(whole_of, size) if isinstance(size, list) and len(size) == 2 else (None, None)
    return (height, width) if height and width else None


def _of_polygon(part: Json, found: ImportBuilder) -> list[list[Float64Array]]:
    points = points_of(part)
    if points is None:
        found.say("A polygon that is no list of x and y was left out.", "{n} polygons that are no list of x and y were left out.")
        return []
    closed = closed_ring(points, found)
    if closed is None:
        return []
    return within_picture(taken_apart(closed, found), [closed], found).polygons()


def _is_counts(part: Json, found: ImportBuilder) -> bool:
    """Tell run lengths in a polygon's place: whole numbers that are as many as the picture has pixels, and no places in it."""
    if not isinstance(part, list) or len(part) < 3 or any((number := whole(one)) is None or number < 0 for one in part):
        return False
    height, width = found.image_size
    return sum(map(int, part)) == height * width and (len(part) % 2 == 1 or max(part) > max(height, width))


def _of_rle(segmentation: dict[str, Json], found: ImportBuilder) -> Outline | None:
    if rle_size(segmentation) != found.image_size:
        found.say("A mask of another size was left out.", "{n} masks of another size were left out.")
        return None
    try:
        counts, is_short = rle.filled_up(_counts(segmentation.get("counts")), found.image_size)
        outline = traced_counts(rle.checked_counts(counts, found.image_size), found)
    except FormatError as error:
        if error.code != "rle-damaged":
            raise
        found.say("A damaged run-length mask was left out.", "{n} damaged run-length masks were left out.")
        return None
    if outline is None:
        return None
    if not len(outline.vertices):
        found.say("An empty mask was left out.", "{n} empty masks were left out.")
        return None
    if is_short:
        found.say(
            "A run-length mask ends before the picture does; the rest of it is background.",
            "{n} run-length masks end before the picture does; the rest of them is background.",
        )
    return outline


def _counts(counts: Json) -> Int64Array:
    if isinstance(counts, str):
        return rle.decompress(counts)
    numbers = [whole_of(count) for count in counts] if isinstance(counts, list) else [None]
    if any(number is None for number in numbers):
        raise FormatError("rle-damaged", "This run-length mask is damaged: its counts are no numbers.")
    return np.array(numbers, np.int64)
