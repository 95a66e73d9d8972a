"""Which model it is that lies in a folder: its decoder's digest, and the digests that a catalogue has for the same decoder."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from tabsam.errors import ModelError
from tabsam.model.embedding import Identity
from tabsam.model.listed import decoders_of


def identity_in(folder: Path) -> Identity:
    """Give the identity of a folder with ``decoder.onnx``; the file is read when its digest is asked for.

    Where a catalogue lists it with another decoder that answers the same, as the built-in model has one for processors,
    embeddings of either fit both.
    """
    folder = folder.resolve()
    return Identity(folder.name, cache(lambda: _decoders(folder)))


def identity_of(decoder: Path | bytes, model: str = "") -> Identity:
    """Give the identity of a decoder's file."""
    return Identity(model, cache(lambda: (digest_of(decoder),)))


def digest_of(file: Path | bytes) -> str:
    """Give the SHA-256 of a file, or of its bytes, in hex; ``model-missing`` where there is none."""
    if isinstance(file, bytes):
        return hashlib.sha256(file).hexdigest()
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError("model-missing", f"The file '{file}' cannot be read.", "Check the path.", details=str(error)) from error


def _decoders(folder: Path) -> tuple[str, ...]:
    mine = digest_of(folder / "decoder.onnx")
    listed = decoders_of(folder)
    return tuple(dict.fromkeys((mine, *listed))) if mine in listed else (mine,)
