"""Shapes of other tools as objects, and objects as the shapes that other tools have."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np

from tabsam.arrays import BoolArray, Float64Array
from tabsam.document.annotations import Instance
from tabsam.formats.shared.imported import ImportBuilder, quoted
from tabsam.formats.shared.keyhole import keyhole_ring
from tabsam.formats.shared.parsing import Json
from tabsam.formats.shared.rings import closed_ring, has_holes, rounded, taken_apart, union_of_polygons, within_picture
from tabsam.formats.shared.traced import traced_mask
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.geometry.raster import polygons_overlap

_ELLIPSE_CORNERS = 72

Polygons = list[list[Float64Array]]
Entry = TypeVar("Entry")


Box = tuple[float, float, float, float]
"""Left, top, right, bottom; of what a file has, any two corners."""


def add(
    found: ImportBuilder,
    outline: Outline | Box | None,
    label: str | None,
    *,
    format: str,
    kept: Mapping[str, Json] | None = None,
    name: str = "",
    score: float | None = None,
) -> None:
    """Add an object, with what its format says of it besides; nothing where it has no outline, why is said already.

    Parameters
    ----------
    outline : Outline, box or None
        A box alone is what the model can be asked.
    label : str or None
        Its class's name; empty for none.
    kept : dict
        See :mod:`tabsam.formats.shared.kept`; what is empty is not kept.
    """
    if outline is None or (isinstance(outline, Outline) and not len(outline.vertices)):
        return
    category = found.category(label) if label and label.strip() else None
    remarks = {format: {key: value for key, value in (kept or {}).items() if value not in (None, "", [], {})}}
    if isinstance(outline, Outline):
        found.add(outline, category, name=name, score=score, kept=remarks)
    else:
        found.add_box(outline, category, name=name, score=score, kept=remarks)


def box(x0: float, y0: float, x1: float, y1: float, found: ImportBuilder, *, rotation: float = 0.0) -> Outline | Box | None:
    """Take a box over; one that is turned is a polygon.

    Parameters
    ----------
    rotation : float, in degrees
        Clockwise as one sees it, around its middle.
    """
    if not rotation % 180:
        return x0, y0, x1, y1
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64)
    return joined(polygon([turned(corners, corners.mean(axis=0), rotation)], found), found)


def ellipse_ring(cx: float, cy: float, rx: float, ry: float, *, rotation: float = 0.0) -> Float64Array:
    """Give an ellipse as a polygon, not closed; it is turned clockwise around its middle, by degrees."""
    angles = np.linspace(0, math.tau, _ELLIPSE_CORNERS, endpoint=False)
    return turned(np.column_stack([cx + rx * np.cos(angles), cy + ry * np.sin(angles)]), np.array([cx, cy]), rotation)


def turned(points: Float64Array, around: Float64Array, degrees: float) -> Float64Array:
    """Turn points, float64 (N, 2), clockwise as one sees them."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    x, y = (points - around).T
    return np.column_stack([cosine * x - sine * y, sine * x + cosine * y]) + around


def polygon(rings: Sequence[Float64Array], found: ImportBuilder) -> Polygons:
    """Take a boundary and its holes over; one that comes back to where it was is taken apart there (see keyhole)."""
    closed = [ring for one in rings if (ring := closed_ring(one, found)) is not None]
    if not closed or closed_ring(rings[0], ImportBuilder("", (1, 1))) is None:
        return []
    apart = taken_apart(closed[0], found) if len(closed) == 1 else from_polygons([closed])
    return within_picture(apart, apart.rings(), found).polygons()


def joined(polygons: Polygons, found: ImportBuilder) -> Outline | None:
    """Make one object of polygons; None of none."""
    return union_of_polygons(polygons, found) if polygons else None


def gathered(
    members: Iterable[tuple[Hashable, Entry, Polygons | Box]], found: ImportBuilder
) -> Iterator[tuple[Entry, Outline | Box | None]]:
    """Put shapes together that are one object, in the order of the first of each.

    Parameters
    ----------
    members : iterable of (key, entry, polygons or box)
        Those of one key are one object; a box is one by itself.

    Yields
    ------
    entry, outline
        The first entry, and all of the object.
    """
    objects: dict[object, tuple[Entry, Polygons | Box]] = {}
    for place, (key, entry, shape) in enumerate(members):
        if isinstance(shape, tuple):
            objects["box", place] = entry, shape
        elif shape:
            before = objects.setdefault(("polygons", key), (entry, []))[1]
            assert isinstance(before, list)  # by its key
            before.extend(shape)
    for entry, shape in objects.values():
        yield entry, shape if isinstance(shape, tuple) else joined(shape, found)


def mask_outline(mask: BoolArray, left: int, top: int, found: ImportBuilder) -> Outline | None:
    """Follow a mask's pixels, which lies at a place in the picture; what leaves it is cut off, and that is said."""
    found.budget.take_pixels(mask.size)
    height, width = found.image_size
    y0, x0 = max(0, -top), max(0, -left)
    inside = mask[y0 : max(y0, height - top), x0 : max(x0, width - left)]
    if inside.sum() != mask.sum():
        found.say("A mask that left the picture was cut off.", "{n} masks that left the picture were cut off.")
    rows = np.flatnonzero(inside.any(axis=1))
    if not len(rows):
        found.say("An empty mask was left out.", "{n} empty masks were left out.")
        return None
    inside = inside[rows[0] : rows[-1] + 1]
    columns = np.flatnonzero(inside.any(axis=0))
    own = np.ascontiguousarray(inside[:, columns[0] : columns[-1] + 1])
    return traced_mask(own, found, left=left + x0 + int(columns[0]), top=top + y0 + int(rows[0]))


def leave_out(found: ImportBuilder, kind: str, plural: str = "") -> None:
    """Say that something that is no area was left out: "a polyline"."""
    article = "An" if kind[:1] in "aeiou" else "A"
    one = f"{article} {kind} was left out; only areas are taken."
    found.say(one, f"{{n}} {plural or kind + 's'} were left out; only areas are taken.")


def leave_out_unsound(found: ImportBuilder, kind: object) -> None:
    """Say that a shape was left out whose numbers do not make one, or that is of a kind that is not known."""
    named = quoted(kind)
    found.say(
        f"A shape of the type {named} that could not be read was left out.",
        f"{{n}} shapes of the type {named} that could not be read were left out.",
    )


def needs_mask(instance: Instance, size: tuple[int, int]) -> bool:
    """Tell whether polygons without holes cannot hold an object."""
    return has_holes(instance.outline) or polygons_overlap(instance.outline, size)


def simple_rings(outline: Outline) -> list[Float64Array]:
    """Give each polygon as one ring, not closed, to a thousandth of a pixel; a hole is led to by a cut of no width."""
    return [rounded(keyhole_ring(from_polygons([rings]))) for rings in outline.polygons()]


def one_ring(outline: Outline) -> Float64Array:
    """Give all of an object as one ring, not closed: cuts of no width lead to its other parts and its holes."""
    return rounded(keyhole_ring(outline))


def as_box(outline: Outline) -> Box | None:
    """Give left, top, right, bottom of what is an upright rectangle; None for anything else."""
    if len(outline.ring_offsets) != 2 or len(outline.vertices) != 5:
        return None
    (x0, y0), (x1, y1) = outline.vertices.min(axis=0).tolist(), outline.vertices.max(axis=0).tolist()
    corners = set(map(tuple, outline.vertices.tolist()))
    return (x0, y0, x1, y1) if corners == {(x0, y0), (x1, y0), (x1, y1), (x0, y1)} else None
