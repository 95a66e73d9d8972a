"""Lines that tell by themselves whether they are whole: what a killed tab or a full disk cut off is left out, nothing else."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator

from tabsam.errors import FormatError
from tabsam.formats.shared.parsing import Json
from tabsam.json_text import parsed

_HEAD = 9
"""Bytes before the text: its CRC-32 in eight hexadecimal digits, and a space."""


def line_of(record: Json) -> bytes:
    """Write a record as a line."""
    text = json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()
    return b"%08x %b\n" % (zlib.crc32(text), text)


def sound_lines(data: bytes) -> Iterator[tuple[Json, int]]:
    """Give the records up to the first line that is not whole, each with the place where the next line begins."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        head, text = data[start : start + _HEAD], data[start + _HEAD : end]
        if head != b"%08x " % zlib.crc32(text):
            return
        start = end + 1
        try:
            record = parsed(text)
        except FormatError:  # nobody who writes checksums for it: it is no line of ours
            return
        if not isinstance(record, dict):
            return
        yield record, start
