"""What it may cost to decode a picture, told by its header before it is done."""

from __future__ import annotations

from collections.abc import Sequence

from tabsam.arrays import Size
from tabsam.errors import ImageError

MOST_PIXELS = 1_000_000_000
"""No work is begun on a picture of more, also where it need not be opened."""

_SCAN = b"\xff\xda"
_FEW_SCANS = 24
"""No encoder makes more scans of a progressive JPEG; each goes over the whole picture."""

_MOST_SCANNED_PIXELS = 1_000_000_000
_MOST_BYTES = 500_000_000
"""Of a picture's samples as they are in the file: 83 megapixels of three times 16 bits, 41 of three floats."""

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By a PNG's type of colour."""
_PNG_COLOR = 25


def check_size(size: Size, most: float) -> None:
    """Refuse a picture of more than so many megapixels.

    Raises
    ------
    ImageError
        ``image-too-large``.
    """
    megapixels = size[0] * size[1] / 1e6
    if megapixels > most:
        raise ImageError(
            "image-too-large",
            f"This picture has {megapixels:.0f} megapixels; at most {most:.0f} fit into a tab.",
            "Make it smaller first, or cut out the part you need.",
        )


def check_scans(jpeg: bytes, pixels: int) -> None:
    """Refuse a JPEG that goes over its pixels again and again.

    Raises
    ------
    ImageError
        ``image-too-many-scans``.
    """
    scans = jpeg.count(_SCAN)
    if scans > _FEW_SCANS and scans * pixels > _MOST_SCANNED_PIXELS:
        raise ImageError(
            "image-too-many-scans",
            f"This picture is drawn {scans} times over, which would take minutes.",
            "Save it again as a plain JPEG.",
        )


def check_png(data: bytes, pixels: int) -> None:
    """Refuse a PNG of 16 bits that would take too much memory; raises as :func:`check_size`."""
    _check_bytes(pixels * _CHANNELS.get(data[_PNG_COLOR], 4) * 2)


def check_samples(size: Size, segment_size: Size, bits: Sequence[int]) -> None:
    """Refuse a TIFF by the bits of its samples, of which at most four are kept, or of a strip or tile; raises as `check_size`."""
    _check_bytes(size[0] * size[1] * sum(bits[:4]) // 8)
    _check_bytes(segment_size[0] * segment_size[1] * bits[0] // 8)


def _check_bytes(unpacked: int) -> None:
    if unpacked > _MOST_BYTES:
        message = f"This picture has {unpacked / 1e6:.0f} MB of samples; at most {_MOST_BYTES / 1e6:.0f} fit into a tab."
        raise ImageError("image-too-large", message, "Save it with 8 bits a channel, or make it smaller first.")
