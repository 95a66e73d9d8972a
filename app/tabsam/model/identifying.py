"""Which model it is that was loaded: its decoder's digest, and the digests of other files that a catalogue has for it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tabsam.errors import ModelError
from tabsam.model.embedding import Identity


def identity_of(decoder: Path | str | bytes, model: str = "", listed: Sequence[str] = ()) -> Identity:
    """Give the identity of a decoder, which is read when its digest is asked for.

    Parameters
    ----------
    listed : sequence of str
        The digests that a catalogue has for the model's decoders, which all answer the same: the built-in model has one for
        processors. If the decoder is one of them, embeddings of any of them fit.
    """

    def digests() -> tuple[str, ...]:
        mine = digest_of(decoder)
        return tuple(dict.fromkeys((*listed, mine))) if mine in listed else (mine,)

    return Identity(model, cache(digests))


def digest_of(file: Path | str | bytes) -> str:
    """Give the SHA-256 of a file, or of its bytes, in hex; ``model-missing`` where there is none."""
    if isinstance(file, bytes):
        return hashlib.sha256(file).hexdigest()
    try:
        with Path(file).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError("model-missing", f"The file '{file}' cannot be read.", "Check the path.", details=str(error)) from error
