"""TIFFs written tag by tag: those that no library here writes."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

Numbers = int | float | Sequence[int] | Sequence[float] | bytes


def tiff(pixels: bytes, tags: Mapping[int, Numbers], *, order: str = "<") -> bytes:
    """Write a page of one strip.

    Parameters
    ----------
    tags : numbers by tag
        Whole ones are written as LONG, others as DOUBLE, bytes as ASCII; the strip's place and length may be missing.
    """
    entries = dict(tags)
    entries.setdefault(273, 0)
    entries.setdefault(279, len(pixels))
    start = 8 + 2 + 12 * len(entries) + 4
    body, rows = b"", b""
    for tag, value in sorted(entries.items()):
        if isinstance(value, bytes):
            kind, count, data = 2, len(value), value
        else:
            numbers = [value] if isinstance(value, int | float) else list(value)
            is_whole = all(isinstance(number, int) for number in numbers)
            kind, count = (4 if is_whole else 12), len(numbers)
            data = struct.pack(f"{order}{count}{'I' if is_whole else 'd'}", *numbers)
        if tag == 273 and value == 0:
            rows += struct.pack(order + "HHI", tag, 4, 1) + b"HERE"
        elif len(data) <= 4:
            rows += struct.pack(order + "HHI", tag, kind, count) + data.ljust(4, b"\0")
        else:
            rows += struct.pack(order + "HHII", tag, kind, count, start + len(body))
            body += data
    rows = rows.replace(b"HERE", struct.pack(order + "I", start + len(body)))
    magic = {"<": b"II*\0", ">": b"MM\0*"}[order]
    return magic + struct.pack(order + "IH", 8, len(entries)) + rows + b"\0\0\0\0" + body + pixels


def grey(pixels: bytes, width: int, height: int, bits: int, *, order: str = "<", **tags: Numbers) -> bytes:
    """Write a page of one sample a pixel; other tags as ``t338=...``."""
    others = {int(name[1:]): value for name, value in tags.items()}
    return tiff(pixels, {256: width, 257: height, 258: bits, 259: 1, 262: 1, 277: 1, 278: height} | others, order=order)
