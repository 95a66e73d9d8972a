"""Several models' answers for the objects of one picture, as CSV and as a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import tabsam
from tabsam.evaluation import html
from tabsam.evaluation.comparing import Comparison
from tabsam.evaluation.html import Cell
from tabsam.evaluation.summaries import grouped
from tabsam.formats.shared.csv_table import csv_table
from tabsam.formats.shared.writing import xml_text

COLUMNS = ("model", "object", "class", "iou", "dice", "boundary_f", "hd95_px", "area_error_px", "iou_prediction")
_NONE = "\N{EN DASH}"


@dataclass(frozen=True)
class ModelAnswer:
    """What a model answered for an object, against the object as it is.

    Attributes
    ----------
    model : str
    id : int
        The object's.
    name, category : str
        The object's, and its class's name, which may be empty.
    comparison : Comparison
    iou_prediction : float
        The model's own opinion.
    """

    model: str
    id: int
    name: str
    category: str
    comparison: Comparison
    iou_prediction: float


def models_csv(answers: Sequence[ModelAnswer]) -> bytes:
    """Write a line an answer."""
    return csv_table(
        COLUMNS,
        (
            [
                *(one.model, one.name, one.category),
                *(one.comparison.iou, one.comparison.dice, one.comparison.boundary_f, one.comparison.hd95),
                one.comparison.area_error,
                one.iou_prediction,
            ]
            for one in answers
        ),
    )


def models_report(picture: str, answers: Sequence[ModelAnswer]) -> str:
    """Write the report: the models by their means, and each object by each model."""
    by_model = grouped(answers, lambda one: one.model)
    title = f"{', '.join(by_model)} on {picture}" if len(by_model) == 1 else f"{len(by_model)} models on {picture}"
    best = max(by_model, key=lambda name: _mean(by_model[name], "iou"))
    by_object = grouped(answers, lambda one: one.id)
    iou = f"{_mean(by_model[best], 'iou'):.3f}"
    first = [(best, "has the best mean IoU"), (iou, "its mean IoU"), (f"{len(by_object):,}", "objects")]
    heads = ["Model", "Objects", "IoU", "Dice", "Boundary F", "HD95 px", "Worst IoU"]
    parts = [
        f"<h1>{xml_text(title)}</h1>",
        '<p class="quiet">Each was asked for the objects of the picture by their own prompts, or by their boxes. The objects as '
        "they were count as true: what one model made of them favours it.</p>",
        html.facts(first),
        "<h2>Models</h2>",
        html.table(heads, [_row(*one) for one in by_model.items()]),
        "<h2>IoU of each object</h2>",
        html.table(["Object", *by_model], [_object(some, list(by_model)) for some in by_object.values()]),
        f"<footer>Made by tabsam {xml_text(tabsam.__version__)}.</footer>",
    ]
    return html.document(title, "\n".join(parts))


def _row(model: str, some: Sequence[ModelAnswer]) -> list[Cell | str]:
    distances = [one.comparison.hd95 for one in some if one.comparison.hd95 is not None]
    means = [_mean(some, name) for name in ("iou", "dice", "boundary_f")]
    worst = min(one.comparison.iou for one in some)
    return [
        model,
        Cell(f"{len(some):,}"),
        *(Cell(f"{mean:.3f}", share=mean if place == 0 else None) for place, mean in enumerate(means)),
        Cell(f"{np.mean(distances):.1f}" if distances else _NONE),
        Cell(f"{worst:.3f}"),
    ]


def _object(some: Sequence[ModelAnswer], models: Sequence[str]) -> list[Cell | str]:
    ious = {one.model: one.comparison.iou for one in some}
    best = max(ious.values())
    cells = [Cell(f"{ious[model]:.3f}", is_best=ious[model] == best) if model in ious else Cell(_NONE) for model in models]
    return [some[0].name, *cells]


def _mean(some: Sequence[ModelAnswer], name: str) -> float:
    return float(np.mean([getattr(one.comparison, name) for one in some]))
