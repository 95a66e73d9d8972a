"""Pixels of more than 8 bits are the same however they are held, in however many strips, and whichever way they lie."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tabsam.arrays import AnyArray, UInt8Array
from tabsam.pictures import strips
from tabsam.pictures.byte_pairs import BytePairs
from tabsam.pictures.decoding import decode
from tabsam.pictures.mask_pixels import mask_pixels
from tabsam.pictures.raster import Raster
from tabsam.pictures.turning import turned, upright
from tests.hostile.large_pictures import deep_png, ramp

RNG = np.random.default_rng(0)
VALUES = RNG.integers(0, 1 << 16, (13, 10, 3), dtype=np.uint16)
ALPHA = RNG.choice(np.array([0, 100, 255], np.uint8), (13, 10))


@pytest.fixture(autouse=True)
def few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strips, "_PIXELS", 40)


def same(one: Any, other: Any) -> bool:
    return np.array_equal(np.asarray(one), np.asarray(other))


def pairs_of(values: AnyArray, alpha: UInt8Array | None) -> BytePairs:
    parts = [(values >> 8).astype(np.uint8), (values & 255).astype(np.uint8)]
    high, low = (Image.fromarray(part if alpha is None else np.dstack([part, alpha])) for part in parts)
    return BytePairs(high, low)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("alpha", [None, ALPHA], ids=["opaque", "transparent"])
def test_byte_pairs_are_as_an_array(alpha: UInt8Array | None, orientation: int) -> None:
    whole = Raster(VALUES, 65535.0, are_colors=True, alpha=alpha, orientation=orientation)

    def pairs() -> Raster:
        return replace(whole, values=pairs_of(VALUES, alpha), alpha=None)

    assert pairs().ranges() == whole.ranges()
    assert same(pairs().to_rgb(), whole.to_rgb())
    assert same(pairs().opaque().to_rgb(), whole.opaque().to_rgb())
    assert same(pairs().reduced(5).to_rgb(), whole.reduced(5).to_rgb())
    assert all(same(pairs().band(index), turned(VALUES[..., index], orientation)) for index in range(3))
    assert (alpha is None) == (pairs().opacity() is None) == (whole.opacity() is None)
    if alpha is not None:
        assert same(pairs().opacity(), turned(alpha, orientation))


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int16, np.float32])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_lies_on_its_side_is_seen_and_reduced_upright(orientation: int, kind: type) -> None:
    values: AnyArray = (VALUES // 300).astype(kind)
    lying = Raster(values, 255.0, orientation=orientation)
    standing = Raster(turned(values, orientation), 255.0)
    assert same(lying.to_rgb(), standing.to_rgb())
    assert same(lying.reduced(4).to_rgb(), standing.reduced(4).to_rgb())
    assert same(np.asarray(upright(Image.fromarray(ALPHA), orientation)), turned(ALPHA, orientation))


@pytest.mark.parametrize("color", [0, 2, 4, 6])
def test_a_png_of_16_bits_has_its_values_and_its_opacity(color: int) -> None:
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[color]
    values = ramp(9, 21, channels, np.uint16)
    raster = decode(deep_png(color)(9, 21)).pixels
    assert isinstance(raster, Raster)
    for index in range(3 if channels > 2 else 1):
        assert same(raster.band(index), values[..., index])
    if channels in (1, 3):
        assert raster.opacity() is None
        return
    assert same(raster.opacity(), values[..., -1] >> 8)
    assert mask_pixels(deep_png(color)(9, 21)).alpha is not None


@pytest.mark.parametrize("color", [0, 2])
def test_of_a_png_of_16_bits_one_colour_may_be_transparent(color: int) -> None:
    raster = decode(deep_png(color, transparent=True)(9, 21)).pixels
    assert isinstance(raster, Raster)
    is_clear = (ramp(9, 21, 3 if color else 1, np.uint16) == 3).all(axis=2)
    assert is_clear.any()
    assert same(raster.opacity(), np.where(is_clear, 0, 255))


def test_byte_pairs_cannot_be_seen_twice() -> None:
    raster = Raster(pairs_of(VALUES, None), 65535.0, are_colors=True)
    raster.to_rgb()
    with pytest.raises(AssertionError):
        raster.to_rgb()
