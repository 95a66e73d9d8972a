"""Which format is this? From what is in a file first, and from its name where that does not tell."""

from __future__ import annotations

from collections.abc import Container
from pathlib import PurePath

from tabsam.errors import FormatError
from tabsam.formats.shared.parsing import Json, json_object, text_of
from tabsam.pictures.kinds import TIFF_MAGICS

WORLD_FILES = (
    *(".bmpw", ".bpw", ".gfw", ".gifw", ".jgw", ".jpegw", ".jpgw", ".pgw", ".pngw"),
    *(".tfw", ".tiffw", ".tifw", ".webpw", ".wld", ".wpw"),
)
"""Of every kind of picture: its suffix and a w, or the suffix's first and last letter and a w; or the one for all of them."""

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"BM", *TIFF_MAGICS, b"GIF8", b"\xff\xd8\xff")
_GEOJSON = ("FeatureCollection", "Feature", "Polygon", "MultiPolygon", "GeometryCollection")
_FEWEST_YOLO_FIELDS = 5
_LINES_LOOKED_AT = 20


def detect(name: str, data: bytes) -> str:
    """Tell a file's format.

    Parameters
    ----------
    name : str
        The file's name.

    Returns
    -------
    str
        "project", "coco", "labelme", "geojson", "mask", "yolo", "classes" or "world-file".

    Raises
    ------
    FormatError
        ``unknown-format``; ``not-text`` and ``not-json`` when it claims to be JSON and is damaged.
    """
    suffix = PurePath(name).suffix.lower()
    if data[:4] == b"PK\x03\x04" or suffix == ".tabsam":
        return "project"
    if data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "mask"
    if suffix in WORLD_FILES:
        return "world-file"
    if suffix in (".json", ".geojson") or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _detect_json(data)
    if suffix in (".txt", ".names"):
        lines = [line.split() for line in text_of(data).splitlines() if line.strip()][:_LINES_LOOKED_AT]
        return "yolo" if any(_is_label(line) for line in lines) else "classes"
    raise _unknown()


def _detect_json(data: bytes) -> str:
    root = json_object(data, "a COCO, LabelMe or GeoJSON file")
    kind = kind_of_json(root, root.get("type"))
    if kind is None:
        raise _unknown()
    return kind


def kind_of_json(keys: Container[str], type: Json) -> str | None:
    """Tell a JSON file's format from the keys of its outermost object and its ``type``; None where it has none of ours."""
    if "annotations" in keys or "images" in keys:
        return "coco"
    if "shapes" in keys:
        return "labelme"
    return "geojson" if type in _GEOJSON else None


def _is_label(fields: list[str]) -> bool:
    try:
        numbers = [float(field) for field in fields]
    except ValueError:
        return False
    return len(numbers) >= _FEWEST_YOLO_FIELDS and numbers[0].is_integer()


def _unknown() -> FormatError:
    return FormatError(
        "unknown-format",
        "The format of this file is not known.",
        "Choose a COCO, LabelMe or GeoJSON file, YOLO labels, a mask, a class list or a .tabsam project.",
    )
