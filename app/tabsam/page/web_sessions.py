"""The browser's side of the seam: sessions in an engine worker, reached through web/worker/engine.js. Imports only in Pyodide.

Numbers cross as bytes, shape and dtype; see web/packing.js for how they are packed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import js
import numpy as np
from pyodide.ffi import JsException, to_js

from tabsam.arrays import AnyArray, UInt8Array
from tabsam.errors import ModelError
from tabsam.model.runtime import DTYPES, Session, Tensor, TensorSpec

if TYPE_CHECKING:
    from tabsam.model.resizing import Resizing

_WORTH_A_LOOK = 4096
"""Bytes: fewer cross sooner than they are looked through, and together sooner than each by itself."""

_ALIGNED = 8
"""Bytes: each of those begins at a multiple of the longest number's."""


class WebHandle:
    """A tensor that stays in the engine: on the GPU, or in onnxruntime-web's heap."""

    def __init__(self, js_engine: Any, number: int) -> None:
        self._js_engine = js_engine
        self.number = number

    async def read(self) -> AnyArray:
        """Copy the numbers out of the engine."""
        return array_of(await ask(self._js_engine, "read", {"handle": self.number}, Packing()))

    def release(self) -> None:
        """Let the engine free the tensor."""
        # Nobody waits for this, and an engine that is gone has freed it already.
        self._js_engine.tell("release", json.dumps({"handles": [self.number]}))


class WebSession:
    """A :class:`tabsam.model.runtime.Session` in an engine worker.

    Parameters
    ----------
    js_engine : Engine (web/worker/engine.js), or any object with its ``askPacked``
    opened : dict
        What the engine's ``open`` answered: ``session``, ``inputs``, ``outputs``, ``resizes``.
    """

    def __init__(self, js_engine: Any, opened: Mapping[str, Any]) -> None:
        self._js_engine = js_engine
        self._number = opened["session"]
        self._resizes = bool(opened.get("resizes"))
        self._inputs = {spec["name"]: spec_of(spec) for spec in opened["inputs"]}
        self._outputs = {spec["name"]: spec_of(spec) for spec in opened["outputs"]}

    @property
    def inputs(self) -> Mapping[str, TensorSpec]:
        return self._inputs

    @property
    def outputs(self) -> Mapping[str, TensorSpec]:
        return self._outputs

    @property
    def resizes(self) -> bool:
        return self._resizes

    async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        packing = Packing()
        described = {name: describe(tensor, packing) for name, tensor in feeds.items()}
        params = {"session": self._number, "feeds": described, "outputs": list(outputs)}
        answer = await ask(self._js_engine, "run", params, packing)
        return {name: self._tensor(answer[name]) for name in outputs}

    async def hold(self, tensors: Mapping[str, AnyArray]) -> dict[str, Tensor]:
        packing = Packing()
        described = {name: describe(array, packing) for name, array in tensors.items()}
        answer = await ask(self._js_engine, "hold", {"session": self._number, "tensors": described}, packing)
        return {name: self._tensor(answer[name]) for name in tensors}

    async def close(self) -> None:
        await ask(self._js_engine, "close", {"session": self._number}, Packing())

    def _tensor(self, wire: Mapping[str, Any]) -> Tensor:
        if "handle" in wire:
            return WebHandle(self._js_engine, wire["handle"])
        return array_of(wire)


def _keeps_the_promise(session: WebSession) -> Session:
    """Fail the type check when this class drifts from the seam."""
    return session


class Packing:
    """JSON with its arrays beside it."""

    def __init__(self) -> None:
        self.js_buffers = js.Array.new()
        self._small = bytearray()
        self._place: int | None = None

    def dumps(self, value: object) -> str:
        """Write plain data; arrays and bytes go to ``js_buffers``."""
        return json.dumps(value, default=self._replace)

    def add(self, js_buffer: Any) -> dict[str, int]:
        """Take a buffer in, and give what stands for it."""
        self.js_buffers.push(js_buffer)
        return {"$buffer": self.js_buffers.length - 1}

    def add_small(self, data: UInt8Array) -> dict[str, int]:
        """Take a few bytes in, beside others in one buffer, and give what stands for them."""
        if self._place is None:
            self._place = self.js_buffers.push(None) - 1
        begin = len(self._small)
        self._small += data.tobytes() + bytes(-data.size % _ALIGNED)
        return {"$buffer": self._place, "begin": begin, "end": begin + data.size}

    def close(self) -> Any:
        """Give the buffers."""
        if self._place is not None:
            self.js_buffers[self._place] = _js_bytes(np.frombuffer(self._small, np.uint8))
        return self.js_buffers

    def _replace(self, value: object) -> object:
        if isinstance(value, np.ndarray):
            return self.add(to_js(value))
        if isinstance(value, bytes):
            return self.add(to_js(value).buffer)
        raise TypeError(f"{type(value).__name__} is not plain data")


def describe(tensor: Tensor, packing: Packing) -> dict[str, Any]:
    """Describe a tensor for the engine, its numbers packed; zeros (the mask prompt of a click) are only named."""
    if isinstance(tensor, WebHandle):
        return {"handle": tensor.number}
    if not isinstance(tensor, np.ndarray):  # a handle of another runtime cannot come here
        return _describe_resizing(cast("Resizing", tensor), packing)
    kind = {"dtype": tensor.dtype.name, "dims": list(tensor.shape)}
    data = np.ascontiguousarray(tensor).reshape(-1).view(np.uint8)
    if data.size < _WORTH_A_LOOK:
        return {**kind, "data": packing.add_small(data)}
    # The first byte saves looking through a picture.
    if not data[0] and _is_zeros(data):
        return {**kind, "zeros": True}
    return {**kind, "data": packing.add(_js_bytes(data))}


def _is_zeros(data: UInt8Array) -> bool:
    """Tell whether all bytes are 0. By words, and by their largest: `any` on bytes takes twenty times as long in the page."""
    whole = data.size - data.size % 8
    return not data[:whole].view(np.uint64).max(initial=0) and not data[whole:].any()


def _describe_resizing(picture: Resizing, packing: Packing) -> dict[str, Any]:
    """Describe a picture that the engine resizes, as web/engine/resizing.js reads it."""
    from tabsam.pictures import strips  # here: the start waits for every import

    def sent(data: AnyArray) -> dict[str, int]:
        return packing.add(_js_bytes(np.ascontiguousarray(data).reshape(-1).view(np.uint8)))

    rows, columns = picture.axes()
    return {
        "dtype": "float32",
        "dims": picture.dims,
        "picture": {
            "pixels": sent(strips.array_of(picture.image)),
            "size": [picture.image.height, picture.image.width],
            "content": picture.frame.content_size,
            "rows": {"starts": sent(rows.starts), "weights": sent(rows.weights)},
            "columns": {"starts": sent(columns.starts), "weights": sent(columns.weights)},
            "mean": picture.recipe.mean,
            "std": picture.recipe.std,
        },
    }


def array_of(wire: Mapping[str, Any]) -> AnyArray:
    """Copy a tensor that the engine has sent."""
    array = np.empty(wire["dims"], wire["dtype"])
    if array.size:
        wire["data"].assign_to(array.reshape(-1).view(np.uint8))
    return array


def _js_bytes(data: UInt8Array) -> Any:
    js_bytes = js.Uint8Array.new(data.size)
    if data.size:
        js_bytes.assign(data)
    return js_bytes


async def ask(js_engine: Any, operation: str, params: Mapping[str, Any], packing: Packing) -> Any:
    """Ask the engine, and give its answer; raise `ModelError` as it failed."""
    try:
        js_reply = await js_engine.askPacked(operation, json.dumps(params), packing.close())
    except JsException as error:
        raise as_error(getattr(error, "failure", None), str(error)) from error
    js_buffers = js_reply.buffers
    return json.loads(js_reply.json, object_hook=lambda part: js_buffers[part["$buffer"]] if "$buffer" in part else part)


def unpack_params(params: str, js_buffers: Any) -> dict[str, Any]:
    """Read what the page has packed."""

    def restore(part: dict[str, Any]) -> Any:
        return js_buffers[part["$buffer"]].to_bytes() if "$buffer" in part else part

    unpacked = json.loads(params, object_hook=restore)
    return unpacked if isinstance(unpacked, dict) else {}


def as_error(failure: Any, fallback: str = "") -> ModelError:
    """Make an engine's failure the error it left as."""
    if failure is None:
        return ModelError("model-run", "The model failed on this input.", "Try again, or try another picture.", details=fallback)
    given = failure if isinstance(failure, dict) else failure.to_py()
    return ModelError(given["code"], given["message"], given["hint"], details=given.get("details") or "")


def spec_of(spec: Mapping[str, Any]) -> TensorSpec:
    """Read what the engine says of an input or an output."""
    return TensorSpec(spec["name"], spec["dtype"] if spec["dtype"] in DTYPES else "", tuple(spec["shape"]))
