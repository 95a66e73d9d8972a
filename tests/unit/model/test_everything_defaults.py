"""The search for everything with a family's own defaults, and a model's."""

from __future__ import annotations

import asyncio

import pytest

from tabsam import Segmenter
from tabsam.errors import PromptError
from tabsam.model.everything import EverythingOptions, everything
from tabsam.model.everything.options import default_options
from tabsam.model.native import NativeSession
from tests.support.dialect_models import EXPORTS
from tests.support.pictures import two_discs
from tests.support.tiny_model import tiny_model


def segmenter(name: str, everything_defaults: dict[str, float] | None = None) -> Segmenter:
    export = EXPORTS[name]
    encoder, decoder = NativeSession(export.encoder_bytes(), keep_outputs=True), NativeSession(export.decoder_bytes())
    return Segmenter(encoder, decoder, everything_defaults=everything_defaults)


@pytest.mark.parametrize(
    ("name", "threshold"),
    [("sam1, 4 masks", 0.88), ("hf-sam1", 0.88), ("sam2", 0.8), ("sam2-ort", 0.8), ("sam2-rectlabel", 0.8), ("hf-sam2", 0.8)],
)
def test_sam2_keeps_what_it_thinks_better_than_four_fifths(name: str, threshold: float) -> None:
    assert default_options(segmenter(name)) == EverythingOptions(pred_iou_thresh=threshold)


def test_what_is_asked_for_goes_before_a_models_own_and_that_before_its_familys() -> None:
    own = segmenter("sam2", everything_defaults={"stability_score_thresh": 0.9, "pred_iou_thresh": 0.7})
    assert own.everything_defaults == {"pred_iou_thresh": 0.7, "stability_score_thresh": 0.9}
    options = default_options(own, pred_iou_thresh=0.5)
    assert options == EverythingOptions(pred_iou_thresh=0.5, stability_score_thresh=0.9)


def test_a_models_default_that_is_none_is_said_when_it_is_used() -> None:
    with pytest.raises(PromptError, match="'stability_score_thresh' must be"):
        default_options(segmenter("sam2", everything_defaults={"stability_score_thresh": -1}))


def test_a_search_without_options_takes_them() -> None:
    async def count(threshold: float) -> int:
        tiny = tiny_model()
        sessions = NativeSession(tiny.encoder, keep_outputs=True), NativeSession(tiny.decoder)
        defaults = {"points_per_side": 3, "pred_iou_thresh": threshold, "stability_score_thresh": 0}
        asked = Segmenter(*sessions, everything_defaults=defaults)
        return [len(step.found) async for step in everything(asked, two_discs())][-1]

    assert asyncio.run(count(0.1)) > 0
    assert asyncio.run(count(1.0)) == 0
