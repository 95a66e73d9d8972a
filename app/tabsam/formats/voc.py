"""Pascal VOC beside its label maps: a picture's XML file, and the two label maps read together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from tabsam.arrays import BoolArray, Size
from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.labelmap import VOC_VOID
from tabsam.formats.mask_images import label_values, read_labelmap
from tabsam.formats.mask_reading import Color
from tabsam.formats.shared.imported import Imported
from tabsam.formats.shared.kept import kept_of
from tabsam.formats.shared.writing import category_of, with_classes, xml_text
from tabsam.geometry.raster import PixelBox, spans

KEPT_AS = "voc"
"""Under which name an object keeps what VOC's XML says of it besides (see :mod:`tabsam.formats.shared.kept`)."""

_PLAIN_NAME = re.compile("[A-Za-z_][A-Za-z0-9_.-]*")


def write_voc_xml(annotations: Annotations) -> bytes:
    """Write a picture's XML file: its objects' classes and boxes, in VOC's pixels, which are counted from 1.

    Objects that cover no pixel have no box, and are not in it.
    """
    annotations = with_classes(annotations)
    height, width = annotations.image_size
    boxes = [(one, spans(one.outline, annotations.image_size).box) for one in annotations.instances]
    objects = "".join(_object(annotations, one, box) for one, box in boxes if box)
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


def _object(annotations: Annotations, one: Instance, box: PixelBox) -> str:
    """Write an object, with what VOC files that it came from say of it besides."""
    left, top, right, bottom = box
    height, width = annotations.image_size
    kept = kept_of(one.kept, KEPT_AS)
    is_cut = left == 0 or top == 0 or right == width or bottom == height
    about = {"pose": "Unspecified", "truncated": str(int(is_cut)), "difficult": "0"}
    about |= {name: text for name, text in kept.items() if isinstance(text, str) and _PLAIN_NAME.fullmatch(name)}
    attributes = kept.get("attributes")
    pairs = attributes.items() if isinstance(attributes, dict) else ()
    listed = "".join(
        f"<attribute><name>{xml_text(str(name))}</name><value>{xml_text(str(value))}</value></attribute>" for name, value in pairs
    )
    said = "".join(f"    <{name}>{xml_text(text)}</{name}>\n" for name, text in about.items())
    return (
        f"  <object>\n    <name>{xml_text(category_of(annotations, one).name)}</name>\n{said}"
        f"    <bndbox><xmin>{left + 1}</xmin><ymin>{top + 1}</ymin><xmax>{right}</xmax><ymax>{bottom}</ymax></bndbox>\n"
        + (f"    <attributes>{listed}</attributes>\n" if listed else "")
        + "  </object>\n"
    )
