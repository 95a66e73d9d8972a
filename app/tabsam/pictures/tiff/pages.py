"""Which pages a TIFF has, and what each is of a stack: its channel, its slice, its point in time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tabsam.json_text import parsed
from tabsam.pictures.faults import TiffFault
from tabsam.pictures.tiff.layout import Layout, layout_of
from tabsam.pictures.tiff.tags import Directory, TiffFile

_NEW_SUBFILE_TYPE, _DESCRIPTION, _UIC2, _UIC1 = 254, 270, 33629, 33628
_COPY_OR_MASK = 0b101
"""The bits for a smaller copy of another page, and for a mask of one, as maps have them."""

_MOST_HIDDEN = 100_000
_NAMES = {"C": "channel", "Z": "slice", "T": "time", "S": "sample"}


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes
    ----------
    directory : Directory
    shift : int, in bytes
        How far behind the directory's own its pixels lie.
    label : str
        What it is of a stack; empty where that is not said.
    """

    directory: Directory
    shift: int = 0
    label: str = ""

    @property
    def layout(self) -> Layout:
        """How its pixels lie; raises TiffFault."""
        return layout_of(self.directory, self.shift)


def pages_of(file: TiffFile) -> tuple[Page, ...]:
    """List the pages, at least one; smaller copies and masks of others are none.

    Raises
    ------
    TiffFault
        If there is none.
    """
    directories = file.directories
    if not directories:
        raise TiffFault("no page")
    pages = [Page(one) for one in directories if not _is_copy(one)] or [Page(directories[0])]
    stack = _stack_of(pages[0].directory)
    if len(pages) == 1 and stack.count > 1:
        pages = list(_hidden(pages[0], stack.count))
    labels = stack.labels if stack.count == len(pages) else ()
    return tuple(Page(one.directory, one.shift, label) for one, label in zip(pages, labels or [""] * len(pages), strict=True))


def _is_copy(directory: Directory) -> bool:
    try:
        return bool(directory.integer(_NEW_SUBFILE_TYPE, 0) & _COPY_OR_MASK)
    except TiffFault:
        return False


def _hidden(first: Page, count: int) -> Iterator[Page]:
    """Give planes that lie behind the first, uncompressed and one after the other, and have no directories of their own."""
    layout = first.layout
    yield first
    ends = [offset + size for offset, size in zip(layout.offsets, layout.byte_counts, strict=False)]
    length = sum(layout.byte_counts[: len(layout.offsets)])
    if layout.compression != 1 or not ends or max(ends) - min(layout.offsets) != length:
        return
    for place in range(1, min(count, _MOST_HIDDEN)):
        try:
            layout.directory.file.read(max(ends) + place * length - 1, 1)
        except TiffFault:
            return
        yield Page(first.directory, place * length)


@dataclass(frozen=True)
class _Stack:
    """How many planes a description speaks of, and what each is."""

    count: int = 0
    labels: tuple[str, ...] = ()


def _stack_of(directory: Directory) -> _Stack:
    text = directory.text(_DESCRIPTION)
    if text.startswith("ImageJ="):
        return _imagej(text)
    if "<OME" in text[:4000] or "OME/" in text[:4000]:
        return _ome(text)
    if text.startswith("{"):
        return _shaped(text, directory)
    entry = directory.entries.get(_UIC2)
    if entry is not None and (_UIC1 in directory or entry.count > 1):  # MetaMorph's stacks
        return _Stack(entry.count, _labels([("Z", entry.count)]))
    return _Stack()


def _imagej(text: str) -> _Stack:
    said = dict(re.findall(r"^(\w+)=(\d+)", text, re.MULTILINE))
    axes = [(axis, int(said.get(key, 1))) for axis, key in (("C", "channels"), ("Z", "slices"), ("T", "frames"))]
    return _Stack(int(said.get("images", 1)), _labels(axes))


def _ome(text: str) -> _Stack:
    found = re.search(r"<(?:\w+:)?Pixels\b[^>]*>", text)
    if not found:
        return _Stack()
    said = dict(re.findall(r'(\w+)\s*=\s*"([^"]*)"', found[0]))
    names = re.findall(r'<(?:\w+:)?Channel\b[^>]*?\bName\s*=\s*"([^"]*)"', text[found.end() :])
    in_a_pixel = int(next(iter(re.findall(r'SamplesPerPixel\s*=\s*"(\d+)"', text[found.end() :])), 1))
    try:
        sizes = {axis: int(said.get(f"Size{axis}", 1)) for axis in "CZT"}
    except ValueError:
        return _Stack()
    sizes["C"] = max(1, sizes["C"] // max(1, in_a_pixel))
    axes = [(axis, sizes[axis]) for axis in said.get("DimensionOrder", "XYCZT") if axis in sizes]
    return _Stack(sizes["C"] * sizes["Z"] * sizes["T"], _labels(axes, names))


def _shaped(text: str, directory: Directory) -> _Stack:
    """Read what tifffile writes: the shape of the array that the pages are of."""
    try:
        said = parsed(text)
        shape, axes = [int(number) for number in said["shape"]], str(said.get("axes") or "")
    except (ValueError, KeyError, TypeError, OverflowError):
        return _Stack()
    inner = 2 if directory.integer(277, 1) == 1 else 3
    outer, names = shape[:-inner], axes[:-inner] if len(axes) == len(shape) else ""
    count = 1
    for number in outer:
        count *= number
    if not 1 < count <= _MOST_HIDDEN:
        return _Stack()
    return _Stack(count, _labels(list(zip(names, outer, strict=True))[::-1]) if names else ())


def _labels(axes: Sequence[tuple[str, int]], channels: Sequence[str] = ()) -> tuple[str, ...]:
    """Name each plane by its place along each axis; the first axis goes fastest."""
    count = 1
    for _, length in axes:
        count *= max(length, 1)
    if not 1 < count <= _MOST_HIDDEN:
        return ()
    labels = []
    for index in range(count):
        words, left = [], index
        for axis, length in axes:
            left, at = divmod(left, max(length, 1))
            if length > 1:
                name = _NAMES.get(axis, axis)
                words.append(channels[at] if axis == "C" and at < len(channels) and channels[at] else f"{name} {at + 1}")
        labels.append(", ".join(words))
    return tuple(labels)
