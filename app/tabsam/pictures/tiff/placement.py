"""Where a GeoTIFF lies on a map: its scale and a tie point, or a transformation, and the number of its coordinate system."""

from __future__ import annotations

from tabsam.errors import FormatError
from tabsam.geometry.affine import Affine
from tabsam.pictures.faults import TiffFault
from tabsam.pictures.tiff.tags import Directory

_SCALE, _TIE_POINTS, _TRANSFORMATION, _KEYS = 33550, 33922, 34264, 34735
_RASTER_TYPE, _GEOGRAPHIC, _PROJECTED = 1025, 2048, 3072
_PIXEL_IS_POINT = 2
_USER_DEFINED = 32767


def placement_of(directory: Directory) -> Affine | None:
    """Give where a page's pixels lie on which map; None where that is not said, or makes no sense."""
    try:
        numbers = _numbers(directory)
        if numbers is None:
            return None
        a, b, c, d, e, f = numbers
        if _keys(directory).get(_RASTER_TYPE) == _PIXEL_IS_POINT:
            # its numbers are of the middles of pixels, ours of their corners
            c, f = c - (a + b) / 2, f - (d + e) / 2
        return Affine(a, b, c, d, e, f, epsg_of(directory))
    except (TiffFault, FormatError, OverflowError, ValueError):
        return None


def epsg_of(directory: Directory) -> int | None:
    """Give the EPSG number of the coordinate system that a page's placement is in; None where it has none."""
    try:
        keys = _keys(directory)
    except TiffFault:
        return None
    number = keys.get(_PROJECTED) or keys.get(_GEOGRAPHIC)
    return number if number and number < _USER_DEFINED else None


def _numbers(directory: Directory) -> tuple[float, float, float, float, float, float] | None:
    matrix = directory.numbers(_TRANSFORMATION)
    if len(matrix) >= 8:
        return matrix[0], matrix[1], matrix[3], matrix[4], matrix[5], matrix[7]
    scale, tie = directory.numbers(_SCALE), directory.numbers(_TIE_POINTS)
    if len(scale) < 2 or len(tie) < 6:
        return None
    across, down = scale[:2]
    column, row, _, x, y, _ = tie[:6]
    return across, 0.0, x - column * across, 0.0, -down, y + row * down


def _keys(directory: Directory) -> dict[int, int]:
    """Give the keys that are numbers and stand in the directory of keys itself."""
    flat = directory.integers(_KEYS)
    return {flat[at]: flat[at + 3] for at in range(4, len(flat) - 3, 4) if flat[at + 1] == 0}
