"""What a page's tags say of its pixels: how large, how many samples of which kind, cut into which strips or tiles."""

from __future__ import annotations

from dataclasses import dataclass

from tabsam.pictures.faults import TiffFault
from tabsam.pictures.tiff.tags import Directory

WIDTH, HEIGHT = 256, 257
_BITS, _COMPRESSION, PHOTOMETRIC, _FILL_ORDER = 258, 259, 262, 266
_STRIP_OFFSETS, _SAMPLES, _ROWS_A_STRIP, _STRIP_BYTES = 273, 277, 278, 279
_PLANAR, _PREDICTOR = 284, 317
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_BYTES = 322, 323, 324, 325
_EXTRA_SAMPLES, _SAMPLE_FORMAT, _SUBSAMPLING = 338, 339, 530

YCBCR = 6
_JPEGS = (7, 34892)
_MOST_BITS, _MOST_SAMPLES = 64, 0xFFFF


@dataclass(frozen=True)
class Layout:
    """How a page's pixels lie in the file.

    Attributes
    ----------
    directory : Directory
    size : (height, width)
    samples : int
        A pixel's.
    bits : ints
        Of each sample.
    format : int
        1 unsigned, 2 signed, 3 float, 5 complex integers, 6 complex floats.
    segment_size : (height, width)
        Of a strip or a tile; the last strip may have fewer rows, tiles reach over the edge.
    offsets, byte_counts : ints
        Of the segments: row by row, and plane by plane where each sample has one of its own.
    extra : ints
        What samples beyond the colours are: 0 unsaid, 1 associated alpha, 2 alpha.
    subsampling : (across, down)
        Of the two colour samples of YCbCr that is not JPEG.
    """

    directory: Directory
    size: tuple[int, int]
    samples: int
    bits: tuple[int, ...]
    format: int
    compression: int
    photometric: int
    is_planar: bool
    is_tiled: bool
    segment_size: tuple[int, int]
    offsets: tuple[int, ...]
    byte_counts: tuple[int, ...]
    predictor: int
    is_reversed: bool
    extra: tuple[int, ...]
    subsampling: tuple[int, int]

    @property
    def grid(self) -> tuple[int, int]:
        """How many segments there are down and across."""
        return -(-self.size[0] // self.segment_size[0]), -(-self.size[1] // self.segment_size[1])

    @property
    def is_subsampled(self) -> bool:
        """Whether there are fewer colour than grey samples in it; JPEG's decoder undoes that itself."""
        return self.photometric == YCBCR and self.compression not in _JPEGS and self.subsampling != (1, 1) and not self.is_planar


def layout_of(directory: Directory, shift: int = 0) -> Layout:
    """Read a page's tags.

    Parameters
    ----------
    shift : int, in bytes
        How far behind the directory's own pixels those of this page lie.

    Raises
    ------
    TiffFault
        If they are missing, or nonsense.
    """
    size = directory.integer(HEIGHT, 0), directory.integer(WIDTH, 0)
    if min(size) <= 0:
        raise TiffFault(f"a picture of {size[1]} x {size[0]} pixels")
    samples = directory.integer(_SAMPLES, 1)
    if not 1 <= samples <= _MOST_SAMPLES:  # before there is a number of bits for each of them
        raise TiffFault(f"{samples} samples")
    bits = directory.integers(_BITS) or (1,)
    bits = bits[:samples] if len(bits) >= samples else (bits[0],) * samples
    if not all(1 <= number <= 2 * _MOST_BITS for number in bits):
        raise TiffFault(f"{samples} samples of {bits} bits")
    is_tiled = _TILE_WIDTH in directory
    if is_tiled:
        segment_size = directory.integer(_TILE_HEIGHT, 0), directory.integer(_TILE_WIDTH, 0)
    else:
        segment_size = min(directory.integer(_ROWS_A_STRIP, size[0]) or size[0], size[0]), size[1]
    if min(segment_size) <= 0:
        raise TiffFault(f"tiles of {segment_size}")
    compression = directory.integer(_COMPRESSION, 1)
    offsets = directory.integers(_TILE_OFFSETS) or directory.integers(_STRIP_OFFSETS)
    counts = directory.integers(_TILE_BYTES) or directory.integers(_STRIP_BYTES)
    across, down = (directory.integers(_SUBSAMPLING) or (2, 2))[:2]
    layout = Layout(
        directory,
        size,
        samples,
        bits,
        directory.integer(_SAMPLE_FORMAT, 1),
        compression,
        directory.integer(PHOTOMETRIC, 1),
        directory.integer(_PLANAR, 1) == 2 and samples > 1,
        is_tiled,
        segment_size,
        tuple(offset + shift for offset in offsets),
        counts,
        directory.integer(_PREDICTOR, 1),
        directory.integer(_FILL_ORDER, 1) == 2,
        directory.integers(_EXTRA_SAMPLES),
        (max(across, 1), max(down, 1)),
    )
    expected = layout.grid[0] * layout.grid[1] * (samples if layout.is_planar else 1)
    if len(offsets) < expected:
        raise TiffFault(f"{len(offsets)} of {expected} strips or tiles")
    return layout
