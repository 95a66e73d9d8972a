"""Automatic mask generation against SAM 2's own generator, and where tabsam's is another."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

if missing := [name for name in ("torch", "transformers", "segment_anything") if not find_spec(name)]:
    pytest.skip(f"{', '.join(missing)} not installed: pip install 'tabsam[conformance]'", allow_module_level=True)

from tests.conformance.models import model
from tests.conformance.pictures import scene
from tests.conformance.references import Sam2Reference
from tests.conformance.sam2_generator import generate
from tests.conformance.test_everything import (
    THRESHOLDS,
    Sam2Predictor,
    batched_nms,
    connected_components,
    found_by_tabsam,
    pair,
    pulled,
)
from tests.support.pictures import iou

SMALLEST_IOU = 0.98
SIZE = (140, 180)
OPTIONS: dict[str, Any] = {**THRESHOLDS, "points_per_side": 6}
AREA = 60


class Predictor(Sam2Predictor):
    """What both generators ask of a predictor."""

    def low_res(self, coords: Any, labels: Any) -> tuple[Any, Any]:
        """Give the masks on their own grid, (B, 3, 256, 256), and the IoU predictions."""
        found = self.reference.model(
            image_embeddings=self.embedding, input_points=coords[None].float(), input_labels=labels[None]
        )
        return pulled(found.pred_masks[0], coords[:, 0].float()), found.iou_scores[0]


def theirs(**options: Any) -> list[dict[str, Any]]:
    reference = model("sam2").reference
    assert isinstance(reference, Sam2Reference)
    predictor = Predictor(reference)
    records: list[dict[str, Any]] = generate(predictor, scene(*SIZE), nms=batched_nms, **OPTIONS, **options)
    return records


def ours(**options: Any) -> Any:
    return found_by_tabsam(pair("sam2").segmenter, scene(*SIZE), OPTIONS | options)


def test_the_masks_are_those_of_sam2s_own_generator() -> None:
    wanted, found = theirs(), ours()
    assert len(wanted) >= 12
    assert len(found) == len(wanted)
    for record, one in zip(wanted, found, strict=True):
        assert iou(one.mask(), record["segmentation"]) > SMALLEST_IOU
        assert one.predicted_iou == pytest.approx(record["predicted_iou"], abs=1e-3)
        assert one.stability_score == pytest.approx(record["stability_score"], abs=1e-3)
        assert one.area == pytest.approx(record["area"], rel=1e-3, abs=1)
        assert one.bbox_xywh == pytest.approx(record["bbox"], abs=1)
        assert list(one.point_coords) == pytest.approx(record["point_coords"][0], abs=1e-3)


def test_small_regions_go_where_sam2s_generator_leaves_them_without_cuda() -> None:
    left, cleaned = theirs(min_mask_region_area=AREA), ours(min_mask_region_area=AREA)
    assert [record["area"] for record in left] == [record["area"] for record in theirs()]
    changed = [one for one in cleaned if one.cleaned_below]
    assert changed
    by_click = {(tuple(record["point_coords"][0]), round(record["predicted_iou"], 4)): record for record in left}
    for one in cleaned:
        record = by_click[(one.point_coords, round(one.predicted_iou, 4))]
        same = iou(one.mask(), record["segmentation"])
        assert (same == 1) if not one.cleaned_below else (SMALLEST_IOU / 2 < same < 1)


def test_with_its_cuda_extension_sam2_cleans_in_cells_before_it_measures() -> None:
    """Cells are not pixels, and what is cleaned first may pass where it did not: another set, whose common part is alike."""
    cells = AREA * 256 * 256 // (SIZE[0] * SIZE[1])
    before = theirs(min_mask_region_area=cells, components=connected_components)
    after = ours(min_mask_region_area=AREA)
    assert [record["area"] for record in before] != [record["area"] for record in theirs()]
    best = [max(iou(one.mask(), record["segmentation"]) for one in after) for record in before]
    print(f"{len(before)} masks, of which {sum(one > 0.9 for one in best)} are among our {len(after)}")
    assert sum(one > 0.9 for one in best) >= 0.7 * len(before)
