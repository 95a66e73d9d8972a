"""One mask instead of readings: what Meta's predictor gives for ``multimask_output=False``, wherever a mask is shown or kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tabsam import Candidate
from tests.support.asking import Page, code_of, on_a_page

RED = {"x": 80, "y": 120, "label": 1}
OFF = {"x": 240, "y": 120, "label": 0}
BOX = [40.0, 80.0, 120.0, 160.0]
#: The rank of the single-mask token's mask, after those to choose from.
SINGLE = 3


async def opened(page: Page, *, single_mask: bool = True) -> None:
    """Open the discs with the small model that has the single-mask token, and ask for one mask."""
    page.new_engine(single_mask=single_mask)
    await page.open()
    await page.ask("singleMask", on=True)


async def single(page: Page, **prompts: Any) -> Candidate:
    """Ask the segmenter itself for one mask."""
    (one,) = await page.segmenter.predict(**prompts, multimask_output=False)
    return one


async def assert_shown(page: Page, view: Any, expected: Candidate) -> None:
    (shown,) = view["candidates"]
    assert (view["chosen"], view["singleMask"]) == (shown["index"], True)
    assert shown["iouPrediction"] == expected.iou_prediction
    outline = expected.outline()
    np.testing.assert_array_equal(np.reshape(shown["outline"]["vertices"], (-1, 2)), outline.vertices.astype(np.float32))
    np.testing.assert_array_equal((await page.ask("mask"))["data"].reshape(240, 320) > 0, expected.mask())


@pytest.mark.parametrize("has_token", [True, False])
def test_it_is_what_the_segmenter_gives_for_one_mask(has_token: bool) -> None:
    @on_a_page
    async def body(page: Page) -> None:
        await opened(page, single_mask=has_token)
        view = await page.ask("addPoint", **RED)
        await assert_shown(page, view, await single(page, points=[(80, 120)]))
        await page.ask("feedBack", on=False)
        view = await page.ask("addPoint", **OFF)
        await assert_shown(page, view, await single(page, points=[(80, 120), (240, 120)], labels=[1, 0]))
        await page.ask("clear")
        view = await page.ask("setBox", box=BOX)
        await assert_shown(page, view, await single(page, box=BOX))

    body()


@on_a_page
async def test_a_model_without_the_token_says_so_and_gives_the_best(page: Page) -> None:
    await opened(page, single_mask=False)
    view = await page.ask("addPoint", **RED)
    assert (view["hasSingleMask"], view["chosen"], view["maskCount"]) == (False, 0, 3)
    (note,) = view["notes"]
    assert "leaves the single-mask token out" in note
    assert (await page.ask("singleMask", on=False))["notes"] == []


@on_a_page
async def test_switching_costs_no_decode_and_is_no_step(page: Page) -> None:
    page.new_engine(single_mask=True)
    await page.open()
    before = await page.ask("addPoint", **RED)
    assert [one["token"] for one in before["candidates"]] == [2, 1]
    await page.ask("choose", candidate=1)
    runs = page.segmenter.decoder.runs  # type: ignore[attr-defined]
    on = await page.ask("singleMask", on=True)
    assert ([one["token"] for one in on["candidates"]], on["chosen"], on["hasSingleMask"]) == ([0], SINGLE, True)
    off = await page.ask("singleMask", on=False)
    assert ([one["token"] for one in off["candidates"]], off["chosen"]) == ([2, 1], 1)
    assert page.segmenter.decoder.runs == runs  # type: ignore[attr-defined]
    assert (await page.ask("undo"))["chosen"] == 0


@on_a_page
async def test_whether_the_model_has_one_is_known_before_it_is_asked(page: Page) -> None:
    assert (await page.ask("state"))["hasSingleMask"] is False
    page.new_engine(single_mask=True)
    assert (await page.ask("refresh"))["hasSingleMask"] is True


@on_a_page
async def test_there_is_nothing_to_choose_while_one_mask_is_asked_for(page: Page) -> None:
    await opened(page)
    await page.ask("addPoint", **RED)
    assert await code_of(page.ask("choose", candidate=1)) == "no-such-candidate"
    assert (await page.ask("choose", candidate=SINGLE))["chosen"] == SINGLE


@on_a_page
async def test_the_preview_under_the_pointer_is_that_mask(page: Page) -> None:
    await opened(page)
    hover = await page.ask("hover", x=80, y=120)
    view = await page.ask("addPoint", **RED)
    (shown,) = view["candidates"]
    assert hover["iouPrediction"] == shown["iouPrediction"]
    assert hover["outline"]["vertices"].tolist() == shown["outline"]["vertices"].tolist()


@on_a_page
async def test_a_further_point_and_a_refinement_go_on_from_that_mask(page: Page) -> None:
    await opened(page)
    await page.ask("addPoint", **RED)
    view = await page.ask("addPoint", **OFF)
    assert [point["refines"] for point in view["points"]] == [None, SINGLE]
    fed = await single(page, points=[(80, 120)])
    both: dict[str, Any] = {"points": [(80, 120), (240, 120)], "labels": [1, 0]}
    await assert_shown(page, view, await single(page, **both, mask=fed.logits))

    answer = (await page.app._answering.settled())[0]
    refined = await page.ask("refine", rounds=2, iouPrediction=2, stabilityScore=2)
    assert refined["rounds"] == 2
    again = await single(page, **both, mask=answer.candidates[SINGLE].logits)
    assert page.app.workspace.document.selection.rounds == (SINGLE,)
    await assert_shown(page, refined["view"], again)


@on_a_page
async def test_an_object_remembers_which_mask_it_was(page: Page) -> None:
    await opened(page)
    await page.ask("addPoint", **RED)
    mask = (await page.ask("mask"))["data"]
    await page.ask("accept", overlaps="keep")
    await page.ask("singleMask", on=False)
    view = await page.ask("reopen", id=1)
    assert (view["chosen"], [one["token"] for one in view["candidates"]]) == (SINGLE, [2, 1, 0])
    np.testing.assert_array_equal((await page.ask("mask"))["data"], mask)
    assert (await page.ask("choose", candidate=0))["chosen"] == 0

    page.new_engine(single_mask=False)  # knows no such rank
    await page.ask("undo")
    view = await page.ask("refresh")
    assert (view["chosen"], [one["token"] for one in view["candidates"]]) == (0, [2, 1])


@on_a_page
async def test_objects_that_are_asked_for_by_their_boxes_are_such_masks(page: Page) -> None:
    await opened(page)
    await page.ask("setBox", box=BOX)
    expected = (await page.ask("mask"))["data"].sum()
    await page.ask("accept", overlaps="keep")
    coco = await page.ask("exportObjects", format="coco", hidden=True)
    await page.ask("removeObject", id=1)
    imported = await page.ask("importFile", name="a.json", bytes=coco["bytes"], **{"as": "prompts"})
    (one,) = imported["view"]["objects"]["list"]
    assert one["area"] == pytest.approx(float(expected), rel=0.05)
    assert page.app.workspace.document.annotations.instances[0].prompts.chosen == SINGLE
