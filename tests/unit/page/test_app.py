"""What the page can ask, asked on CPython: every method, every wrong request, and requests that overtake each other."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import numpy as np
from PIL import Image

from tabsam import ModelError
from tests.support.asking import Page, code_of, on_a_page, png
from tests.support.pictures import red_disc, two_discs

MIRRORED = two_discs()[:, ::-1].copy()


@on_a_page
async def test_a_click_gives_candidates_that_differ_with_outlines(page: Page) -> None:
    await page.open()
    view = await page.ask("addPoint", x=80, y=120, label=1)
    assert view["image"].pop("key").endswith(" discs.png")
    assert view["image"] == {"name": "discs.png", "width": 320, "height": 240}
    assert [(one["index"], one["token"]) for one in view["candidates"]] == [(0, 2), (1, 1)]
    assert (view["maskCount"], view["notes"]) == (3, [])  # the third is the best once more
    assert (view["chosen"], view["decoding"], view["canUndo"], view["canRedo"]) == (0, False, True, False)
    outline = view["candidates"][0]["outline"]
    assert outline["vertices"].dtype == np.float32
    assert outline["offsets"].tolist()[-1] * 2 == len(outline["vertices"])


@on_a_page
async def test_the_new_prompts_are_shown_when_the_model_takes_its_time(page: Page) -> None:
    await page.open()
    page.decoder.open.clear()
    call = asyncio.ensure_future(page.ask("addPoint", x=80, y=120, label=1))
    while not any(one["stage"] == "decode" for one in page.progress):
        await asyncio.sleep(0.01)
    page.decoder.open.set()
    await call
    progress = next(one for one in page.progress if one["stage"] == "decode")
    assert progress["view"]["decoding"]
    assert len(progress["view"]["points"]) == 1


@on_a_page
async def test_the_outline_that_is_shown_comes_before_those_of_the_others(page: Page) -> None:
    await page.open()
    view = await page.ask("addPoint", x=80, y=120, label=1)
    (progress,) = [one for one in page.progress if one["stage"] == "decode"]
    first = progress["view"]
    assert first["revision"] == view["revision"]
    assert not first["decoding"]
    assert [one["outline"] is None for one in first["candidates"]] == [False, True]
    assert first["candidates"][0]["outline"]["vertices"].tolist() == view["candidates"][0]["outline"]["vertices"].tolist()
    assert all(one["outline"] is not None for one in view["candidates"])

    page.progress.clear()
    await page.ask("choose", candidate=1)
    await page.ask("choose", candidate=0)
    await page.ask("choose", candidate=1)
    assert page.progress == []  # all are known
    await page.ask("setThreshold", threshold=0.5, gesture=1)
    (progress,) = page.progress
    assert [one["outline"] is None for one in progress["view"]["candidates"]] == [True, False]

    page.progress.clear()
    await page.ask("clear")
    assert page.progress == []


async def answers_after_another_picture(page: Page, *questions: tuple[str, dict[str, int]]) -> list[Any]:
    """Ask about a place in one picture, open another before the model answers, and give the answers."""
    await page.open(name="second.png", picture=MIRRORED)
    await page.open(name="first.png")
    page.decoder.open.clear()
    asked = [asyncio.ensure_future(page.ask(method, x=80, y=120, **params)) for method, params in questions]
    await asyncio.sleep(0)
    second = asyncio.ensure_future(page.open(name="second.png", picture=MIRRORED))  # is still encoded
    for _ in range(5):
        await asyncio.sleep(0)
    page.decoder.open.set()
    await second
    return await asyncio.gather(*asked)


@on_a_page
async def test_an_answer_about_a_picture_that_was_replaced_meanwhile_is_forgotten(page: Page) -> None:
    await answers_after_another_picture(page, ("addPoint", {"label": 1}), ("hover", {}))
    assert (await page.ask("state"))["candidates"] == []
    there = await page.ask("addPoint", x=80, y=120, label=1)
    fresh = Page()
    await fresh.open(picture=MIRRORED)
    wanted = await fresh.ask("addPoint", x=80, y=120, label=1)
    assert there["candidates"][0]["outline"]["vertices"].tolist() == wanted["candidates"][0]["outline"]["vertices"].tolist()


@on_a_page
async def test_a_hover_over_a_picture_that_was_replaced_meanwhile_shows_nothing(page: Page) -> None:
    assert await answers_after_another_picture(page, ("hover", {})) == [None]


@on_a_page
async def test_an_answer_of_a_model_that_was_replaced_meanwhile_is_asked_for_again(page: Page) -> None:
    await page.open()
    page.decoder.open.clear()
    click = asyncio.ensure_future(page.ask("addPoint", x=80, y=120, label=1))
    await asyncio.sleep(0)
    old = page.decoder
    encoder, decoder = page.new_engine()
    old.open.set()
    view = await click
    assert (old.runs, encoder.runs) == (1, 1)
    assert decoder.runs
    assert not view["decoding"]


@on_a_page
async def test_a_picture_that_was_encoded_ahead_opens_without_encoding(page: Page) -> None:
    await page.open()
    assert await page.ask("prepare", bytes=png(MIRRORED)) == (await page.open(picture=MIRRORED))["encoded"]
    assert page.encoder.runs == 2
    view = await page.ask("addPoint", x=240, y=120, label=1)
    assert view["candidates"]


@on_a_page
async def test_one_that_is_opened_while_it_is_encoded_ahead_is_encoded_once(page: Page) -> None:
    await page.open()
    page.encoder.open.clear()
    ahead = asyncio.ensure_future(page.ask("prepare", bytes=png(MIRRORED)))
    await asyncio.sleep(0.01)
    opened = asyncio.ensure_future(page.open(picture=MIRRORED))
    await asyncio.sleep(0.01)
    page.encoder.open.set()
    await asyncio.gather(ahead, opened)
    assert page.encoder.runs == 2


@on_a_page
async def test_nothing_is_encoded_ahead_while_something_is_asked(page: Page) -> None:
    await page.open()
    page.decoder.open.clear()
    click = asyncio.ensure_future(page.ask("addPoint", x=80, y=120, label=1))
    await asyncio.sleep(0.01)
    await page.ask("prepare", bytes=png(MIRRORED))
    assert page.encoder.runs == 1
    page.decoder.open.set()
    assert (await click)["candidates"]


@on_a_page
async def test_an_engine_that_is_lost_while_it_encodes_ahead_costs_nothing_but_that(page: Page) -> None:
    await page.open()
    page.encoder.lost = True
    assert await code_of(page.ask("prepare", bytes=png(MIRRORED))) == "engine-lost"
    page.encoder.lost = False
    assert (await page.open(picture=MIRRORED))["image"]


@on_a_page
async def test_a_picture_that_is_encoded_twice_at_a_time_serves_both(page: Page) -> None:
    await page.open()
    encoder, _ = page.new_engine()
    encoder.open.clear()
    search = asyncio.ensure_future(page.ask("findAll", pointsPerSide=8, predIouThresh=0, stabilityScoreThresh=0))
    await asyncio.sleep(0.01)
    refreshed = asyncio.ensure_future(page.ask("refresh"))
    await asyncio.sleep(0.01)
    assert encoder.runs == 2
    encoder.open.set()
    await refreshed
    assert (await search)["finds"]["list"]
    assert (await page.ask("addPoint", x=80, y=120, label=1))["candidates"]


@on_a_page
async def test_overtaken_requests_are_never_decoded(page: Page) -> None:
    await page.open()
    page.decoder.open.clear()
    calls = [asyncio.ensure_future(page.ask("addPoint", x=80 + step, y=120, label=1)) for step in range(5)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    page.decoder.open.set()
    views = await asyncio.gather(*calls)
    assert page.decoder.runs == 2  # the first, which ran already, and the newest
    assert len(views[-1]["points"]) == 5
    assert not views[-1]["decoding"]


@on_a_page
async def test_undo_and_redo_cost_no_decode(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("addPoint", x=10, y=10, label=0)
    runs = page.decoder.runs
    undone = await page.ask("undo")
    redone = await page.ask("redo")
    assert page.decoder.runs == runs
    assert (len(undone["points"]), len(redone["points"])) == (1, 2)


@on_a_page
async def test_clearing_takes_the_mask_away_and_can_be_undone(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    cleared = await page.ask("clear")
    assert (cleared["points"], cleared["candidates"], cleared["chosen"]) == ([], [], None)
    assert (await page.ask("undo"))["candidates"]


@on_a_page
async def test_the_mask_is_that_of_the_chosen_candidate_at_full_size(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    best = await page.ask("mask")
    assert (best["width"], best["height"], best["data"].dtype) == (320, 240, np.uint8)
    mask = best["data"].reshape(240, 320).astype(bool)
    assert (mask & red_disc()).sum() / (mask | red_disc()).sum() > 0.9
    await page.ask("choose", candidate=1)
    assert (await page.ask("mask"))["data"].sum() != mask.sum()
    assert (await page.ask("mask", candidate=0))["data"].sum() == mask.sum()


@on_a_page
async def test_exports_are_named_after_the_picture(page: Page) -> None:
    await page.open(name="my cat.jpeg")
    await page.ask("addPoint", x=80, y=120, label=1)
    exported = [await page.ask("export", kind=kind) for kind in ("mask-png", "cutout-png", "svg")]
    assert [one["name"] for one in exported] == ["my cat-mask.png", "my cat-cutout.png", "my cat-outline.svg"]
    cutout = np.asarray(Image.open(io.BytesIO(exported[1]["bytes"])))
    assert cutout.shape == (240, 320, 4)
    assert (cutout[cutout[..., 3] == 0] == 0).all()


@on_a_page
async def test_a_bad_file_leaves_the_picture_and_its_mask(page: Page) -> None:
    await page.open()
    before = await page.ask("addPoint", x=80, y=120, label=1)
    assert await code_of(page.ask("open", name="x.txt", bytes=b"no picture", preview=False)) == "image-unknown"
    after = await page.ask("state")
    assert after["image"] == before["image"]
    assert after["points"] == before["points"]
    assert after["candidates"]


@on_a_page
async def test_a_cancelled_picture_leaves_the_one_before(page: Page) -> None:
    await page.open(name="first.png")
    page.encoder.open.clear()
    second = asyncio.ensure_future(page.open(name="second.png"))
    await asyncio.sleep(0)
    await page.ask("cancel")
    assert await code_of(second) == "cancelled"
    page.encoder.open.set()
    assert (await page.ask("addPoint", x=80, y=120, label=1))["image"]["name"] == "first.png"


@on_a_page
async def test_clicks_during_encoding_are_meant_for_the_new_picture(page: Page) -> None:
    await page.open(name="first.png")
    page.encoder.open.clear()
    second = asyncio.ensure_future(page.open(name="second.png"))
    await asyncio.sleep(0)
    click = asyncio.ensure_future(page.ask("addPoint", x=80, y=120, label=1))
    await asyncio.sleep(0)
    page.encoder.open.set()
    await second
    view = await click
    assert (view["image"]["name"], len(view["points"])) == ("second.png", 1)


@on_a_page
async def test_clicks_for_a_picture_that_never_came_are_given_up(page: Page) -> None:
    await page.open(name="first.png")
    page.encoder.open.clear()
    second = asyncio.ensure_future(page.open(name="second.png"))
    await asyncio.sleep(0)
    click = asyncio.ensure_future(page.ask("addPoint", x=80, y=120, label=1))
    await asyncio.sleep(0)
    await page.ask("cancel")
    assert await code_of(click) == "cancelled"
    assert await code_of(second) == "cancelled"
    assert (await page.ask("state"))["points"] == []


@on_a_page
async def test_a_newer_picture_overtakes_one_that_is_still_being_encoded(page: Page) -> None:
    page.encoder.open.clear()
    first = asyncio.ensure_future(page.open(name="first.png"))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(page.open(name="second.png"))
    await asyncio.sleep(0)
    page.encoder.open.set()
    assert (await second)["image"]["name"] == "second.png"
    assert await code_of(first) == "cancelled"


@on_a_page
async def test_a_lost_engine_is_replaced_without_losing_the_work(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    page.decoder.lost = True
    click = asyncio.ensure_future(page.ask("addPoint", x=10, y=10, label=0))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not click.done()
    page.new_engine()
    view = await click
    assert len(view["points"]) == 2
    assert view["candidates"]


@on_a_page
async def test_another_model_is_asked_what_the_one_before_was_asked(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    old = page.decoder.runs
    encoder, decoder = page.new_engine()
    view = await page.ask("refresh")
    assert (encoder.runs, decoder.runs, page.decoder.runs) == (1, 1, old)
    assert len(view["points"]) == 1
    assert view["candidates"]
    assert not view["decoding"]
    assert (await page.ask("undo"))["candidates"] == []


@on_a_page
async def test_a_model_that_changes_before_there_is_a_picture_has_nothing_to_do(page: Page) -> None:
    encoder, decoder = page.new_engine()
    assert (await page.ask("refresh"))["image"] is None
    assert (encoder.runs, decoder.runs) == (0, 0)


@on_a_page
async def test_when_no_engine_can_be_had_it_says_why(page: Page) -> None:
    page.app.detach(ModelError("no-provider", "This model cannot be run in this browser."))
    assert await code_of(page.open()) == "no-provider"


@on_a_page
async def test_a_preview_is_a_png_no_larger_than_a_screen(page: Page) -> None:
    await page.ask("open", name="wide.png", bytes=png(np.zeros((100, 4000, 3), np.uint8)), preview=True)
    (preview,) = [one["preview"] for one in page.progress if one["stage"] == "file"]
    assert Image.open(io.BytesIO(preview)).size == (2048, 51)


@on_a_page
async def test_an_outline_can_be_asked_for_simpler(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    exact, simple = await page.ask("contours"), await page.ask("contours", tolerance=2)
    assert 0 < len(simple["vertices"]) < len(exact["vertices"]) / 4


@on_a_page
async def test_a_picture_that_is_opened_again_costs_no_encode_and_has_its_work(page: Page) -> None:
    await page.open(name="first.png")
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.open(name="second.png", picture=MIRRORED)
    assert page.encoder.runs == 2
    view = await page.open(name="first.png")
    assert page.encoder.runs == 2
    assert (len(view["points"]), len(view["candidates"]), view["canUndo"]) == (1, 2, True)
    assert view["encoded"]["pictures"] == 2
    assert view["encoded"]["bytes"] > 0


@on_a_page
async def test_a_click_where_the_pointer_rested_costs_no_decode(page: Page) -> None:
    await page.open()
    hovered = await page.ask("hover", x=80, y=120)
    assert page.decoder.runs == 1
    view = await page.ask("addPoint", x=80, y=120, label=1)
    assert page.decoder.runs == 1
    assert view["candidates"][0]["outline"]["vertices"].tolist() == hovered["outline"]["vertices"].tolist()


@on_a_page
async def test_a_hover_changes_nothing_and_the_newest_wins(page: Page) -> None:
    await page.open()
    before = await page.ask("state")
    answers = await asyncio.gather(
        *(page.ask("hover", x=80 + step, y=120) for step in range(5)), page.ask("hover", x=None, y=None)
    )
    assert answers[1:] == [None] * 5
    assert page.decoder.runs == 1  # the first, which ran already when the next came
    after = await page.ask("state")
    assert (after["revision"], after["points"], after["canUndo"]) == (before["revision"], [], False)


@on_a_page
async def test_the_threshold_moves_the_edge_without_asking_the_model(page: Page) -> None:
    await page.open()
    wide = await page.ask("addPoint", x=80, y=120, label=1)
    for threshold in (1.0, 2.0):
        narrow = await page.ask("setThreshold", threshold=threshold, gesture=1)
    assert page.decoder.runs == 1
    assert narrow["candidates"][0]["outline"]["vertices"].max() < wide["candidates"][0]["outline"]["vertices"].max()
    mask = (await page.ask("mask"))["data"]
    assert mask.sum() < red_disc().sum()
    assert (await page.ask("undo"))["threshold"] == 0


@on_a_page
async def test_a_further_point_refines_the_answer_before_where_that_is_wanted(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    refined = await page.ask("addPoint", x=90, y=120, label=1)
    assert [point.refines for point in page.app.workspace.document.selection.points] == [None, 0]
    assert page.decoder.runs == 2
    await page.ask("undo")
    await page.ask("redo")
    assert page.decoder.runs == 2
    await page.ask("undo")
    await page.ask("feedBack", on=False)
    anew = await page.ask("addPoint", x=90, y=120, label=1)
    assert page.app.workspace.document.selection.points[1].refines is None
    assert anew["candidates"][0]["outline"]["vertices"].tolist() != refined["candidates"][0]["outline"]["vertices"].tolist()


@on_a_page
async def test_what_a_moved_point_was_refined_by_is_asked_again(page: Page) -> None:
    await page.open()
    for x in (80, 90, 85):
        view = await page.ask("addPoint", x=x, y=120, label=1)
    runs = page.decoder.runs
    view = await page.ask("movePoint", id=view["points"][0]["id"], x=75, y=120)
    assert page.decoder.runs == runs + 3
    assert view["candidates"]


@on_a_page
async def test_a_point_whose_forerunners_are_gone_begins_anew(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    view = await page.ask("addPoint", x=90, y=120, label=1)
    view = await page.ask("removePoint", id=view["points"][0]["id"])
    assert view["candidates"]


@on_a_page
async def test_a_thumbnail_has_a_pixel_at_least(page: Page) -> None:
    await page.open()
    small = await page.ask("thumbnail", side=0)
    assert (small["width"], small["height"]) == (1, 1)


@on_a_page
async def test_wrong_requests_have_their_codes(page: Page) -> None:
    assert await code_of(page.ask("addPoint", x=1, y=1, label=1)) == "no-image"
    await page.open()
    assert await code_of(page.ask("mask")) == "nothing-selected"
    assert await code_of(page.ask("frobnicate")) == "unknown-method"
    assert await code_of(page.ask("addPoint", x="1", y=1, label=1)) == "bad-request"
    assert await code_of(page.ask("addPoint", x=float("nan"), y=1, label=1)) == "bad-request"
    assert await code_of(page.ask("addPoint", x=1, y=1, label=2)) == "bad-request"
    assert await code_of(page.ask("addPoint", x=1, y=1)) == "bad-request"
    assert await code_of(page.ask("addPoint", x=999, y=1, label=1)) == "prompt-outside"
    assert await code_of(page.ask("setBox", box=[1, 2, 3])) == "bad-request"
    assert await code_of(page.ask("movePoint", id=1.5, x=1, y=1)) == "bad-request"
    assert await code_of(page.ask("open", name="x", bytes="text")) == "bad-request"
    await page.ask("addPoint", x=80, y=120, label=1)
    assert await code_of(page.ask("choose", candidate=3)) == "no-such-candidate"
    assert await code_of(page.ask("export", kind="docx")) == "bad-request"
    assert await code_of(page.ask("removePoint", id=99)) == "no-such-point"
    assert await code_of(page.ask("choose", candidate=10**400)) == "bad-request"


@on_a_page
async def test_what_was_made_is_kept_however_many_pictures_follow(page: Page) -> None:
    await page.open("first.png")
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("accept", overlaps="keep")
    await page.open("undone.png")
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("undo")
    for number in range(70):  # many more than there ever was room for
        await page.open(f"{number}.png")
    assert len(page.app.workspace._documents) == 3, "those that were only looked at"
    view = await page.open("undone.png")
    assert view["canRedo"] is True
    await page.open("first.png")
    assert len(page.app.workspace.document.annotations.instances) == 1


@on_a_page
async def test_files_with_one_content_and_two_names_are_two_pictures(page: Page) -> None:
    await page.open("one.png")
    await page.ask("addPoint", x=80, y=120, label=1)
    view = await page.open("two.png")
    assert (view["points"], page.encoder.runs) == ([], 1)
    assert len((await page.open("one.png"))["points"]) == 1


@on_a_page
async def test_files_with_one_content_and_one_name_in_two_folders_are_two_pictures(page: Page) -> None:
    first = await page.open("one.png", place="left/")
    await page.ask("addPoint", x=80, y=120, label=1)
    second = await page.open("one.png", place="right/")
    assert (second["points"], page.encoder.runs) == ([], 1)
    again = await page.open("one.png", place="left/")
    assert len(again["points"]) == 1
    assert again["image"]["key"] == first["image"]["key"] != second["image"]["key"]


@on_a_page
async def test_an_answer_that_fails_is_no_longer_on_its_way_and_the_next_one_is(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    page.decoder.fails = True
    assert await code_of(page.ask("addPoint", x=90, y=120, label=1)) == "model-run"
    view = await page.ask("state")
    assert (view["decoding"], len(view["points"])) == (False, 2)
    page.decoder.fails = False
    view = await page.ask("addPoint", x=85, y=130, label=1)
    assert (view["decoding"], len(view["points"])) == (False, 3)
    assert view["candidates"]
