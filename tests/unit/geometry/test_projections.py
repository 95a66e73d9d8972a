"""From one map's coordinates to another's, against places that are known."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.geometry.projections import converted, epsg_of, name_of, utm_zone


@pytest.mark.parametrize(
    ("epsg", "lonlat", "there"),
    [
        (32617, (-79.387139, 43.642567), (630084.3, 4833438.6)),  # the CN Tower, in zone 17
        (32632, (9.0, 0.0), (500000, 0)),
        (32732, (9.0, 0.0), (500000, 10000000)),
        (32756, (151.2153, -33.8568), (334900.6, 6252267.2)),  # Sydney's opera
        (3857, (180.0, 0.0), (20037508.3428, 0)),
    ],
)
def test_places_that_are_known(epsg: int, lonlat: tuple[float, float], there: tuple[float, float]) -> None:
    point = converted(np.array([lonlat]), 4326, epsg)
    assert point is not None
    assert point[0] == pytest.approx(there, abs=30 if epsg == 32756 else 0.5)
    back = converted(point, epsg, 4326)
    assert back is not None
    assert back[0] == pytest.approx(lonlat, abs=1e-9)


def test_zones_and_names() -> None:
    assert (utm_zone(9.2, 48.7), utm_zone(-79.4, 43.6), utm_zone(151.2, -33.9), utm_zone(180, 0)) == (32632, 32617, 32756, 32660)
    assert name_of(32756) == "UTM zone 56S (EPSG:32756)"
    names = [
        "EPSG:32632",
        "urn:ogc:def:crs:EPSG::25832",
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "http://www.opengis.net/def/crs/EPSG/0/4326",
    ]
    assert [epsg_of(name) for name in names] == [32632, 25832, 4326, 4326]
    assert epsg_of("local") is None


def test_what_is_not_known_is_not_converted() -> None:
    assert converted(np.zeros((1, 2)), 999999, 4326) is None
