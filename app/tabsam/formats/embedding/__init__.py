"""Embeddings as files: what an encoder has made of a picture, to be asked about elsewhere. docs/embeddings.md describes them.

Files go in and come out as bytes; whether one belongs to a model and a picture is for :mod:`tabsam.model.storing` to say.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from tabsam.errors import FormatError
from tabsam.formats.embedding import json_form, npy, npz, safetensors
from tabsam.formats.embedding.limits import check_size
from tabsam.formats.embedding.metadata import described, read_back
from tabsam.formats.embedding.precision import Precision, in_precision
from tabsam.model.embedding import StoredEmbedding

__all__ = ["EXTENSIONS", "FORMATS", "Format", "Precision", "read_embedding", "write_embedding"]

Format: TypeAlias = Literal["safetensors", "npz", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)

EXTENSIONS = {"safetensors": ".safetensors", "npz": ".npz", "json": ".embedding.json"}
"""What files of each format are called; JSON's has two parts, since annotations are JSON, too."""


def write_embedding(embedding: StoredEmbedding, format: Format = "safetensors", *, precision: Precision = "float16") -> bytes:
    """Write an embedding.

    Parameters
    ----------
    precision : {"float16", "float32"}
        Of the numbers in the file; a decoder gets them in its own. Half floats take half the room, and logits then differ in
        their fourth digit.

    Raises
    ------
    FormatError
        ``embedding-overflow`` where a number is too large for float16.
    """
    tensors = {name: in_precision(name, array, precision) for name, array in embedding.tensors.items()}
    writers = {"safetensors": safetensors.write, "npz": npz.write, "json": json_form.write}
    return writers[format](tensors, described(embedding))


def read_embedding(data: bytes | bytearray | memoryview) -> StoredEmbedding:
    """Read an embedding: safetensors, npz, JSON, or Meta's own .npy; told by its content.

    Returns
    -------
    StoredEmbedding
        Its arrays may be views of ``data``.

    Raises
    ------
    FormatError
        ``embedding-unknown`` (no embedding at all), ``embedding-broken``, ``embedding-dtype``, ``embedding-version``,
        ``embedding-too-large``, ``embedding-metadata``, ``not-json`` or ``too-deep``.
    """
    check_size(len(data))
    start = bytes(data[:16])
    if start.startswith(npy.MAGIC):
        return npy.read_meta(data)
    if start.startswith(b"PK\x03\x04"):
        return read_back(*npz.read(data))
    if safetensors.is_one(start):
        return read_back(*safetensors.read(data))
    if start.lstrip().startswith(b"{"):
        return read_back(*json_form.read(bytes(data)))
    raise FormatError(
        "embedding-unknown",
        "This file is no embedding that is known here.",
        "Choose a .safetensors, .npz or .embedding.json file of tabsam, or a .npy of Segment Anything's own predictor.",
    )
