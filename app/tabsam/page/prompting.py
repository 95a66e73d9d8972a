"""Points, the box and what is taken of the answer: each change of them brings the model's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabsam.page.answering import Answering
from tabsam.page.changing import Changing
from tabsam.page.edge_following import EdgeFollowing
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.document.document import Document
    from tabsam.page.protocol.messages import View
    from tabsam.page.protocol.methods import OnProgress, PromptMethods
    from tabsam.page.protocol.params import (
        ChooseParams,
        FeedBackParams,
        HoverParams,
        SetEdgesParams,
        SetTidyParams,
        SingleMaskParams,
    )
    from tabsam.page.protocol.results import HoverPreview


class Prompting:
    """Answers what is asked about prompts."""

    def __init__(self, workspace: Workspace, answering: Answering, changing: Changing, edges: EdgeFollowing) -> None:
        self._workspace = workspace
        self._answering = answering
        self._changing = changing
        self._edges = edges

    def methods(self) -> PromptMethods:
        """Give every method by its name."""
        changes, answering = self._changing.method, self._answering
        return {
            "addPoint": changes(lambda doc, p: doc.add_point(p["x"], p["y"], p["label"], refines=answering.refinable)),
            "movePoint": changes(lambda doc, p: doc.move_point(p["id"], p["x"], p["y"], p.get("gesture"))),
            "labelPoint": changes(lambda doc, p: doc.label_point(p["id"], p["label"])),
            "removePoint": changes(lambda doc, p: doc.remove_point(p["id"])),
            "setBox": changes(lambda doc, p: doc.set_box(p["box"], p.get("gesture"))),
            "choose": self._choose,
            "setThreshold": changes(lambda doc, p: doc.set_threshold(p["threshold"], p.get("gesture"))),
            "clear": changes(lambda doc, p: doc.clear()),
            "undo": changes(lambda doc, p: self._undo(doc)),
            "redo": changes(lambda doc, p: self._redo(doc)),
            "feedBack": self._feed_back,
            "setEdges": self._set_edges,
            "setTidy": self._set_tidy,
            "singleMask": self._single_mask,
            "hover": self._hover,
        }

    def _undo(self, document: Document) -> None:
        """Go a step back; a whole import is one, on however many pictures."""
        imports = self._workspace.imports
        if imports is not None and imports.can_undo(document):
            imports.undo(document)
            self._workspace.count_elsewhere()
        else:
            document.undo()

    def _redo(self, document: Document) -> None:
        imports = self._workspace.imports
        if imports is not None and imports.can_redo(document):
            imports.redo(document)
            self._workspace.count_elsewhere()
        else:
            document.redo()

    async def _choose(self, params: ChooseParams, on_progress: OnProgress) -> View:
        """Take one of the candidates that the prompts give; while those are on their way, one of them."""
        await self._answering.settle()
        index, offered = params["candidate"], self._answering.offered
        if params.get("offered"):
            if not 0 <= index < len(offered):
                return self._changing.counted()
            index = offered[index].rank
        index = self._answering.choosable(index)
        return await self._changing.make(lambda document: document.choose(index), on_progress)

    async def _feed_back(self, params: FeedBackParams, on_progress: OnProgress) -> View:
        self._answering.feeds_back = params["on"]
        return self._changing.counted()

    async def _set_edges(self, params: SetEdgesParams, on_progress: OnProgress) -> View:
        """Say how edges are made; null leaves it to the model."""
        self._edges.wish = params["edges"]
        await self._finish()
        return self._changing.counted()

    async def _set_tidy(self, params: SetTidyParams, on_progress: OnProgress) -> View:
        """Say what is tidied away; null leaves it to the model."""
        from tabsam.model.tidying import checked_share  # here: the start waits for every import

        share = params["share"]
        self._edges.tidy_wish = None if share is None else checked_share(share)
        await self._finish()
        return self._changing.counted()

    async def _finish(self) -> None:
        if self._workspace.is_open:
            await self._answering.finish()

    async def _single_mask(self, params: SingleMaskParams, on_progress: OnProgress) -> View:
        self._answering.single_mask = params["on"]
        await self._finish()
        return self._changing.counted()

    async def _hover(self, params: HoverParams, on_progress: OnProgress) -> HoverPreview | None:
        """Tell what a click would select; None when the pointer has moved on meanwhile."""
        x, y = params["x"], params["y"]
        if x is None or y is None:
            self._answering.overtake_previews()
            return None
        document = self._workspace.document
        answer = await self._answering.preview(x, y)
        if answer is None:
            return None
        first = self._answering.first_shown(answer)
        return {
            "outline": answer.outline(first.rank, document.selection.threshold),
            "iouPrediction": first.iou_prediction,
            "decode": self._answering.last_decode,
        }
