"""A model's numbers, by the names that transformers gives them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tabsam.arrays import Float32Array


class Weights:
    """Reads arrays by name, and remembers which have been read.

    Parameters
    ----------
    arrays : mapping of names to float32 arrays
    prefix : str
        Put before every name.
    """

    def __init__(self, arrays: Mapping[str, Float32Array], prefix: str = "", read: set[str] | None = None) -> None:
        self._arrays = arrays
        self._prefix = prefix
        self.read: set[str] = set() if read is None else read

    def __getitem__(self, name: str) -> Float32Array:
        name = self._prefix + name
        self.read.add(name)
        return self._arrays[name]

    def __contains__(self, name: str) -> bool:
        return self._prefix + name in self._arrays

    def under(self, prefix: str) -> Weights:
        """Give what lies below a name."""
        return Weights(self._arrays, f"{self._prefix}{prefix}.", self.read)

    def linear(self, name: str) -> tuple[Float32Array, Float32Array]:
        """Give a linear layer, or a convolution of one pixel, as a matrix (inputs, outputs) and a row."""
        weight = self[f"{name}.weight"]
        return np.ascontiguousarray(weight.reshape(len(weight), -1).T), self[f"{name}.bias"]

    def norm(self, name: str) -> tuple[Float32Array, Float32Array]:
        """Give a layer norm's scale and shift."""
        return self[f"{name}.weight"], self[f"{name}.bias"]
