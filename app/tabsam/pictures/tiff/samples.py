"""From decompressed bytes to numbers: of 1 to 64 bits, unsigned, signed or floating, in either byte order, differences undone."""

from __future__ import annotations

import numpy as np

from tabsam.arrays import AnyArray, UInt8Array
from tabsam.pictures.faults import NotSupported
from tabsam.pictures.tiff.layout import Layout

_UNSIGNED, _SIGNED, _FLOAT, _VOID, _COMPLEX_INT, _COMPLEX = 1, 2, 3, 4, 5, 6
_DIFFERENCES, _FLOAT_DIFFERENCES = 2, 3
_UNPACKED_AT_ONCE = 1 << 22


def samples_of(data: UInt8Array, layout: Layout, shape: tuple[int, int, int]) -> AnyArray:
    """Give the samples of a strip or a tile.

    Parameters
    ----------
    data : uint8, of as many bytes as its rows need
    shape : (height, width, samples)

    Returns
    -------
    (height, width, samples), in this machine's byte order
        uint8 ... uint64, int8 ... int64, float16 ... float64; the size of complex numbers.
    """
    bits = layout.bits[0]
    if any(other != bits for other in layout.bits) and shape[2] > 1:
        return _unpacked(data, layout.bits, shape)
    if layout.format in (_COMPLEX_INT, _COMPLEX):
        return _magnitude(data, layout, bits, shape)
    if layout.format == _FLOAT:
        return _floats(data, layout, bits, shape)
    if bits in (8, 16, 32, 64):
        kind = "i" if layout.format == _SIGNED else "u"
        values = data.view(f"{layout.directory.file.order}{kind}{bits // 8}").reshape(shape)
        values = values.astype(values.dtype.newbyteorder("="), copy=False)
        # sums wrap round as the differences did
        return np.cumsum(values, axis=1, dtype=values.dtype) if layout.predictor == _DIFFERENCES else values
    if bits > 64:
        raise NotSupported(f"a TIFF of {bits} bits a sample")
    if bits % 8 == 0:
        return _of_odd_bytes(data, layout, bits // 8, shape)
    values = _unpacked(data, (bits,) * shape[2], shape)
    return _with_sign(values, bits) if layout.format == _SIGNED else values


def row_bytes(layout: Layout, width: int, samples: int) -> int:
    """Count the bytes of a row: it begins at a whole one."""
    bits = sum(layout.bits) if samples == layout.samples else layout.bits[0] * samples
    return -(-width * bits // 8)


def _floats(data: UInt8Array, layout: Layout, bits: int, shape: tuple[int, int, int]) -> AnyArray:
    if bits not in (16, 24, 32, 64):
        raise NotSupported(f"a TIFF of floats of {bits} bits")
    count, order = bits // 8, layout.directory.file.order
    if layout.predictor == _FLOAT_DIFFERENCES:
        height, width, samples = shape
        rows = data.reshape(height, -1, samples)
        # the most significant bytes of all samples first, then the next ones, whatever the file's byte order
        summed = np.cumsum(rows, axis=1, dtype=np.uint8).reshape(height, count, width * samples)
        data, order = np.ascontiguousarray(summed.transpose(0, 2, 1)).ravel(), ">"
    if bits == 24:
        return _floats_of_24_bits(data.reshape(*shape, 3)[..., :: 1 if order == ">" else -1])
    values = data.view(f"{order}f{count}").reshape(shape)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _floats_of_24_bits(parts: UInt8Array) -> AnyArray:
    """Take one bit for the sign, 7 for the exponent and 16 for the fraction, the most significant byte first."""
    high = parts[..., 0].astype(np.int32)
    fraction = (parts[..., 1].astype(np.int32) << 8 | parts[..., 2]) / 65536.0
    sign, exponent = np.where(high & 0x80, -1.0, 1.0), high & 0x7F
    with np.errstate(over="ignore"):
        normal = sign * np.ldexp(1 + fraction, exponent - 63)
    values = np.where(exponent == 0, sign * np.ldexp(fraction, -62), normal)
    return np.where(exponent == 0x7F, np.where(fraction > 0, np.nan, sign * np.inf), values).astype(np.float32)


def _magnitude(data: UInt8Array, layout: Layout, bits: int, shape: tuple[int, int, int]) -> AnyArray:
    if bits not in (32, 64, 128) or (layout.format == _COMPLEX and bits == 32):
        raise NotSupported(f"a TIFF of complex numbers of {bits} bits")
    kind = "f" if layout.format == _COMPLEX else "i"
    parts = data.view(f"{layout.directory.file.order}{kind}{bits // 16}").reshape(*shape, 2).astype(np.float64)
    return np.hypot(parts[..., 0], parts[..., 1]).astype(np.float32)


def _of_odd_bytes(data: UInt8Array, layout: Layout, count: int, shape: tuple[int, int, int]) -> AnyArray:
    """Read integers of 3, 5, 6 or 7 bytes."""
    parts = data.reshape(*shape, count)
    if layout.directory.file.order == "<":
        parts = parts[..., ::-1]
    values = np.zeros(shape, np.uint32 if count == 3 else np.uint64)
    for place in range(count):
        values = values << np.asarray(8, values.dtype) | parts[..., place]
    return _with_sign(values, 8 * count) if layout.format == _SIGNED else values


def _unpacked(data: UInt8Array, bits: tuple[int, ...], shape: tuple[int, int, int]) -> AnyArray:
    """Read integers that do not end at bytes: the highest bit comes first, whatever the file's byte order."""
    height, width, _ = shape
    rows = data.reshape(height, -1)
    most = max(bits)
    kind = next(kind for kind in (np.uint8, np.uint16, np.uint32, np.uint64) if most <= 8 * np.dtype(kind).itemsize)
    result = np.zeros(shape, kind)
    starts = np.cumsum((0, *bits))
    at_once = max(1, _UNPACKED_AT_ONCE // max(1, width * int(starts[-1])))
    for top in range(0, height, at_once):
        part = rows[top : top + at_once]
        pixels = np.unpackbits(part, axis=1)[:, : width * starts[-1]].reshape(len(part), width, starts[-1])
        for sample, count in enumerate(bits):
            target = result[top : top + at_once, :, sample]
            for bit in range(starts[sample], starts[sample] + count):
                target <<= kind(1)
                target |= pixels[..., bit]
    return result


def _with_sign(values: AnyArray, bits: int) -> AnyArray:
    kind = values.dtype
    beyond = np.asarray(8 * kind.itemsize - bits, kind)
    signed = (values << beyond).view(f"i{kind.itemsize}")
    return np.asarray(signed >> beyond.astype(signed.dtype))
