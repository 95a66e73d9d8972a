"""Where an outline's edges cross."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import Polygon

from tabsam.arrays import Float64Array
from tabsam.geometry.crossings import self_crossings
from tabsam.geometry.edges import edges_of
from tabsam.geometry.outline import Outline
from tests.support.annotated import ring
from tests.support.shapes import box, circle, rectangle, shape


def crossings(line: Outline) -> Float64Array:
    return self_crossings(edges_of(line)).points


def test_a_bow_tie_crosses_itself_once() -> None:
    assert crossings(shape([ring((0, 0), (10, 10), (10, 0), (0, 10))])).tolist() == [[5, 5]]


def test_a_boundary_that_goes_over_its_hole_crosses_it() -> None:
    moved = shape([ring((5.5, 5.5), (10, 0), (10, 10), (0, 10)), rectangle(4, 4, 6, 6)])
    assert len(crossings(moved)) == 2


@pytest.mark.parametrize("line", [shape([circle(50, 50, 30), circle(50, 50, 15)]), box(0, 0, 5, 5), shape()])
def test_a_sound_outline_does_not_cross_itself(line: Outline) -> None:
    assert not len(crossings(line))


def test_all_crossings_are_found_as_shapely_finds_them() -> None:
    rng = np.random.default_rng(4)
    for _ in range(30):
        corners = rng.uniform(0, 100, (12, 2))
        assert (len(crossings(shape([ring(*corners)]))) > 0) == (not Polygon(corners).is_valid)
