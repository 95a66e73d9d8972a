"""Objects that are carried over from one picture to another: as they are, or asked for there, in one step."""

from __future__ import annotations

import numpy as np

from tests.support.asking import Page, code_of, on_a_page
from tests.support.pictures import two_discs

NEXT = np.ascontiguousarray(np.roll(two_discs(), 4, axis=1))


async def with_two(page: Page) -> str:
    """Have two objects on a picture, and the next one open; give the key of the first."""
    await page.open("a.png")
    for x in (80, 240):
        await page.ask("addPoint", x=x, y=120, label=1)
        await page.ask("accept", overlaps="keep")
    await page.ask("addClass", name="disc", to=[1])
    await page.ask("changeObject", id=1, locked=True)
    key = page.app.workspace.key
    await page.open("b.png", NEXT)
    return key


@on_a_page
async def test_objects_are_carried_over_as_they_are_in_one_step(page: Page) -> None:
    key = await with_two(page)
    done = await page.ask("carryOver", ids=[1, 2], **{"from": key, "as": "objects"})
    assert (done["added"], done["lost"]) == (2, 0)
    first, second = page.app.workspace.document.work.instances
    source = page.app.workspace.documents[key].work.instances
    assert first.outline is source[0].outline
    assert (first.category, first.locked) == (1, False)
    assert done["view"]["selected"] == [first.id, second.id]
    assert (await page.ask("undo"))["canUndo"] is False
    assert page.app.workspace.documents[key].work.instances == source


@on_a_page
async def test_what_has_been_carried_over_is_not_doubled(page: Page) -> None:
    key = await with_two(page)
    await page.ask("carryOver", ids=[1], **{"from": key, "as": "objects"})
    done = await page.ask("carryOver", ids=[1, 2], **{"from": key, "as": "objects"})
    assert (done["added"], len(page.app.workspace.document.work.instances)) == (1, 2)


@on_a_page
async def test_objects_are_asked_for_on_the_next_picture(page: Page) -> None:
    key = await with_two(page)
    for kind in ("prompts", "masks"):
        done = await page.ask("carryOver", ids=[1], **{"from": key, "as": kind})
        assert (done["added"], done["lost"]) == (1, 0)
        (one,) = page.app.workspace.document.work.instances
        assert one.prompts.is_empty is False
        assert (one.prompts.mask is not None) == (kind == "masks")
        assert one.outline is not page.app.workspace.documents[key].work.instances[0].outline
        assert (await page.ask("undo"))["canUndo"] is False


@on_a_page
async def test_what_cannot_be_asked_for_is_said_and_nothing_is_taken(page: Page) -> None:
    key = await with_two(page)
    page.decoder.fails = True
    assert await code_of(page.ask("carryOver", ids=[1, 2], **{"from": key, "as": "prompts"})) == "model-run"
    assert page.app.workspace.document.is_untouched
    assert await code_of(page.ask("carryOver", ids=[1], **{"from": "nothing", "as": "objects"})) == "no-such-picture"


@on_a_page
async def test_a_smaller_picture_takes_what_lies_on_it(page: Page) -> None:
    key = await with_two(page)
    await page.open("small.png", two_discs()[:, :160].copy())
    done = await page.ask("carryOver", ids=[1, 2], **{"from": key, "as": "objects"})
    assert (done["added"], done["lost"]) == (1, 1)
    assert page.app.workspace.document.work.instances[0].outline.vertices[:, 0].max() <= 160
