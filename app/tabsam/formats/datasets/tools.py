"""Single tools' formats as data sets: their files among others, and their writers for many pictures."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

from tabsam.arrays import Size
from tabsam.formats.datasets.listing import ListedFile, Problem
from tabsam.formats.datasets.matching import Reference
from tabsam.formats.datasets.outgoing import Outgoing
from tabsam.formats.datasets.places import relative_path
from tabsam.formats.datasets.sources import Entry, Sources
from tabsam.formats.shared.imported import ImportBuilder, Imported, other_size
from tabsam.formats.shared.writing import StreamedFile
from tabsam.formats.tools.items import Item, Written
from tabsam.formats.tools.table import TOOLS, Tool


def tool_entries(sources: Sources, name: str, file: ListedFile) -> Iterator[Entry]:
    """Give the pictures that a tool's file speaks of."""
    folder = PurePosixPath(file.path).parent

    others = sources.files.helpers | {one.path: one for one in sources.files.pictures}

    def beside(path: str) -> bytes | None:
        for place in (str(folder / path), str(folder.parent / path), sources.files.top + path):
            found = others.get(relative_path(place))
            if found is not None:
                return sources.bytes_of(found)
        return None

    unnamed = 0
    for item in TOOLS[name].load().items(sources.bytes_of(file), file.path, beside):
        paths = tuple(relative_path(path) for path in item.paths if path.strip("/\\ "))
        if paths or item.stems:
            within = tuple(dict.fromkeys(one for path in paths for one in (path, relative_path(str(folder / path)))))
            yield Entry(Reference(file.path, within, item.stems), partial(read_item, name, item), item.split)
        else:
            unnamed += 1
    if unnamed:
        sources.problems.append(Problem(file.path, "left-out", f"{unnamed} of its pictures have no names, and were left out."))


def tool_files(tool: Tool, out: Outgoing) -> Iterator[StreamedFile]:
    """Write the annotations of all pictures, and their files."""
    pictures = out.dataset.pictures
    listed = [(picture.path, picture.annotations) for picture in pictures]
    splits = [one.split for one in pictures]
    yield from tool.load().write(Written(listed, out.dataset.categories, out.dataset.name, splits, tool.pictures))
    for picture in pictures:
        yield from out.picture_file(picture, tool.pictures)


def read_item(format: str, item: Item, size: Size, name: str) -> Imported:
    """Read a picture's objects; raises OtherSizeError where the file says that it has another size."""
    if item.size is not None and item.size != size:
        other_size(item.size, size)
    found = ImportBuilder(name, size)
    found.kept = {format: dict(item.kept)}
    item.read(found)
    return found.imported()
