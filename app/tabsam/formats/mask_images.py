"""Masks from pictures: one object of a black and white one, one for each value of a label map, one for each colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from tabsam.arrays import AnyArray, BoolArray, Size
from tabsam.errors import FormatError, ImageError
from tabsam.formats.labelmap import VOC_VOID
from tabsam.formats.mask_reading import Color, Kind, MaskReading, colors_there, kinds_of, reading_as, reading_of
from tabsam.formats.shared.budgets import MOST_LABEL_RUNS, too_ragged
from tabsam.formats.shared.imported import ImportBuilder, Imported, other_size
from tabsam.formats.shared.traced import traced_mask, traced_rows
from tabsam.geometry.rows import Rows, box_of, rows_of_labels, run_count
from tabsam.pictures.mask_pixels import MaskPixels, mask_pixels

T = TypeVar("T")

_MOST_VALUES = 65_535

_MOST_CHANGES = 0.2
"""Of neighbours in a row; in a label map most pixels are like the one before, in a photograph hardly any."""

_FEW_VALUES = 8
"""So many make no photograph, however they lie."""


def read_mask(
    data: bytes,
    image_size: Size,
    picture: str,
    *,
    classes: Sequence[str] | None = None,
    legend: Mapping[Color, str] | None = None,
    kind: Kind | None = None,
) -> Imported:
    """Read a mask or a label map.

    What it is, is told by what one sees. In black and white it is one object, also where its edge is soft, with values between;
    else every value but 0 is an object, named after it. An indexed picture is its colours, unless its palette is grey, VOC's,
    or has black or what is transparent first: then its entries are the labels. In colours, each but the background's is an
    object: by the legend, by VOC's number, or named after the colour. 255 beside small labels is undecided, and no object. A
    picture that is transparent in parts is one object: what is more than half as opaque as its most opaque pixel; a label map
    whose background is what is transparent stays one.

    Parameters
    ----------
    data : bytes
        A picture of 1 to 64 bits, with a palette or not.
    classes : names, optional
        What the values 1, 2 ... of a label map mean: objects are then of these classes.
    legend : names by colour, optional
        What colours mean, where the picture has any of them: objects are then of these classes.
    kind : Kind, optional
        As what it is to be read, where somebody knows better.

    Raises
    ------
    FormatError
        ``not-a-mask`` (no such file, or damaged), ``other-size``, ``mask-colors`` (many colours), ``mask-photo`` (a photograph),
        ``too-ragged``, ``mask-empty``.
    """
    pixels = _pixels(data, image_size)
    legend = legend_for(pixels, legend)
    reading = reading_as(pixels, kind, legend) if kind else reading_of(pixels, legend)
    if classes is not None and reading.kind == "white" and kind is None and pixels.grey is not None:
        reading = reading_as(pixels, "labels")  # it is known to be a label map
    found = ImportBuilder(picture, image_size)
    for name in classes or ():
        found.category(name)
    for sentence in (*reading.said, *([f"Of its {pixels.pages} pages the first was read."] if pixels.pages > 1 else [])):
        found.say(sentence, sentence)
    if not reading.is_one:
        _add_labels(reading, classes, has_legend=legend is not None, found=found)
    elif reading.labels.any():
        outline = traced_mask(reading.labels != 0, found)
        if outline is not None:
            found.add(outline)
    else:
        raise _empty()
    return found.imported()


def _add_labels(reading: MaskReading, classes: Sequence[str] | None, *, has_legend: bool, found: ImportBuilder) -> None:
    """Add an object for each value."""
    parts = _parts(reading.labels)
    parts = {value: rows for value, rows in parts.items() if value != reading.void}
    if not parts:
        raise _empty()
    for value, rows in parts.items():
        outline = traced_rows(rows, found)
        if outline is None:
            continue
        name = (reading.names or {}).get(value, str(value))
        if has_legend and reading.kind == "colors":
            found.add(outline, found.category(name))
        else:
            found.add(outline, _category(value, classes, found), name="" if classes is not None else name)


def look_at_mask(data: bytes, image_size: Size, legend: Mapping[Color, str] | None = None) -> tuple[Kind, tuple[Kind, ...]]:
    """Tell what a mask's picture is taken for, and as what it could be read; raises as :func:`read_mask` does."""
    pixels = _pixels(data, image_size)
    return reading_of(pixels, legend_for(pixels, legend)).kind, kinds_of(pixels)


def read_labelmap(
    data: bytes,
    image_size: Size,
    picture: str,
    describe: Callable[[int, tuple[slice, slice], BoolArray], tuple[str, str]],
    *,
    has_void: bool = False,
    categories: Sequence[str] = (),
    colors: Mapping[Color, int] | None = None,
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
    colors : numbers by colour, optional
        As :func:`label_values` takes them.

    Raises
    ------
    FormatError
        As :func:`read_mask` does, but for ``mask-empty``.
    """
    labels = label_values(data, image_size, colors)
    found = ImportBuilder(picture, image_size)
    for name in categories:
        found.category(name)
    parts = _parts(labels)
    if has_void and parts.pop(VOC_VOID, None) is not None:
        borders = "The borders of undecided pixels were left out."
        found.say(borders, borders)
    for value, rows in parts.items():
        where = box_of(rows)
        inside = labels[where]
        found.budget.take_pixels(inside.size)
        category, name = describe(value, where, inside == value)
        outline = traced_rows(rows, found)
        if outline is not None:
            found.add(outline, found.category(category) if category else None, name=name)
    return found.imported()


def label_values(data: bytes, image_size: Size, legend: Mapping[Color, int] | None = None) -> AnyArray:
    """Give a label map's values, whole numbers (height, width); 0 for what is undecided in a way of its own.

    Parameters
    ----------
    legend : numbers by colour, optional
        What the colours of one in colours stand for; where it is left out, VOC's.

    Raises
    ------
    FormatError
        ``not-a-mask``, ``other-size``, ``mask-colors``.
    """
    pixels = _pixels(data, image_size)
    grey = pixels.grey
    if grey is not None and (pixels.alpha is None or pixels.entries is not None):
        return reading_as(replace(pixels, alpha=None), "labels").labels
    if pixels.entries is not None and reading_of(replace(pixels, alpha=None)).kind == "labels":
        return reading_of(pixels).labels if pixels.alpha is not None else pixels.entries
    names = {color: str(number) for color, number in (legend or {}).items()}
    reading = reading_of(pixels, legend_for(pixels, names))
    if reading.names is None:
        return reading.labels
    numbers = np.zeros(max(reading.names) + 1, np.int64)
    for place, name in reading.names.items():
        if not name.isdigit():
            raise FormatError(
                "mask-colors",
                f"The colour {name} of this label map means nothing that is known.",
                "Put it into labelmap.txt, or save the map with numbers.",
            )
        numbers[place] = int(name)
    return np.asarray(numbers[reading.labels])


def legend_for(pixels: MaskPixels, legend: Mapping[Color, T] | None) -> Mapping[Color, T] | None:
    """Give the legend if the picture has any of its colours but black, and is in colours."""
    if not legend or pixels.grey is not None:
        return None
    seen = {(code >> 16, code >> 8 & 255, code & 255) for code in colors_there(pixels.seen).tolist()}
    return legend if any(color in legend and any(color) for color in seen) else None


def _pixels(data: bytes, image_size: Size) -> MaskPixels:
    """Read a picture of that size."""
    try:
        pixels = mask_pixels(data)
    except ImageError as error:
        if error.code == "image-unsupported":
            raise FormatError("not-a-mask", error.message, error.hint) from error
        raise _no_mask(error.details or error.code) from error
    if pixels.size != image_size:
        other_size(pixels.size, image_size)
    return pixels


def _empty() -> FormatError:
    return FormatError("mask-empty", "This mask is empty: nothing in it is marked.", "Choose another file.")


def _parts(labels: AnyArray) -> dict[int, Rows]:
    """Give the pixels of each value but 0, in order."""
    runs = run_count(labels)
    if runs - labels.shape[0] > _MOST_CHANGES * labels.size and _has_many_values(labels):
        raise _photo()
    if runs > MOST_LABEL_RUNS:
        raise too_ragged()
    values, rows = rows_of_labels(labels)
    if len(values) > _MOST_VALUES:
        raise _photo()
    return dict(zip(map(int, values.tolist()), rows, strict=True))


def _has_many_values(labels: AnyArray) -> bool:
    seen: set[int] = set()
    for row in labels:
        seen.update(np.unique(row).tolist())
        if len(seen) > _FEW_VALUES:
            return True
    return False


def _photo() -> FormatError:
    return FormatError(
        "mask-photo",
        "This looks like a photograph, and not like a mask.",
        "Choose a picture in which each object has a grey value, or a palette's entry, of its own.",
    )


def _category(value: int, classes: Sequence[str] | None, found: ImportBuilder) -> int | None:
    if classes is None:
        return None
    return found.category(classes[value - 1] if 1 <= value <= len(classes) else f"class {value}")


def _no_mask(details: object) -> FormatError:
    return FormatError(
        "not-a-mask",
        "This file is not a mask that can be read here, or it is damaged.",
        "Choose a picture in grey, with a palette, or in a few colours.",
        details=repr(details),
    )
