"""The whole of what the page draws, as one message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabsam.document.document import Document
from tabsam.page.answering import Answering
from tabsam.page.edge_following import EdgeFollowing
from tabsam.page.encoding import Encoding
from tabsam.page.object_updates import ObjectUpdates
from tabsam.page.outlines import outline_message
from tabsam.page.workspace import Picture, Workspace

if TYPE_CHECKING:
    from tabsam.page.find_updates import FindUpdates
    from tabsam.page.protocol import messages


class ViewMaker:
    """Makes views. They must reach the page in the order in which they are made: of objects and finds each says only the news."""

    def __init__(self, workspace: Workspace, encoding: Encoding, answering: Answering, edges: EdgeFollowing) -> None:
        self._workspace = workspace
        self._encoding = encoding
        self._answering = answering
        self._edges = edges
        self._objects = ObjectUpdates()
        self._finds: FindUpdates | None = None

    def view(self, *, first: bool = False) -> messages.View:
        """All that the page draws; `first`, before all the rest, only the outline that it shows."""
        answering, is_open = self._answering, self._workspace.is_open
        document = self._workspace.document if is_open else Document("", (0, 0))
        selection, work = document.selection, document.work
        height, width = document.image_size
        key = self._workspace.key
        chosen = answering.chosen
        imports = self._workspace.imports
        return {
            "revision": self._workspace.revision,
            "image": {"key": key, "name": document.name, "width": width, "height": height} if is_open else None,
            "pages": self._pages() if is_open else None,
            "depth": _depth_of(self._workspace.picture) if is_open else None,
            "bands": _bands_of(self._workspace.picture) if is_open else None,
            "points": [
                {"id": point.id, "x": point.x, "y": point.y, "label": 1 if point.label else 0, "refines": point.refines}
                for point in selection.points
            ],
            "box": selection.box,
            "mask": None if selection.mask is None else outline_message(selection.mask),
            "painted": None if selection.painted is None else outline_message(selection.painted),
            "threshold": selection.threshold,
            "candidates": answering.shown.candidate_messages(
                answering.offered,
                selection.threshold,
                only=chosen if first else None,
                way=self._edges.way,
            ),
            "maskCount": answering.shown.mask_count,
            "chosen": chosen,
            "notes": list(answering.notes),
            "decoding": answering.is_coming,
            "canUndo": document.can_undo or (imports is not None and imports.can_undo(self._workspace.open_document)),
            "canRedo": document.can_redo or (imports is not None and imports.can_redo(self._workspace.open_document)),
            "imports": [] if imports is None else list(imports.in_effect),
            "active": document.active,
            "selected": list(document.selected),
            "category": document.category,
            "refines": work.refines,
            "feedsBack": answering.feeds_back,
            "edges": self._edges.edges,
            "tidy": self._edges.tidy,
            "singleMask": answering.single_mask,
            "hasSingleMask": answering.has_single_mask,
            "worldFile": None if work.affine is None else list(work.affine.world_file),
            "epsg": None if work.affine is None else work.affine.epsg,
            "objects": self._objects.next(document.annotations, self._workspace.elsewhere),
            "finds": self._finds_of(document),
            "encoded": {"pictures": len(self._encoding.kept), "bytes": self._encoding.kept.nbytes},
            "timings": answering.timings.copy(),
        }

    def _finds_of(self, document: Document) -> messages.SentFinds:
        if self._finds is None:
            if document.finds is None:
                return None
            from tabsam.page.find_updates import FindUpdates  # here: the start waits for every import

            self._finds = FindUpdates()
        return self._finds.next(document)

    def _pages(self) -> messages.Pages | None:
        picture = self._workspace.picture
        return {"at": picture.page, "of": picture.pages, "label": picture.label} if picture.pages > 1 else None


def _depth_of(picture: Picture) -> messages.Depth | None:
    """Tell which values of a picture are black and white; None where it has no more than 8 bits."""
    if picture.raster is None or not picture.raster.is_deep:
        return None
    first, *others = picture.ranges
    alike = all(one == first for one in others)
    return {"low": first.low if alike else None, "high": first.high if alike else None}


def _bands_of(picture: Picture) -> messages.Bands | None:
    """Tell what bands a picture has; None where all of them are seen."""
    if picture.raster is None or not picture.raster.names:
        return None
    return {"names": list(picture.raster.names), "shown": list(picture.raster.shown)}
