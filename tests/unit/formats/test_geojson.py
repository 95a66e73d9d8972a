"""GeoJSON, looked at by shapely, and where pictures lie in the world."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from shapely.geometry import shape

from tabsam.document.annotations import Annotations
from tabsam.formats.geojson import write_geojson
from tabsam.formats.geojson_reading import read_geojson
from tabsam.formats.shared.imported import Imported
from tabsam.formats.shared.parsing import affine_of
from tabsam.formats.world import affine_of_text, read_world_file
from tabsam.geometry.affine import Affine, Six
from tabsam.geometry.outline import area
from tests.support.annotated import CAR, SIZE, masks, random_annotations, three_kinds
from tests.support.refused import refusal

NORTH_UP = Affine(0.5, 0, 400_000, 0, -0.5, 5_600_000)
TURNED = Affine(0.3, 0.4, 10, 0.4, -0.3, 20)
RING = [[2, 3], [12, 3], [12, 13], [2, 13], [2, 3]]


def read(content: Any, affine: Affine | None = None) -> Imported:
    return read_geojson(json.dumps(content).encode(), SIZE, "street.jpg", affine=affine)


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize("affine", [None, NORTH_UP, TURNED])
def test_shapely_finds_valid_polygons_of_the_right_area_and_turn(affine: Affine | None) -> None:
    annotations = three_kinds()
    features = json.loads(write_geojson(replace(annotations, affine=affine)))["features"]
    assert [one["geometry"]["type"] for one in features] == ["Polygon", "Polygon", "MultiPolygon", "MultiPolygon"]
    scale = 1 if affine is None else 0.25
    for one, instance in zip(features, annotations.instances, strict=True):
        geometry = shape(one["geometry"])
        assert geometry.is_valid
        assert geometry.area == pytest.approx(scale * area(instance.outline))
        for part in getattr(geometry, "geoms", [geometry]):
            assert part.exterior.is_ccw
            assert not any(hole.is_ccw for hole in part.interiors)


def test_pixels_are_written_with_y_down() -> None:
    content = json.loads(write_geojson(three_kinds()))
    assert content["features"][0] == {
        "type": "Feature",
        "id": 1,
        "properties": {"name": "the red one", "category": "car", "color": "#0072b2", "score": 0.875},
        "geometry": {"type": "Polygon", "coordinates": [RING]},
    }
    assert content["features"][2]["properties"] == {"name": "", "category": None}
    assert content["tabsam"] == {"picture": "street.jpg", "width": 48, "height": 36}


@pytest.mark.parametrize("affine", [None, NORTH_UP, TURNED])
def test_objects_come_back_with_the_same_pixels(affine: Affine | None) -> None:
    annotations = random_annotations(2)
    back = read_geojson(write_geojson(replace(annotations, affine=affine)), annotations.image_size, "random.png")
    assert back.left_out == ()
    assert back.annotations.affine == affine
    assert [category.name for category in back.annotations.categories] == ["cat", "car"]
    assert {category.color for category in back.annotations.categories} == {"#e69f00", "#0072b2"}
    for one, other in zip(masks(back.annotations), masks(annotations), strict=True):
        assert np.array_equal(one, other)


def test_the_users_affine_goes_before_the_files() -> None:
    moved = Affine(1, 0, 100, 0, 1, 0)
    content = feature(polygon([[x + 100, y] for x, y in RING]))
    assert read(content, moved).annotations.instances[0].outline.rings()[0].tolist() == RING


@pytest.mark.parametrize(
    "properties",
    [
        {"category": "cat"},
        {"classification": {"name": "cat"}},
        {"class": "cat"},
        {"label": "cat"},
        {"category": "", "label": "cat"},
    ],
)
def test_a_class_is_found_where_others_write_it(properties: dict[str, Any]) -> None:
    back = read(feature(polygon(RING), **properties))
    assert [category.name for category in back.annotations.categories] == ["cat"]


@pytest.mark.parametrize(("color", "taken"), [("#12ABef", "#12abef"), ("#zzzzzz", CAR.color), ("red", CAR.color), (7, CAR.color)])
def test_only_a_colour_is_taken_for_one(color: Any, taken: str) -> None:
    back = read(feature(polygon(RING), category="cat", color=color))
    assert [category.color for category in back.annotations.categories] == [taken]


def test_what_lies_beyond_all_numbers_is_left_out() -> None:
    back = read(polygon([[1e308, 1e308], [-1e308, 5], [3, 4]]), Affine(1.5, 0, 0, 0, 1.5, 0))
    assert back.left_out == ("A polygon with numbers that are in no picture was left out.",)


def test_bare_geometries_and_collections_of_them_are_read() -> None:
    assert len(read(polygon(RING)).annotations.instances) == 1
    both = {"type": "GeometryCollection", "geometries": [polygon(RING), {"type": "Point", "coordinates": [1, 2]}]}
    back = read(both)
    assert len(back.annotations.instances) == 1
    assert back.left_out == ("A geometry of the type 'Point' was left out.",)


@pytest.mark.parametrize(
    ("geometry", "sentence"),
    [
        (None, "A feature without a geometry was left out."),
        ({"type": "Point", "coordinates": [1, 2]}, "A geometry of the type 'Point' was left out."),
        ({"type": "MultiPolygon", "coordinates": 3}, "A geometry of the type 'MultiPolygon' was left out."),
        ({}, "A geometry of the type 'None' was left out."),
        (polygon(), "An empty geometry was left out."),
        (polygon(RING, [["a", "b"]]), "A polygon that is no list of x and y was left out."),
        (polygon([[1, 2], [3, 4], [1, 2]]), "A polygon with fewer than three points was left out."),
        (polygon([[100, 2], [103, 4], [101, 22]]), "A polygon outside the picture was left out."),
    ],
)
def test_one_bad_geometry_is_left_out_and_the_sound_one_read(geometry: Any, sentence: str) -> None:
    back = read({"type": "FeatureCollection", "features": [feature(geometry), feature(polygon(RING))]})
    assert back.left_out == (sentence,)
    assert [np.count_nonzero(mask) for mask in masks(back.annotations)] == [100]


def test_a_polygon_keeps_its_outline_when_a_hole_is_bad() -> None:
    back = read(polygon(RING, [[3, 3], [4, 4]]))
    assert back.left_out == ("A polygon with fewer than three points was left out.",)
    assert np.count_nonzero(masks(back.annotations)[0]) == 100


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"type": "Topology"}, "This is not a GeoJSON file: its type is 'Topology'."),
        ({}, "This is not a GeoJSON file: its type is nothing."),
        ({"type": "FeatureCollection"}, "This is not a GeoJSON file: it should have a list 'features', but has none."),
    ],
)
def test_what_is_not_built_like_geojson_is_refused(content: Any, message: str) -> None:
    assert refusal(read, content) == ("wrong-structure", message)


def test_an_affine_in_the_file_that_is_none_is_refused() -> None:
    content = {"type": "FeatureCollection", "features": [], "tabsam": {"affine": [1, 2, 3]}}
    assert refusal(read, content) == ("affine-numbers", "Where the picture lies is not told by six numbers.")


@pytest.mark.parametrize(
    "numbers", ["abcdef", [1, 2, 3, 4, 5, None], [1, 2, 3, 4, 5, "x"], [1, 2, 3, 4, 5, 10**400], [1, 0, math.inf, 0, 1, 0], 7]
)
def test_an_affine_has_six_numbers(numbers: Any) -> None:
    assert refusal(affine_of, numbers)[0] == "affine-numbers"


@pytest.mark.parametrize("numbers", [(1, 2, 0, 2, 4, 0), (0,) * 6, (1, 0, math.inf, 0, 1, 0), (1e16, 0, 0, 0, 1e16, 0)])
def test_an_affine_that_flattens_the_picture_is_refused(numbers: Six) -> None:
    assert refusal(Affine, *numbers) == (
        "affine-singular",
        "These six numbers do not place a picture in the world: all of it would lie on a line, or nowhere.",
    )


def test_a_world_file_means_the_middle_of_the_first_pixel() -> None:
    back = read_world_file(b"0.5\r\n0\r\n0\r\n-0.5\r\n400000.25\r\n5599999.75\r\n", SIZE, "street.jpg")
    assert back == Imported(Annotations("street.jpg", SIZE, affine=NORTH_UP))
    assert NORTH_UP.to_world(np.array([[0.5, 0.5]])).tolist() == [[400000.25, 5599999.75]]


@pytest.mark.parametrize("affine", [NORTH_UP, TURNED])
def test_a_world_files_numbers_come_back(affine: Affine) -> None:
    assert affine_of_text(" ".join(map(repr, affine.world_file))).numbers == pytest.approx(affine.numbers)
    points = np.array([[1.5, 2.0], [40, 3]])
    assert affine.to_pixels(affine.to_world(points)) == pytest.approx(points)


@pytest.mark.parametrize("text", ["0,5 0 0 -0,5 13,1 52,3", "0.5; 0; 0; -0.5; 13.1; 52.3", "0.5, 0, 0, -0.5, 13.1, 52.3,"])
def test_six_numbers_are_read_as_people_type_them_and_shown_as_they_were_typed(text: str) -> None:
    assert affine_of_text(text).world_file == (0.5, 0, 0, -0.5, 13.1, 52.3)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1\n2\n3\n", "a world file has six numbers, and here are 3"),
        ("1", "a world file has six numbers, and here is one"),
        ("", "a world file has six numbers, and here are none"),
        ("1 2 3 4 5 6 7", "a world file has six numbers, and here are 7"),
        ("1\n2\n3\n4\n5\nsix\n", "'six' is no number"),
    ],
)
def test_other_text_is_no_world_file(text: str, why: str) -> None:
    assert refusal(affine_of_text, text) == ("not-world-file", f"This does not place a picture on a map: {why}.")
