"""Objects and classes: accepted, named, put in order, taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tabsam.document.annotations import Instance
from tabsam.document.document import Document
from tabsam.document.work import Work
from tabsam.errors import RequestError, StateError
from tabsam.formats.candidate import OBJECT_TOLERANCE, fine_outline
from tabsam.geometry.outline import Outline
from tabsam.page.answering import Answering
from tabsam.page.changing import Changing
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.page.protocol.messages import View
    from tabsam.page.protocol.methods import ObjectMethods, OnProgress
    from tabsam.page.protocol.params import AcceptParams


class Objects:
    """Answers what is asked about objects and classes."""

    def __init__(self, workspace: Workspace, answering: Answering, changing: Changing) -> None:
        self._workspace = workspace
        self._answering = answering
        self._changing = changing

    def methods(self) -> ObjectMethods:
        """Give every method by its name."""
        changes = self._changing.method
        return {
            "accept": self._accept,
            "reopen": changes(lambda doc, p: doc.reopen(p["id"])),
            "refineAsAsked": changes(lambda doc, p: doc.refine_as_asked(p["id"])),
            "selectObjects": changes(lambda doc, p: doc.select(*p["ids"])),
            "changeObject": changes(lambda doc, p: doc.change(p["id"], **_without(p, "id"))),
            "changeObjects": changes(lambda doc, p: doc.change(*_ids(doc, p.get("ids")), **_without(p, "ids"))),
            "duplicateObject": changes(lambda doc, p: doc.duplicate(p["id"])),
            "moveObject": changes(lambda doc, p: doc.move(p["id"], p["place"])),
            "removeObject": changes(lambda doc, p: doc.remove(p["id"])),
            "removeObjects": changes(lambda doc, p: doc.remove(*p["ids"])),
            "mergeObjects": changes(lambda doc, p: doc.merge_objects(*_some(p["ids"]))),
            "subtractObjects": changes(lambda doc, p: doc.subtract_objects(*_some(p["ids"]))),
            "addClass": changes(lambda doc, p: doc.add_category(p["name"], *(p.get("to") or []))),
            "changeClass": changes(lambda doc, p: doc.change_category(p["id"], **_without(p, "id"))),
            "removeClass": changes(lambda doc, p: doc.remove_category(p["id"])),
            "useClass": changes(lambda doc, p: doc.use_category(p["id"])),
        }

    async def _accept(self, params: AcceptParams, on_progress: OnProgress) -> View:
        """Make what is shown an object, and begin the next."""
        from tabsam.document.overlaps import resolve_overlaps, same_object  # here: the start waits for every import

        candidate = await self._answering.candidate()
        document = self._workspace.document
        painted = document.selection.painted
        line = painted or fine_outline(candidate, OBJECT_TOLERANCE, threshold=document.selection.threshold)
        if not len(line.vertices):
            raise StateError("nothing-selected", "This mask is empty.", "Take another candidate, or move the points.")
        same = None
        if params.get("once") and document.work.refines is None:
            same = same_object(line, document.work.instances, document.image_size)
        if same is not None:
            document.select(same.id)
            raise StateError("same-object", f"This is {self._called(same)} again.", "Refine it, or keep both.")

        def settle(new: Outline, others: Work) -> tuple[Outline, Work]:
            new, instances = resolve_overlaps(new, others.instances, params["overlaps"], document.image_size)
            if not len(new.vertices):
                raise StateError(
                    "nothing-left", "Other objects cover all of this one.", "Let them overlap, or hide the others first."
                )
            return new, replace(others, instances=instances)

        # What comes of several masks or one is no part of the prompts: the object says which it was.
        taken = candidate.rank if self._answering.single_mask else document.selection.chosen
        if painted is None:
            document.accept(line, candidate.iou_prediction, settle, edges=candidate.edges, tidy=candidate.tidy, chosen=taken)
        else:
            document.accept(line, None, settle, chosen=taken)
        await self._answering.settle()
        return self._changing.counted()

    def _called(self, one: Instance) -> str:
        """Name an object as the page does."""
        category = self._workspace.document.annotations.category(one.category)
        return f"'{one.name}'" if one.name else f"'{category.name} {one.id}'" if category else f"object {one.id}"


def _ids(document: Document, ids: Sequence[int] | None) -> Sequence[int]:
    return document.selected if ids is None else ids


def _some(ids: Sequence[int]) -> Sequence[int]:
    if not ids:
        raise RequestError("bad-request", "'ids' must name at least one object.", "The first is the one that is changed.")
    return ids


def _without(params: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name != key}
