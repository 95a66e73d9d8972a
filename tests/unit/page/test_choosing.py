"""Which of the model's masks are offered, and what becomes of a choice: of one that is nearly another, or that is not there."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest

from tabsam.document.selection import Selection
from tests.support.asking import Page, code_of, on_a_page

RED = {"x": 80, "y": 120, "label": 1}
#: On the discs the third of the small model's masks is the best once more.
BEST, SECOND, DUPLICATE = 0, 1, 2


def selection(page: Page) -> Selection:
    return page.app.workspace.document.selection


def ranks(view: Any) -> list[int]:
    return [one["index"] for one in view["candidates"]]


def with_prompts(project: bytes, **changes: Any) -> bytes:
    """Give a project whose one object has other prompts."""
    source, target = io.BytesIO(project), io.BytesIO()
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == "project.json":
                head = json.loads(data)
                head["instances"][0]["prompts"].update(changes)
                data = json.dumps(head).encode()
            after.writestr(name, data)
    return target.getvalue()


async def reopened(page: Page, **prompts: Any) -> Any:
    """Save an object as a project, change its prompts there, and put it to the model on another page."""
    await page.open()
    await page.ask("addPoint", **RED)
    await page.ask("accept", overlaps="keep")
    project = (await page.ask("saveProject", picture=True))["bytes"]
    await page.ask("open", name="discs.tabsam", bytes=with_prompts(project, **prompts))
    return await page.ask("reopen", id=1)


@on_a_page
async def test_what_is_nearly_a_better_one_is_not_offered_and_can_still_be_had(page: Page) -> None:
    await page.open()
    view = await page.ask("addPoint", **RED)
    assert (ranks(view), view["maskCount"], view["chosen"]) == ([BEST, SECOND], 3, BEST)
    best, duplicate = [(await page.ask("mask", candidate=rank))["data"] for rank in (BEST, DUPLICATE)]
    assert best.sum() < duplicate.sum()


@on_a_page
async def test_taking_one_that_is_nearly_a_better_one_takes_that(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", **RED)
    assert (await page.ask("choose", candidate=SECOND))["chosen"] == SECOND
    view = await page.ask("choose", candidate=DUPLICATE)
    assert (view["chosen"], ranks(view), selection(page).chosen) == (BEST, [BEST, SECOND], BEST)
    assert (await page.ask("undo"))["chosen"] == SECOND
    assert (await page.ask("undo"))["chosen"] == BEST
    assert (await page.ask("redo"))["chosen"] == SECOND
    assert await code_of(page.ask("choose", candidate=-1)) == "no-such-candidate"


@pytest.mark.parametrize(("taken", "shown"), [(DUPLICATE, BEST), (SECOND, SECOND), (3, BEST), (None, BEST)])
def test_a_choice_that_was_saved_is_found_again(taken: int | None, shown: int) -> None:
    @on_a_page
    async def body(page: Page) -> None:
        view = await reopened(page, chosen=taken)
        assert (view["chosen"], ranks(view)) == (shown, [BEST, SECOND])
        mask = (await page.ask("mask"))["data"]
        np.testing.assert_array_equal(mask, (await page.ask("mask", candidate=shown))["data"])
        assert (await page.ask("accept", overlaps="keep"))["objects"]["list"][0]["id"] == 1

    body()


@pytest.mark.parametrize("refines", [DUPLICATE, 3])
def test_a_saved_point_refines_the_very_mask_that_it_refined(refines: int) -> None:
    @on_a_page
    async def body(page: Page) -> None:
        points = [[1, 80, 120, 1, None], [2, 90, 120, 1, refines]]
        await reopened(page, points=points)
        shown = (await page.app._answering.settled())[0]
        before = await page.app._answering.answer_to(Selection(selection(page).points[:1]))
        fed = before.candidates[refines if refines == DUPLICATE else BEST].logits
        expected = await page.segmenter.ask([(80, 120), (90, 120)], [1, 1], mask=fed)
        for one, other in zip(shown.candidates, expected.candidates, strict=True):
            np.testing.assert_array_equal(one.logits, other.logits)

    body()


@on_a_page
async def test_rounds_that_no_model_here_has_given_begin_with_the_best(page: Page) -> None:
    view = await reopened(page, rounds=[9, DUPLICATE])
    assert view["candidates"]
    assert (await page.ask("refine", rounds=2, iouPrediction=2, stabilityScore=2))["view"]["candidates"]


@on_a_page
async def test_a_point_after_a_choice_refines_that(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", **RED)
    await page.ask("choose", candidate=SECOND)
    view = await page.ask("addPoint", x=90, y=120, label=1)
    assert [point["refines"] for point in view["points"]] == [None, SECOND]
