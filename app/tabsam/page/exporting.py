"""All objects, and the project, as files."""

from __future__ import annotations

from dataclasses import replace

from tabsam.page.requests import Method, OnProgress, Params, Plain, flag, text
from tabsam.page.workspace import Workspace


class Exporting:
    """Answers what is asked about files to save. Formats are imported when they are first asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def methods(self) -> dict[str, Method]:
        """Give every method by its name."""
        return {"formats": self._formats, "exportObjects": self._export, "saveProject": self._save_project}

    async def _formats(self, params: Params, on_progress: OnProgress) -> Plain:
        from tabsam.formats.registry import FORMATS

        return [{"name": one.name, "title": one.title, "extension": one.extension} for one in FORMATS.values()]

    async def _export(self, params: Params, on_progress: OnProgress) -> Plain:
        """Write all objects, or only the visible ones, in a format."""
        from tabsam.formats.registry import Source, write

        annotations = self._workspace.document.annotations
        if not flag(params, "hidden"):
            annotations = replace(annotations, instances=tuple(one for one in annotations.instances if one.visible))
        written = write(text(params, "format"), Source(annotations, self._workspace.picture.image))
        return {"bytes": written.data, "type": written.type, "name": written.name, "notes": list(written.notes)}

    async def _save_project(self, params: Params, on_progress: OnProgress) -> Plain:
        """Write everything, with the picture or without it, so that it can be gone on with elsewhere."""
        from tabsam.formats.project import write_project
        from tabsam.formats.writing import stem_of

        document, picture = self._workspace.document, self._workspace.picture
        source = picture.source if flag(params, "picture") else None
        written = write_project(document.annotations, picture=source, sha256=picture.digest)
        return {"bytes": written, "type": "application/zip", "name": f"{stem_of(document.name)}.tabsam", "notes": []}
