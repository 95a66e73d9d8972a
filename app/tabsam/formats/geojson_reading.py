"""GeoJSON's features read: collections, bare lists, one a line; each object's class, from wherever a tool writes it."""

from __future__ import annotations

from collections.abc import Mapping

from tabsam.arrays import Float64Array, Size
from tabsam.formats.geojson_place import ToPixels, crs_of, extent_of, to_pixels
from tabsam.formats.geojson_sequence import GEOMETRIES, values_of
from tabsam.formats.shared.imported import ImportBuilder, Imported, quoted
from tabsam.formats.shared.kept import unused
from tabsam.formats.shared.parsing import Json, affine_of, color_of, kind_of, list_in, number_of, score_of, whole, wrong_structure
from tabsam.formats.shared.rings import points_of, sound_polygon, union_of_polygons
from tabsam.geometry.affine import Affine

GEOJSON = "geojson"
"""What is kept of a file is kept under this name."""
MEMBER = "tabsam"
"""Our own member of the collection, which others ignore (RFC 7946, section 6.1)."""

_WHAT = "a GeoJSON file"
_NAMES = ("category", "classification", "class", "label", "class_name", "classname", "category_name", "type")
"""Where we, QuPath and others write an object's class, the likeliest first; upper or lower case."""
_NUMBERS = ("category_id", "class_id", "value", "dn")
"""Where only a number stands: rasterio's ``value`` and GDAL's ``DN`` are those of pixels."""
_USED = ("name", "color", "score")


def read_geojson(data: bytes, image_size: Size, picture: str, *, affine: Affine | None = None) -> Imported:
    """Read polygons and multipolygons, from a collection, a list, a sequence, a feature or a bare geometry.

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
        none; ``needs-place`` and ``elsewhere`` when its numbers are no places in the picture.
    """
    found = ImportBuilder(picture, image_size)
    values = values_of(data)
    features = [feature for value in values for feature in _features(value)]
    root = values[0] if len(values) == 1 and isinstance(values[0], dict) else {}
    about, crs = root.get(MEMBER), crs_of(root)
    if affine is None and isinstance(about, dict) and about.get("affine") is not None:
        affine = affine_of(about["affine"], about.get("epsg"))
    found.affine = affine
    place = to_pixels(extent_of(features), crs, affine, found)
    if not features:
        found.say("The file has no features.", "")
    for feature in features:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if isinstance(feature, dict) and isinstance(geometry, dict):
            _read_feature(feature, geometry, place, found)
        else:
            found.say("A feature without a geometry was left out.", "{n} features without a geometry were left out.")
    return found.imported()


def _features(root: Json) -> list[Json]:
    if isinstance(root, list):
        return [feature for one in root for feature in (_features(one) if isinstance(one, dict) else [one])]
    if not isinstance(root, dict):
        return wrong_structure(_WHAT, f"it should be an object, but is {kind_of(root)}")
    kind = root.get("type")
    if kind == "FeatureCollection":
        return list_in(root, "features", _WHAT)
    if kind == "Feature":
        return [root]
    if kind in GEOMETRIES:
        return [{"geometry": root}]
    return wrong_structure(_WHAT, f"its type is {quoted(kind) if isinstance(kind, str) else kind_of(kind)}")


def _read_feature(feature: dict[str, Json], geometry: dict[str, Json], place: ToPixels, found: ImportBuilder) -> None:
    polygons = [polygon for part in _parts(geometry, found) for polygon in _polygons(part, place, found)]
    if not polygons:
        return
    properties = feature["properties"] if isinstance(feature.get("properties"), dict) else {}
    key, class_name = _class_of(properties)
    name, color = properties.get("name"), _color_of(properties)
    category = found.category(class_name, color=color) if class_name else None
    kept = {"properties": unused(properties, (*_USED, key))}
    if isinstance(feature.get("id"), str | int | float):
        kept["id"] = feature["id"]
    found.add(
        union_of_polygons(polygons, found),
        category,
        name=name if isinstance(name, str) else "",
        score=score_of(number_of(properties.get("score"))),
        kept={GEOJSON: {key: value for key, value in kept.items() if value}},
    )


def _class_of(properties: Mapping[str, Json]) -> tuple[str, str]:
    """Find an object's class; give the property it stands in, and its name."""
    by_key = {key.lower(): key for key in properties}
    for name in _NAMES:
        text = _class_name(properties.get(by_key.get(name, ""))) if name in by_key else ""
        if text:
            return by_key[name], text
    for name in _NUMBERS:
        number = whole(number_of(properties.get(by_key.get(name, "")))) if name in by_key else None
        if number is not None:
            return by_key[name], f"class {number}"
    return "", ""


def _class_name(value: Json) -> str:
    """Give a class's name: a text or a number, or QuPath's, which are parts of one another ("Tumor: Necrosis")."""
    if isinstance(value, dict):
        value = value.get("name", value.get("names"))
    if isinstance(value, list):
        return ": ".join(filter(None, map(_class_name, value)))
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = whole(value)
        return str(value if number is None else number)
    return value.strip() if isinstance(value, str) else ""


def _color_of(properties: Mapping[str, Json]) -> str | None:
    """Read a colour: ours, QuPath's three numbers, or its older one with the opacity in front."""
    classification = properties.get("classification")
    for holder in (properties, classification if isinstance(classification, dict) else {}):
        color = holder.get("color")
        if (
            isinstance(color, list)
            and len(color) in (3, 4)
            and all((n := whole(one)) is not None and 0 <= n < 256 for one in color)
        ):
            return f"#{bytes(map(int, color[:3])).hex()}"
        if (text := color_of(color)) is not None:
            return text
        number = whole(holder.get("colorRGB"))
        if number is not None:
            return f"#{number & 0xFFFFFF:06x}"
    return None


def _parts(geometry: dict[str, Json], found: ImportBuilder) -> list[Json]:
    """Give the polygons of a geometry, each a list of rings; collections may lie in collections, though they should not."""
    parts: list[Json] = []
    todo = [geometry]
    while todo:
        one = todo.pop(0)
        kind = one.get("type")
        inside = one.get("geometries" if kind == "GeometryCollection" else "coordinates")
        if kind in GEOMETRIES and (inside == [] or inside is None):
            found.say("An empty geometry was left out.", "{n} empty geometries were left out.")
        elif kind == "Polygon":
            parts.append(inside)
        elif kind == "MultiPolygon" and isinstance(inside, list):
            parts += inside
        elif kind == "GeometryCollection" and isinstance(inside, list):
            members = [member for member in inside if isinstance(member, dict)]
            odd = len(inside) - len(members)
            found.say("A geometry that is no object was left out.", "{n} geometries that are no objects were left out.", odd)
            todo = members + todo
        else:
            found.say_type("A geometry", "geometries", kind)
    return parts


def _polygons(rings: Json, place: ToPixels, found: ImportBuilder) -> list[list[Float64Array]]:
    points = [points_of(ring) for ring in rings] if isinstance(rings, list) and rings else [None]
    known = [ring for ring in points if ring is not None]
    if len(known) < len(points):
        found.say("A polygon that is no list of x and y was left out.", "{n} polygons that are no list of x and y were left out.")
        return []
    return sound_polygon([place(ring) for ring in known], found)
