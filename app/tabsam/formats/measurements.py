"""Measurements as a table: CSV, a line an object.

As RFC 4180 has it: commas, quotes around what needs them, CRLF. It is UTF-8 with a byte order mark, without which spreadsheets
misread a unit such as µm; Python reads it as "utf-8-sig".

A text that a spreadsheet would run as a formula (it begins with = + - @, perhaps after apostrophes) has an apostrophe put before
it. Whoever needs the text as it was takes one apostrophe off what then begins so. Numbers are left alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import astuple, fields

from tabsam.document.measuring import Measured
from tabsam.formats.shared.writing import single_line
from tabsam.geometry.measures import Measures

_NAMES = tuple(field.name for field in fields(Measures))
_PIXEL_NAMES = tuple(f"{name}_{'px2' if name == 'area' else 'px'}" for name in _NAMES)
_COLORS = ("mean_red", "mean_green", "mean_blue", "mean_grey")

COLUMNS = ("picture", "object", "name", "class", "pixels", *_PIXEL_NAMES, "unit", *_NAMES, *_COLORS)
"""What follows ``unit`` is in that unit, the area in its square, and empty where there is none."""

_FORMULA = re.compile(r"'*[=+\-@]")


def write_measurements(rows: Iterable[Measured]) -> bytes:
    """Write what objects measure, with a head of :data:`COLUMNS`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        color = row.color
        colors = (color.red, color.green, color.blue, color.grey) if color else (None,) * len(_COLORS)
        words = (_text(row.picture), row.id, _text(row.name), _text(row.category), row.pixel_count)
        in_units = astuple(row.in_units) if row.in_units else (None,) * len(_NAMES)
        writer.writerow(
            [*words, *map(_number, astuple(row.in_pixels)), _text(row.unit), *map(_number, in_units), *map(_number, colors)]
        )
    return text.getvalue().encode("utf-8-sig")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


def _text(text: str) -> str:
    line = single_line(text)
    return f"'{line}" if _FORMULA.match(line) else line
