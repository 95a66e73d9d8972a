"""What the objects of pictures measure: their outlines, their pixels and their colours."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Instance
from tabsam.errors import RequestError
from tabsam.geometry.affine import Affine
from tabsam.geometry.measures import Measures, measure
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import fill_crop, spans

MAP_UNITS = "map units"
"""A world file does not say which they are. Where they are degrees, lengths and areas mean little."""

_LEVELS = 256


@dataclass(frozen=True)
class Color:
    """The mean over an object's pixels, 0 to 255 each, of the picture's own values (sRGB, not linear light).

    Attributes
    ----------
    red, green, blue : float
    """

    red: float
    green: float
    blue: float

    @property
    def grey(self) -> float:
        """(R + G + B) / 3, as ImageJ has it; the grey itself where the picture is grey."""
        return (self.red + self.green + self.blue) / 3


@dataclass(frozen=True)
class Scale:
    """How long a pixel's side is, in a unit that the person named.

    Raises
    ------
    RequestError
        ``no-scale``, where that is no length above 0.
    """

    per_pixel: float
    unit: str

    def __post_init__(self) -> None:
        if not (math.isfinite(self.per_pixel) and 1e-12 <= self.per_pixel <= 1e12 and self.unit.strip()):
            raise RequestError("no-scale", "A scale is a number above 0 and a unit.", "Write, for example, 0.65 and µm.")

    @property
    def affine(self) -> Affine:
        """From pixels to the unit."""
        return Affine(self.per_pixel, 0, 0, 0, self.per_pixel, 0)


@dataclass(frozen=True)
class Measured:
    """One object, measured.

    Attributes
    ----------
    picture : str
    id : int
    name, category : str
        May be empty.
    pixel_count : int
        How many pixels have their middle inside: the area of its mask, scikit-image's ``area``.
    in_pixels : Measures
    in_units : Measures or None
        In ``unit``; None where there is neither a map nor a scale.
    unit : str
        Empty for pixels.
    color : Color or None
        None where the object covers no pixel, or the picture was not at hand.
    """

    picture: str
    id: int
    name: str
    category: str
    pixel_count: int
    in_pixels: Measures
    in_units: Measures | None
    unit: str
    color: Color | None


def measured(annotations: Annotations, colors: dict[Outline, Color | None], scale: Scale | None = None) -> list[Measured]:
    """Measure all objects that have an outline, from the bottom to the top.

    Parameters
    ----------
    colors : dict
        As :func:`mean_colors` gives them; outlines that are not in it have no colour.
    scale : Scale, optional
        What the person typed comes before the map that the picture may lie on.
    """
    affine = scale.affine if scale else annotations.affine
    unit = scale.unit if scale else MAP_UNITS if affine else ""
    rows = []
    for one in annotations.instances:
        in_pixels = measure(one.outline)
        if in_pixels is None:
            continue
        category = annotations.category(one.category)
        rows.append(
            Measured(
                annotations.picture,
                one.id,
                one.name,
                category.name if category else "",
                spans(one.outline, annotations.image_size).pixel_count,
                in_pixels,
                measure(one.outline, affine) if affine else None,
                unit,
                colors.get(one.outline),
            )
        )
    return rows


def mean_colors(
    instances: tuple[Instance, ...], image: Image.Image, known: dict[Outline, Color | None] | None = None
) -> dict[Outline, Color | None]:
    """Give the mean colour of each object, by its outline; only the part of the picture around an object is looked at.

    Parameters
    ----------
    image : PIL.Image.Image, mode "RGB"
    known : dict, optional
        What has been worked out before; an outline never changes.
    """
    known = known or {}
    size = (image.height, image.width)
    lines = {one.outline for one in instances}
    return {line: known[line] if line in known else _mean_color(line, image, size) for line in lines}


def _mean_color(line: Outline, image: Image.Image, size: Size) -> Color | None:
    crop = fill_crop(line, size)
    height, width = crop.mask.shape
    if not height:
        return None
    part = image.crop((crop.left, crop.top, crop.left + width, crop.top + height))
    histogram = part.histogram(Image.fromarray(crop.mask.view(np.uint8)))  # counts where it is not 0
    bands = (histogram[start : start + _LEVELS] for start in range(0, 3 * _LEVELS, _LEVELS))
    red, green, blue = (sum(level * count for level, count in enumerate(band)) / sum(band) for band in bands)
    return Color(red, green, blue)
