"""What was annotated in a picture: classes, and objects with their outlines.

Every format is written from this and read into it. An object's truth is its outline in image pixels, holes included: it is
sub-pixel, as sharp at any size, edited vertex by vertex, and gives its mask when it is filled (raster.py). What came as a mask is
kept to the pixel, since its outline runs along the pixels' edges.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tabsam.arrays import Size
from tabsam.document.selection import NO_PROMPTS, Selection
from tabsam.geometry.affine import Affine
from tabsam.geometry.outline import Outline
from tabsam.model.candidate import Edges

if TYPE_CHECKING:  # the start waits for every import
    from tabsam.document.finds import Finds
    from tabsam.model.everything.options import Thresholds

OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
"""Okabe and Ito's palette, told apart by colour-blind eyes; their black would be lost in a picture's shadows."""


@dataclass(frozen=True)
class Category:
    """A class that objects can be of.

    Attributes
    ----------
    id : int, >= 1
        COCO's; 0 is the background in label maps.
    name : str
        Not empty, and no other class's.
    color : str
        "#rrggbb".
    key : int or None
        The digit that gives it, 1 to 9, and no other class's.
    kept : str
        See :attr:`Instance.kept`.
    """

    id: int
    name: str
    color: str
    key: int | None = None
    kept: str = ""


@dataclass(frozen=True)
class Instance:
    """One object in a picture.

    Attributes
    ----------
    id : int, >= 1
        Stays with the object as long as it lives.
    outline : Outline
        In image pixels.
    category : int or None
        A :class:`Category`'s id.
    name : str
        The user's own, may be empty.
    visible, locked : bool
    score : float or None
        How good whoever made it thinks it is; None for what a person drew.
    prompts : Selection
        What the model was asked, so that one can go on asking; empty for what did not come from it. What a file has as a box
        alone is its rectangle, with the box here: what the model can be asked.
    edges : {"decoded", "follow"} or None
        How the outline was made of the model's answer; None for what did not come from it.
    tidy : float
        Parts and holes below this share of the model's answer were left out of it; 0 for none.
    kept : str
        What a file said of it that has no use here, so that it is written back: JSON, by the format's name (see
        formats/shared/kept.py).
    """

    id: int
    outline: Outline
    category: int | None = None
    name: str = ""
    visible: bool = True
    locked: bool = False
    score: float | None = None
    prompts: Selection = NO_PROMPTS
    edges: Edges | None = None
    tidy: float = 0.0
    kept: str = ""


@dataclass(frozen=True)
class Annotations:
    """All that was annotated in one picture.

    Attributes
    ----------
    picture : str
        The picture's file name.
    image_size : (height, width)
    categories : tuple of Category
        In the user's order.
    instances : tuple of Instance
        From the bottom to the top: where two overlap, the later one lies over the earlier.
    affine : Affine or None
        From pixels to a map, where the picture is of a place on one.
    finds : Finds or None
        What a search for everything has found, which are no objects yet; only projects have it.
    thresholds : Thresholds or None
        From where on finds are shown.
    kept : str
        What a file said of the picture that has no use here; see :attr:`Instance.kept`.
    """

    picture: str
    image_size: Size
    categories: tuple[Category, ...] = ()
    instances: tuple[Instance, ...] = ()
    affine: Affine | None = None
    finds: Finds | None = None
    thresholds: Thresholds | None = None
    kept: str = ""

    @property
    def visible(self) -> Annotations:
        """These without the objects that are hidden."""
        return replace(self, instances=tuple(one for one in self.instances if one.visible))

    def category(self, id: int | None) -> Category | None:
        """Give the class with this id, or None where there is none."""
        return next((category for category in self.categories if category.id == id), None)


def palette_color(index: int) -> str:
    """Give the colour of the ``index``-th class: Okabe and Ito's seven, then hues that keep apart, as "#rrggbb"."""
    if index < len(OKABE_ITO):
        return OKABE_ITO[index]
    golden = 0.618033988749895  # each hue falls into the widest gap that is left
    red, green, blue = colorsys.hls_to_rgb((index * golden) % 1.0, 0.45 if index % 2 else 0.6, 0.7)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
