"""What a script has of a picture: its pixels, and its objects with their masks."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from tabsam.arrays import BoolArray, Size, UInt8Array
from tabsam.document.annotations import Instance
from tabsam.document.document import Document
from tabsam.errors import RequestError, StateError
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import fill, spans
from tabsam.geometry.tracing import outline_of_mask
from tabsam.model.candidate import Candidate
from tabsam.model.everything.proposals import Proposal

Shape: TypeAlias = ArrayLike | Candidate | Proposal | Outline
"""A mask as an array, an answer of the model's, or an outline."""

Changing = Callable[[str, Document], AbstractContextManager[None]]
"""Makes what is done inside a part of the script's one step; takes the picture's key and its document."""


class ScriptDocument:
    """A picture and what was made of it. Changes show when the script has ended, as one step.

    Attributes
    ----------
    key : str
        What the work on the picture is kept under.
    """

    def __init__(self, key: str, document: Document, changing: Changing, read: Callable[[str], Image.Image]) -> None:
        self.key = key
        self._document = document
        self._changing = changing
        self._read = read

    def __repr__(self) -> str:
        height, width = self.size
        return f"<document {self.name!r}, {height} x {width}, {len(self.objects)} objects>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ScriptDocument) and other._document is self._document

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def name(self) -> str:
        """The picture's file name."""
        return self._document.name

    @property
    def size(self) -> Size:
        """(height, width)."""
        return self._document.image_size

    @property
    def picture(self) -> Image.Image:
        """The picture itself, of mode "RGB"."""
        return self._read(self.key).copy()

    @property
    def image(self) -> UInt8Array:
        """The picture's pixels: uint8, (height, width, 3)."""
        return np.array(self._read(self.key))

    @property
    def objects(self) -> list[ScriptObject]:
        """The objects, from the bottom to the top."""
        return [ScriptObject(self, one.id) for one in self._document.work.instances]

    @property
    def selected(self) -> list[ScriptObject]:
        """The selected objects."""
        return [ScriptObject(self, id) for id in self._document.selected]

    @property
    def classes(self) -> list[str]:
        """The names of all classes, in their order."""
        return [one.name for one in self._document.classes.categories]

    def add(self, shape: Shape, class_name: str | None = None, name: str = "", score: float | None = None) -> ScriptObject:
        """Add an object on top.

        Parameters
        ----------
        shape : bool (height, width), or a candidate that the segmenter gave, or an outline
            Of an array, what is not 0 is the object; it has the picture's size.
        class_name : str, optional
            Its class; one that is not there yet is made.

        Raises
        ------
        RequestError
            ``mask-size`` for an array of another size, ``mask-empty`` for one without a pixel.
        """
        line = self._outline(shape)
        if score is None:
            score = getattr(shape, "iou_prediction", getattr(shape, "predicted_iou", None))
        with self.changing():
            category = self._class(class_name)
            (id,) = self._document.add([Instance(0, line, category, name, score=score)])
        return ScriptObject(self, id)

    def remove(self, *objects: ScriptObject) -> None:
        """Take objects away; locked ones are refused."""
        with self.changing():
            self._document.remove(*(one.id for one in objects))

    def measures_csv(self) -> str:
        """Give a table of the objects as CSV: class, name, area in pixels, box, score."""
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(["picture", "id", "class", "name", "area_px", "x0", "y0", "x1", "y1", "score"])
        for one in self.objects:
            score = "" if one.score is None else f"{one.score:.4f}"
            table.writerow([self.name, one.id, one.class_name or "", one.name, one.area, *one.bbox, score])
        return text.getvalue()

    def changing(self) -> AbstractContextManager[None]:
        """Make what is done inside a part of the script's step."""
        return self._changing(self.key, self._document)

    def instance(self, id: int) -> Instance:
        """Give what an object is."""
        return self._document.instance(id)

    def change(self, id: int, **changes: Any) -> None:
        """Change what an object has."""
        with self.changing():
            if "class_name" in changes:
                changes["category"] = self._class(changes.pop("class_name"))
            self._document.change(id, **changes)

    def reshape(self, id: int, shape: Shape) -> None:
        """Give an object another shape; with an empty mask it goes."""
        line = self._outline(shape, may_be_empty=True)
        with self.changing():
            self._document.reshape(id, line)

    def class_of(self, category: int | None) -> str | None:
        """Give the name of a class."""
        return next((one.name for one in self._document.classes.categories if one.id == category), None)

    def _class(self, name: str | None) -> int | None:
        if name is None:
            return None
        wanted = " ".join(name.split())
        known = next((one.id for one in self._document.classes.categories if one.name == wanted), None)
        if known is not None:
            return known
        chosen = self._document.classes.chosen
        made = self._document.add_category(name)
        self._document.classes.choose(chosen)  # that of the person's next object is not the script's to choose
        return made

    def _outline(self, shape: Shape, *, may_be_empty: bool = False) -> Outline:
        if isinstance(shape, Outline):
            return shape
        if isinstance(shape, Candidate | Proposal):
            shape = shape.mask()
        mask = np.asarray(shape)
        if mask.shape != self.size:
            raise RequestError(
                "mask-size", f"The mask has the shape {mask.shape}, the picture {self.size}.", "Give an array (height, width)."
            )
        if not may_be_empty and not mask.any():
            raise RequestError("mask-empty", "The mask is empty.", "An object needs at least one pixel.")
        return outline_of_mask(mask != 0)


@dataclass(unsafe_hash=True)
class ScriptObject:
    """An object of a picture. What it has can be read and set.

    Attributes
    ----------
    document : ScriptDocument
    id : int
        Stays with it as long as it lives.
    """

    document: ScriptDocument
    id: int

    def __repr__(self) -> str:
        name = f" {self.name!r}" if self.name else ""
        return f"<object {self.id}{name}, class {self.class_name!r}, {self.area} px>"

    @property
    def mask(self) -> BoolArray:
        """bool, (height, width). To set it gives the object another shape."""
        return fill(self.outline, self.document.size)

    @mask.setter
    def mask(self, mask: Shape) -> None:
        self.document.reshape(self.id, mask)

    @property
    def outline(self) -> Outline:
        """Its outline, in image pixels."""
        return self._instance.outline

    @outline.setter
    def outline(self, outline: Outline) -> None:
        self.document.reshape(self.id, outline)

    @property
    def area(self) -> int:
        """How many pixels it has."""
        return spans(self.outline, self.document.size).pixel_count

    @property
    def bbox(self) -> tuple[int, int, int, int]:
        """x0, y0, x1, y1 around its pixels; x1 and y1 are the first that are outside."""
        return spans(self.outline, self.document.size).box or (0, 0, 0, 0)

    @property
    def class_name(self) -> str | None:
        """The name of its class, or None. To set one that is not there yet makes it."""
        return self.document.class_of(self._instance.category)

    @class_name.setter
    def class_name(self, name: str | None) -> None:
        self.document.change(self.id, class_name=name)

    @property
    def name(self) -> str:
        """Its own name, may be empty."""
        return self._instance.name

    @name.setter
    def name(self, name: str) -> None:
        self.document.change(self.id, name=str(name))

    @property
    def visible(self) -> bool:
        """Whether it is shown."""
        return self._instance.visible

    @visible.setter
    def visible(self, visible: bool) -> None:
        self.document.change(self.id, visible=bool(visible))

    @property
    def locked(self) -> bool:
        """Whether it may not be changed."""
        return self._instance.locked

    @locked.setter
    def locked(self, locked: bool) -> None:
        self.document.change(self.id, locked=bool(locked))

    @property
    def score(self) -> float | None:
        """How good whoever made it thinks it is."""
        return self._instance.score

    def remove(self) -> None:
        """Take it away."""
        self.document.remove(self)

    @property
    def _instance(self) -> Instance:
        return self.document.instance(self.id)


class NoDocument:
    """Stands for the document while no picture is open."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        raise StateError("no-image", "There is no picture yet.", "Open a picture first.")

    def __repr__(self) -> str:
        return "<no document: open a picture first>"
