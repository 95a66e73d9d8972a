"""Embeddings as plain JSON, for pages that have nothing but a browser: each tensor's bytes in base64, little-endian."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping

import numpy as np

from tabsam.arrays import AnyArray
from tabsam.errors import FormatError
from tabsam.formats.embedding.limits import broken, check_count, checked_shape, checked_texts
from tabsam.formats.embedding.precision import dtype_named, little_endian
from tabsam.json_text import parsed

MARK = "tabsam_embedding"
VERSION = 1


def write(tensors: Mapping[str, AnyArray], metadata: Mapping[str, str]) -> bytes:
    """Write arrays of float16 or float32, in C order, and texts about them."""
    made = {
        name: {
            "dtype": array.dtype.name,
            "shape": list(array.shape),
            "data": base64.b64encode(little_endian(array)).decode(),
        }
        for name, array in tensors.items()
    }
    return json.dumps({MARK: VERSION, "metadata": dict(metadata), "tensors": made}, ensure_ascii=False).encode()


def read(data: bytes) -> tuple[dict[str, AnyArray], dict[str, str]]:
    """Read arrays, and the texts about them.

    Raises
    ------
    FormatError
        ``embedding-unknown`` for other JSON, ``embedding-version``, ``embedding-broken``, ``embedding-dtype``,
        ``embedding-too-large``, ``not-json`` or ``too-deep``.
    """
    value = parsed(data)
    if not isinstance(value, dict) or MARK not in value:
        raise FormatError(
            "embedding-unknown", f"This JSON is no embedding: it has no '{MARK}'.", "Check that you chose the right file."
        )
    if value[MARK] != VERSION:
        raise FormatError("embedding-version", "This embedding is of a newer version than is known here.", "Use a newer tabsam.")
    metadata, tensors = checked_texts(value.get("metadata", {})), value.get("tensors")
    if not isinstance(tensors, dict):
        raise broken("it has no tensors")
    check_count(len(tensors))
    return {name: _array(name, entry) for name, entry in tensors.items()}, metadata


def _array(name: str, entry: object) -> AnyArray:
    if not isinstance(entry, dict):
        raise broken(f"'{name}' is not described")
    dtype = np.dtype(dtype_named(str(entry.get("dtype")))).newbyteorder("<")
    shape, text = checked_shape(entry.get("shape"), name), entry.get("data")
    if not isinstance(text, str):
        raise broken(f"'{name}' has no numbers")
    try:
        plain = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise broken(f"the numbers of '{name}' are not base64", str(error)) from error
    if len(plain) != math.prod(shape) * dtype.itemsize:
        raise broken(f"'{name}' has other bytes than its shape says")
    return np.frombuffer(plain, dtype).reshape(shape)
