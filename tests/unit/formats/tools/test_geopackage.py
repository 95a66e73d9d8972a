"""GeoPackage: what QGIS and GDAL make, and what is refused."""

from __future__ import annotations

import sqlite3
import struct
from dataclasses import replace

import numpy as np
import pytest

from tabsam.document.annotations import Annotations, Instance
from tabsam.errors import FormatError
from tabsam.formats.exported import Source
from tabsam.formats.importing import read
from tabsam.formats.registry import write
from tabsam.formats.tools.wkb import read_polygons, write_polygons
from tabsam.geometry.affine import Affine
from tests.support.annotated import HOLED, SIZE, masks, ring, three_kinds
from tests.support.refused import refusal
from tests.support.tool_files import areas, taken

TABLE = "fields (old)"


def made(rows: list[tuple[bytes, str, int]], table: str = "", srs: int = -1) -> bytes:
    """Make a database as others do: an envelope before each geometry, a name of its own for its column."""
    database = sqlite3.connect(":memory:")
    database.executescript(
        f"""CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, identifier TEXT, description TEXT);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('none', -1, 'NONE', -1), ('UTM 32', 7, 'EPSG', 25832);
        INSERT INTO gpkg_contents VALUES ('{TABLE}', 'features', 'fields', '');
        INSERT INTO gpkg_geometry_columns VALUES ('{TABLE}', 'shape', 'POLYGON', {srs});"""
    )
    database.execute(table or f'CREATE TABLE "{TABLE}" (id INTEGER PRIMARY KEY, shape BLOB, class TEXT, trees INTEGER)')
    if rows:
        database.executemany(f'INSERT INTO "{TABLE}" (shape, class, trees) VALUES (?, ?, ?)', rows)
    database.commit()
    data = database.serialize()
    database.close()
    return data[:18] + b"\x02\x02" + data[20:]  # as QGIS leaves it: with a write-ahead log


def geometry(wkb: bytes) -> bytes:
    return struct.pack("<2sBBi4d", b"GP", 0, 0b011, 25832, 0, 1, 0, 1) + wkb


SQUARE = ring((2, 2), (12, 2), (12, 12), (2, 12))


def test_features_of_any_layer_are_taken_with_what_they_say() -> None:
    polygon = struct.pack(">BIII", 0, 3, 1, 5) + SQUARE.astype(">f8").tobytes()
    heights = np.column_stack([SQUARE + 20, SQUARE[:, 0]]).astype("<f8").tobytes()
    deep = struct.pack("<BIII", 1, 1003, 1, 5) + heights
    point = struct.pack("<BI2d", 1, 1, 5, 5)
    rows = [(geometry(polygon), "field", 7), (geometry(deep), "wood", 900), (geometry(point), "tree", 1), (b"none", "x", 0)]
    back = taken(made(rows), "fields.gpkg")
    assert areas(back) == [("field", 100), ("wood", 100)]
    assert back.left_out[0] == "A point or a line was left out; only areas are taken."
    again = sqlite3.connect(":memory:")
    again.deserialize(write("geopackage", Source(back.annotations)).data)
    assert again.execute("SELECT category, trees FROM objects").fetchall() == [("field", 7), ("wood", 900)]
    again.close()


def test_on_the_map_it_comes_back_to_the_pixel() -> None:
    affine = Affine(0.5, 0, 500_000, 0, -0.5, 5_800_000, 25832)
    there = replace(three_kinds(), affine=affine)
    data = write("geopackage", Source(there)).data
    back = taken(data, "street.gpkg", "street.jpg", SIZE).annotations
    assert back.affine == affine
    for one, other in zip(masks(back), masks(there), strict=True):
        assert np.array_equal(one, other)
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    assert database.execute("SELECT min_x, max_y, srs_id FROM gpkg_contents").fetchall() == [(500_001.0, 5_799_999.0, 25832)]
    assert database.execute("PRAGMA application_id").fetchall() == [(0x47504B47,)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


def test_a_maps_numbers_are_not_taken_for_pixels() -> None:
    utm = Affine(0.5, 0, 500_000, 0, -0.5, 5_800_000, 25832)
    square = utm.to_world(SQUARE)
    polygon = struct.pack("<BIII", 1, 3, 1, 5) + square.astype("<f8").tobytes()
    data = made([(geometry(polygon), "field", 7)], srs=7)
    assert refusal(taken, data, "fields.gpkg")[0] == "needs-place"
    assert areas(read(data, "fields.gpkg", (40, 60), "cat.jpg", affine=utm)) == [("field", 100)]
    far = Affine(0.5, 0, 100_000, 0, -0.5, 5_800_000, 25832)
    assert refusal(read, data, "fields.gpkg", (40, 60), "cat.jpg", affine=far)[0] == "elsewhere"


def test_what_is_no_geopackage_is_refused() -> None:
    data = write("geopackage", Source(Annotations("a.png", SIZE, (), (Instance(1, HOLED),)))).data
    assert refusal(taken, data[:5000], "a.gpkg")[0] == "not-geopackage"
    other = sqlite3.connect(":memory:")
    other.execute("CREATE TABLE a (b)")
    assert refusal(taken, other.serialize(), "a.gpkg")[0] == "not-geopackage"
    other.close()
    counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    endless = f'CREATE VIEW "{TABLE}" AS {counting} SELECT NULL AS shape, i AS class FROM n WHERE i < 0'
    assert refusal(taken, made([], endless), "a.gpkg")[0] == "not-geopackage"


def test_geometries_come_back_and_damaged_ones_are_refused() -> None:
    data = write_polygons(HOLED.polygons())
    back, others = read_polygons(data)
    assert others == 0
    assert [[one.tolist() for one in rings] for rings in back] == [[one.tolist() for one in rings] for rings in HOLED.polygons()]
    nested = struct.pack("<BII", 1, 7, 1) * 40
    for damaged in (b"", data[:-1], data[:20], nested, struct.pack("<BII", 1, 3, 2**31), struct.pack("<BI", 1, 9)):
        with pytest.raises(FormatError, match="damaged"):
            read_polygons(damaged)
