"""The masks of a search as bytes, to be kept: compressed, a tenth of what they take in memory."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence

import numpy as np

from tabsam.arrays import Float32Array
from tabsam.model.everything.proposals import EdgeLogits, Proposal
from tabsam.model.preprocess import Frame

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
    return zlib.compress(struct.pack("<I", len(head)) + head + inside + values, 1)


def unpacked(data: bytes) -> list[Proposal]:
    """Read what :func:`packed` has written; raises ValueError for anything else."""
    try:
        return _unpacked(zlib.decompress(data))
    except (zlib.error, struct.error, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"no packed masks: {error!r}") from error


def _unpacked(data: bytes) -> list[Proposal]:
    (length,) = struct.unpack_from("<I", data)
    head, bits_at = json.loads(data[4 : 4 + length]), 4 + length
    frames = [Frame(_pair(image), _pair(model), _pair(content), bool(twice)) for image, model, content, twice in head["frames"]]
    values_at = bits_at + sum(_byte_count(one["grid"]) for one in head["masks"])
    masks = []
    for one in head["masks"]:
        inside = np.frombuffer(data, np.uint8, _byte_count(one["grid"]), bits_at).copy()
        values = np.frombuffer(data, "<f2", one["values"], values_at).astype(np.float32)
        bits_at, values_at = bits_at + inside.nbytes, values_at + 2 * values.size
        x0, y0, x1, y1 = one["box"]
        a0, b0, a1, b1 = one["crop"]
        masks.append(
            Proposal(
                one["iou"],
                one["stability"],
                one["area"],
                (x0, y0, x1, y1),
                (one["point"][0], one["point"][1]),
                (a0, b0, a1, b1),
                _pair(one["size"]),
                EdgeLogits.from_bits(_pair(one["grid"]), inside, values),
                frames[one["frame"]],
            )
        )
    return masks


def _half(values: Float32Array) -> bytes:
    """Write logits in half precision; what would become 0 stays on its side."""
    size = np.clip(np.abs(values), _SMALLEST, _LARGEST)
    return np.where(values > 0, size, -size).astype("<f2").tobytes()


def _byte_count(grid: Sequence[int]) -> int:
    return -(-grid[0] * grid[1] // 8)


def _pair(value: Sequence[int]) -> tuple[int, int]:
    first, second = value
    return int(first), int(second)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no plain number")
