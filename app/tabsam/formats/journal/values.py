"""The parts of a state, and what they may hold: what a journal has is checked like what a project file has, or a person does.

What does not fit raises one of :data:`tabsam.formats.project_values.MISFITS`. How many prompts there are, and how long a text is,
is left alone: the app set no limit when it wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

import numpy as np

from tabsam.document.annotations import Category, Instance
from tabsam.document.class_list import KEYS, ClassChange
from tabsam.document.finds import Finds
from tabsam.document.selection import Point, Selection
from tabsam.document.work import Work
from tabsam.formats.project_values import (
    between,
    box_of,
    closed,
    id_of,
    label_of,
    number,
    of_type,
    place,
    point_id_of,
    rank,
)
from tabsam.formats.shared.parsing import color_of
from tabsam.geometry.affine import Affine
from tabsam.geometry.outline import Outline
from tabsam.model.candidate import Edges

PARTS = (Work, Finds, Selection, Point, Instance, Outline, Category, ClassChange, Affine)

_MOST_PLACE = 1_000_000
"""No list of classes is so long."""


def check(part: object) -> None:
    """Refuse a part that cannot be."""
    _CHECKS[type(part)](part)


def state(value: Any) -> Work:
    """Give a state back; refuse anything else."""
    work: Work = of_type(value, Work)
    return work


def all_states(value: Any) -> tuple[tuple[Work, ...], Work, tuple[Work, ...]]:
    """Give the states before one, that one, and those that were undone."""
    past, now, future = of_type(value, tuple)
    return _all(past, Work), state(now), _all(future, Work)


def classes(value: Any) -> tuple[Category, ...]:
    """Give classes that are told apart by their ids, and by their names."""
    found = _all(value, Category)
    if len({one.id for one in found}) < len(found) or len({one.name for one in found}) < len(found):
        raise ValueError("two classes with one id or name")
    return found


def _all(value: Any, kind: type[Any]) -> tuple[Any, ...]:
    several: tuple[Any, ...] = of_type(value, tuple)
    if not {kind}.issuperset(map(type, several)):
        raise TypeError(f"only {kind.__name__} expected")
    return several


def _check_work(work: Work) -> None:
    of_type(work.selection, Selection)
    _none_or(id_of, work.refines)
    _all(work.class_changes, ClassChange)
    instances = _all(work.instances, Instance)
    if len({one.id for one in instances}) < len(instances):
        raise ValueError("two objects with one id")
    _none_or_of(Affine, work.affine)
    _none_or_of(Finds, work.finds)
    of_type(work.kept, str)


def _check_finds(finds: Finds) -> None:
    from tabsam.model.everything.pool import Pool  # here: the start waits for every import, and few journals have finds

    of_type(finds.pool, Pool)
    for gone in of_type(finds.gone, frozenset):
        of_type(gone, int)


def _check_selection(selection: Selection) -> None:
    _all(selection.points, Point)
    if selection.box is not None:
        box_of(of_type(selection.box, tuple))
    _none_or_of(Outline, selection.mask)
    for index in of_type(selection.rounds, tuple):
        rank(of_type(index, int))
    rank(selection.chosen)
    number(selection.threshold)
    _none_or_of(Outline, selection.painted)


def _check_point(point: Point) -> None:
    point_id_of(point.id)
    place(point.x)
    place(point.y)
    label_of(point.label)
    rank(point.refines)


def _check_instance(one: Instance) -> None:
    id_of(one.id)
    of_type(one.outline, Outline)
    _none_or(id_of, one.category)
    of_type(one.name, str)
    of_type(one.visible, bool)
    of_type(one.locked, bool)
    _none_or(number, one.score)
    of_type(one.prompts, Selection)
    if one.edges is not None and one.edges not in get_args(Edges):
        raise ValueError("edges that are made in no known way")
    number(one.tidy)
    of_type(one.kept, str)


def _check_outline(line: Outline) -> None:
    vertices, rings, polygons = line.vertices, line.ring_offsets, line.polygon_offsets
    if vertices.dtype != np.float64 or vertices.ndim != 2 or vertices.shape[1] != 2:
        raise ValueError("vertices that are no points")
    if any(offsets.dtype != np.uint32 or offsets.ndim != 1 for offsets in (rings, polygons)):
        raise ValueError("offsets that are none")
    closed(line)


def _check_category(category: Category) -> None:
    id_of(category.id)
    if not of_type(category.name, str).strip() or color_of(category.color) is None:
        raise ValueError("a class without a name or a colour")
    if category.key is not None and of_type(category.key, int) not in KEYS:
        raise ValueError("a class with no key")
    of_type(category.kept, str)


def _check_class_change(change: ClassChange) -> None:
    _none_or_of(Category, change.before)
    _none_or_of(Category, change.after)
    if change.before is None and change.after is None:
        raise ValueError("a change of nothing")
    if change.before is not None and change.after is not None and change.before.id != change.after.id:
        raise ValueError("a class that became another one")
    between(change.place, 0, _MOST_PLACE)


def _check_affine(affine: Affine) -> None:
    for one in affine.numbers:
        number(one)
    if affine.epsg is not None:
        of_type(affine.epsg, int)


def _none_or(read: Callable[[Any], object], value: Any) -> None:
    if value is not None:
        read(value)


def _none_or_of(kind: type[Any], value: Any) -> None:
    if value is not None:
        of_type(value, kind)


_CHECKS: Mapping[type, Callable[[Any], None]] = {
    Work: _check_work,
    Finds: _check_finds,
    Selection: _check_selection,
    Point: _check_point,
    Instance: _check_instance,
    Outline: _check_outline,
    Category: _check_category,
    ClassChange: _check_class_change,
    Affine: _check_affine,
}
