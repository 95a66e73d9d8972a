"""Files of other tools in the tests: read for a picture, and what became of each object in few words."""

from __future__ import annotations

from tabsam.arrays import Size
from tabsam.document.annotations import Annotations
from tabsam.formats.exported import Source
from tabsam.formats.importing import read
from tabsam.formats.registry import write
from tabsam.formats.shared.imported import Imported
from tests.support.annotated import masks

SIZE: Size = (40, 60)


def taken(data: bytes | str, name: str, picture: str = "cat.jpg", size: Size = SIZE) -> Imported:
    """Read a file for a picture of 60 x 40 pixels."""
    return read(data.encode() if isinstance(data, str) else data, name, size, picture)


def areas(imported: Imported | Annotations) -> list[tuple[str, int]]:
    """Give each object's class, and how many pixels it has."""
    annotations = imported.annotations if isinstance(imported, Imported) else imported
    names = {one.id: one.name for one in annotations.categories}
    filled = masks(annotations)
    return [(names.get(one.category or 0, ""), int(mask.sum())) for one, mask in zip(annotations.instances, filled, strict=True)]


def written_again(imported: Imported, format: str) -> bytes:
    """Write what was read, in the same format."""
    return write(format, Source(imported.annotations)).data
