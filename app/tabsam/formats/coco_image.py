"""Which image of a COCO file the open picture is: by path and name, then by number, then by size; what is not clear is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NoReturn

from tabsam.arrays import Size
from tabsam.errors import FormatError
from tabsam.formats.coco_file import CocoFile, size_of
from tabsam.formats.shared.imported import ImportBuilder, other_size, quoted
from tabsam.formats.shared.parsing import Json, whole_of
from tabsam.formats.shared.picture_names import WhichPictureError, listed_names, matches
from tabsam.formats.shared.writing import size_text

Image = dict[str, Json]


@dataclass(frozen=True)
class Whereabouts:
    """What is known of a picture besides its name.

    Attributes
    ----------
    place : str
        The folder that it lies in, with its slash.
    id : int or None
        The number that it had in a COCO file before.
    chosen : str
        What a person has said that it is, of the choices of a :class:`WhichPictureError`.
    """

    place: str = ""
    id: int | None = None
    chosen: str = ""


def wanted_image(file: CocoFile, found: ImportBuilder, where: Whereabouts) -> Image:
    """Find the image that the open picture is, and say so where it goes by another name.

    Raises
    ------
    FormatError
        ``which-picture``, ``other-picture``, ``other-size``.
    """
    images, size = file.images, found.image_size
    labels = _labels(images)
    if not images:
        hint = "Choose the file that belongs to the open picture."
        raise FormatError("other-picture", "This COCO file lists no pictures.", hint)
    if where.chosen:
        if where.chosen not in labels:
            _no_such(found, labels, sized=[])
        return _of_its_size(images[labels.index(where.chosen)], size)
    names = [name if isinstance(name := image.get("file_name"), str) else None for image in images]
    places, loosely = matches(names, found.picture, where.place)
    if not places:
        places = _by_number(images, found.picture, where.id)
    if not places:
        return _by_size(images, labels, found)
    fitting = [place for place in places if size_of(images[place]) in (size, None)] or places
    if len(fitting) > 1:
        which = listed_names([labels[place] for place in fitting])
        raise WhichPictureError(
            f"This COCO file has several pictures that may be '{found.picture}': {which}.", [labels[place] for place in fitting]
        )
    image = _of_its_size(images[fitting[0]], size)
    if loosely:
        _say_taken(labels[fitting[0]], "whose name is the same but for what a tool has added", found)
    sharing = file.sharing_id(image)
    if len(sharing) > 1:
        identities = {id(one) for one in sharing if one is not image}
        others = listed_names([label for label, one in zip(labels, images, strict=True) if id(one) in identities])
        raise WhichPictureError(
            f"This COCO file gives '{labels[fitting[0]]}' and {others} one number; it does not say whose the objects are.",
            [labels[fitting[0]]],
        )
    return image


def _by_number(images: Sequence[Image], picture: str, id: int | None) -> list[int]:
    """Find images without a name by their numbers: the one that the picture had, or that its name is, as in COCO's own files."""
    numbers = [whole_of(image.get("id")) if not image.get("file_name") else None for image in images]
    digits = re.findall(r"\d+", PurePosixPath(picture).stem)
    for wanted in (id, int(digits[-1]) if digits else None):
        if wanted is not None and wanted in numbers:
            return [numbers.index(wanted)]
    return []


def _by_size(images: Sequence[Image], labels: Sequence[str], found: ImportBuilder) -> Image:
    size = found.image_size
    fitting = [place for place, image in enumerate(images) if size_of(image) in (size, None)]
    if len(images) == 1:
        if images[0].get("file_name") or images[0].get("id") is not None:
            _say_taken(labels[0], "the only one in the file", found)
        return _of_its_size(images[0], size)
    if len(fitting) == 1:
        _say_taken(labels[fitting[0]], "the only one of its size in the file", found)
        return images[fitting[0]]
    return _no_such(found, labels, [labels[place] for place in fitting])


def _no_such(found: ImportBuilder, labels: Sequence[str], sized: Sequence[str]) -> NoReturn:
    start = f"This COCO file has no picture '{found.picture}', and "
    if sized:
        raise WhichPictureError(f"{start}several of its size: {listed_names(sized)}.", sized)
    raise FormatError(
        "other-picture",
        f"{start}none of {size_text(found.image_size)} pixels, but {listed_names(labels)}.",
        "Open one of these, or rename the open picture as the file has it.",
    )


def _of_its_size(image: Image, size: Size) -> Image:
    theirs = size_of(image)
    if theirs not in (size, None):
        other_size(theirs, size)
    return image


def _say_taken(label: str, why: str, found: ImportBuilder) -> None:
    sentence = f"This is taken for the file's picture {quoted(label)}, {why}."
    found.say(sentence, sentence)


def _labels(images: Sequence[Image]) -> list[str]:
    """Give each image a name to be told apart by."""
    names = [str(image.get("file_name") or "") for image in images]
    labels = [
        name if name and times == 1 else f"{name} (image {image.get('id')})".strip() if image.get("id") is not None else name
        for name, times, image in zip(names, map(Counter(names).get, names), images, strict=True)
    ]
    again = Counter(labels)
    return [label if again[label] == 1 else f"{label} (no. {place})".strip() for place, label in enumerate(labels, 1)]
