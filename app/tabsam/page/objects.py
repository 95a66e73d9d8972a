"""Objects and classes: accepted, named, put in order, taken away."""

from __future__ import annotations

from dataclasses import replace

from tabsam.document.document import Work
from tabsam.document.overlaps import RULES, settled
from tabsam.errors import StateError
from tabsam.formats.candidate import fine_outline
from tabsam.geometry.outline import Outline
from tabsam.page.answering import Answering
from tabsam.page.changing import Changing
from tabsam.page.outlines import OBJECT_TOLERANCE
from tabsam.page.requests import Method, OnProgress, Params, Plain, flag, integer, one_of, optional_integer, text
from tabsam.page.workspace import Workspace


class Objects:
    """Answers what is asked about objects and classes."""

    def __init__(self, workspace: Workspace, answering: Answering, changing: Changing) -> None:
        self._workspace = workspace
        self._answering = answering
        self._changing = changing

    def methods(self) -> dict[str, Method]:
        """Give every method by its name."""
        changes = self._changing.method
        return {
            "accept": self._accept,
            "reopen": changes(lambda doc, p: doc.reopen(integer(p, "id"))),
            "select": changes(lambda doc, p: doc.select(optional_integer(p, "id"))),
            "changeObject": changes(lambda doc, p: doc.change(integer(p, "id"), **_changes(p))),
            "duplicateObject": changes(lambda doc, p: doc.duplicate(integer(p, "id"))),
            "moveObject": changes(lambda doc, p: doc.move(integer(p, "id"), integer(p, "place"))),
            "removeObject": changes(lambda doc, p: doc.remove(integer(p, "id"))),
            "addClass": changes(lambda doc, p: doc.add_category(text(p, "name"))),
            "changeClass": changes(lambda doc, p: doc.change_category(integer(p, "id"), **_class_changes(p))),
            "removeClass": changes(lambda doc, p: doc.remove_category(integer(p, "id"))),
            "useClass": changes(lambda doc, p: doc.use_category(optional_integer(p, "id"))),
        }

    async def _accept(self, params: Params, on_progress: OnProgress) -> Plain:
        """Make what is shown an object, and begin the next."""
        rule = one_of(params, "overlaps", RULES)
        candidate = await self._answering.candidate()
        document = self._workspace.document
        line = fine_outline(candidate, OBJECT_TOLERANCE, threshold=document.selection.threshold)
        if not len(line.vertices):
            raise StateError("nothing-selected", "This mask is empty.", "Take another candidate, or move the points.")

        def settle(new: Outline, others: Work) -> tuple[Outline, Work]:
            new, instances = settled(new, others.instances, rule, document.image_size)
            if not len(new.vertices):
                raise StateError(
                    "nothing-left", "Other objects cover all of this one.", "Let them overlap, or hide the others first."
                )
            return new, replace(others, instances=instances)

        document.accept(line, candidate.iou_prediction, settle)
        await self._answering.settle()
        return self._changing.counted()


def _changes(params: Params) -> dict[str, object]:
    changes: dict[str, object] = {}
    if "category" in params:
        changes["category"] = optional_integer(params, "category")
    if "name" in params:
        changes["name"] = text(params, "name")
    return changes | {name: flag(params, name) for name in ("visible", "locked") if name in params}


def _class_changes(params: Params) -> dict[str, str]:
    return {name: text(params, name) for name in ("name", "color") if name in params}
