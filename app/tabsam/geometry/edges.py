"""The straight edges of outlines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabsam.arrays import BoolArray, Float64Array, Int64Array
from tabsam.geometry.outline import Outline


@dataclass(frozen=True)
class Edges:
    """Straight edges, ring by ring.

    Attributes
    ----------
    begin, end : float64, shape (E, 2)
        x, y in image pixels.
    first : int64, shape (E,)
        Each edge's first vertex, as an index into the outline's vertices; its second is the next one.
    """

    begin: Float64Array
    end: Float64Array
    first: Int64Array

    def __getitem__(self, which: BoolArray | Int64Array | slice) -> Edges:
        return Edges(self.begin[which], self.end[which], self.first[which])

    def __len__(self) -> int:
        return len(self.first)

    def rightwards(self) -> Edges:
        """Give the edges from the left to the right: which way a ring runs must not change how an edge is rounded."""
        leftwards = (self.begin[:, 0] > self.end[:, 0])[:, np.newaxis]
        return Edges(np.where(leftwards, self.end, self.begin), np.where(leftwards, self.begin, self.end), self.first)


def edges_of(line: Outline) -> Edges:
    """Give an outline's edges, in the order of its vertices."""
    starts = np.ones(len(line.vertices), np.bool_)
    starts[line.ring_offsets[1:].astype(np.int64) - 1] = False
    first = np.flatnonzero(starts).astype(np.int64)
    return Edges(line.vertices[first], line.vertices[first + 1], first)


def ring_edges(ring: Float64Array) -> Edges:
    """Give the edges of one closed ring (n, 2)."""
    return Edges(ring[:-1], ring[1:], np.arange(len(ring) - 1))
