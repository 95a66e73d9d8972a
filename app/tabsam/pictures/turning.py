"""Pixels brought upright, by the number that EXIF and TIFF give the way in which they lie."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray

_TURNS: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Turn or mirror an image by an orientation from 1 to 8; any other number leaves it as it is."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def turned(values: AnyArray, orientation: int) -> AnyArray:
    """Turn or mirror an array, (height, width, ...), as :func:`upright` does an image; not in its place."""
    if orientation not in _TURNS:
        return values
    # Pillow's turns go the other way round than numpy's
    if orientation in (5, 7):
        values = np.rot90(values, -1) if orientation == 5 else np.rot90(values, 1)
        return np.ascontiguousarray(values[:, ::-1])
    if orientation in (6, 8):
        return np.ascontiguousarray(np.rot90(values, -1 if orientation == 6 else 1))
    return np.ascontiguousarray({2: values[:, ::-1], 3: values[::-1, ::-1], 4: values[::-1]}[orientation])


def is_mirrored(orientation: int) -> tuple[bool, bool]:
    """Tell whether the last row, and the last column, become the first one of those that they become."""
    corner = int(turned(np.arange(4).reshape(2, 2), orientation)[0, 0])
    return corner >= 2, corner % 2 == 1
