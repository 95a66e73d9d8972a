"""Rings sorted into polygons."""

from __future__ import annotations

import itertools

from tabsam.geometry.containment import nest_rings
from tests.support.annotated import square


def test_rings_are_sorted_into_polygons_whatever_their_order_and_turn() -> None:
    large, island, alone = square(0, 0, 20), square(4, 4, 2), square(30, 0, 3)
    holes = square(2, 2, 8), square(12, 12, 4)[::-1]
    for rings in itertools.permutations([large, island, alone, *holes]):
        polygons = nest_rings(list(rings)).polygons()
        found = sorted((polygon[0].tolist(), len(polygon)) for polygon in polygons)
        assert found == [(large.tolist(), 3), (island.tolist(), 1), (alone.tolist(), 1)]
