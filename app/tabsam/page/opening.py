"""Pictures on their way in: read, encoded, and only then put in the place of the one before."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tabsam.document.annotations import Annotations
from tabsam.document.document import Document
from tabsam.errors import CancelledError, FormatError
from tabsam.formats.png import PREVIEW_SIDE, png_bytes, preview_png
from tabsam.model.embedding import Embedding
from tabsam.model.image import open_image
from tabsam.model.segmenter import Segmenter
from tabsam.page.answering import Answering, milliseconds_since
from tabsam.page.edge_following import EdgeFollowing
from tabsam.page.encoding import Encoding
from tabsam.page.engine import Engine
from tabsam.page.view import ViewMaker
from tabsam.page.workspace import Picture, Workspace

if TYPE_CHECKING:
    from tabsam.page.protocol.messages import Encoded, Progress, View
    from tabsam.page.protocol.methods import OnProgress, OpeningMethods, WorkerMethods
    from tabsam.page.protocol.params import NoParams, OpenParams, PrepareParams


class _Arrival:
    """A picture on its way in: can be given up, and be waited for."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.given_up: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[bool] = loop.create_future()

    def give_up(self) -> None:
        if not self.given_up.done():
            self.given_up.set_result(None)


class Opening:
    """Answers what is asked about the picture as a whole; it keeps which one is on its way.

    Parameters
    ----------
    before_change : callable
        Awaited before another picture takes the place of the one that is open.
    """

    def __init__(
        self,
        engine: Engine,
        workspace: Workspace,
        encoding: Encoding,
        answering: Answering,
        views: ViewMaker,
        edges: EdgeFollowing,
        before_change: Callable[[], Awaitable[None]],
    ) -> None:
        self._engine = engine
        self._workspace = workspace
        self._encoding = encoding
        self._answering = answering
        self._views = views
        self._edges = edges
        self._before_change = before_change
        self._arrival: _Arrival | None = None

    def methods(self) -> OpeningMethods:
        """Give what the page asks."""
        return {"open": self._open, "cancel": self._cancel, "state": self._state, "prepare": self._prepare}

    def worker_methods(self) -> WorkerMethods:
        """Give what the worker asks."""
        return {"refresh": self._refresh}

    async def wait(self) -> None:
        """Wait for the picture that is on its way: what is asked meanwhile is meant for it."""
        while self._arrival is not None:
            if not await asyncio.shield(self._arrival.ended):
                raise CancelledError("cancelled", "The picture that this was meant for has not been opened.")

    async def _open(self, params: OpenParams, on_progress: OnProgress) -> View:
        if self._arrival is not None:
            self._arrival.give_up()
        arrival = self._arrival = _Arrival()
        opened = False
        try:
            name, source, annotations, digest = unpacked(params["name"], params["bytes"])
            decoded = params.get("decoded")
            picture, name = read_picture(decoded or source, name, params.get("page", 0), digest, params.get("bands"))
            if annotations is not None:
                check_size(annotations, picture)
            if decoded:
                picture = replace(picture, source=source, digest=hashlib.sha256(source).hexdigest())
            if given := params.get("embedding"):
                picture = with_embedding(picture, given, await self._engine.usable())
            news: Progress = {"stage": "file", "message": "Opened the picture"}
            # a browser shows the first page, moves through frames by itself, and has its own mind about 16 bits
            if params.get("preview") or annotations or picture.pages > 1 or not picture.is_seen_alike:
                news["preview"] = preview_png(picture.image)
            on_progress(news)
            segmenter, embedding, milliseconds = await self._encode_unless_given_up(picture, arrival, on_progress)
            await self._before_change()
            segmenter.use(embedding)
            document = self._workspace.open(picture, name, params.get("place", ""))
            if picture.affine is not None and document.is_untouched:
                document.place(picture.affine)
            if annotations is not None and (document.is_untouched or not params.get("again")):
                take_over(document, annotations)
            self._answering.begin(milliseconds)
            self._workspace.revision += 1
            opened = True
        finally:
            arrival.ended.set_result(opened)
            if self._arrival is arrival:
                self._arrival = None
        await self._answering.settle()  # a picture that has been open before has its prompts
        await self._answering.finish()
        self._edges.prepare_soon()
        self._encoding.keep_soon(picture, lambda: self.is_quiet)
        return self._views.view()

    async def _encode_unless_given_up(
        self, picture: Picture, arrival: _Arrival, on_progress: OnProgress
    ) -> tuple[Segmenter, Embedding, float]:
        async def encode(segmenter: Segmenter) -> tuple[Segmenter, Embedding, float]:
            start: float | None = None

            def begin() -> None:
                nonlocal start
                start = time.perf_counter()
                _say_encoding(on_progress)

            embedding = await self._encoding.embedding_of(picture, segmenter, begin)
            return segmenter, embedding, 0.0 if start is None else milliseconds_since(start)

        encoding = asyncio.ensure_future(self._engine.run(encode))
        futures: set[asyncio.Future[Any]] = {encoding, arrival.given_up}
        await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
        if arrival.given_up.done():
            # A run cannot be stopped half-way; what it still brings is kept: it may be wanted again.
            encoding.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise CancelledError("cancelled", "Opening the picture was cancelled.")
        return await encoding

    async def _cancel(self, params: NoParams, on_progress: OnProgress) -> None:
        if self._arrival is not None:
            self._arrival.give_up()

    async def _refresh(self, params: NoParams, on_progress: OnProgress) -> View:
        """Encode the open picture for a model that has taken another's place, and ask it what the one before was asked."""
        if self._workspace.is_open:
            picture, start = self._workspace.picture, time.perf_counter()
            _say_encoding(on_progress)
            async with self._answering.turn:
                await self._engine.run(lambda segmenter: self._encoding.use(picture, segmenter))
            self._answering.timings = {"encode": milliseconds_since(start)}
            await self._answering.settle()
            await self._answering.finish()
            self._encoding.keep_soon(picture, lambda: self.is_quiet)
        return self._views.view()

    async def _state(self, params: NoParams, on_progress: OnProgress) -> View:
        return self._views.view()

    async def _prepare(self, params: PrepareParams, on_progress: OnProgress) -> Encoded:
        """Encode a picture that may be opened next, unless anything else is asked at the moment."""
        await asyncio.sleep(0)  # what has come at the same time goes first
        if self.is_quiet:
            picture, _ = read_picture(params["bytes"], "", params.get("page", 0), "")
            if (given := params.get("embedding")) and self._engine.segmenter is not None:
                picture = with_embedding(picture, given, self._engine.segmenter)
            await asyncio.sleep(0)  # reading it has taken a moment
            if self.is_quiet:
                await self._encoding.encode_ahead(picture)
        return {"pictures": len(self._encoding.kept), "bytes": self._encoding.kept.nbytes}

    @property
    def is_quiet(self) -> bool:
        """Whether nobody waits for a picture or an answer: what has time may use the model."""
        return self._arrival is None and not self._answering.turn.locked() and not self._answering.is_coming


def check_size(annotations: Annotations, picture: Picture) -> None:
    """Refuse a project's work if it is of a picture of another size, before anything is in the place of what is open."""
    from tabsam.formats.shared.imported import other_size

    size = picture.image.height, picture.image.width
    if annotations.image_size != size:
        other_size(annotations.image_size, size)


def take_over(document: Document, annotations: Annotations) -> None:
    """Put a project's work on its picture, with its classes among those of the other pictures, by their names."""
    from tabsam.formats.merging import merge  # here: few pictures come in a project

    classes = replace(document.annotations, instances=())
    document.take_over(merge(classes, annotations, taken=document.classes.known_ids))


def _say_encoding(on_progress: OnProgress) -> None:
    on_progress({"stage": "encode", "message": "Encoding the picture"})


def read_picture(source: bytes, name: str, page: int, digest: str, bands: Sequence[int] | None = None) -> tuple[Picture, str]:
    """Give a page of a file, and what it is called; `digest` is the file's, where it is known."""
    from tabsam.pictures.decoding import decode, page_labels  # here: the start waits for every import
    from tabsam.pictures.raster import Raster

    labels = page_labels(source)  # first: a WebP's decoder, asked for them, takes twice the picture's memory
    decoded = decode(source, page=page, bands=bands)
    pixels = decoded.pixels
    ranges = pixels.ranges() if isinstance(pixels, Raster) else ()
    raster = pixels.reduced(PREVIEW_SIDE) if isinstance(pixels, Raster) and (pixels.is_deep or pixels.names) else None
    image = decoded.to_rgb(ranges)
    if page:
        source, digest = png_bytes(image if bands is None else open_image(source, page=page)), ""
        name = page_name(name, page)
    picture = Picture(
        image,
        source,
        digest or hashlib.sha256(source).hexdigest(),
        page,
        len(labels),
        labels[page],
        None if bands is None else tuple(bands),
        raster,
        ranges,
        decoded.affine,
        decoded.is_seen_alike,
    )
    return picture, name


def with_embedding(picture: Picture, file: bytes, segmenter: Segmenter) -> Picture:
    """Give a picture with what an encoder has made of it elsewhere; that of another picture, or another model, is refused."""
    from tabsam.formats.embedding import read_embedding  # here: few pictures come with one
    from tabsam.model.storing import check_model, check_picture

    given = read_embedding(file)
    check_picture(given, (picture.image.height, picture.image.width), picture.digest)
    check_model(segmenter, given)
    return replace(picture, given=given, given_digest="" if given.decoder else hashlib.sha256(file).hexdigest())


def page_name(name: str, page: int, ending: str = "") -> str:
    """Tell what a page of a file is called, from the file's name; `ending`, as ".png", takes the place of its own."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem or suffix}-p{page + 1}{ending or (dot + suffix if stem else '')}"


def unpacked(name: str, source: bytes) -> tuple[str, bytes, Annotations | None, str]:
    """Give a picture's name and file; of a project those that it holds, with its annotations, and the file's digest, checked."""
    if not source.startswith(b"PK\x03\x04"):
        return name, source, None, ""
    from tabsam.formats.project import read_project

    project = read_project(source)
    if project.picture is None:
        raise FormatError(
            "project-no-picture",
            f"This project does not hold its picture, '{project.annotations.picture}'.",
            "Open the picture first, and then the project.",
        )
    return project.annotations.picture, project.picture, project.annotations, project.sha256
