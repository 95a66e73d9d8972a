"""Keeps all that is done: the worker gets a journal's lines to store, and gives them back another day."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tabsam.document.document import Document
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.formats.journal.journal import Journal, Kept
    from tabsam.page.protocol.messages import KeptPicture, PictureMark, PictureWork
    from tabsam.page.protocol.methods import KeepingMethods, KeepingWorkerMethods, OnProgress
    from tabsam.page.protocol.params import NoParams, NoteSessionParams, RestoreParams
    from tabsam.page.protocol.results import Restored, WorkSummary

_PICTURES, _AT = "pictures", "at"
"""What the page notes of a session: the list of its pictures, and the key of the one that is open."""
_MARK = "mark "
"""A picture's mark is noted alone, under this and its id: a project has thousands of them, and one changes at a time."""


class Keeping:
    """Writes the journal. Until somebody takes its lines (:meth:`store_with`) nothing is written."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._journal: Journal | None = None
        self._session: dict[str, Any] = {}
        self._store: Callable[[bytes, bool], None] | None = None

    def methods(self) -> KeepingMethods:
        """Give what the page asks."""
        return {"noteSession": self._note_session, "works": self._works}

    def worker_methods(self) -> KeepingWorkerMethods:
        """Give what the worker asks."""
        return {"restore": self._restore, "beginJournalAnew": self._begin_anew, "summary": self._summary}

    def store_with(self, store: Callable[[bytes, bool], None]) -> None:
        """Have lines stored by this from now on; it is told whether they are a whole journal, in the place of the one before."""
        self._store = store

    def store(self) -> None:
        """Have stored what has been written since the last time."""
        if self._journal is None or self._store is None:
            return
        self._journal.note_chosen(self._workspace.classes)
        if lines := self._journal.take():
            self._store(lines, False)

    async def _restore(self, params: RestoreParams, on_progress: OnProgress) -> Restored:
        """Bring back what a journal holds, and go on with it."""
        from tabsam.formats.journal.journal import read_journal

        kept, self._journal, sound = read_journal(params["journal"])
        self._session = dict(kept.session)
        self._workspace.adopt(kept.documents, kept.classes)
        self._workspace.on_new = self._journal.watch
        pictures: list[KeptPicture] = kept.session.get(_PICTURES, [])
        marks: list[PictureMark] = [mark for name, mark in kept.session.items() if name.startswith(_MARK)]
        damaged = b"\n" in params["journal"][sound:]
        at: str | None = kept.session.get(_AT)
        return {"sound": sound, "damaged": damaged, "begun": kept.begun, "pictures": pictures, "at": at, "marks": marks}

    async def _begin_anew(self, params: NoParams, on_progress: OnProgress) -> None:
        """Begin the journal anew with all that there is: shorter than the one before, or in the place of one that is gone."""
        from tabsam.formats.journal.journal import Journal

        self._journal = self._journal or Journal()
        self._journal.begin_anew(self._kept())
        self._workspace.on_new = self._journal.watch
        if self._store is not None:
            self._store(self._journal.take(), True)

    async def _summary(self, params: NoParams, on_progress: OnProgress) -> WorkSummary:
        pictures: list[KeptPicture] = self._session.get(_PICTURES, [])
        objects = sum(len(one.work.instances) for one in self._workspace.documents.values())
        return {"name": pictures[0]["name"] if pictures else "", "pictures": len(pictures), "objects": objects}

    async def _note_session(self, params: NoteSessionParams, on_progress: OnProgress) -> None:
        """Note the list of pictures, which one is open, and what is marked."""
        noted: dict[str, Any] = {name: value for name, value in params.items() if name != "marks"}
        noted |= {_MARK + mark["id"]: mark for mark in params.get("marks", [])}
        for name, value in noted.items():
            if self._session.get(name) != value:
                self._session[name] = value
                if self._journal is not None:
                    self._journal.note_session(name, value)

    async def _works(self, params: NoParams, on_progress: OnProgress) -> list[PictureWork]:
        return [work_of(key, document) for key, document in self._workspace.documents.items()]

    def _kept(self) -> Kept:
        from tabsam.formats.journal.journal import Kept

        worked: dict[str, Document] = dict(self._workspace.documents)
        return Kept(worked, self._workspace.classes, dict(self._session))


def work_of(key: str, document: Document) -> PictureWork:
    """Tell how much work there is on a picture."""
    instances = document.work.instances
    classes = {one.category for one in instances if one.category is not None}
    return {"key": key, "objects": len(instances), "classes": sorted(classes)}
