"""Every format in which a whole data set can be written, by its name; the names are those of the formats of one picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from tabsam.errors import FormatError
from tabsam.formats.datasets import layout, projects, writers
from tabsam.formats.datasets.dataset import Dataset
from tabsam.formats.datasets.naming import Style, placed
from tabsam.formats.datasets.outgoing import Options, Outgoing, about
from tabsam.formats.datasets.splitting import splits
from tabsam.formats.datasets.tools import tool_files
from tabsam.formats.exported import sentences_about
from tabsam.formats.registry import FORMATS
from tabsam.formats.shared.budgets import enough_memory
from tabsam.formats.shared.pixels import with_pixels
from tabsam.formats.shared.writing import StreamedFile, with_classes
from tabsam.formats.tools.table import TOOLS


@dataclass(frozen=True)
class DatasetFormat:
    """A format of whole data sets.

    Attributes
    ----------
    name, title : str
        Stable, for programs; and for people.
    files : callable
        Gives the files, one after the other.
    style : Style
        What tells two pictures apart in it.
    reserved : tuple of str
        Names of folders that have a meaning in it.
    needs_classes : bool
        Whether objects without a class are given one.
    needs_objects : bool
        Whether there is nothing to write where there are no objects.
    has_splits : bool
        Whether pictures without a split are given one.
    extension : str
        Of the data set as one file.
    """

    name: str
    title: str
    files: Callable[[Outgoing], Iterator[StreamedFile]]
    style: Style = "stems"
    reserved: tuple[str, ...] = ()
    needs_classes: bool = False
    needs_objects: bool = True
    has_splits: bool = False
    extension: str = ".zip"


def _as(name: str, files: Callable[[Outgoing], Iterator[StreamedFile]], style: Style = "stems", *reserved: str) -> DatasetFormat:
    """Take the title, and what its objects need, from the format of one picture."""
    one = FORMATS[name]
    has_splits = name in ("yolo", "voc")
    return DatasetFormat(name, one.title, files, style, reserved, one.needs_classes, has_splits=has_splits)


_IMAGES = layout.IMAGES.rstrip("/")

WRITING = "write this data set"
"""What there may be too little memory for."""

DATASET_FORMATS: Mapping[str, DatasetFormat] = {
    one.name: one
    for one in (
        DatasetFormat("tabsam", "tabsam project", projects.project, "paths", needs_objects=False, extension=".tabsam"),
        _as("coco", writers.coco, "paths"),
        _as("coco-rle", partial(writers.coco, style="rle"), "paths"),
        _as("coco-rle-counts", partial(writers.coco, style="counts"), "paths"),
        _as("coco-boundaries", partial(writers.coco, style="boundaries"), "paths"),
        _as("yolo", writers.yolo, "stems", _IMAGES, "labels"),
        _as("voc", writers.voc, "flat"),
        _as("labelme", writers.labelme),
        _as("labelme-masks", partial(writers.labelme, masks=True)),
        *(_as(one.name, partial(tool_files, one), one.style, _IMAGES) for one in TOOLS.values() if one.whole_sets),
        _as("svg", writers.svg),
        _as("geojson", writers.geojson),
        _as("geojson-lonlat", partial(writers.geojson, lonlat=True)),
        _as("labelmap-objects", writers.labelmap_objects, "stems", _IMAGES, "labelmaps"),
        _as("labelmap-classes", writers.labelmap_classes, "stems", _IMAGES, "labelmaps"),
        _as("masks", writers.masks, "stems", _IMAGES, "masks"),
        _as("cutouts", writers.cutouts),
        _as("cutouts-full", partial(writers.cutouts, full=True)),
    )
}
"""In the order in which they are offered."""


class Export:
    """A data set's files, to be gone through once.

    Attributes
    ----------
    renamed : dict
        The pictures that have other paths in the files than in the data set, and which; by their places in the data set.
    """

    def __init__(self, dataset: Dataset, chosen: DatasetFormat, options: Options) -> None:
        paths = [picture.path for picture in dataset.pictures]
        places = placed(paths, chosen.style, chosen.reserved)
        self.renamed = {number: new for number, (old, new) in enumerate(zip(paths, places, strict=True)) if old != new}
        self._paths = paths
        one = FORMATS.get(chosen.name)
        self._counted = sentences_about((picture.annotations for picture in dataset.pictures), one) if one else ()
        if one and one.needs_pixels:
            seen = (replace(picture, annotations=with_pixels(picture.annotations)) for picture in dataset.pictures)
            dataset = replace(dataset, pictures=tuple(seen))
        dataset = _with_classes(dataset) if chosen.needs_classes else dataset
        drawn = splits(dataset.pictures, options.val_share, options.seed) if chosen.has_splits else None
        moved = [
            replace(picture.at(place), split=drawn[number] if drawn else picture.split)
            for number, (picture, place) in enumerate(zip(dataset.pictures, places, strict=True))
        ]
        self._out = Outgoing(replace(dataset, pictures=tuple(moved)), options)
        self._files = _in_words(chosen.files(self._out))

    def __iter__(self) -> Iterator[StreamedFile]:
        return self._files

    def first(self) -> None:
        """Make the first file, so that a format that can hold nothing of this refuses it before anything is written."""
        for file in self._files:
            self._files = chain((file,), self._files)
            return

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about what is not in the files, or not as it was; complete when they have been gone through."""
        pairs = [f"{self._paths[number]} > {new}" for number, new in self.renamed.items()]
        renamed = about(
            pairs,
            "A picture has another name in the files, so that it is in no other's place and fit for any system: {names}.",
            "{n} pictures have other names in the files, so that none is in another's place, and fit for any system: {names}.",
        )
        return (*self._counted, *renamed, *self._out.notes())


def exported(dataset: Dataset, name: str, options: Options | None = None) -> Export:
    """Begin to write a data set.

    Raises
    ------
    FormatError
        ``unknown-format``, ``nothing-to-export`` (no picture, or no object has an outline), ``val-share``; and why a format can
        hold none of the pictures, as ``too-many-labels`` or ``canvas-too-large``;
        ``out-of-memory``.
    """
    chosen = DATASET_FORMATS.get(name)
    if chosen is None:
        hint = f"Choose one of: {', '.join(DATASET_FORMATS)}."
        raise FormatError("unknown-format", f"There is no format '{name}' for data sets.", hint)
    if not dataset.pictures or (chosen.needs_objects and not dataset.has_objects):
        raise FormatError("nothing-to-export", "There is nothing to export yet.", "Mark an object first.")
    with enough_memory(WRITING):
        export = Export(dataset, chosen, options or Options())
    export.first()
    return export


def _in_words(files: Iterator[StreamedFile]) -> Iterator[StreamedFile]:
    with enough_memory(WRITING):
        yield from files


def _with_classes(dataset: Dataset) -> Dataset:
    """Leave out objects without an outline, and give those without a class one that is the same in all pictures."""
    classed = [with_classes(picture.annotations) for picture in dataset.pictures]
    longer = (one.categories for one in classed if len(one.categories) > len(dataset.categories))
    pictures = (replace(picture, annotations=one) for picture, one in zip(dataset.pictures, classed, strict=True))
    return replace(dataset, pictures=tuple(pictures), categories=next(longer, dataset.categories))
