"""What hypothesis draws for the tests: masks, outlines, and annotations as a person could have made them."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tabsam.arrays import BoolArray, Float64Array, Size
from tabsam.document.annotations import Annotations, Category, Instance, palette_color
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.geometry.tracing import outline_of_mask

LONGEST = 14
"""Pixels of a mask's side: all that can touch, cross and surround itself fits in."""

Draw = Any
"""Hypothesis' own type for it has a type variable that means nothing here."""


@st.composite
def sizes(draw: Draw, longest: int = LONGEST) -> Size:
    """Draw (height, width), from 1 pixel on."""
    return draw(st.integers(1, longest)), draw(st.integers(1, longest))


@st.composite
def masks_of(draw: Draw, size: Size) -> BoolArray:
    """Draw a mask, bool (height, width): noise, thin or dense, of pixels or of blocks of them; or nothing, or all."""
    height, width = size
    block = draw(st.integers(1, 4))
    rows, columns = -(-height // block), -(-width // block)
    noise = np.frombuffer(draw(st.binary(min_size=rows * columns, max_size=rows * columns)), np.uint8)
    blocks = (noise >= draw(st.sampled_from([128, 40, 220, 255]))).reshape(rows, columns)
    return np.kron(blocks, np.ones((block, block), np.bool_))[:height, :width]


def masks(longest: int = LONGEST) -> st.SearchStrategy[BoolArray]:
    """Draw a mask of any size."""
    return sizes(longest).flatmap(masks_of)


@st.composite
def pairs(draw: Draw) -> tuple[BoolArray, BoolArray]:
    """Draw two masks of one size."""
    size = draw(sizes())
    return draw(masks_of(size)), draw(masks_of(size))


@st.composite
def tangles(draw: Draw, least: float = -5, most: float = 20) -> Outline:
    """Draw rings of any corners, which may cross themselves and each other, and leave the picture; on a grid, or off it."""
    place = draw(st.sampled_from([st.integers(int(least), int(most)), st.floats(least, most, width=32)]))
    corner = st.tuples(place, place)
    rings = draw(st.lists(st.lists(corner, min_size=3, max_size=9), min_size=1, max_size=3))
    return from_polygons([[_closed(ring)] for ring in rings])


ODD_NAMES = (
    *("0", "1", "-1", "007", "1e3", "null", "true", "no", "~", "object", "background", "_background_", "void", "a: b", "- a"),
    *("#a", "'a'", '"a"', "a, b", "a;b", "[a]", "{a}", "a/b", "..", "a\\b", "%41", "&amp;", "<a>", "a|b", "CON", "a.png", "=1+1"),
)
"""What a format could take for something else."""


def names(most: int = 12) -> st.SearchStrategy[str]:
    """Draw a name in any script, without what no line of text can hold; or one that a format could take for something else."""
    letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))
    text = st.text(letters, min_size=1, max_size=most).map(lambda text: " ".join(text.split())).filter(bool)
    return st.one_of(text, st.sampled_from(ODD_NAMES))


picture_stems = st.text(st.characters(codec="utf-8", categories=("L", "N", "M", "Zs", "Pd")), min_size=1, max_size=9)
"""Names of pictures without their endings, of what any system takes."""


@st.composite
def annotated(draw: Draw, longest: int = 20) -> Annotations:
    """Draw up to four objects, with holes and in parts, that may overlap, of up to four classes with names in any script."""
    size = draw(sizes(longest))
    listed = draw(st.lists(names(), min_size=1, max_size=4, unique=True))
    categories = tuple(Category(id, name, palette_color(id - 1)) for id, name in enumerate(listed, 1))
    instances = []
    for id in range(1, draw(st.integers(1, 4)) + 1):
        mask = draw(masks_of(size)).copy()
        mask[draw(st.integers(0, size[0] - 1)), draw(st.integers(0, size[1] - 1))] = True  # no object is empty
        name = draw(st.one_of(st.just(""), names()))
        category = draw(st.integers(1, len(categories)))
        instances.append(Instance(id, outline_of_mask(mask), category, name))
    return Annotations(f"{draw(picture_stems)}.png", size, categories, tuple(instances))


def _closed(corners: list[tuple[float, float]]) -> Float64Array:
    return np.array([*corners, corners[0]], np.float64)
