"""Answers what is asked about data sets, out and in. What does the work is imported when the first one is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from tabsam.errors import StateError
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.page.handed_files import ReadFile
    from tabsam.page.listed_pictures import ListedPictures
    from tabsam.page.protocol.messages import KeptPicture
    from tabsam.page.protocol.methods import OnProgress, SetMethods, SetWorkerMethods
    from tabsam.page.protocol.params import ExportSetParams, ImportSetParams, NoParams, RestoreParams
    from tabsam.page.protocol.results import SetFormat, SetPieces, SetStep
    from tabsam.page.set_export import SetExport
    from tabsam.page.set_import import SetImport


class DataSets:
    """Holds the data set that is being written, and the one that is being read.

    Attributes
    ----------
    read : callable or None
        Reads the files that the worker has.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._export: SetExport | None = None
        self._import: SetImport | None = None
        self._other: ListedPictures | None = None
        self.read: ReadFile | None = None

    def methods(self) -> SetMethods:
        """Give what the page asks."""
        return {"setFormats": self._formats}

    def worker_methods(self) -> SetWorkerMethods:
        """Give what the worker asks, which has the files."""
        return {
            "readOtherProject": self._read_other,
            "beginSetExport": self._begin_export,
            "goOnWithSetExport": self._go_on_with_export,
            "endSetExport": self._end_export,
            "beginSetImport": self._begin_import,
            "goOnWithSetImport": self._go_on_with_import,
            "endSetImport": self._end_import,
        }

    @cached_property
    def pictures(self) -> ListedPictures:
        """What finds a listed picture's document."""
        return self._listed(self._workspace)

    def _listed(self, workspace: Workspace) -> ListedPictures:
        from tabsam.page.listed_pictures import ListedPictures

        return ListedPictures(workspace, lambda number, start, end: self._read(number, start, end))

    def _read(self, number: int, start: int, end: int) -> bytes:
        if self.read is None:
            raise StateError("no-files", "Nobody has handed over a file.", "Choose the files again.")
        return self.read(number, start, end)

    async def _formats(self, params: NoParams, on_progress: OnProgress) -> list[SetFormat]:
        from tabsam.formats.datasets.registry import DATASET_FORMATS

        return [
            {"name": one.name, "title": one.title, "extension": one.extension, "splits": one.has_splits}
            for one in DATASET_FORMATS.values()
        ]

    async def _read_other(self, params: RestoreParams, on_progress: OnProgress) -> list[KeptPicture]:
        from tabsam.formats.journal.journal import read_journal
        from tabsam.page.noted import sound_pictures

        kept, _, _ = read_journal(params["journal"])
        workspace = Workspace()
        workspace.adopt(kept.documents, kept.classes)
        self._other = self._listed(workspace)
        return sound_pictures(kept.session)

    async def _begin_export(self, params: ExportSetParams, on_progress: OnProgress) -> None:
        from tabsam.page.set_export import SetExport

        self._export = SetExport(self._other or self.pictures, params)

    async def _go_on_with_export(self, params: NoParams, on_progress: OnProgress) -> SetPieces:
        if self._export is None:
            raise StateError("no-export", "No data set is being written.", "Export it again.")
        return self._export.next_pieces()

    async def _end_export(self, params: NoParams, on_progress: OnProgress) -> None:
        self._export = self._other = None

    async def _begin_import(self, params: ImportSetParams, on_progress: OnProgress) -> None:
        from tabsam.page.set_import import SetImport

        self._import = SetImport(self._workspace, self.pictures, params)

    async def _go_on_with_import(self, params: NoParams, on_progress: OnProgress) -> SetStep:
        if self._import is None:
            raise StateError("no-import", "No data set is being read.", "Choose it again.")
        return self._import.next_step()

    async def _end_import(self, params: NoParams, on_progress: OnProgress) -> None:
        self._import = None
