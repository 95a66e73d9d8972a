"""Which format is this? From what is in a file first, and from its name where that does not tell."""

from __future__ import annotations

from collections.abc import Container
from pathlib import PurePath

from tabsam.errors import FormatError
from tabsam.formats.coco_variants import is_listed
from tabsam.formats.geojson_sequence import GEOMETRIES, values_of
from tabsam.formats.shared.encodings import utf8_of
from tabsam.formats.shared.parsing import Json, kind_of, text_of
from tabsam.formats.text_files import kind_of_text
from tabsam.formats.tools.recognising import tool_of_json, tool_of_text
from tabsam.pictures.kinds import TIFF_MAGICS

WORLD_FILES = (
    *(".bmpw", ".bpw", ".gfw", ".gifw", ".jgw", ".jpegw", ".jpgw", ".pgw", ".pngw"),
    *(".tfw", ".tiffw", ".tifw", ".webpw", ".wld", ".wpw"),
)
"""Of every kind of picture: its suffix and a w, or the suffix's first and last letter and a w; or the one for all of them."""

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"BM", *TIFF_MAGICS, b"GIF8", b"\xff\xd8\xff")
_GEOJSON = ("FeatureCollection", "Feature", *GEOMETRIES)
_JSON = (".json", ".geojson", ".geojsonl", ".geojsons", ".ndjson", ".jsonl")
_TEXTS = (".txt", ".names", ".yaml", ".yml", ".csv", ".tsv", ".data")
_HEAD_BYTES = 65_536


def detect(name: str, data: bytes) -> str:
    """Tell a file's format.

    Parameters
    ----------
    name : str
        The file's name.

    Returns
    -------
    str
        "project", "coco", "labelme", "geojson", "mask", "yolo", "dota", "classes" or "world-file"; or a tool's, as
        :data:`tabsam.formats.tools.table.TOOLS` has them.

    Raises
    ------
    FormatError
        ``unknown-format``; ``not-text`` and ``not-json`` when it claims to be JSON and is damaged; ``path-list``, ``table`` and
        ``not-classes`` for other texts.
    """
    suffix = PurePath(name).suffix.lower()
    if data[:4] == b"PK\x03\x04" or suffix == ".tabsam":
        return "project"
    if data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "mask"
    if suffix in WORLD_FILES:
        return "world-file"
    tool = None if suffix == ".txt" else tool_of_text(data[:_HEAD_BYTES]) or tool_of_json(data[:_HEAD_BYTES], data)
    if tool:
        return tool
    if suffix in _JSON or data.lstrip(b"\xef\xbb\xbf \t\r\n\x1e")[:1] in (b"{", b"["):
        return _detect_json(data)
    if suffix in _TEXTS:
        return kind_of_text(name, text_of(data))
    if data and _is_labels(name, data):  # by what is in it, whatever its name
        return "yolo"
    raise _unknown()


def _detect_json(data: bytes) -> str:
    values = values_of(utf8_of(data)[0])  # readers that want UTF-8 say so
    root = values[0] if values else None
    if isinstance(root, list):
        first = next((one for one in root if isinstance(one, dict)), {})
        if is_listed(first):
            return "coco"
        root = first
    if not isinstance(root, dict):
        message = f"This is not a COCO, LabelMe or GeoJSON file: it is {kind_of(root)}."
        raise FormatError("wrong-structure", message, "Check that you chose the right file.")
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


def _is_labels(name: str, data: bytes) -> bool:
    try:
        return kind_of_text(f"{name}.txt", text_of(data)) == "yolo"
    except FormatError:
        return False


def _unknown() -> FormatError:
    return FormatError(
        "unknown-format",
        "The format of this file is not known.",
        "Choose a COCO, LabelMe or GeoJSON file, YOLO labels, another tool's file, a mask, a class list or a .tabsam project.",
    )
