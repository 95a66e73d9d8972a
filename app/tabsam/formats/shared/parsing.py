"""Text and JSON from bytes, and numbers, colours and places out of JSON: each checked where it enters."""

from __future__ import annotations

import re
import sys
from typing import Any, NoReturn

from tabsam.errors import FormatError
from tabsam.geometry.affine import Affine
from tabsam.json_text import parsed

Json = Any
"""What JSON gives; everything is checked where it is used."""

_LARGEST = sys.float_info.max
_LARGEST_SCORE = 1e9
"""Beyond it is no opinion of a model, but a mistake."""


def text_of(data: bytes) -> str:
    """Decode a text file: UTF-8, or UTF-16 where it says so in its first bytes.

    Raises
    ------
    FormatError
        ``not-text``.
    """
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FormatError(
            "not-text", "This file is not text that can be read: it is not UTF-8.", "Save it as UTF-8.", details=str(error)
        ) from error


def json_value(data: bytes) -> Json:
    """Read JSON, whatever it holds.

    Raises
    ------
    FormatError
        ``not-text``, ``not-json`` (it breaks off, or is something else), ``too-deep``, ``too-many-values``.
    """
    return parsed(text_of(data))


def json_object(data: bytes, what: str) -> dict[str, Json]:
    """Read a JSON object.

    Parameters
    ----------
    what : str
        What the file should be, for the message: "a COCO file".

    Raises
    ------
    FormatError
        ``not-text``, ``not-json`` (it breaks off, or is something else), or ``wrong-structure`` (a list, a number ...).
    """
    value = json_value(data)
    if not isinstance(value, dict):
        wrong_structure(what, f"it should be an object, but is {kind_of(value)}")
    return value


def list_in(value: dict[str, Json], key: str, what: str) -> list[Json]:
    """Give the list under a key.

    Raises
    ------
    FormatError
        ``wrong-structure`` when there is none.
    """
    found = value.get(key)
    if not isinstance(found, list):
        wrong_structure(what, f"it should have a list '{key}', but has {'none' if found is None else kind_of(found)}")
    return found


def finite(value: Json) -> float | None:
    """Give a number that a float can hold; None for anything else, NaN and infinity included."""
    if type(value) is float:  # nearly all are, and there are many
        return value if abs(value) <= _LARGEST else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        return None
    return float(value)


def whole(value: Json) -> int | None:
    """Give a whole number, also when it was written as 3.0; None for anything else, and for what a float would round."""
    number = finite(value)
    return int(number) if number is not None and number.is_integer() and abs(number) < 2**53 else None


def number_of(value: Json) -> float | None:
    """Give a number, also one that was written as a text; None for anything else."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return finite(value)


def whole_of(value: Json) -> int | None:
    """Give a whole number, also one that was written as a text: 3, 3.0, "3" and "003" are one."""
    return whole(number_of(value))


def score_of(value: Json) -> float | None:
    """Give a number as a score; None for anything else."""
    number = finite(value)
    return number if number is not None and abs(number) <= _LARGEST_SCORE else None


def color_of(value: Json) -> str | None:
    """Give a colour, "#rrggbb"; None for anything else."""
    return value.lower() if isinstance(value, str) and re.fullmatch("#[0-9a-fA-F]{6}", value) else None


def affine_of(value: Json, epsg: Json = None) -> Affine:
    """Take a list of six numbers: a, b, c, d, e, f; and the number of the map's coordinate system, if it is one.

    Raises
    ------
    FormatError
        ``affine-numbers``, or ``affine-singular``.
    """
    numbers = [number for one in value if (number := finite(one)) is not None] if isinstance(value, list) else []
    if len(numbers) != 6 or len(value) != 6:
        hint = "Give a, b, c, d, e and f."
        raise FormatError("affine-numbers", "Where the picture lies is not told by six numbers.", hint)
    a, b, c, d, e, f = numbers
    return Affine(a, b, c, d, e, f, whole(epsg))


def kind_of(value: Json) -> str:
    """Name the kind of a JSON value."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return kinds.get(type(value), "a number")


def wrong_structure(what: str, why: str) -> NoReturn:
    """Refuse a file that is not built as its format says."""
    raise FormatError(
        "wrong-structure", f"This is not {what}: {why}.", "Check that you chose the right file and the right format."
    )
