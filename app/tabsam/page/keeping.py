"""Keeps all that is done: the worker gets a journal's lines to store, and gives them back another day."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tabsam.document.document import Document
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.formats.journal.finds import FindsFile
    from tabsam.formats.journal.journal import Journal, Kept
    from tabsam.formats.shared.parsing import Json
    from tabsam.page.protocol.messages import KeptPicture, PictureWork
    from tabsam.page.protocol.methods import KeepingMethods, KeepingWorkerMethods, OnProgress
    from tabsam.page.protocol.params import BeginAnewParams, NoParams, NoteSessionParams, RestoreParams
    from tabsam.page.protocol.results import Restored, WorkSummary

_PICTURES, _AT, _PAGE, _PART, _FINDING, _TONE, _RUN = "pictures", "at", "page", "part", "finding", "tone", "run"
"""What the page notes of a session: the list of its pictures, which one is open, which page of it, what is seen of that,
whether finds are, how bright pictures are, and what is being done on several."""
_CHOSEN = "chosen "
"""What is chosen on a picture, which is no step: under this and the picture's key."""
_MARK = "mark "
"""A picture's mark is noted alone, under this and its id: a project has thousands of them, and one changes at a time."""


class Keeping:
    """Writes the journal. Until somebody takes its lines (:meth:`store_with`) nothing is written."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._journal: Journal | None = None
        self._session: dict[str, Any] = {}
        self._store: Callable[[bytes, bool], None] | None = None
        self._finds: FindsFile | None = None

    def methods(self) -> KeepingMethods:
        """Give what the page asks."""
        return {"noteSession": self._note_session, "works": self._works}

    def worker_methods(self) -> KeepingWorkerMethods:
        """Give what the worker asks."""
        return {"restore": self._restore, "beginJournalAnew": self._begin_anew, "summary": self._summary}

    def store_with(self, store: Callable[[bytes, bool], None]) -> None:
        """Have lines stored by this from now on; it is told whether they are a whole journal, in the place of the one before."""
        self._store = store

    def store_finds_with(self, append: Callable[[bytes], int | None], read: Callable[[int, int], bytes]) -> None:
        """Have what searches have found stored by this from now on; see :class:`tabsam.formats.journal.finds.FindsFile`."""
        from tabsam.formats.journal.finds import FindsFile

        self._finds = FindsFile(append, read)

    def store(self) -> None:
        """Have stored what has been written since the last time."""
        if self._journal is None or self._store is None:
            return
        self._journal.note_chosen(self._workspace.classes)
        if self._workspace.is_open:
            self._note(_CHOSEN + self._workspace.key, chosen_on(self._workspace.document))
        if lines := self._journal.take():
            self._store(lines, False)

    async def _restore(self, params: RestoreParams, on_progress: OnProgress) -> Restored:
        """Bring back what a journal holds, and go on with it."""
        from tabsam.formats.journal.journal import read_journal
        from tabsam.page import noted

        gc.disable()  # thousands of parts come and stay: looking through them again and again takes a third of the time
        try:
            kept, self._journal, sound = read_journal(params["journal"], self._finds)
        finally:
            gc.enable()
        self._session = session = noted.sound(kept.session, chosen=_CHOSEN, mark=_MARK)
        self._workspace.adopt(kept.documents, kept.classes)
        self._workspace.on_new = self._journal.watch
        for key, document in kept.documents.items():
            choose_on(document, session.get(_CHOSEN + key, {}))
        at, page, part = session.get(_AT), session.get(_PAGE), session.get(_PART)
        # which of the two goes with the picture tells: they are not noted at once
        number: int = page["page"] if page and page["id"] == at else 0
        return {
            "sound": sound,
            "damaged": b"\n" in params["journal"][sound:] or len(session) < len(kept.session),
            "begun": kept.begun,
            "pictures": session.get(_PICTURES, []),
            "at": at,
            "marks": [mark for name, mark in session.items() if name.startswith(_MARK)],
            "page": number,
            "part": part if part and (part["id"], part["page"]) == (at, number) else None,
            "finding": session.get(_FINDING, False),
            "tone": session.get(_TONE),
            "run": session.get(_RUN),
        }

    async def _begin_anew(self, params: BeginAnewParams, on_progress: OnProgress) -> None:
        """Begin the journal anew with all that there is: shorter than the one before, or in the place of one that is gone."""
        from tabsam.formats.journal.finds import FindsStore
        from tabsam.formats.journal.journal import Journal

        self._journal = self._journal or Journal(finds=FindsStore(self._finds))
        self._journal.begin_anew(self._kept(), elsewhere=params["elsewhere"])
        self._workspace.on_new = self._journal.watch
        if self._store is not None:
            self._store(self._journal.take(), True)

    async def _summary(self, params: NoParams, on_progress: OnProgress) -> WorkSummary:
        pictures: list[KeptPicture] = self._session.get(_PICTURES, [])
        objects = sum(len(one.work.instances) for one in self._workspace.documents.values())
        return {"name": pictures[0]["name"] if pictures else "", "pictures": len(pictures), "objects": objects}

    async def _note_session(self, params: NoteSessionParams, on_progress: OnProgress) -> None:
        """Note the list of pictures, which one is open and what is seen of it, and what is marked."""
        new: dict[str, Any] = {name: value for name, value in params.items() if name != "marks"}
        new |= {_MARK + mark["id"]: mark for mark in params.get("marks", [])}
        for name, value in new.items():
            self._note(name, value)

    def _note(self, name: str, value: Json) -> None:
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


def chosen_on(document: Document) -> Json:
    """Give what is chosen on a picture and is no step, as plain data; None where nothing is."""
    chosen: dict[str, Json] = {"selected": list(document.selected)} if document.selected else {}
    if document.finds is not None and document.thresholds is not None:
        chosen["thresholds"] = [document.thresholds.pred_iou_thresh, document.thresholds.stability_score_thresh]
    return chosen or None


def choose_on(document: Document, chosen: Json) -> None:
    """Choose what was chosen another day; finds that nobody has filtered are shown as their search did."""
    chosen = chosen or {}
    there = {one.id for one in document.work.instances}
    document.selected = tuple(id for id in chosen.get("selected", ()) if id in there)
    if "thresholds" in chosen:
        from tabsam.model.everything.options import Thresholds

        document.thresholds = Thresholds(*chosen["thresholds"])
    elif document.finds is not None:
        document.thresholds = document.finds.pool.options.thresholds
