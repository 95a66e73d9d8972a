"""Every format by its name: what there is to export, and how to read a file of any of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PIL import Image

from tabsam.annotations import Annotations
from tabsam.arrays import Size
from tabsam.errors import FormatError
from tabsam.formats.archive import zipped
from tabsam.formats.classes import read_classes, write_classes
from tabsam.formats.coco import read_coco, write_coco
from tabsam.formats.detecting import detect
from tabsam.formats.geojson import read_geojson, write_geojson
from tabsam.formats.labelmap import write_labelmap, write_voc
from tabsam.formats.labelme import read_labelme, write_labelme
from tabsam.formats.maskpng import read_mask
from tabsam.formats.png import object_cutouts, object_masks
from tabsam.formats.reading import Imported, in_sentence
from tabsam.formats.svg import annotations_svg
from tabsam.formats.world import Affine
from tabsam.formats.writing import UNNAMED_CLASS, Files, drawn, stem_of
from tabsam.formats.yolo import read_yolo, write_yolo

ZIP = "application/zip"


@dataclass(frozen=True)
class Source:
    """What is exported.

    Attributes
    ----------
    annotations : Annotations
        Every object in them is written: leave out what the user does not want.
    image : PIL.Image.Image or None
        Mode "RGB"; only cut-outs need it.
    affine : Affine or None
        From pixels to the world, for GeoJSON.
    """

    annotations: Annotations
    image: Image.Image | None = None
    affine: Affine | None = None


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
    media_type : str
    write : callable
        Gives the files by their paths; where the format takes one file its path does not matter.
    needs_classes : bool
        Whether objects without a class are given one.
    needs_image : bool
    """

    name: str
    title: str
    extension: str
    media_type: str
    write: Callable[[Source], Files]
    needs_classes: bool = False
    needs_image: bool = False


@dataclass(frozen=True)
class Written:
    """A file to be saved: its bytes, its media type, a name for it, and what the user should know about it, in sentences."""

    data: bytes
    type: str
    name: str
    notes: tuple[str, ...] = ()


def _one(write: Callable[[Source], bytes]) -> Callable[[Source], Files]:
    return lambda source: {"": write(source)}


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(
            "coco",
            "COCO (polygons, masks where there are holes)",
            ".json",
            "application/json",
            _one(lambda source: write_coco(source.annotations)),
            needs_classes=True,
        ),
        Format(
            "coco-rle",
            "COCO (all as run-length masks)",
            ".json",
            "application/json",
            _one(lambda source: write_coco(source.annotations, as_rle=True)),
            needs_classes=True,
        ),
        Format("yolo", "YOLO segmentation", ".zip", ZIP, lambda source: write_yolo(source.annotations), needs_classes=True),
        Format("voc", "Pascal VOC segmentation", ".zip", ZIP, lambda source: write_voc(source.annotations), needs_classes=True),
        Format(
            "labelme",
            "LabelMe",
            ".json",
            "application/json",
            _one(lambda source: write_labelme(source.annotations)),
            needs_classes=True,
        ),
        Format("svg", "SVG", ".svg", "image/svg+xml", _one(lambda source: annotations_svg(source.annotations).encode())),
        Format(
            "geojson",
            "GeoJSON",
            ".geojson",
            "application/geo+json",
            _one(lambda source: write_geojson(source.annotations, source.affine)),
        ),
        Format(
            "labelmap-objects",
            "Label map by object",
            ".png",
            "image/png",
            _one(lambda source: write_labelmap(source.annotations)),
        ),
        Format(
            "labelmap-classes",
            "Label map by class",
            ".png",
            "image/png",
            _one(lambda source: write_labelmap(source.annotations, by_class=True)),
            needs_classes=True,
        ),
        Format("masks", "A mask for each object", ".zip", ZIP, lambda source: object_masks(source.annotations)),
        Format(
            "cutouts", "A cut-out for each object", ".zip", ZIP, lambda source: _cutouts(source, full=False), needs_image=True
        ),
        Format(
            "cutouts-full",
            "A cut-out for each object, at the picture's size",
            ".zip",
            ZIP,
            lambda source: _cutouts(source, full=True),
            needs_image=True,
        ),
        Format("classes", "Class list", ".txt", "text/plain", _one(lambda source: write_classes(source.annotations.categories))),
        Format("all", "All formats", ".zip", ZIP, lambda source: _all(source), needs_classes=True),
    )
}
"""In the order in which they are offered."""

_IN_ALL = (
    "coco",
    "yolo",
    "voc",
    "labelme",
    "svg",
    "geojson",
    "labelmap-objects",
    "labelmap-classes",
    "masks",
    "cutouts",
    "classes",
)


def write(name: str, source: Source) -> Written:
    """Write a format, as one file: several are put into a zip.

    Raises
    ------
    FormatError
        ``unknown-format``, ``needs-image``, ``nothing-to-export`` (no object has an outline); ``too-many-labels``.
    """
    chosen = FORMATS.get(name)
    if chosen is None:
        raise FormatError("unknown-format", f"There is no format '{name}'.", f"Choose one of: {', '.join(FORMATS)}.")
    if not drawn(source.annotations).instances and name != "classes":
        raise FormatError("nothing-to-export", "There is nothing to export yet.", "Mark an object first.")
    files = chosen.write(source)
    data = zipped(files) if chosen.extension == ".zip" else files[""]
    return Written(
        data, chosen.media_type, f"{stem_of(source.annotations.picture)}-{name}{chosen.extension}", _notes(chosen, source)
    )


def read(
    data: bytes,
    name: str,
    image_size: Size,
    picture: str,
    *,
    classes: Sequence[str] = (),
    affine: Affine | None = None,
) -> Imported:
    """Read a file of annotations for the open picture, in whichever format it is.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name.
    image_size : (height, width)
    picture : str
        The open picture's file name.
    classes : names
        In order, for YOLO's numbers.
    affine : Affine, optional
        From pixels to the world, for GeoJSON.

    Raises
    ------
    FormatError
        ``not-annotations`` for a project or a world file, which are read by their own functions; and what each reader raises.
    """
    kind = detect(name, data)
    readers: dict[str, Callable[[bytes, Size, str], Imported]] = {
        "coco": read_coco,
        "labelme": read_labelme,
        "geojson": partial(read_geojson, affine=affine),
        "yolo": partial(read_yolo, classes=classes),
        "mask": read_mask,
        "classes": read_classes,
    }
    if kind not in readers:
        raise FormatError("not-annotations", f"'{name}' holds no annotations to be added to a picture.", "Open it by itself.")
    return readers[kind](data, image_size, picture)


def _cutouts(source: Source, *, full: bool) -> Files:
    if source.image is None:
        raise FormatError("needs-image", "Cut-outs need the picture.", "Open the picture first.")
    return object_cutouts(source.annotations, source.image, full=full)


def _all(source: Source) -> Files:
    """Write most formats, each in a folder or a file of its own."""
    files: Files = {}
    stem = stem_of(source.annotations.picture)
    for name in _IN_ALL:
        one = FORMATS[name]
        if one.needs_image and source.image is None:
            continue
        for path, data in one.write(source).items():
            files[f"{name}/{path}" if path else f"{stem}-{name}{one.extension}"] = data
    return files


def _notes(chosen: Format, source: Source) -> tuple[str, ...]:
    instances, objects = source.annotations.instances, drawn(source.annotations).instances
    known = {category.id for category in source.annotations.categories}
    unclassified = sum(one.category not in known for one in objects) if chosen.needs_classes else 0
    notes = (
        in_sentence(
            len(instances) - len(objects),
            "An object without an outline was left out.",
            "{n} objects without an outline were left out.",
        ),
        in_sentence(
            unclassified,
            f"An object without a class was given the class '{UNNAMED_CLASS}'.",
            f"{{n}} objects without a class were given the class '{UNNAMED_CLASS}'.",
        ),
    )
    return tuple(filter(None, notes))
