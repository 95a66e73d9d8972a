"""Lists of prompts: which object to ask for in which picture, as JSON or as a table (CSV).

docs/command-line.md describes both.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from tabsam.document.selection import Box, Point, Selection
from tabsam.errors import FormatError
from tabsam.formats.shared.parsing import Json, json_value, text_of

COLUMNS = ("picture", "object", "x", "y", "label", "x0", "y0", "x1", "y1", "class", "name")
"""Of a table, in any order; only ``picture`` has to be there."""


@dataclass
class Listed:
    """An object of a list.

    Attributes
    ----------
    category : str
        Its class's name; empty for none.
    """

    points: list[Point] = field(default_factory=list)
    box: Box | None = None
    category: str = ""
    name: str = ""

    @property
    def selection(self) -> Selection:
        return Selection(points=tuple(self.points), box=self.box)


def read_prompts(path: Path) -> dict[str, list[Listed]]:
    """Read a list of prompts.

    Returns
    -------
    dict
        By the pictures' paths as they stand there: the objects, in order. A picture may have none.

    Raises
    ------
    FormatError
        ``prompts-invalid``, with the place and the reason; ``not-text``, ``not-json`` and the like.
    OSError
    """
    data = path.read_bytes()
    return _from_table(text_of(data), path.name) if path.suffix.lower() == ".csv" else _from_json(json_value(data), path.name)


def _from_json(root: Json, file: str) -> dict[str, list[Listed]]:
    pictures = root.get("pictures") if isinstance(root, dict) else root
    if not isinstance(pictures, list):
        _wrong(f"{file}", "there is no list of pictures")
    read: dict[str, list[Listed]] = {}
    for number, one in enumerate(pictures, 1):
        where = f"{file}, picture {number}"
        if not isinstance(one, dict) or not isinstance(one.get("picture"), str) or not one["picture"]:
            _wrong(where, "it should be an object with the picture's path as 'picture'")
        objects = one.get("objects", [])
        if not isinstance(objects, list):
            _wrong(where, "'objects' should be a list")
        read.setdefault(one["picture"], []).extend(
            _object(each, f"{where}, object {place}") for place, each in enumerate(objects, 1)
        )
    return read


def _object(value: Json, where: str) -> Listed:
    if not isinstance(value, dict):
        _wrong(where, "it should be an object with 'points', a 'box' or both")
    points, labels = value.get("points", []), value.get("labels")
    if not isinstance(points, list) or any(not isinstance(one, list) or len(one) != 2 for one in points):
        _wrong(where, "'points' should be a list of [x, y]")
    labels = [1] * len(points) if labels is None else labels
    if not isinstance(labels, list) or len(labels) != len(points) or any(one not in (0, 1) for one in labels):
        _wrong(where, "'labels' should have a 1 (on) or 0 (off) for each point")
    read = [
        Point(number, _number(x, where), _number(y, where), int(label))
        for number, ((x, y), label) in enumerate(zip(points, labels, strict=True), 1)
    ]
    box = value.get("box")
    if box is not None and (not isinstance(box, list) or len(box) != 4):
        _wrong(where, "'box' should be [x0, y0, x1, y1]")
    listed = Listed(read, None if box is None else _box(box, where), _text(value, "class", where), _text(value, "name", where))
    return _asked(listed, where)


def _from_table(text: str, file: str) -> dict[str, list[Listed]]:
    rows = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
    try:
        return _from_rows(rows, file)
    except csv.Error as error:
        _wrong(f"{file}, line {rows.line_num}", f"it is not sound CSV ({error})")


def _from_rows(rows: csv.DictReader[str], file: str) -> dict[str, list[Listed]]:
    columns = rows.fieldnames or []
    if "picture" not in columns or (unknown := [one for one in columns if one not in COLUMNS]):
        reason = f"there is no column '{unknown[0]}'" if "picture" in columns else "there is no column 'picture'"
        _wrong(f"{file}, line 1", f"{reason}; the columns are {', '.join(COLUMNS)}")
    read: dict[str, list[Listed]] = {}
    named: dict[tuple[str, str], Listed] = {}
    for row in rows:
        where = f"{file}, line {rows.line_num}"
        if None in row or None in row.values():
            _wrong(where, "it has more or fewer fields than the first line")
        if not row["picture"]:
            _wrong(where, "there is no picture")
        objects = read.setdefault(row["picture"], [])
        if not any(row.get(name) for name in COLUMNS[1:]):
            continue  # a picture without objects
        key = row.get("object", "")
        listed = named.get((row["picture"], key)) if key else None
        if listed is None:
            listed = named[row["picture"], key] = Listed()
            objects.append(listed)
        _add(listed, row, where)
    for where, one in _all(read, file):
        _asked(one, where)
    return read


def _add(listed: Listed, row: Mapping[str, str], where: str) -> None:
    """Add what a row says to an object: a point, a box, its class."""
    if row.get("x") or row.get("y"):
        label = row.get("label") or "1"
        if label not in ("0", "1"):
            _wrong(where, f"the label is '{label}', and not 1 (on) or 0 (off)")
        place = _number(row.get("x"), where), _number(row.get("y"), where)
        listed.points.append(Point(len(listed.points) + 1, *place, int(label)))
    corners = [row.get(name) for name in ("x0", "y0", "x1", "y1")]
    if any(corners):
        if listed.box is not None:
            _wrong(where, "this object has a box already")
        listed.box = _box(corners, where)
    listed.category = row.get("class") or listed.category
    listed.name = row.get("name") or listed.name


def _all(read: Mapping[str, list[Listed]], file: str) -> Iterator[tuple[str, Listed]]:
    for picture, objects in read.items():
        for number, one in enumerate(objects, 1):
            yield f"{file}, picture '{picture}', object {number}", one


def _asked(listed: Listed, where: str) -> Listed:
    if listed.selection.is_empty:
        _wrong(where, "there is no point and no box")
    return listed


def _box(corners: list[Json], where: str) -> Box:
    x0, y0, x1, y1 = (_number(one, where) for one in corners)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _number(value: Json, where: str) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        _wrong(where, f"{value!r} is no number")
    return number


def _text(value: Mapping[str, Json], key: str, where: str) -> str:
    text = value.get(key, "")
    if not isinstance(text, str):
        _wrong(where, f"'{key}' should be a text")
    return text


def _wrong(where: str, reason: str) -> NoReturn:
    raise FormatError("prompts-invalid", f"{where}: {reason}.", "Correct it; docs/command-line.md says what may stand there.")
