"""An object's outline, edited: corner by corner, or as a whole, and shown before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tabsam.document import editing
from tabsam.document.document import Document
from tabsam.geometry.outline import Outline, area
from tabsam.page.changing import Changing
from tabsam.page.outlines import corner_count, outline_message
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.geometry.shaping import Operation
    from tabsam.page.protocol import messages
    from tabsam.page.protocol.methods import OnProgress, ShapingMethods
    from tabsam.page.protocol.params import InsertVertexParams, MoveVertexParams, RemoveVertexParams, ShapeParams
    from tabsam.page.protocol.results import Preview


class Shaping:
    """Answers what is asked about an object's outline."""

    def __init__(self, workspace: Workspace, changing: Changing) -> None:
        self._workspace = workspace
        self._changing = changing

    def methods(self) -> ShapingMethods:
        """Give every method by its name."""
        changes = self._changing.method
        return {
            "moveVertex": changes(
                lambda doc, p: _edit(doc, p, lambda line: editing.move_vertex(line, p["index"], p["x"], p["y"]))
            ),
            "insertVertex": changes(
                lambda doc, p: _edit(doc, p, lambda line: editing.insert_vertex(line, p["after"], p["x"], p["y"]))
            ),
            "removeVertex": changes(lambda doc, p: _edit(doc, p, lambda line: editing.remove_vertex(line, p["index"]))),
            "reshape": changes(lambda doc, p: doc.reshape(p["id"], _reshaped(doc, p))),
            "previewShape": self._preview,
        }

    async def _preview(self, params: ShapeParams, on_progress: OnProgress) -> Preview:
        """Show what an outline would be."""
        from tabsam.geometry.set_operations import iou

        document = self._workspace.document
        before, after = document.instance(params["id"]).outline, _reshaped(document, params)
        likeness = iou(before, after, document.image_size)
        return {"outline": outline_message(after), "vertices": corner_count(after), "area": area(after), "iou": likeness}


def _edit(
    document: Document,
    params: MoveVertexParams | InsertVertexParams | RemoveVertexParams,
    edit: Callable[[Outline], Outline],
) -> None:
    """Change an object's outline."""
    document.reshape(params["id"], edit(document.instance(params["id"]).outline), params.get("gesture"))


def _reshaped(document: Document, params: ShapeParams) -> Outline:
    """Give an object's outline as an operation makes it."""
    operation = _operations()[params["operation"]]
    return operation(document.instance(params["id"]).outline, params["amount"], document.image_size)


def _operations() -> Mapping[messages.Shaping, Operation]:
    from tabsam.geometry.shaping import OPERATIONS  # here: few ever shape, and the start waits for every import

    return {**OPERATIONS, "uncross": lambda line, amount, size: editing.without_crossings(line, size)}  # type: ignore[dict-item]
