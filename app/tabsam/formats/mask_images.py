"""Masks from pictures: one object of a black and white one, one for each value of a label map."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, BoolArray, Int64Array, Size
from tabsam.document.mask_values import above_half, grey_values, opacity
from tabsam.errors import FormatError
from tabsam.formats.labelmap import VOC_VOID, voc_palette
from tabsam.formats.shared.imported import ImportBuilder, Imported, other_size
from tabsam.geometry.raster import PixelBox
from tabsam.geometry.tracing import outline_of_mask

_FORMATS = ("PNG", "BMP", "TIFF", "GIF")
"""Those that keep pixels as they are."""

_MOST_VALUES = 5000

_MOST_CHANGES = 0.2
"""Of neighbours in a row; in a label map most pixels are like the one before, in a photograph hardly any."""

_FEW_VALUES = 8
"""So many make no photograph, however they lie."""

_MOST_BETWEEN = 0.1
"""Of the white pixels; in a soft edge there are fewer between black and white."""


def read_mask(data: bytes, image_size: Size, picture: str, *, classes: Sequence[str] | None = None) -> Imported:
    """Read a mask or a label map.

    Where the only values are 0 and 1, or 0 and 255, it is one object, also where its edge is soft, with values between; else
    every value but 0 is an object, named after it. The value of an indexed picture is its grey level or, where its palette has
    colours, its entry; in VOC's colours 255 is a border, and no object. A picture that is transparent in parts is one object:
    what is more than half as opaque as its most opaque pixel; only an indexed one is a label map still, if its background is what
    is transparent.

    Parameters
    ----------
    data : bytes
        PNG, BMP, TIFF or GIF of 1, 8 or 16 bits, with a palette or not.
    classes : names, optional
        What the values 1, 2 ... of a label map mean: objects are then of these classes.

    Raises
    ------
    FormatError
        ``not-a-mask`` (no such file, or damaged), ``other-size``, ``mask-colors`` (a picture in colours), ``mask-photo`` (a
        photograph), ``mask-empty``.
    """
    image = _opened(data, image_size)
    labels = _labels(image)
    found = ImportBuilder(picture, image_size)
    for name in classes or ():
        found.category(name)
    if image.mode == "L" and classes is None and _is_soft(labels):
        sentence = "The mask's edge is soft; what is at least half bright was taken as inside."
        found.say(sentence, sentence)
        labels = (labels >= 128).view(np.uint8)
    values, boxes = _values(labels)
    if values in ([1], [255]) and classes is None:
        found.add(outline_of_mask(labels != 0))
        return found.imported()
    if image.mode == "P" and VOC_VOID in values and _is_in_voc_colors(image):
        _leave_out_void(values, boxes, found)
    for value, (left, top, right, bottom) in zip(values, boxes, strict=True):
        outline = outline_of_mask(labels[top:bottom, left:right] == value, left=left, top=top)
        found.add(outline, _category(value, classes, found), name="" if classes is not None else str(value))
    return found.imported()


def read_labelmap(
    data: bytes,
    image_size: Size,
    picture: str,
    describe: Callable[[int, tuple[slice, slice], BoolArray], tuple[str, str]],
    *,
    has_void: bool = False,
    categories: Sequence[str] = (),
) -> Imported:
    """Read a label map of which it is known what its values are; an empty one has no objects.

    Parameters
    ----------
    describe : callable
        Gives the class (empty for none) and the name of an object by its value, the box around it (rows, columns) and the
        pixels in the box that are its.
    has_void : bool
        Whether 255 is VOC's border, and no object.
    categories : names
        Classes that there are, in this order, whether an object is of them or not.

    Raises
    ------
    FormatError
        As :func:`read_mask` does, but for ``mask-empty``.
    """
    labels = label_values(data, image_size)
    found = ImportBuilder(picture, image_size)
    for name in categories:
        found.category(name)
    values, boxes = _values(labels) if labels.any() else ([], [])
    if has_void and VOC_VOID in values:
        _leave_out_void(values, boxes, found)
    for value, (left, top, right, bottom) in zip(values, boxes, strict=True):
        where = slice(top, bottom), slice(left, right)
        inside = labels[where] == value
        category, name = describe(value, where, inside)
        found.add(outline_of_mask(inside, left=left, top=top), found.category(category) if category else None, name=name)
    return found.imported()


def label_values(data: bytes, image_size: Size) -> AnyArray:
    """Give a label map's values, whole numbers (height, width).

    Raises
    ------
    FormatError
        ``not-a-mask``, ``other-size``, ``mask-colors``.
    """
    return _labels(_opened(data, image_size))


def _leave_out_void(values: list[int], boxes: list[PixelBox], found: ImportBuilder) -> None:
    """Take VOC's borders for no object."""
    del boxes[values.index(VOC_VOID)]
    values.remove(VOC_VOID)
    borders = "The borders of undecided pixels were left out."
    found.say(borders, borders)


def _opened(data: bytes, image_size: Size) -> Image.Image:
    """Read the header of a picture of that size."""
    image = _identified(data)
    if (image.height, image.width) != image_size:
        other_size((image.height, image.width), image_size)
    return image


def _identified(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Its size must be the open picture's, which has passed our own limit.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data), formats=_FORMATS)
    except Exception as error:  # a header that is cut off makes Pillow raise nearly anything
        raise _no_mask(error) from error


def _labels(image: Image.Image) -> AnyArray:
    """Give the values, whole numbers (height, width)."""
    try:
        image.load()
    except Exception as error:  # as image.py has it: decoders raise OSError, SyntaxError, struct.error, zlib.error and more
        raise _no_mask(error) from error
    values, alpha = grey_values(image), opacity(image)
    if values is None and image.mode == "P":
        values = np.asarray(image)
    if alpha is not None:
        inside = above_half(alpha)
        # A transparent background is no object of an indexed label map.
        is_map = image.mode == "P" and values is not None and values[inside].all()
        return np.where(inside, values, 0) if is_map and values is not None else inside.view(np.uint8)
    if values is None:
        raise FormatError(
            "mask-colors",
            "This picture is in colours: it is no mask, or one whose colours' meaning is not known.",
            "Save the mask in grey or with a palette.",
        )
    if values.dtype.kind == "f":
        raise _no_mask(image.mode)
    return values.view(np.uint8) if values.dtype == np.bool_ else values


def _is_soft(labels: AnyArray) -> bool:
    """Tell whether a grey picture is a black and white mask with a soft edge: many values between, and few pixels of them."""
    counts = np.bincount(labels.ravel(), minlength=256)
    between = counts[1:255]
    return bool(np.count_nonzero(between) > _FEW_VALUES and between.sum() <= _MOST_BETWEEN * counts[255])


def _values(labels: AnyArray) -> tuple[list[int], list[PixelBox]]:
    """Give the values but 0, in order, and the box around each."""
    height, width = labels.shape
    changes = labels[:, 1:] != labels[:, :-1]
    starts_run = np.concatenate([np.ones((height, 1), np.bool_), changes], axis=1)
    starts = np.flatnonzero(starts_run)
    lasts = np.append(starts[1:], height * width) - 1
    found, index = np.unique(labels.ravel()[starts], return_inverse=True)
    if len(found) > _MOST_VALUES or (len(found) > _FEW_VALUES and len(starts) - height > _MOST_CHANGES * labels.size):
        raise FormatError(
            "mask-photo",
            "This looks like a photograph, and not like a mask.",
            "Choose a picture in which each object has a grey value, or a palette's entry, of its own.",
        )
    boxes = np.column_stack(
        [
            _extreme(np.minimum, starts % width, index, len(found)),
            _extreme(np.minimum, starts // width, index, len(found)),
            _extreme(np.maximum, lasts % width, index, len(found)) + 1,
            _extreme(np.maximum, starts // width, index, len(found)) + 1,
        ]
    ).tolist()
    kept = [(int(value), tuple(box)) for value, box in zip(found.tolist(), boxes, strict=True) if value != 0]
    if not kept:
        raise FormatError("mask-empty", "This mask is empty: nothing in it is marked.", "Choose another file.")
    return [value for value, _ in kept], [box for _, box in kept]


def _extreme(function: np.ufunc, numbers: Int64Array, index: Int64Array, count: int) -> Int64Array:
    """Give the smallest or the largest of the numbers of each index."""
    result = np.full(count, 0 if function is np.maximum else np.iinfo(np.int64).max, np.int64)
    function.at(result, index, numbers)
    return result


def _is_in_voc_colors(image: Image.Image) -> bool:
    palette = image.getpalette()
    return palette is not None and palette[-3:] == voc_palette()[VOC_VOID].tolist() and len(palette) == 3 * (VOC_VOID + 1)


def _category(value: int, classes: Sequence[str] | None, found: ImportBuilder) -> int | None:
    if classes is None:
        return None
    return found.category(classes[value - 1] if 1 <= value <= len(classes) else f"class {value}")


def _no_mask(details: object) -> FormatError:
    return FormatError(
        "not-a-mask",
        "This file is not a mask that can be read here, or it is damaged.",
        "Choose a PNG, BMP, TIFF or GIF picture in grey or with a palette.",
        details=repr(details),
    )
