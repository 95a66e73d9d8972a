"""What the page calls: each method of web/protocol.js, translated from a request into calls, and their outcome into plain data.

It runs on CPython as well, which is how it is tested; web.py connects it to JavaScript.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np

from tabsam.contours import Outline
from tabsam.document import Document
from tabsam.errors import CancelledError, ModelError, RequestError, StateError, TabsamError
from tabsam.exporting import export, fine_outline
from tabsam.formats.png import preview_png
from tabsam.image import open_image, thumbnail
from tabsam.preprocess import Frame
from tabsam.segmenter import Candidate, Embedding, Segmenter
from tabsam.selection import Box, Selection

Params: TypeAlias = Mapping[str, Any]
Plain: TypeAlias = Any
"""Plain data: dicts, lists, strings, numbers, None; bytes and one-dimensional arrays for what is large."""
OnProgress: TypeAlias = Callable[[Plain], None]

T = TypeVar("T")

_REMEMBERED_ANSWERS = 32
"""Undo and redo within so many answers cost no decode; each is about 0.8 MB with three masks of 256 x 256."""


_PATIENCE = 0.1
"""Seconds after which a person wants to know that something is going on."""

_NOTHING_ASKED = object()
"""What an answer is marked with whose model is gone: it is shown until there is another."""


class _Opening:
    """A picture on its way in: can be given up, and be waited for."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.given_up: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[bool] = loop.create_future()

    def give_up(self) -> None:
        if not self.given_up.done():
            self.given_up.set_result(None)


class _Answer:
    """What the model said to some prompts, with the outlines as the page draws them."""

    def __init__(self, prompts: Hashable, candidates: Sequence[Candidate]) -> None:
        self.prompts = prompts
        self.candidates = candidates
        self.plain = [
            {
                "index": index,
                "iouPrediction": candidate.iou_prediction,
                "stabilityScore": candidate.stability_score,
                "outline": _plain_outline(candidate.outline()),
            }
            for index, candidate in enumerate(candidates)
        ]


class App:
    """The application's state: the document, the segmenter, and what the model last said."""

    def __init__(self) -> None:
        self._segmenter: Segmenter | None = None
        self._failure: TabsamError | None = None
        self._attached = asyncio.Event()
        self._document: Document | None = None
        self._encoded_by: Segmenter | None = None
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()
        self._shown = _Answer(Selection().prompts, [])
        self._decoding = asyncio.Lock()
        self._opening: _Opening | None = None
        self._revision = 0
        self._timings: dict[str, float] = {}
        self._methods: dict[str, Callable[[Params, OnProgress], Awaitable[Plain]]] = {
            "open": self._open,
            "cancel": self._cancel,
            "refresh": self._refresh,
            "state": self._state,
            "addPoint": self._changes(lambda doc, p: doc.add_point(_number(p, "x"), _number(p, "y"), _label(p))),
            "movePoint": self._changes(
                lambda doc, p: doc.move_point(_integer(p, "id"), _number(p, "x"), _number(p, "y"), p.get("gesture"))
            ),
            "labelPoint": self._changes(lambda doc, p: doc.label_point(_integer(p, "id"), _label(p))),
            "removePoint": self._changes(lambda doc, p: doc.remove_point(_integer(p, "id"))),
            "setBox": self._changes(lambda doc, p: doc.set_box(_box(p))),
            "choose": self._changes(lambda doc, p: doc.choose(self._candidate_index(p))),
            "clear": self._changes(lambda doc, p: doc.clear()),
            "undo": self._changes(lambda doc, p: doc.undo()),
            "redo": self._changes(lambda doc, p: doc.redo()),
            "thumbnail": self._thumbnail,
            "mask": self._mask,
            "contours": self._contours,
            "export": self._export,
        }

    async def handle(self, method: str, params: Params, on_progress: OnProgress) -> Plain:
        """Answer one request; see web/protocol.js for every method's params and result.

        Raises
        ------
        TabsamError
            Whatever went wrong; nothing the user made is lost.
        """
        if method not in self._methods:
            raise RequestError("unknown-method", f"There is no method '{method}'.")
        if method not in ("open", "cancel", "state"):
            await self._opened()
        return await self._methods[method](params, on_progress)

    def attach(self, segmenter: Segmenter) -> None:
        """Use these sessions from now on. An open picture is encoded and asked about anew when next needed."""
        self._segmenter = segmenter
        self._answers.clear()
        self._shown.prompts = _NOTHING_ASKED
        self._failure = None
        self._attached.set()

    def detach(self, failure: TabsamError) -> None:
        """Learn that there is no segmenter, and why; calls that need one fail with that reason."""
        self._segmenter = None
        self._failure = failure
        self._attached.set()

    # Opening a picture

    async def _open(self, params: Params, on_progress: OnProgress) -> Plain:
        if self._opening is not None:
            self._opening.give_up()
        opening = self._opening = _Opening()
        opened = False
        try:
            document = Document(_text(params, "name"), open_image(_bytes(params, "bytes")))
            preview = preview_png(document.image) if params.get("preview") else None
            on_progress({"stage": "file", "message": "Opened the picture", "preview": preview})
            segmenter, embedding, milliseconds = await self._encode_unless_given_up(document, opening, on_progress)
            segmenter.use(embedding)
            self._encoded_by = segmenter
            self._document = document
            self._answers.clear()
            self._shown = _Answer(document.selection.prompts, [])
            self._timings = {"encode": milliseconds}
            self._revision += 1
            opened = True
            return self._view()
        finally:
            opening.ended.set_result(opened)
            if self._opening is opening:
                self._opening = None

    async def _encode_unless_given_up(
        self, document: Document, opening: _Opening, on_progress: OnProgress
    ) -> tuple[Segmenter, Embedding, float]:
        async def encode(segmenter: Segmenter) -> tuple[Segmenter, Embedding, float]:
            start = time.perf_counter()
            on_progress({"stage": "encode", "message": "Encoding the picture"})
            return segmenter, await segmenter.encode(document.image), _milliseconds_since(start)

        encoding = asyncio.ensure_future(self._with_engine(encode))
        futures: set[asyncio.Future[Any]] = {encoding, opening.given_up}
        await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
        if opening.given_up.done():
            # A run cannot be stopped half-way; what it still brings is thrown away.
            encoding.add_done_callback(_release_result)
            raise CancelledError("cancelled", "Opening the picture was cancelled.")
        return await encoding

    async def _cancel(self, params: Params, on_progress: OnProgress) -> Plain:
        if self._opening is not None:
            self._opening.give_up()
        return None

    async def _opened(self) -> None:
        """Wait for the picture that is on its way: what is asked meanwhile is meant for it."""
        while self._opening is not None:
            if not await asyncio.shield(self._opening.ended):
                raise CancelledError("cancelled", "The picture that this was meant for has not been opened.")

    # Prompts and answers

    def _changes(self, change: Callable[[Document, Params], None]) -> Callable[[Params, OnProgress], Awaitable[Plain]]:
        """Make a method that changes the document and brings the answer; when that takes long, it first says what changed."""

        async def method(params: Params, on_progress: OnProgress) -> Plain:
            change(self._open_document(), params)
            self._revision += 1

            def say_so() -> None:
                # Without outlines: the page has those that it shows.
                on_progress({"stage": "decode", "message": "Finding the mask", "view": self._view() | {"candidates": []}})

            # Not at once: where the model answers sooner, the page would draw what nobody sees, on a processor that is busy.
            news = asyncio.get_running_loop().call_later(_PATIENCE, say_so)
            try:
                await self._settle()
            finally:
                news.cancel()
            return self._view()

        return method

    async def _settle(self) -> None:
        """Bring the answer to the newest prompts; those that have been overtaken meanwhile are never decoded."""
        async with self._decoding:
            document = self._open_document()
            selection = document.selection
            if self._shown.prompts == selection.prompts:
                return
            start = time.perf_counter()
            answer = self._answers.pop(selection.prompts, None)
            if answer is None and selection.is_empty:
                answer = _Answer(selection.prompts, [])
            elif answer is None:
                candidates = await self._predict(document)
                self._timings["decode"] = _milliseconds_since(start)
                answer = _Answer(selection.prompts, candidates)
            self._answers[selection.prompts] = answer
            if len(self._answers) > _REMEMBERED_ANSWERS:
                self._answers.popitem(last=False)
            self._shown = answer
            self._timings["total"] = _milliseconds_since(start)
            self._revision += 1

    async def _predict(self, document: Document) -> list[Candidate]:
        selection = document.selection
        points = [(point.x, point.y) for point in selection.points]
        labels = [point.label for point in selection.points]

        async def predict(segmenter: Segmenter) -> list[Candidate]:
            await self._encode_for(segmenter, document)
            return await segmenter.predict(points, labels, selection.box)

        return await self._with_engine(predict)

    async def _refresh(self, params: Params, on_progress: OnProgress) -> Plain:
        """Encode the open picture for a model that has taken another's place, and ask it what the one before was asked."""
        if self._document is not None:
            document, start = self._document, time.perf_counter()
            on_progress({"stage": "encode", "message": "Encoding the picture"})
            async with self._decoding:
                await self._with_engine(lambda segmenter: self._encode_for(segmenter, document))
            self._timings = {"encode": _milliseconds_since(start)}
            await self._settle()
        return self._view()

    async def _encode_for(self, segmenter: Segmenter, document: Document) -> None:
        if self._encoded_by is not segmenter:
            segmenter.use(await segmenter.encode(document.image))
            self._encoded_by = segmenter

    async def _with_engine(self, action: Callable[[Segmenter], Awaitable[T]]) -> T:
        """Do something with the segmenter; when its engine dies meanwhile, once more with the next one."""
        segmenter = await self._usable_segmenter()
        try:
            return await action(segmenter)
        except ModelError as error:
            if error.code != "engine-lost":
                raise
        if self._segmenter is segmenter:
            self._attached.clear()
        return await action(await self._usable_segmenter())

    async def _usable_segmenter(self) -> Segmenter:
        await self._attached.wait()
        if self._segmenter is None:
            assert self._failure is not None  # attach and detach set one of the two
            raise self._failure
        return self._segmenter

    # What is asked of the document

    async def _state(self, params: Params, on_progress: OnProgress) -> Plain:
        return self._view()

    async def _thumbnail(self, params: Params, on_progress: OnProgress) -> Plain:
        if self._document is None:
            return None
        small = thumbnail(self._document.image, _integer(params, "side")).convert("RGBA")
        return {"width": small.width, "height": small.height, "data": small.tobytes()}

    async def _mask(self, params: Params, on_progress: OnProgress) -> Plain:
        mask = (await self._candidate(params)).mask()
        return {"width": mask.shape[1], "height": mask.shape[0], "data": mask.view(np.uint8).reshape(-1)}

    async def _contours(self, params: Params, on_progress: OnProgress) -> Plain:
        tolerance = 0.0 if params.get("tolerance") is None else _number(params, "tolerance")
        return _plain_outline(fine_outline(await self._candidate(params), tolerance))

    async def _export(self, params: Params, on_progress: OnProgress) -> Plain:
        candidate = await self._candidate(params)
        document = self._open_document()
        exported = export(_text(params, "kind"), candidate, document.image, document.name)
        return {"bytes": exported.data, "type": exported.type, "name": exported.name}

    async def _candidate(self, params: Params) -> Candidate:
        """Give the candidate that is asked for, or the one that is shown; of the newest prompts."""
        await self._settle()
        index = self._chosen() if params.get("candidate") is None else self._candidate_index(params)
        if index is None:
            raise StateError("nothing-selected", "Nothing is selected yet.", "Click an object first.")
        return self._shown.candidates[index]

    def _candidate_index(self, params: Params) -> int:
        index = _integer(params, "candidate")
        if not 0 <= index < len(self._shown.candidates):
            raise RequestError("no-such-candidate", f"There is no candidate {index}; there are {len(self._shown.candidates)}.")
        return index

    def _open_document(self) -> Document:
        if self._document is None:
            raise StateError("no-image", "There is no picture yet.", "Open a picture first.")
        return self._document

    def _is_answered(self) -> bool:
        return self._document is None or self._shown.prompts == self._document.selection.prompts

    def _chosen(self) -> int | None:
        if self._document is None or not self._shown.candidates:
            return None
        chosen = self._document.selection.chosen or 0
        return chosen if chosen < len(self._shown.candidates) else 0

    def _view(self) -> Plain:
        document = self._document
        view = {
            "revision": self._revision,
            "image": None,
            "points": [],
            "box": None,
            "candidates": self._shown.plain,
            "chosen": self._chosen(),
            "decoding": not self._is_answered(),
            "canUndo": False,
            "canRedo": False,
            "timings": dict(self._timings),
        }
        if document is None:
            return view
        selection = document.selection
        return view | {
            "image": {"name": document.name, "width": document.image.width, "height": document.image.height},
            "points": [{"id": point.id, "x": point.x, "y": point.y, "label": point.label} for point in selection.points],
            "box": None if selection.box is None else list(selection.box),
            "canUndo": document.can_undo,
            "canRedo": document.can_redo,
        }


def warm_up() -> None:
    """Make an outline that nobody needs: the first takes 100 ms more than the next, and the person still chooses."""
    y, x = np.mgrid[:256, :256].astype(np.float32)
    candidate = Candidate(100 - np.hypot(x - 128, y - 128), 1.0, 1.0, Frame((256, 256), (1024, 1024), (1024, 1024)))
    _Answer(None, [candidate])


def _release_result(encoding: asyncio.Future[tuple[Segmenter, Embedding, float]]) -> None:
    if not encoding.cancelled() and encoding.exception() is None:
        encoding.result()[1].release()


def _plain_outline(line: Outline) -> Plain:
    return {"vertices": line.vertices.astype(np.float32).reshape(-1), "offsets": line.ring_offsets}


def _milliseconds_since(start: float) -> float:
    return (time.perf_counter() - start) * 1000


# Parameters, checked where they enter


def _number(params: Params, name: str) -> float:
    value = params.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RequestError("bad-request", f"'{name}' must be a number, not {value!r}.")
    return float(value)


def _integer(params: Params, name: str) -> int:
    value = _number(params, name)
    if value != int(value):
        raise RequestError("bad-request", f"'{name}' must be a whole number, not {value!r}.")
    return int(value)


def _text(params: Params, name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str):
        raise RequestError("bad-request", f"'{name}' must be text, not {value!r}.")
    return value


def _bytes(params: Params, name: str) -> bytes | memoryview:
    value = params.get(name)
    if not isinstance(value, bytes | memoryview):
        raise RequestError("bad-request", f"'{name}' must be bytes.")
    return value


def _label(params: Params) -> int:
    label = _integer(params, "label")
    if label not in (0, 1):
        raise RequestError("bad-request", f"'label' must be 1 on the object or 0 off it, not {label}.")
    return label


def _box(params: Params) -> Box | None:
    value = params.get("box")
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise RequestError("bad-request", "'box' must be four numbers: x0, y0, x1, y1.")
    x0, y0, x1, y1 = (_number({"box": number}, "box") for number in value)
    return x0, y0, x1, y1
