"""The picture, and the mask that is shown, given away: as pixels, as an outline, as a file."""

from __future__ import annotations

import numpy as np

from tabsam.formats.candidate import export, fine_outline
from tabsam.model.image import thumbnail
from tabsam.page.answering import Answering
from tabsam.page.outlines import outline_message
from tabsam.page.requests import Method, OnProgress, Params, Plain, integer, number, optional_integer, text
from tabsam.page.workspace import Workspace


class Outputs:
    """Answers what is asked for."""

    def __init__(self, workspace: Workspace, answering: Answering) -> None:
        self._workspace = workspace
        self._answering = answering

    def methods(self) -> dict[str, Method]:
        """Give every method by its name."""
        return {"thumbnail": self._thumbnail, "mask": self._mask, "contours": self._contours, "export": self._export}

    async def _thumbnail(self, params: Params, on_progress: OnProgress) -> Plain:
        if not self._workspace.is_open:
            return None
        small = thumbnail(self._workspace.picture.image, max(1, integer(params, "side"))).convert("RGBA")
        return {"width": small.width, "height": small.height, "data": small.tobytes()}

    async def _mask(self, params: Params, on_progress: OnProgress) -> Plain:
        candidate = await self._answering.candidate(optional_integer(params, "candidate"))
        mask = candidate.mask(threshold=self._threshold)
        return {"width": mask.shape[1], "height": mask.shape[0], "data": mask.view(np.uint8).reshape(-1)}

    async def _contours(self, params: Params, on_progress: OnProgress) -> Plain:
        tolerance = 0.0 if params.get("tolerance") is None else number(params, "tolerance")
        candidate = await self._answering.candidate(optional_integer(params, "candidate"))
        return outline_message(fine_outline(candidate, tolerance, threshold=self._threshold))

    async def _export(self, params: Params, on_progress: OnProgress) -> Plain:
        candidate = await self._answering.candidate(optional_integer(params, "candidate"))
        image, name = self._workspace.picture.image, self._workspace.document.name
        exported = export(text(params, "kind"), candidate, image, name, threshold=self._threshold)
        return {"bytes": exported.data, "type": exported.type, "name": exported.name}

    @property
    def _threshold(self) -> float:
        return self._workspace.document.selection.threshold
