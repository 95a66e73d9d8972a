"""What the pixels of a mask's picture say: read in one way, be it as the model's prompt or as annotations from a file."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, BoolArray, Size, UInt8Array
from tabsam.pictures.decode_budget import check_samples, check_size
from tabsam.pictures.decoding import MAX_MEGAPIXELS, decode, in_words
from tabsam.pictures.kinds import is_tiff
from tabsam.pictures.raster import Raster
from tabsam.pictures.strips import array_of, strip_of, strips
from tabsam.pictures.tiff.colors import PALETTE, WHITE_IS_ZERO, palette_of, raster_of
from tabsam.pictures.tiff.layout import Layout
from tabsam.pictures.tiff.pages import pages_of
from tabsam.pictures.tiff.segments import read_samples
from tabsam.pictures.tiff.tags import TiffFile

_ENTRIES = 256


@dataclass(frozen=True, eq=False)
class MaskPixels:
    """A mask's pixels, of which one of the three is there.

    Attributes
    ----------
    values : (height, width), any real dtype, or None
        Of a grey picture: its numbers, as they are.
    colors : uint8 (height, width, 3), or None
    entries : uint8 (height, width), or None
        Of an indexed picture.
    palette : uint8 (entries, 3)
        Its colours.
    alpha : uint8 (height, width), or None
        How opaque each pixel is; None where all are alike, which tells nothing.
    pages : int
        How many the file has; these are the first one's.
    """

    values: AnyArray | None = None
    colors: UInt8Array | None = None
    entries: UInt8Array | None = None
    palette: UInt8Array | None = None
    alpha: UInt8Array | None = None
    pages: int = 1

    @property
    def size(self) -> Size:
        """(height, width)."""
        there = next(one for one in (self.values, self.colors, self.entries) if one is not None)
        return there.shape[0], there.shape[1]

    @property
    def grey(self) -> AnyArray | None:
        """Give the number that each pixel is; None for a picture in colours.

        An indexed picture is what one sees: the grey levels of its entries. Where its palette has colours, or entries in use
        cannot be told apart by their greys, as where there is no palette to speak of, it counts as coloured.
        """
        if self.values is not None:
            return self.values
        if self.colors is not None:
            parts = (self.colors[rows] for rows in strips(self.size))
            return None if any((part != part[..., :1]).any() for part in parts) else np.asarray(self.colors[..., 0])
        assert self.entries is not None
        assert self.palette is not None
        whole = np.zeros((max(_ENTRIES, len(self.palette)), 3), np.uint8)
        whole[: len(self.palette)] = self.palette
        used = whole[values_there(self.entries), 0]
        if (whole != whole[:, :1]).any() or len(np.unique(used)) < len(used):
            return None
        return np.asarray(whole[self.entries, 0])

    @property
    def seen(self) -> UInt8Array:
        """Give the colours of a coloured or an indexed picture, (height, width, 3)."""
        if self.colors is not None:
            return self.colors
        assert self.entries is not None
        assert self.palette is not None
        whole = np.zeros((_ENTRIES, 3), np.uint8)
        whole[: len(self.palette)] = self.palette[:_ENTRIES]
        return np.asarray(whole[self.entries])

    @property
    def brightness(self) -> AnyArray:
        """Give how bright each pixel is, at least 0: of colours, their brightest channel."""
        grey = self.grey
        if grey is None:
            return np.asarray(self.seen.max(axis=2))
        if grey.dtype.kind == "f":
            grey = np.nan_to_num(grey)
        return np.maximum(grey, 0) if grey.dtype.kind in "if" else grey


def values_there(values: UInt8Array) -> AnyArray:
    """Give the values that a picture, uint8 (height, width), has, in order."""
    strip = (values[rows] for rows in strips((values.shape[0], values.shape[1])))
    return np.flatnonzero(sum(np.bincount(part.ravel(), minlength=_ENTRIES) for part in strip))


def above_half(values: AnyArray) -> BoolArray:
    """Mark what is more than half of the largest value: masks of 0 and 1 do as well as those of 0 and 255."""
    return np.asarray(values > values.max() / 2)


def mask_pixels(data: bytes) -> MaskPixels:
    """Read a mask's picture, upright.

    Raises
    ------
    ImageError
        As :func:`tabsam.pictures.decoding.decode` does.
    """
    if is_tiff(data):
        return in_words(lambda: _of_tiff(data))
    pixels = decode(data).pixels
    return _of_raster(pixels) if isinstance(pixels, Raster) else mask_pixels_of(pixels)


def mask_pixels_of(image: Image.Image) -> MaskPixels:
    """Take an image of Pillow's, of any mode."""
    alpha = _telling(_alpha_of(image)) if image.has_transparency_data else None
    if image.mode in ("1", "L") or image.mode.startswith(("I", "F")):
        return MaskPixels(values=array_of(image), alpha=alpha)
    if image.mode == "P":
        palette = np.array(image.getpalette("RGB") or [], np.uint8).reshape(-1, 3)
        return MaskPixels(entries=array_of(image), palette=palette, alpha=alpha)
    if image.mode == "LA":
        return MaskPixels(values=array_of(image.getchannel("L")), alpha=alpha)
    return MaskPixels(colors=array_of(image, "RGB"), alpha=alpha)


def _alpha_of(image: Image.Image) -> UInt8Array:
    parts = (strip_of(image, rows).convert("RGBA").getchannel("A") for rows in strips((image.height, image.width)))
    return np.concatenate([np.asarray(part) for part in parts])


def _of_raster(raster: Raster, pages: int = 1) -> MaskPixels:
    alpha = _telling(raster.opacity())
    if raster.values.shape[2] < 3:
        return MaskPixels(values=raster.band(0), alpha=alpha, pages=pages)
    return MaskPixels(colors=array_of(raster.opaque().to_rgb()), alpha=alpha, pages=pages)


def _of_tiff(data: bytes) -> MaskPixels:
    pages = pages_of(TiffFile(io.BytesIO(data)))
    layout = pages[0].layout
    check_size(layout.size, MAX_MEGAPIXELS)
    check_samples(layout.size, layout.segment_size, layout.bits)
    if layout.photometric == PALETTE and max(layout.bits) <= 8:
        return MaskPixels(entries=read_samples(layout, [0])[..., 0], palette=palette_of(layout), pages=len(pages))
    if layout.samples == 1:
        return MaskPixels(values=_numbers(layout), pages=len(pages))
    return _of_raster(raster_of(layout), len(pages))


def _numbers(layout: Layout) -> AnyArray:
    """Give the numbers as they stand; of one in black and white alone whose white is 0, as they are seen."""
    values = read_samples(layout, [0])[..., 0]
    if layout.photometric == WHITE_IS_ZERO and values.dtype.kind == "u":
        white = values.dtype.type(2 ** max(layout.bits) - 1)
        if ((values == 0) | (values == white)).all():
            return np.asarray(white - values)
    return values


def _telling(alpha: UInt8Array | None) -> UInt8Array | None:
    return alpha if alpha is not None and alpha.min() < alpha.max() else None
