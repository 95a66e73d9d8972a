"""Automatic mask generation against segment_anything's own generator, on the same random weights.

Masks of random weights cover the whole picture, and boxes would tell them apart no more. So both sides pull each mask towards its
click, with the same few lines: in the reference's predictor, and in what is exported.
"""

from __future__ import annotations

import asyncio
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

if missing := [name for name in ("torch", "transformers", "segment_anything") if not find_spec(name)]:
    pytest.skip(f"{', '.join(missing)} not installed: pip install 'tabsam[conformance]'", allow_module_level=True)

import torch
from torch.nn.functional import interpolate

from tabsam import Segmenter
from tabsam.arrays import UInt8Array
from tabsam.model.everything.generator import everything
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.everything.proposals import Proposal
from tabsam.model.native import NativeSession
from tests.conformance.exporting import exported
from tests.conformance.models import model
from tests.conformance.pictures import scene
from tests.conformance.references import CHANNELS, Sam1Reference, Sam2Reference, torchvision_or_a_stand_in
from tests.support.pictures import iou

RADII = (70.0, 120.0, 200.0)  # model pixels, of each of the three masks
SHARE = 0.4  # of the model's own logits: enough for a ragged edge, islands and holes
SLOPE = 0.2  # logits to a model pixel

SMALLEST_IOU = 0.98


def pulled(logits: Any, clicks: Any) -> Any:
    """Pull masks (B, M, 256, 256), M 3 or 4, towards clicks (B, 2) in model pixels."""
    centres = (torch.arange(256) + 0.5) * 4
    x, y = clicks[:, 0].reshape(-1, 1, 1, 1), clicks[:, 1].reshape(-1, 1, 1, 1)
    distance = torch.sqrt((centres.reshape(1, 1, 1, -1) - x) ** 2 + (centres.reshape(1, 1, -1, 1) - y) ** 2)
    radii = torch.tensor((1.0, *RADII)[-logits.shape[1] :]).reshape(1, -1, 1, 1)
    return logits * SHARE + (radii - distance) * SLOPE


def sam1_decoder(reference: Sam1Reference) -> bytes:
    """Export as segment_anything does: one object a run."""
    with torchvision_or_a_stand_in():
        from segment_anything.utils.onnx import SamOnnxModel
    graph = SamOnnxModel(reference.model, return_single_mask=False)

    def decode(embedding: Any, coords: Any, labels: Any, mask: Any, has_mask: Any, size: Any) -> Any:
        masks, scores, low_res = graph(embedding, coords, labels, mask, has_mask, size)
        return masks, scores, pulled(low_res, coords[:, 0])

    inputs = {
        "image_embeddings": torch.zeros(1, CHANNELS, 64, 64),
        "point_coords": torch.tensor([[[300.0, 400.0], [0.0, 0.0]]]),
        "point_labels": torch.tensor([[1.0, -1.0]]),
        "mask_input": torch.zeros(1, 1, 256, 256),
        "has_mask_input": torch.zeros(1),
        "orig_im_size": torch.tensor([1024.0, 1024.0]),
    }
    outputs = ["masks", "iou_predictions", "low_res_masks"]
    return exported(reference.model, decode, inputs, outputs, {name: {1: "n"} for name in ("point_coords", "point_labels")})


def sam2_decoder(reference: Sam2Reference) -> bytes:
    """Export for many objects a run, without a mask prompt's part in them."""
    network = reference.model

    def decode(image_embed: Any, fine: Any, middle: Any, coords: Any, labels: Any, mask: Any, has_mask: Any) -> Any:
        sparse, no_mask = network.prompt_encoder(coords[:, None], labels[:, None].long(), None, None)
        dense = no_mask + 0 * mask.mean() * has_mask.mean()
        embeds = image_embed.expand(coords.shape[0], -1, -1, -1)
        masks, scores, *_ = reference._mask_decoder(embeds, [fine, middle], sparse, dense)
        return pulled(masks[:, 0], coords[:, 0]), scores[:, 0]

    inputs = {
        **dict(zip(("image_embed", "high_res_feats_0", "high_res_feats_1"), reference._example_embedding(), strict=True)),
        "point_coords": torch.tensor([[[300.0, 400.0]], [[700.0, 500.0]]]),
        "point_labels": torch.ones(2, 1),
        "mask_input": torch.zeros(2, 1, 256, 256),
        "has_mask_input": torch.zeros(2),
    }
    names = ("point_coords", "point_labels", "mask_input", "has_mask_input", "masks", "iou_predictions")
    return exported(network, decode, inputs, ["masks", "iou_predictions"], {name: {0: "num_labels"} for name in names})


class Sam2Predictor:
    """SAM2ImagePredictor's part in the generator, as its namesake in segment_anything has it."""

    device = "cpu"
    transform: Any
    model = types.SimpleNamespace(mask_threshold=0.0)

    def __init__(self, reference: Sam2Reference) -> None:
        self.reference = reference
        self.transform = types.SimpleNamespace(apply_coords=lambda points, size: points / (size[1], size[0]) * 1024)

    def set_image(self, image: UInt8Array) -> None:
        self.size = image.shape[:2]
        self.embedding = self.reference.embed(image)

    def reset_image(self) -> None:
        del self.embedding

    def predict_torch(self, coords: Any, labels: Any, multimask_output: bool, return_logits: bool) -> Any:
        found = self.reference.model(
            image_embeddings=self.embedding, input_points=coords[None].float(), input_labels=labels[None]
        )
        logits = pulled(found.pred_masks[0], coords[:, 0].float())
        return interpolate(logits, self.size, mode="bilinear", align_corners=False), found.iou_scores[0], logits


def sam1_predictor(reference: Sam1Reference) -> Any:
    with torchvision_or_a_stand_in():
        from segment_anything import SamPredictor

    class Sam1Predictor(SamPredictor):  # type: ignore[misc]  # PyTorch's types are not read
        def predict_torch(self, coords: Any, labels: Any, **rest: Any) -> Any:
            _, scores, low_res = super().predict_torch(coords.float(), labels, **rest)
            logits = pulled(low_res, coords[:, 0].float())
            return self.model.postprocess_masks(logits, self.input_size, self.original_size), scores, logits

    return Sam1Predictor(reference.model)


@dataclass(frozen=True)
class Pair:
    """The generator's predictor, and tabsam's own sessions."""

    predictor: Any
    segmenter: Segmenter


@cache
def pair(name: str) -> Pair:
    reference: Any = model(name).reference
    predictor = sam1_predictor(reference) if name == "sam1" else Sam2Predictor(reference)
    decoder = (sam1_decoder if name == "sam1" else sam2_decoder)(reference)
    return Pair(predictor, Segmenter(NativeSession(model(name).encoder, keep_outputs=True), NativeSession(decoder)))


def box_area(boxes: Any) -> Any:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def batched_nms(boxes: Any, scores: Any, categories: Any, iou_threshold: float) -> Any:
    """Do what torchvision's does where all are of one category, from its definition."""
    assert not categories.any()
    left = scores.sort(stable=True, descending=True).indices.tolist()
    kept = []
    while left:
        best, *left = left
        kept.append(best)
        left = [other for other in left if not overlap(boxes[best], boxes[other]) > iou_threshold]
    return torch.tensor(kept, dtype=torch.int64)


def overlap(one: Any, other: Any) -> float:
    sides = torch.minimum(one[2:], other[2:]) - torch.maximum(one[:2], other[:2])
    shared = sides.clamp(min=0).prod()
    return float(shared / (box_area(one[None]) + box_area(other[None]) - shared))


def connected_components(picture: UInt8Array, connectivity: int) -> Any:
    """Do what OpenCV's ``connectedComponentsWithStats`` does, one pixel after the other."""
    assert connectivity == 8
    stride = picture.shape[1] + 2
    padded = np.pad(picture, 1).ravel().tolist()
    regions, sizes = np.zeros(len(padded), np.int32), [0]
    for first in np.flatnonzero(padded).tolist():
        waiting = [first] if padded[first] else []
        padded[first] = 0
        sizes += [0] * len(waiting)
        while waiting:
            pixel = waiting.pop()
            regions[pixel] = len(sizes) - 1
            sizes[-1] += 1
            for neighbour in (pixel + row + column for row in (-stride, 0, stride) for column in (-1, 0, 1)):
                if padded[neighbour]:
                    padded[neighbour] = 0
                    waiting.append(neighbour)
    return len(sizes), regions.reshape(-1, stride)[1:-1, 1:-1], np.array(sizes)[:, np.newaxis], None


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the generator what it takes from torchvision and OpenCV, where they are not installed."""
    with torchvision_or_a_stand_in():
        from segment_anything import automatic_mask_generator
    if not find_spec("torchvision"):
        monkeypatch.setattr(automatic_mask_generator, "batched_nms", batched_nms)
        monkeypatch.setattr(automatic_mask_generator, "box_area", box_area)
    if not find_spec("cv2"):
        cv2: Any = types.ModuleType("cv2")
        cv2.connectedComponentsWithStats = connected_components
        monkeypatch.setitem(sys.modules, "cv2", cv2)


def generated(predictor: Any, image: UInt8Array, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    with torchvision_or_a_stand_in():
        from segment_anything import SamAutomaticMaskGenerator
    generator = SamAutomaticMaskGenerator(model("sam1").reference.model, **options)  # type: ignore[attr-defined]
    generator.predictor = predictor
    records: list[dict[str, Any]] = generator.generate(image)
    return records


def found_by_tabsam(segmenter: Segmenter, image: UInt8Array, options: Mapping[str, Any]) -> tuple[Proposal, ...]:
    async def last() -> tuple[Proposal, ...]:
        return [step async for step in everything(segmenter, image, EverythingOptions(**options))][-1].found

    return asyncio.run(last())


THRESHOLDS: dict[str, Any] = {"points_per_batch": 12, "pred_iou_thresh": 0.2, "stability_score_thresh": 0.83}
CASES: Mapping[str, tuple[str, tuple[int, int], dict[str, Any]]] = {
    "SAM 1": ("sam1", (200, 290), {"points_per_side": 6}),
    "SAM 1, with crops": (
        "sam1",
        (260, 330),
        {"points_per_side": 6, "crop_n_layers": 1, "crop_n_points_downscale_factor": 2, "crop_nms_thresh": 0.4},
    ),
    "SAM 2": ("sam2", (290, 200), {"points_per_side": 6}),
    "SAM 2, cleaned": ("sam2", (140, 180), {"points_per_side": 6, "min_mask_region_area": 60}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_masks_are_the_references(case: str) -> None:
    name, size, options = CASES[case]
    image = scene(*size)
    wanted = generated(pair(name).predictor, image, THRESHOLDS | options)
    found = found_by_tabsam(pair(name).segmenter, image, THRESHOLDS | options)
    assert len(wanted) >= 12
    assert len(found) == len(wanted)
    assert any(ours.cleaned_below for ours in found) == ("cleaned" in case)
    assert (len({ours.crop_box for ours in found}) > 1) == ("crops" in case)
    for record, ours in zip(wanted, found, strict=True):
        assert iou(ours.mask(), record["segmentation"]) > SMALLEST_IOU
        assert ours.predicted_iou == pytest.approx(record["predicted_iou"], abs=1e-3)
        assert ours.stability_score == pytest.approx(record["stability_score"], abs=1e-3)
        assert ours.area == pytest.approx(record["area"], rel=1e-3, abs=1)
        assert ours.bbox_xywh == pytest.approx(record["bbox"], abs=1)
        assert ours.crop_box_xywh == tuple(record["crop_box"])
        assert [list(ours.point_coords)] == [pytest.approx(point, abs=1e-3) for point in record["point_coords"]]
