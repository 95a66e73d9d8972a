"""An object's outline, edited: corner by corner, or as a whole, and shown before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tabsam.arrays import Size
from tabsam.document import editing
from tabsam.document.document import Document
from tabsam.geometry import morphology
from tabsam.geometry.outline import Outline, area
from tabsam.geometry.set_operations import iou
from tabsam.page.changing import Changing
from tabsam.page.outlines import corner_count, outline_message
from tabsam.page.requests import Method, OnProgress, Params, Plain, integer, number, one_of, optional_integer
from tabsam.page.workspace import Workspace

_OPERATIONS: Mapping[str, Callable[[Outline, float, Size], Outline]] = {
    "smooth": morphology.smooth,
    "open": morphology.open_,
    "close": morphology.close,
    "grow": morphology.grow,
    "fill-holes": lambda line, amount, size: morphology.fill_holes(line, amount),
    "remove-islands": lambda line, amount, size: morphology.remove_islands(line, amount),
    "simplify": lambda line, amount, size: morphology.simplified(line, amount, size).outline,
    "uncross": lambda line, amount, size: editing.without_crossings(line, size),
}


class Shaping:
    """Answers what is asked about an object's outline."""

    def __init__(self, workspace: Workspace, changing: Changing) -> None:
        self._workspace = workspace
        self._changing = changing

    def methods(self) -> dict[str, Method]:
        """Give every method by its name."""
        changes = self._changing.method
        return {
            "moveVertex": changes(
                _edits(lambda line, p: editing.move_vertex(line, integer(p, "index"), number(p, "x"), number(p, "y")))
            ),
            "insertVertex": changes(
                _edits(lambda line, p: editing.insert_vertex(line, integer(p, "after"), number(p, "x"), number(p, "y")))
            ),
            "removeVertex": changes(_edits(lambda line, p: editing.remove_vertex(line, integer(p, "index")))),
            "reshape": changes(lambda doc, p: doc.reshape(integer(p, "id"), _reshaped(doc, p))),
            "previewShape": self._preview,
        }

    async def _preview(self, params: Params, on_progress: OnProgress) -> Plain:
        """Show what an outline would be: ``{outline, vertices, area, iou}``."""
        document = self._workspace.document
        before, after = document.instance(integer(params, "id")).outline, _reshaped(document, params)
        likeness = iou(before, after, document.image_size)
        return {"outline": outline_message(after), "vertices": corner_count(after), "area": area(after), "iou": likeness}


def _edits(edit: Callable[[Outline, Params], Outline]) -> Callable[[Document, Params], None]:
    """Make a change of the document from one of an outline."""

    def change(document: Document, params: Params) -> None:
        id = integer(params, "id")
        document.reshape(id, edit(document.instance(id).outline, params), optional_integer(params, "gesture"))

    return change


def _reshaped(document: Document, params: Params) -> Outline:
    operation, amount = one_of(params, "operation", tuple(_OPERATIONS)), number(params, "amount")
    return _OPERATIONS[operation](document.instance(integer(params, "id")).outline, amount, document.image_size)
