"""What SAM 2's own generator does (sam2/automatic_mask_generator.py and utils/transforms.py of sam2 1.1.0), written down again.

The package brings torchvision, Hydra and iopath, which would be all that they are needed for. Of what both generators share, the
functions are segment_anything's (sam2/utils/amg.py repeats its utils/amg.py). Without ``use_m2m``, and for one crop.

It differs from SAM 1's where ``min_mask_region_area`` is set. Its predictor then fills holes and drops islands of the 256 x 256
logits before they are upscaled, measured and chosen, by a CUDA extension; where that is missing, it warns and goes on without.
What SAM 1's does, to clean what was chosen at the picture's size, is there (``postprocess_small_regions``) and never called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn.functional import interpolate

from tabsam.arrays import UInt8Array
from tests.conformance.references import torchvision_or_a_stand_in

Nms = Callable[[Any, Any, Any, float], Any]
Components = Callable[[UInt8Array, int], Any]

MASK_THRESHOLD = 0.0


@torch.no_grad()  # type: ignore[untyped-decorator]  # PyTorch's types are not read
def generate(
    predictor: Any,
    image: UInt8Array,
    *,
    points_per_side: int,
    points_per_batch: int,
    pred_iou_thresh: float,
    stability_score_thresh: float,
    nms: Nms,
    min_mask_region_area: int = 0,
    components: Components | None = None,
    box_nms_thresh: float = 0.7,
) -> list[dict[str, Any]]:
    """Give a record for each mask, as the reference does, the best predicted IoU first.

    Parameters
    ----------
    predictor : as ``Sam2Predictor`` in test_everything.py
    nms : what torchvision's ``batched_nms`` does
    components : what OpenCV's ``connectedComponentsWithStats`` does, or None
        What stands for the CUDA extension; None where it is not installed.
    """
    with torchvision_or_a_stand_in():
        from segment_anything.utils import amg

    size = image.shape[:2]
    predictor.set_image(image)
    grid = amg.build_point_grid(points_per_side) * np.array(size)[None, ::-1]
    found = []
    for (points,) in amg.batch_iterator(points_per_batch, grid):
        coords = torch.as_tensor(predictor.transform.apply_coords(points, size))[:, None]
        low_res, scores = predictor.low_res(coords, torch.ones(len(points), 1, dtype=torch.int64))
        cleaned = _cleaned(low_res, min_mask_region_area, components) if min_mask_region_area > 0 and components else low_res
        masks = interpolate(cleaned, size, mode="bilinear", align_corners=False).flatten(0, 1)
        data = amg.MaskData(
            masks=masks, iou_preds=scores.flatten(), points=torch.as_tensor(points.repeat(low_res.shape[1], axis=0))
        )
        data.filter(data["iou_preds"] > pred_iou_thresh)
        data["stability_score"] = amg.calculate_stability_score(data["masks"], MASK_THRESHOLD, 1.0)
        data.filter(data["stability_score"] >= stability_score_thresh)
        data["masks"] = data["masks"] > MASK_THRESHOLD
        data["boxes"] = amg.batched_mask_to_box(data["masks"])
        found.append(data)
    whole = found[0]
    for more in found[1:]:
        whole.cat(more)
    whole.filter(nms(whole["boxes"].float(), whole["iou_preds"], torch.zeros_like(whole["boxes"][:, 0]), box_nms_thresh))
    return [
        {
            "segmentation": whole["masks"][index].numpy(),
            "area": int(whole["masks"][index].sum()),
            "bbox": amg.box_xyxy_to_xywh(whole["boxes"][index]).tolist(),
            "predicted_iou": float(whole["iou_preds"][index]),
            "stability_score": float(whole["stability_score"][index]),
            "point_coords": [whole["points"][index].tolist()],
        }
        for index in range(len(whole["masks"]))
    ]


def _cleaned(logits: Any, most: int, components: Components) -> Any:
    """Fill holes and drop islands of up to so many cells: both are found in the logits as they were."""
    cleaned = logits.clone()
    for mask, out in zip(logits.flatten(0, 1), cleaned.flatten(0, 1), strict=True):
        for region, value in ((mask <= MASK_THRESHOLD, 10.0), (mask > MASK_THRESHOLD, -10.0)):
            _, labels, stats, _ = components(region.numpy().astype(np.uint8), 8)
            small = (np.asarray(stats)[:, -1] <= most) & (np.arange(len(stats)) > 0)
            out[torch.from_numpy(small[labels])] = MASK_THRESHOLD + value
    return cleaned
