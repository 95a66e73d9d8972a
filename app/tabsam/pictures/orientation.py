"""Which way a picture's pixels lie in its file, whatever its format is."""

from __future__ import annotations

from typing import BinaryIO

from tabsam.pictures import containers
from tabsam.pictures.kinds import is_tiff

_BEGINNING = 8


def orientation_in(stream: BinaryIO) -> int:
    """Read which way, 1 to 8, a file's pixels lie, as they are turned when it is opened; 1 where nothing sound says so."""
    try:
        stream.seek(0)
        if not is_tiff(stream.read(_BEGINNING)):
            return containers.orientation_of(stream)
        from tabsam.pictures.tiff.decoding import first_orientation

        return first_orientation(stream)
    except Exception:  # noqa: BLE001  # what is damaged, or cannot be read, is said by whoever needs its pixels
        return 1
