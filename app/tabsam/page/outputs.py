"""The picture, and the mask that is shown, given away: as pixels, as an outline, as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tabsam.errors import RequestError, StateError
from tabsam.formats.candidate import export, fine_outline
from tabsam.model.image import thumbnail
from tabsam.page.answering import Answering
from tabsam.page.outlines import outline_message
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.page.protocol import messages
    from tabsam.page.protocol.methods import OnProgress, OutputMethods
    from tabsam.page.protocol.params import ContoursParams, DevelopParams, ExportParams, MaskParams, ThumbnailParams
    from tabsam.page.protocol.results import Bitmap, Developed, Exported, Mask


class Outputs:
    """Answers what is asked for."""

    def __init__(self, workspace: Workspace, answering: Answering) -> None:
        self._workspace = workspace
        self._answering = answering

    def methods(self) -> OutputMethods:
        """Give every method by its name."""
        return {
            "thumbnail": self._thumbnail,
            "mask": self._mask,
            "contours": self._contours,
            "export": self._export,
            "develop": self._develop,
        }

    async def _thumbnail(self, params: ThumbnailParams, on_progress: OnProgress) -> Bitmap | None:
        if not self._workspace.is_open:
            return None
        small = thumbnail(self._workspace.picture.image, max(1, params["side"])).convert("RGBA")
        return {"width": small.width, "height": small.height, "data": small.tobytes()}

    async def _mask(self, params: MaskParams, on_progress: OnProgress) -> Mask:
        candidate = await self._answering.candidate(params.get("candidate"))
        mask = candidate.mask(threshold=self._threshold)
        return {"width": mask.shape[1], "height": mask.shape[0], "data": mask.view(np.uint8).reshape(-1)}

    async def _contours(self, params: ContoursParams, on_progress: OnProgress) -> messages.Outline:
        candidate = await self._answering.candidate(params.get("candidate"))
        return outline_message(fine_outline(candidate, params.get("tolerance", 0.0), threshold=self._threshold))

    async def _export(self, params: ExportParams, on_progress: OnProgress) -> Exported:
        candidate = await self._answering.candidate(params.get("candidate"))
        image, name = self._workspace.picture.image, self._workspace.document.name
        exported = export(params["kind"], candidate, image, name, threshold=self._threshold)
        return {"bytes": exported.data, "type": exported.type, "name": exported.name}

    async def _develop(self, params: DevelopParams, on_progress: OnProgress) -> Developed:
        from tabsam.formats.png import preview_png
        from tabsam.pictures.raster import Range  # here: the start waits for every import

        picture, low, high = self._workspace.picture, params["low"], params["high"]
        if picture.raster is None or not picture.raster.is_deep:
            raise StateError("not-deep", "This picture has no more values than a screen shows.")
        if not low < high:
            raise RequestError("bad-request", "'low' must be below 'high'")
        shown = [Range(one.low + (one.high - one.low) * low, one.low + (one.high - one.low) * high) for one in picture.ranges]
        return {"bytes": preview_png(picture.raster.to_rgb(shown))}

    @property
    def _threshold(self) -> float:
        return self._workspace.document.selection.threshold
