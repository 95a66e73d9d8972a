"""Every format that there is to export, by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from PIL import Image

from tabsam.document.annotations import Annotations
from tabsam.document.measuring import Scale, mean_colors, measured
from tabsam.errors import FormatError
from tabsam.formats.classes import write_classes
from tabsam.formats.coco import write_coco
from tabsam.formats.geojson import write_geojson
from tabsam.formats.labelmap import write_labelmap, write_voc
from tabsam.formats.labelme import write_labelme
from tabsam.formats.measurements import write_measurements
from tabsam.formats.png import object_cutouts, object_masks
from tabsam.formats.shared.archive import zipped
from tabsam.formats.shared.imported import counted_sentence
from tabsam.formats.shared.writing import UNNAMED_CLASS, Exported, Files, stem_of, without_empty
from tabsam.formats.svg import annotations_svg
from tabsam.formats.yolo import write_yolo

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
        Mode "RGB"; only cut-outs need it, and the colours among measurements.
    scale : Scale or None
        Of measurements.
    """

    annotations: Annotations
    image: Image.Image | None = None
    scale: Scale | None = None


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
    needs_classes : bool
        Whether objects without a class are given one.
    """

    name: str
    title: str
    extension: str
    write: Callable[[Source], Output]
    needs_classes: bool = False

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
    ".zip": "application/zip",
}


def _one(write: Callable[[Annotations], bytes]) -> Callable[[Source], Output]:
    """Have a format of one file."""
    return lambda source: ({"": write(source.annotations)}, ())


def _several(write: Callable[[Annotations], Files]) -> Callable[[Source], Output]:
    return lambda source: (write(source.annotations), ())


def _cutouts(*, full: bool) -> Callable[[Source], Output]:
    def write(source: Source) -> Output:
        if source.image is None:
            raise FormatError("needs-image", "Cut-outs need the picture.", "Open the picture first.")
        return object_cutouts(source.annotations, source.image, full=full), ()

    return write


def _measurements(source: Source) -> Output:
    annotations, image = source.annotations, source.image
    colors = mean_colors(annotations.instances, image) if image else {}
    return {"": write_measurements(measured(annotations, colors, source.scale))}, ()


def _all(source: Source) -> Output:
    """Write most formats, each in a folder or a file of its own; those that cannot hold this are left out."""
    files: Files = {}
    left_out = []
    stem = stem_of(source.annotations.picture)
    for name in _IN_ALL:
        one = FORMATS[name]
        try:
            written, _ = one.write(source)
        except FormatError as error:
            left_out.append(f"'{one.title}' was left out: {error.message}")
            continue
        files |= {f"{name}/{path}" if path else f"{stem}-{name}{one.extension}": data for path, data in written.items()}
    return files, tuple(left_out)


_as_rle = partial(write_coco, as_rle=True)
_by_class = partial(write_labelmap, by_class=True)

FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("coco", "COCO (polygons, masks where there are holes)", ".json", _one(write_coco), needs_classes=True),
        Format("coco-rle", "COCO (all as run-length masks)", ".json", _one(_as_rle), needs_classes=True),
        Format("yolo", "YOLO segmentation", ".zip", _several(write_yolo), needs_classes=True),
        Format("voc", "Pascal VOC segmentation", ".zip", _several(write_voc), needs_classes=True),
        Format("labelme", "LabelMe", ".json", _one(write_labelme), needs_classes=True),
        Format("svg", "SVG", ".svg", _one(lambda annotations: annotations_svg(annotations).encode())),
        Format("geojson", "GeoJSON", ".geojson", _one(write_geojson)),
        Format("labelmap-objects", "Label map by object", ".png", _one(write_labelmap)),
        Format("labelmap-classes", "Label map by class", ".png", _one(_by_class), needs_classes=True),
        Format("masks", "A mask for each object", ".zip", _several(object_masks)),
        Format("cutouts", "A cut-out for each object", ".zip", _cutouts(full=False)),
        Format("cutouts-full", "A cut-out for each object, at the picture's size", ".zip", _cutouts(full=True)),
        Format("measurements", "Measurements", ".csv", _measurements),
        Format("classes", "Class list", ".txt", _one(lambda annotations: write_classes(annotations.categories))),
        Format("all", "All formats", ".zip", _all, needs_classes=True),
    )
}
"""In the order in which they are offered."""

_IN_ALL = tuple(name for name in FORMATS if name not in ("coco-rle", "cutouts-full", "all"))


def write(name: str, source: Source) -> Exported:
    """Write a format, as one file: several are put into a zip.

    Raises
    ------
    FormatError
        ``unknown-format``, ``needs-image``, ``nothing-to-export`` (no object has an outline); ``too-many-labels``.
    """
    chosen = FORMATS.get(name)
    if chosen is None:
        raise FormatError("unknown-format", f"There is no format '{name}'.", f"Choose one of: {', '.join(FORMATS)}.")
    if not without_empty(source.annotations).instances and name != "classes":
        raise FormatError("nothing-to-export", "There is nothing to export yet.", "Mark an object first.")
    files, left_out = chosen.write(source)
    data = zipped(files) if chosen.extension == ".zip" else files[""]
    file_name = f"{stem_of(source.annotations.picture)}-{name}{chosen.extension}"
    return Exported(
        data, chosen.media_type, file_name, sentences_about([source.annotations], needs_classes=chosen.needs_classes) + left_out
    )


def sentences_about(annotated: Iterable[Annotations], *, needs_classes: bool) -> Sentences:
    """Say how many objects of all pictures a format leaves out, or gives a class that they did not have."""
    empty = unclassified = 0
    for one in annotated:
        objects = without_empty(one).instances
        known = {category.id for category in one.categories}
        empty += len(one.instances) - len(objects)
        unclassified += sum(thing.category not in known for thing in objects) if needs_classes else 0
    notes = (
        counted_sentence(empty, "An object without an outline was left out.", "{n} objects without an outline were left out."),
        counted_sentence(
            unclassified,
            f"An object without a class was given the class '{UNNAMED_CLASS}'.",
            f"{{n}} objects without a class were given the class '{UNNAMED_CLASS}'.",
        ),
    )
    return tuple(filter(None, notes))
