"""The segmenter over real sessions: the small model of tests/support, and the default model on a real picture."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any, TypeVar

import numpy as np
import pytest
from PIL import Image

from build import ROOT
from tabsam import ModelError, PromptError, Segmenter, StateError, SyncSegmenter, load
from tabsam.model import native
from tabsam.model.native import NativeSession
from tests.support.pictures import red_disc, two_discs
from tests.support.tiny_model import tiny_model

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(coroutine)


@pytest.fixture
def segmenter() -> Segmenter:
    return native.load_pair(tiny_model().encoder, tiny_model().decoder)


def iou(first: Any, second: Any) -> float:
    return float((first & second).sum() / (first | second).sum())


def test_a_click_selects_what_was_clicked(segmenter: Segmenter) -> None:
    async def click() -> float:
        await segmenter.set_image(two_discs())
        best, *_ = await segmenter.predict([[80, 120]])
        return iou(best.mask(), red_disc())

    assert run(click()) > 0.9


def test_candidates_come_best_prediction_first(segmenter: Segmenter) -> None:
    async def click() -> list[float]:
        await segmenter.set_image(two_discs())
        return [candidate.iou_prediction for candidate in await segmenter.predict([[80, 120]], all_candidates=True)]

    predictions = run(click())
    assert len(predictions) == 3
    assert predictions == sorted(predictions, reverse=True)
    assert predictions[0] > predictions[2]


def test_a_failed_picture_leaves_the_one_before(segmenter: Segmenter) -> None:
    async def click() -> float:
        await segmenter.set_image(two_discs())
        with pytest.raises(ValueError, match="no picture"):
            await segmenter.set_image(np.zeros((3, 3), np.float32))
        best, *_ = await segmenter.predict([[80, 120]])
        return iou(best.mask(), red_disc())

    assert run(click()) > 0.9


def test_a_failed_prompt_leaves_the_segmenter_usable(segmenter: Segmenter) -> None:
    async def click() -> int:
        await segmenter.set_image(two_discs())
        with pytest.raises(PromptError):
            await segmenter.predict()
        return len(await segmenter.predict([[80, 120]], all_candidates=True))

    assert run(click()) == 3


def test_logits_fed_back_change_the_answer(segmenter: Segmenter) -> None:
    async def click() -> float:
        await segmenter.set_image(two_discs())
        best, *_ = await segmenter.predict([[80, 120]])
        again, *_ = await segmenter.predict([[80, 120]], mask=best.logits)
        return float(np.abs(again.logits - best.logits).max())

    assert run(click()) > 0.1


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_an_answer_that_is_not_finite_is_no_mask(number: float) -> None:
    class Overflowing(NativeSession):
        async def run(self, feeds, outputs):  # type: ignore[no-untyped-def]
            given: dict[str, Any] = await super().run(feeds, outputs)
            given["iou_predictions"][0, 1] = number
            return given

    async def click() -> None:
        segmenter = Segmenter(NativeSession(tiny_model().encoder, keep_outputs=True), Overflowing(tiny_model().decoder))
        await segmenter.set_image(two_discs())
        with pytest.raises(ModelError, match="not made of finite numbers") as caught:
            await segmenter.predict([[80, 120]])
        assert caught.value.code == "model-not-finite"

    run(click())


def test_without_a_picture_it_says_so(segmenter: Segmenter) -> None:
    with pytest.raises(StateError) as caught:
        run(segmenter.predict([[1, 1]]))
    assert (caught.value.code, caught.value.message) == ("no-image", "There is no picture yet.")


def test_an_embedding_that_was_replaced_is_released(segmenter: Segmenter) -> None:
    async def replace() -> None:
        first = await segmenter.encode(two_discs())
        segmenter.use(first)
        await segmenter.set_image(two_discs())
        segmenter.use(first)
        await segmenter.predict([[80, 120]])

    with pytest.raises(ModelError) as caught:
        run(replace())
    assert "released" in caught.value.details


def test_files_that_are_no_pair_are_refused_with_what_was_found() -> None:
    with pytest.raises(ModelError) as caught:
        native.load_pair(tiny_model().decoder, tiny_model().encoder)
    assert caught.value.code == "model-unknown"
    assert "image float32[1, 3, 128, 128]" in caught.value.details


def test_halves_of_two_models_are_refused() -> None:
    with pytest.raises(ModelError) as caught:
        Segmenter(NativeSession(tiny_model().encoder, keep_outputs=True), NativeSession(ROOT / "models/nano/decoder.onnx"))
    assert (caught.value.code, caught.value.message) == (
        "model-mismatch",
        "This encoder and this decoder do not belong together.",
    )


@pytest.mark.parametrize(("model", "code"), [("no/such/file.onnx", "model-missing"), (b"not a model", "model-load")])
def test_a_file_that_is_no_model_has_its_sentence(model: str | bytes, code: str) -> None:
    with pytest.raises(ModelError) as caught:
        NativeSession(model)
    assert caught.value.code == code


def test_the_default_model_selects_the_cat(site: Any) -> None:
    cat = Image.open(site / "samples/chelsea.png").convert("RGB")
    with load(ROOT / "models/nano") as segmenter:
        segmenter.set_image(cat)
        candidates = segmenter.predict([[230, 110], [300, 200], [20, 20]], [1, 1, 0])
    mask = candidates[0].mask()
    assert mask.shape == (300, 451)
    assert mask[110, 230]
    assert mask[200, 300]
    assert not mask[20, 20]
    assert 0.4 < mask.mean() < 0.9


def test_the_synchronous_wrapper_works_where_a_loop_runs_already() -> None:
    async def notebook() -> int:
        with SyncSegmenter(native.load_pair(tiny_model().encoder, tiny_model().decoder)) as segmenter:
            segmenter.set_image(two_discs())
            return len(segmenter.predict([[80, 120]], all_candidates=True))

    assert run(notebook()) == 3
    gc.collect()
