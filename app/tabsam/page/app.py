"""What the page calls: each method of web/protocol.js, translated from a request into calls, and their outcome into plain data.

It runs on CPython as well, which is how it is tested; web.py connects it to JavaScript. What is asked about objects is in
objects.py, the search for everything in searching.py.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

import numpy as np
from PIL import Image

from tabsam.document.annotations import Annotations
from tabsam.document.document import Document
from tabsam.document.selection import Point, Selection
from tabsam.errors import CancelledError, FormatError, ModelError, RequestError, StateError, TabsamError
from tabsam.formats.candidate import export, fine_outline
from tabsam.formats.png import preview_png
from tabsam.model.image import open_image, thumbnail
from tabsam.model.preprocess import Frame
from tabsam.model.segmenter import Candidate, Embedding, Segmenter
from tabsam.page.answers import Answer, plain_outline
from tabsam.page.embeddings import Embeddings
from tabsam.page.objects import Objects
from tabsam.page.requests import OnProgress, Params, Plain, box, data, flag, integer, label, number, optional_integer, text
from tabsam.page.searching import Searching
from tabsam.page.views import Views

T = TypeVar("T")
Method: TypeAlias = Callable[[Params, OnProgress], Awaitable[Plain]]

_REMEMBERED_ANSWERS = 32
"""Undo and redo within so many answers cost no decode; each is about 0.8 MB with three masks of 256 x 256."""

_REMEMBERED_DOCUMENTS = 64
"""Of so many pictures the work is there again when they are opened again."""

_EMBEDDING_BYTES = 256_000_000
"""What encoded pictures may take; the default model's take 16 MB each."""

_PATIENCE = 0.2
"""Seconds after which a person wants to know that something is going on; to say so takes the processor from the model."""

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


@dataclass(frozen=True, eq=False)
class Picture:
    """The picture that is open.

    Attributes
    ----------
    image : PIL.Image.Image, mode "RGB"
    source : bytes
        Its file.
    digest : str
        The file's SHA-256, in hex.
    """

    image: Image.Image
    source: bytes
    digest: str


class App:
    """The application's state: the picture, the document, the segmenter, and what the model last said."""

    def __init__(self) -> None:
        self._segmenter: Segmenter | None = None
        self._failure: TabsamError | None = None
        self._attached = asyncio.Event()
        self._picture: Picture | None = None
        self._document: Document | None = None
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._embeddings = Embeddings(_EMBEDDING_BYTES)
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._asked_of = object()  # another one with every picture and model: what was asked of those before says nothing
        self._shown = Answer(Selection().prompts, [])
        self._decoding = asyncio.Lock()
        self._opening: _Opening | None = None
        self._hovers = 0
        self._feeds_back = True
        self._views = Views()
        self._revision = 0
        self._timings: dict[str, float] = {}
        self._searching = Searching(self)
        self._methods: dict[str, Method] = {
            "open": self._open,
            "cancel": self._cancel,
            "refresh": self._refresh,
            "state": self._state,
            "addPoint": self.changes(
                lambda doc, p: doc.add_point(number(p, "x"), number(p, "y"), label(p), refines=self._refines())
            ),
            "movePoint": self.changes(
                lambda doc, p: doc.move_point(integer(p, "id"), number(p, "x"), number(p, "y"), optional_integer(p, "gesture"))
            ),
            "labelPoint": self.changes(lambda doc, p: doc.label_point(integer(p, "id"), label(p))),
            "removePoint": self.changes(lambda doc, p: doc.remove_point(integer(p, "id"))),
            "setBox": self.changes(lambda doc, p: doc.set_box(box(p), optional_integer(p, "gesture"))),
            "choose": self.changes(lambda doc, p: doc.choose(self._candidate_index(p))),
            "setThreshold": self.changes(
                lambda doc, p: doc.set_threshold(number(p, "threshold"), optional_integer(p, "gesture"))
            ),
            "clear": self.changes(lambda doc, p: doc.clear()),
            "undo": self.changes(lambda doc, p: doc.undo()),
            "redo": self.changes(lambda doc, p: doc.redo()),
            "feedBack": self._feed_back,
            "hover": self._hover,
            "thumbnail": self._thumbnail,
            "mask": self._mask,
            "contours": self._contours,
            "export": self._export,
            **Objects(self).methods(),
            **self._searching.methods(),
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
        self._embeddings.clear()
        self._forget_answers()
        self._shown.prompts = _NOTHING_ASKED
        self._failure = None
        self._attached.set()

    def detach(self, failure: TabsamError) -> None:
        """Learn that there is no segmenter, and why; calls that need one fail with that reason."""
        self._segmenter = None
        self._failure = failure
        self._attached.set()

    # What the other modules need

    @property
    def document(self) -> Document:
        """The open document; ``no-image`` without one."""
        if self._document is None:
            raise StateError("no-image", "There is no picture yet.", "Open a picture first.")
        return self._document

    @property
    def picture(self) -> Picture:
        """The open picture; ``no-image`` without one."""
        if self._picture is None:
            raise StateError("no-image", "There is no picture yet.", "Open a picture first.")
        return self._picture

    def view(self, *, first: bool = False) -> Plain:
        """All that the page draws; `first`, before all the rest, only the outline that it shows."""
        document, answered, chosen = self._document, self._is_answered(), self._chosen()
        threshold = 0.0 if document is None else document.selection.threshold
        view = {
            "revision": self._revision,
            "image": None,
            "points": [],
            "box": None,
            "mask": None,
            "threshold": threshold,
            "candidates": self._shown.plain(threshold, only=chosen if first else None),
            "chosen": chosen,
            "decoding": not answered,
            "canUndo": False,
            "canRedo": False,
            "active": None,
            "category": None,
            "refines": None,
            "feedsBack": self._feeds_back,
            "worldFile": None,
            "objects": self._views.objects(document),
            "encoded": {"pictures": len(self._embeddings), "bytes": self._embeddings.nbytes},
            "timings": dict(self._timings),
        }
        if document is None:
            return view
        selection = document.selection
        height, width = document.image_size
        return view | {
            "image": {"name": document.name, "width": width, "height": height},
            "points": [
                {"id": point.id, "x": point.x, "y": point.y, "label": point.label, "refines": point.refines}
                for point in selection.points
            ],
            "box": None if selection.box is None else list(selection.box),
            "mask": None if selection.mask is None else plain_outline(selection.mask),
            "canUndo": document.can_undo,
            "canRedo": document.can_redo,
            "active": document.active,
            "category": document.category,
            "refines": document.work.refines,
            "worldFile": None if document.work.affine is None else list(document.work.affine.world_file),
        }

    def changed(self) -> Plain:
        """Count a change that needs no answer, and give the view."""
        self._revision += 1
        return self.view()

    def changes(self, change: Callable[[Document, Params], object]) -> Method:
        """Make a method that changes the document and brings the answer; when that takes long, it first says what changed."""

        async def method(params: Params, on_progress: OnProgress) -> Plain:
            change(self.document, params)
            self._revision += 1

            def say_so() -> None:
                # Without outlines: the page has those that it shows.
                on_progress({"stage": "decode", "message": "Finding the mask", "view": self.view() | {"candidates": []}})

            # Not at once: where the model answers sooner, the page would draw what nobody sees, on a processor that is busy.
            news = asyncio.get_running_loop().call_later(_PATIENCE, say_so)
            try:
                await self.settle()
            finally:
                news.cancel()
            if not self._shown.is_drawn(self.document.selection.threshold):
                on_progress({"stage": "decode", "message": "Found the mask", "view": self.view(first=True)})
            return self.view()

        return method

    async def settle(self) -> None:
        """Bring the answer to the newest prompts; those that have been overtaken meanwhile are never decoded."""
        async with self._decoding:
            while self._shown.prompts != (selection := self.document.selection).prompts:
                start, asked_of = time.perf_counter(), self._asked_of
                answer = await self._answer_to(selection)
                if asked_of is self._asked_of:  # else there is another picture or model now
                    self._shown = answer
                    self._timings["total"] = _milliseconds_since(start)
                    self._revision += 1
                    return

    async def answer_to(self, selection: Selection) -> Answer:
        """Ask the model something without changing the document."""
        async with self._decoding:
            return await self._answer_to(selection)

    async def candidate(self, params: Params) -> Candidate:
        """Give the candidate that is asked for, or the one that is shown; of the newest prompts."""
        await self.settle()
        index = self._chosen() if params.get("candidate") is None else self._candidate_index(params)
        if index is None:
            raise StateError("nothing-selected", "Nothing is selected yet.", "Click an object first.")
        return self._shown.candidates[index]

    async def shown(self) -> tuple[Answer, int | None]:
        """Give the answer to the newest prompts, and which of its candidates is shown."""
        await self.settle()
        return self._shown, self._chosen()

    async def with_segmenter(self, action: Callable[[Segmenter, Embedding], Awaitable[T]]) -> T:
        """Do something with the segmenter and the open picture's embedding; when the engine dies meanwhile, once more."""
        picture = self.picture

        async def act(segmenter: Segmenter) -> T:
            return await action(segmenter, await self._encode_for(segmenter, picture))

        return await self._with_engine(act)

    # Opening a picture

    async def _open(self, params: Params, on_progress: OnProgress) -> Plain:
        if self._opening is not None:
            self._opening.give_up()
        opening = self._opening = _Opening()
        opened = False
        try:
            name, source, annotations = _unpacked(text(params, "name"), data(params, "bytes"))
            picture = Picture(open_image(source), source, hashlib.sha256(source).hexdigest())
            preview = preview_png(picture.image) if params.get("preview") or annotations else None
            on_progress({"stage": "file", "message": "Opened the picture", "preview": preview})
            segmenter, embedding, milliseconds = await self._encode_unless_given_up(picture, opening, on_progress)
            await self._searching.stop()
            segmenter.use(embedding)
            self._picture = picture
            self._document = self._document_of(picture, name)
            if annotations is not None:
                self._document.merge(annotations)
            self._forget_answers()
            self._shown = Answer(Selection().prompts, [])
            self._timings = {"encode": milliseconds}
            self._revision += 1
            opened = True
        finally:
            opening.ended.set_result(opened)
            if self._opening is opening:
                self._opening = None
        await self.settle()  # a picture that has been open before has its prompts
        return self.view()

    def _document_of(self, picture: Picture, name: str) -> Document:
        """Give the work on a picture that has been open before, or begin it."""
        document = self._documents.pop(picture.digest, None) or Document(name, (picture.image.height, picture.image.width))
        document.name = name
        self._documents[picture.digest] = document
        if len(self._documents) > _REMEMBERED_DOCUMENTS:
            self._documents.popitem(last=False)
        return document

    async def _encode_unless_given_up(
        self, picture: Picture, opening: _Opening, on_progress: OnProgress
    ) -> tuple[Segmenter, Embedding, float]:
        async def encode(segmenter: Segmenter) -> tuple[Segmenter, Embedding, float]:
            start = time.perf_counter()
            embedding = await self._embedding_of(picture, segmenter, on_progress)
            return segmenter, embedding, _milliseconds_since(start)

        encoding = asyncio.ensure_future(self._with_engine(encode))
        futures: set[asyncio.Future[Any]] = {encoding, opening.given_up}
        await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
        if opening.given_up.done():
            # A run cannot be stopped half-way; what it still brings is kept: it may be wanted again.
            encoding.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise CancelledError("cancelled", "Opening the picture was cancelled.")
        return await encoding

    async def _embedding_of(self, picture: Picture, segmenter: Segmenter, on_progress: OnProgress) -> Embedding:
        """Give a picture's embedding: the one that is kept, or a new one, which is."""
        embedding = self._embeddings.get(segmenter, picture.digest)
        if embedding is None:
            on_progress({"stage": "encode", "message": "Encoding the picture"})
            made = await segmenter.encode(picture.image)
            embedding = self._embeddings.get(segmenter, picture.digest)
            if embedding is not None:  # somebody else has asked for it at the same time, and works with it
                made.release()
                return embedding
            embedding = made
            if segmenter is self._segmenter:  # else its engine is gone, and with it what it has just made
                if self._picture is not None:
                    self._embeddings.get(segmenter, self._picture.digest)  # the open one is the last that may go
                self._embeddings.put(segmenter, picture.digest, embedding)
        return embedding

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

    def _forget_answers(self) -> None:
        self._answers.clear()
        self._asked_of = object()

    async def _answer_to(self, selection: Selection) -> Answer:
        start, asked_of = time.perf_counter(), self._asked_of
        answer = self._answers.pop(selection.prompts, None)
        if answer is None and selection.is_empty:
            answer = Answer(selection.prompts, [])
        elif answer is None:
            candidates = await self._predict(selection, await self._refined_by(selection))
            self._timings["decode"] = _milliseconds_since(start)
            answer = Answer(selection.prompts, candidates)
        if asked_of is not self._asked_of:
            return answer
        self._answers[selection.prompts] = answer
        if len(self._answers) > _REMEMBERED_ANSWERS:
            self._answers.popitem(last=False)
        return answer

    async def _predict(self, selection: Selection, refined: Candidate | None) -> list[Candidate]:
        points = [(point.x, point.y) for point in selection.points]
        labels = [point.label for point in selection.points]

        async def predict(segmenter: Segmenter, embedding: Embedding) -> list[Candidate]:
            mask = None if refined is None else refined.logits
            if selection.mask is not None:
                from tabsam.document.painting import mask_logits  # here: few ever paint, and the start waits for every import

                mask = mask_logits(selection.mask, embedding.frame, segmenter.mask_size)
            return await segmenter.predict(points, labels, selection.box, mask, all_candidates=True)

        return await self.with_segmenter(predict)

    async def _refined_by(self, selection: Selection) -> Candidate | None:
        """Give the candidate that the answer to a selection refines: known, mostly, or else asked for again."""
        if selection.refined is None or self._segmenter is None or not self._segmenter.takes_mask:
            return None
        before, index = selection.refined
        candidates = (await self._answer_to(before)).candidates
        return candidates[min(index, len(candidates) - 1)]

    def _refines(self) -> int | None:
        """Tell which candidate the next point is to refine; None where it is to begin anew.

        Only of an answer that is there: a click that has been overtaken is never decoded.
        """
        return self._chosen() if self._feeds_back and self._is_answered() else None

    async def _feed_back(self, params: Params, on_progress: OnProgress) -> Plain:
        self._feeds_back = flag(params, "on")
        return self.changed()

    async def _hover(self, params: Params, on_progress: OnProgress) -> Plain:
        """Tell what a click would select; None when the pointer has moved on meanwhile."""
        self._hovers += 1
        mine, document = self._hovers, self.document
        if params.get("x") is None:
            return None
        x, y = number(params, "x"), number(params, "y")
        async with self._decoding:
            if mine != self._hovers or document is not self._document:
                return None
            selection, asked_of = document.selection, self._asked_of
            points = (*selection.points, Point(0, x, y, 1, self._refines()))
            answer = await self._answer_to(replace(selection, points=points, rounds=()))
        if asked_of is not self._asked_of:
            return None
        best = answer.candidates[0]
        return {
            "outline": answer.outline(0, selection.threshold),
            "iouPrediction": best.iou_prediction,
            "decode": self._timings.get("decode"),
        }

    async def _refresh(self, params: Params, on_progress: OnProgress) -> Plain:
        """Encode the open picture for a model that has taken another's place, and ask it what the one before was asked."""
        if self._picture is not None:
            picture, start = self._picture, time.perf_counter()
            on_progress({"stage": "encode", "message": "Encoding the picture"})
            async with self._decoding:
                await self._with_engine(lambda segmenter: self._encode_for(segmenter, picture))
            self._timings = {"encode": _milliseconds_since(start)}
            await self.settle()
        return self.view()

    async def _encode_for(self, segmenter: Segmenter, picture: Picture) -> Embedding:
        embedding = await self._embedding_of(picture, segmenter, lambda progress: None)
        segmenter.use(embedding)
        return embedding

    async def _with_engine(self, action: Callable[[Segmenter], Awaitable[T]]) -> T:
        """Do something with the segmenter; when that fails because another takes its place, once more with that one."""
        segmenter = await self._usable_segmenter()
        try:
            return await action(segmenter)
        except ModelError as error:
            if error.code != "engine-lost" and self._segmenter is segmenter:
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
        return self.view()

    async def _thumbnail(self, params: Params, on_progress: OnProgress) -> Plain:
        if self._picture is None:
            return None
        small = thumbnail(self._picture.image, max(1, integer(params, "side"))).convert("RGBA")
        return {"width": small.width, "height": small.height, "data": small.tobytes()}

    async def _mask(self, params: Params, on_progress: OnProgress) -> Plain:
        mask = (await self.candidate(params)).mask(threshold=self.document.selection.threshold)
        return {"width": mask.shape[1], "height": mask.shape[0], "data": mask.view(np.uint8).reshape(-1)}

    async def _contours(self, params: Params, on_progress: OnProgress) -> Plain:
        tolerance = 0.0 if params.get("tolerance") is None else number(params, "tolerance")
        candidate, threshold = await self.candidate(params), self.document.selection.threshold
        return plain_outline(fine_outline(candidate, tolerance, threshold=threshold))

    async def _export(self, params: Params, on_progress: OnProgress) -> Plain:
        candidate = await self.candidate(params)
        threshold = self.document.selection.threshold
        exported = export(text(params, "kind"), candidate, self.picture.image, self.document.name, threshold=threshold)
        return {"bytes": exported.data, "type": exported.type, "name": exported.name}

    def _candidate_index(self, params: Params) -> int:
        index = integer(params, "candidate")
        if not 0 <= index < len(self._shown.candidates):
            raise RequestError("no-such-candidate", f"There is no candidate {index}; there are {len(self._shown.candidates)}.")
        return index

    def _is_answered(self) -> bool:
        return self._document is None or self._shown.prompts == self._document.selection.prompts

    def _chosen(self) -> int | None:
        if self._document is None or not self._shown.candidates:
            return None
        chosen = self._document.selection.chosen or 0
        return chosen if chosen < len(self._shown.candidates) else 0


def _unpacked(name: str, source: bytes) -> tuple[str, bytes, Annotations | None]:
    """Give a picture's name and file; of a project those that it holds, with its annotations."""
    if not source.startswith(b"PK\x03\x04"):
        return name, source, None
    from tabsam.formats.project import read_project

    project = read_project(source)
    if project.picture is None:
        raise FormatError(
            "project-no-picture",
            f"This project does not hold its picture, '{project.annotations.picture}'.",
            "Open the picture first, and then the project.",
        )
    return project.annotations.picture, project.picture, project.annotations


def warm_up() -> None:
    """Make an outline that nobody needs: the first takes 100 ms more than the next, and the person still chooses."""
    y, x = np.mgrid[:256, :256].astype(np.float32)
    candidate = Candidate(100 - np.hypot(x - 128, y - 128), 1.0, 1.0, Frame((256, 256), (1024, 1024), (1024, 1024)))
    Answer(None, [candidate]).plain()


def _milliseconds_since(start: float) -> float:
    return (time.perf_counter() - start) * 1000
