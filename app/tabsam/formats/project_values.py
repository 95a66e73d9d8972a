"""Values of a project file, checked like what comes from a person; what does not fit raises TypeError or ValueError."""

from __future__ import annotations

from typing import Any

import numpy as np

from tabsam.document.selection import Box, Point, Selection
from tabsam.formats.shared.imported import FARTHEST
from tabsam.formats.shared.parsing import Json, finite
from tabsam.geometry.outline import Outline

_MOST_ID = 2**52
"""Ids are counted on from here, and must stay what they are in JavaScript, which has whole numbers up to 2**53."""

_MOST_PIXELS = 1_000_000_000
_MOST_POINTS = 1000
_MOST_ROUNDS = 100
_MOST_RANK = 100
"""No answer has so many candidates."""

_MOST_NUMBER = 1e9
_SHORTEST_RING = 4
_LONGEST_TEXT = 20_000


def of_type(value: Json, kind: type[Any]) -> Any:
    """Give a value of that very type back; refuse any other."""
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected")
    return value


def text(value: Json) -> str:
    """Give a text that is not too long to be one."""
    string: str = of_type(value, str)
    if len(string) > _LONGEST_TEXT:
        raise ValueError("a text that is too long")
    return string


def id_of(value: Json) -> int:
    """Give the number of an object, a class or a point: from 1."""
    return _between(value, 1, _MOST_ID)


def size_of(height: Json, width: Json) -> tuple[int, int]:
    """Give a picture's size, (height, width)."""
    size = _between(height, 1, _MOST_PIXELS), _between(width, 1, _MOST_PIXELS)
    if size[0] * size[1] > _MOST_PIXELS:
        raise ValueError("a picture of too many pixels")
    return size


def number(value: Json) -> float:
    """Give a number that is neither NaN nor beyond any measure."""
    found = finite(value)
    if found is None or abs(found) > _MOST_NUMBER:
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
    return None if value is None else _between(value, 0, _MOST_RANK)


def prompts(described: Json, mask: Outline | None) -> Selection:
    """Give what the model was asked about an object."""
    points, rounds = of_type(described["points"], list), of_type(described["rounds"], list)
    if len(points) > _MOST_POINTS or len(rounds) > _MOST_ROUNDS:
        raise ValueError("more prompts than anybody sets")
    return Selection(
        tuple(Point(id_of(id), place(x), place(y), _between(label, 0, 1), rank(refines)) for id, x, y, label, refines in points),
        None if described["box"] is None else _box(described["box"]),
        mask,
        tuple(_between(index, 0, _MOST_RANK) for index in rounds),
        rank(described["chosen"]),
        number(described["threshold"]),
    )


def closed(line: Outline) -> Outline:
    """Give an outline whose rings are closed, have three corners or more, and lie in a picture or near it."""
    first, last = line.ring_offsets[:-1].astype(np.int64), line.ring_offsets[1:].astype(np.int64) - 1
    if (line.vertices[first] != line.vertices[last]).any():
        raise ValueError("rings that are not closed")
    if (last - first + 1 < _SHORTEST_RING).any():
        raise ValueError("rings of fewer than three corners")
    if not (np.abs(line.vertices) <= FARTHEST).all():  # NaN neither
        raise ValueError("vertices that are in no picture")
    return line


def _box(value: Json) -> Box:
    x0, y0, x1, y1 = map(place, of_type(value, list))
    if not (x0 < x1 and y0 < y1):
        raise ValueError("a box without an area")
    return x0, y0, x1, y1


def _between(value: Json, least: int, most: int) -> int:
    found: int = of_type(value, int)
    if not least <= found <= most:
        raise ValueError(f"a number from {least} to {most} expected")
    return found
