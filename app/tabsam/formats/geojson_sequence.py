"""GeoJSON's values: one in a file, a list of them, or one a line (RFC 8142 and .geojsonl)."""

from __future__ import annotations

from tabsam.errors import FormatError
from tabsam.formats.shared.parsing import Json, json_value, text_of
from tabsam.json_text import parsed

GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")

_RECORD = "\x1e"
"""What a GeoJSON text sequence (RFC 8142) has before each value."""


def values_of(data: bytes) -> list[Json]:
    """Give the one value of a JSON file; those of a sequence, where it is one.

    Raises
    ------
    FormatError
        ``not-text``, ``not-json``, ``too-deep``, ``too-many-values``.
    """
    try:
        return [json_value(data)]
    except FormatError as error:
        if error.code != "not-json":
            raise
        text = text_of(data).lstrip()
        lines = [one for line in text.split(_RECORD if text.startswith(_RECORD) else "\n") if (one := line.strip())]
        if len(lines) < 2 and not text.startswith(_RECORD):
            raise
        try:
            values = [parsed(line) for line in lines]
        except FormatError as of_line:
            raise (error if of_line.code == "not-json" else of_line) from None
        if not all(isinstance(one, dict) and one.get("type") in ("Feature", *GEOMETRIES) for one in values):
            raise
        return values
