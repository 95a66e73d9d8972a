"""Pixels as a file has them, and how those of more than 8 bits are brought to what a screen shows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, BoolArray, Float64Array, UInt8Array

NO_VALUE = 1e38
"""What is not smaller is no measurement: infinity, or the largest 32-bit float, which maps have where nothing was measured."""

_TAIL = 0.001
"""Of the pixels: so many at either end may be dead or hot ones, or reflections."""

_CHUNK = 1 << 20
"""Pixels that are measured, or brought to 8 bits, at once: copies of all of a large picture would not fit into a tab."""


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
        Grey has one band, and colours have three.
    full : float
        What white is: 255 for 8 bits, 65535 for 16, 1 for floats.
    are_colors : bool
        Whether the bands are red, green and blue; else each is a measurement of its own.
    alpha : uint8 (height, width), or None
    no_value : float or None
        What the file says stands where nothing was measured.
    names : names
        Of all bands that the file has, those that are not here among them.
    shown : indices
        Which of them these are.
    """

    values: AnyArray
    full: float
    are_colors: bool = False
    alpha: UInt8Array | None = None
    no_value: float | None = None
    names: tuple[str, ...] = ()
    shown: tuple[int, ...] = ()

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
        """Give an RGB picture: one band is grey, of more the first three are colours; transparency is laid over white."""
        bands = 3 if self.values.shape[2] >= 3 else 1
        ranges = self.ranges() if ranges is None else ranges
        height, width = self.values.shape[:2]
        image = Image.new("RGB", (width, height), "white")
        for rows in self._strips():
            seen = [_to_8_bits(self.values[rows, :, band], ranges[band], self._no_value_of_band()) for band in range(bands)]
            strip = Image.fromarray(np.dstack(seen)) if bands == 3 else Image.fromarray(seen[0]).convert("RGB")
            image.paste(strip, (0, rows.start), None if self.alpha is None else Image.fromarray(self.alpha[rows]))
        return image

    def reduced(self, longest_side: int) -> Raster:
        """Give every n-th pixel: no more than a screen shows. Its values are measured as all of them were."""
        step = max(1, -(-max(self.values.shape[:2]) // longest_side))
        alpha = None if self.alpha is None else self.alpha[::step, ::step]
        return replace(self, values=self.values[::step, ::step].copy(), alpha=alpha)

    def _no_value_of_band(self) -> float | None:
        return self.no_value if self.is_deep else None

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

    def _strips(self) -> Iterator[slice]:
        """Part the rows so that what is made of them on the way fits into a tab."""
        height, width = self.values.shape[:2]
        rows = max(1, _CHUNK // max(width, 1))
        return (slice(top, top + rows) for top in range(0, height, rows))

    def _measured(self, band: int) -> Iterator[AnyArray]:
        """Give what was measured of a band, and can be seen, (n,) at a time."""
        alpha = self.alpha if self.alpha is not None and self.alpha.any() else None
        for rows in self._strips():
            values = self.values[rows, :, band]
            sound: BoolArray | None = None
            if values.dtype.kind == "f":
                sound = np.isfinite(values) if values.dtype.itemsize == 2 else np.abs(values) < NO_VALUE
            if self.no_value is not None:
                there = values != self.no_value
                sound = there if sound is None else sound & there
            if alpha is not None:
                seen = alpha[rows] > 0
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
