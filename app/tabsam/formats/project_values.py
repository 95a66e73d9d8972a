"""Values of a project file or a journal, checked like what comes from a person; what does not fit raises one of MISFITS."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from tabsam.document.selection import MOST_POINTS, MOST_ROUNDS, Box, Point, Selection
from tabsam.formats.shared.parsing import Json, finite
from tabsam.geometry.outline import FARTHEST, Outline
from tabsam.pictures.decode_budget import MOST_PIXELS

MISFITS = (LookupError, TypeError, ValueError, OverflowError, AttributeError)
"""What is raised for what does not fit."""

_MOST_ID = 2**52
"""Ids are counted on from here, and must stay what they are in JavaScript, which has whole numbers up to 2**53."""

_MOST_RANK = 100
"""No answer has so many candidates."""

_SHORTEST_RING = 4


def of_type(value: Json, kind: type[Any]) -> Any:
    """Give a value of that very type back; refuse any other."""
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected")
    return value


def id_of(value: Json) -> int:
    """Give the number of an object or a class: from 1."""
    return between(value, 1, _MOST_ID)


def point_id_of(value: Json) -> int:
    """Give the number of a point: from 1, and 0 for one that a search has set."""
    return between(value, 0, _MOST_ID)


def size_of(height: Json, width: Json) -> tuple[int, int]:
    """Give a picture's size, (height, width)."""
    size = between(height, 1, MOST_PIXELS), between(width, 1, MOST_PIXELS)
    if size[0] * size[1] > MOST_PIXELS:
        raise ValueError("a picture of too many pixels")
    return size


def number(value: Json) -> float:
    """Give a number that is neither NaN nor infinite."""
    found = finite(value)
    if found is None:
        raise ValueError("a finite number expected")
    return found


def place(value: Json) -> float:
    """Give a coordinate in pixels, in a picture or near it."""
    found = number(value)
    if abs(found) > FARTHEST:
        raise ValueError("a place in no picture")
    return found


def rank(value: Json) -> int | None:
    """Give a candidate's rank; None for none."""
    return None if value is None else between(value, 0, _MOST_RANK)


def label_of(value: Json) -> int:
    """Give a point's label: 1 on the object, 0 off it."""
    return between(value, 0, 1)


def prompts(described: Json, mask: Outline | None) -> Selection:
    """Give what the model was asked about an object."""
    points, rounds = of_type(described["points"], list), of_type(described["rounds"], list)
    if len(points) > MOST_POINTS or len(rounds) > MOST_ROUNDS:
        raise ValueError("more prompts than anybody sets")
    return Selection(
        tuple(Point(point_id_of(id), place(x), place(y), label_of(label), rank(refines)) for id, x, y, label, refines in points),
        None if described["box"] is None else box_of(of_type(described["box"], list)),
        mask,
        tuple(between(index, 0, _MOST_RANK) for index in rounds),
        rank(described["chosen"]),
        number(described["threshold"]),
    )


def closed(line: Outline) -> Outline:
    """Give an outline whose rings are closed, have three corners or more, and lie in a picture or near it."""
    vertices, rings, polygons = line.vertices, line.ring_offsets.tolist(), line.polygon_offsets.tolist()
    _check_rising(rings, len(vertices))
    _check_rising(polygons, len(rings) - 1)
    for start, end in itertools.pairwise(rings):  # most have one: this takes less than numpy's ways
        if end - start < _SHORTEST_RING:
            raise ValueError("rings of fewer than three corners")
        if vertices[start, 0] != vertices[end - 1, 0] or vertices[start, 1] != vertices[end - 1, 1]:
            raise ValueError("rings that are not closed")
    if len(vertices) and not (vertices.max() <= FARTHEST and vertices.min() >= -FARTHEST):  # NaN neither
        raise ValueError("vertices that are in no picture")
    return line


def box_of(value: Json) -> Box:
    """Give a box that has an area."""
    x0, y0, x1, y1 = map(place, value)
    if not (x0 < x1 and y0 < y1):
        raise ValueError("a box without an area")
    return x0, y0, x1, y1


def between(value: Json, least: int, most: int) -> int:
    """Give a whole number that is not below the one and not above the other."""
    found: int = of_type(value, int)
    if not least <= found <= most:
        raise ValueError(f"a number from {least} to {most} expected")
    return found


def _check_rising(offsets: Sequence[int], end: int) -> None:
    if not offsets or offsets[0] != 0 or offsets[-1] != end or any(one >= other for one, other in itertools.pairwise(offsets)):
        raise ValueError("offsets that do not rise from 0 to their end")
