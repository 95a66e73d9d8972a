"""Which tool made this file? From the names of what is in its beginning, whatever the file is called."""

from __future__ import annotations

import re

_XML_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*)[\s/>]")
_XML_ASIDE = re.compile(rb"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>)", re.DOTALL)
_VIA_COLUMNS = (b"filename", b"region_shape_attributes")
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]:]')
_SQLITE = b"SQLite format 3\x00"


def tool_of_text(head: bytes) -> str | None:
    """Tell a tool's XML, CSV or database by the beginning of a file; None for what is no such file."""
    if head.startswith(_SQLITE):
        return "geopackage"
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if plain.startswith(b"<"):
        while aside := _XML_ASIDE.match(plain):
            plain = plain[aside.end() :]
        root = _XML_ROOT.match(plain.lstrip())
        return {b"annotations": "cvat", b"annotation": "voc-xml"}.get(root[1]) if root else None
    first = plain.partition(b"\n")[0]
    return "via" if all(name in first for name in _VIA_COLUMNS) else None


def tool_of_json(head: bytes, everything: bytes = b"") -> str | None:
    """Tell a tool's JSON by the beginning of a file; None for what is no tool's.

    Parameters
    ----------
    everything : bytes, optional
        All of the file, where it is at hand: panoptic files list their images first, which may be many.
    """
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not plain.startswith((b"{", b"[")):
        return None
    outer, inner = keys_in(plain)
    if plain.startswith(b"["):
        is_task = "data" in outer and outer & {"annotations", "completions", "predictions"}
        return "label-studio" if is_task or "original_width" in inner else None
    if b'"segments_info"' in everything:
        inner.add("segments_info")
    for tool, outside, inside in _JSON:
        if outside <= outer and inside <= inner:
            return tool
    # An entry for each picture, by its name and size; the keys are anything.
    return "via" if {"filename", "regions", "size"} <= inner and "shapes" not in outer else None


def keys_in(head: bytes) -> tuple[set[str], set[str]]:
    """Give the keys of the outermost object (of a list: of its objects), and all keys, as far as a file's beginning has them."""
    outer, inner, depth, last = set[str](), set[str](), 0, b""
    own = 2 if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") else 1
    for token in _TOKENS.findall(head):
        if token in (b"{", b"["):
            depth += 1
        elif token in (b"}", b"]"):
            depth -= 1
        elif token == b":":
            key = last.decode(errors="replace").strip('"')
            inner.add(key)
            if depth == own:
                outer.add(key)
        last = token
    return outer, inner


_JSON: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    ("coco-panoptic", frozenset({"annotations"}), frozenset({"segments_info"})),
    ("datumaro", frozenset({"items", "categories"}), frozenset()),
    ("via", frozenset({"_via_img_metadata"}), frozenset()),
    ("isat", frozenset({"info", "objects"}), frozenset()),
    ("supervisely", frozenset({"size", "objects"}), frozenset()),
    ("darwin", frozenset({"item", "annotations"}), frozenset()),
    ("darwin", frozenset({"dataset", "image", "annotations"}), frozenset()),
    ("label-studio", frozenset({"data", "annotations"}), frozenset()),
    ("x-anylabeling", frozenset({"shapes"}), frozenset({"kie_linking"})),
    ("x-anylabeling", frozenset({"shapes"}), frozenset({"difficult"})),
)
"""Which keys outside, and which inside; the first that fits."""
