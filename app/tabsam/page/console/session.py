"""The console's one session: names that stay from script to script, and what each does to the documents, as one step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from tabsam.document.document import Document
from tabsam.errors import StateError
from tabsam.page.answering import Answering
from tabsam.page.console.completing import completions
from tabsam.page.console.documents import NoDocument, ScriptDocument
from tabsam.page.console.output import Output
from tabsam.page.console.packages import guard
from tabsam.page.console.pictures import ScriptPicture, ScriptProject, Shelf
from tabsam.page.console.running import Interrupts, StoppedError, own_tasks, run, told
from tabsam.page.console.segmenting import ScriptSegmenter
from tabsam.page.encoding import Encoding
from tabsam.page.engine import Engine
from tabsam.page.listed_pictures import ListedPictures
from tabsam.page.surroundings import Surroundings
from tabsam.page.workspace import Picture, Workspace

if TYPE_CHECKING:
    from tabsam.page.protocol.messages import KeptPicture, ScriptOutput


class Session:
    """Runs scripts, one at a time."""

    def __init__(
        self,
        workspace: Workspace,
        engine: Engine,
        encoding: Encoding,
        answering: Answering,
        listed: ListedPictures,
        surroundings: Surroundings,
    ) -> None:
        self._workspace = workspace
        self._surroundings = surroundings
        self._interrupts = Interrupts(surroundings.interruptible)
        self._shelf = Shelf(workspace, listed, surroundings.file_of)
        self._segmenter = ScriptSegmenter(engine, encoding, answering.turn, self._apart, self._picture_of)
        self._names: dict[str, Any] = {"__name__": "__main__", "np": np, "Image": Image}
        self._count = 0
        self._step: ExitStack | None = None
        self._drafted: set[int] = set()
        self._task: asyncio.Task[object] | None = None

    async def execute(
        self, code: str, pictures: list[KeptPicture], tell: Callable[[ScriptOutput], None]
    ) -> tuple[bool, dict[str, str]]:
        """Run a script to its end, and tell what it says on the way.

        Returns
        -------
        bool
            Whether it came to its end by itself.
        dict
            The keys of the pictures that it has opened, by their ids in the list.
        """
        output = Output(tell)
        self._count += 1
        self._give_names(pictures, output)
        self._shelf.opened = {}
        ended = False
        with output.streams(), own_tasks(self._interrupts), ExitStack() as self._step:
            try:
                self._guard_packages()
                self._task = asyncio.ensure_future(run(code, self._names, self._count, self._interrupts))
                value = await self._task
                if value is not None:
                    self._names["_"] = value
                    output.show(value)
                ended = True
            except (StoppedError, asyncio.CancelledError):
                output.write("note", "Stopped.")
            except SystemExit:
                ended = True  # as if the script had been a program
            except BaseException as error:  # noqa: BLE001  # whatever a person's code raises is theirs to read
                output.write("error", told(error))
            finally:
                self._interrupts.end()
                self._task = None
                output.flush()
        self._step = None
        self._drafted.clear()
        return ended, self._shelf.opened

    def stop(self) -> None:
        """Stop a script that waits for something; one that computes is interrupted from outside."""
        if self._task is not None:
            self._task.cancel()

    def complete(self, before: str) -> list[str]:
        """Tell what the name at the end of a line may become."""
        return completions(before, self._names)

    def _guard_packages(self) -> None:
        around = self._surroundings
        if around.micropip is not None:
            guard(around.micropip, around.host, around.ask_to_install, around.reach)

    def _give_names(self, pictures: list[KeptPicture], output: Output) -> None:
        workspace = self._workspace
        document = self._document(workspace.key, workspace.document) if workspace.is_open else NoDocument()

        async def open_listed(listed: KeptPicture) -> ScriptDocument:
            key: str = await self._apart(self._shelf.key(listed))
            return self._document(key, workspace.all_documents[key])

        def classes() -> list[str]:
            return [one.name for one in workspace.classes.categories]

        project = ScriptProject([ScriptPicture(one, open_listed) for one in pictures], classes)
        self._names |= {
            "project": project,
            "document": document,
            "segmenter": self._segmenter,
            "show": output.show,
            "download": output.download,
        }

    def _document(self, key: str, document: Document) -> ScriptDocument:
        return ScriptDocument(key, document, self._change, self._shelf.image)

    def _picture_of(self, document: ScriptDocument | None) -> Picture:
        if document is None or (self._workspace.is_open and document.key == self._workspace.key):
            return self._workspace.picture
        return Picture(self._shelf.image(document.key), b"", document.key.partition(" ")[0])

    @contextmanager
    def _change(self, key: str, document: Document) -> Iterator[None]:
        """Make a change a part of the step that the script is for this picture."""
        if self._step is None:
            raise StateError("no-script", "The script that this was meant for has ended.", "Run one that does it.")
        if self._workspace.all_documents.get(key) is not document:
            raise StateError("picture-gone", "This document is no longer open.", "Take it anew from `document` or the project.")
        with self._interrupts.held():
            if id(document) not in self._drafted:
                self._step.enter_context(document.one_step())
                self._drafted.add(id(document))
            yield

    async def _apart(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Await the page's own Python, which must not be interrupted half way; a script that is stopped gives it up."""
        with self._interrupts.held():
            task = asyncio.ensure_future(coroutine)
        return await task
