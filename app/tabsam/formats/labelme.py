"""LabelMe's JSON, as labelme 5.3 and later write and read it.

An object is a polygon; of several parts, polygons of one ``group_id``, which labelme makes one instance. LabelMe's polygons have
no holes: these are joined to their boundary by cuts of no width. Or objects are of the shape type "mask", a PNG of its box, to
the pixel. An object's name is its description.
"""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Sequence

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray, Size
from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.labelme_shapes import LABELME, label_of, read_object
from tabsam.formats.shared.encodings import utf8_of
from tabsam.formats.shared.imported import ImportBuilder, Imported, other_size, quoted
from tabsam.formats.shared.kept import kept_of, unused
from tabsam.formats.shared.keyhole import rings_without_holes
from tabsam.formats.shared.parsing import Json, json_object, list_in, whole_of
from tabsam.formats.shared.picture_names import matches, plain_path
from tabsam.formats.shared.rings import rounded
from tabsam.formats.shared.writing import category_of, json_bytes, with_classes
from tabsam.geometry.raster import fill_crop

_VERSION = "5.5.0"
"""labelme's own version: one whose readers know all that is written here."""

_WHAT = "a LabelMe file"
_USED_OF_FILE = ("version", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth")


def write_labelme(annotations: Annotations, *, masks: bool = False) -> bytes:
    """Write a LabelMe file; the picture is not in it, it is looked for beside the file.

    Parameters
    ----------
    masks : bool
        Write each object as a mask of its pixels, which is exact, and which many of LabelMe's readers do not know.
    """
    annotations = with_classes(annotations)
    height, width = annotations.image_size
    grouped = zip(annotations.instances, _groups(annotations.instances), strict=True)
    return json_bytes(
        {"flags": {}}
        | kept_of(annotations.kept, LABELME)
        | {
            "version": _VERSION,
            "shapes": [
                shape for one, group in grouped for shape in _shapes(annotations, one, None if masks else group, masks=masks)
            ],
            "imagePath": annotations.picture,
            "imageData": None,
            "imageHeight": height,
            "imageWidth": width,
        }
    )


def labelme_object(data: bytes) -> tuple[dict[str, Json], str]:
    """Read a LabelMe file's JSON, and in which encoding, where that is not UTF-8: labelme once wrote the machine's own.

    Raises
    ------
    FormatError
        ``not-json``, or ``wrong-structure``.
    """
    utf8, encoding = utf8_of(data)
    return json_object(utf8, _WHAT), encoding


def read_labelme(data: bytes, image_size: Size, picture: str) -> Imported:
    """Read polygons, rectangles, circles and masks; shapes of one label and one ``group_id`` are one object.

    A rectangle that stands alone is a box: what the model can be asked.

    Raises
    ------
    FormatError
        ``not-text``, ``not-json``, ``wrong-structure``, or ``other-size``.
    """
    root, encoding = labelme_object(data)
    shapes = list_in(root, "shapes", _WHAT)
    found = ImportBuilder(picture, image_size)
    if encoding:
        sentence = f"The file is not UTF-8; it was read as {encoding}: look whether its names are right."
        found.say(sentence, sentence)
    found.kept = {LABELME: unused(root, _USED_OF_FILE)}
    height, width = whole_of(root.get("imageHeight")), whole_of(root.get("imageWidth"))
    if height and width and (height, width) != image_size:
        other_size((height, width), image_size)
    path = root.get("imagePath")
    if isinstance(path, str) and plain_path(path) and not matches([path], picture).places:
        sentence = f"The file was made for the picture {quoted(path)}."
        found.say(sentence, sentence)
    groups: dict[object, list[dict[str, Json]]] = {}
    for index, shape in enumerate(shapes):
        if not isinstance(shape, dict):
            found.say("A shape that is no object was left out.", "{n} shapes that are no objects were left out.")
            continue
        group = shape.get("group_id")
        alone = group is None or isinstance(group, list | dict) or group == ""
        number = whole_of(group)
        groups.setdefault(
            ("alone", index) if alone else (label_of(shape), number if number is not None else str(group)), []
        ).append(shape)
    for members in groups.values():
        read_object(members, found)
    return found.imported()


def _shapes(annotations: Annotations, instance: Instance, group: int | str | None, *, masks: bool) -> list[dict[str, Json]]:
    kept = kept_of(instance.kept, LABELME)
    common = {"label": category_of(annotations, instance).name, "description": instance.name, "flags": {}} | kept
    if masks:
        crop = fill_crop(instance.outline, annotations.image_size)
        height, width = crop.mask.shape
        if not height:
            return []
        # Both corners are pixels inside the box.
        corners = [[crop.left, crop.top], [crop.left + width - 1, crop.top + height - 1]]
        return [common | {"points": corners, "group_id": group, "shape_type": "mask", "mask": _mask_text(crop.mask)}]
    rings = rings_without_holes(instance.outline, annotations.image_size)
    return [
        common | {"points": rounded(ring).tolist(), "group_id": group, "shape_type": "polygon", "mask": None} for ring in rings
    ]


def _groups(instances: Sequence[Instance]) -> list[int | str | None]:
    """Give each object its group: the one it had, unless another of its class has it; else one of its own, if it needs one."""
    kept = [kept_of(one.kept, LABELME).get("group_id") for one in instances]
    times = Counter((one.category, str(group)) for one, group in zip(instances, kept, strict=True))
    numbers = (number for group in kept if (number := whole_of(group)) is not None)
    highest = max((*numbers, *(one.id for one in instances)), default=0)
    taken, groups = {str(group) for group in kept}, list[int | str | None]()
    for one, group in zip(instances, kept, strict=True):
        if group is not None and times[one.category, str(group)] == 1:
            groups.append(group)
        elif len(one.outline.polygons()) > 1:
            highest += str(one.id) in taken
            groups.append(highest if str(one.id) in taken else one.id)
        else:
            groups.append(None)
    return groups


def _mask_text(mask: BoolArray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(mask.view(np.uint8)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")
