"""GeoJSON (RFC 7946): a feature for each object.

Coordinates are pixels, x to the right and y *down* from the outer corner of the top-left pixel, as QuPath has them; or the
map's, by the annotations' affine, which is written into the file so that it can be read back. Either way a boundary runs
counter-clockwise as the numbers go (right-hand rule), holes clockwise. RFC 7946 wants longitude and latitude: only with an affine
into these is the file one that a map program places by itself.
"""

from __future__ import annotations

from tabsam.arrays import Float64Array, Size
from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.shared.imported import ImportBuilder, Imported, quoted
from tabsam.formats.shared.parsing import Json, affine_of, color_of, json_object, kind_of, list_in, score_of, wrong_structure
from tabsam.formats.shared.rings import points_of, rounded, sound_polygon, union_of_polygons
from tabsam.formats.shared.writing import json_bytes, without_empty
from tabsam.geometry.affine import Affine
from tabsam.geometry.outline import signed_area

_WHAT = "a GeoJSON file"
_MEMBER = "tabsam"
"""Our own member of the collection, which others ignore (RFC 7946, section 6.1)."""


def write_geojson(annotations: Annotations) -> bytes:
    """Write a feature collection: on the map, where the annotations have an affine, else in pixels, to a thousandth."""
    height, width = annotations.image_size
    affine = annotations.affine
    about: dict[str, Json] = {"picture": annotations.picture, "width": width, "height": height}
    if affine is not None:
        about["affine"] = list(affine.numbers)
    features = [_feature(annotations, instance, affine) for instance in without_empty(annotations).instances]
    return json_bytes({"type": "FeatureCollection", _MEMBER: about, "features": features})


def read_geojson(data: bytes, image_size: Size, picture: str, *, affine: Affine | None = None) -> Imported:
    """Read polygons and multipolygons, from a collection, a feature or a bare geometry.

    Parameters
    ----------
    affine : Affine, optional
        From pixels to the map; else the one in the file, if it is ours; else the coordinates are pixels with y down.

    Returns
    -------
    Imported
        With the affine by which it was read.

    Raises
    ------
    FormatError
        ``not-text``, ``not-json``, ``wrong-structure``; ``affine-numbers`` and ``affine-singular`` when the file's affine is
        none.
    """
    root = json_object(data, _WHAT)
    found = ImportBuilder(picture, image_size)
    about = root.get(_MEMBER)
    if affine is None and isinstance(about, dict) and about.get("affine") is not None:
        affine = affine_of(about["affine"])
    found.affine = affine
    for feature in _features(root):
        if isinstance(feature, dict) and isinstance(feature.get("geometry"), dict):
            _read_feature(feature, affine, found)
        else:
            found.say("A feature without a geometry was left out.", "{n} features without a geometry were left out.")
    return found.imported()


def _feature(annotations: Annotations, instance: Instance, affine: Affine | None) -> dict[str, Json]:
    category = annotations.category(instance.category)
    properties: dict[str, Json] = {"name": instance.name, "category": category.name if category else None}
    if category:
        properties["color"] = category.color
    if instance.score is not None:
        properties["score"] = instance.score
    polygons = [
        [_coordinates(ring, affine, is_hole=index > 0) for index, ring in enumerate(rings)]
        for rings in instance.outline.polygons()
    ]
    single = len(polygons) == 1
    geometry = {"type": "Polygon" if single else "MultiPolygon", "coordinates": polygons[0] if single else polygons}
    return {"type": "Feature", "id": instance.id, "properties": properties, "geometry": geometry}


def _coordinates(ring: Float64Array, affine: Affine | None, *, is_hole: bool) -> list[list[float]]:
    placed = rounded(ring) if affine is None else affine.to_world(ring)
    clockwise = signed_area(placed) < 0
    coordinates: list[list[float]] = (placed[::-1] if clockwise != is_hole else placed).tolist()
    return coordinates


def _features(root: dict[str, Json]) -> list[Json]:
    kind = root.get("type")
    if kind == "FeatureCollection":
        return list_in(root, "features", _WHAT)
    if kind == "Feature":
        return [root]
    if kind in ("Polygon", "MultiPolygon", "GeometryCollection"):
        return [{"geometry": root}]
    return wrong_structure(_WHAT, f"its type is {quoted(kind) if isinstance(kind, str) else kind_of(kind)}")


def _read_feature(feature: dict[str, Json], affine: Affine | None, found: ImportBuilder) -> None:
    polygons = [polygon for part in _parts(feature["geometry"], found) for polygon in _polygons(part, affine, found)]
    if not polygons:
        return
    properties = feature["properties"] if isinstance(feature.get("properties"), dict) else {}
    class_name, name = _class_of(properties), properties.get("name")
    category = found.category(class_name, color=color_of(properties.get("color"))) if class_name else None
    name = name if isinstance(name, str) else ""
    found.add(union_of_polygons(polygons, found), category, name=name, score=score_of(properties.get("score")))


def _class_of(properties: dict[str, Json]) -> str | None:
    """Look where we, QuPath and others write an object's class."""
    for key in ("category", "classification", "class", "label"):
        value = properties.get(key)
        name = value.get("name") if isinstance(value, dict) else value
        if isinstance(name, str) and name.strip():
            return name
    return None


def _parts(geometry: dict[str, Json], found: ImportBuilder) -> list[Json]:
    """Give the polygons of a geometry, each a list of rings."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon":
        return [coordinates]
    if kind == "MultiPolygon" and isinstance(coordinates, list):
        return coordinates
    members = geometry.get("geometries")
    if kind == "GeometryCollection" and isinstance(members, list):
        # Collections in collections are not to be (RFC 7946, section 3.1.8).
        flat = [member for member in members if isinstance(member, dict) and member.get("type") != kind]
        return [part for member in flat for part in _parts(member, found)]
    named = quoted(kind)
    found.say(f"A geometry of the type {named} was left out.", f"{{n}} geometries of the type {named} were left out.")
    return []


def _polygons(rings: Json, affine: Affine | None, found: ImportBuilder) -> list[list[Float64Array]]:
    points = [points_of(ring) for ring in rings] if isinstance(rings, list) and rings else [None]
    known = [ring for ring in points if ring is not None]
    if len(known) < len(points):
        found.say("A polygon that is no list of x and y was left out.", "{n} polygons that are no list of x and y were left out.")
        return []
    return sound_polygon([affine.to_pixels(ring) for ring in known] if affine is not None else known, found)
