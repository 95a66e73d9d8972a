"""GeoPackage (OGC 12-128): a database file with a feature for each object, on the map where the picture has a place there.

Without such a place coordinates are pixels, y down, in the coordinate system "undefined"; where the picture lies is written into
the layer's description, so that it can be read back. Other columns are kept and written again.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.document.annotations import Annotations
from tabsam.errors import FormatError
from tabsam.formats.geojson_place import Extent, to_pixels
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.kept import kept_of
from tabsam.formats.shared.parsing import Json, affine_of, score_of
from tabsam.formats.shared.writing import StreamedFile, category_of
from tabsam.formats.tools import shapes
from tabsam.formats.tools.items import Beside, Item, ToolFormat, Written
from tabsam.formats.tools.wkb import Rings, read_polygons, write_polygons
from tabsam.geometry.affine import Affine
from tabsam.geometry.outline import signed_area
from tabsam.json_text import parsed

_NAME = "geopackage"
_APPLICATION, _VERSION = 0x47504B47, 10_300
_UNDEFINED, _LONG_LAT = -1, 4326
_WRITTEN = "1980-01-01T00:00:00.000Z"
"""The same content makes the same bytes."""

_CLASSES = ("category", "class", "label", "class_name", "classname", "type", "name")
_LAYER = "objects"
_OWN = ("fid", "geom", "category", "name", "score")
_HEADER = struct.Struct("<2sBBi")
_ENVELOPES = (0, 32, 48, 48, 64)
_MOST_STEPS = 20_000_000
"""Of the database's own machine; a view can be made that never ends."""

_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name));
"""

Row = tuple[bytes, dict[str, Json]]
"""A geometry, and the other columns."""


@dataclass(frozen=True)
class Layer:
    """A table of features.

    Attributes
    ----------
    rows : list of Row
    crs : int or None
        The number of its coordinate system; none, or below 1, where that is not defined.
    """

    rows: list[Row]
    crs: int | None


def _items(data: bytes, path: str, beside: Beside) -> Iterator[Item]:
    try:
        with closing(_opened(data)) as database:
            tables = database.execute(
                "SELECT g.table_name, g.column_name, g.srs_id, c.description FROM gpkg_geometry_columns g "
                "LEFT JOIN gpkg_contents c ON c.table_name = g.table_name ORDER BY g.table_name"
            ).fetchall()
            known = dict(
                database.execute(
                    "SELECT srs_id, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE upper(organization) = 'EPSG'"
                ).fetchall()
            )
            layers = [Layer(list(_rows(database, str(table), str(column))), known.get(srs)) for table, column, srs, _ in tables]
    except (sqlite3.Error, MemoryError, UnicodeDecodeError) as error:
        hint = "It should be a GeoPackage, a .gpkg file; save or download it again."
        raise FormatError("not-geopackage", "This database is damaged, or no GeoPackage.", hint, details=str(error)) from error
    about = next((told for *_, text in tables if (told := _described(text))), {})
    name = about.get("picture")
    height, width = about.get("height"), about.get("width")
    size = (height, width) if isinstance(height, int) and isinstance(width, int) else None
    stem = str(PurePosixPath(path).with_suffix(""))
    yield Item((name,) if isinstance(name, str) and name else (), size, partial(_read, layers, about), stems=(stem,))


def _opened(data: bytes) -> sqlite3.Connection:
    """Open a database that somebody else made: in memory, only to be read, and not for ever."""
    # One that says that it has a second file beside it (write-ahead log) is read without; it is whole when it was closed.
    plain = data[:18] + b"\x01\x01" + data[20:]
    database = sqlite3.connect(":memory:")
    database.deserialize(plain)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA query_only = ON")
    steps = iter(range(_MOST_STEPS // 100_000))
    database.set_progress_handler(lambda: int(next(steps, None) is None), 100_000)
    return database


def _rows(database: sqlite3.Connection, table: str, column: str) -> Iterator[Row]:
    quoted_table = '"' + table.replace('"', '""') + '"'
    cursor = database.execute(f"SELECT * FROM {quoted_table}")  # it is quoted
    names = [one[0] for one in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        geometry = row.pop(column, None)
        yield (geometry if isinstance(geometry, bytes) else b""), row


def _described(text: Json) -> dict[str, Json]:
    try:
        told = parsed(text) if isinstance(text, str) else None
    except FormatError:
        return {}
    return told if isinstance(told, dict) and "picture" in told else {}


def _read(layers: list[Layer], about: Mapping[str, Json], found: ImportBuilder) -> None:
    if found.affine is None and about.get("affine") is not None:
        found.affine = affine_of(about["affine"], about.get("epsg"))
    for layer in layers:
        _read_layer(layer, found)


def _read_layer(layer: Layer, found: ImportBuilder) -> None:
    shapes_of = [_polygons(geometry, found) for geometry, _ in layer.rows]
    rings = [ring for polygons in shapes_of for polygon in polygons for ring in polygon if len(ring)]
    crs = layer.crs if layer.crs is not None and layer.crs > 0 else None
    place = to_pixels(_extent(rings), crs, found.affine, found)
    columns = {name.lower(): name for _, row in layer.rows for name in row}
    label_column = next((columns[name] for name in _CLASSES if name in columns), "")
    name_column = columns.get("name", "") if label_column.lower() != "name" else ""
    for polygons, (_, row) in zip(shapes_of, layer.rows, strict=True):
        taken = [each for one in polygons if one for each in shapes.polygon([place(ring) for ring in one], found)]
        label, name = row.get(label_column), row.get(name_column)
        kept = {key: told for key, told in row.items() if key not in (*_OWN, label_column) and not isinstance(told, bytes)}
        shapes.add(
            found,
            shapes.joined(taken, found),
            None if label is None else str(label),
            format=_NAME,
            kept=kept,
            name=name if isinstance(name, str) else "",
            score=score_of(row.get("score")),
        )


def _extent(rings: list[Float64Array]) -> Extent | None:
    if not rings:
        return None
    together = np.concatenate(rings)
    together = together[np.isfinite(together).all(axis=1)]  # what is on no map is left out one by one
    if not len(together):
        return None
    (x0, y0), (x1, y1) = together.min(axis=0).tolist(), together.max(axis=0).tolist()
    return x0, y0, x1, y1


def _polygons(geometry: bytes, found: ImportBuilder) -> list[Rings]:
    """Read a geometry's polygons; what is none is left out, and said."""
    envelope = geometry[3] >> 1 & 7 if len(geometry) > 8 and geometry[:2] == b"GP" else len(_ENVELOPES)
    if envelope >= len(_ENVELOPES):
        found.say("A feature without a geometry was left out.", "{n} features without a geometry were left out.")
        return []
    if geometry[3] & 0x10:
        found.say("A feature with an empty geometry was left out.", "{n} features with empty geometries were left out.")
        return []
    try:
        polygons, others = read_polygons(geometry[8 + _ENVELOPES[envelope] :])
    except FormatError:
        found.say("A damaged geometry was left out.", "{n} damaged geometries were left out.")
        return []
    found.say("A point or a line was left out; only areas are taken.", "{n} points and lines were left out.", others)
    return polygons


def _write(out: Written) -> Iterator[StreamedFile]:
    for path, own in out.pictures:
        yield StreamedFile.of(f"{PurePosixPath(path).with_suffix('')}.gpkg", _file(path, own))


def _file(path: str, annotations: Annotations) -> bytes:
    affine = annotations.affine
    srs = _srs_of(affine)
    height, width = annotations.image_size
    about: dict[str, Json] = {"picture": PurePosixPath(path).name, "width": width, "height": height}
    if affine is not None:
        about |= {"affine": list(affine.numbers), "epsg": affine.epsg}
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"PRAGMA application_id = {_APPLICATION}")
        database.execute(f"PRAGMA user_version = {_VERSION}")
        database.executescript(_SCHEMA)
        known = {_UNDEFINED: ("Undefined Cartesian", "NONE", _UNDEFINED, "undefined"), 0: ("Undefined", "NONE", 0, "undefined")}
        known[_LONG_LAT] = ("WGS 84", "EPSG", _LONG_LAT, _WGS84)
        known.setdefault(srs, (f"EPSG:{srs}", "EPSG", srs, "undefined"))
        for id, (name, organization, number, definition) in known.items():
            row = (name, id, organization, number, definition, None)
            database.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", row)
        bounds = _bounds(annotations, affine)
        contents = (_LAYER, "features", _LAYER, json.dumps(about, ensure_ascii=False), _WRITTEN, *bounds, srs)
        database.execute("INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", contents)
        columns = (_LAYER, "geom", "MULTIPOLYGON", srs, 0, 0)
        database.execute("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, ?, ?)", columns)
        _write_rows(database, annotations, affine, srs)
        database.commit()
        return database.serialize()


def _write_rows(database: sqlite3.Connection, annotations: Annotations, affine: Affine | None, srs: int) -> None:
    kept = [kept_of(one.kept, _NAME) for one in annotations.instances]
    more = list(dict.fromkeys(key for one in kept for key in one if key.lower() not in _OWN))
    declared = "".join(f', "{_quoted_name(key)}" {_type_of([one.get(key) for one in kept])}' for key in more)
    database.execute(
        f"CREATE TABLE {_LAYER} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, "
        f"category TEXT, name TEXT, score REAL{declared})"
    )
    places = ", ".join("?" * (len(_OWN) + len(more)))
    for one, extra in zip(annotations.instances, kept, strict=True):
        polygons = [
            [_placed(ring, affine, is_hole=index > 0) for index, ring in enumerate(rings)] for rings in one.outline.polygons()
        ]
        geometry = _HEADER.pack(b"GP", 0, 1, srs) + write_polygons(polygons)
        values = (one.id, geometry, category_of(annotations, one).name, one.name, one.score)
        others = [value if isinstance(value := extra.get(key), str | int | float) else None for key in more]
        database.execute(f"INSERT INTO {_LAYER} VALUES ({places})", (*values, *others))


def _srs_of(affine: Affine | None) -> int:
    return _UNDEFINED if affine is None or not affine.epsg else affine.epsg


def _placed(ring: Float64Array, affine: Affine | None, *, is_hole: bool) -> Float64Array:
    """Give a ring on the map: boundaries run counter-clockwise, holes clockwise."""
    placed = ring if affine is None else affine.to_world(ring)
    return placed[::-1] if (signed_area(placed) < 0) != is_hole else placed


def _bounds(annotations: Annotations, affine: Affine | None) -> list[float | None]:
    vertices = [one.outline.vertices for one in annotations.instances]
    if not vertices:
        return [None] * 4
    together = np.concatenate(vertices)
    placed = together if affine is None else affine.to_world(together)
    bounds: list[float | None] = [*placed.min(axis=0).tolist(), *placed.max(axis=0).tolist()]
    return bounds


def _quoted_name(name: str) -> str:
    return name.replace('"', '""')


def _type_of(values: list[Json]) -> str:
    there = [value for value in values if value is not None]
    if all(isinstance(value, bool | int) for value in there):
        return "INTEGER"
    return "REAL" if all(isinstance(value, bool | int | float) for value in there) else "TEXT"


FORMAT = ToolFormat(_items, _write)
