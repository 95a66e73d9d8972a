"""What an encoder made of a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

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


def bytes_of(spec: TensorSpec) -> int:
    """Tell what a tensor takes, as far as its graph says."""
    sides = [
        side if isinstance(side, int) and side > 0 else (1 if axis == 0 else _FREE_SIDE) for axis, side in enumerate(spec.shape)
    ]
    return math.prod(sides) * np.dtype(spec.dtype or "float32").itemsize
