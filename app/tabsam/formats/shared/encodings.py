"""Text that is not UTF-8, as older tools write it in the machine's own encoding: GBK in Chinese, else Latin-1."""

from __future__ import annotations

import re

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_HIGH = re.compile(rb"[\x80-\xff]+")


def utf8_of(data: bytes) -> tuple[bytes, str]:
    """Give a text file's bytes as UTF-8, and the name of the encoding that it was taken for; "" where it says so itself.

    Bytes above 127 come in pairs in GBK, of common characters both; in Latin-1 they stand alone between letters, mostly.
    """
    if data[:2] in _UTF_16:
        return data, ""
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        name, codec = ("GBK", "gb18030") if _is_gbk(data) else ("Latin-1", "cp1252")
        return data.decode(codec, errors="replace").encode(), name
    return data, ""


def _is_gbk(data: bytes) -> bool:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    runs = [len(run) for run in _HIGH.findall(data)]
    return 2 * sum(length for length in runs if length % 2 == 0) > sum(runs)
