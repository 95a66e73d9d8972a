"""What a format to export is, what it is given, and what is said of what it cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from PIL import Image

from tabsam.document.annotations import Annotations
from tabsam.document.measuring import Scale
from tabsam.formats.shared.imported import counted_sentence, quoted
from tabsam.formats.shared.pixels import with_pixels
from tabsam.formats.shared.writing import UNNAMED_CLASS, Files, size_text, stem_of, without_empty

Sentences = tuple[str, ...]
Output = tuple[Files, Sentences]


@dataclass(frozen=True)
class Source:
    """What is exported.

    Attributes
    ----------
    annotations : Annotations
        Every object in them is written: leave out what the user does not want.
    image : PIL.Image.Image or None
        Mode "RGB"; only cut-outs and the picture itself need it, and the colours among measurements.
    scale : Scale or None
        Of measurements.
    is_turned : bool
        Whether EXIF turns the picture's file: who reads it without that sees another picture than these are of.
    """

    annotations: Annotations
    image: Image.Image | None = None
    scale: Scale | None = None
    is_turned: bool = False


@dataclass(frozen=True)
class Format:
    """A format to export.

    Attributes
    ----------
    name : str
        Stable, for programs.
    title : str
        For people.
    extension : str
        With its dot; ".zip" where the format takes several files.
    write : callable
        Gives the files by their paths, and sentences about what is not in them; a single file's path does not matter.
    holds : str
        What it can hold, and what is lost, in a few words.
    needs_classes : bool
        Whether objects without a class are given one.
    needs_pixels : bool
        Whether objects that cover no pixel are left out.
    needs_objects : bool
        Whether there is nothing to write without objects; else a picture without any is written as that.
    is_named_alike : bool
        Whether its file has the picture's name alone, as readers look for it.
    """

    name: str
    title: str
    extension: str
    write: Callable[[Source], Output]
    holds: str = ""
    needs_classes: bool = False
    needs_pixels: bool = False
    needs_objects: bool = True
    is_named_alike: bool = False

    @property
    def media_type(self) -> str:
        """The extension's."""
        return _MEDIA_TYPES[self.extension]


_MEDIA_TYPES = {
    ".json": "application/json",
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".gpkg": "application/geopackage+sqlite3",
    ".zip": "application/zip",
}


def about_picture(source: Source, *, beside: bool) -> Sentences:
    """Say where the annotations do not fit the picture's own file: EXIF turns it, or labels cannot have its name."""
    picture, said = source.annotations.picture, []
    if source.is_turned:
        size = size_text(source.annotations.image_size)
        there = "It is there as well, upright" if beside else "'The picture, upright' in this menu writes it so"
        said.append(f"EXIF turns the picture's file; this is about it upright, {size} pixels. {there}.")
    if stem_of(picture) != PurePosixPath(picture.replace("\\", "/")).stem:
        there = "the picture is there as well, by that name" if beside else "name the picture so"
        said.append(f"No file can be named after {quoted(picture)}; it is called {quoted(stem_of(picture))} here: {there}.")
    return tuple(said)


def fitted(source: Source, chosen: Format) -> Source:
    """Give what of a source a format holds."""
    return replace(source, annotations=with_pixels(source.annotations)) if chosen.needs_pixels else source


def sentences_about(annotated: Iterable[Annotations], chosen: Format) -> Sentences:
    """Say how many objects of all pictures a format leaves out, or gives a class that they did not have."""
    empty = unseen = unclassified = 0
    for one in annotated:
        objects = without_empty(one)
        held = with_pixels(objects) if chosen.needs_pixels else objects
        known = {category.id for category in one.categories}
        empty += len(one.instances) - len(objects.instances)
        unseen += len(objects.instances) - len(held.instances)
        unclassified += sum(thing.category not in known for thing in held.instances) if chosen.needs_classes else 0
    notes = (
        counted_sentence(empty, "An object without an outline was left out.", "{n} objects without an outline were left out."),
        counted_sentence(
            unseen, "An object that covers no pixel was left out.", "{n} objects that cover no pixel were left out."
        ),
        counted_sentence(
            unclassified,
            f"An object without a class was given the class '{UNNAMED_CLASS}'.",
            f"{{n}} objects without a class were given the class '{UNNAMED_CLASS}'.",
        ),
    )
    return tuple(filter(None, notes))
