"""The masks of a search as bytes, to be kept: compressed, a tenth of what they take in memory."""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Sequence

import numpy as np

from tabsam.arrays import Float32Array, Size
from tabsam.json_text import parsed
from tabsam.model.everything.proposals import EdgeLogits, Proposal
from tabsam.model.preprocess import Frame

_MOST_BYTES = 512_000_000
_BOMB_BYTES, _MOST_RATIO = 10_000_000, 300
"""What unpacks to less than these ten megabytes does no harm; nothing real unpacks to more than 300 times its size."""
_LONGEST = 1 << 20
"""What is read at most: small data may claim to hold any number of bytes, or of pixels."""

_SMALLEST, _LARGEST = np.float32(6e-8), np.float32(6e4)
"""What half precision can tell from 0 and from infinity."""


def packed(masks: Sequence[Proposal]) -> bytes:
    """Write masks that have not been cleaned.

    Logits are kept in half precision, each on its side of 0: an edge comes back to a thousandth of a cell of the model's grid.
    """
    frames = list(dict.fromkeys(one.frame for one in masks))
    about = [
        {
            "iou": one.predicted_iou,
            "stability": one.stability_score,
            "area": one.area,
            "box": one.bbox,
            "point": one.point_coords,
            "crop": one.crop_box,
            "size": one.image_size,
            "frame": frames.index(one.frame),
            "grid": one.edge.shape,
            "values": one.edge.values.size,
        }
        for one in masks
    ]
    described = [[one.image_size, one.model_size, one.content_size, one.upscales_twice] for one in frames]
    head = json.dumps({"frames": described, "masks": about}, separators=(",", ":"), default=_plain).encode()
    inside = b"".join(one.edge.inside.tobytes() for one in masks)
    values = b"".join(_half(one.edge.values) for one in masks)
    # By runs alone: bits are runs, in logits no search finds anything to repeat, and searching them takes the longest.
    deflating = zlib.compressobj(1, strategy=zlib.Z_RLE)
    return deflating.compress(struct.pack("<I", len(head)) + head + inside + values) + deflating.flush()


def unpacked(data: bytes, image_size: Size | None = None) -> list[Proposal]:
    """Read what :func:`packed` has written, which may come from anywhere.

    Parameters
    ----------
    image_size : (height, width), optional
        Of the picture that the masks must be of.

    Raises
    ------
    ValueError
        For anything else.
    """
    try:
        inflating = zlib.decompressobj()
        whole = inflating.decompress(data, min(_MOST_BYTES, _BOMB_BYTES + _MOST_RATIO * len(data)))
        if not inflating.eof:
            raise ValueError("cut off, or too large")
        masks = _unpacked(whole)
        if image_size is not None and any(one.image_size != image_size for one in masks):
            raise ValueError("masks of another picture")
        return masks
    except (zlib.error, struct.error, LookupError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"no packed masks: {error!r}") from error


def _unpacked(data: bytes) -> list[Proposal]:
    (length,) = struct.unpack_from("<I", data)
    head, bits_at = parsed(data[4 : 4 + length]), 4 + length
    frames = [Frame(_size(image), _size(model), _size(content), bool(twice)) for image, model, content, twice in head["frames"]]
    values_at = bits_at + sum(_byte_count(_size(one["grid"])) for one in head["masks"])
    masks = []
    for one in head["masks"]:
        grid, count = _size(one["grid"]), int(one["values"])
        inside = np.frombuffer(data, np.uint8, _byte_count(grid), bits_at).copy()
        values = np.frombuffer(data, "<f2", count, values_at).astype(np.float32)
        bits_at, values_at = bits_at + inside.nbytes, values_at + 2 * values.size
        size, (x, y) = _size(one["size"]), one["point"]
        masks.append(
            Proposal(
                _finite(one["iou"]),
                _finite(one["stability"]),
                int(one["area"]),
                _box(one["box"], size, last=1),
                (_finite(x), _finite(y)),
                _box(one["crop"], size, last=0),
                size,
                EdgeLogits.from_bits(grid, inside, values),
                frames[one["frame"]],
            )
        )
    return masks


def _half(values: Float32Array) -> bytes:
    """Write logits in half precision; what would become 0 stays on its side."""
    size = np.clip(np.abs(values), _SMALLEST, _LARGEST)
    return np.where(values > 0, size, -size).astype("<f2").tobytes()


def _byte_count(grid: Size) -> int:
    return -(-grid[0] * grid[1] // 8)


def _size(value: Sequence[int]) -> Size:
    height, width = map(int, value)
    if not (0 < height <= _LONGEST and 0 < width <= _LONGEST):
        raise ValueError(f"no size: {value}")
    return height, width


def _box(value: Sequence[int], size: Size, *, last: int) -> tuple[int, int, int, int]:
    """Read a box in a picture; `last` is 1 where it names its last pixel, and 0 where it names what comes after."""
    x0, y0, x1, y1 = map(int, value)
    if not (0 <= x0 < x1 + last <= size[1] and 0 <= y0 < y1 + last <= size[0]):
        raise ValueError(f"no box in {size}: {value}")
    return x0, y0, x1, y1


def _finite(value: float) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"not finite: {value}")
    return number


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no plain number")
