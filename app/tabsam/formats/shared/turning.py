"""Annotations that were made of a picture as its file has it, where EXIF says how it is turned: turned with it."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from tabsam.arrays import Float64Array, Size
from tabsam.document.selection import Selection
from tabsam.formats.shared.imported import Imported
from tabsam.formats.shared.writing import size_text
from tabsam.geometry.outline import Outline, from_polygons
from tabsam.pictures.orientation import orientation_in
from tabsam.pictures.turning import upright

_SAVED: Mapping[str, Mapping[str, Any]] = {"JPEG": {"quality": 95}, "WEBP": {"lossless": True}}

_UNSAID = 6
"""What cameras write most often: held upright, turned a quarter."""

_TURNS: Mapping[int, Callable[[Float64Array, Size], Float64Array]] = {
    5: lambda points, size: points[:, ::-1],
    6: lambda points, size: np.column_stack([size[0] - points[:, 1], points[:, 0]]),
    7: lambda points, size: np.column_stack([size[0] - points[:, 1], size[1] - points[:, 0]]),
    8: lambda points, size: np.column_stack([points[:, 1], size[1] - points[:, 0]]),
}
"""From a point in the file's picture of a size (height, width) to the upright one, by EXIF's orientation."""


def is_turned(stream: BinaryIO) -> bool:
    """Tell whether EXIF turns the picture in a file, which can be gone through again afterwards: it is at its begin."""
    turns = orientation_in(stream) != 1
    stream.seek(0)
    return turns


def upright_file(stream: BinaryIO) -> bytes | None:
    """Write a picture's file anew, upright and in its own format; None where Pillow can't, or it has several pictures."""
    written, orientation = io.BytesIO(), orientation_in(stream)
    stream.seek(0)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(stream) as image:  # what is odd about tags is of no interest
            format = image.format or ""
            if getattr(image, "n_frames", 1) > 1:
                return None
            image.load()
            turned = image if format == "TIFF" else upright(image, orientation)  # Pillow turns a TIFF as it reads it
            assert isinstance(turned, Image.Image)  # as what was given
            options = {"icc_profile": image.info.get("icc_profile"), **_SAVED.get(format, {})}
            turned.info.pop("exif", None)
            turned.save(written, format, **options)
    except Exception:  # noqa: BLE001  # what cannot be decoded or encoded stays as it is, which is said
        return None
    return written.getvalue()


def turned(imported: Imported, orientation: int | None) -> Imported:
    """Turn annotations of a picture as its file has it, which lies on its side, to the upright picture; this is said.

    Parameters
    ----------
    orientation : int or None
        EXIF's; where it does not lie on its side, or is not known, a quarter clockwise is taken, as with most.
    """
    annotations = imported.annotations
    size = annotations.image_size
    known = orientation is not None and orientation in _TURNS
    turn = _TURNS[orientation if orientation is not None and known else _UNSAID]

    mirrors = orientation in (5, 7)

    def line(outline: Outline) -> Outline:
        polygons = [[turn(ring, size) for ring in polygon] for polygon in outline.polygons()]
        return from_polygons([[ring[::-1] for ring in polygon] for polygon in polygons] if mirrors else polygons)

    def prompts(selection: Selection) -> Selection:
        if selection.box is None:
            return selection
        corners = turn(np.array(selection.box).reshape(2, 2), size)
        (x0, y0), (x1, y1) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        return replace(selection, box=(x0, y0, x1, y1))

    instances = tuple(replace(one, outline=line(one.outline), prompts=prompts(one.prompts)) for one in annotations.instances)
    how = "as its EXIF orientation says" if known else "a quarter clockwise, as most cameras' are: look whether that is right"
    there, here = size_text(size), size_text((size[1], size[0]))
    said = f"The file has this picture on its side, {there} and not {here} pixels; its annotations were turned, {how}."
    upright = replace(annotations, image_size=(size[1], size[0]), instances=instances)
    return Imported(upright, (said, *imported.left_out))
