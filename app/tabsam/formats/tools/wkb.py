"""Well-known binary: polygons with holes, as databases of maps keep them."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.errors import FormatError

_POLYGON, _MULTI_POLYGON, _COLLECTION = 3, 6, 7
_MOST_NESTED = 16

Rings = list[Float64Array]


def write_polygons(polygons: Sequence[Sequence[Float64Array]]) -> bytes:
    """Write a multipolygon; each ring is closed, (N, 2), the boundary first."""
    parts = [b"".join(struct.pack("<I", len(ring)) + ring.astype("<f8").tobytes() for ring in rings) for rings in polygons]
    members = [struct.pack("<BII", 1, _POLYGON, len(rings)) + part for rings, part in zip(polygons, parts, strict=True)]
    return struct.pack("<BII", 1, _MULTI_POLYGON, len(members)) + b"".join(members)


def read_polygons(data: bytes) -> tuple[list[Rings], int]:
    """Read all polygons of a geometry.

    Returns
    -------
    list of list of float64, shape (N, 2)
        Of each its rings, the boundary first; heights and measures are passed over.
    int
        How many points and lines there are besides.

    Raises
    ------
    FormatError
        ``wkb-damaged``.
    """
    reader = _Reader(data)
    polygons: list[Rings] = []
    try:
        others = reader.geometry(polygons, _MOST_NESTED)
    except (struct.error, ValueError) as error:
        raise FormatError("wkb-damaged", "This geometry is damaged.", details=str(error)) from error
    return polygons, others


class _Reader:
    """Goes through a geometry once."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._order = "<"

    def geometry(self, polygons: list[Rings], nested: int) -> int:
        """Add a geometry's polygons; give how many others there are."""
        if nested == 0:
            raise ValueError("geometries in geometries in geometries")
        self._order = "<" if self._numbers("B")[0] else ">"
        (code,) = self._numbers("I")
        plain = code & 0x0FFFFFFF
        dimensions = 2 + bool(code & 0x80000000) + bool(code & 0x40000000) + (0, 1, 1, 2)[plain // 1000 % 4]
        if code & 0x20000000:  # PostGIS puts its number of the coordinate system here
            self._numbers("I")
        kind = plain % 1000
        if kind == _POLYGON:
            polygons.append([self._ring(dimensions) for _ in range(self._count(4))])
            return 0
        if 4 <= kind <= _COLLECTION:
            return sum(self.geometry(polygons, nested - 1) for _ in range(self._count(5)))
        if kind == 1:
            self._take(8 * dimensions)
        elif kind == 2:
            self._ring(dimensions)
        else:
            raise ValueError(f"a geometry of the kind {kind}")
        return 1

    def _ring(self, dimensions: int) -> Float64Array:
        count = self._count(8 * dimensions)
        numbers = np.frombuffer(self._take(8 * dimensions * count), f"{self._order}f8").astype(np.float64)
        return numbers.reshape(count, dimensions)[:, :2]

    def _count(self, least: int) -> int:
        """Read how many there are; more than there is room for is a mistake."""
        (count,) = self._numbers("I")
        if count * least > len(self._data) - self._at:
            raise ValueError("more than there are bytes")
        return int(count)

    def _numbers(self, kinds: str) -> tuple[int, ...]:
        pattern = self._order + kinds
        return struct.unpack(pattern, self._take(struct.calcsize(pattern)))

    def _take(self, size: int) -> bytes:
        begin, self._at = self._at, self._at + size
        if self._at > len(self._data):
            raise ValueError("it breaks off")
        return self._data[begin : self._at]
