"""One picture's objects from a tool's file, which may speak of many."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from tabsam.arrays import Size
from tabsam.errors import FormatError
from tabsam.formats.coco_image import Whereabouts
from tabsam.formats.shared.imported import ImportBuilder, Imported, other_size, quoted
from tabsam.formats.shared.picture_names import WhichPictureError, key_of, listed_names, matches
from tabsam.formats.shared.writing import size_text
from tabsam.formats.tools.items import Item
from tabsam.formats.tools.table import TOOLS
from tabsam.geometry.affine import Affine

_UNNAMED = "annotations"
"""What a file is called that has no name: some formats have their picture's name from their own."""


def read_tool(
    kind: str,
    data: bytes,
    image_size: Size,
    picture: str,
    *,
    file: str,
    affine: Affine | None = None,
    where: Whereabouts | None = None,
) -> Imported:
    """Read the open picture's objects from a tool's file.

    Parameters
    ----------
    kind : str
        One of :data:`~tabsam.formats.tools.table.TOOLS`.
    file : str
        The file's name.
    affine : Affine, optional
        From pixels to the map, for formats of maps.
    where : Whereabouts, optional
        What else is known of the picture.

    Raises
    ------
    FormatError
        What the tool's reader raises; ``other-size``, ``other-picture`` and ``which-picture`` when the file has not this picture,
        or several.
    """
    tool = TOOLS[kind]
    path = file if PurePosixPath(file).name else _UNNAMED
    items = list(tool.load().items(data, path, lambda beside: None))
    wanted = _wanted(items, image_size, picture, tool.title, where or Whereabouts())
    if wanted.size is not None and wanted.size != image_size:
        other_size(wanted.size, image_size)
    found = ImportBuilder(picture, image_size)
    found.affine = affine
    found.kept = {kind: dict(wanted.kept)}
    wanted.read(found)
    one, many = "The file is about another picture, too.", "The file is about {n} other pictures, too."
    found.say(one, many, len(items) - 1)
    return found.imported()


def _wanted(items: Sequence[Item], size: Size, picture: str, title: str, where: Whereabouts) -> Item:
    """Find the picture as a person says, by its name, else by its size where only one has it."""
    if not items:
        raise FormatError("other-picture", f"This {title} file lists no pictures.", "Choose the file of the open picture.")
    labels = [(*item.paths, *item.stems, "")[0] for item in items]
    if where.chosen in labels:
        return items[labels.index(where.chosen)]
    names = [(item, path) for item in items for path in item.paths]
    matched = [names[place][0] for place in matches([path for _, path in names], picture, where.place).places]
    if not matched:  # their names have no endings: it is found by its own without it
        matched = [item for item in items if item.stems and _stem(picture) in map(_stem, (f"{stem}." for stem in item.stems))]
    named = [item for item in items if item in matched]
    for choices in ([item for item in named if item.size in (size, None)], named):
        if len(choices) == 1:
            return choices[0]
        if choices:
            several = [labels[items.index(item)] for item in choices]
            message = f"This {title} file has several pictures that may be {quoted(picture)}: {listed_names(several)}."
            raise WhichPictureError(message, several)
    sized = [item for item in items if item.size in (size, None)]
    if len(sized) == 1:
        return sized[0]
    if len(items) == 1:
        other_size(items[0].size or size, size)
    if sized:
        several = [labels[items.index(item)] for item in sized]
        raise WhichPictureError(f"This {title} file has no picture {quoted(picture)}; it has {listed_names(several)}.", several)
    raise FormatError(
        "other-picture",
        f"This {title} file has no picture {quoted(picture)}, and none of {size_text(size)} pixels, but {listed_names(labels)}.",
        "Open one of these, or rename the open picture as the file has it.",
    )


def _stem(path: str) -> str:
    """Give a name without folder and ending, as two names of one picture have it."""
    return key_of(PurePosixPath(path.replace("\\", "/")).name.rpartition(".")[0])
