"""A TIFF's pages, upright: what decoding.py asks of this room, which is there when the first TIFF comes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

from tabsam.arrays import Size
from tabsam.geometry.affine import Affine
from tabsam.pictures.faults import TiffFault
from tabsam.pictures.raster import Raster
from tabsam.pictures.tiff.colors import raster_of
from tabsam.pictures.tiff.pages import Page, pages_of
from tabsam.pictures.tiff.placement import placement_of
from tabsam.pictures.tiff.tags import TiffFile

_ORIENTATION = 274


def page_of(data: bytes, page: int) -> tuple[Page | None, int]:
    """Give a page, None where there is no such one, and how many there are; raises TiffFault."""
    pages = pages_of(TiffFile(io.BytesIO(data)))
    return (pages[page] if 0 <= page < len(pages) else None), len(pages)


def labels_of(data: bytes) -> tuple[str, ...]:
    """Say what each page is of its stack; raises TiffFault."""
    return tuple(page.label for page in pages_of(TiffFile(io.BytesIO(data))))


def upright_size(stream: BinaryIO) -> Size:
    """Read the size of the first page; raises TiffFault."""
    page = pages_of(TiffFile(stream))[0]
    height, width = page.layout.size
    return (width, height) if _orientation(page) > 4 else (height, width)


def first_orientation(stream: BinaryIO) -> int:
    """Read which way the first page lies; raises TiffFault."""
    return _orientation(pages_of(TiffFile(stream))[0])


def upright_raster(page: Page, bands: Sequence[int] | None) -> Raster:
    """Read a page's pixels, and how they are to be turned; raises TiffFault, NotSupported."""
    return replace(raster_of(page.layout, bands), orientation=_orientation(page))


def placed(page: Page) -> Affine | None:
    """Give where a page lies on a map; of one that is turned nobody knows."""
    return placement_of(page.directory) if _orientation(page) == 1 else None


def _orientation(page: Page) -> int:
    try:
        number = page.directory.integer(_ORIENTATION, 1)
    except TiffFault:
        return 1
    return number if 1 <= number <= 8 else 1
