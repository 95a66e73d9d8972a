"""Run models with onnxruntime on CPython.

Needs the extra ``native``: ``pip install "tabsam[native]"``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from tabsam.arrays import AnyArray
from tabsam.errors import ModelError
from tabsam.model.absent_encoder import AbsentEncoder
from tabsam.model.candidate import Edges
from tabsam.model.embedding import StoredEmbedding
from tabsam.model.identifying import identity_in, identity_of
from tabsam.model.listed import default_edges, default_tidy, everything_defaults
from tabsam.model.runtime import Session, Tensor, TensorSpec
from tabsam.model.segmenter import Segmenter

_DTYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
}


class NativeHandle:
    """A tensor that stays in onnxruntime."""

    def __init__(self, value: ort.OrtValue) -> None:
        self.value: ort.OrtValue | None = value

    async def read(self) -> AnyArray:
        """Copy the numbers."""
        if self.value is None:
            raise ModelError("tensor-released", "This picture is no longer encoded.", "Open it again.")
        return np.array(self.value.numpy())

    def release(self) -> None:
        """Let onnxruntime free the tensor."""
        self.value = None


class NativeSession:
    """A :class:`tabsam.model.runtime.Session` over ``onnxruntime.InferenceSession``."""

    def __init__(self, model: Path | str | bytes, *, keep_outputs: bool = False, threads: int = 0) -> None:
        """Load a graph.

        Parameters
        ----------
        model : path of an .onnx or .ort file, or its bytes
        keep_outputs : bool
            Give handles rather than arrays.
        threads : int
            For one run; 0 lets onnxruntime choose.

        Raises
        ------
        ModelError
            ``model-missing`` when there is no such file, ``model-load`` when it is no model that onnxruntime can run.
        """
        if not isinstance(model, bytes) and not Path(model).is_file():
            raise ModelError("model-missing", f"There is no model file '{model}'.", "Check the path.")
        options = ort.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads
        try:
            self._session = ort.InferenceSession(
                model if isinstance(model, bytes) else str(model), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's exceptions share no public base
            raise ModelError(
                "model-load",
                "This file is not a model that onnxruntime can run.",
                "Choose an .onnx or .ort file.",
                details=str(error),
            ) from error
        self._keep_outputs = keep_outputs
        self._inputs = {node.name: _spec(node) for node in self._session.get_inputs()}
        self._outputs = {node.name: _spec(node) for node in self._session.get_outputs()}

    @property
    def inputs(self) -> Mapping[str, TensorSpec]:
        return self._inputs

    @property
    def outputs(self) -> Mapping[str, TensorSpec]:
        return self._outputs

    async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        # In a thread, so that a server or a notebook stays responsive; onnxruntime lets go of the GIL.
        return await asyncio.to_thread(self._run, feeds, outputs)

    def _run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        try:
            values = {name: _as_value(tensor) for name, tensor in feeds.items()}
            results = self._session.run_with_ort_values(list(outputs), values)
        except Exception as error:
            raise ModelError(
                "model-run", "The model failed on this input.", "Try another picture or model.", details=str(error)
            ) from error
        # Copied: a view would keep the memory of the whole run.
        return {
            name: NativeHandle(value) if self._keep_outputs else np.array(value.numpy())
            for name, value in zip(outputs, results, strict=True)
        }

    async def hold(self, tensors: Mapping[str, AnyArray]) -> dict[str, Tensor]:
        # Copied: an OrtValue that is made of an array reads that array's memory, and whoever has it may write there.
        return {name: NativeHandle(_as_value(np.array(array, order="C"))) for name, array in tensors.items()}

    async def close(self) -> None:
        """Nothing is left to do: onnxruntime frees the session with the object."""


def load(folder: Path | str, *, threads: int = 0) -> Segmenter:
    """Load ``encoder.onnx`` and ``decoder.onnx`` from a folder, such as ``models/nano``.

    Where a ``catalog.json`` lies beside the folder and lists this model, what it says of the search for everything, of where
    masks end and of what is tidied away holds.

    Raises
    ------
    ModelError
    """
    encoder, decoder = Path(folder) / "encoder.onnx", Path(folder) / "decoder.onnx"
    defaults, edges, tidy = everything_defaults(Path(folder)), default_edges(Path(folder)), default_tidy(Path(folder))
    segmenter = load_pair(encoder, decoder, threads=threads, everything_defaults=defaults, edges=edges, tidy=tidy)
    segmenter.identity = identity_in(Path(folder))
    return segmenter


def load_pair(
    encoder: Path | str | bytes,
    decoder: Path | str | bytes,
    *,
    threads: int = 0,
    everything_defaults: Mapping[str, Any] | None = None,
    edges: Edges = "decoded",
    tidy: float = 0.0,
) -> Segmenter:
    """Load an encoder and a decoder from two files, or from their bytes; the last three as for :class:`Segmenter`.

    Raises
    ------
    ModelError
    """
    segmenter = Segmenter(
        NativeSession(encoder, keep_outputs=True, threads=threads),
        NativeSession(decoder, threads=threads),
        everything_defaults=everything_defaults,
        edges=edges,
        tidy=tidy,
    )
    segmenter.identity = identity_of(decoder if isinstance(decoder, bytes) else Path(decoder))
    return segmenter


def load_decoder(decoder: Path | str | bytes, given: StoredEmbedding, *, threads: int = 0) -> Segmenter:
    """Load a decoder alone, to be asked about stored embeddings; what its encoder is like is read from one of them.

    Raises
    ------
    ModelError
        ``encoder-unknown`` where the embedding does not say; and as for :func:`load_pair`.
    """
    if given.encoder_input is None or not given.encoder_outputs:
        raise ModelError(
            "encoder-unknown",
            "This embedding does not say what its encoder is like, so that a decoder alone is not enough.",
            "Load the model with its encoder, or write the embedding with tabsam.",
        )
    encoder = AbsentEncoder(given.encoder_input, given.encoder_outputs)
    segmenter = Segmenter(encoder, NativeSession(decoder, threads=threads))
    segmenter.identity = identity_of(decoder if isinstance(decoder, bytes) else Path(decoder), given.model)
    return segmenter


def _as_value(tensor: Tensor) -> ort.OrtValue:
    if isinstance(tensor, np.ndarray):
        return ort.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(tensor))
    if isinstance(tensor, NativeHandle) and tensor.value is not None:
        return tensor.value
    raise ValueError("a released handle, or one of another runtime")


def _spec(node: ort.NodeArg) -> TensorSpec:
    shape = tuple(axis if isinstance(axis, int) else str(axis) for axis in node.shape)
    return TensorSpec(node.name, _DTYPES.get(node.type, ""), shape)


def _keeps_the_promise(session: NativeSession) -> Session:
    """Fail the type check when this class drifts from the seam."""
    return session
