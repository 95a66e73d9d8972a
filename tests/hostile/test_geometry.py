"""Random outlines, held against shapely: what is combined, painted and erased is valid, and encloses what it should."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.document.painting import erase, paint, stroke_outline
from tabsam.geometry.outline import Outline, area
from tabsam.geometry.set_operations import intersect, subtract, union
from tabsam.geometry.tracing import outline_of_mask
from tests.support.shapes import box, circle, disc, geometry, shape

SIZE = (120, 160)

#: Cases of a test, and how many tests there are; CI takes the first, `build.py test --all` makes 5,000 cases.
CASES = 50
BATCHES = [pytest.param(batch, marks=pytest.mark.long if batch > 1 else ()) for batch in range(50)]


def blots(rng: np.random.Generator) -> Outline:
    mask = np.zeros(SIZE, np.bool_)
    for _ in range(rng.integers(1, 6)):
        top, left = rng.integers(0, 110), rng.integers(0, 150)
        mask[top : top + rng.integers(1, 50), left : left + rng.integers(1, 50)] = True
    return outline_of_mask(mask)


def noise(rng: np.random.Generator) -> Outline:
    mask = np.zeros(SIZE, np.bool_)
    mask[40:60, 40:60] = rng.random((20, 20)) < 0.6
    return outline_of_mask(mask)


def rings(rng: np.random.Generator) -> Outline:
    x, y = rng.uniform(45, 75, 2).tolist()
    return shape([circle(x, y, 40), circle(x, y, 20)], [circle(x, y, 10)])


def sliver(rng: np.random.Generator) -> Outline:
    x, y = rng.uniform(5, 80, 2).tolist()
    return box(x, y, x + rng.uniform(0.01, 70), y + rng.uniform(0.01, 0.6))


def flat(rng: np.random.Generator) -> Outline:
    x, y = rng.uniform(30, 90, 2).tolist()
    return shape([circle(x, y, rng.uniform(2, 30))], [np.array([(x, y), (x + 20, y + 3), (x, y)])])


def stroke(rng: np.random.Generator) -> Outline:
    points = rng.uniform(20, 100, (rng.integers(1, 7), 2))
    return stroke_outline(np.round(points) if rng.random() < 0.3 else points, float(rng.choice([0.4, 1, 2.5, 6, 15])))


def whole_disc(rng: np.random.Generator) -> Outline:
    x, y = rng.uniform(30, 90, 2).tolist()
    return disc(x, y, float(rng.uniform(0.3, 30)))


MAKERS = (blots, noise, rings, sliver, flat, stroke, whole_disc)


def sound(line: Outline) -> Outline:
    """Give an outline without its rings that enclose nothing, which shapely does not take."""
    return shape(*(polygon for polygon in line.polygons() if len(np.unique(polygon[0], axis=0)) > 2))


@pytest.mark.parametrize("batch", BATCHES)
def test_what_is_combined_is_what_shapely_says(batch: int) -> None:
    for case in range(CASES):
        rng = np.random.default_rng((batch, case))
        one, other = (MAKERS[rng.integers(len(MAKERS))](rng) for _ in range(2))
        for combine, exact in ((union, "union"), (intersect, "intersection"), (subtract, "difference")):
            found = geometry(combine(one, other, SIZE))
            expected = getattr(geometry(sound(one)), exact)(geometry(sound(other)))
            about = f"{exact} of {batch}, {case}"
            assert found.is_valid, about
            assert found.area == pytest.approx(expected.area, abs=1e-2), about


@pytest.mark.parametrize("batch", BATCHES)
def test_what_is_painted_and_erased_stays_valid(batch: int) -> None:
    for case in range(CASES):
        rng = np.random.default_rng((batch, case, 1))
        line: Outline | None = None
        for _ in range(4):
            one = stroke(rng)
            assert geometry(one).is_valid, f"the stroke of {batch}, {case}"
            before = 0.0 if line is None else area(line)
            adds = line is None or rng.random() < 0.6
            line = paint(line, one, SIZE) if line is None or adds else erase(line, one, SIZE)
            assert geometry(line).is_valid, f"{batch}, {case}"
            assert (area(line) >= before - 1e-2) if adds else (area(line) <= before + 1e-2)
