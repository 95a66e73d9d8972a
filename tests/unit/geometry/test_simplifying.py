"""Fewer vertices: which stay, and what does not survive."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsam.arrays import BoolArray, Float64Array
from tabsam.geometry.outline import area, from_polygons
from tabsam.geometry.simplifying import simplify
from tabsam.geometry.tracing import outline_of_mask
from tests.support.shapes import circle, disc, shape
from tests.support.strategies import masks


def one_by_one(ring: Float64Array, tolerance: float) -> Float64Array:
    """Simplify a closed ring as Douglas and Peucker wrote it down: one stretch after the other."""
    farthest = int(np.argmax(((ring - ring[0]) ** 2).sum(axis=1)))
    keep = np.zeros(len(ring), np.bool_)
    keep[[0, farthest, -1]] = True
    open_spans = [(0, farthest), (farthest, len(ring) - 1)]
    while open_spans:
        start, end = open_spans.pop()
        if end - start < 2:
            continue
        far = distances(ring[start + 1 : end], ring[start], ring[end])
        index = int(np.argmax(far))
        if far[index] > tolerance:
            middle = start + 1 + index
            keep[middle] = True
            open_spans += [(start, middle), (middle, end)]
    return ring[keep]


def distances(points: Float64Array, start: Float64Array, end: Float64Array) -> Float64Array:
    """Measure how far points are from a segment."""
    direction = end - start
    length_squared = float(direction @ direction)
    along = np.clip((points - start) @ direction / length_squared, 0, 1) if length_squared else np.zeros(len(points))
    return np.asarray(np.hypot(*(points - start - along[:, np.newaxis] * direction).T))


@pytest.mark.parametrize("tolerance", [0.0, 0.05, 0.5, 3, 40, 1000])
def test_it_keeps_the_vertices_that_one_stretch_after_the_other_keeps(tolerance: float) -> None:
    rng = np.random.default_rng(6)
    rings = [circle(100, 100, radius, 300) for radius in (80, 40, 20)]
    for ring in rings:
        ring[1:-1] += rng.normal(0, 0.5, (len(ring) - 2, 2))
    line = shape(rings[:2], [rings[2]])
    kept = [one_by_one(ring, tolerance) for ring in rings]
    wanted = [ring for ring in (kept if len(kept[0]) > 3 else kept[2:]) if len(ring) > 3] if tolerance else rings
    assert [ring.tolist() for ring in simplify(line, tolerance).rings()] == [ring.tolist() for ring in wanted]


@given(masks(), st.floats(0.1, 3))
def test_any_outline_stays_within_the_tolerance(mask: BoolArray, tolerance: float) -> None:
    line = outline_of_mask(mask)
    simpler = simplify(line, tolerance)
    corners = {tuple(vertex) for vertex in line.vertices.tolist()}
    assert {tuple(vertex) for vertex in simpler.vertices.tolist()} <= corners
    assert len(simpler.vertices) <= len(line.vertices)
    for ring in simpler.rings():
        edges = list(itertools.pairwise(ring))
        (whole,) = (one for one in line.rings() if {*map(tuple, ring.tolist())} <= {*map(tuple, one.tolist())})
        nearest = np.min([distances(whole, start, end) for start, end in edges], axis=0)
        assert nearest.max() <= tolerance + 1e-9


def test_simplifying_leaves_out_vertices_and_stays_within_the_tolerance() -> None:
    line = disc(160, 160, 100)
    simpler = simplify(line, 1.0)
    assert len(simpler.vertices) < len(line.vertices) / 4
    radii = np.hypot(*(simpler.vertices - 160).T)
    assert np.abs(radii - 100).max() < 1.5
    assert area(simpler) == pytest.approx(area(line), rel=0.02)


def test_simplifying_a_square_leaves_its_corners() -> None:
    side = np.linspace(0, 10, 11)
    square = np.concatenate(
        [
            np.stack([side, 0 * side], 1),
            np.stack([10 + 0 * side, side], 1),
            np.stack([side[::-1], 10 + 0 * side], 1),
            [[0, 5], [0, 0]],
        ]
    )
    assert simplify(from_polygons([[square]]), 0.5).vertices.tolist() == [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]


def test_simplifying_drops_specks_with_their_holes() -> None:
    speck = np.array([[0, 0], [0.2, 0], [0.2, 0.2], [0, 0]])
    assert simplify(from_polygons([[speck, speck]]), 1.0).rings() == []
