"""Zip archives, apart from the other writers since a page that exports nothing need not load zipfile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePath

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""A zip's time stamps begin here; the same content makes the same bytes."""

_PACKED = (".png", ".jpg", ".jpeg", ".webp", ".zip")


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Put files into a zip archive; what is compressed already is stored as it is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, _EARLIEST)
            entry.external_attr = 0o644 << 16
            is_packed = PurePath(path).suffix.lower() in _PACKED
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()
