"""The class names and the splits in a YOLO data set's ``data.yaml``: the few ways of YAML they are written in.

A parser for all of YAML would be much for so little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tabsam.formats.shared.parsing import text_of
from tabsam.json_text import parsed

_NAMES = re.compile(r"names\s*:\s*(.*)")
_SPLITS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}
_PATH = re.compile(rf"(path|{'|'.join(_SPLITS)})\s*:(?:\s+|$)(.*)")
_ITEM = re.compile(r"(?:-|([0-9]{1,6})\s*:)\s+(.*)")
_INLINE = re.compile(r"""\s*(?:([0-9]{1,6})\s*:\s*)?("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\[\]{}'"][^,\[\]{}]*)\s*(?:,|$)""")


@dataclass(frozen=True)
class Config:
    """What a ``data.yaml`` says.

    Attributes
    ----------
    names : list of str or None
        See :func:`class_names`.
    splits : mapping of str to paths
        The folders of pictures, or lists of pictures (.txt), of "train", "val" and "test", as they are written.
    root : str
        What they are relative to, as it is written; empty for the file's own folder.
    """

    names: list[str] | None
    splits: Mapping[str, Sequence[str]]
    root: str = ""


def read_config(data: bytes) -> Config:
    """Read all of it that has a use here; raises FormatError ``not-text``."""
    lines, splits, root = text_of(data).splitlines(), dict[str, Sequence[str]](), ""
    for number, line in enumerate(lines):
        match = _PATH.match(line)
        if not match:
            continue
        rest = _without_comment(match[2])
        if rest[:1] == "[" or not rest:
            items = _inline(rest, lines[number + 1 :]) if rest else _block(lines[number + 1 :])
            paths = [path for _, path in items or []]
        else:
            paths = [_scalar(rest)]
        paths = [path.replace("\\", "/") for path in paths if path and path not in ("null", "~")]
        if match[1] == "path":
            root = paths[0] if paths else ""
        else:
            splits[_SPLITS[match[1]]] = paths
    return Config(class_names(data), splits, root)


def class_names(data: bytes) -> list[str] | None:
    """Give the names in the order of their numbers; None where they are written in no way that is known.

    A number without a name gets the name "class 7".

    Raises
    ------
    FormatError
        ``not-text``.
    """
    lines = text_of(data).splitlines()
    for number, line in enumerate(lines):
        match = _NAMES.match(line)
        if match:
            rest = _without_comment(match[1])
            items = _inline(rest, lines[number + 1 :]) if rest else _block(lines[number + 1 :])
            return None if items is None else _in_order(items)
    return None


def _block(lines: list[str]) -> list[tuple[int, str]] | None:
    """Read a list, or a mapping from numbers, of which each line is an item."""
    items: list[tuple[int, str]] = []
    for line in lines:
        plain = _without_comment(line)
        if not plain:
            continue
        match = _ITEM.fullmatch(plain)
        if match is None:
            if line[:1] not in (" ", "\t", "-"):
                break  # the next key
            return None
        items.append((len(items) if match[1] is None else int(match[1]), _scalar(match[2])))
    return items or None


def _inline(first: str, more: list[str]) -> list[tuple[int, str]] | None:
    """Read ``[car, cat]`` or ``{0: car, 1: cat}``, over several lines or not."""
    closing = {"[": "]", "{": "}"}.get(first[0])
    text = first
    for line in more:
        if closing is None or text.endswith(closing):
            break
        text += " " + _without_comment(line)
    if closing is None or not text.endswith(closing):
        return None
    inside, place = text[1:-1].strip(), 0
    items: list[tuple[int, str]] = []
    while place < len(inside):
        match = _INLINE.match(inside, place)
        if match is None:
            return None
        items.append((len(items) if match[1] is None else int(match[1]), _scalar(match[2])))
        place = match.end()
    return items


def _in_order(items: list[tuple[int, str]]) -> list[str] | None:
    names = dict(items)
    most = max(names, default=-1)
    if most > 100_000:
        return None
    return [names.get(number) or f"class {number}" for number in range(most + 1)]


def _scalar(text: str) -> str:
    text = text.strip()
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        try:
            return str(parsed(text))
        except ValueError:
            return text[1:-1]
    return text[1:-1].replace("''", "'") if text.startswith("'") and text.endswith("'") and len(text) > 1 else text


def _without_comment(line: str) -> str:
    """Leave out a comment, which begins with "#" after a space, unless it is in quotes."""
    quote = ""
    for place, one in enumerate(line):
        if quote:
            quote = "" if one == quote and not (quote == '"' and line[place - 1] == "\\") else quote
        elif one in "\"'" and (place == 0 or line[place - 1] in " \t[{,:"):
            quote = one
        elif one == "#" and (place == 0 or line[place - 1] in " \t"):
            return line[:place].strip()
    return line.strip()
