"""GeoJSON as tools write it: lists, sequences, nested collections, classes anywhere; and a map's numbers, which are no pixels."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tabsam.errors import FormatError
from tabsam.formats.geojson import write_geojson, write_lonlat
from tabsam.formats.geojson_reading import read_geojson
from tabsam.formats.importing import read
from tabsam.geometry.affine import Affine
from tabsam.geometry.projections import converted
from tests.support.annotated import masks, three_kinds

SIZE = (40, 60)
RING: list[list[float]] = [[10, 10], [30, 10], [30, 20], [10, 20], [10, 10]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}
UTM = Affine(0.5, 0, 500000, 0, -0.5, 5400000, 32632)


def feature(geometry: Any = POLYGON, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def named(**properties: Any) -> str | None:
    annotations = read_geojson(json.dumps(feature(**properties)).encode(), SIZE, "a.jpg").annotations
    category = annotations.category(annotations.instances[0].category)
    return category.name if category else None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("qupath.json", json.dumps([feature(), feature()])),
        ("a.geojsonl", f"{json.dumps(feature())}\n\n{json.dumps(POLYGON)}\n"),
        ("a.json", f"\x1e{json.dumps(feature())}\n\x1e{json.dumps(feature())}\n"),
        (
            "a.geojson",
            json.dumps(
                {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": [POLYGON] * 2}]}
            ),
        ),
    ],
)
def test_polygons_are_found_however_they_are_wrapped(name: str, data: str) -> None:
    back = read(data.encode(), name, SIZE, "a.jpg")
    assert sum(len(one.outline.polygons()) for one in back.annotations.instances) in (1, 2)
    assert all("joined" in sentence for sentence in back.left_out)


@pytest.mark.parametrize(
    ("geometry", "sentence"),
    [
        ({"type": "MultiPolygon", "coordinates": []}, "An empty geometry was left out."),
        ({"type": "GeometryCollection", "geometries": []}, "An empty geometry was left out."),
        ({"type": "LineString", "coordinates": [[1, 1], [5, 5]]}, "A geometry of the type 'LineString' was left out."),
    ],
)
def test_what_is_no_polygon_is_said(geometry: Any, sentence: str) -> None:
    assert read(json.dumps(geometry).encode(), "a.geojson", SIZE, "a.jpg").left_out == (sentence,)
    assert read(b'{"type":"FeatureCollection","features":[]}', "a.geojson", SIZE, "a.jpg").left_out == (
        "The file has no features.",
    )


def test_a_class_is_found_wherever_it_stands() -> None:
    assert (
        named(category="car") == named(Class="car") == named(label="car") == named(class_name="car") == named(type="car") == "car"
    )
    assert named(classification={"name": "Tumor"}) == "Tumor"
    assert named(classification={"names": ["Tumor", "Necrosis"]}) == "Tumor: Necrosis"
    assert (named(label=3), named(classification=["a"]), named(**{"class": 2.0})) == ("3", "a", "2")
    assert (named(category_id=4), named(value=1.0), named(DN="2")) == ("class 4", "class 1", "class 2")
    assert named(name="car", other=1) is None


def test_colours_are_read_as_qupath_writes_them() -> None:
    for color in ({"colorRGB": -3670016}, {"color": [200, 0, 0]}):
        data = json.dumps(feature(classification={"name": "Tumor", **color})).encode()
        assert read_geojson(data, SIZE, "a.jpg").annotations.categories[0].color == "#c80000"


def test_what_has_no_use_here_is_written_back() -> None:
    data = json.dumps({**feature(category="car", height=3.5, name="one"), "id": "b-7"}).encode()
    (back,) = json.loads(write_geojson(read_geojson(data, SIZE, "a.jpg").annotations))["features"]
    assert back["id"] == "b-7"
    assert {key: back["properties"][key] for key in ("category", "height", "name")} == {
        "category": "car",
        "height": 3.5,
        "name": "one",
    }


# ---- The map ---------------------------------------------------------------------------------------------------------------


def on_map(points: list[list[float]], crs: str | None = None) -> bytes:
    members = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    content = {"type": "FeatureCollection", **members, "features": [feature({"type": "Polygon", "coordinates": [points]})]}
    return json.dumps(content).encode()


def in_degrees(pixels: list[list[float]]) -> list[list[float]]:
    degrees = converted(UTM.to_world(np.array(pixels, np.float64)), 32632, 4326)
    assert degrees is not None
    return [[x, y] for x, y in degrees]


def refused(data: bytes, affine: Affine | None) -> tuple[str, str]:
    with pytest.raises(FormatError) as error:
        read_geojson(data, SIZE, "a.jpg", affine=affine)
    return error.value.code, error.value.message


def test_a_map_without_a_place_is_no_pixels() -> None:
    crs84 = on_map([[8.5, 20.3], [8.6, 20.3], [8.6, 20.4], [8.5, 20.3]], "urn:ogc:def:crs:OGC:1.3:CRS84")
    assert refused(crs84, None) == (
        "needs-place",
        "This file is in a map's coordinates, longitude and latitude, x 8.5 to 8.6, y 20.3 to 20.4. The open picture covers "
        "x 0 to 60, y 0 to 40 in pixels; where it lies on the map is not known.",
    )
    assert refused(on_map([[8.5, 20.3], [8.6, 20.3], [8.6, 20.4], [8.5, 20.3]]), None)[0] == "needs-place"
    code, message = refused(on_map([[500000, 5400000], [500010, 5400000], [500010, 5400010], [500000, 5400000]]), None)
    assert code == "elsewhere"
    assert "x 500000 to 500010, y 5400000 to 5400010; the open picture x 0 to 60, y 0 to 40" in message


@pytest.mark.parametrize("epsg", [32632, None])
@pytest.mark.parametrize("crs", ["EPSG:4326", None])
def test_degrees_are_taken_to_the_pictures_own_map(epsg: int | None, crs: str | None) -> None:
    back = read_geojson(on_map(in_degrees(RING), crs), SIZE, "a.jpg", affine=replace(UTM, epsg=epsg))
    assert np.abs(back.annotations.instances[0].outline.vertices - RING).max() < 1e-3
    sure = epsg is not None and crs is not None
    assert back.left_out == (
        () if sure else ("The file's longitudes and latitudes were taken to the picture's UTM zone 32N (EPSG:32632).",)
    )


def test_a_map_elsewhere_is_refused_with_both_extents() -> None:
    code, message = refused(on_map([[0, 0], [9, 0], [9, 9], [0, 0]], "EPSG:32632"), UTM)
    assert code == "elsewhere"
    assert (
        "x 0 to 9, y 0 to 9 in UTM zone 32N (EPSG:32632); the open picture x 500000 to 500030, y 5399980 to 5400000 in UTM"
        in message
    )


def test_pixels_are_pixels_also_where_the_picture_lies_on_a_map() -> None:
    back = read_geojson(on_map(RING), SIZE, "a.jpg", affine=UTM)
    assert back.annotations.instances[0].outline.vertices.tolist() == RING
    assert back.left_out == ("The file's numbers are the picture's pixels, not the map's; they were read as that.",)


def test_what_is_written_says_which_coordinates_it_has() -> None:
    annotations = replace(three_kinds(), affine=UTM)
    content = json.loads(write_geojson(annotations))
    assert content["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::32632"
    for data in (write_geojson(annotations), write_lonlat(annotations)):
        back = read_geojson(data, annotations.image_size, "street.jpg", affine=UTM).annotations
        for one, other in zip(masks(back), masks(annotations), strict=True):
            assert np.count_nonzero(one != other) <= 1
    assert "crs" not in json.loads(write_lonlat(annotations))
    longitude, latitude = json.loads(write_lonlat(annotations))["features"][0]["geometry"]["coordinates"][0][0]
    assert (longitude, latitude) == pytest.approx((9, 48.75), abs=0.01)
    with pytest.raises(FormatError, match="in which coordinate system"):
        write_lonlat(replace(annotations, affine=replace(UTM, epsg=None)))
