"""What every tool's module gives: the pictures that a file speaks of, and the files that are written about some."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category
from tabsam.formats.shared.imported import ImportBuilder
from tabsam.formats.shared.parsing import Json
from tabsam.formats.shared.writing import StreamedFile

Beside = Callable[[str], bytes | None]
"""Gives what is in another file, by its path from the same folder or from where the data set begins; None where there is none."""


@dataclass(frozen=True)
class Item:
    """A picture that a file speaks of, whose objects have not been read yet.

    Attributes
    ----------
    paths : tuple of str
        What the file calls the picture, likeliest first; several where it is not sure where its name begins.
    size : (height, width) or None
        What the file says.
    read : callable
        Adds its objects.
    split : str
        "train", "val", "test", or empty.
    stems : tuple of str
        Names without endings, where the format does not say these.
    kept : dict
        What the file says of the picture besides, to be written back (see :mod:`tabsam.formats.shared.kept`).
    """

    paths: tuple[str, ...]
    size: Size | None
    read: Callable[[ImportBuilder], None]
    split: str = ""
    stems: tuple[str, ...] = ()
    kept: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """What is written.

    Attributes
    ----------
    pictures : sequence of (path, annotations)
        Every object has an outline and a class, which is one of the categories.
    categories : sequence of Category
    name : str
        The data set's, or the picture's.
    splits : sequence of str
        Of each picture; empty where it has none.
    folder : str
        Where the pictures lie in the data set, with a slash at its end; empty for one picture.
    """

    pictures: Sequence[tuple[str, Annotations]]
    categories: Sequence[Category]
    name: str
    splits: Sequence[str] = ()
    folder: str = ""

    def split_of(self, number: int) -> str:
        """Give the split of a picture by its place."""
        return self.splits[number] if number < len(self.splits) else ""


@dataclass(frozen=True)
class ToolFormat:
    """How one tool's files are read and written.

    Attributes
    ----------
    items : callable
        Takes a file apart: its bytes, its path, and what lies beside it. Raises FormatError for what is no such file.
    write : callable
        Gives the files of annotations; of one picture the first is the one that a person saves.
    """

    items: Callable[[bytes, str, Beside], Iterable[Item]]
    write: Callable[[Written], Iterator[StreamedFile]]
