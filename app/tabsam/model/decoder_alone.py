"""A decoder without its encoder, on CPython: it answers about embeddings that come from elsewhere."""

from __future__ import annotations

from pathlib import Path

from tabsam.errors import ModelError
from tabsam.model.absent_encoder import AbsentEncoder
from tabsam.model.embedding import StoredEmbedding
from tabsam.model.identifying import identity_of
from tabsam.model.native import NativeSession
from tabsam.model.segmenter import Segmenter


def load_decoder(decoder: Path | str | bytes, given: StoredEmbedding, *, threads: int = 0) -> Segmenter:
    """Load a decoder alone; what its encoder is like is read from one of its embeddings.

    Raises
    ------
    ModelError
        ``encoder-unknown`` where the embedding does not say; and as for :func:`tabsam.model.native.load_pair`.
    """
    if given.encoder_input is None or not given.encoder_outputs:
        raise ModelError(
            "encoder-unknown",
            "This embedding does not say what its encoder is like, so that a decoder alone is not enough.",
            "Load the model with its encoder, or write the embedding with tabsam.",
        )
    encoder = AbsentEncoder(given.encoder_input, given.encoder_outputs)
    segmenter = Segmenter(encoder, NativeSession(decoder, threads=threads))
    segmenter.identity = identity_of(decoder, given.model)
    return segmenter
