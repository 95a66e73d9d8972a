"""The search for everything, as the page asks: what it finds is the picture's, and every change of it can be undone."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.support.asking import Page, code_of, on_a_page
from tests.support.pictures import two_discs

OPTIONS = {"pointsPerSide": 4, "pointsPerBatch": 4, "predIouThresh": 0.0, "stabilityScoreThresh": 0.0}


def shown(page: Page) -> list[int]:
    """Give the numbers of the finds that are shown: a view without any says that they are as before."""
    document = page.app.workspace.document
    return [] if document.finds is None or document.thresholds is None else list(document.finds.shown(document.thresholds))


def numbers_in(view: dict[str, Any]) -> list[int]:
    return [one["number"] for one in view["finds"]["list"]]


@on_a_page
async def test_everything_is_found_told_and_taken(page: Page) -> None:
    await page.open()
    view = await page.ask("findAll", **OPTIONS)
    told = [one for one in page.progress if one["stage"] == "find"]
    assert [one["loaded"] for one in told] == sorted(one["loaded"] for one in told)
    assert told[-1]["loaded"] == told[-1]["total"] == 16
    numbers = numbers_in(view)
    assert len(numbers) > 1
    view = await page.ask("takeFound", numbers=numbers)
    assert len(view["objects"]["list"]) == len(numbers)
    assert view["finds"]["list"] == []
    undone = await page.ask("undo")
    assert undone["objects"]["list"] == []
    assert numbers_in(undone) == numbers
    assert [one["outline"] for one in undone["finds"]["list"]] == [None] * len(numbers)  # they have come before


@on_a_page
async def test_finding_taking_rejecting_and_throwing_away_are_steps(page: Page) -> None:
    await page.open()
    first, second, *rest = numbers_in(await page.ask("findAll", **OPTIONS))
    await page.ask("takeFound", numbers=[first])
    await page.ask("takeFound", numbers=[first])  # a double click
    assert len(page.app.workspace.document.work.instances) == 1
    await page.ask("rejectFound", numbers=[second])
    assert shown(page) == rest
    assert (await page.ask("dropFound"))["finds"]["search"] is None
    steps = [rest, [second, *rest], [first, second, *rest], []]
    for there in steps:
        await page.ask("undo")
        assert shown(page) == there
    for there in reversed(steps[:-1]):
        await page.ask("redo")
        assert shown(page) == there
    await page.ask("redo")
    assert page.app.workspace.document.finds is None


@on_a_page
async def test_finds_come_with_their_picture(page: Page) -> None:
    await page.open("one.png")
    await page.ask("findAll", **OPTIONS)
    numbers = shown(page)
    other = await page.open("two.png", two_discs()[:, ::-1].copy())
    assert (other["finds"]["list"], other["finds"]["search"]) == ([], None)
    back = await page.open("one.png")
    assert numbers_in(back) == numbers
    assert all(one["outline"] is not None for one in back["finds"]["list"])


@on_a_page
async def test_a_search_that_another_picture_ends_keeps_what_it_found_on_its_own(page: Page) -> None:
    await page.open("one.png")
    search = asyncio.ensure_future(page.ask("findAll", **{**OPTIONS, "pointsPerSide": 8, "pointsPerBatch": 2}))
    while not any(one["stage"] == "find" and one["found"] for one in page.progress):
        await asyncio.sleep(0)
    await page.open("two.png", two_discs()[:, ::-1].copy())
    assert await code_of(search) == "cancelled"
    assert page.app.workspace.document.finds is None
    assert (await page.open("one.png"))["finds"]["list"]


@on_a_page
async def test_a_search_can_be_stopped_and_what_was_found_stays(page: Page) -> None:
    await page.open()
    search = asyncio.ensure_future(page.ask("findAll", **{**OPTIONS, "pointsPerSide": 8, "pointsPerBatch": 2}))
    while not any(one["stage"] == "find" and one["found"] for one in page.progress):
        await asyncio.sleep(0)
    await page.ask("stopFinding")
    view = await search
    told = [one["loaded"] for one in page.progress if one["stage"] == "find"]
    assert told[-1] < 64
    await page.ask("takeFound", numbers=numbers_in(view)[:1])
    assert len(page.app.workspace.document.work.instances) == 1
    assert len((await page.ask("addPoint", x=80, y=120, label=1))["candidates"]) == 2


@on_a_page
async def test_a_second_search_takes_the_place_of_the_first_until_it_is_undone(page: Page) -> None:
    await page.open()
    await page.ask("findAll", **OPTIONS)
    first = page.app.workspace.document.finds
    view = await page.ask("findAll", **{**OPTIONS, "pointsPerSide": 2})
    assert view["finds"]["search"]["pointsPerSide"] == 2
    assert page.app.workspace.document.finds is not first
    await page.ask("undo")
    assert page.app.workspace.document.finds is first


@on_a_page
async def test_thresholds_show_more_or_fewer_and_are_no_step(page: Page) -> None:
    await page.open()
    every = await page.ask("findAll", **OPTIONS)
    scores = sorted(one["iouPrediction"] for one in every["finds"]["list"])
    assert scores[0] < scores[-1]
    above = (scores[0] + scores[-1]) / 2
    fewer = await page.ask("filterFound", predIouThresh=above, stabilityScoreThresh=0)
    assert 0 < len(fewer["finds"]["list"]) < len(scores)
    assert all(one["iouPrediction"] > above for one in fewer["finds"]["list"])
    assert await page.ask("filterFound", predIouThresh=above, stabilityScoreThresh=0.0) | {"finds": None}
    none = await page.ask("filterFound", predIouThresh=1, stabilityScoreThresh=0)
    lower = none["finds"]["search"]["lower"]
    assert none["finds"]["list"] == []
    assert lower["count"] == len((await page.ask("filterFound", **lower["thresholds"]))["finds"]["list"])
    assert not (await page.ask("undo"))["canUndo"]


@on_a_page
async def test_what_is_not_there_is_neither_taken_nor_rejected(page: Page) -> None:
    await page.open()
    assert await code_of(page.ask("takeFound", numbers=[0])) == "no-such-find"
    await page.ask("findAll", **OPTIONS)
    for method in ("takeFound", "rejectFound"):
        assert await code_of(page.ask(method, numbers=[10_000])) == "no-such-find"
        assert await code_of(page.ask(method, numbers=[-1])) == "no-such-find"
