"""World files (.jgw, .pgw, .tfw ...): where a picture lies on a map, in six lines.

They are the x of a step right, the y of a step right, the x of a step down, the y of a step down, and the x and y of the *middle*
of the top-left pixel: A, D, B, E, C and F, as they are called.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tabsam.arrays import Size
from tabsam.errors import FormatError
from tabsam.formats.shared.imported import ImportBuilder, Imported, quoted
from tabsam.formats.shared.parsing import text_of
from tabsam.geometry.affine import Affine

_NUMBERS = 6
_EPSG = re.compile(r"\bEPSG:{1,2}(\d{4,6})\b", re.IGNORECASE)
_GAP = re.compile(r"(?:[;\s]|,(?=\s|$))+")
"""Between two numbers; a comma within one is a decimal point."""


def read_world_file(data: bytes, image_size: Size, picture: str) -> Imported:
    """Read where a picture lies, as annotations that have only that.

    Raises
    ------
    FormatError
        ``not-text``, ``not-world-file``, or ``affine-singular``.
    """
    found = ImportBuilder(picture, image_size)
    found.affine = affine_of_text(text_of(data))
    return found.imported()


def affine_of_text(text: str) -> Affine:
    """Take the text of a world file, or six numbers as somebody types them, parted by white space or semicolons.

    The coordinate system may be named among them, as "EPSG:32632".

    Raises
    ------
    FormatError
        ``not-world-file``, or ``affine-singular``.
    """
    named = _EPSG.search(text)
    words = [word for word in _GAP.split(_EPSG.sub(" ", text)) if word]
    if len(words) != _NUMBERS:
        there = "is one" if len(words) == 1 else f"are {len(words) or 'none'}"
        raise _no_world_file(f"a world file has six numbers, and here {there}")
    a, d, b, e, middle_x, middle_y = map(_number, words)
    affine = Affine.of_world_file((a, d, b, e, middle_x, middle_y))
    return replace(affine, epsg=int(named[1])) if named else affine


def _number(word: str) -> float:
    try:
        return float(word.replace(",", "."))
    except ValueError as error:
        raise _no_world_file(f"{quoted(word)} is no number") from error


def _no_world_file(why: str) -> FormatError:
    return FormatError(
        "not-world-file", f"This does not place a picture on a map: {why}.", "Give A, D, B, E, C and F, in this order."
    )
