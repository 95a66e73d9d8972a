"""DOTA's labels: a line an object, its four corners in pixels, its class's name, and whether it is difficult."""

from __future__ import annotations

from tabsam.arrays import Size
from tabsam.formats.shared.imported import ImportBuilder, Imported
from tabsam.formats.shared.parsing import number_of, text_of, whole_of
from tabsam.formats.shared.rings import points_of, sound_polygon
from tabsam.formats.text_files import fields_of
from tabsam.geometry.outline import from_polygons

_HEADS = ("imagesource", "gsd")
_CORNERS = 8


def read_dota(data: bytes, image_size: Size, picture: str) -> Imported:
    """Read the labels of one picture; their boxes are turned, so that each is a polygon of four corners.

    Raises
    ------
    FormatError
        ``not-text``.
    """
    found = ImportBuilder(picture, image_size)
    for line in text_of(data).splitlines():
        fields = fields_of(line)
        if not fields or fields[0].partition(":")[0].lower() in _HEADS:
            continue
        points = points_of([number_of(field) for field in fields[:_CORNERS]])
        if points is None or len(fields) <= _CORNERS:
            found.say(
                "A line that is not four corners and a class was left out.",
                "{n} lines that are not four corners and a class were left out.",
            )
            continue
        polygons = sound_polygon([points], found)
        if polygons:
            difficult = whole_of(fields[_CORNERS + 1]) if len(fields) > _CORNERS + 1 else None
            found.add(from_polygons(polygons), found.category(fields[_CORNERS]), kept={"dota": {"difficult": difficult or 0}})
    return found.imported()
