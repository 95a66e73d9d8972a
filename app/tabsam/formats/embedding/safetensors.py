"""The safetensors format: 8 bytes of length, that many of JSON, and the tensors' bytes, one after another.

It is Hugging Face's (github.com/huggingface/safetensors, "Format"), whose reader is native code; this one reads what embeddings
need and refuses what theirs refuses: tensors that overlap, leave holes or do not fill the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from tabsam.arrays import AnyArray
from tabsam.formats.embedding.limits import MOST_HEADER_BYTES, broken, check_count, checked_shape, checked_texts
from tabsam.formats.embedding.precision import dtype_named, little_endian
from tabsam.json_text import parsed

_NAMES = {"float16": "F16", "float32": "F32"}
_DTYPES = {theirs: ours for ours, theirs in _NAMES.items()}
_METADATA = "__metadata__"
_ALIGNED = 8
"""Bytes: the header is filled up with spaces, so that tensors lie where they can be read without a copy."""


def is_one(start: bytes) -> bool:
    """Tell whether a file begins as one of these does: a text has no zeros, and a length's first byte may be a brace."""
    return start[8:9] == b"{" and 0 in start[:8]


def write(tensors: Mapping[str, AnyArray], metadata: Mapping[str, str]) -> bytes:
    """Write arrays of float16 or float32, in C order, and texts about them."""
    header: dict[str, object] = {_METADATA: dict(metadata)}
    at = 0
    for name, array in tensors.items():
        end = at + array.nbytes
        header[name] = {"dtype": _NAMES[array.dtype.name], "shape": list(array.shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNED)
    return b"".join((len(text).to_bytes(8, "little"), text, *map(little_endian, tensors.values())))


def read(data: bytes | bytearray | memoryview) -> tuple[dict[str, AnyArray], dict[str, str]]:
    """Read arrays, which are views of ``data``, and the texts about them.

    Raises
    ------
    FormatError
        ``embedding-broken``, ``embedding-dtype``, ``embedding-too-large``, ``not-json`` or ``too-deep``.
    """
    whole = memoryview(data).cast("B")
    length = int.from_bytes(whole[:8], "little")
    if len(whole) < 8 or length > len(whole) - 8:
        raise broken("its header is longer than the file")
    if length > MOST_HEADER_BYTES:
        raise broken("its header is longer than any embedding's")
    header = parsed(bytes(whole[8 : 8 + length]))
    if not isinstance(header, dict):
        raise broken("its header is no object")
    metadata = checked_texts(header.pop(_METADATA, {}))
    check_count(len(header))
    body = whole[8 + length :]
    places = {name: _place(name, entry, len(body)) for name, entry in header.items()}
    _check_they_fill_it(sorted((start, end) for _, _, start, end in places.values()), len(body))
    return {
        name: np.frombuffer(body[start:end], np.dtype(dtype).newbyteorder("<")).reshape(shape)
        for name, (dtype, shape, start, end) in places.items()
    }, metadata


def _place(name: str, entry: object, size: int) -> tuple[str, tuple[int, ...], int, int]:
    """Give a tensor's dtype and shape, and where it begins and ends."""
    if not isinstance(entry, dict):
        raise broken(f"'{name}' is not described")
    stated = entry.get("dtype")
    dtype = dtype_named(_DTYPES.get(stated, str(stated)) if isinstance(stated, str) else "none")
    shape = checked_shape(entry.get("shape"), name)
    offsets = entry.get("data_offsets")
    if not isinstance(offsets, list) or len(offsets) != 2 or any(type(one) is not int for one in offsets):
        raise broken(f"'{name}' does not say where it is")
    start, end = offsets
    if not 0 <= start <= end <= size:
        raise broken(f"'{name}' lies outside the file; it may have been cut off")
    if end - start != math.prod(shape) * np.dtype(dtype).itemsize:
        raise broken(f"'{name}' has other bytes than its shape says")
    return dtype, shape, start, end


def _check_they_fill_it(places: list[tuple[int, int]], size: int) -> None:
    ends = [(0, 0), *places, (size, size)]
    if any(end != start for (_, end), (start, _) in pairwise(ends)):
        raise broken("its tensors overlap, or leave holes")
