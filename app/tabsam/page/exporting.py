"""All objects, and the project, as files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tabsam.errors import StateError
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.page.protocol.methods import ExportMethods, OnProgress
    from tabsam.page.protocol.params import CutOutParams, ExportObjectsParams, NoParams, SaveProjectParams
    from tabsam.page.protocol.results import Exported, ExportedObjects, FormatFidelity, FormatInfo


class Exporting:
    """Answers what is asked about files to save. Formats are imported when they are first asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def methods(self) -> ExportMethods:
        """Give every method by its name."""
        return {
            "formats": self._formats,
            "fidelity": self._fidelity,
            "exportObjects": self._export,
            "cutOut": self._cut_out,
            "saveProject": self._save_project,
        }

    async def _formats(self, params: NoParams, on_progress: OnProgress) -> list[FormatInfo]:
        from tabsam.formats.registry import FORMATS
        from tabsam.formats.tools.table import TOOLS

        return [
            {
                "name": one.name,
                "title": one.title,
                "extension": one.extension,
                "holds": one.holds,
                "empty": not one.needs_objects,
                "tool": one.name in TOOLS,
            }
            for one in FORMATS.values()
        ]

    async def _fidelity(self, params: NoParams, on_progress: OnProgress) -> list[FormatFidelity]:
        """Measure how near to their masks the visible objects come back from each format."""
        from tabsam.formats.fidelity import measured

        return [
            {"name": name, "iou": one.mean_iou, "objects": one.objects}
            for name, one in measured(self._workspace.document.annotations.visible).items()
        ]

    async def _export(self, params: ExportObjectsParams, on_progress: OnProgress) -> ExportedObjects:
        """Write all objects, or only the visible ones, in a format."""
        from tabsam.formats.exported import Source
        from tabsam.formats.registry import write
        from tabsam.formats.shared.turning import is_turned

        annotations = self._workspace.document.annotations
        if not params.get("hidden"):
            annotations = annotations.visible
        picture = self._workspace.picture
        source = Source(annotations, picture.image, self._workspace.scale, is_turned(io.BytesIO(picture.source)))
        written = write(params["format"], source)
        return {"bytes": written.data, "type": written.type, "name": written.name, "notes": list(written.notes)}

    async def _cut_out(self, params: CutOutParams, on_progress: OnProgress) -> Exported:
        """Cut one object out of the picture."""
        from tabsam.formats.png import object_cutout

        document, chosen = self._workspace.document, params["id"]
        if chosen is None:
            chosen = document.active
        if chosen is None:
            raise StateError("nothing-selected", "No object is selected.", "Click one, or mark one and press Enter.")
        document.work.instance(chosen)
        name, data = object_cutout(document.annotations, chosen, self._workspace.picture.image, full=params["full"])
        return {"bytes": data, "type": "image/png", "name": name}

    async def _save_project(self, params: SaveProjectParams, on_progress: OnProgress) -> ExportedObjects:
        """Write everything, with the picture or without it, so that it can be gone on with elsewhere."""
        from tabsam.formats.project import write_project
        from tabsam.formats.shared.writing import stem_of

        document, picture = self._workspace.document, self._workspace.picture
        source = picture.source if params["picture"] else None
        written = write_project(document.annotations, picture=source, sha256=picture.digest)
        return {"bytes": written, "type": "application/zip", "name": f"{stem_of(document.name)}.tabsam", "notes": []}
