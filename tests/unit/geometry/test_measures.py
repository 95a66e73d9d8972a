"""What outlines measure, against what one can work out by hand and against their pixels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from tabsam.arrays import BoolArray
from tabsam.geometry.affine import Affine
from tabsam.geometry.measures import measure
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.geometry.raster import fill
from tabsam.geometry.tracing import outline_of_mask
from tests.support.annotated import HOLED, ISLAND, PLAIN, TWO_PARTS, blob, ring
from tests.support.strategies import masks


def test_a_square_measures_what_it_says() -> None:
    found = measure(PLAIN)
    assert found is not None
    assert (found.area, found.perimeter, found.x, found.y, found.width, found.height) == (100, 40, 2, 3, 10, 10)
    assert (found.centroid_x, found.centroid_y) == (7, 8)
    assert found.equivalent_diameter == pytest.approx(2 * math.sqrt(100 / math.pi))


def test_holes_are_taken_off_the_area_and_pull_the_centroid_and_are_no_part_of_the_perimeter() -> None:
    lopsided = from_polygons([[ring((0, 0), (10, 0), (10, 10), (0, 10)), ring((6, 2), (6, 8), (8, 8), (8, 2))]])
    found = measure(lopsided)
    assert found is not None
    assert (found.area, found.perimeter) == (88, 40)
    assert found.centroid_x == pytest.approx((100 * 5 - 12 * 7) / 88)
    assert found.centroid_y == pytest.approx(5)


def test_parts_are_measured_together() -> None:
    found = measure(TWO_PARTS)
    assert found is not None
    assert (found.area, found.perimeter, found.width, found.height) == (25 + 36, 20 + 24, 14, 8)


@pytest.mark.parametrize("line", [PLAIN, HOLED, TWO_PARTS, ISLAND], ids=["plain", "holed", "parts", "island"])
def test_along_pixels_it_is_what_the_pixels_say(line: Outline) -> None:
    mask = fill(line, (36, 48))
    rows, columns = np.nonzero(mask)
    found = measure(outline_of_mask(mask))
    assert found is not None
    assert found.area == mask.sum()
    assert found.centroid_x == pytest.approx(columns.mean() + 0.5)
    assert found.centroid_y == pytest.approx(rows.mean() + 0.5)
    assert (found.x, found.y) == pytest.approx((columns.min(), rows.min()))
    assert (found.width, found.height) == pytest.approx((np.ptp(columns) + 1, np.ptp(rows) + 1))


def test_a_sheared_map_measures_the_outline_that_lies_on_it() -> None:
    sheared = Affine(0.5, 0.2, 4_000_000, -0.1, -0.5, 5_000_000)
    shape = [blob(np.random.default_rng(3), 30, 20, 12), blob(np.random.default_rng(4), 30, 20, 4)[::-1]]
    here, there = measure(from_polygons([shape]), sheared), measure(from_polygons([[sheared.to_world(one) for one in shape]]))
    assert here is not None
    assert there is not None
    assert here.area == pytest.approx(there.area)
    assert here.perimeter == pytest.approx(there.perimeter)
    assert (here.x, here.y, here.width, here.height) == pytest.approx((there.x, there.y, there.width, there.height))
    assert (here.centroid_x, here.centroid_y) == pytest.approx((there.centroid_x, there.centroid_y), abs=1e-6)


@given(masks())
def test_an_outline_along_pixels_measures_what_they_do(mask: BoolArray) -> None:
    found = measure(outline_of_mask(mask))
    if not mask.any():
        assert found is None
        return
    assert found is not None
    rows, columns = np.nonzero(mask)
    left, top = columns.min(), rows.min()
    assert found.area == pytest.approx(np.count_nonzero(mask))
    assert (found.x, found.y, found.width, found.height) == (left, top, columns.max() + 1 - left, rows.max() + 1 - top)
    assert (found.centroid_x, found.centroid_y) == pytest.approx((columns.mean() + 0.5, rows.mean() + 0.5))
    borders = np.pad(mask, 1).astype(np.int8)
    assert found.perimeter == pytest.approx(sum(np.count_nonzero(np.diff(borders, axis=axis)) for axis in (0, 1)))


def test_nothing_has_no_measures_and_a_line_without_area_the_middle_of_its_box() -> None:
    assert measure(from_polygons([])) is None
    flat = measure(from_polygons([[ring((0, 0), (4, 0), (4, 0))]]))
    assert flat is not None
    assert (flat.area, flat.centroid_x, flat.centroid_y, flat.equivalent_diameter) == (0, 2, 0, 0)
