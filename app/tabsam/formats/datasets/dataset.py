"""A data set: pictures in order, each with its annotations and where its file's bytes come from, and one class list for all."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import BinaryIO, TypeVar

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations, Category
from tabsam.formats.merging import merge

Opener = Callable[[], BinaryIO]
"""Opens a file for reading, from its start; whoever calls it closes what it gives."""

T = TypeVar("T")

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class DatasetPicture:
    """A picture of a data set.

    Attributes
    ----------
    path : str
        Where it lies in the data set, with forward slashes.
    annotations : Annotations
        With the picture's name and size. The ids of its objects' classes are those of the data set's list.
    open : callable or None
        Gives the picture file; called only while it is written. None where there is no file.
    split : str
        One of :data:`SPLITS`; empty where it has not been decided.
    byte_count : int or None
        The file's, if it is known.
    sha256 : str
        The file's digest, in hexadecimal digits, if it is known.
    """

    path: str
    annotations: Annotations
    open: Opener | None = None
    split: str = ""
    byte_count: int | None = None
    sha256: str = ""

    @property
    def name(self) -> str:
        return self.annotations.picture

    @property
    def image_size(self) -> Size:
        """(height, width), in pixels."""
        return self.annotations.image_size

    def at(self, path: str) -> DatasetPicture:
        """Give the picture with another path, and its name after that."""
        return replace(self, path=path, annotations=replace(self.annotations, picture=PurePosixPath(path).name))


@dataclass(frozen=True)
class Dataset:
    """Pictures in order, and the classes of all of them.

    Attributes
    ----------
    pictures : tuple of DatasetPicture
        The annotations of each have the data set's classes, whatever they came with.
    categories : tuple of Category
    name : str
        For people, and for the files that say it.
    """

    pictures: tuple[DatasetPicture, ...]
    categories: tuple[Category, ...] = ()
    name: str = "dataset"

    def __post_init__(self) -> None:
        object.__setattr__(self, "pictures", tuple(_with_categories(one, self.categories) for one in self.pictures))

    @property
    def has_objects(self) -> bool:
        return any(len(one.outline.vertices) for picture in self.pictures for one in picture.annotations.instances)


def with_one_class_list(
    pictures: Iterable[DatasetPicture], categories: tuple[Category, ...] = (), name: str = "dataset"
) -> Dataset:
    """Make a data set of pictures whose classes were listed one by one: those of one name are one class.

    Parameters
    ----------
    categories : tuple of Category
        What the list begins with; these keep their ids.
    """
    joined = []
    for picture in pictures:
        own = picture.annotations
        merged = merge(Annotations(own.picture, own.image_size, categories), own)
        # As they were, but for their classes: merge gives objects new ids.
        instances = tuple(
            replace(before, category=after.category) for before, after in zip(own.instances, merged.instances, strict=True)
        )
        categories = merged.categories
        joined.append(replace(picture, annotations=replace(merged, instances=instances)))
    return Dataset(tuple(joined), categories, name)


def _with_categories(picture: DatasetPicture, categories: tuple[Category, ...]) -> DatasetPicture:
    if picture.annotations.categories is categories:
        return picture
    return replace(picture, annotations=replace(picture.annotations, categories=categories))


def outcome_of(going: Generator[object, None, T]) -> T:
    """Go through at once what is done step by step, and give what comes of it."""
    while True:
        try:
            next(going)
        except StopIteration as end:
            outcome: T = end.value
            return outcome
