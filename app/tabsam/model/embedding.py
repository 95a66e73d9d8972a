"""What an encoder made of a picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from tabsam.arrays import AnyArray
from tabsam.model.preprocess import Frame
from tabsam.model.runtime import Tensor, TensorSpec

_FREE_SIDE = 64
"""Cells a side of every SAM's image embedding with a 1024 frame: what is taken where a graph leaves it open."""


@dataclass(frozen=True)
class Embedding:
    """What the encoder made of one picture: handles, which stay in the runtime, and the picture's frame.

    Attributes
    ----------
    tensors : mapping of str to Tensor
    frame : Frame
    nbytes : int
        What the tensors take, as far as the graph tells.
    """

    tensors: Mapping[str, Tensor]
    frame: Frame
    nbytes: int = 0

    def release(self) -> None:
        """Let the runtime free the tensors. Nothing can be predicted from this embedding afterwards."""
        for tensor in self.tensors.values():
            if not isinstance(tensor, np.ndarray):
                tensor.release()


@dataclass(frozen=True)
class Identity:
    """Which model it is whose embeddings are stored.

    Attributes
    ----------
    model : str
        Its id in a catalogue, or its folder's name; "" where nobody knows.
    decoders : callable
        Gives the SHA-256 of each file that may be its decoder, in hex, the one that embeddings are stored with first; it may have
        to read a file for that. None where they are not known.
    """

    model: str = ""
    decoders: Callable[[], tuple[str, ...]] = tuple


@dataclass(frozen=True)
class StoredEmbedding:
    """An embedding as it lies in a file: its numbers, and what they are of. What nobody has said is empty.

    Attributes
    ----------
    tensors : mapping of str to float16 or float32
        By the names of the encoder's outputs.
    model : str
        The model's id, for people.
    decoder : str
        The SHA-256 of the decoder's file, in hex: what says which model it is.
    dialect : str
        The family of the two graphs, as "sam2".
    encoder_input : TensorSpec or None
        What the encoder takes.
    encoder_outputs : mapping of str to TensorSpec
        What it gives: a file may hold the same numbers as float16.
    picture : str
        The SHA-256 of the picture's file, in hex.
    frame : Frame or None
        Where the picture lies in the encoder's input; with the picture's size.
    """

    tensors: Mapping[str, AnyArray]
    model: str = ""
    decoder: str = ""
    dialect: str = ""
    encoder_input: TensorSpec | None = None
    encoder_outputs: Mapping[str, TensorSpec] = field(default_factory=dict)
    picture: str = ""
    frame: Frame | None = None


def bytes_of(spec: TensorSpec) -> int:
    """Tell what a tensor takes, as far as its graph says."""
    sides = [
        side if isinstance(side, int) and side > 0 else (1 if axis == 0 else _FREE_SIDE) for axis, side in enumerate(spec.shape)
    ]
    return math.prod(sides) * np.dtype(spec.dtype or "float32").itemsize
