"""What the page hears of finds: nothing that it has already, and no outline twice."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from tabsam.document.document import Document
from tabsam.page.outlines import outline_message

if TYPE_CHECKING:
    from tabsam.document.finds import Finds
    from tabsam.model.everything.options import Thresholds
    from tabsam.model.everything.pool import Pool
    from tabsam.page.protocol import messages


class FindUpdates:
    """Makes updates, and remembers what the page has. They must reach the page in the order in which they are made."""

    def __init__(self) -> None:
        self._pool: Pool | None = None
        self._sent_outlines: set[int] = set()
        self._last_sent: Hashable = (None, None)

    def next(self, document: Document) -> messages.SentFinds:
        """Give the finds that are shown; None when the page has heard of them."""
        finds, thresholds = document.finds, document.thresholds
        if finds is None or thresholds is None:
            finds = thresholds = None
        if (finds, thresholds) == self._last_sent:
            return None
        self._last_sent = finds, thresholds
        pool = None if finds is None else finds.pool
        fresh = pool is not self._pool
        if fresh:
            self._pool, self._sent_outlines = pool, set()
        if finds is None or thresholds is None:
            return {"fresh": fresh, "list": [], "search": None}
        shown = finds.shown(thresholds)
        listed = [find_message(finds.pool, number, outline=number not in self._sent_outlines) for number in shown]
        self._sent_outlines.update(shown)
        return {"fresh": fresh, "list": listed, "search": _searched(finds, thresholds, any_shown=bool(shown))}


def find_message(pool: Pool, number: int, *, outline: bool = True) -> messages.SentFind:
    """Give a find as it crosses."""
    mask = pool.mask(number)
    return {
        "number": number,
        "iouPrediction": mask.predicted_iou,
        "stabilityScore": mask.stability_score,
        "area": mask.area,
        "outline": outline_message(pool.outline(number)) if outline else None,
    }


def _searched(finds: Finds, thresholds: Thresholds, *, any_shown: bool) -> messages.Searched:
    lower = None if any_shown or finds.gone else finds.pool.lower(thresholds)
    return {
        "thresholds": _thresholds_message(thresholds),
        "least": _thresholds_message(finds.pool.least),
        "pointsPerSide": finds.pool.options.points_per_side,
        "gone": len(finds.gone),
        "lower": None if lower is None else {"thresholds": _thresholds_message(lower[0]), "count": lower[1]},
    }


def _thresholds_message(thresholds: Thresholds) -> messages.Thresholds:
    return {"predIouThresh": thresholds.pred_iou_thresh, "stabilityScoreThresh": thresholds.stability_score_thresh}
