"""What a search has found, as plain data but for its masks, which lie elsewhere; and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING

from tabsam.arrays import Size
from tabsam.formats.shared.parsing import Json

if TYPE_CHECKING:  # the start waits for every import, and there is seldom a search to read or write
    from tabsam.model.everything.pool import Pool


def pool_to_json(pool: Pool) -> dict[str, Json]:
    """Describe a pool; its masks are :meth:`tabsam.model.everything.pool.Pool.packed`."""
    options = {field.name: getattr(pool.options, field.name) for field in fields(pool.options)}
    grids = options["point_grids"]
    options["point_grids"] = None if grids is None else [[[float(x), float(y)] for x, y in grid] for grid in grids]
    return {"options": options, "least": [pool.least.pred_iou_thresh, pool.least.stability_score_thresh]}


def pool_from_json(described: Json, load: Callable[[], bytes], image_size: Size | None = None) -> Pool:
    """Put a pool together again; see :meth:`tabsam.model.everything.pool.Pool.of_another_day`.

    Raises
    ------
    LookupError, TypeError, ValueError
        For what :func:`pool_to_json` has not given.
    """
    from tabsam.model.everything.options import EverythingOptions, Thresholds
    from tabsam.model.everything.pool import Pool

    pred_iou_thresh, stability_score_thresh = map(float, described["least"])
    least = Thresholds(pred_iou_thresh, stability_score_thresh)
    return Pool.of_another_day(EverythingOptions(**described["options"]), least, load, image_size)
