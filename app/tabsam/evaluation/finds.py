"""How well a search for everything does: mask AP and AR as COCO counts them, by pycocotools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.errors import EvaluationError
from tabsam.evaluation.questions import Asked, Region

MOST_FINDS = (10, 100, 1000)
"""Finds of a picture that count, at most; AP is of the best 100."""

_CLASS = 1


@dataclass(frozen=True)
class FoundScores:
    """COCO's numbers, all classes taken as one, since a search names none. None where there is nothing to count.

    Attributes
    ----------
    model : str
    pictures, objects, finds : int
    ap, ap50, ap75 : float or None
        Mean over IoU 0.5 to 0.95; at 0.5; at 0.75.
    ar : dict
        Mean recall over IoU 0.5 to 0.95, by how many finds of a picture count.
    ar_by_size : dict
        The same of the best 1,000, for COCO's "small", "medium" and "large" objects.
    """

    model: str
    pictures: int
    objects: int
    finds: int
    ap: float | None
    ap50: float | None
    ap75: float | None
    ar: Mapping[int, float | None]
    ar_by_size: Mapping[str, float | None]


def need_pycocotools() -> None:
    """See that pycocotools is there, before anything is asked.

    Raises
    ------
    EvaluationError
        ``extra-missing``.
    """
    try:
        import pycocotools.cocoeval  # noqa: F401
    except ImportError as error:
        raise EvaluationError(
            "extra-missing",
            f"Mask AP and AR need a package that is not installed ({error.name}).",
            'Install it: pip install "tabsam[evaluate]"',
            details=str(error),
        ) from error


def found_scores(model: str, asked: Sequence[Asked]) -> FoundScores:
    """Count what a model has found in some pictures.

    Raises
    ------
    EvaluationError
        ``extra-missing``.
    """
    need_pycocotools()
    from pycocotools.cocoeval import COCOeval

    with redirect_stdout(StringIO()):  # it says how long it takes
        known, found = _as_coco(asked, model)
        counted = COCOeval(known, found, "segm")
        counted.params.useCats = 0
        counted.params.maxDets = list(MOST_FINDS)
        counted.evaluate()
        counted.accumulate()
    precision, recall = counted.eval["precision"], counted.eval["recall"]
    at = {round(float(one), 2): place for place, one in enumerate(counted.params.iouThrs)}
    areas = {name: place for place, name in enumerate(counted.params.areaRngLbl)}
    best = MOST_FINDS.index(100)
    return FoundScores(
        model,
        pictures=len(asked),
        objects=sum(not one.is_crowd for each in asked for one in each.known),
        finds=sum(len(each.found.get(model, ())) for each in asked),
        ap=_mean(precision[:, :, 0, areas["all"], best]),
        ap50=_mean(precision[at[0.5], :, 0, areas["all"], best]),
        ap75=_mean(precision[at[0.75], :, 0, areas["all"], best]),
        ar={most: _mean(recall[:, 0, areas["all"], place]) for place, most in enumerate(MOST_FINDS)},
        ar_by_size={name: _mean(recall[:, 0, place, -1]) for name, place in areas.items() if name != "all"},
    )


def _as_coco(asked: Sequence[Asked], model: str) -> tuple[Any, Any]:
    """Make COCO's own two lists."""
    from pycocotools.coco import COCO

    images = [{"id": place, "height": one.image_size[0], "width": one.image_size[1]} for place, one in enumerate(asked, 1)]
    known = [_entry(place, each, one) for place, one in enumerate(asked, 1) for each in one.known]
    found = [_entry(place, each, one) for place, one in enumerate(asked, 1) for each in one.found.get(model, ())]
    lists = []
    for entries in (known, found):
        coco = COCO()
        # From 1 on: COCOeval takes an id of 0 for no match.
        numbered = [{"id": number, **one} for number, one in enumerate(entries, 1)]
        coco.dataset = {"images": images, "categories": [{"id": _CLASS, "name": "object"}], "annotations": numbered}
        coco.createIndex()
        lists.append(coco)
    return lists[0], lists[1]


def _entry(picture: int, region: Region, asked: Asked) -> dict[str, Any]:
    height, width = asked.image_size
    return {
        "image_id": picture,
        "category_id": _CLASS,
        "segmentation": {"size": [height, width], "counts": region.counts},
        "area": region.area,
        "iscrowd": int(region.is_crowd),
        "score": region.score,
    }


def _mean(values: Float64Array) -> float | None:
    """Take the mean of what COCOeval has counted; it writes -1 where there is nothing."""
    there = values[values > -1]
    return float(np.mean(there)) if there.size else None
