"""The library's face: many prompts at once, masks as prompts, refining, several scales, several pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

import tabsam
from tabsam.arrays import BoolArray
from tabsam.errors import PromptError, StateError
from tabsam.library.prompting import Prompt, box_from_centre
from tabsam.library.segmenter import SyncSegmenter
from tabsam.model import native
from tabsam.model.everything.options import EverythingOptions
from tests.support.dialect_models import EXPORTS
from tests.support.pictures import disc, encoded, iou, red_disc, two_discs
from tests.support.tiny_model import tiny_model

HEIGHT, WIDTH = 120, 160
RED, BLUE = (40.0, 60.0), (120.0, 60.0)
PICTURE = two_discs(HEIGHT, WIDTH)
RED_DISC = red_disc(HEIGHT, WIDTH)
BLUE_DISC: BoolArray = disc(HEIGHT, WIDTH, BLUE, 30)

PROMPTS: list[dict[str, Any]] = [
    {"points": [RED]},
    {"points": [BLUE]},
    {"box": [8, 28, 72, 92]},
    {"box_cxcywh": [*BLUE, 64, 64]},
    {"points": [RED, BLUE], "labels": [1, 0]},
    {"points": [BLUE, (5, 5)], "labels": [1, 0], "box": [88, 28, 152, 92]},
    {"mask": RED_DISC},
    {"points": [RED], "mask": RED_DISC},
]


@pytest.fixture
def discs(nano: SyncSegmenter) -> SyncSegmenter:
    """Give the built-in model with the picture of two discs."""
    nano.set_image(PICTURE, name="discs.png")
    return nano


@pytest.fixture(scope="module")
def tiny() -> Iterator[SyncSegmenter]:
    """Give the small model of the tests with the same picture."""
    model = tiny_model()
    with SyncSegmenter(native.load_pair(model.encoder, model.decoder), embedding_cache_bytes=1 << 30) as segmenter:
        segmenter.set_image(PICTURE)
        yield segmenter


def test_a_click_gives_the_object(discs: SyncSegmenter) -> None:
    best, *_ = discs.predict([RED])
    assert iou(best.mask(), RED_DISC) > 0.95


def test_a_box_can_be_given_by_its_centre(discs: SyncSegmenter) -> None:
    by_corners, by_centre = discs.predict(box=[88, 28, 152, 92])[0], discs.predict(box_cxcywh=[*BLUE, 64, 64])[0]
    assert (by_corners.logits == by_centre.logits).all()
    assert iou(by_centre.mask(), BLUE_DISC) > 0.95
    with pytest.raises(PromptError):
        discs.predict(box=[88, 28, 152, 92], box_cxcywh=[*BLUE, 64, 64])
    wrong_ones: list[Any] = [[1, 2, 3], [1, 2, 0, 4], [1, 2, -3, 4], ["a", 1, 2, 3]]
    for wrong in wrong_ones:
        with pytest.raises(PromptError):
            box_from_centre(wrong)


def test_many_prompts_are_answered_as_one_by_one(discs: SyncSegmenter) -> None:
    together = discs.predict_many(PROMPTS, all_candidates=True)
    for prompt, several in zip(PROMPTS, together, strict=True):
        alone = discs.predict(**prompt, all_candidates=True)
        assert len(several) == len(alone) == 3
        for one, other in zip(several, alone, strict=True):
            assert np.abs(one.logits - other.logits).max() < 1e-4 * max(1.0, float(np.abs(other.logits).max()))
            assert abs(one.iou_prediction - other.iou_prediction) < 1e-4
            assert (one.rank, one.token, one.same_as) == (other.rank, other.token, other.same_as)


def test_prompts_of_one_form_go_in_one_run(tiny: SyncSegmenter, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    run = tiny.segmenter.decoder.run

    async def counted(feeds: Any, outputs: Any) -> Any:
        asked.append(len(feeds["point_coords"]))
        return await run(feeds, outputs)

    monkeypatch.setattr(tiny.segmenter.decoder, "run", counted)
    tiny.predict_many([Prompt([RED]), Prompt([BLUE]), Prompt(box=[8, 28, 72, 92]), Prompt([RED]), Prompt([RED, BLUE], [1, 0])])
    assert sorted(asked) == [1, 3, 1] or sorted(asked) == [1, 1, 3]
    asked.clear()
    tiny.predict_many([Prompt([RED])] * 20)
    assert asked == [8, 8, 4]


def test_a_run_that_fails_is_asked_in_halves(tiny: SyncSegmenter, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tiny.segmenter.decoder.run
    monkeypatch.setattr(tiny.segmenter, "objects_a_run", 8)

    async def narrow(feeds: Any, outputs: Any) -> Any:
        if len(feeds["point_coords"]) > 2:
            raise tabsam.ModelError("model-run", "no room")
        return await run(feeds, outputs)

    monkeypatch.setattr(tiny.segmenter.decoder, "run", narrow)
    found = tiny.predict_many([Prompt([RED]), Prompt([BLUE])] * 4)
    assert [iou(one[0].mask(), RED_DISC) > 0.9 for one in found] == [True, False] * 4


@pytest.mark.parametrize("name", ["sam2", "sam2-rectlabel", "hf-sam1, boxes", "efficientsam"])
def test_dialects_answer_many_as_one_by_one(name: str) -> None:
    export = EXPORTS[name]
    segmenter = native.load_pair(export.encoder_bytes(), export.decoder_bytes())
    with SyncSegmenter(segmenter) as waited:
        waited.set_image(PICTURE)
        prompts: list[dict[str, Any]] = [{"points": [RED]}, {"points": [BLUE]}, {"points": [RED, BLUE], "labels": [1, 0]}]
        if segmenter.takes_box:
            prompts += [{"box": [8, 28, 72, 92]}, {"box": [88, 28, 152, 92]}]
        if segmenter.takes_mask:
            logits = waited.predict([RED])[0].logits
            prompts += [{"points": [BLUE], "mask": logits}, {"points": [BLUE], "mask": -logits}]
        for prompt, several in zip(prompts, waited.predict_many(prompts, all_candidates=True), strict=True):
            for one, other in zip(several, waited.predict(**prompt, all_candidates=True), strict=True):
                assert np.abs(one.logits - other.logits).max() < 1e-4


def test_a_mask_may_come_as_anything_that_is_one(discs: SyncSegmenter) -> None:
    as_file = encoded(RED_DISC.astype(np.uint8) * 255)
    first = discs.predict(mask=RED_DISC)[0]
    for mask in (RED_DISC.astype(np.uint8), RED_DISC * 255, as_file, Image.fromarray(RED_DISC)):
        assert (discs.predict(mask=mask)[0].logits == first.logits).all()
    assert iou(first.mask(), RED_DISC) > 0.9
    again = discs.predict([RED], mask=first)[0]
    assert (again.logits == discs.predict([RED], mask=first.logits)[0].logits).all()


@pytest.mark.parametrize(
    ("mask", "code"),
    [(RED_DISC[1:], "mask-size"), (np.zeros_like(RED_DISC), "mask-empty"), (np.zeros((3, 3)), "prompt-mask")],
)
def test_a_mask_that_is_none_is_told(discs: SyncSegmenter, mask: Any, code: str) -> None:
    with pytest.raises(PromptError) as caught:
        discs.predict(mask=mask)
    assert caught.value.code == code


def test_prompts_have_no_other_names(discs: SyncSegmenter) -> None:
    with pytest.raises(PromptError, match="'point'"):
        discs.predict_many([{"point": RED}])


def test_pictures_are_gone_through(tiny: SyncSegmenter) -> None:
    mirrored = np.ascontiguousarray(PICTURE[:, ::-1])
    found = list(tiny.predict_pictures([(PICTURE, [{"points": [RED]}]), (mirrored, [{"points": [RED]}, {"points": [BLUE]}])]))
    assert [len(one) for one in found] == [1, 2]
    assert iou(found[0][0][0].mask(), RED_DISC) > 0.9
    assert iou(found[1][1][0].mask(), RED_DISC[:, ::-1]) > 0.9
    tiny.set_image(PICTURE)


def test_a_picture_that_was_encoded_is_not_encoded_again(tiny: SyncSegmenter, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.set_image(PICTURE)

    async def encode(image: Image.Image) -> Any:
        raise AssertionError("it was encoded again")

    monkeypatch.setattr(tiny.segmenter, "encode", encode)
    tiny.set_image(PICTURE.copy())
    assert iou(tiny.predict([RED])[0].mask(), RED_DISC) > 0.9
    with pytest.raises(AssertionError):
        tiny.set_image(np.zeros_like(PICTURE))


def test_without_room_only_the_current_picture_is_kept() -> None:
    model = tiny_model()
    with SyncSegmenter(native.load_pair(model.encoder, model.decoder)) as segmenter:
        segmenter.set_image(PICTURE)
        first = segmenter.segmenter.current
        segmenter.set_image(PICTURE[:, ::-1])
        segmenter.predict([RED])
        with pytest.raises(tabsam.ModelError):  # its tensors were released
            asyncio.run(segmenter.segmenter.ask([RED], embedding=first))


def test_refining_ends_when_it_is_good_enough_or_no_better(discs: SyncSegmenter) -> None:
    at_once = discs.refine([RED], iou_prediction=0.5, stability_score=None)
    assert at_once.rounds == 1
    assert "sure enough" in at_once.reason
    on = discs.refine([RED], rounds=3, iou_prediction=None, stability_score=1.0)
    assert 1 < on.rounds <= 3
    assert iou(on.results[0].mask(), RED_DISC) > 0.95


@pytest.mark.parametrize("how", ["mean", "maximum", "vote"])
def test_answers_at_several_scales_become_one(tiny: SyncSegmenter, how: Any) -> None:
    tiny.set_image(PICTURE)
    fused = tiny.fuse([RED], scales=(0.5, 1, 2), how=how, edges="decoded")
    assert iou(fused.mask(), RED_DISC) > 0.9
    assert fused.logits.shape == (HEIGHT, WIDTH)  # finer than the decoder's 32 x 32


def test_a_closer_look_draws_a_small_thing_better(tiny: SyncSegmenter) -> None:
    picture = np.full((HEIGHT, WIDTH, 3), 150, np.uint8)
    truth = disc(HEIGHT, WIDTH, (51.0, 41.0), 4.5)
    picture[truth] = (220, 30, 40)
    tiny.set_image(picture)
    coarse = tiny.predict([[51, 41]], edges="decoded")[0]
    fine = tiny.fuse([[51, 41]], scales=(4,), edges="decoded")
    assert iou(fine.mask(), truth) > iou(coarse.mask(), truth) + 0.05
    tiny.set_image(PICTURE)


def test_weights_say_what_counts(tiny: SyncSegmenter) -> None:
    tiny.set_image(PICTURE)
    of_first = tiny.fuse([RED], scales=(1, 2), weights=(1, 0))
    alone = tiny.fuse([RED], scales=(1,), weights="equal")
    assert np.abs(of_first.logits - alone.logits).max() < 1e-4


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"scales": ()}, "fuse-scales"),
        ({"scales": (0,)}, "fuse-scales"),
        ({"how": "median"}, "fuse-how"),
        ({"weights": "best"}, "fuse-weights"),
        ({"weights": (1,)}, "fuse-weights"),
        ({"weights": (0, 0)}, "fuse-weights"),
    ],
)
def test_fusing_says_what_it_cannot(tiny: SyncSegmenter, wishes: dict[str, Any], code: str) -> None:
    with pytest.raises(PromptError) as caught:
        tiny.fuse([RED], **wishes)
    assert caught.value.code == code


def test_everything_is_found_in_the_current_picture(tiny: SyncSegmenter) -> None:
    tiny.set_image(PICTURE, name="discs.png")
    options = EverythingOptions(points_per_side=4, pred_iou_thresh=0.5, stability_score_thresh=0.5)
    found = tiny.everything(options=options)
    assert max(iou(one.mask(), RED_DISC) for one in found) > 0.9
    assert found[0].picture.name == "discs.png"


def test_without_a_picture_there_is_nothing_to_ask() -> None:
    model = tiny_model()
    with SyncSegmenter(native.load_pair(model.encoder, model.decoder)) as segmenter:
        for ask in (segmenter.predict, segmenter.refine, segmenter.fuse, segmenter.ask):
            with pytest.raises(StateError) as caught:
                ask([RED])
            assert caught.value.code == "no-image"
        with pytest.raises(StateError):
            segmenter.everything()
