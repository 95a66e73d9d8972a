"""Colours of 16 bits as Pillow can hold them: the upper bytes in one picture, the lower ones in another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, UInt8Array
from tabsam.pictures.strips import strip_of, strips

_BANDS = 3
_OPAQUE = 255


class BytePairs:
    """Samples of 16 bits, (height, width, 3): as an array they would not fit beside what they are decoded to, or seen as.

    Parameters
    ----------
    high, low : PIL.Image.Image, mode "RGB" or "RGBA"
    clear : (3,), optional
        The colour that is transparent.
    """

    def __init__(self, high: Image.Image, low: Image.Image, clear: AnyArray | None = None) -> None:
        self._images: tuple[Image.Image, Image.Image] | None = high, low
        self._clear = clear
        self.shape = high.height, high.width, _BANDS
        self.dtype = np.dtype(np.uint16)
        self._has_alpha = high.mode == "RGBA" and high.getchannel("A").getextrema() != (_OPAQUE, _OPAQUE)

    def band(self, rows: slice, index: int) -> AnyArray:
        """Give some rows of a band, (rows, width)."""
        high, low = self._there
        values: AnyArray = np.asarray(strip_of(high, rows).getchannel(index)).astype(self.dtype)
        values <<= np.uint16(8)
        values |= np.asarray(strip_of(low, rows).getchannel(index))
        return values

    def alpha(self, rows: slice) -> UInt8Array | None:
        """Give how opaque some rows are, (rows, width); None where all are."""
        if self._clear is None:
            return None if not self._has_alpha else np.asarray(strip_of(self._there[0], rows).getchannel("A"))
        is_clear = np.logical_and.reduce([self.band(rows, index) == self._clear[index] for index in range(_BANDS)])
        return np.where(is_clear, 0, _OPAQUE).astype(np.uint8)

    def sampled(self, down: slice, across: slice) -> AnyArray:
        """Give the pixels of every n-th row and column, (rows, columns, 3)."""
        height, width = self.shape[:2]
        wanted = range(*down.indices(height))
        given = np.empty((len(wanted), len(range(*across.indices(width))), _BANDS), self.dtype)
        for number, row in enumerate(wanted):
            for index in range(_BANDS):
                given[number, :, index] = self.band(slice(row, row + 1), index)[0, across]
        return given

    def opaque(self) -> BytePairs:
        """Give the same without its opacity, in the place of these."""
        given = BytePairs(*self._there)
        given._has_alpha, self._images = False, None
        return given

    def become(self, seen: Callable[[slice], Image.Image]) -> Image.Image:
        """Turn into the RGB picture of which `seen` makes each strip: it takes the samples' place, and they are gone."""
        picture = self._there[0]
        for rows in strips((self.shape[0], self.shape[1])):
            picture.paste(seen(rows), (0, rows.start))
        self._images = None
        return picture if picture.mode == "RGB" else picture.convert("RGB")

    @property
    def _there(self) -> tuple[Image.Image, Image.Image]:
        assert self._images is not None, "these samples have become a picture"
        return self._images
