"""What an evaluation came to, and its files: JSON with all of it, CSV with a line an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from typing import Any

import tabsam
from tabsam.evaluation.cases import Case
from tabsam.evaluation.clicking import clicks_to
from tabsam.evaluation.finds import FoundScores
from tabsam.evaluation.questions import Answered, Questions, Series
from tabsam.evaluation.summaries import GOOD_ENOUGH, Summary
from tabsam.formats.shared.csv_table import Cell, csv_table

FORMAT, VERSION = "tabsam-evaluation", 1

COLUMNS = (
    "picture",
    "object",
    "label",
    "model",
    "prompt",
    "scale",
    "iou",
    "dice",
    "precision",
    "recall",
    "boundary_f",
    "hd95_px",
    "area_px",
    "true_area_px",
    "area_error_px",
    "iou_prediction",
    "best_iou",
    *(f"clicks_to_{wanted:.0%}".rstrip("%") for wanted in GOOD_ENOUGH),
)
"""Of the CSV file. What is not there is empty: a distance to an empty mask, clicks to an IoU that was never reached."""

_DIGITS = 6


@dataclass(frozen=True)
class Failure:
    """A picture of which nothing could be measured, as data (see :class:`tabsam.errors.TabsamError`)."""

    picture: str
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation came to.

    Attributes
    ----------
    models : mapping of str
        What each is called, and what was loaded.
    questions : Questions
    pictures : tuple of str
        That were measured.
    answers : tuple of Answered
    summaries : tuple of Summary
        One for each way in which a model was asked.
    found : tuple of FoundScores
        Of the search for everything, by model; empty where it was not asked for.
    failures : tuple of Failure
    said : tuple of str
        Sentences on what was left out.
    cases : tuple of (Series, Case)
        The worst answers, drawn.
    made : str
        When, in words.
    version : str
        Of tabsam.
    """

    models: Mapping[str, str]
    questions: Questions
    pictures: tuple[str, ...]
    answers: tuple[Answered, ...]
    summaries: tuple[Summary, ...]
    found: tuple[FoundScores, ...] = ()
    failures: tuple[Failure, ...] = ()
    said: tuple[str, ...] = ()
    cases: tuple[tuple[Series, Case], ...] = ()
    made: str = ""
    version: str = tabsam.__version__

    @property
    def objects(self) -> int:
        """How many objects were asked for."""
        return len({(one.picture, one.number) for one in self.answers})

    def as_dict(self) -> dict[str, Any]:
        """Give all of it as plain data; what is written in the JSON file is said in docs/measuring.md."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "tabsam": self.version,
            "made": self.made,
            "models": list(self.models),
            "questions": asdict(self.questions),
            "pictures": list(self.pictures),
            "objects": self.objects,
            "summaries": [_of_summary(one) for one in self.summaries],
            "everything": [asdict(one) for one in self.found],
            "answers": [_of_answer(one) for one in self.answers],
            "failures": [asdict(one) for one in self.failures],
            "said": list(self.said),
        }

    def json(self) -> str:
        """Write the JSON file."""
        return json.dumps(_rounded(self.as_dict()), ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def csv(self) -> bytes:
        """Write the CSV file: :data:`COLUMNS`, a line an answer."""
        return csv_table(COLUMNS, map(_line, self.answers))


def _line(one: Answered) -> list[Cell]:
    measured = one.comparison
    shares = measured.iou, measured.dice, measured.precision, measured.recall, measured.boundary_f
    return [
        one.picture,
        one.number,
        one.label,
        *astuple(one.series),
        *(round(share, _DIGITS) for share in shares),
        None if measured.hd95 is None else round(measured.hd95, 3),
        measured.area,
        measured.truth_area,
        measured.area_error,
        round(one.iou_prediction, _DIGITS),
        round(one.best_iou, _DIGITS),
        *(clicks_to(one.ious, wanted) for wanted in GOOD_ENOUGH),
    ]


def _of_summary(one: Summary) -> dict[str, Any]:
    stored = asdict(one)
    return {**stored.pop("series"), **stored}


def _of_answer(one: Answered) -> dict[str, Any]:
    return {
        "picture": one.picture,
        "object": one.number,
        "label": one.label,
        **asdict(one.series),
        **asdict(one.comparison),
        "iou_prediction": one.iou_prediction,
        "best_iou": one.best_iou,
        **({"ious": list(one.ious)} if one.ious else {}),
        **({"clicks": [[click.x, click.y, click.label] for click in one.clicks]} if one.clicks else {}),
    }


def _rounded(value: Any) -> Any:
    """Round numbers to what they are worth; keys become texts, as JSON wants them."""
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return {str(key): _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value
