"""Points, the box and what is taken of the answer: each change of them brings the model's answer."""

from __future__ import annotations

from tabsam.page.answering import Answering
from tabsam.page.changing import Changing
from tabsam.page.requests import Method, OnProgress, Params, Plain, box, flag, integer, label, number, optional_integer
from tabsam.page.workspace import Workspace


class Prompting:
    """Answers what is asked about prompts."""

    def __init__(self, workspace: Workspace, answering: Answering, changing: Changing) -> None:
        self._workspace = workspace
        self._answering = answering
        self._changing = changing

    def methods(self) -> dict[str, Method]:
        """Give every method by its name."""
        changes, answering = self._changing.method, self._answering
        return {
            "addPoint": changes(
                lambda doc, p: doc.add_point(number(p, "x"), number(p, "y"), label(p), refines=answering.refinable)
            ),
            "movePoint": changes(
                lambda doc, p: doc.move_point(integer(p, "id"), number(p, "x"), number(p, "y"), optional_integer(p, "gesture"))
            ),
            "labelPoint": changes(lambda doc, p: doc.label_point(integer(p, "id"), label(p))),
            "removePoint": changes(lambda doc, p: doc.remove_point(integer(p, "id"))),
            "setBox": changes(lambda doc, p: doc.set_box(box(p), optional_integer(p, "gesture"))),
            "choose": changes(lambda doc, p: doc.choose(answering.checked_index(integer(p, "candidate")))),
            "setThreshold": changes(lambda doc, p: doc.set_threshold(number(p, "threshold"), optional_integer(p, "gesture"))),
            "clear": changes(lambda doc, p: doc.clear()),
            "undo": changes(lambda doc, p: doc.undo()),
            "redo": changes(lambda doc, p: doc.redo()),
            "feedBack": self._feed_back,
            "hover": self._hover,
        }

    async def _feed_back(self, params: Params, on_progress: OnProgress) -> Plain:
        self._answering.feeds_back = flag(params, "on")
        return self._changing.counted()

    async def _hover(self, params: Params, on_progress: OnProgress) -> Plain:
        """Tell what a click would select; None when the pointer has moved on meanwhile."""
        if params.get("x") is None:
            self._answering.overtake_previews()
            return None
        document = self._workspace.document
        answer = await self._answering.preview(number(params, "x"), number(params, "y"))
        if answer is None:
            return None
        return {
            "outline": answer.outline(0, document.selection.threshold),
            "iouPrediction": answer.candidates[0].iou_prediction,
            "decode": self._answering.timings.get("decode"),
        }
