"""From a page's strips or tiles to an array of the samples that are wanted: one after the other, so that no more is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from tabsam.arrays import AnyArray, Size, UInt8Array
from tabsam.pictures.faults import NotSupported, TiffFault
from tabsam.pictures.strips import strips
from tabsam.pictures.tiff.codecs import Segment, decompressed
from tabsam.pictures.tiff.layout import Layout
from tabsam.pictures.tiff.samples import row_bytes, samples_of

Converting: TypeAlias = Callable[[AnyArray], tuple[AnyArray, ...]]
"""What makes arrays (rows, width, ...) of samples (rows, width, wanted)."""


def read_samples(layout: Layout, wanted: Sequence[int]) -> AnyArray:
    """Read a page's samples; see :func:`read_converted`.

    Returns
    -------
    (height, width, wanted)
    """
    return read_converted(layout, wanted, lambda samples: (samples,))[0]


def read_converted(layout: Layout, wanted: Sequence[int], convert: Converting) -> tuple[AnyArray, ...]:
    """Read what is made of a page's samples, some rows at a time: there is no room for all of them beside it.

    Parameters
    ----------
    wanted : indices
        Of the samples of a pixel, in the order in which they are to come.
    convert : function

    Returns
    -------
    tuple of (height, width, ...)

    Raises
    ------
    TiffFault, NotSupported
    """
    whole, kind, missing = _Whole(layout.size, convert), np.dtype(np.uint8), []
    for top, left, planes in _cells(layout, wanted):
        there = next((plane for plane in planes if plane is not None), None)
        if there is None:
            missing.append((top, left))  # of maps, where nothing was measured
            continue
        kind = there.dtype
        parts = [np.zeros_like(there) if plane is None else plane for plane in planes]
        whole.put(top, left, there.shape[:2], partial(_wanted_of, parts, None if layout.is_planar else wanted))
    height, width = layout.segment_size
    for top, left in missing:
        nothing = np.broadcast_to(np.zeros((), kind), (height, width, len(wanted)))
        whole.put(top, left, (height, width), partial(_wanted_of, [nothing], None))
    return whole.arrays


def _wanted_of(planes: Sequence[AnyArray], wanted: Sequence[int] | None, rows: slice) -> AnyArray:
    """Give some rows' samples: of each plane its only one, or of the one that has all those that are wanted."""
    if wanted is None:
        return planes[0][rows] if len(planes) == 1 else np.concatenate([plane[rows] for plane in planes], axis=2)
    first, last = wanted[0], wanted[-1]
    neighbours = list(wanted) == list(range(first, last + 1))  # need no copy
    return planes[0][rows, :, first : last + 1] if neighbours else planes[0][rows][..., list(wanted)]


class _Whole:
    """Puts together what is made of a page's strips or tiles."""

    def __init__(self, size: Size, convert: Converting) -> None:
        self._size, self._convert = size, convert
        self.arrays: tuple[AnyArray, ...] = ()

    def put(self, top: int, left: int, size: Size, samples_of: Callable[[slice], AnyArray]) -> None:
        """Convert a strip's or a tile's samples, of which it asks for some rows at a time, without those beyond the edge."""
        height, width = min(size[0], self._size[0] - top), min(size[1], self._size[1] - left)
        for rows in strips((height, width)):
            made = self._convert(samples_of(rows)[:, :width])
            self.arrays = self.arrays or tuple(np.empty((*self._size, *part.shape[2:]), part.dtype) for part in made)
            for array, part in zip(self.arrays, made, strict=True):
                array[top + rows.start : top + rows.stop, left : left + width] = part


def _cells(layout: Layout, wanted: Sequence[int]) -> Iterator[tuple[int, int, list[AnyArray | None]]]:
    """Decode strips or tiles: each one's top and left, and its pixels, of each plane that is wanted, or of all in one."""
    down, across = layout.grid
    planes = wanted if layout.is_planar else (0,)
    for row in range(down):
        for column in range(across):
            top, left = row * layout.segment_size[0], column * layout.segment_size[1]
            decoded = {plane: _segment(layout, top, (plane * down + row) * across + column) for plane in sorted(set(planes))}
            yield top, left, [decoded[plane] for plane in planes]


def _segment(layout: Layout, top: int, index: int) -> AnyArray | None:
    """Decode a strip or a tile, (height, width, samples); None for one that was left out since nothing is in it."""
    height, width = layout.segment_size
    if not layout.is_tiled:
        height = min(height, layout.size[0] - top)
    samples = 1 if layout.is_planar else layout.samples
    subsampled = layout.is_subsampled
    count = _subsampled_bytes(layout, height, width) if subsampled else 0
    segment = Segment((height, width), count // max(height, 1) if subsampled else row_bytes(layout, width, samples), samples)
    byte_count = _byte_count(layout, index, segment)
    if byte_count == 0:
        return None
    data = layout.directory.file.read(layout.offsets[index], byte_count)
    result = decompressed(data, layout, segment)
    if isinstance(result, np.ndarray):
        return _fitting(result, segment)
    if layout.predictor > 1 and layout.compression == 1:
        raise NotSupported(f"predictor {layout.predictor} without compression")
    flat = np.frombuffer(result, np.uint8)
    wanted = count if subsampled else segment.byte_count
    if len(flat) < wanted:
        raise TiffFault(f"{len(flat)} of {wanted} bytes in strip or tile {index}")
    if subsampled:
        return _whole_colors(flat[:wanted], layout, height, width)
    return samples_of(flat[:wanted], layout, (height, width, samples))


def _byte_count(layout: Layout, index: int, segment: Segment) -> int:
    """Give how many bytes a segment has in the file: where that is not said, what it takes uncompressed."""
    if index < len(layout.byte_counts):
        said = layout.byte_counts[index]
        # some writers count what it takes in memory, or forget to count
        return segment.byte_count if layout.compression == 1 and layout.offsets[index] and said > segment.byte_count else said
    if layout.compression != 1:
        raise TiffFault(f"the length of strip or tile {index} is not said")
    return segment.byte_count


def _fitting(pixels: AnyArray, segment: Segment) -> AnyArray:
    if pixels.shape[2] < segment.samples or pixels.shape[0] < segment.size[0] or pixels.shape[1] < segment.size[1]:
        raise TiffFault(f"pixels {pixels.shape} in a strip or tile of {segment.size} x {segment.samples}")
    return pixels[: segment.size[0], : segment.size[1], : segment.samples]


def _subsampled_bytes(layout: Layout, height: int, width: int) -> int:
    across, down = layout.subsampling
    return -(-height // down) * -(-width // across) * (across * down + 2)


def _whole_colors(flat: UInt8Array, layout: Layout, height: int, width: int) -> AnyArray:
    """Take apart units of several grey samples with two colour samples for all of them."""
    if set(layout.bits) != {8} or layout.samples != 3:
        raise NotSupported("YCbCr of other than three times 8 bits")
    across, down = layout.subsampling
    rows, columns = -(-height // down), -(-width // across)
    units = flat.reshape(rows, columns, across * down + 2)
    grey = units[..., :-2].reshape(rows, columns, down, across).transpose(0, 2, 1, 3).reshape(rows * down, columns * across)
    colors = [units[..., place].repeat(down, axis=0).repeat(across, axis=1) for place in (-2, -1)]
    return np.dstack([grey, *colors])[:height, :width]
