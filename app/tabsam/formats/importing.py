"""Read a file of annotations, in whichever format it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from tabsam.arrays import Size
from tabsam.errors import FormatError
from tabsam.formats.classes import read_classes
from tabsam.formats.coco import read_coco
from tabsam.formats.detecting import detect
from tabsam.formats.geojson import read_geojson
from tabsam.formats.labelme import read_labelme
from tabsam.formats.mask_images import read_mask
from tabsam.formats.mask_reading import Color, Kind
from tabsam.formats.shared.imported import Imported
from tabsam.formats.world import read_world_file
from tabsam.formats.yolo import read_yolo
from tabsam.geometry.affine import Affine


def read(
    data: bytes,
    name: str,
    image_size: Size,
    picture: str,
    *,
    classes: Sequence[str] = (),
    affine: Affine | None = None,
    legend: Mapping[Color, str] | None = None,
    kind: Kind | None = None,
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
        From pixels to the map, for GeoJSON.
    legend : names by colour, optional
        For masks in colours.
    kind : Kind, optional
        As what a mask's picture is to be read.

    Raises
    ------
    FormatError
        ``not-annotations`` for a project, which is read by its own function; and what each reader raises.
    """
    format = detect(name, data)
    readers: dict[str, Callable[[bytes, Size, str], Imported]] = {
        "coco": read_coco,
        "labelme": read_labelme,
        "geojson": partial(read_geojson, affine=affine),
        "yolo": partial(read_yolo, classes=classes),
        "mask": partial(read_mask, legend=legend, kind=kind),
        "classes": read_classes,
        "world-file": read_world_file,
    }
    if format not in readers:
        raise FormatError("not-annotations", f"'{name}' holds no annotations to be added to a picture.", "Open it by itself.")
    return readers[format](data, image_size, picture)
