"""What web/worker/python.js calls: the page's Python, with its sessions in an engine worker. Imports only in Pyodide."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import js
from pyodide.ffi import JsException, to_js

from tabsam.errors import TabsamError
from tabsam.model.embedding import Identity
from tabsam.model.option_names import from_json, to_json
from tabsam.model.segmenter import OBJECTS_A_RUN, OBJECTS_A_RUN_ON_GPU, Segmenter
from tabsam.model.selftest import Verdict, compare, compare_large
from tabsam.page.app import App
from tabsam.page.warming import warm_up as warm_up
from tabsam.page.web_sessions import Packing, WebHandle, WebSession, as_error, spec_of, unpack_params

if TYPE_CHECKING:
    from tabsam.model.runtime import Session, Tensor
    from tabsam.page.encoding import EmbeddingFile
    from tabsam.page.protocol.messages import Progress
    from tabsam.page.surroundings import Surroundings

_app = App()


async def handle(method: str, params: str, js_buffers: Any, js_on_progress: Any) -> Any:
    """Answer one request of the page's: ``{json, buffers, failed}``."""

    def on_progress(progress: Progress) -> None:
        packing = Packing()
        js_on_progress(packing.dumps(progress), packing.js_buffers)

    packing = Packing()
    try:
        result, failed = await _app.handle(method, unpack_params(params, js_buffers), on_progress), False
    except TabsamError as error:
        result, failed = error.as_dict(), True
    text = packing.dumps(result)
    return to_js({"json": text, "buffers": packing.js_buffers, "failed": failed}, dict_converter=js.Object.fromEntries)


class _KeptEmbedding:
    """What the browser keeps of a model's encoder, by web/worker/kept-embedding.js."""

    def __init__(self, js_engine: Any, js_kept: Any) -> None:
        self._js_engine = js_engine
        self._js_kept = js_kept

    async def write(self, picture: str, tensors: Mapping[str, Tensor]) -> bool:
        handles = {name: tensor.number for name, tensor in tensors.items() if isinstance(tensor, WebHandle)}
        return bool(await self._js_kept.write(picture, json.dumps(handles)))

    async def read(self, picture: str) -> dict[str, Tensor] | None:
        handles = json.loads(await self._js_kept.read(picture))
        return None if handles is None else {name: WebHandle(self._js_engine, number) for name, number in handles.items()}


def attach(js_engine: Any, sessions: str, js_kept: Any = None) -> str:
    """Use an engine's sessions from now on.

    Parameters
    ----------
    js_kept : KeptEmbedding (web/worker/kept-embedding.js), or None
        Where the open picture's embedding is kept for another day.
    sessions : str
        ``{encoder, decoder, everything, edges, tidy, model, decoders}``: as ``open`` answered, and what the catalogue states of
        the search for everything, of where masks end and of what is tidied away; the model's id, and the digests of its decoder.
        An encoder whose ``session`` is null is not here.

    Returns
    -------
    str
        ``{failure}``, or ``{everything, assumed}``: how this model is searched with where a person says nothing, and what was
        assumed of one whose tensors have names of their own, in a sentence.
    """
    try:
        segmenter = _segmenter(js_engine, sessions)
    except TabsamError as error:  # as an exception it would cross as a traceback
        return json.dumps({"failure": error.as_dict()})
    file: EmbeddingFile | None = None if js_kept is None else _KeptEmbedding(js_engine, js_kept)
    _app.attach(segmenter, file)
    return json.dumps({"everything": to_json(segmenter.everything_defaults), "assumed": segmenter.assumed})


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
    _app.detach(as_error(json.loads(failure)))


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
    defaults = from_json(opened.get("everything", {}))
    edges, tidy = opened.get("edges", "decoded"), opened.get("tidy", 0.0)
    encoder, decoder = _encoder(js_engine, opened["encoder"]), WebSession(js_engine, opened["decoder"])
    at_once = OBJECTS_A_RUN_ON_GPU if opened.get("provider") == "webgpu" else OBJECTS_A_RUN
    segmenter = Segmenter(encoder, decoder, everything_defaults=defaults, edges=edges, tidy=tidy, objects_a_run=at_once)
    digests = tuple(opened.get("decoders", ()))
    segmenter.identity = Identity(opened.get("model", ""), lambda: digests)
    return segmenter


def _encoder(js_engine: Any, opened: Any) -> Session:
    if opened["session"] is not None:
        return WebSession(js_engine, opened)
    from tabsam.model.absent_encoder import AbsentEncoder  # here: most encoders are there

    (picture,) = map(spec_of, opened["inputs"])
    return AbsentEncoder(picture, {spec["name"]: spec_of(spec) for spec in opened["outputs"]})


def _plain_verdict(verdict: Verdict) -> str:
    return json.dumps({"agrees": verdict.agrees, "reason": verdict.reason})
