"""Models compared on the open picture: each is asked for its objects, and its answers are held against them as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabsam.document.annotations import Instance
from tabsam.document.selection import Selection
from tabsam.errors import StateError
from tabsam.evaluation.against import held_against, judged
from tabsam.evaluation.known import is_bare_box
from tabsam.evaluation.models_report import ModelAnswer, models_csv, models_report
from tabsam.formats.candidate import OBJECT_TOLERANCE, fine_outline
from tabsam.formats.shared.writing import stem_of
from tabsam.geometry.raster import fill_crop
from tabsam.page.answering import Answering
from tabsam.page.edge_following import EdgeFollowing
from tabsam.page.outlines import bounds
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.page.protocol import results
    from tabsam.page.protocol.methods import ModelComparingMethods, OnProgress
    from tabsam.page.protocol.params import MeasureModelParams, SaveModelsParams


class ModelComparing:
    """Answers what is asked about models; nothing of the document is changed."""

    def __init__(self, workspace: Workspace, answering: Answering, edges: EdgeFollowing) -> None:
        self._workspace = workspace
        self._answering = answering
        self._edges = edges
        self._picture = ""
        self._answers: list[ModelAnswer] = []

    def methods(self) -> ModelComparingMethods:
        """Give every method by its name."""
        return {"measureModel": self._measure, "saveModels": self._save}

    async def _measure(self, params: MeasureModelParams, on_progress: OnProgress) -> results.ModelMeasured:
        document = self._workspace.document
        selections = {one.id: selection for one in document.work.instances if (selection := _selection_of(one)) is not None}
        if not selections:
            raise StateError(
                "no-objects", "There is no object to ask for.", "Make some first, and correct them: they count as true."
            )
        if params["anew"]:
            self._answers = []
        self._picture = document.name
        answers = []
        size = document.image_size
        known = (one for one in document.work.instances if one.id in selections)
        names = {one.id: one.name for one in document.annotations.categories}
        for place, truth in enumerate(judged(known, size, names), 1):
            on_progress({"stage": "decode", "message": "Asking for the objects", "loaded": place, "total": len(selections)})
            selection = selections[truth.id]
            first = self._answering.first_shown(await self._answering.answer_to(selection))
            self._workspace.stay_with(document)
            best = self._edges.apply(first)  # as it would be shown
            answer = fill_crop(fine_outline(best, OBJECT_TOLERANCE, threshold=selection.threshold), size)
            compared = held_against(answer, truth.crop, size)
            answers.append(ModelAnswer(params["name"], truth.id, truth.words, truth.category, compared, best.iou_prediction))
        self._answers += answers
        worst = min(answers, key=lambda one: one.comparison.iou)
        return {
            "count": len(answers),
            "iou": sum(one.comparison.iou for one in answers) / len(answers),
            "boundaryF": sum(one.comparison.boundary_f for one in answers) / len(answers),
            "worst": worst.comparison.iou,
            "worstName": worst.name,
        }

    async def _save(self, params: SaveModelsParams, on_progress: OnProgress) -> results.ExportedObjects:
        if not self._answers:
            raise StateError("nothing-measured", "No models have been compared yet.", "Compare them first.")
        name = f"{stem_of(self._picture)}-models.{params['as']}"
        if params["as"] == "csv":
            return {"bytes": models_csv(self._answers), "type": "text/csv", "name": name, "notes": []}
        page = models_report(self._picture, self._answers)
        return {"bytes": page.encode(), "type": "text/html", "name": name, "notes": []}


def _selection_of(one: Instance) -> Selection | None:
    """Tell what to ask for an object: what it was asked by, or else its box; None where nothing can be held against it."""
    if not len(one.outline.vertices) or is_bare_box(one):
        return None
    return Selection(box=bounds(one.outline)) if one.prompts.is_empty else one.prompts
