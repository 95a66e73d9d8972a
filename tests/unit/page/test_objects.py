"""Objects and classes, asked for as the page asks: every method, what it undoes, and what it refuses."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest

from tabsam.errors import ModelError
from tabsam.geometry.outline import area
from tabsam.geometry.raster import fill
from tests.support.asking import Page, code_of, on_a_page, png
from tests.support.pictures import red_disc, two_discs

RED, BLUE = (80, 120), (240, 120)


async def add(page: Page, place: tuple[int, int] = RED, overlaps: str = "keep") -> dict[str, Any]:
    await page.ask("addPoint", x=place[0], y=place[1], label=1)
    view: dict[str, Any] = await page.ask("accept", overlaps=overlaps)
    return view


async def listed(page: Page) -> list[dict[str, Any]]:
    """Give the objects as the page has them: of a view without any it keeps those from before."""
    annotations = page.app.workspace.document.annotations
    return [{"id": one.id, "category": one.category, "name": one.name, "outline": one.outline} for one in annotations.instances]


def area_of(page: Page, id: int) -> float:
    return area(page.app.workspace.document.instance(id).outline)


@on_a_page
async def test_an_accepted_mask_is_an_object_and_the_next_begins(page: Page) -> None:
    await page.open()
    view = await add(page)
    (one,) = view["objects"]["list"]
    assert view["points"] == []
    assert (one["asks"], one["visible"], one["locked"], view["active"]) == (True, True, False, one["id"])
    assert one["area"] == pytest.approx(red_disc().sum(), rel=0.1)
    outline = view["objects"]["outlines"][str(one["outline"])]
    assert outline["vertices"].dtype == np.float32


@on_a_page
async def test_a_click_sends_no_objects_and_a_change_no_outline_twice(page: Page) -> None:
    await page.open()
    await add(page)
    assert (await page.ask("addPoint", x=240, y=120, label=1))["objects"] is None
    view = await page.ask("accept", overlaps="keep")
    assert len(view["objects"]["list"]) == 2
    assert len(view["objects"]["outlines"]) == 1
    first = view["objects"]["list"][0]
    view = await page.ask("changeObject", id=first["id"], name="disc")
    assert (view["objects"]["list"][0]["name"], view["objects"]["outlines"]) == ("disc", {})


def started(page: Page, *asked: tuple[str, dict[str, Any]]) -> list[asyncio.Future[Any]]:
    """Ask one thing after another, and wait for none: a hand that is faster than the model."""
    return [asyncio.ensure_future(page.ask(method, **params)) for method, params in asked]


def click_at(place: tuple[int, int]) -> tuple[str, dict[str, Any]]:
    return "addPoint", {"x": place[0], "y": place[1], "label": 1}


ACCEPT = ("accept", {"overlaps": "keep"})


@on_a_page
async def test_what_is_accepted_before_its_answer_comes_is_an_object_of_its_own(page: Page) -> None:
    await page.open()
    page.decoder.open.clear()
    asked = started(page, click_at(RED), ACCEPT, click_at(BLUE), ACCEPT, click_at((160, 20)), ACCEPT, ("undo", {}))
    await asyncio.sleep(0.02)
    page.decoder.open.set()
    await asyncio.gather(*asked)
    red, blue = page.app.workspace.document.annotations.instances
    assert [len(one.prompts.points) for one in (red, blue)] == [1, 1]
    assert [(one.prompts.points[0].x, one.prompts.points[0].y) for one in (red, blue)] == [RED, BLUE]
    assert [point.x for point in page.app.workspace.document.selection.points] == [160]


@on_a_page
async def test_a_candidate_that_is_taken_before_the_answer_comes_is_one_of_that_answer(page: Page) -> None:
    await page.open()
    page.decoder.open.clear()
    asked = started(page, click_at(RED), ("choose", {"candidate": 1}), ACCEPT)
    await asyncio.sleep(0.02)
    page.decoder.open.set()
    await asyncio.gather(*asked)
    (one,) = page.app.workspace.document.annotations.instances
    assert one.prompts.chosen == 1


@on_a_page
async def test_an_answer_that_fails_keeps_its_prompts_and_what_was_to_follow_is_given_up(page: Page) -> None:
    await page.open()
    page.decoder.open.clear()
    asked = started(page, click_at(RED), ACCEPT, click_at(BLUE), ACCEPT)
    await asyncio.sleep(0.02)
    page.decoder.lost = True
    page.app.detach(ModelError("engine-lost", "The engine that runs the model is gone."))
    page.decoder.open.set()
    codes = [await code_of(call) for call in asked]
    assert codes == ["engine-lost", "engine-lost", "cancelled", "cancelled"]
    document = page.app.workspace.document
    assert [(point.x, point.y) for point in document.selection.points] == [RED]
    assert document.annotations.instances == ()
    page.new_engine()
    await page.ask("accept", overlaps="keep")
    assert len(document.annotations.instances) == 1


@on_a_page
async def test_what_is_accepted_just_before_the_next_picture_is_an_object_of_the_one_before(page: Page) -> None:
    await page.open()
    first = page.app.workspace.document
    page.decoder.open.clear()
    asked = started(page, click_at(RED), ACCEPT)
    await asyncio.sleep(0.02)
    opening = asyncio.ensure_future(page.open("other.png", two_discs()[:, ::-1].copy()))
    await asyncio.sleep(0.05)
    page.decoder.open.set()
    await asyncio.gather(*asked, opening)
    assert len(first.annotations.instances) == 1
    assert page.app.workspace.document is not first
    assert page.app.workspace.document.annotations.instances == ()


@on_a_page
async def test_the_same_again_is_said_and_is_refined_or_kept(page: Page) -> None:
    await page.open()
    first = (await add(page))["active"]
    await add(page, BLUE)
    await page.ask("addPoint", x=RED[0] + 3, y=RED[1], label=1)
    assert await code_of(page.ask("accept", overlaps="keep", once=True)) == "same-object"
    view = await page.ask("state")
    assert (view["active"], len(view["points"])) == (first, 1)
    assert len(await listed(page)) == 2
    assert (await page.ask("refineAsAsked", id=first))["refines"] == first
    view = await page.ask("accept", overlaps="keep", once=True)
    assert view["active"] == first
    document = page.app.workspace.document
    assert document.instance(first).prompts.points[0].x == RED[0] + 3
    await page.ask("addPoint", x=RED[0], y=RED[1], label=1)
    await page.ask("accept", overlaps="keep", once=False)
    assert len(await listed(page)) == 3


@on_a_page
async def test_what_cannot_be_seen_is_no_reason_to_ask(page: Page) -> None:
    await page.open()
    first = (await add(page))["active"]
    await page.ask("changeObject", id=first, visible=False)
    await page.ask("addPoint", x=RED[0], y=RED[1], label=1)
    await page.ask("accept", overlaps="keep", once=True)
    assert len(await listed(page)) == 2


@on_a_page
async def test_one_undo_takes_an_object_back_and_brings_its_prompts(page: Page) -> None:
    await page.open()
    await add(page)
    view = await page.ask("undo")
    assert (len(view["points"]), view["objects"]["list"], len(view["candidates"])) == (1, [], 2)
    view = await page.ask("redo")
    assert (view["points"], len(view["objects"]["list"])) == ([], 1)


@on_a_page
async def test_an_object_can_be_put_to_the_model_again(page: Page) -> None:
    await page.open()
    id = (await add(page))["active"]
    await add(page, BLUE)
    view = await page.ask("reopen", id=id)
    assert (view["refines"], len(view["points"]), len(view["candidates"])) == (id, 1, 2)
    await page.ask("choose", candidate=1)
    view = await page.ask("accept", overlaps="keep")
    assert view["objects"]["list"][0]["id"] == id
    assert (len(view["objects"]["list"]), view["refines"]) == (2, None)


@on_a_page
async def test_objects_are_renamed_hidden_copied_moved_and_removed(page: Page) -> None:
    await page.open()
    first = (await add(page))["active"]
    second = (await add(page, BLUE))["active"]
    copy = (await page.ask("duplicateObject", id=first))["active"]
    assert [one["id"] for one in await listed(page)] == [first, copy, second]
    await page.ask("moveObject", id=first, place=2)
    assert [one["id"] for one in await listed(page)] == [copy, second, first]
    view = await page.ask("changeObject", id=second, visible=False)
    assert not view["objects"]["list"][1]["visible"]
    await page.ask("removeObject", id=copy)
    assert [one["id"] for one in await listed(page)] == [second, first]
    await page.ask("undo")
    assert len(await listed(page)) == 3


@on_a_page
async def test_a_locked_object_stays_as_it_is(page: Page) -> None:
    await page.open()
    id = (await add(page))["active"]
    await page.ask("changeObject", id=id, locked=True)
    assert await code_of(page.ask("removeObject", id=id)) == "object-locked"
    assert await code_of(page.ask("changeObject", id=id, name="x")) == "object-locked"
    assert await code_of(page.ask("moveVertex", id=id, index=0, x=1, y=1)) == "object-locked"
    await page.ask("changeObject", id=id, locked=False)
    await page.ask("removeObject", id=id)


@on_a_page
async def test_classes_are_made_used_renamed_and_removed(page: Page) -> None:
    await page.open()
    disc = (await page.ask("addClass", name=" disc "))["category"]
    view = await add(page)
    assert view["objects"]["list"][0]["category"] == disc
    assert await code_of(page.ask("addClass", name="disc")) == "class-name"
    assert await code_of(page.ask("addClass", name="  ")) == "class-name"
    view = await page.ask("changeClass", id=disc, name="round", color="#123456")
    assert view["objects"]["categories"] == [{"id": disc, "name": "round", "color": "#123456", "key": 1, "elsewhere": 0}]
    view = await page.ask("removeClass", id=disc)
    assert (view["objects"]["list"][0]["category"], view["category"]) == (None, None)
    assert (await page.ask("undo"))["objects"]["list"][0]["category"] == disc


@on_a_page
async def test_where_objects_overlap_one_gives_way_as_the_user_chooses(page: Page) -> None:
    await page.open()
    first = (await add(page))["active"]
    whole = area_of(page, first)
    await page.ask("setBox", box=[80, 40, 300, 200])
    second = (await page.ask("accept", overlaps="new"))["active"]
    annotations = page.app.workspace.document.annotations
    one, other = (fill(instance.outline, annotations.image_size) for instance in annotations.instances)
    assert second != first
    assert not (one & other).any()
    assert area_of(page, first) <= whole
    await page.ask("undo")
    assert area_of(page, first) == whole


@on_a_page
async def test_nothing_is_left_of_an_object_that_older_ones_cover(page: Page) -> None:
    await page.open()
    await add(page)
    await page.ask("addPoint", x=RED[0], y=RED[1], label=1)
    assert await code_of(page.ask("accept", overlaps="old")) == "nothing-left"
    assert (await page.ask("state"))["candidates"]


@on_a_page
async def test_corners_are_moved_in_one_step_a_drag(page: Page) -> None:
    await page.open()
    id = (await add(page))["active"]
    before = page.app.workspace.document.instance(id).outline
    for x in (10, 5, 0):
        await page.ask("moveVertex", id=id, index=0, x=x, y=3, gesture=7)
    assert page.app.workspace.document.instance(id).outline.vertices[0].tolist() == [0, 3]
    await page.ask("undo")
    assert page.app.workspace.document.instance(id).outline is before
    view = await page.ask("insertVertex", id=id, after=0, x=50, y=60)
    count = view["objects"]["list"][0]["vertices"]
    assert (await page.ask("removeVertex", id=id, index=1))["objects"]["list"][0]["vertices"] == count - 1


@on_a_page
async def test_a_shaping_is_shown_before_it_is_done(page: Page) -> None:
    await page.open()
    id = (await add(page))["active"]
    before = page.app.workspace.document.instance(id).outline
    shown = await page.ask("previewShape", id=id, operation="grow", amount=5)
    assert shown["area"] > area_of(page, id)
    assert 0.7 < shown["iou"] < 1
    assert page.app.workspace.document.instance(id).outline is before
    await page.ask("reshape", id=id, operation="grow", amount=5)
    assert area_of(page, id) == pytest.approx(shown["area"])
    await page.ask("undo")
    assert page.app.workspace.document.instance(id).outline is before
    simple = await page.ask("previewShape", id=id, operation="simplify", amount=3)
    assert simple["vertices"] < len(before.vertices)
    assert await code_of(page.ask("previewShape", id=id, operation="melt", amount=1)) == "bad-request"


@pytest.mark.parametrize("operation", ["smooth", "open", "close", "grow", "fill-holes", "remove-islands", "simplify", "uncross"])
def test_every_shaping_gives_an_outline(operation: str) -> None:
    @on_a_page
    async def test(page: Page) -> None:
        await page.open()
        id = (await add(page))["active"]
        shown = await page.ask("previewShape", id=id, operation=operation, amount=2)
        assert shown["vertices"] >= 3

    test()


@on_a_page
async def test_a_brush_changes_the_selected_object(page: Page) -> None:
    await page.open()
    id = (await add(page))["active"]
    before = area_of(page, id)
    await page.ask("paint", points=[80, 120, 200, 120], radius=15, erase=False)
    grown = area_of(page, id)
    assert grown > before + 500
    await page.ask("paint", points=[80, 120], radius=10, erase=True)
    assert area_of(page, id) == pytest.approx(grown - np.pi * 100, rel=0.02)
    assert len(page.app.workspace.document.instance(id).outline.polygons()[0]) == 2  # a hole
    await page.ask("undo")
    await page.ask("undo")
    assert area_of(page, id) == before


@on_a_page
async def test_a_brush_changes_exactly_what_it_goes_over_of_a_mask_that_is_no_object_yet(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    before = (await page.ask("mask"))["data"].reshape(240, 320)
    runs = page.decoder.runs
    view = await page.ask("paint", points=[80, 20, 300, 20], radius=6, erase=False)
    assert (view["mask"], len(view["points"]), len(view["candidates"])) == (None, 1, 2)
    assert view["painted"]["vertices"].size
    view = await page.ask("paint", points=[80, 120], radius=20, erase=True)
    assert page.decoder.runs == runs
    mask = (await page.ask("mask"))["data"].reshape(240, 320)
    rows, columns = np.mgrid[:240, :320] + 0.5
    bar = (np.abs(rows - 20) < 5) & (columns > 80) & (columns < 300)
    hole = np.hypot(columns - 80, rows - 120) < 19
    untouched = (np.abs(rows - 20) > 8) & (np.hypot(columns - 80, rows - 120) > 22)
    assert mask[bar].all()
    assert not mask[hole].any()
    assert (mask != before)[untouched].sum() <= 0.01 * before.sum(), "but for the edge, which is an object's by now"
    view = await page.ask("accept", overlaps="keep")
    (one,) = page.app.workspace.document.annotations.instances
    np.testing.assert_array_equal(fill(one.outline, (240, 320)), mask > 0)
    assert one.score is None
    await page.ask("undo")
    assert (await page.ask("undo"))["painted"] is not None
    assert (await page.ask("undo"))["painted"] is None


@on_a_page
async def test_the_model_is_asked_with_a_painted_shape_by_a_way_of_its_own(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("paint", points=[80, 120, 150, 120], radius=10, erase=False)
    view = await page.ask("askWithShape")
    assert (view["painted"], len(view["candidates"])) == (None, 2)
    assert view["mask"]["vertices"].size
    view = await page.ask("undo")
    assert view["mask"] is None
    assert view["painted"] is not None
    assert (await page.ask("choose", candidate=0))["painted"] is None


@on_a_page
async def test_a_mask_that_is_erased_to_nothing_goes_and_comes_back(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    view = await page.ask("paint", points=[80, 120], radius=400, erase=True)
    assert (view["points"], view["candidates"]) == ([], [])
    assert len((await page.ask("undo"))["points"]) == 1


@on_a_page
async def test_a_mask_picture_is_a_prompt_if_it_has_the_pictures_size(page: Page) -> None:
    await page.open()
    view = await page.ask("loadMask", bytes=png(red_disc().astype(np.uint8)))
    assert view["candidates"]
    assert view["mask"]["vertices"].max() <= 320
    before = page.app.workspace.document.work
    assert await code_of(page.ask("loadMask", bytes=png(np.ones((10, 10), np.uint8)))) == "mask-size"
    assert await code_of(page.ask("loadMask", bytes=png(np.zeros((240, 320), np.uint8)))) == "mask-empty"
    assert await code_of(page.ask("loadMask", bytes=png(red_disc().astype(np.uint8))[:60])) == "image-corrupt"
    assert page.app.workspace.document.work is before


@on_a_page
async def test_a_mask_is_taken_away_and_comes_back(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("loadMask", bytes=png(red_disc().astype(np.uint8)))
    view = await page.ask("removeMask")
    assert view["mask"] is None
    assert len(view["points"]) == 1
    assert (await page.ask("undo"))["mask"] is not None


@on_a_page
async def test_a_mask_picture_that_is_imported_as_a_prompt_is_gone_on_from(page: Page) -> None:
    await page.open()
    mask = red_disc().astype(np.uint8)
    loaded = await page.ask("loadMask", bytes=png(mask))
    await page.ask("undo")
    imported = await page.ask("importFile", name="mask.png", bytes=png(mask), **{"as": "prompts"})
    assert imported["added"] == 0
    np.testing.assert_array_equal(imported["view"]["mask"]["vertices"], loaded["mask"]["vertices"])
    assert imported["view"]["candidates"]
    mask[:20, :20] = 2
    several = await page.ask("importFile", name="labels.png", bytes=png(mask), **{"as": "prompts"})
    assert several["added"] == 2


@on_a_page
async def test_a_stroke_is_painted_on_the_picture_that_it_was_meant_for(page: Page) -> None:
    other = np.roll(two_discs(), 40, axis=1)
    await page.open("other.png", picture=other)
    await page.ask("addPoint", x=120, y=120, label=1)
    await page.open()
    document = page.app.workspace.document
    page.decoder.open.clear()
    asked = started(page, click_at(RED), ("paint", {"points": [80, 120], "radius": 10, "erase": False}))
    await asyncio.sleep(0.02)
    opened = asyncio.ensure_future(page.open("other.png", picture=other))
    await asyncio.sleep(0.02)
    page.decoder.open.set()
    await asyncio.gather(*asked)
    assert (await opened)["painted"] is None
    assert document.selection.painted is not None


@on_a_page
async def test_refining_is_one_step(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    refined = await page.ask("refine", rounds=4, iouPrediction=2.0, stabilityScore=2.0)
    assert refined["reason"]
    assert 1 <= refined["rounds"] <= 4
    view = await page.ask("undo")
    assert len(view["points"]) in (0, 1)  # nothing was better: then there was no step


@on_a_page
async def test_a_refinement_that_is_overtaken_says_so_and_changes_nothing(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    page.decoder.open.clear()
    refined = asyncio.ensure_future(page.ask("refine", rounds=4, iouPrediction=2.0, stabilityScore=2.0))
    while page.decoder.runs < 2:
        await asyncio.sleep(0)
    point = asyncio.ensure_future(page.ask("addPoint", x=240, y=120, label=0))
    await asyncio.sleep(0)
    page.decoder.open.set()
    assert (await refined)["reason"] == "The prompts have changed meanwhile."
    assert len((await point)["points"]) == 2
    assert page.app.workspace.document.selection.rounds == ()


@on_a_page
async def test_objects_go_out_in_every_format_and_come_in_again(page: Page) -> None:
    await page.open()
    await page.ask("addClass", name="disc")
    await add(page)
    await add(page, BLUE)
    names = [one["name"] for one in await page.ask("formats")]
    assert await code_of(page.ask("exportObjects", format="geojson-lonlat")) == "needs-crs"
    await page.ask("setWorldFile", text="0.5 0 0 -0.5 400000 5600000 EPSG:32632")
    for name in names:
        exported = await page.ask("exportObjects", format=name)
        assert exported["bytes"], name
    await page.ask("setWorldFile", text="")
    coco = await page.ask("exportObjects", format="coco")
    assert len(json.loads(coco["bytes"])["annotations"]) == 2
    outcome = await page.ask("importFile", name=coco["name"], bytes=coco["bytes"], **{"as": "objects"})
    assert (outcome["added"], len(await listed(page))) == (2, 4)
    await page.ask("undo")
    assert len(await listed(page)) == 2
    assert await code_of(page.ask("exportObjects", format="docx")) == "unknown-format"


@on_a_page
async def test_hidden_objects_stay_out_unless_asked_for(page: Page) -> None:
    await page.open()
    id = (await add(page))["active"]
    await add(page, BLUE)
    await page.ask("changeObject", id=id, visible=False)

    async def count(**params: Any) -> int:
        return len(json.loads((await page.ask("exportObjects", format="coco", **params))["bytes"])["annotations"])

    assert await count() == 1
    assert await count(hidden=True) == 2


@on_a_page
async def test_what_is_imported_as_prompts_is_asked_of_the_model(page: Page) -> None:
    await page.open()
    await add(page)
    coco = await page.ask("exportObjects", format="coco")
    runs = page.decoder.runs
    await page.ask("importFile", name="a.json", bytes=coco["bytes"], **{"as": "prompts"})
    assert page.decoder.runs == runs + 1
    assert page.app.workspace.document.annotations.instances[-1].prompts.box is not None


@on_a_page
async def test_boxes_are_asked_of_the_model_once_each_and_outlines_are_kept(page: Page) -> None:
    await page.open()
    labels = b"0 0.2 0.2 0.4 0.2 0.4 0.4\n0 0.5 0.5 0.2 0.2 0.75\n"
    await page.ask("importFile", name="a.txt", bytes=labels, **{"as": "objects"})
    outline, box = page.app.workspace.document.annotations.instances
    assert (outline.prompts.box, len(box.outline.vertices), box.score) == (None, 5, 0.75)
    runs = page.decoder.runs
    outcome = await page.ask("importFile", name="a.txt", bytes=labels, **{"as": "boxes"})
    assert (page.decoder.runs, outcome["said"]) == (runs + 1, [])
    kept, asked = page.app.workspace.document.annotations.instances[2:]
    assert np.array_equal(kept.outline.vertices, outline.outline.vertices)
    assert asked.prompts.box == box.prompts.box


@on_a_page
async def test_which_of_a_files_pictures_is_meant_is_asked_and_nothing_taken_before(page: Page) -> None:
    await page.open()
    height, width = page.app.workspace.document.image_size
    images = [{"id": id, "file_name": f"{place}/1.png", "height": height, "width": width} for id, place in enumerate("ab")]
    one = {"image_id": 1, "category_id": 1, "segmentation": [[1, 1, 5, 1, 5, 5]]}
    data = json.dumps({"images": images, "annotations": [one], "categories": [{"id": 1, "name": "x"}]}).encode()
    outcome = await page.ask("importFile", name="a.json", bytes=data, **{"as": "objects"})
    assert (outcome["added"], outcome["asks"]["choices"]) == (0, ["a/1.png", "b/1.png"])
    outcome = await page.ask("importFile", name="a.json", bytes=data, pictured="b/1.png", **{"as": "objects"})
    assert (outcome["added"], outcome["asks"]) == (1, None)


@on_a_page
async def test_what_is_done_during_an_import_is_kept(page: Page) -> None:
    await page.open()
    first = (await add(page))["active"]
    coco = await page.ask("exportObjects", format="coco")
    page.decoder.open.clear()
    imported = asyncio.ensure_future(page.ask("importFile", name="a.json", bytes=coco["bytes"], **{"as": "prompts"}))
    while page.decoder.runs < 2:
        await asyncio.sleep(0)
    copied = asyncio.ensure_future(page.ask("duplicateObject", id=first))
    await asyncio.sleep(0)
    page.decoder.open.set()
    await asyncio.gather(imported, copied)
    assert len(page.app.workspace.document.annotations.instances) == 3


@on_a_page
async def test_a_broken_file_changes_nothing(page: Page) -> None:
    await page.open()
    await add(page)
    before = page.app.workspace.document.work
    assert await code_of(page.ask("importFile", name="a.json", bytes=b"{", **{"as": "objects"}))
    assert page.app.workspace.document.work is before


@on_a_page
async def test_a_project_brings_everything_back(page: Page) -> None:
    await page.open()
    await page.ask("addClass", name="disc")
    await add(page)
    project = await page.ask("saveProject", picture=True)
    assert project["name"] == "discs.tabsam"
    other = Page()
    view = await other.ask("open", name=project["name"], bytes=project["bytes"])
    assert view["image"].pop("key").endswith(" discs.png")
    assert view["image"] == {"name": "discs.png", "width": 320, "height": 240}
    assert [one["name"] for one in view["objects"]["categories"]] == ["disc"]
    mine, theirs = (one.app.workspace.document.annotations.instances[0] for one in (page, other))
    assert (mine.outline.vertices == theirs.outline.vertices).all()
    assert theirs.prompts.points == mine.prompts.points


@on_a_page
async def test_a_project_of_another_size_than_its_picture_changes_nothing(page: Page) -> None:
    await page.open()
    await add(page)
    project = (await page.ask("saveProject", picture=True))["bytes"]
    other = Page()
    before = await other.open(picture=two_discs()[:, ::-1].copy())
    source, target = io.BytesIO(project), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'"width":320', b'"width":640'))
    assert await code_of(other.ask("open", name="a.tabsam", bytes=target.getvalue())) == "other-size"
    after = await other.ask("state")
    assert (after["image"], after["canUndo"]) == (before["image"], False)
    assert not other.app.workspace.documents  # nobody has worked on anything


@on_a_page
async def test_a_project_without_its_picture_needs_that_very_picture(page: Page) -> None:
    await page.open()
    await add(page)
    project = (await page.ask("saveProject", picture=False))["bytes"]
    assert await code_of(page.ask("open", name="a.tabsam", bytes=project)) == "project-no-picture"
    other = Page()
    await other.open(picture=two_discs()[:, ::-1].copy())
    assert await code_of(other.ask("importFile", name="a.tabsam", bytes=project, **{"as": "objects"})) == "project-other-picture"
    await other.open()
    outcome = await other.ask("importFile", name="a.tabsam", bytes=project, **{"as": "objects"})
    assert outcome["added"] == 1


@on_a_page
async def test_what_is_asked_of_objects_that_are_not_there_has_its_code(page: Page) -> None:
    await page.open()
    assert await code_of(page.ask("accept", overlaps="keep")) == "nothing-selected"
    assert await code_of(page.ask("accept", overlaps="maybe")) == "bad-request"
    asked: dict[str, dict[str, Any]] = {
        "reopen": {},
        "changeObject": {"name": "x"},
        "duplicateObject": {},
        "moveObject": {"place": 0},
        "removeObject": {},
    }
    for method, params in asked.items():
        assert await code_of(page.ask(method, id=99, **params)) == "no-such-object"
    assert await code_of(page.ask("selectObjects", ids=[99])) == "no-such-object"
    assert await code_of(page.ask("useClass", id=5)) == "no-such-class"
    assert await code_of(page.ask("paint", points=[1], radius=2, erase=False)) == "bad-request"
    assert await code_of(page.ask("paint", points=[1, 1], radius=2, erase=True)) == "nothing-to-erase"
    assert await code_of(page.ask("takeFound", numbers=[0])) == "no-such-find"


@on_a_page
async def test_an_object_that_is_erased_to_nothing_goes_and_comes_back(page: Page) -> None:
    await page.open()
    id = (await add(page))["active"]
    await page.ask("paint", points=[80, 120], radius=200, erase=True)
    assert await listed(page) == []
    await page.ask("undo")
    assert [one["id"] for one in await listed(page)] == [id]


async def numbers_in_coco(page: Page) -> dict[str, int]:
    """Give the classes' numbers as a COCO file has them."""
    exported = await page.ask("exportObjects", format="coco", hidden=True)
    return {one["name"]: one["id"] for one in json.loads(exported["bytes"])["categories"]}


@on_a_page
async def test_classes_are_those_of_all_pictures_and_have_one_number(page: Page) -> None:
    await page.open("one.png")
    for name in ("disc", "ring"):
        disc = (await page.ask("addClass", name=name))["category"]
    await add(page)
    numbers = await numbers_in_coco(page)
    view = await page.open("two.png")
    assert [(one["name"], one["elsewhere"]) for one in view["objects"]["categories"]] == [("disc", 0), ("ring", 1)]
    assert view["category"] == disc
    await add(page, BLUE)
    assert await numbers_in_coco(page) == numbers
    await page.ask("removeClass", id=disc)
    await page.open("one.png")
    assert page.app.workspace.document.annotations.instances[0].category is None
    await page.open("two.png")
    await page.ask("undo")
    await page.open("one.png")
    assert page.app.workspace.document.annotations.instances[0].category == disc


@on_a_page
async def test_a_projects_classes_are_merged_by_name(page: Page) -> None:
    await page.open("one.png")
    for name in ("ring", "disc"):
        await page.ask("addClass", name=name)
    await add(page)
    project = (await page.ask("saveProject", picture=True))["bytes"]
    other = type(page)()
    await other.open("two.png", two_discs()[:, ::-1].copy())
    await other.ask("addClass", name="disc")
    gone = (await other.ask("addClass", name="gone"))["category"]
    await other.ask("removeClass", id=gone)
    view = await other.open_file("one.tabsam", project)
    by_name = {one["name"]: one["id"] for one in view["objects"]["categories"]}
    assert by_name.keys() == {"disc", "ring"}
    assert by_name["disc"] == 1
    assert by_name["ring"] != gone
    assert [one["category"] for one in view["objects"]["list"]] == [1]


@on_a_page
async def test_a_key_before_the_answer_takes_a_place_among_what_is_offered(page: Page) -> None:
    await page.open()
    page.decoder.open.clear()
    keys = [("choose", {"candidate": place, "offered": True}) for place in (1, 2)]
    asked = started(page, click_at(RED), *keys)
    await asyncio.sleep(0.02)
    page.decoder.open.set()
    _, second, beyond = await asyncio.gather(*asked)
    assert second["chosen"] == second["candidates"][1]["index"]
    assert len(beyond["candidates"]) == 2
    assert beyond["chosen"] == second["chosen"]


@on_a_page
async def test_of_no_objects_none_is_made(page: Page) -> None:
    await page.open()
    await add(page)
    for method in ("mergeObjects", "subtractObjects"):
        assert await code_of(page.ask(method, ids=[])) == "bad-request"
