"""The browser's side of the seam: sessions in an engine worker, reached through web/worker/engine.js. Imports only in Pyodide.

Numbers cross as bytes, shape and dtype; see web/packing.js for how they are packed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import js
import numpy as np
from pyodide.ffi import JsException, to_js

from tabsam.arrays import AnyArray
from tabsam.errors import ModelError, TabsamError
from tabsam.model.option_names import from_json, to_json
from tabsam.model.runtime import DTYPES, Session, Tensor, TensorSpec
from tabsam.model.segmenter import Segmenter
from tabsam.model.selftest import Verdict, compare, compare_large
from tabsam.page.app import App
from tabsam.page.warming import warm_up as warm_up

if TYPE_CHECKING:
    from tabsam.page.protocol.messages import Progress
    from tabsam.page.surroundings import Surroundings


class WebHandle:
    """A tensor that stays in the engine: on the GPU, or in onnxruntime-web's heap."""

    def __init__(self, js_engine: Any, number: int) -> None:
        self._js_engine = js_engine
        self.number = number

    async def read(self) -> AnyArray:
        """Copy the numbers out of the engine."""
        return _array(await _ask(self._js_engine, "read", {"handle": self.number}, _Packing()))

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
        What the engine's ``open`` answered: ``session``, ``inputs``, ``outputs``.
    """

    def __init__(self, js_engine: Any, opened: Mapping[str, Any]) -> None:
        self._js_engine = js_engine
        self._number = opened["session"]
        self._inputs = {spec["name"]: _spec(spec) for spec in opened["inputs"]}
        self._outputs = {spec["name"]: _spec(spec) for spec in opened["outputs"]}

    @property
    def inputs(self) -> Mapping[str, TensorSpec]:
        return self._inputs

    @property
    def outputs(self) -> Mapping[str, TensorSpec]:
        return self._outputs

    async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        packing = _Packing()
        described = {name: _describe(tensor, packing) for name, tensor in feeds.items()}
        params = {"session": self._number, "feeds": described, "outputs": list(outputs)}
        answer = await _ask(self._js_engine, "run", params, packing)
        return {name: self._tensor(answer[name]) for name in outputs}

    async def close(self) -> None:
        await _ask(self._js_engine, "close", {"session": self._number}, _Packing())

    def _tensor(self, wire: Mapping[str, Any]) -> Tensor:
        if "handle" in wire:
            return WebHandle(self._js_engine, wire["handle"])
        return _array(wire)


def _keeps_the_promise(session: WebSession) -> Session:
    """Fail the type check when this class drifts from the seam."""
    return session


# What web/worker/python.js calls

_app = App()


async def handle(method: str, params: str, js_buffers: Any, js_on_progress: Any) -> Any:
    """Answer one request of the page's: ``{json, buffers, failed}``."""

    def on_progress(progress: Progress) -> None:
        packing = _Packing()
        js_on_progress(packing.dumps(progress), packing.js_buffers)

    packing = _Packing()
    try:
        result, failed = await _app.handle(method, _unpack_params(params, js_buffers), on_progress), False
    except TabsamError as error:
        result, failed = error.as_dict(), True
    text = packing.dumps(result)
    return to_js({"json": text, "buffers": packing.js_buffers, "failed": failed}, dict_converter=js.Object.fromEntries)


def attach(js_engine: Any, sessions: str) -> str:
    """Use an engine's sessions from now on.

    Parameters
    ----------
    sessions : str
        ``{encoder, decoder, everything, edges}``: as ``open`` answered, and what the catalogue states of the search for
        everything and of where masks end.

    Returns
    -------
    str
        ``{failure}``, or ``{everything}``: how this model is searched with where a person says nothing.
    """
    try:
        segmenter = _segmenter(js_engine, sessions)
    except TabsamError as error:  # as an exception it would cross as a traceback
        return json.dumps({"failure": error.as_dict()})
    _app.attach(segmenter)
    return json.dumps({"everything": to_json(segmenter.everything_defaults)})


def store_with(js_append: Any) -> None:
    """Have the journal's lines stored by this function of bytes, and of whether they are a whole journal."""
    _app.keeping.store_with(lambda lines, whole: js_append(to_js(lines), whole))


def store_finds_with(js_append: Any, js_read: Any) -> None:
    """Have what searches find stored by these functions: of bytes, which tells where they begin, or -1; and of begin and end."""

    def append(data: bytes) -> int | None:
        start = int(js_append(to_js(data)))
        return start if start >= 0 else None

    def read(start: int, end: int) -> bytes:
        try:
            data: bytes = js_read(start, end).to_bytes()
        except JsException as error:
            raise OSError(str(error)) from error
        return data

    _app.keeping.store_finds_with(append, read)


def read_files_with(js_read: Any) -> None:
    """Have files that were handed over read by this function of a file's number, and of where bytes begin and end."""

    def read(number: int, start: int, end: int) -> bytes:
        try:
            data: bytes = js_read(number, start, end).to_bytes()
        except JsException as error:
            raise OSError(str(error)) from error
        return data

    _app.data_sets.read = read


class _WebSurroundings:
    """The browser's, by web/worker/scripting.js."""

    def __init__(self, js_scripts: Any) -> None:
        self._js_scripts = js_scripts
        self.host = str(js.location.host)
        self.micropip: ModuleType | None = None

    def interruptible(self, allowed: bool) -> None:
        self._js_scripts.interruptible(allowed)

    def reach(self, hosts: Sequence[str]) -> None:
        self._js_scripts.reach(json.dumps(list(hosts)))

    async def ask_to_install(self, packages: list[str], hosts: list[str]) -> bool:
        return bool(await self._js_scripts.askToInstall(json.dumps([packages, hosts])))

    async def file_of(self, id: str) -> tuple[int, int]:
        handed = json.loads(await self._js_scripts.fileOf(id))
        return handed["file"], handed["size"]


def script_with(js_scripts: Any) -> None:
    """Have scripts interrupted, and what they ask answered, by this."""
    if _app.scripting.surroundings is None:
        surroundings: Surroundings = _WebSurroundings(js_scripts)
        _app.scripting.surroundings = surroundings


def guard_packages() -> None:
    """Have micropip, which has been loaded for a script, ask before it fetches anything from elsewhere."""
    if _app.scripting.surroundings is not None:
        _app.scripting.surroundings.micropip = import_module("micropip")


def stop_script() -> None:
    """Stop a script that waits for something."""
    _app.scripting.stop()


def detach(failure: str) -> None:
    """Learn that there is no engine, and why."""
    _app.detach(_as_error(json.loads(failure)))


async def self_test(js_candidate: Any, candidate: str, js_reference: Any, reference: str) -> str:
    """Compare two engines' answers: ``{agrees, reason}``."""
    return _plain_verdict(await compare(_segmenter(js_candidate, candidate), _segmenter(js_reference, reference)))


async def large_self_test(js_candidate: Any, candidate: str, js_reference: Any, decoder: str) -> str:
    """Compare an engine's answers with those of one that has the decoder only: ``{agrees, reason}``."""
    # The encoder's names and shapes say what the decoder's answers mean; it is not run.
    encoder = WebSession(js_candidate, json.loads(candidate)["encoder"])
    reference = Segmenter(encoder, WebSession(js_reference, json.loads(decoder)))
    return _plain_verdict(await compare_large(_segmenter(js_candidate, candidate), reference))


def _segmenter(js_engine: Any, sessions: str) -> Segmenter:
    opened = json.loads(sessions)
    encoder, decoder = (WebSession(js_engine, opened[name]) for name in ("encoder", "decoder"))
    defaults = from_json(opened.get("everything", {}))
    return Segmenter(encoder, decoder, everything_defaults=defaults, edges=opened.get("edges", "decoded"))


def _plain_verdict(verdict: Verdict) -> str:
    return json.dumps({"agrees": verdict.agrees, "reason": verdict.reason})


# Packing


class _Packing:
    """JSON with its arrays beside it."""

    def __init__(self) -> None:
        self.js_buffers = js.Array.new()

    def dumps(self, value: object) -> str:
        """Write plain data; arrays and bytes go to ``js_buffers``."""
        return json.dumps(value, default=self._replace)

    def add(self, js_buffer: Any) -> dict[str, int]:
        """Take a buffer in, and give what stands for it."""
        self.js_buffers.push(js_buffer)
        return {"$buffer": self.js_buffers.length - 1}

    def _replace(self, value: object) -> object:
        if isinstance(value, np.ndarray):
            return self.add(to_js(value))
        if isinstance(value, bytes):
            return self.add(to_js(value).buffer)
        raise TypeError(f"{type(value).__name__} is not plain data")


def _describe(tensor: Tensor, packing: _Packing) -> dict[str, Any]:
    if isinstance(tensor, WebHandle):
        return {"handle": tensor.number}
    assert isinstance(tensor, np.ndarray)  # a handle of another runtime cannot come here
    return {"dtype": tensor.dtype.name, "dims": list(tensor.shape), "data": packing.add(_js_bytes(np.ascontiguousarray(tensor)))}


def _array(wire: Mapping[str, Any]) -> AnyArray:
    array = np.empty(wire["dims"], wire["dtype"])
    if array.size:
        wire["data"].assign_to(array.reshape(-1).view(np.uint8))
    return array


def _js_bytes(array: AnyArray) -> Any:
    js_bytes = js.Uint8Array.new(array.nbytes)
    if array.nbytes:
        js_bytes.assign(array.reshape(-1).view(np.uint8))
    return js_bytes


async def _ask(js_engine: Any, operation: str, params: Mapping[str, Any], packing: _Packing) -> Any:
    try:
        js_reply = await js_engine.askPacked(operation, json.dumps(params), packing.js_buffers)
    except JsException as error:
        raise _as_error(getattr(error, "failure", None), str(error)) from error
    js_buffers = js_reply.buffers
    return json.loads(js_reply.json, object_hook=lambda part: js_buffers[part["$buffer"]] if "$buffer" in part else part)


def _unpack_params(params: str, js_buffers: Any) -> dict[str, Any]:
    def restore(part: dict[str, Any]) -> Any:
        return js_buffers[part["$buffer"]].to_bytes() if "$buffer" in part else part

    unpacked = json.loads(params, object_hook=restore)
    return unpacked if isinstance(unpacked, dict) else {}


def _as_error(failure: Any, fallback: str = "") -> ModelError:
    """Make an engine's failure the error it left as."""
    if failure is None:
        return ModelError("model-run", "The model failed on this input.", "Try again, or try another picture.", details=fallback)
    given = failure if isinstance(failure, dict) else failure.to_py()
    return ModelError(given["code"], given["message"], given["hint"], details=given.get("details") or "")


def _spec(spec: Mapping[str, Any]) -> TensorSpec:
    return TensorSpec(spec["name"], spec["dtype"] if spec["dtype"] in DTYPES else "", tuple(spec["shape"]))
