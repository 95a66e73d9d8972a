"""From one map's coordinates to another's: longitude and latitude, UTM, and the web's Mercator, by their EPSG numbers.

UTM is Krüger's series to the fourth order of the flattening (Karney 2011, "Transverse Mercator with an accuracy of a few
nanometers"): right to a millimetre within a zone. WGS 84, ETRS89 and NAD83 are taken for one datum, as web maps do; they lie
within two metres. Any other system is pyproj's where it is installed.
"""

from __future__ import annotations

import importlib
import re

import numpy as np

from tabsam.arrays import Float64Array

LONGITUDE_LATITUDE = 4326

_LON_LAT = (4326, 4258, 4269)
_WEB_MERCATOR = (3857, 900913)
_RADIUS = 6378137.0
_FLATTENING = 1 / 298.257223563
_SCALE, _EASTING, _SOUTH = 0.9996, 500_000.0, 10_000_000.0

_N = _FLATTENING / (2 - _FLATTENING)
_MERIDIAN = _RADIUS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_ALPHA = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_DELTA = (
    2 * _N - 2 * _N**2 / 3 - 2 * _N**3 + 116 * _N**4 / 45,
    7 * _N**2 / 3 - 8 * _N**3 / 5 - 227 * _N**4 / 45,
    56 * _N**3 / 15 - 136 * _N**4 / 35,
    4279 * _N**4 / 630,
)


def epsg_of(text: str) -> int | None:
    """Read a coordinate system's EPSG number from its name: "EPSG:32632", a URN or a URL; CRS84 is longitude and latitude."""
    if re.search(r"\bCRS:?84\b", text, re.IGNORECASE):
        return LONGITUDE_LATITUDE
    match = re.search(r"EPSG\b.*?[:/](\d{4,6})\s*$", text.strip(), re.IGNORECASE)
    return int(match[1]) if match else None


def name_of(epsg: int) -> str:
    """Name a coordinate system for people."""
    zone = _zone(epsg)
    if epsg in _LON_LAT:
        return "longitude and latitude"
    return f"EPSG:{epsg}" if zone is None else f"UTM zone {zone[0]}{'S' if zone[1] else 'N'} (EPSG:{epsg})"


def utm_zone(longitude: float, latitude: float) -> int:
    """Give the EPSG number of the UTM zone (WGS 84) that a place is in."""
    zone = min(max(int((longitude + 180) // 6) + 1, 1), 60)
    return (32700 if latitude < 0 else 32600) + zone


def converted(points: Float64Array, of: int, to: int) -> Float64Array | None:
    """Take points, (N, 2), from one system to another, x or longitude first; None where one of them is not known."""
    if of == to or (of in _LON_LAT and to in _LON_LAT):
        return points
    degrees = _to_degrees(points, of)
    there = None if degrees is None else _from_degrees(degrees, to)
    return _by_pyproj(points, of, to) if there is None else there


def _to_degrees(points: Float64Array, epsg: int) -> Float64Array | None:
    zone = _zone(epsg)
    if epsg in _LON_LAT:
        return points
    if epsg in _WEB_MERCATOR:
        return np.asarray(np.degrees(np.column_stack([points[:, 0] / _RADIUS, np.arctan(np.sinh(points[:, 1] / _RADIUS))])))
    if zone is None:
        return None
    xi = (points[:, 1] - (_SOUTH if zone[1] else 0)) / (_SCALE * _MERIDIAN)
    eta = (points[:, 0] - _EASTING) / (_SCALE * _MERIDIAN)
    xi_, eta_ = xi.copy(), eta.copy()
    for j, beta in enumerate(_BETA, 1):
        xi_ -= beta * np.sin(2 * j * xi) * np.cosh(2 * j * eta)
        eta_ -= beta * np.cos(2 * j * xi) * np.sinh(2 * j * eta)
    chi = np.arcsin(np.sin(xi_) / np.cosh(eta_))
    latitude = chi + sum(delta * np.sin(2 * j * chi) for j, delta in enumerate(_DELTA, 1))
    longitude = _meridian(zone[0]) + np.arctan2(np.sinh(eta_), np.cos(xi_))
    return np.asarray(np.degrees(np.column_stack([longitude, latitude])))


def _from_degrees(points: Float64Array, epsg: int) -> Float64Array | None:
    zone = _zone(epsg)
    if epsg in _LON_LAT:
        return points
    longitude, latitude = np.radians(points).T
    if epsg in _WEB_MERCATOR:
        return np.column_stack([longitude * _RADIUS, np.arcsinh(np.tan(latitude)) * _RADIUS])
    if zone is None:
        return None
    root = 2 * np.sqrt(_N) / (1 + _N)
    t = np.sinh(np.arctanh(np.sin(latitude)) - root * np.arctanh(root * np.sin(latitude)))
    away = longitude - _meridian(zone[0])
    xi_, eta_ = np.arctan2(t, np.cos(away)), np.arctanh(np.sin(away) / np.sqrt(1 + t**2))
    xi, eta = xi_.copy(), eta_.copy()
    for j, alpha in enumerate(_ALPHA, 1):
        xi += alpha * np.sin(2 * j * xi_) * np.cosh(2 * j * eta_)
        eta += alpha * np.cos(2 * j * xi_) * np.sinh(2 * j * eta_)
    y = _SCALE * _MERIDIAN * xi + (_SOUTH if zone[1] else 0)
    return np.column_stack([_EASTING + _SCALE * _MERIDIAN * eta, y])


def _zone(epsg: int) -> tuple[int, bool] | None:
    """Give a UTM zone's number, and whether it is of the south; None for what is none."""
    for first, most, south in ((32600, 60, False), (32700, 60, True), (25800, 60, False), (26900, 23, False)):
        if first < epsg <= first + most:
            return epsg - first, south
    return None


def _meridian(zone: int) -> float:
    return float(np.radians(6 * zone - 183))


def _by_pyproj(points: Float64Array, of: int, to: int) -> Float64Array | None:
    try:
        pyproj = importlib.import_module("pyproj")
        transformer = pyproj.Transformer.from_crs(of, to, always_xy=True)
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1])).astype(np.float64)
    except Exception:  # noqa: BLE001  # not installed, which it need not be; or no such number, or no way between the two
        return None
