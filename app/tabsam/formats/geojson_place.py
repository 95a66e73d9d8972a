"""Where a GeoJSON file's numbers lie: in pixels, or on a map; compared with where the picture is, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NoReturn

import numpy as np

from tabsam.arrays import Float64Array, Size
from tabsam.errors import FormatError
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.parsing import Json, finite, whole_of
from tabsam.geometry.affine import Affine
from tabsam.geometry.projections import LONGITUDE_LATITUDE, converted, epsg_of, name_of, utm_zone

Extent = tuple[float, float, float, float]
"""x from, y from, x to, y to."""

ToPixels = Callable[[Float64Array], Float64Array]

_FARTHEST = 1e15

_PIXELS: ToPixels = lambda points: points  # noqa: E731


def crs_of(root: dict[str, Json]) -> int | None:
    """Read the coordinate system that a file names (GeoJSON 2008); None where it names none, or none that is known."""
    crs = root.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if not isinstance(properties, dict):
        return None
    name = properties.get("name", properties.get("href"))
    return epsg_of(name) if isinstance(name, str) else whole_of(properties.get("code"))


def extent_of(features: list[Json]) -> Extent | None:
    """Measure where all positions of a file lie."""
    positions = np.array([place for one in features for place in _positions(one)], np.float64).reshape(-1, 2)
    positions = positions[(np.abs(positions) < _FARTHEST).all(axis=1)]  # what is on no map is left out one by one
    if not len(positions):
        return None
    (x0, y0), (x1, y1) = positions.min(axis=0).tolist(), positions.max(axis=0).tolist()
    return x0, y0, x1, y1


def to_pixels(extent: Extent | None, crs: int | None, affine: Affine | None, found: ImportBuilder) -> ToPixels:
    """Choose how a file's numbers become pixels.

    Parameters
    ----------
    extent : Extent or None
        Of all that the file has; None for nothing, of which nothing can be said.
    crs : int or None
        The coordinate system that the file names.
    affine : Affine or None
        Where the picture lies on a map, if that is known.

    Raises
    ------
    FormatError
        ``needs-place`` when they are a map's and the picture lies on none; ``elsewhere`` when they lie nowhere in the picture.
        Both say where the file lies, and where the picture.
    """
    if affine is None:
        return _in_pixels(extent, crs, found.image_size)
    if extent is None:
        return affine.to_pixels
    own = _extent_on_map(affine, found.image_size)
    for of, to, why in _ways(extent, crs, affine):
        there = extent if of == to else _moved(extent, of, to)
        if there is not None and _overlap(there, own):
            if why:
                found.say(why, why)
            return affine.to_pixels if of == to else _through(affine, of, to)
    if crs is None and _lies_within(extent, _extent(found.image_size)) and not _is_tiny(extent):
        sentence = "The file's numbers are the picture's pixels, not the map's; they were read as that."
        found.say(sentence, sentence)
        return _PIXELS
    where = "" if crs is None else f" in {name_of(crs)}"
    place = "" if affine.epsg is None else f" in {name_of(affine.epsg)}"
    return _elsewhere(f"{_text(extent)}{where}; the open picture {_text(own)}{place}")


def _in_pixels(extent: Extent | None, crs: int | None, size: Size) -> ToPixels:
    if crs is not None:
        where = "" if extent is None else f", {_text(extent)}"
        raise FormatError(
            "needs-place",
            f"This file is in a map's coordinates, {name_of(crs)}{where}. The open picture covers {_text(_extent(size))} in "
            "pixels; where it lies on the map is not known.",
            "Import its world file first, or type its map coordinates, with the coordinate system.",
        )
    if extent is None:
        return _PIXELS
    if _is_tiny(extent):
        raise FormatError(
            "needs-place",
            f"This file is not in pixels: all of it covers {_text(extent)}, less than a pixel. It may be longitude and latitude.",
            "Import the picture's world file first, or type its map coordinates.",
        )
    if not _overlap(extent, _extent(size)):
        _elsewhere(f"{_text(extent)}; the open picture {_text(_extent(size))} in pixels")
    return _PIXELS


def _ways(extent: Extent, crs: int | None, affine: Affine) -> Iterator[tuple[int, int, str]]:
    """Give the systems from which and to which the file's numbers may be, the surest first; 0 to 0 is as they are."""
    if crs is not None and affine.epsg is not None:
        yield crs, affine.epsg, ""
        return
    yield 0, 0, ""
    x, y = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    is_degrees = crs == LONGITUDE_LATITUDE or (crs is None and abs(x) <= 180 and abs(y) <= 90)
    if is_degrees:
        to = affine.epsg or utm_zone(x, y)
        yield LONGITUDE_LATITUDE, to, f"The file's longitudes and latitudes were taken to the picture's {name_of(to)}."


def _through(affine: Affine, of: int, to: int) -> ToPixels:
    def through(points: Float64Array) -> Float64Array:
        moved = converted(points, of, to)
        assert moved is not None  # the extent could be moved
        return affine.to_pixels(moved)

    return through


def _moved(extent: Extent, of: int, to: int) -> Extent | None:
    xs, ys = np.linspace(extent[0], extent[2], 5), np.linspace(extent[1], extent[3], 5)
    with np.errstate(all="ignore"):  # what is on no map is infinite, and overlaps nothing
        moved = converted(np.array([(x, y) for x in xs for y in ys]), of, to)
    return None if moved is None else _around(moved)


def _extent_on_map(affine: Affine, size: Size) -> Extent:
    height, width = size
    return _around(affine.to_world(np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)))


def _extent(size: Size) -> Extent:
    return 0.0, 0.0, float(size[1]), float(size[0])


def _around(points: Float64Array) -> Extent:
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return x0, y0, x1, y1


def _overlap(one: Extent, other: Extent) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _lies_within(one: Extent, other: Extent) -> bool:
    return other[0] <= one[0] and one[2] <= other[2] and other[1] <= one[1] and one[3] <= other[3]


def _is_tiny(extent: Extent) -> bool:
    """Tell whether all of a file would lie within a pixel, at degrees that there are: no one draws that in a picture."""
    x0, y0, x1, y1 = extent
    return x1 - x0 < 1 and y1 - y0 < 1 and max(abs(x0), abs(x1)) <= 180 and max(abs(y0), abs(y1)) <= 90


def _text(extent: Extent) -> str:
    x0, y0, x1, y1 = (f"{number:.10g}" for number in extent)
    return f"x {x0} to {x1}, y {y0} to {y1}"


def _elsewhere(where: str) -> NoReturn:
    raise FormatError(
        "elsewhere",
        f"Nothing in this file lies in the picture: it covers {where}.",
        "Look whether it is the file of this picture, and where the picture lies on the map.",
    )


def _positions(value: Json) -> Iterator[tuple[float, float]]:
    """Give all positions in a feature, a geometry or coordinates, however deep they lie."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            todo += [one[key] for key in ("geometry", "geometries", "coordinates", "features") if key in one]
        elif isinstance(one, list):
            if len(one) >= 2 and (x := finite(one[0])) is not None and (y := finite(one[1])) is not None:
                yield x, y
            else:
                todo += [part for part in one if isinstance(part, list | dict)]
