"""What every writer shares: a class for every object, file names, JSON.

Each format is written with all objects that have an outline; a caller who wants fewer gives fewer. A format that takes several
files gives them by their paths.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from pathlib import PurePosixPath
from typing import Any

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category, Instance, palette_color

Files = dict[str, bytes]
"""Paths, with forward slashes, and what is in the files."""

RESERVED_CHARACTERS = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
"""What some system has no place for in a file's name."""

_MOST_STEM_BYTES = 240
"""Of UTF-8; file systems have at most 255, and an ending is added."""

UNNAMED_CLASS = "object"
"""The class of objects that have none, in formats that need one."""


@dataclass(frozen=True)
class Exported:
    """A file to be saved: its bytes, its media type, a name for it, and what the user should know about it, in sentences."""

    data: bytes
    type: str
    name: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StreamedFile:
    """A file that is made while it is written.

    Attributes
    ----------
    path : str
        With forward slashes, safe on any system.
    chunks : iterable of bytes
        Can be gone through once.
    size : int or None
        In bytes, if it is known before: what is below 2 GB then needs no ZIP64.
    """

    path: str
    chunks: Iterable[bytes]
    size: int | None = None

    @classmethod
    def of(cls, path: str, data: bytes) -> StreamedFile:
        """Take a file that is there as a whole."""
        return cls(path, (data,), len(data))


def without_empty(annotations: Annotations) -> Annotations:
    """Leave out objects without any outline."""
    return replace(annotations, instances=tuple(one for one in annotations.instances if len(one.outline.vertices)))


def with_classes(annotations: Annotations) -> Annotations:
    """Leave out objects without any outline, and give those without a class the class "object"."""
    known = {category.id for category in annotations.categories}
    annotations = without_empty(annotations)
    if all(one.category in known for one in annotations.instances):
        return annotations
    unnamed = next((category for category in annotations.categories if category.name == UNNAMED_CLASS), None)
    categories = annotations.categories
    if unnamed is None:
        unnamed = Category(max(known, default=0) + 1, UNNAMED_CLASS, palette_color(len(categories)))
        categories += (unnamed,)
    instances = (one if one.category in known else replace(one, category=unnamed.id) for one in annotations.instances)
    return replace(annotations, categories=categories, instances=tuple(instances))


def category_of(annotations: Annotations, instance: Instance) -> Category:
    """Give an object's class, where every object has one (see :func:`with_classes`)."""
    category = annotations.category(instance.category)
    assert category is not None
    return category


def stem_of(picture: str) -> str:
    """Give a picture's file name without folder and ending, for the names of what belongs to it.

    It is the stem to the letter, as readers look for it, but for what no system takes in a name.
    """
    stem = PurePosixPath(picture.replace("\\", "/")).stem.encode(errors="replace").decode()
    return RESERVED_CHARACTERS.sub("_", stem).encode()[:_MOST_STEM_BYTES].decode(errors="ignore") or "picture"


def file_name(text: str) -> str:
    """Make a text fit to be a part of a file name on any system; may be empty."""
    return RESERVED_CHARACTERS.sub("_", single_line(text)).strip(" .")[:100]


def single_line(text: str) -> str:
    """Bring a text onto one line, without what UTF-8 cannot hold (halves of characters, as JSON may have them)."""
    return " ".join(text.encode(errors="replace").decode().split())


def xml_text(text: str) -> str:
    """Escape a text for XML, which has no control characters at all."""
    return escape("".join(character for character in single_line(text) if character >= " " and character not in "\ufffe\uffff"))


def size_text(size: Size) -> str:
    """Say a size as people do, width first."""
    return f"{size[1]} x {size[0]}"


def json_bytes(value: Any) -> bytes:
    """Write JSON, in UTF-8; NaN and infinity, which are not JSON, must not be in it."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(errors="replace")
