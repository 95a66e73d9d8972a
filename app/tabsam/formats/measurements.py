"""Measurements as a table: CSV, a line an object (see formats/shared/csv_table.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields

from tabsam.document.measuring import Measured
from tabsam.formats.shared.csv_table import Cell, csv_table
from tabsam.geometry.measures import Measures

_NAMES = tuple(field.name for field in fields(Measures))
_PIXEL_NAMES = tuple(f"{name}_{'px2' if name == 'area' else 'px'}" for name in _NAMES)
_COLORS = ("mean_red", "mean_green", "mean_blue", "mean_grey")

COLUMNS = ("picture", "object", "name", "class", "pixels", *_PIXEL_NAMES, "unit", *_NAMES, *_COLORS)
"""What follows ``unit`` is in that unit, the area in its square, and empty where there is none."""


def write_measurements(rows: Iterable[Measured]) -> bytes:
    """Write what objects measure, with a head of :data:`COLUMNS`."""
    return csv_table(COLUMNS, _lines(rows))


def _lines(rows: Iterable[Measured]) -> Iterator[list[Cell]]:
    for row in rows:
        color = row.color
        colors = (color.red, color.green, color.blue, color.grey) if color else (None,) * len(_COLORS)
        in_units = astuple(row.in_units) if row.in_units else (None,) * len(_NAMES)
        words = (row.picture, row.id, row.name, row.category, row.pixel_count)
        yield [*words, *astuple(row.in_pixels), row.unit, *in_units, *colors]
