"""JSON that somebody else wrote: how deep it is nested is counted in the text, before it is read.

Python's reader calls itself for each level. CPython stops it with an error; in Pyodide a few thousand levels break the
interpreter for good. Nothing that people annotate is nested deeper than some ten levels.
"""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from tabsam.errors import FormatError

MOST_LEVELS = 200
MOST_VALUES = 60_000_000
"""Lists, objects, and what stands between commas: Python needs some 40 bytes for each."""

_MARKS = b'[{]}"'
_OTHERS = bytes(set(range(256)) - set(_MARKS))
_STEPS = np.zeros(256, np.int8)
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1
_AT_ONCE = 1 << 20

_HALF = re.compile(r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
"""Two halves of a character, or one alone, which no encoding can write."""


def parsed(text: str | bytes) -> Any:
    """Read JSON, whatever it holds.

    Parameters
    ----------
    text : str, or bytes of UTF-8

    Raises
    ------
    FormatError
        ``not-json`` (it breaks off, or is something else), ``too-deep``, ``too-many-values``.
    """
    plain = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    _check_depth(plain)
    _check_values(plain)
    del plain
    try:
        plain_text = text if isinstance(text, str) else text.decode()
        if "\\ud" in plain_text or "\\uD" in plain_text:
            plain_text = _HALF.sub(lambda found: found[1] or "\\ufffd", plain_text)
        return json.loads(plain_text)
    except ValueError as error:
        hint = "It may have been cut off on its way; save or download it again."
        raise FormatError("not-json", "This file is not sound JSON.", hint, details=str(error)) from error


def _check_depth(text: bytes) -> None:
    if text.count(b"[") + text.count(b"{") <= MOST_LEVELS:
        return
    # Two backslashes are one that is meant; a quote after one that is left does not end its text.
    marks = text.replace(rb"\\", b"").replace(rb"\"", b"").translate(None, _OTHERS)
    level = quotes = 0
    for start in range(0, len(marks), _AT_ONCE):
        some = np.frombuffer(marks, np.uint8, min(_AT_ONCE, len(marks) - start), start)
        quoted = quotes + np.cumsum(some == ord('"'), dtype=np.int64)
        levels = level + np.cumsum(np.where(quoted % 2, 0, _STEPS[some]), dtype=np.int64)
        if levels.max() > MOST_LEVELS:
            raise too_deep(MOST_LEVELS)
        level, quotes = int(levels[-1]), int(quoted[-1])


def _check_values(text: bytes) -> None:
    if text.count(b",") + text.count(b"[") + text.count(b"{") > MOST_VALUES:
        message = f"This file has more than {MOST_VALUES // 1_000_000} million numbers and other values."
        raise FormatError("too-many-values", message, "Part it into several files, or simplify its outlines.")


def too_deep(most: int) -> FormatError:
    """Say that a file is nested too deep."""
    message = f"This file is nested more than {most} levels deep; no file of annotations is, and it was not read."
    return FormatError("too-deep", message, "Check that you chose the right file, or save it again where it came from.")
