"""From a page's strips or tiles to an array of the samples that are wanted: one after the other, so that no more is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tabsam.arrays import AnyArray, UInt8Array
from tabsam.pictures.faults import NotSupported, TiffFault
from tabsam.pictures.tiff.codecs import Segment, decompressed
from tabsam.pictures.tiff.layout import Layout
from tabsam.pictures.tiff.samples import row_bytes, samples_of


def read_samples(layout: Layout, wanted: Sequence[int]) -> AnyArray:
    """Read a page's samples.

    Parameters
    ----------
    wanted : indices
        Of the samples of a pixel, in the order in which they are to come.

    Returns
    -------
    (height, width, wanted)

    Raises
    ------
    TiffFault, NotSupported
    """
    result: AnyArray | None = None
    for plane, top, left, index in _segments(layout):
        if layout.is_planar and plane not in wanted:
            continue
        values = _segment(layout, top, index)
        if values is None:
            continue
        if result is None:
            result = np.zeros((*layout.size, len(wanted)), values.dtype)
        height, width = min(values.shape[0], layout.size[0] - top), min(values.shape[1], layout.size[1] - left)
        place = slice(top, top + height), slice(left, left + width)
        for band, sample in enumerate(wanted):
            if layout.is_planar and plane != sample:
                continue
            result[(*place, band)] = values[:height, :width, 0 if layout.is_planar else sample]
    if result is None:  # of a map nothing of which was stored
        return np.zeros((*layout.size, len(wanted)), np.uint8)
    return result


def _segments(layout: Layout) -> Iterator[tuple[int, int, int, int]]:
    """Give each segment's plane, top, left and number."""
    down, across = layout.grid
    for plane in range(layout.samples if layout.is_planar else 1):
        for row in range(down):
            for column in range(across):
                index = (plane * down + row) * across + column
                yield plane, row * layout.segment_size[0], column * layout.segment_size[1], index


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
