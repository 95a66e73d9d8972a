"""Objects carried over from one picture to the open one, as a series or a stack has them again and again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tabsam.document.selection import Selection
from tabsam.errors import RequestError, TabsamError
from tabsam.page.outlines import as_shown, bounds

if TYPE_CHECKING:
    from tabsam.document.annotations import Instance
    from tabsam.page.answering import Answering
    from tabsam.page.changing import Changing
    from tabsam.page.edge_following import EdgeFollowing
    from tabsam.page.protocol.methods import CarryingMethods, OnProgress
    from tabsam.page.protocol.params import CarryOverParams
    from tabsam.page.protocol.results import CarriedOver
    from tabsam.page.workspace import Workspace


class Carrying:
    """Answers what is asked about objects of another picture."""

    def __init__(self, workspace: Workspace, answering: Answering, edges: EdgeFollowing, changing: Changing) -> None:
        self._workspace = workspace
        self._answering = answering
        self._edges = edges
        self._changing = changing

    def methods(self) -> CarryingMethods:
        """Give every method by its name."""
        return {"carryOver": self._carry_over}

    async def _carry_over(self, params: CarryOverParams, on_progress: OnProgress) -> CarriedOver:
        from tabsam.document.overlaps import same_object
        from tabsam.geometry.clipping import clip

        document = self._workspace.document
        carried: list[Instance] = []
        given = self._given(params)
        failure: TabsamError | None = None
        for place, one in enumerate(given, 1):
            if params["as"] == "objects":
                new = replace(one, outline=clip(one.outline, document.image_size), locked=False)
            else:
                on_progress({"stage": "import", "message": "Asking for the objects", "loaded": place, "total": len(given)})
                try:
                    new = await self._asked(one, masks=params["as"] == "masks")
                except TabsamError as error:
                    failure = failure or error
                    continue
                self._workspace.stay_with(document)
            if len(new.outline.vertices):
                carried.append(new)
        if failure is not None and not carried:
            raise failure
        there = document.work.instances
        added = document.add([one for one in carried if same_object(one.outline, there, document.image_size) is None])
        if added:
            document.select(*added)
        return {"view": self._changing.counted(), "added": len(added), "lost": len(given) - len(carried)}

    def _given(self, params: CarryOverParams) -> list[Instance]:
        source = self._workspace.documents.get(params["from"])
        if source is None:
            raise RequestError("no-such-picture", "The picture that this comes from is not known.", "Open it again.")
        return [source.instance(id) for id in params["ids"]]

    async def _asked(self, one: Instance, *, masks: bool) -> Instance:
        """Ask for an object on the open picture; its outline is empty where the model has nothing.

        Raises
        ------
        TabsamError
            Of prompts that make no sense here, of a model that takes no such prompts, or that fails.
        """
        selection = Selection(box=bounds(one.outline), mask=one.outline) if masks else one.prompts
        if selection.is_empty:
            selection = Selection(box=bounds(one.outline))
        answer = await self._answering.answer_to(selection)
        single_mask = self._answering.single_mask
        shown = answer.shown(selection.chosen, single_mask=single_mask)
        assert shown is not None  # something has been asked
        return replace(as_shown(one, selection, self._edges.apply(shown), single_mask=single_mask), locked=False)
