"""Does something on one picture after another, open or not: what the page has done on all of them, in a step of its own on each.

Nothing of it is in the way of who works on the open picture: before each run of the model it waits until nobody else wants one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from tabsam.document.selection import Selection
from tabsam.errors import CancelledError, ModelError, TabsamError
from tabsam.model.image import open_image, thumbnail
from tabsam.page.answer import answer_to
from tabsam.page.keeping import work_of
from tabsam.page.opening import read_picture, take_over, unpacked, with_embedding
from tabsam.page.outlines import as_shown, bounds
from tabsam.page.searching import found_object, search_wishes
from tabsam.page.workspace import Picture, Workspace, key_of

if TYPE_CHECKING:
    from tabsam.document.annotations import Instance
    from tabsam.document.document import Document
    from tabsam.model.candidate import Candidate
    from tabsam.model.embedding import Embedding
    from tabsam.model.segmenter import Segmenter
    from tabsam.page.answering import Answering
    from tabsam.page.edge_following import EdgeFollowing
    from tabsam.page.encoding import Encoding
    from tabsam.page.engine import Engine
    from tabsam.page.protocol.methods import EachPictureMethods, OnProgress
    from tabsam.page.protocol.params import AskAgainOnParams, FindOnParams, NoParams, ThumbnailOfParams
    from tabsam.page.protocol.results import Bitmap, WorkedOn

_LOOK_AGAIN = 0.02
"""Seconds after which one that waits looks whether the model is free."""

_POINTS_PER_BATCH = 4
"""A click waits for one run at most: it is a short one."""

Changed = tuple["Instance", "Instance"]
"""An object as it was asked about, and as it is to be."""


class _Given:
    """A picture that was handed over, and what is known of it."""

    def __init__(self, workspace: Workspace, params: FindOnParams | AskAgainOnParams) -> None:
        name, source, self.saved, digest = unpacked(params["name"], params["bytes"])
        self.picture, self.name = read_picture(source, name, params.get("page", 0), digest)
        self.embedding = params.get("embedding")
        self.key = key_of(self.picture.digest, self.name, params.get("place", ""))
        self._workspace = workspace
        self._again = params.get("again", False)

    @property
    def instances(self) -> Sequence[Instance]:
        """The objects on it."""
        return self.document().work.instances

    def document(self) -> Document:
        """Give its document as it is now, with what a project brings: another picture may have been opened meanwhile."""
        image, annotations = self.picture.image, self.saved
        size = image.height, image.width
        document = self._workspace.document_with(self.key, self.name, size)
        if annotations is not None and document.is_untouched and not self._again:
            take_over(document, annotations)
        return document


class EachPicture:
    """Answers what is asked about pictures that need not be open, one at a time.

    Parameters
    ----------
    is_quiet : callable
        Tells whether nobody waits for the model.
    """

    def __init__(
        self,
        engine: Engine,
        workspace: Workspace,
        encoding: Encoding,
        answering: Answering,
        edges: EdgeFollowing,
        is_quiet: Callable[[], bool],
    ) -> None:
        self._engine = engine
        self._workspace = workspace
        self._encoding = encoding
        self._answering = answering
        self._edges = edges
        self._is_quiet = is_quiet
        self._running: asyncio.Task[WorkedOn] | None = None

    def methods(self) -> EachPictureMethods:
        """Give every method by its name."""
        return {
            "findOn": self._find_on,
            "askAgainOn": self._ask_again_on,
            "leaveOff": self._leave_off,
            "thumbnailOf": self._thumbnail_of,
        }

    async def _find_on(self, params: FindOnParams, on_progress: OnProgress) -> WorkedOn:
        """Make objects of all that is found, but for what is an object already."""

        async def find(given: _Given, segmenter: Segmenter, embedding: Embedding) -> WorkedOn:
            found = await self._found(given.picture, params, segmenter, embedding, on_progress)
            return self._put_down(given, found, ())

        return await self._alone(params, find)

    async def _ask_again_on(self, params: AskAgainOnParams, on_progress: OnProgress) -> WorkedOn:
        """Ask for each object what it was asked by; what has no prompts, or no answer, stays as it was."""

        async def ask_again(given: _Given, segmenter: Segmenter, embedding: Embedding) -> WorkedOn:
            apply, changed, failed, asked = self._edges.on(given.picture.image), [], 0, given.instances
            for place, one in enumerate(asked, 1):
                on_progress({"stage": "decode", "message": "Asking for the objects", "loaded": place, "total": len(asked)})
                selection = _selection_of(one, boxes=params["boxes"])
                if selection is None:
                    continue
                await self._wait_until_quiet()
                after = await self._asked(one, selection, segmenter, embedding, apply)
                if after is None:
                    failed += 1
                else:
                    changed.append((one, after))
            return self._put_down(given, (), changed, failed=failed)

        return await self._alone(params, ask_again)

    async def _thumbnail_of(self, params: ThumbnailOfParams, on_progress: OnProgress) -> Bitmap:
        await self._wait_until_quiet()
        small = thumbnail(open_image(params["bytes"], page=params["page"]), max(1, params["side"])).convert("RGBA")
        return {"width": small.width, "height": small.height, "data": small.tobytes()}

    async def _leave_off(self, params: NoParams, on_progress: OnProgress) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.wait([running])

    async def _alone(
        self, params: FindOnParams | AskAgainOnParams, act: Callable[[_Given, Segmenter, Embedding], Awaitable[WorkedOn]]
    ) -> WorkedOn:
        """Do something on a picture, until it is done or given up: then nothing has been done on it."""

        async def run() -> WorkedOn:
            await self._wait_until_quiet()
            given = _Given(self._workspace, params)
            if "boxes" in params and not any(not one.locked for one in given.instances):
                return self._put_down(given, (), ())  # there is nothing to ask: it need not be encoded
            await asyncio.sleep(0)  # reading it has taken a moment
            await self._wait_until_quiet()

            async def use(segmenter: Segmenter) -> WorkedOn:
                if given.embedding:
                    given.picture = with_embedding(given.picture, given.embedding, segmenter)
                return await act(given, segmenter, await self._embedding(given.picture, segmenter))

            return await self._engine.run(use)

        await self._leave_off({}, lambda progress: None)
        running = self._running = asyncio.ensure_future(run())
        await asyncio.wait([running])
        if self._running is running:
            self._running = None
        if running.cancelled():
            raise CancelledError("cancelled", "It was given up.")
        return running.result()

    async def _wait_until_quiet(self) -> None:
        while not self._is_quiet():
            await asyncio.sleep(_LOOK_AGAIN)

    async def _embedding(self, picture: Picture, segmenter: Segmenter) -> Embedding:
        encoding = asyncio.ensure_future(self._encoding.embedding_of(picture, segmenter))
        encoding.add_done_callback(lambda done: done.cancelled() or done.exception())  # of one that is given up nobody asks
        return await asyncio.shield(encoding)  # a run cannot be stopped half-way; what it brings is kept

    async def _found(
        self, picture: Picture, params: FindOnParams, segmenter: Segmenter, embedding: Embedding, on_progress: OnProgress
    ) -> list[Instance]:
        from tabsam.model.everything.generator import everything
        from tabsam.model.everything.options import default_options
        from tabsam.model.everything.pool import Pool
        from tabsam.page.protocol.params import SearchOptions

        wishes = {name: value for name, value in params.items() if name in SearchOptions.__annotations__}
        options = default_options(segmenter, **search_wishes(wishes) | {"points_per_batch": _POINTS_PER_BATCH})  # type: ignore[arg-type]  # those of its fields
        pool = Pool(options)
        async with aclosing(everything(segmenter, picture.image, options, embedding=embedding, pool=pool)) as steps:
            async for step in steps:
                on_progress({"stage": "find", "message": "Looking for objects", "loaded": step.done, "total": step.of})
                await self._wait_until_quiet()
        numbers = pool.chosen(options.thresholds, frozenset())
        return [found_object(pool, number, self._workspace.classes.chosen) for number in numbers]

    async def _asked(
        self,
        one: Instance,
        selection: Selection,
        segmenter: Segmenter,
        embedding: Embedding,
        apply: Callable[[Candidate], Candidate],
    ) -> Instance | None:
        """Give an object as the model has it now; None where it has nothing."""
        single_mask = self._answering.single_mask
        try:
            answer = await answer_to(segmenter, embedding, selection)
        except TabsamError as error:
            if isinstance(error, ModelError) and (error.code == "engine-lost" or segmenter is not self._engine.segmenter):
                raise  # it is begun anew, with another engine
            return None
        shown = answer.shown(selection.chosen, single_mask=single_mask)
        if shown is None:
            return None
        after = as_shown(one, selection, apply(shown), single_mask=single_mask)
        return after if len(after.outline.vertices) else None

    def _put_down(self, given: _Given, found: Sequence[Instance], changed: Sequence[Changed], *, failed: int = 0) -> WorkedOn:
        from tabsam.document.overlaps import same_object

        document = given.document()
        there = document.work.instances
        new = [one for one in found if same_object(one.outline, there, document.image_size) is None]
        added, asked = document.settle(new, changed)
        is_open = self._workspace.is_open and document is self._workspace.document
        if is_open:
            self._workspace.revision += 1
        else:
            self._workspace.count_elsewhere()
        if (added or asked) and self._workspace.imports is not None:
            self._workspace.imports.forget()
        return {
            "work": None if document.is_untouched else work_of(given.key, document),
            "key": given.key,
            "added": added,
            "asked": asked,
            "failed": failed,
            "kept": len(there) - asked - failed,
            "open": is_open,
        }


def _selection_of(one: Instance, *, boxes: bool) -> Selection | None:
    """Tell what to ask for an object: what it was asked by, or else its box, where that is wished; None for nothing."""
    if one.locked:
        return None
    if not one.prompts.is_empty:
        return one.prompts
    if not boxes or not len(one.outline.vertices):
        return None
    return Selection(box=bounds(one.outline))
