"""Whether a name that a file has of a picture is that of a picture there is: by path, then by name, however systems write it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

from tabsam.errors import FormatError
from tabsam.formats.shared.imported import quoted

_ROBOFLOW = re.compile(r"_(jpe?g|png|webp|bmp|tiff?)\.rf\.[0-9a-z]{8,}(?=\.[^.]*$)", re.IGNORECASE)
"""What Roboflow puts into every name: cat_jpg.rf.0123456789abcdef.jpg was cat.jpg."""

_UPLOADED = re.compile(r"^[0-9a-f]{6,8}-(?=.)")
"""What Label Studio puts before the name of an uploaded file."""

_NAMED = 5


class WhichPictureError(FormatError):
    """It cannot be told which of a file's pictures is meant; its code is ``which-picture``.

    Attributes
    ----------
    choices : tuple of str
        Read again with one of these, as a person says.
    """

    def __init__(self, message: str, choices: Sequence[str]) -> None:
        super().__init__("which-picture", message, "Say which one it is.")
        self.choices = tuple(choices)


class Matched(NamedTuple):
    """Names that a picture may be meant by: their places in the list, and whether they are its name but for what a tool added."""

    places: list[int]
    loosely: bool = False


def key_of(path: str) -> str:
    """Give what two paths have in common that are one on some system: case, and how accents are written, do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def plain_path(path: str) -> str:
    """Give a path with forward slashes, without what leads nowhere, and what a URL has besides its path."""
    path = re.sub(r"^[a-z][a-z0-9+]+://[^/]*/", "", path.replace("\\", "/"))
    return "/".join(part for part in path.split("/") if part not in ("", ".", ".."))


def matches(names: Sequence[str | None], picture: str, place: str = "") -> Matched:
    """Find those of the names that a picture is meant by; the better way of telling hides the worse.

    Parameters
    ----------
    names : sequence of str or None
        As a file has them, with folders or without.
    picture, place : str
        The picture's name, and the folder that it lies in, if that is known; with its slash.
    """
    own = plain_path(place + picture)
    paths = [None if name is None else plain_path(name) for name in names]
    ways: list[tuple[Callable[[str], bool], bool]] = [
        (lambda path: path == own, False),
        (lambda path: "/" in path and _ends_with(key_of(path), key_of(own)), False),
        (lambda path: _name(path) == _name(own), False),
        (lambda path: key_of(_name(path)) == key_of(_name(own)), False),
        (lambda path: key_of(_name(unquote(path))) == key_of(_name(unquote(own))), False),
        (lambda path: _bare(path) == _bare(own), True),
    ]
    for way, loosely in ways:
        found = [number for number, path in enumerate(paths) if path and way(path)]
        if found:
            return Matched(found, loosely)
    return Matched([])


def listed_names(names: Sequence[str]) -> str:
    """List the first names, quoted."""
    return ", ".join(map(quoted, names[:_NAMED])) + (" ..." if len(names) > _NAMED else "")


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _bare(path: str) -> str:
    """Give a name without what tools add to it, and without its ending."""
    name = _UPLOADED.sub("", _ROBOFLOW.sub("", _name(unquote(path))))
    return key_of(PurePosixPath(name).stem)


def _ends_with(one: str, other: str) -> bool:
    """Tell whether one of two paths is the other within some folder."""
    shorter, longer = sorted((one, other), key=len)
    return "/" in shorter and ("/" + longer).endswith("/" + shorter)
