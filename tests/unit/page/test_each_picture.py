"""What is done on one picture after another: found and asked again, one step each, and never in the way of who works."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tabsam.document.document import Document
from tabsam.page import each_picture
from tests.support.asking import Page, code_of, on_a_page, png
from tests.support.pictures import two_discs

OPTIONS = {"pointsPerSide": 4, "predIouThresh": 0.0, "stabilityScoreThresh": 0.0}
OTHER = np.ascontiguousarray(two_discs()[:, ::-1])


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what waits for the model look at every turn of the loop."""
    monkeypatch.setattr(each_picture, "_LOOK_AGAIN", 0)


async def find_on(page: Page, name: str, picture: Any = OTHER, **params: Any) -> Any:
    return await page.ask("findOn", name=name, bytes=png(picture), **OPTIONS, **params)


async def ask_again(page: Page, name: str, picture: Any, *, boxes: bool = False) -> Any:
    return await page.ask("askAgainOn", name=name, bytes=png(picture), boxes=boxes)


def document(page: Page, key: str) -> Document:
    return page.app.workspace.documents[key]


@on_a_page
async def test_what_is_found_on_a_picture_that_is_not_open_is_one_step_of_it(page: Page) -> None:
    await page.open("a.png")
    before = (await page.ask("state"))["revision"]
    done = await find_on(page, "b.png")
    assert done["added"] > 1
    assert not done["open"]
    assert done["work"] == {"key": done["key"], "objects": done["added"], "classes": []}
    assert (await page.ask("state"))["revision"] == before  # the open picture is as it was
    view = await page.open("b.png", OTHER)
    assert len(view["objects"]["list"]) == done["added"]
    undone = await page.ask("undo")
    assert (undone["objects"]["list"], undone["canUndo"]) == ([], False)


@on_a_page
async def test_what_is_an_object_already_is_not_found_once_more(page: Page) -> None:
    first = await find_on(page, "b.png")
    again = await find_on(page, "b.png")
    assert (again["added"], again["work"]["objects"]) == (0, first["added"])
    assert len(document(page, first["key"]).all_states[0]) == 1


@on_a_page
async def test_what_is_found_on_the_open_picture_leaves_its_prompts_and_its_selection(page: Page) -> None:
    await page.open("b.png", OTHER)
    await page.ask("addPoint", x=80, y=120, label=1)
    done = await find_on(page, "b.png")
    assert done["open"]
    view = await page.ask("state")
    assert len(view["points"]) == 1
    assert view["active"] is None
    assert len(view["objects"]["list"]) == done["added"]
    assert len((await page.ask("undo"))["points"]) == 1


@on_a_page
async def test_objects_are_asked_for_again_with_the_model_that_runs_now(page: Page) -> None:
    await page.open("a.png")
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("accept", overlaps="keep")
    await page.ask("addClass", name="disc", to=[1])
    (before,) = page.app.workspace.document.work.instances
    key = page.app.workspace.key
    await page.open("b.png", OTHER)
    page.new_engine(single_mask=True)
    await page.ask("refresh")  # as the worker does
    moved = replace(before.outline, vertices=before.outline.vertices + 3)
    document(page, key).reshape(before.id, moved)
    done = await ask_again(page, "a.png", two_discs())
    assert (done["asked"], done["failed"], done["kept"], done["open"]) == (1, 0, 0, False)
    (after,) = document(page, key).work.instances
    assert np.allclose(after.outline.vertices, before.outline.vertices)  # the small model gives the same for the same point
    assert (after.id, after.category, after.prompts) == (before.id, before.category, before.prompts)
    document(page, key).undo()
    assert document(page, key).work.instances[0].outline is moved


@on_a_page
async def test_what_has_no_prompts_is_asked_for_by_its_box_only_when_that_is_wished(page: Page) -> None:
    await page.open("a.png")
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("accept", overlaps="keep")
    exported = await page.ask("exportObjects", format="labelme", hidden=True)
    await page.ask("removeObject", id=1)
    await page.ask("importFile", name="a.json", bytes=exported["bytes"], **{"as": "objects"})
    kept = await ask_again(page, "a.png", two_discs())
    assert (kept["asked"], kept["kept"]) == (0, 1)
    asked = await ask_again(page, "a.png", two_discs(), boxes=True)
    assert (asked["asked"], asked["kept"], asked["open"]) == (1, 0, True)
    assert page.app.workspace.document.work.instances[0].prompts.box is not None


@on_a_page
async def test_what_the_model_fails_on_stays_as_it_was(page: Page) -> None:
    await page.open("a.png")
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("accept", overlaps="keep")
    page.decoder.fails = True
    before = page.app.workspace.document.work
    done = await ask_again(page, "a.png", two_discs())
    assert (done["asked"], done["failed"]) == (0, 1)
    assert page.app.workspace.document.work is before


@on_a_page
async def test_a_locked_object_and_one_that_is_changed_meanwhile_stay(page: Page) -> None:
    await page.open("a.png")
    for x in (80, 200):
        await page.ask("addPoint", x=x, y=120, label=1)
        await page.ask("accept", overlaps="keep")
    await page.ask("changeObject", id=1, locked=True)
    page.decoder.open.clear()
    asking = asyncio.ensure_future(ask_again(page, "a.png", two_discs()))
    runs = page.decoder.runs
    while page.decoder.runs == runs:
        await asyncio.sleep(0)
    await page.ask("reshape", id=2, operation="grow", amount=4.0)
    before = page.app.workspace.document.work
    page.decoder.open.set()
    done = await asking
    assert (done["asked"], done["failed"]) == (0, 0)
    assert page.app.workspace.document.work is before


@on_a_page
async def test_a_click_goes_first(page: Page) -> None:
    await page.open("a.png")
    finding = asyncio.ensure_future(find_on(page, "b.png"))
    while not any(one["stage"] == "find" for one in page.progress):
        await asyncio.sleep(0)
    page.decoder.open.clear()
    click = asyncio.ensure_future(page.ask("addPoint", x=80, y=120, label=1))
    while page.app._opening.is_quiet:
        await asyncio.sleep(0)
    runs = page.decoder.runs
    for _ in range(200):
        await asyncio.sleep(0)
    assert page.decoder.runs <= runs + 1  # the click's own: nothing else is begun
    page.decoder.open.set()
    assert (await click)["candidates"]
    assert (await finding)["added"] > 1


@on_a_page
async def test_it_can_be_given_up_at_any_moment_and_nothing_has_been_done(page: Page) -> None:
    finding = asyncio.ensure_future(find_on(page, "b.png"))
    while not any(one["stage"] == "find" for one in page.progress):
        await asyncio.sleep(0)
    await page.ask("leaveOff")
    assert await code_of(finding) == "cancelled"
    assert page.app.workspace.documents == {}
    assert (await find_on(page, "b.png"))["added"] > 1


@on_a_page
async def test_a_file_that_is_no_picture_fails_alone(page: Page) -> None:
    assert (await code_of(page.ask("findOn", name="b.png", bytes=b"nothing", **OPTIONS))).startswith("image-")
    assert (await find_on(page, "c.png"))["added"] > 1


@on_a_page
async def test_another_picture_that_is_opened_meanwhile_takes_nothing_away(page: Page) -> None:
    await page.open("a.png")
    finding = asyncio.ensure_future(find_on(page, "b.png"))
    while not any(one["stage"] == "find" for one in page.progress):
        await asyncio.sleep(0)
    await page.open("c.png", np.ascontiguousarray(two_discs()[::-1]))
    done = await finding
    assert len(document(page, done["key"]).work.instances) == done["added"] > 1


@on_a_page
async def test_a_page_of_a_file_is_searched_as_it_will_be_opened(page: Page) -> None:
    first, second = (Image.fromarray(one) for one in (two_discs(), OTHER))
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=[second])
    done = await page.ask("findOn", name="stack.tif", place="shots/", bytes=buffer.getvalue(), page=1, **OPTIONS)
    view = await page.ask("open", name="stack.tif", place="shots/", bytes=buffer.getvalue(), page=1)
    assert (view["image"]["key"], len(view["objects"]["list"])) == (done["key"], done["added"])


@on_a_page
async def test_a_project_that_was_never_open_keeps_what_it_holds(page: Page) -> None:
    await page.open("a.png")
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("accept", overlaps="keep")
    saved = (await page.ask("saveProject", picture=True))["bytes"]
    other = Page()
    done = await other.ask("findOn", name="a.tabsam", bytes=saved, **OPTIONS)
    assert done["work"]["objects"] == done["added"] + 1
    document(other, done["key"]).undo()
    assert len(document(other, done["key"]).work.instances) == 1
