"""Read a file of annotations, in whichever format it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from tabsam.arrays import Size
from tabsam.document.annotations import Category
from tabsam.errors import FormatError
from tabsam.formats.classes import read_classes
from tabsam.formats.coco import read_coco
from tabsam.formats.coco_image import Whereabouts
from tabsam.formats.detecting import detect
from tabsam.formats.dota import read_dota
from tabsam.formats.geojson_reading import read_geojson
from tabsam.formats.labelme import read_labelme
from tabsam.formats.mask_images import read_mask
from tabsam.formats.mask_reading import Color, Kind
from tabsam.formats.shared.budgets import check_bytes, enough_memory
from tabsam.formats.shared.imported import Imported, OtherSizeError
from tabsam.formats.shared.turning import turned
from tabsam.formats.tools.importing import read_tool
from tabsam.formats.tools.table import TOOLS
from tabsam.formats.world import read_world_file
from tabsam.formats.yolo import read_yolo
from tabsam.geometry.affine import Affine

_WITHOUT_OBJECTS = ("classes", "world-file")


def read(
    data: bytes,
    name: str,
    image_size: Size,
    picture: str,
    *,
    classes: Sequence[str] = (),
    known: Sequence[Category] = (),
    affine: Affine | None = None,
    where: Whereabouts | None = None,
    orientation: Callable[[], int | None] = lambda: None,
    legend: Mapping[Color, str] | None = None,
    kind: Kind | None = None,
) -> Imported:
    """Read a file of annotations for the open picture, in whichever format it is.

    Annotations of a picture of this size on its side are of the file before EXIF turns it: they are turned, which is said. What a
    file without anything to take is, is said as well.

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
    known : sequence of Category
        Those that there are, whose ids COCO's lists of results may mean.
    affine : Affine, optional
        From pixels to the map, for GeoJSON.
    where : Whereabouts, optional
        What else is known of the picture, for files about several.
    orientation : callable
        Gives the picture file's EXIF orientation, if it has one.
    legend : names by colour, optional
        For masks in colours.
    kind : Kind, optional
        As what a mask's picture is to be read.

    Raises
    ------
    FormatError
        ``not-annotations`` for a project, which is read by its own function; ``annotations-too-large``, ``out-of-memory``; and
        what each reader raises.
    """
    check_bytes(data)
    format = detect(name, data)
    readers: dict[str, Callable[[bytes, Size, str], Imported]] = {
        "coco": partial(read_coco, where=where, known=known),
        "labelme": read_labelme,
        "geojson": partial(read_geojson, affine=affine),
        "yolo": partial(read_yolo, classes=classes),
        "dota": read_dota,
        "mask": partial(read_mask, legend=legend, kind=kind),
        "classes": read_classes,
        "world-file": read_world_file,
        **{tool: partial(read_tool, tool, file=name, affine=affine, where=where) for tool in TOOLS if tool == format},
    }
    if format not in readers:
        raise FormatError("not-annotations", f"'{name}' holds no annotations to be added to a picture.", "Open it by itself.")
    try:
        with enough_memory("read this file"):
            imported = readers[format](data, image_size, picture)
    except OtherSizeError as error:
        if error.theirs != image_size[::-1] or error.theirs == image_size:
            raise
        imported = turned(readers[format](data, error.theirs, picture), orientation())
    return imported if format in _WITHOUT_OBJECTS else _with_what_is_there(imported)


def _with_what_is_there(imported: Imported) -> Imported:
    """Say that nothing was found, where nothing else has been said."""
    if imported.annotations.instances or imported.left_out:
        return imported
    return replace(imported, left_out=("The file has no objects of this picture.",))
