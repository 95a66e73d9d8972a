"""Pixels brought upright, by the number that EXIF and TIFF give the way in which they lie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray
from tabsam.pictures.raster import Raster

_TURNS: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright(pixels: Image.Image | Raster, orientation: int) -> Image.Image | Raster:
    """Turn or mirror pixels by an orientation from 1 to 8; any other number leaves them as they are."""
    turn = _TURNS.get(orientation)
    if turn is None:
        return pixels
    if isinstance(pixels, Image.Image):
        return pixels.transpose(turn)
    return turned_raster(pixels, orientation)


def turned_raster(pixels: Raster, orientation: int) -> Raster:
    """Turn or mirror a raster."""
    if orientation not in _TURNS:
        return pixels
    alpha = None if pixels.alpha is None else _turned(pixels.alpha, orientation)
    return replace(pixels, values=_turned(pixels.values, orientation), alpha=alpha)


def _turned(values: AnyArray, orientation: int) -> AnyArray:
    """Turn as Pillow does, whose turns go the other way round than numpy's."""
    if orientation in (5, 7):
        values = np.rot90(values, -1) if orientation == 5 else np.rot90(values, 1)
        return np.ascontiguousarray(values[:, ::-1])
    if orientation in (6, 8):
        return np.ascontiguousarray(np.rot90(values, -1 if orientation == 6 else 1))
    return np.ascontiguousarray({2: values[:, ::-1], 3: values[::-1, ::-1], 4: values[::-1]}[orientation])
