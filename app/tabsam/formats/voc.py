"""Pascal VOC beside its label maps: a picture's XML file, and the two label maps read together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tabsam.arrays import BoolArray, Size
from tabsam.document.annotations import Annotations
from tabsam.formats.labelmap import VOC_VOID
from tabsam.formats.mask_images import label_values, read_labelmap
from tabsam.formats.mask_reading import Color
from tabsam.formats.shared.imported import Imported
from tabsam.formats.shared.writing import category_of, with_classes, xml_text
from tabsam.geometry.raster import spans


def write_voc_xml(annotations: Annotations) -> bytes:
    """Write a picture's XML file: its objects' classes and boxes, in VOC's pixels, which are counted from 1.

    Objects that cover no pixel have no box, and are not in it.
    """
    annotations = with_classes(annotations)
    height, width = annotations.image_size
    boxes = [(one, spans(one.outline, annotations.image_size).box) for one in annotations.instances]
    objects = "".join(_object(category_of(annotations, one).name, box, annotations.image_size) for one, box in boxes if box)
    return (
        f"<annotation>\n  <folder>JPEGImages</folder>\n  <filename>{xml_text(annotations.picture)}</filename>\n"
        "  <source><database>tabsam</database></source>\n"
        f"  <size><width>{width}</width><height>{height}</height><depth>3</depth></size>\n"
        f"  <segmented>{int(bool(objects))}</segmented>\n{objects}</annotation>\n"
    ).encode()


def read_voc(
    objects: bytes | None,
    classes: bytes | None,
    names: Sequence[str],
    image_size: Size,
    picture: str,
    *,
    colors: Mapping[Color, int] | None = None,
) -> Imported:
    """Read a picture's objects from ``SegmentationObject`` and their classes from ``SegmentationClass``.

    Parameters
    ----------
    objects, classes : bytes or None
        Where there are no objects, each class's pixels are one; where there are no classes, objects have none.
    names : names
        Of the values 1, 2 ... of ``classes``; another value is the class "class 7".
    colors : numbers by colour, optional
        The values of ``classes`` where it is in colours of its own, and not in VOC's.

    Raises
    ------
    FormatError
        As :func:`tabsam.formats.mask_images.read_labelmap` does.
    """
    values = None if classes is None else label_values(classes, image_size, colors)

    def described(value: int, where: tuple[slice, slice], inside: BoolArray) -> tuple[str, str]:
        if values is None:
            return "", str(value)
        within = values[where][inside]
        number = value if objects is None else int(np.bincount(within[within != VOC_VOID].astype(np.int64), minlength=1).argmax())
        return (names[number - 1] if 1 <= number <= len(names) else f"class {number}") if number else "", ""

    source = objects if objects is not None else classes
    assert source is not None  # one of them is why there is something to read
    legend = colors if objects is None else None
    categories = names if classes is not None else ()
    return read_labelmap(source, image_size, picture, described, has_void=True, categories=categories, colors=legend)


def _object(name: str, box: tuple[int, int, int, int], size: Size) -> str:
    left, top, right, bottom = box
    cut = int(left == 0 or top == 0 or right == size[1] or bottom == size[0])
    return (
        f"  <object>\n    <name>{xml_text(name)}</name>\n    <pose>Unspecified</pose>\n    <truncated>{cut}</truncated>\n"
        "    <difficult>0</difficult>\n"
        f"    <bndbox><xmin>{left + 1}</xmin><ymin>{top + 1}</ymin><xmax>{right}</xmax><ymax>{bottom}</ymax></bndbox>\n"
        "  </object>\n"
    )
