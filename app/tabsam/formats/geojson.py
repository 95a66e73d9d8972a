"""GeoJSON (RFC 7946): a feature for each object.

Coordinates are pixels, x to the right and y *down* from the outer corner of the top-left pixel, as QuPath has them; or the
map's, by the annotations' affine, which is written into the file so that it can be read back. Either way a boundary runs
counter-clockwise as the numbers go (right-hand rule), holes clockwise. RFC 7946 wants longitude and latitude: only with an affine
into these is the file one that a map program places by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from tabsam.arrays import Float64Array
from tabsam.document.annotations import Annotations, Instance
from tabsam.errors import FormatError
from tabsam.formats.geojson_reading import GEOJSON, MEMBER
from tabsam.formats.shared.kept import kept_of
from tabsam.formats.shared.parsing import Json
from tabsam.formats.shared.rings import rounded
from tabsam.formats.shared.writing import json_bytes, without_empty
from tabsam.geometry.outline import signed_area
from tabsam.geometry.projections import LONGITUDE_LATITUDE, converted

Place = Callable[[Float64Array], Float64Array]
"""From pixels to what is written."""

_DEGREES = 9
"""Digits of a degree: a tenth of a millimetre."""


def write_geojson(annotations: Annotations) -> bytes:
    """Write a feature collection: on the map, where the annotations have an affine, else in pixels, to a thousandth.

    Where the map's coordinate system is known, the file names it, as GeoJSON did until RFC 7946, and GDAL reads it.
    """
    affine = annotations.affine
    if affine is None:
        return _collection(annotations, rounded, {}, {})
    about: dict[str, Json] = {"affine": list(affine.numbers)} | ({} if affine.epsg is None else {"epsg": affine.epsg})
    name = "urn:ogc:def:crs:OGC:1.3:CRS84" if affine.epsg == LONGITUDE_LATITUDE else f"urn:ogc:def:crs:EPSG::{affine.epsg}"
    crs = {} if affine.epsg is None else {"crs": {"type": "name", "properties": {"name": name}}}
    return _collection(annotations, affine.to_world, about, crs)


def write_lonlat(annotations: Annotations) -> bytes:
    """Write a feature collection as RFC 7946 wants it, in longitude and latitude, which every map program places by itself.

    Raises
    ------
    FormatError
        ``needs-crs`` where the picture's place, or its coordinate system, is not known.
    """
    affine = annotations.affine
    if affine is None or affine.epsg is None:
        why = "where the picture lies on a map" if affine is None else "in which coordinate system the picture's place is"
        raise FormatError(
            "needs-crs",
            f"Longitude and latitude cannot be written: {why} is not known.",
            "Say it under Map coordinates: six numbers, and for example EPSG:32632.",
        )
    epsg = affine.epsg

    def place(points: Float64Array) -> Float64Array:
        degrees = converted(affine.to_world(points), epsg, LONGITUDE_LATITUDE)
        if degrees is None:
            hint = "Here only UTM, Web Mercator and degrees are; with pyproj installed, the command has all others."
            raise FormatError("needs-crs", f"EPSG:{epsg} cannot be taken to longitude and latitude.", hint)
        return rounded(degrees, _DEGREES)

    return _collection(annotations, place, {}, {})


def _collection(annotations: Annotations, place: Place, about: dict[str, Json], members: dict[str, Json]) -> bytes:
    height, width = annotations.image_size
    about = {"picture": annotations.picture, "width": width, "height": height} | about
    features = [_feature(annotations, instance, place) for instance in without_empty(annotations).instances]
    return json_bytes({"type": "FeatureCollection", **members, MEMBER: about, "features": features})


def _feature(annotations: Annotations, instance: Instance, place: Place) -> dict[str, Json]:
    category = annotations.category(instance.category)
    kept = kept_of(instance.kept, GEOJSON)
    others = kept.get("properties")
    properties: dict[str, Json] = others if isinstance(others, dict) else {}
    properties |= {"name": instance.name, "category": category.name if category else None}
    if category:
        properties["color"] = category.color
    if instance.score is not None:
        properties["score"] = instance.score
    polygons = [
        [_coordinates(ring, place, is_hole=index > 0) for index, ring in enumerate(rings)]
        for rings in instance.outline.polygons()
    ]
    single = len(polygons) == 1
    geometry = {"type": "Polygon" if single else "MultiPolygon", "coordinates": polygons[0] if single else polygons}
    return {"type": "Feature", "id": kept.get("id", instance.id), "properties": properties, "geometry": geometry}


def _coordinates(ring: Float64Array, place: Place, *, is_hole: bool) -> list[list[float]]:
    placed = place(ring)
    clockwise = signed_area(placed) < 0
    coordinates: list[list[float]] = (placed[::-1] if clockwise != is_hole else placed).tolist()
    return coordinates
