"""What the values of label maps and the masks of a data set are: ``objects.json``, and ``id2label.json`` for classes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tabsam.document.annotations import Category
from tabsam.formats.datasets.dataset import DatasetPicture
from tabsam.formats.datasets.naming import stem_path
from tabsam.formats.shared.parsing import Json, json_object
from tabsam.formats.shared.writing import json_bytes, without_empty

_NUMBER = re.compile("[0-9]{1,5}")
"""What a label map's values can be."""


@dataclass(frozen=True)
class DescribedObjects:
    """What each picture's objects are.

    Attributes
    ----------
    categories : list of str
        All classes, in order.
    pictures : dict
        By the pictures' paths without endings: the class (empty for none) and the name of the objects 1, 2 ...
    """

    categories: list[str]
    pictures: dict[str, list[tuple[str, str]]]


def objects_json(pictures: Sequence[DatasetPicture], categories: Sequence[Category]) -> Iterator[bytes]:
    """Write ``objects.json`` piece by piece: what the first, second ... object with an outline of each picture is."""
    yield b'{"categories":' + json_bytes([one.name for one in categories]) + b',"pictures":{'
    for number, picture in enumerate(pictures):
        names = {one.id: one.name for one in picture.annotations.categories}
        objects = without_empty(picture.annotations).instances
        listed = [{"class": names.get(one.category or 0, ""), "name": one.name} for one in objects]
        yield (b"," if number else b"") + json_bytes(stem_path(picture.path)) + b":" + json_bytes(listed)
    yield b"}}"


def read_objects_json(data: bytes) -> DescribedObjects:
    """Read ``objects.json``; what does not fit is passed over.

    Raises
    ------
    FormatError
        ``not-text``, ``not-json``, ``wrong-structure``.
    """
    root = json_object(data, "a list of objects")
    listed, categories = root.get("pictures"), root.get("categories")
    pictures = listed if isinstance(listed, dict) else {}
    return DescribedObjects(
        [name for name in categories if isinstance(name, str) and name.strip()] if isinstance(categories, list) else [],
        {path: [_described(one) for one in objects] for path, objects in pictures.items() if isinstance(objects, list)},
    )


def read_id2label(data: bytes) -> dict[int, str]:
    """Read ``id2label.json``; what does not fit is passed over.

    Raises
    ------
    FormatError
        ``not-text``, ``not-json``, ``wrong-structure``.
    """
    root = json_object(data, "a list of labels")
    numbered = ((int(key), name) for key, name in root.items() if _NUMBER.fullmatch(key))
    return {id: name for id, name in numbered if id and isinstance(name, str) and name.strip()}


def _described(one: Json) -> tuple[str, str]:
    values: Mapping[str, Json] = one if isinstance(one, dict) else {}
    category, name = values.get("class"), values.get("name")
    return category if isinstance(category, str) else "", name if isinstance(name, str) else ""
