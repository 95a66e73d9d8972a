"""Pixels as a file has them, and how those of more than 8 bits are brought to what a screen shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, BoolArray, Float64Array, Size, UInt8Array
from tabsam.pictures.byte_pairs import BytePairs
from tabsam.pictures.strips import strips
from tabsam.pictures.turning import is_mirrored, turned, upright

NO_VALUE = 1e38
"""What is not smaller is no measurement: infinity, or the largest 32-bit float, which maps have where nothing was measured."""

_TAIL = 0.001
"""Of the pixels: so many at either end may be dead or hot ones, or reflections."""

_OPAQUE = 255

_TABLED = 1 << 16
"""How many values a sample of 16 bits may have."""


def unless_opaque(alpha: UInt8Array | None) -> UInt8Array | None:
    """Give how opaque each pixel is; None where all are, which need not be looked at again."""
    return None if alpha is None or alpha.min() == _OPAQUE else alpha


@dataclass(frozen=True)
class Range:
    """The values that are shown as black and as white; what lies beyond is as dark or as bright.

    Attributes
    ----------
    low, high : float
        In the file's own values.
    """

    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Raster:
    """Pixels as they are.

    Attributes
    ----------
    values : (height, width, bands), any real dtype
        As they lie in the file. Grey has one band, and colours have three.
    full : float
        What white is: 255 for 8 bits, 65535 for 16, 1 for floats.
    are_colors : bool
        Whether the bands are red, green and blue; else each is a measurement of its own.
    alpha : uint8 (height, width), or None
        None also where the values tell it.
    no_value : float or None
        What the file says stands where nothing was measured.
    names : names
        Of all bands that the file has, those that are not here among them.
    shown : indices
        Which of them these are.
    orientation : 1 to 8
        How the values are to be turned to stand upright; what is made of them is.
    """

    values: AnyArray | BytePairs
    full: float
    are_colors: bool = False
    alpha: UInt8Array | None = None
    no_value: float | None = None
    names: tuple[str, ...] = ()
    shown: tuple[int, ...] = ()
    orientation: int = 1

    @property
    def is_deep(self) -> bool:
        """Whether there is more than the 256 values that a screen has."""
        return self.values.dtype != np.uint8

    def ranges(self) -> tuple[Range, ...]:
        """Give the range that is shown of each band, by this rule.

        8 bits are shown as they are. So are colours that fill the range of their type at least to the half. All else is stretched
        from its darkest to its brightest value, colours by one range for all three; where the outermost thousandth of the pixels
        at either end would take more than half of that, without these.
        """
        bands = self.values.shape[2]
        if not self.is_deep:
            return tuple([Range(0.0, self.full)] * bands)
        found = [self._extent(band) for band in range(bands)]
        if not self.are_colors:
            return tuple(found)
        low, high = min(one.low for one in found), max(one.high for one in found)
        is_full = low >= 0 and self.full / 2 < high <= self.full
        return tuple([Range(0.0, self.full) if is_full else Range(low, high)] * bands)

    def to_rgb(self, ranges: Sequence[Range] | None = None) -> Image.Image:
        """Give an RGB picture: one band is grey, of more the first three are colours; transparency is laid over white.

        Byte pairs become it: there is no room for both.
        """
        seen = self._seen_by(self.ranges() if ranges is None else ranges)
        if isinstance(self.values, BytePairs):
            return upright(self.values.become(seen), self.orientation)
        (height, width), on_its_side = self._size, self.orientation > 4
        image = Image.new("RGB", (height, width) if on_its_side else (width, height))
        for rows in strips(self._size):
            start = height - rows.stop if is_mirrored(self.orientation)[0] else rows.start
            image.paste(upright(seen(rows), self.orientation), (start, 0) if on_its_side else (0, start))
        return image

    def reduced(self, longest_side: int) -> Raster:
        """Give every n-th pixel: no more than a screen shows. Its values are measured as all of them were."""
        step = max(1, -(-max(self._size) // longest_side))
        # counted from where the first row, and the first column, will be
        down, across = (
            slice((length - 1) % step if mirrored else 0, None, step)
            for length, mirrored in zip(self._size, is_mirrored(self.orientation), strict=True)
        )
        values = self.values.sampled(down, across) if isinstance(self.values, BytePairs) else self.values[down, across].copy()
        rows = (self._alpha(slice(row, row + 1)) for row in range(*down.indices(self._size[0])))
        alpha = [row[0, across] for row in rows if row is not None]
        return replace(self, values=values, alpha=np.stack(alpha) if alpha else None)

    def band(self, index: int) -> AnyArray:
        """Give all values of a band, (height, width), upright."""
        return turned(np.concatenate([self._band(rows, index) for rows in strips(self._size)]), self.orientation)

    def opaque(self) -> Raster:
        """Give the same as if each pixel had been measured and were opaque; byte pairs go over to it."""
        values = self.values.opaque() if isinstance(self.values, BytePairs) else self.values
        return replace(self, values=values, alpha=None, no_value=None)

    def opacity(self) -> UInt8Array | None:
        """Give how opaque each pixel is, (height, width), upright; None where all are."""
        alpha = self._opacity()
        return None if alpha is None else turned(alpha, self.orientation)

    @property
    def _size(self) -> Size:
        return self.values.shape[0], self.values.shape[1]

    def _band(self, rows: slice, index: int) -> AnyArray:
        return self.values.band(rows, index) if isinstance(self.values, BytePairs) else self.values[rows, :, index]

    def _alpha(self, rows: slice) -> UInt8Array | None:
        if isinstance(self.values, BytePairs):
            return self.values.alpha(rows)
        return None if self.alpha is None else self.alpha[rows]

    def _opacity(self) -> UInt8Array | None:
        parts = [part for rows in strips(self._size) if (part := self._alpha(rows)) is not None]
        return np.concatenate(parts) if parts else None

    def _seen_by(self, ranges: Sequence[Range]) -> Callable[[slice], Image.Image]:
        """Give what makes an RGB picture of some rows."""
        bands = 3 if self.values.shape[2] >= 3 else 1
        no_value = self.no_value if self.is_deep else None
        to_8_bits = [_bringing_to_8_bits(self.values.dtype, ranges[index], no_value) for index in range(bands)]

        def seen(rows: slice) -> Image.Image:
            parts = [Image.fromarray(to_8_bits[index](self._band(rows, index))) for index in range(bands)]
            strip = Image.merge("RGB", parts if bands == 3 else parts * 3)
            alpha = self._alpha(rows)
            if alpha is None:
                return strip
            ground = Image.new("RGB", strip.size, "white")
            ground.paste(strip, None, Image.fromarray(alpha))
            return ground

        return seen

    def _extent(self, band: int) -> Range:
        """Give a band's darkest and brightest value, without the outermost few where these lie far off."""
        count, low, high = 0, math.inf, -math.inf
        for part in self._measured(band):
            if part.size:
                count, low, high = count + part.size, min(low, float(part.min())), max(high, float(part.max()))
        if not count:
            return Range(0.0, 0.0)
        beyond = int(count * _TAIL)
        if beyond and high > low:
            inner_low, inner_high = _inner(self._measured(band), beyond)
            if low < inner_low and inner_low - low > (high - low) / 2:
                low = inner_low
            if high > inner_high > low and high - inner_high > (high - low) / 2:
                high = inner_high
        return Range(low, high)

    def _measured(self, band: int) -> Iterator[AnyArray]:
        """Give what was measured of a band, and can be seen, (n,) at a time."""
        is_seen = any(alpha is not None and alpha.any() for alpha in map(self._alpha, strips(self._size)))
        for rows in strips(self._size):
            values = self._band(rows, band)
            sound: BoolArray | None = None
            if values.dtype.kind == "f":
                sound = np.isfinite(values) if values.dtype.itemsize == 2 else np.abs(values) < NO_VALUE
            if self.no_value is not None:
                there = values != self.no_value
                sound = there if sound is None else sound & there
            alpha = self._alpha(rows)
            if is_seen and alpha is not None:
                seen = alpha > 0
                sound = seen if sound is None else sound & seen
            yield values.ravel() if sound is None else values[sound]


def _inner(parts: Iterable[AnyArray], beyond: int) -> tuple[float, float]:
    """Give the lowest and the highest value when so many at either end are left out; there are more than these."""
    most = beyond + 1
    low: AnyArray | None = None
    high: AnyArray | None = None
    for part in parts:
        # of one part after the other, only what may still be among the outermost
        lower = part if low is None else np.concatenate([low, part[part < low.max()] if low.size == most else part])
        upper = part if high is None else np.concatenate([high, part[part > high.min()] if high.size == most else part])
        low = np.partition(lower, beyond)[:most] if lower.size > most else lower
        high = np.partition(upper, upper.size - most)[-most:] if upper.size > most else upper
    assert low is not None  # there is a part
    assert high is not None
    return float(low.max()), float(high.min())


def _bringing_to_8_bits(kind: np.dtype[Any], shown: Range, no_value: float | None) -> Callable[[AnyArray], UInt8Array]:
    """Give what brings values of a band to 0 ... 255; of 16 bits each is looked up, which takes no floats."""
    if kind.kind not in "ui" or kind.itemsize != 2:
        return lambda values: _to_8_bits(values, shown, no_value)
    table = _to_8_bits(np.arange(_TABLED, dtype=np.uint16).view(kind), shown, no_value)
    return lambda values: np.asarray(table[values.view(np.uint16)])


def _to_8_bits(values: AnyArray, shown: Range, no_value: float | None) -> UInt8Array:
    """Bring the values of a band to 0 ... 255; infinite ones are as bright as the brightest, what is missing is taken for 0."""
    if values.dtype == np.uint8 and shown == Range(0.0, 255.0):
        return np.ascontiguousarray(values)
    scale = 255.0 / (shown.high - shown.low) if shown.high > shown.low else 0.0
    measured: Float64Array = values.astype(np.float64)
    if values.dtype.kind == "f":
        measured = np.nan_to_num(measured)
    bright = np.rint((np.clip(measured, shown.low, shown.high) - shown.low) * scale)
    return np.asarray(bright if no_value is None else np.where(values == no_value, 0, bright)).astype(np.uint8)
