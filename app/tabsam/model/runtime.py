"""The seam between the segmentation and what runs ONNX graphs: onnxruntime (native.py) or onnxruntime-web (web_sessions.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tabsam.arrays import AnyArray

DTYPES = ("float32", "float16", "int32", "int64", "uint8", "bool")
"""The dtypes that cross exactly, by NumPy's names."""


@dataclass(frozen=True)
class TensorSpec:
    """What a graph says of one input or output.

    Attributes
    ----------
    dtype : str
        NumPy's name; "" when the graph uses one that is not in :data:`DTYPES`.
    shape : tuple of int or str
        A name stands for an axis whose length is free.
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...]


class Handle(Protocol):
    """A tensor that stays where its runtime put it (on the GPU, in the runtime's heap). Feed it back, or release it."""

    async def read(self) -> AnyArray:
        """Copy the numbers, for a check: it is what handles are there to avoid.

        Raises
        ------
        ModelError
            ``tensor-released``.
        """
        ...

    def release(self) -> None: ...


Tensor: TypeAlias = AnyArray | Handle


class Session(Protocol):
    """One loaded ONNX graph. It takes one run at a time, and a failed run leaves it usable.

    A session is made either for results or for handles: one that keeps its outputs (an encoder) gives :class:`Handle`, one
    that does not (a decoder) gives arrays.
    """

    @property
    def inputs(self) -> Mapping[str, TensorSpec]: ...

    @property
    def outputs(self) -> Mapping[str, TensorSpec]: ...

    @property
    def resizes(self) -> bool:
        """Whether it takes a picture that is to be resized (:class:`tabsam.model.resizing.Resizing`) for an input."""
        ...

    async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        """Run the graph.

        Raises
        ------
        ModelError
            ``model-run`` when the graph fails.
        """
        ...

    async def hold(self, tensors: Mapping[str, AnyArray]) -> dict[str, Tensor]:
        """Put arrays where this session has its inputs, to be fed many times: handles, by the same names.

        Raises
        ------
        ModelError
            ``engine-lost`` where the runtime is gone.
        """
        ...

    async def close(self) -> None: ...
