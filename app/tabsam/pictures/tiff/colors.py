"""From a page's samples to a raster: what its samples are, as the tags say, and as they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, Float64Array, UInt8Array
from tabsam.pictures.faults import NotSupported
from tabsam.pictures.raster import Raster, unless_opaque
from tabsam.pictures.tiff.layout import YCBCR, Layout
from tabsam.pictures.tiff.segments import read_converted

WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, PALETTE, _MASK, _SEPARATED = 0, 1, 2, 3, 4, 5
_LABS = {8: "CIE", 9: "ICC", 10: "ITU"}
_LINEAR_RAW = 34892
_UNREADABLE = {32803: "a camera's raw sensor data", 32844: "SGI LogL", 32845: "SGI LogLuv", 51177: "a depth map's tags"}
_COLOR_MAP, _INK_SET, _NO_DATA, _REFERENCE, _COEFFICIENTS = 320, 332, 42113, 532, 529
_ASSOCIATED, _ALPHA = 1, 2


def bands_of(layout: Layout) -> tuple[str, ...]:
    """Name the bands that can be chosen from: what is no alpha; none where the samples are colours in another way than RGB."""
    colors = {_RGB: 3, WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _MASK: 1, _LINEAR_RAW: 1}.get(layout.photometric, 0)
    if not colors:
        return ()
    alpha = _alpha_of(layout)
    count = sum(sample != alpha for sample in range(layout.samples))
    if count < 2 or (colors == 3 and count == 3):
        return ()
    known = ("red", "green", "blue") if colors == 3 else ()
    return tuple(known[place] if place < len(known) else f"band {place + 1}" for place in range(count))


def raster_of(layout: Layout, bands: Sequence[int] | None = None) -> Raster:
    """Read a page.

    Parameters
    ----------
    bands : indices, optional
        Of :func:`bands_of`: three are red, green and blue, one is grey. Where it is left out, the first three, or the first
        of two.

    Raises
    ------
    TiffFault, NotSupported
    """
    if layout.photometric in _UNREADABLE:
        raise NotSupported(_UNREADABLE[layout.photometric])
    if layout.photometric == PALETTE:
        return Raster(_palette_colors(layout), 255, are_colors=True)
    if layout.photometric in (_SEPARATED, YCBCR, *_LABS):
        return _converted(layout)
    alpha, names = _alpha_of(layout), bands_of(layout)
    usable = [sample for sample in range(layout.samples) if sample != alpha]
    shown = tuple(bands) if bands else tuple(range(3 if len(usable) >= 3 else 1))
    shown = tuple(band for band in shown if 0 <= band < len(usable)) or (0,)
    wanted = [usable[band] for band in shown] + ([] if alpha is None else [alpha])
    values, *opacity = read_converted(layout, wanted, lambda samples: _measured(layout, samples, len(shown)))
    full = _full(values.dtype, layout)
    return Raster(
        values,
        255 if values.dtype == np.uint8 else full,  # fewer bits are spread
        are_colors=layout.photometric == _RGB and shown == (0, 1, 2),
        alpha=unless_opaque(opacity[0] if opacity else None),
        no_value=_no_value(layout),
        names=names,
        shown=shown if names else (),
    )


def _measured(layout: Layout, samples: AnyArray, count: int) -> tuple[AnyArray, ...]:
    """Take the first samples for bands, and one after them for the opacity."""
    values, full = samples[..., :count], _full(samples.dtype, layout)
    opacity: tuple[UInt8Array, ...] = ()
    if samples.shape[2] > count:
        opaque = np.clip(np.nan_to_num(samples[..., count].astype(np.float64)) / full, 0, 1)
        opacity = (np.rint(opaque * 255).astype(np.uint8),)
        if _ASSOCIATED in layout.extra:
            kind = values.dtype
            whole = np.divide(values, opaque[..., np.newaxis], out=np.zeros(values.shape), where=opaque[..., np.newaxis] > 0)
            values = (np.rint(np.clip(whole, 0, full)) if kind.kind in "ui" else whole).astype(kind)
    if layout.photometric == WHITE_IS_ZERO:
        values = (-1 - values if values.dtype.kind == "i" else full - values).astype(values.dtype)
    if values.dtype == np.uint8 and full < 255:
        values = _spread(values, full)
    return values, *opacity


def _spread(values: AnyArray, full: float) -> UInt8Array:
    """Bring 1 to 7 bits to 8, white to white."""
    levels = np.rint(np.minimum(np.arange(256) * (255 / full), 255)).astype(np.uint8)
    return np.asarray(levels[values])


def _full(kind: np.dtype[Any], layout: Layout) -> float:
    """Give what white is."""
    if kind.kind == "f":
        return 1.0
    bits = max(layout.bits) if layout.format != 2 else max(layout.bits) - 1
    # JPEG and the like have their own depth, which the tag may have wrong
    return float(2 ** min(bits, 8 * kind.itemsize) - 1)


def _no_value(layout: Layout) -> float | None:
    try:
        return float(layout.directory.text(_NO_DATA))
    except ValueError:
        return None


def _alpha_of(layout: Layout) -> int | None:
    """Give which sample is the opacity."""
    first = layout.samples - len(layout.extra)
    alphas = [first + place for place, kind in enumerate(layout.extra) if kind in (_ASSOCIATED, _ALPHA)]
    return alphas[0] if alphas and alphas[0] > 0 else None


def _palette_colors(layout: Layout) -> UInt8Array:
    palette = palette_of(layout)
    (colors,) = read_converted(layout, [0], lambda entries: (palette[np.minimum(entries[..., 0], len(palette) - 1)],))
    return colors


def palette_of(layout: Layout) -> UInt8Array:
    """Give an indexed page's colours, (entries, 3)."""
    flat = np.array(layout.directory.integers(_COLOR_MAP), np.int64)
    if len(flat) < 3:
        raise NotSupported("a palette that is not in the file")
    columns = flat[: len(flat) // 3 * 3].reshape(3, -1).T
    # 16 bits a colour; some write 8
    return np.clip(columns >> 8 if columns.max() > 255 else columns, 0, 255).astype(np.uint8)


def _converted(layout: Layout) -> Raster:
    """Bring other colours to RGB of 8 bits."""
    count = 4 if layout.photometric == _SEPARATED else 3
    if layout.samples < count or layout.directory.integer(_INK_SET, 1) != 1:
        raise NotSupported("inks other than cyan, magenta, yellow and black")
    alpha = _alpha_of(layout)
    wanted = [*range(count), *([] if alpha is None else [alpha])]
    colors, *opacity = read_converted(layout, wanted, lambda samples: _as_rgb(layout, samples, count))
    return Raster(colors, 255, are_colors=True, alpha=opacity[0] if opacity else None)


def _as_rgb(layout: Layout, samples: AnyArray, count: int) -> tuple[UInt8Array, ...]:
    colors, full = samples[..., :count], _full(samples.dtype, layout)
    opacity = [np.rint(samples[..., count] * (255 / full)).astype(np.uint8)] if samples.shape[2] > count else []
    if layout.photometric in _LABS:
        return _rgb_of_lab(colors, _LABS[layout.photometric]), *opacity
    if colors.dtype != np.uint8:
        colors = np.rint(np.clip(colors, 0, full) * (255 / full)).astype(np.uint8)
    if layout.photometric == _SEPARATED:
        return np.asarray(Image.fromarray(np.ascontiguousarray(colors), mode="CMYK").convert("RGB")), *opacity
    is_done = layout.compression in (7, 34892)  # by Pillow
    return colors if is_done else _rgb_of_ycbcr(colors, layout), *opacity


def _rgb_of_ycbcr(colors: UInt8Array, layout: Layout) -> UInt8Array:
    red, green, blue = (layout.directory.numbers(_COEFFICIENTS) or (0.299, 0.587, 0.114))[:3]
    black, white, blue_zero, blue_most, red_zero, red_most = (
        layout.directory.numbers(_REFERENCE) or (0, 255, 128, 255, 128, 255)
    )[:6]
    values = colors.astype(np.float32)
    luma = (values[..., 0] - black) * (255 / (white - black or 255))
    towards_blue = (values[..., 1] - blue_zero) * (127 / (blue_most - blue_zero or 127))
    towards_red = (values[..., 2] - red_zero) * (127 / (red_most - red_zero or 127))
    r, b = luma + towards_red * (2 - 2 * red), luma + towards_blue * (2 - 2 * blue)
    g = (luma - red * r - blue * b) / (green or 1)
    return np.asarray(np.rint(np.clip(np.dstack([r, g, b]), 0, 255)).astype(np.uint8))


def _rgb_of_lab(colors: AnyArray, kind: str) -> UInt8Array:
    """Take L*a*b* under D50 to sRGB."""
    if colors.dtype.kind == "f":
        lab: Float64Array = colors.astype(np.float64)
    else:
        unit = 2.0 ** (8 * colors.dtype.itemsize - 8)
        signed = colors[..., 1:].astype(np.float64) / unit
        # CIE's are signed; ICC's begin at -128
        chroma = np.where(signed >= 128, signed - 256, signed) if kind == "CIE" else signed - 128
        lab = np.dstack([colors[..., :1] * (100 / (256 * unit - 1)), chroma])
    y = (lab[..., 0] + 16) / 116
    spread = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    xyz = np.where(spread > 6 / 29, spread**3, (spread - 4 / 29) * (108 / 841)) * (0.9642, 1.0, 0.8249)
    to_linear = np.array(
        [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]]
    )
    linear = np.clip(xyz @ to_linear.T, 0, 1)
    seen = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(seen * 255).astype(np.uint8))
