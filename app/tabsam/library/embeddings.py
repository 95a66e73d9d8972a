"""Embeddings as files of one's own: written under a name that says the format, and read whatever they are called."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path

from tabsam.errors import FormatError
from tabsam.formats.embedding import EXTENSIONS, FORMATS, Format, Precision, read_embedding, write_embedding
from tabsam.library.images import ImageLike, read_if_path
from tabsam.model.embedding import StoredEmbedding
from tabsam.model.identifying import digest_of


def open_embedding(file: str | PathLike[str] | bytes) -> StoredEmbedding:
    """Open an embedding: a file of tabsam's (safetensors, npz or JSON), or Meta's .npy.

    Parameters
    ----------
    file : path, or the file's bytes

    Raises
    ------
    FormatError
        ``embedding-missing`` for a path where there is no file; those of :func:`tabsam.formats.embedding.read_embedding`.
    """
    if isinstance(file, bytes):
        return read_embedding(file)
    try:
        data = Path(file).expanduser().read_bytes()
    except OSError as error:
        message = f"The embedding '{file}' cannot be read: {error.strerror or error}."
        raise FormatError("embedding-missing", message, "Check the path.") from error
    return read_embedding(data)


def save_embedding(
    embedding: StoredEmbedding,
    path: str | PathLike[str],
    *,
    format: Format | None = None,
    precision: Precision = "float16",
) -> Path:
    """Write an embedding to a file, which is there as a whole or not at all.

    Parameters
    ----------
    embedding : StoredEmbedding
        As :meth:`tabsam.SyncSegmenter.embedding` gives it.
    path : path
    format : {"safetensors", "npz", "json"}, optional
        Else what the path's ending says, and safetensors where it says nothing.
    precision : {"float16", "float32"}

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FormatError
        ``embedding-overflow``.
    """
    path = Path(path).expanduser()
    data = write_embedding(embedding, format or format_of(path), precision=precision)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def format_of(path: Path) -> Format:
    """Tell from a file's name in which format it is to be written."""
    return next((one for one in FORMATS if path.suffix.lower() == f".{one}"), "safetensors")


def file_name(picture: str, format: Format) -> str:
    """Give the name of a picture's embedding, by the picture's own, with its ending or without: the page finds it by that."""
    return f"{picture}{EXTENSIONS[format]}"


def picture_digest(image: ImageLike) -> str:
    """Give the SHA-256 of a picture's file, in hex; nothing where there is no file: of arrays, and pictures of Pillow's."""
    image = read_if_path(image)
    return digest_of(bytes(image)) if isinstance(image, bytes | bytearray | memoryview) else ""
