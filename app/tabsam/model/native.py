"""Run models with onnxruntime on CPython.

Needs the extra ``native``: ``pip install "tabsam[native]"``.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnxruntime as ort

from tabsam.arrays import AnyArray
from tabsam.errors import ModelError
from tabsam.model.candidate import Edges
from tabsam.model.identifying import identity_of
from tabsam.model.listed import stated_beside
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

Provider: TypeAlias = tuple[str, Mapping[str, str]]
"""An execution provider by onnxruntime's name, and its options."""

CPU = "CPUExecutionProvider"
PROCESSOR: tuple[Provider, ...] = ((CPU, {}),)

_arena = threading.Lock()
"""Sessions take the allocator that is registered when they are made: nobody else may register one in between."""


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

    def __init__(
        self,
        model: Path | str | bytes,
        *,
        keep_outputs: bool = False,
        threads: int = 0,
        providers: Sequence[Provider] = PROCESSOR,
        limited: bool = False,
    ) -> None:
        """Load a graph.

        Parameters
        ----------
        model : path of an .onnx or .ort file, or its bytes
        keep_outputs : bool
            Give handles rather than arrays.
        threads : int
            For one run; 0 lets onnxruntime choose.
        providers : sequence of Provider
            In the order of preference; what none of them takes, the processor does.
        limited : bool
            Take memory from what :func:`arena` has registered.

        Raises
        ------
        ModelError
            ``model-missing`` when there is no such file, ``model-load`` when it is no model that onnxruntime can run,
            ``model-memory`` when it needs more memory than it may have, ``provider-failed`` when the first provider does not
            start.
        """
        if not isinstance(model, bytes) and not Path(model).is_file():
            raise ModelError("model-missing", f"There is no model file '{model}'.", "Check the path.")
        options = ort.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads
        if limited:
            options.log_severity_level = 4  # a run that has too little memory is told by an error, once
            options.add_session_config_entry("session.use_env_allocators", "1")
        try:
            self._session = ort.InferenceSession(
                model if isinstance(model, bytes) else str(model),
                options,
                providers=[name for name, _ in providers],
                provider_options=[dict(chosen) for _, chosen in providers],
            )
        except Exception as error:  # onnxruntime's exceptions share no public base
            _tell_memory(error)
            raise ModelError(
                "model-load",
                "This file is not a model that onnxruntime can run.",
                "Choose an .onnx or .ort file.",
                details=str(error),
            ) from error
        if providers[0][0] not in self._session.get_providers():
            raise ModelError(
                "provider-failed",
                f"onnxruntime's {providers[0][0]} did not start here.",
                "Look whether its driver and libraries are installed, or run the model on the processor.",
            )
        self._keep_outputs = keep_outputs
        self._inputs = {node.name: _spec(node) for node in self._session.get_inputs()}
        self._outputs = {node.name: _spec(node) for node in self._session.get_outputs()}

    @property
    def providers(self) -> tuple[str, ...]:
        """What it runs on, by onnxruntime's names: fewer than were asked for where some did not start."""
        return tuple(self._session.get_providers())

    @property
    def threads(self) -> int:
        """How many a run takes; 0 where onnxruntime chooses."""
        return int(self._session.get_session_options().intra_op_num_threads)

    @property
    def inputs(self) -> Mapping[str, TensorSpec]:
        return self._inputs

    @property
    def outputs(self) -> Mapping[str, TensorSpec]:
        return self._outputs

    @property
    def resizes(self) -> bool:
        return False

    async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        # In a thread, so that a server or a notebook stays responsive; onnxruntime lets go of the GIL.
        return await asyncio.to_thread(self._run, feeds, outputs)

    def _run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        try:
            values = {name: _as_value(tensor) for name, tensor in feeds.items()}
            results = self._session.run_with_ort_values(list(outputs), values)
        except Exception as error:
            _tell_memory(error)
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


def load(folder: Path | str, *, threads: int = 0, providers: Sequence[Provider] = PROCESSOR, memory_limit: int = 0) -> Segmenter:
    """Load ``encoder.onnx`` and ``decoder.onnx`` from a folder, such as ``models/nano``.

    Where a ``catalog.json`` lies beside the folder and lists this model, what it says of the search for everything, of where
    masks end and of what is tidied away holds. The parameters are those of :func:`load_pair`.

    Raises
    ------
    ModelError
    """
    encoder, decoder = Path(folder) / "encoder.onnx", Path(folder) / "decoder.onnx"
    stated = stated_beside(Path(folder))
    segmenter = load_pair(
        encoder,
        decoder,
        threads=threads,
        providers=providers,
        memory_limit=memory_limit,
        everything_defaults=stated.everything,
        edges=stated.edges,
        tidy=stated.tidy,
    )
    segmenter.identity = identity_of(decoder, Path(folder).resolve().name, stated.decoders)
    return segmenter


def load_pair(
    encoder: Path | str | bytes,
    decoder: Path | str | bytes,
    *,
    threads: int = 0,
    providers: Sequence[Provider] = PROCESSOR,
    memory_limit: int = 0,
    everything_defaults: Mapping[str, Any] | None = None,
    edges: Edges = "decoded",
    tidy: float = 0.0,
) -> Segmenter:
    """Load an encoder and a decoder from two files, or from their bytes; the last three as for :class:`Segmenter`.

    Parameters
    ----------
    threads, providers
        As for :class:`NativeSession`.
    memory_limit : int
        Bytes that onnxruntime may allocate on the processor for both together; 0 sets no limit.

    Raises
    ------
    ModelError
    """
    with arena(memory_limit) as limited:
        sessions = (
            NativeSession(encoder, keep_outputs=True, threads=threads, providers=providers, limited=limited),
            NativeSession(decoder, threads=threads, providers=providers, limited=limited),
        )
    segmenter = Segmenter(*sessions, everything_defaults=everything_defaults, edges=edges, tidy=tidy)
    segmenter.identity = identity_of(decoder)
    return segmenter


@contextmanager
def arena(limit: int) -> Iterator[bool]:
    """Have the sessions that are made meanwhile with ``limited`` share an arena of so many bytes; tell whether there is one."""
    if not limit:
        yield False
        return
    with _arena:
        info = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
        # As much as is asked for and no more, or the last step would be refused while there is room.
        ort.create_and_register_allocator(info, ort.OrtArenaCfg({"max_mem": limit, "arena_extend_strategy": 1}))
        yield True


def _tell_memory(error: Exception) -> None:
    """Raise ``model-memory`` where it is memory that an error of onnxruntime's is about."""
    text = str(error)
    if any(sign in text for sign in _NO_MEMORY):
        raise ModelError(
            "model-memory",
            "The model needs more memory than there is, or than it may have.",
            "Raise memory_limit, ask for less at a time, or choose a smaller model.",
            details=text,
        ) from error


_NO_MEMORY = ("BFCArena", "bad_alloc", "bad allocation", "out of memory", "CUDA_ERROR_OUT_OF_MEMORY")
"""What onnxruntime's errors say where memory is what is lacking; it has no class of its own for them."""


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
