"""What is known of a picture: its objects, and where nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tabsam.arrays import BoolArray, Size
from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.coco_file import COCO
from tabsam.formats.mask_images import read_mask
from tabsam.formats.mask_reading import reading_of
from tabsam.formats.shared.imported import other_size
from tabsam.formats.shared.kept import kept_of
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import fill
from tabsam.pictures.mask_pixels import mask_pixels

Truth = Annotations | bytes
"""What a picture's objects are known by: annotations, or the file of a mask or a label map."""


@dataclass(frozen=True)
class KnownObject:
    """An object whose mask is known.

    Attributes
    ----------
    number : int, >= 1
        Its place among the objects of its picture.
    label : str
        Its class, or its name; may be empty.
    outline : Outline
        In image pixels.
    image_size : (height, width)
    is_crowd : bool
        COCO's ``iscrowd``: many at once, which no one answer can be.
    """

    number: int
    label: str
    outline: Outline
    image_size: Size
    is_crowd: bool = False

    def mask(self) -> BoolArray:
        """Make the mask, (height, width)."""
        return fill(self.outline, self.image_size)


@dataclass(frozen=True)
class Known:
    """What is known of a picture.

    Attributes
    ----------
    objects : tuple of KnownObject
        Crowds among them.
    boxes : int
        How many more there are of which only a box is known; there is nothing to hold a mask against.
    void : bytes or None
        The mask's file, where it has pixels that are undecided.
    """

    objects: tuple[KnownObject, ...]
    boxes: int = 0
    void: bytes | None = None

    @cached_property
    def counted(self) -> BoolArray | None:
        """Where pixels are judged, (height, width); None for everywhere."""
        if self.void is None:
            return None
        reading = reading_of(mask_pixels(self.void))
        return None if reading.void is None else np.asarray(reading.labels != reading.void)


def known_of(truth: Truth, image_size: Size, picture: str) -> Known:
    """Read what is known of a picture (height, width).

    Raises
    ------
    FormatError
        ``other-size`` when it is about a picture of another size; of a mask's file what
        :func:`tabsam.formats.mask_images.read_mask` raises.
    """
    if isinstance(truth, Annotations):
        if truth.image_size != image_size:
            other_size(truth.image_size, image_size)
        return _known_in(truth, None)
    read = read_mask(truth, image_size, picture)
    return _known_in(read.annotations, truth if read.left_out else None)


def is_bare_box(instance: Instance) -> bool:
    """Tell whether of an object only a box is known: its outline is the box itself, which no model's answer is."""
    vertices, box = instance.outline.vertices, instance.prompts.box
    return box is not None and len(vertices) == 5 and np.allclose([*vertices.min(axis=0), *vertices.max(axis=0)], box, atol=0.01)


def _known_in(annotations: Annotations, void: bytes | None) -> Known:
    objects = []
    for number, one in enumerate(annotations.instances, 1):
        if is_bare_box(one) or not len(one.outline.vertices):
            continue
        category = annotations.category(one.category)
        is_crowd = bool(kept_of(one.kept, COCO).get("iscrowd"))
        # A label map's value, which is the name then, tells one object from another and says nothing of it.
        label = category.name if category else "" if one.name.isdecimal() else one.name
        objects.append(KnownObject(number, label, one.outline, annotations.image_size, is_crowd))
    return Known(tuple(objects), sum(map(is_bare_box, annotations.instances)), void)
