"""What every mask of the library can do: become a NumPy array, a picture of Pillow's, run lengths, polygons or a file."""

from __future__ import annotations

import io
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TypedDict

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray, Float64Array, Size
from tabsam.document.annotations import Annotations, Category, Instance, palette_color
from tabsam.errors import FormatError
from tabsam.formats.candidate import KINDS, REFINE, TOLERANCE
from tabsam.formats.exported import Source
from tabsam.formats.png import cutout_png, mask_png
from tabsam.formats.registry import FORMATS
from tabsam.formats.registry import write as write_annotations
from tabsam.formats.shared import rle
from tabsam.formats.shared.writing import UNNAMED_CLASS, Exported, stem_of
from tabsam.formats.svg import outline_svg
from tabsam.geometry.counts import counts_of_mask
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.geometry.simplifying import simplify

_BY_SUFFIX = {
    ".csv": "measurements",
    ".geojson": "geojson",
    ".gpkg": "geopackage",
    ".json": "coco",
    ".npy": "npy",
    ".png": "mask-png",
    ".svg": "svg",
    ".xml": "voc-xml",
}
NAMES = (*KINDS, "npy", *(name for name in FORMATS if name not in KINDS))
"""The formats of one mask."""

_WHITE = 255


@dataclass(frozen=True)
class Picture:
    """A picture, and the name of its file."""

    image: Image.Image
    name: str

    @property
    def size(self) -> Size:
        """(height, width), in pixels."""
        return self.image.height, self.image.width


class Rle(TypedDict):
    """COCO's run lengths: ``counts`` is a text where they are compressed, as pycocotools has it, else a list of int."""

    size: list[int]
    counts: str | list[int]


class Saving:
    """A mask of a picture; whoever has one says what it is."""

    picture: Picture

    @abstractmethod
    def mask(self) -> BoolArray:
        """Make the mask, (height, width), at the picture's full size."""

    @abstractmethod
    def outline(self, *, refine: int = 1) -> Outline:
        """Follow the mask's edge, in image pixels."""

    @property
    def made(self) -> str:
        """How the mask was made, for a file's description."""
        return "tabsam"

    @property
    def score(self) -> float | None:
        """What is expected of it, for formats that have a place for that."""
        return None

    def pil(self) -> Image.Image:
        """Give the mask as a picture of Pillow's, mode "L": 255 inside, 0 outside."""
        return Image.fromarray(self.mask().astype(np.uint8) * np.uint8(_WHITE))

    def rle(self, *, compressed: bool = True) -> Rle:
        """Give the mask as COCO's run lengths, column by column, as pycocotools does."""
        counts = counts_of_mask(self.mask())
        return {"size": list(self.picture.size), "counts": rle.compress(counts) if compressed else counts.tolist()}

    def polygons(self, *, tolerance: float = TOLERANCE) -> list[list[Float64Array]]:
        """Give the outline as polygons.

        Parameters
        ----------
        tolerance : float
            In image pixels: corners that lie nearer to the line without them are left out; 0 keeps all.

        Returns
        -------
        list of list of float64, shape (n, 2)
            Each polygon is its boundary, then its holes; x, y in image pixels; each ring is closed.
        """
        return self._fine(tolerance).polygons()

    def annotations(self, category: str = "", *, tolerance: float = TOLERANCE) -> Annotations:
        """Give it as the one object of its picture, for :mod:`tabsam.formats`; without a class where none is named."""
        return annotations_of([self], self.picture, category, tolerance=tolerance)

    def save(self, path: str | PathLike[str], *, format: str = "", category: str = UNNAMED_CLASS) -> Path:
        """Write it to a file, at the picture's full size.

        Parameters
        ----------
        path : path
            A folder stands for a file of the picture's name in it.
        format : str
            One of :data:`NAMES`: "mask-png", "cutout-png", "svg", "npy", or a format of annotations, as "coco". Where it is
            left out, the path's suffix tells: .png (the mask), .svg, .json (COCO), .geojson, .csv (measurements), .xml (Pascal
            VOC), .gpkg, .npy.
        category : str
            The object's class, in formats of annotations.

        Returns
        -------
        Path
            Where it is.

        Raises
        ------
        FormatError
            ``unknown-format``, or what the format raises: ``nothing-to-export`` for an empty mask, ``needs-crs``.
        """
        path = Path(path).expanduser()
        name = format or _BY_SUFFIX.get(path.suffix.lower(), "mask-png" if path.is_dir() else "")
        if name not in NAMES:
            what = f"There is no format '{name}'." if name else f"'{path.name}' does not tell its format."
            raise FormatError("unknown-format", what, f"Choose one of: {', '.join(NAMES)}.")
        exported = self._exported(name, category)
        path = path / exported.name if path.is_dir() else path
        path.write_bytes(exported.data)
        return path

    def _exported(self, name: str, category: str) -> Exported:
        stem = stem_of(self.picture.name)
        if name == "mask-png":
            return Exported(mask_png(self.mask(), self.made), "image/png", f"{stem}-mask.png")
        if name == "cutout-png":
            return Exported(cutout_png(self.picture.image, self.mask(), self.made), "image/png", f"{stem}-cutout.png")
        if name == "svg":
            text = outline_svg(self._fine(TOLERANCE), self.picture.size, stem, self.made)
            return Exported(text.encode(), "image/svg+xml", f"{stem}-outline.svg")
        if name == "npy":
            file = io.BytesIO()
            np.save(file, self.mask())
            return Exported(file.getvalue(), "application/octet-stream", f"{stem}-mask.npy")
        return write_annotations(name, Source(self.annotations(category), self.picture.image))

    def _fine(self, tolerance: float) -> Outline:
        return simplify(self.outline(refine=REFINE), tolerance)


def annotations_of(found: Sequence[Saving], picture: Picture, category: str = "", *, tolerance: float = TOLERANCE) -> Annotations:
    """Put masks of one picture together as its objects, for :mod:`tabsam.formats`; masks that are empty are left out.

    Parameters
    ----------
    found : sequence of masks
        As :class:`tabsam.library.result.Result` and :class:`tabsam.library.result.Found`.
    category : str
        The class of all; "" for none.
    tolerance : float
        See :meth:`Saving.polygons`.
    """
    lines = [from_polygons(one.polygons(tolerance=tolerance)) for one in found]
    categories = (Category(1, category, palette_color(0)),) if category else ()
    objects = tuple(
        Instance(number, line, 1 if category else None, score=one.score)
        for number, (one, line) in enumerate(zip(found, lines, strict=True), 1)
        if len(line.vertices)
    )
    return Annotations(picture.name, picture.size, categories, objects)
