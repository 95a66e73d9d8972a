"""NumPy's .npy: one array, as Segment Anything's own notebooks save ``predictor.get_image_embedding()``; and npz's parts.

The format is NumPy's (numpy/lib/format.py). Its header is a Python literal; only the one form that NumPy itself writes is read.
"""

from __future__ import annotations

import math
import re

import numpy as np

from tabsam.arrays import AnyArray
from tabsam.errors import FormatError
from tabsam.formats.embedding.limits import broken, checked_shape
from tabsam.formats.embedding.precision import dtype_named
from tabsam.model.embedding import StoredEmbedding
from tabsam.model.runtime import TensorSpec

MAGIC = b"\x93NUMPY"

_HEADER = re.compile(
    rb"\{'descr': '([<>|=]?\w+)', 'fortran_order': (False|True), 'shape': \(((?:\d{1,10}, ?)*(?:\d{1,10},?)?)\),? ?\} *\n?"
)
_LENGTH_BYTES = {1: 2, 2: 4, 3: 4}
_MOST_HEADER = 10_000

_SHAPE = (1, 256, 64, 64)
"""What SAM 1's encoders give, ViT-B, L and H alike: (256, 64, 64), of one picture."""
_PICTURE = TensorSpec("input_image", "float32", (1, 3, 1024, 1024))
_NAME = "image_embeddings"


def read_meta(data: bytes | bytearray | memoryview) -> StoredEmbedding:
    """Read an embedding of Meta's predictor, (1, 256, 64, 64) or (256, 64, 64); it says neither its model nor its picture.

    Raises
    ------
    FormatError
        ``embedding-unknown`` for an array of another shape, ``embedding-broken`` or ``embedding-dtype``.
    """
    array = read_array(memoryview(data).cast("B"), "array")
    if array.shape not in (_SHAPE, _SHAPE[1:]):
        raise FormatError(
            "embedding-unknown",
            f"This array is no embedding of SAM 1: its shape is {list(array.shape)}.",
            "Save predictor.get_image_embedding(), which has the shape (1, 256, 64, 64); of other models write safetensors.",
        )
    outputs = {_NAME: TensorSpec(_NAME, "float32", _SHAPE)}
    return StoredEmbedding({_NAME: array.reshape(_SHAPE)}, dialect="sam1", encoder_input=_PICTURE, encoder_outputs=outputs)


def read_array(data: memoryview, name: str) -> AnyArray:
    """Read an array of float16 or float32, as a view.

    Raises
    ------
    FormatError
        ``embedding-broken``, ``embedding-dtype`` or ``embedding-too-large``.
    """
    descr, fortran, shape, start = _header(data, name)
    dtype_named({"f2": "float16", "f4": "float32"}.get(descr[1:], descr))
    dtype = np.dtype(descr)
    end = start + math.prod(shape) * dtype.itemsize
    if end > len(data):
        raise broken(f"'{name}' is cut off")
    return np.frombuffer(data[start:end], dtype).reshape(shape, order="F" if fortran else "C")


def read_text(data: memoryview, name: str) -> str:
    """Read an array without axes that holds a text; raises as :func:`read_array`."""
    descr, _, shape, start = _header(data, name)
    if not re.fullmatch(r"[<>]U\d{1,7}", descr) or shape != () or len(data) - start != 4 * int(descr[2:]):
        raise broken(f"'{name}' is no text")
    try:
        return bytes(data[start:]).decode("utf-32-le" if descr[0] == "<" else "utf-32-be").rstrip("\0")
    except UnicodeDecodeError as error:
        raise broken(f"'{name}' is no text", str(error)) from error


def _header(data: memoryview, name: str) -> tuple[str, bool, tuple[int, ...], int]:
    """Give the dtype as NumPy writes it, whether columns come first, the shape, and where the numbers begin."""
    start = bytes(data[:12])
    length_bytes = _LENGTH_BYTES.get(start[6]) if start.startswith(MAGIC) and len(start) == 12 else None
    if length_bytes is None:
        raise broken(f"'{name}' is no array of NumPy's")
    begin = 8 + length_bytes
    length = int.from_bytes(start[8:begin], "little")
    if length > min(_MOST_HEADER, len(data) - begin):
        raise broken(f"the header of '{name}' is cut off")
    found = _HEADER.fullmatch(bytes(data[begin : begin + length]))
    if found is None:
        raise broken(f"the header of '{name}' is not one of an array of numbers")
    sides = [int(side) for side in found[3].replace(b",", b" ").split()]
    descr = found[1].decode()
    return descr if descr[0] in "<>|=" else f"={descr}", found[2] == b"True", checked_shape(sides, name), begin + length
