"""Objects of one picture, in a format of annotations."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from tabsam.document.annotations import Annotations, Category, Instance, palette_color
from tabsam.formats.exported import Source
from tabsam.formats.registry import write
from tabsam.formats.shared.turning import is_turned
from tabsam.formats.shared.writing import Exported


def written(format: str, objects: Sequence[Instance], image: Image.Image, name: str, data: bytes, category: str = "") -> Exported:
    """Write objects.

    Parameters
    ----------
    format : str
        One of :data:`tabsam.formats.registry.FORMATS`.
    name, data : str and bytes
        The picture's file.
    category : str
        The name of class 1, if there is one.

    Raises
    ------
    FormatError
        As :func:`tabsam.formats.registry.write` does.
    """
    classes = (Category(1, category, palette_color(0)),) if category else ()
    annotations = Annotations(name, (image.height, image.width), classes, tuple(objects))
    return write(format, Source(annotations, image, is_turned=is_turned(io.BytesIO(data))))
