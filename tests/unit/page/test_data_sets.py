"""All pictures of the page's list as one data set, out and in again, also those that were never open."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tabsam.errors import FormatError
from tabsam.geometry.outline import area
from tests.support.asking import Page, code_of, on_a_page, png
from tests.support.pictures import two_discs
from tests.support.set_worker import SetWorker

NAMES = ("a.png", "b.png", "c.png")


def picture(shift: int) -> np.ndarray[Any, Any]:
    return np.roll(two_discs(), shift, axis=1)


async def with_work(page: Page) -> tuple[SetWorker, dict[str, bytes]]:
    """Give a page with three pictures, of which the last is untouched."""
    pictures = {name: png(picture(shift)) for shift, name in enumerate(NAMES)}
    for shift, name in enumerate(NAMES[:2]):
        await page.open(name, picture(shift))
        for x in (80, 240)[: 2 - shift]:
            await page.ask("addPoint", x=x, y=120, label=1)
            await page.ask("accept", overlaps="keep")
        await page.ask("addClass", name=f"class {name}")
        await page.ask("changeObject", id=1, category=shift + 1)
    return SetWorker(page), pictures


def objects(page: Page) -> dict[str, list[tuple[str, int]]]:
    """Give each picture's objects: their classes, and roughly their areas."""
    found = {}
    for key, document in page.app.workspace.documents.items():
        annotations = document.annotations
        named = {one.id: one.name for one in annotations.categories}
        found[key.partition(" ")[2]] = [
            (named.get(one.category or 0, ""), round(area(one.outline) / 50)) for one in annotations.instances
        ]
    return found


def with_classes(work: dict[str, list[tuple[str, int]]]) -> dict[str, list[tuple[str, int]]]:
    """Give what a format that needs classes makes of objects."""
    return {name: [(kind or "object", size) for kind, size in all] for name, all in work.items()}


@on_a_page
async def test_a_data_set_goes_out_and_comes_in_again(page: Page) -> None:
    worker, pictures = await with_work(page)
    before = objects(page)
    assert {name: len(all) for name, all in before.items()} == {"a.png": 2, "b.png": 1}
    for format in ("tabsam", "coco"):
        files, notes = await worker.export(format, worker.listed(pictures))
        assert len(notes) == (0 if format == "tabsam" else 1), "one object has no class"
        other = SetWorker(Page())
        outcome = await other.bring({"set.zip": files[""]})
        assert (outcome["objects"], outcome["worked"], outcome["problems"]) == (3, 2, []), format
        assert other.new == pictures, format
        assert objects(other.page) == (before if format == "tabsam" else with_classes(before)), format
        view = await other.page.open("a.png", picture(0))
        assert len(view["objects"]["list"]) == 2
        assert view["canUndo"]
        view = await other.page.ask("undo")
        assert view["objects"]["list"] == []


@on_a_page
async def test_a_picture_that_was_never_open_is_background(page: Page) -> None:
    worker, pictures = await with_work(page)
    files, _ = await worker.export("yolo", worker.listed(pictures), zipped=False)
    assert files["labels/train/c.txt"] == b""
    assert files["images/train/c.png"] == pictures["c.png"]
    assert len(files["labels/train/a.txt"].splitlines()) == 2


@on_a_page
async def test_work_on_pictures_that_are_not_listed_is_said(page: Page) -> None:
    worker, pictures = await with_work(page)
    del pictures["b.png"]
    _, notes = await worker.export("coco", worker.listed(pictures))
    assert any("'b.png'" in note and "not in the list" in note for note in notes)
    with pytest.raises(FormatError, match="nothing to export"):
        await worker.export("coco", worker.listed(pictures, "elsewhere/"))


@on_a_page
async def test_a_picture_without_its_file_keeps_its_objects(page: Page) -> None:
    worker, pictures = await with_work(page)
    files, notes = await worker.export("labelme", worker.listed({**pictures, "b.png": None, "c.png": None}), zipped=False)
    assert {"a.json", "a.png", "b.json"} <= files.keys()
    assert "b.png" not in files
    assert {"'c.png' was left out: its file could not be had."} < set(notes)
    assert len(notes) == 3
    files, notes = await worker.export("labelme", worker.listed({**pictures, "c.png": b"gone"}), zipped=False)
    assert "c.json" not in files
    assert "can no longer be read" in " ".join(notes)


@on_a_page
async def test_a_project_in_the_list_that_was_never_open_brings_what_it_holds(page: Page) -> None:
    _, pictures = await with_work(page)
    project = await page.ask("saveProject", picture=True)
    other = SetWorker(Page())
    files, _ = await other.export("coco", other.listed({"b.tabsam": project["bytes"], "a.png": pictures["a.png"]}), zipped=False)
    assert files["images/b.png"] == pictures["b.png"]
    last = SetWorker(Page())
    outcome = await last.bring(files)
    assert outcome["objects"] == 1


@on_a_page
async def test_what_is_not_clear_is_asked_and_nothing_taken_before(page: Page) -> None:
    worker, pictures = await with_work(page)
    files, _ = await worker.export("labelme", worker.listed(pictures), zipped=False, withPictures=False)
    other = SetWorker(Page())
    listed = [*other.listed({"a.png": pictures["a.png"]}, "one/"), *other.listed({"a.png": pictures["a.png"]}, "two/")]
    outcome = await other.bring(files, listed)
    assert {(one["kind"], one["reference"]) for one in outcome["questions"]} >= {("ambiguous", "a.png"), ("missing", "b.png")}
    assert outcome["pictures"] == ["one/a.png", "two/a.png"]
    assert objects(other.page) == {}
    answers = {one["reference"]: "two/a.png" if one["reference"] == "a.png" else "" for one in outcome["questions"]}
    outcome = await other.bring(files, listed, answers)
    assert (outcome["questions"], outcome["objects"], outcome["worked"]) == ([], 2, 1)
    assert objects(other.page).keys() == {"two/a.png"}


@on_a_page
async def test_classes_are_merged_by_name_and_the_open_picture_is_among_them(page: Page) -> None:
    worker, pictures = await with_work(page)
    files, _ = await worker.export("coco", worker.listed(pictures), zipped=False)
    other = Page()
    await other.open("a.png", picture(0))
    await other.ask("addClass", name="class b.png")
    into = SetWorker(other)
    outcome = await into.bring(files, into.listed(pictures))
    assert (outcome["objects"], into.new) == (3, {})
    view = await other.ask("state")
    assert len(view["objects"]["list"]) == 2
    assert sorted(one["name"] for one in view["objects"]["categories"]) == ["class a.png", "class b.png", "object"]
    assert objects(other) == with_classes(objects(page))


@on_a_page
async def test_folders_that_were_listed_before_their_annotations_came_are_not_doubled(page: Page) -> None:
    worker, pictures = await with_work(page)
    files, _ = await worker.export("yolo", worker.listed(pictures), zipped=False)
    files = {f"set/{path}": data for path, data in files.items()}
    other = SetWorker(Page())
    own = {path.rpartition("/")[2]: data for path, data in files.items() if path.endswith(".png")}
    outcome = await other.bring(files, other.listed(own, "set/images/train/"))
    assert (outcome["objects"], other.new) == (3, {})
    assert [one["id"] for one in outcome["keys"]] == ["a.png", "b.png"]
    assert {one["key"] for one in outcome["keys"]} == other.page.app.workspace.documents.keys()


@on_a_page
async def test_what_is_broken_is_told_and_the_rest_taken(page: Page) -> None:
    worker, pictures = await with_work(page)
    files, _ = await worker.export("labelme", worker.listed(pictures), zipped=False)
    outcome = await SetWorker(Page()).bring({**files, "b.json": files["b.json"][:-20]})
    assert outcome["objects"] == 2
    assert [(one["path"], one["code"]) for one in outcome["problems"]] == [("b.json", "not-json")]
    zipped, _ = await worker.export("coco", worker.listed(pictures))
    outcome = await SetWorker(Page()).bring({"set.zip": zipped[""][:-100]})
    assert (outcome["objects"], outcome["worked"]) == (3, 2)  # no file was cut, only their list
    assert [(one["path"], one["code"]) for one in outcome["problems"]] == [("set.zip", "zip-damaged")]
    with pytest.raises(FormatError, match="damaged"):
        await SetWorker(Page()).bring({"set.zip": zipped[""][:20]})
    with pytest.raises(FormatError, match="no data set"):
        await SetWorker(Page()).bring({"notes.md": b"hello"})


@on_a_page
async def test_a_set_that_is_given_up_leaves_nothing(page: Page) -> None:
    worker, pictures = await with_work(page)
    files, _ = await worker.export("coco", worker.listed(pictures))
    other = SetWorker(Page())
    handed = {"path": "set.zip", **other.hand(files[""])}
    await other.page.ask("beginSetImport", files=[handed], pictures=[], answers=[], format="")
    assert (await other.page.ask("goOnWithSetImport"))["outcome"] is None
    await other.page.ask("endSetImport")
    assert objects(other.page) == {}
    assert other.page.app.workspace.classes.categories == ()


@on_a_page
async def test_a_file_that_nobody_has_handed_over_is_said(page: Page) -> None:
    for number, code in ((-1, "bad-request"), (1, "no-files")):
        handed = {"path": "set.zip", "file": number, "size": 100}
        await page.ask("beginSetImport", files=[handed], pictures=[], answers=[], format="")
        assert await code_of(page.ask("goOnWithSetImport")) == code


@on_a_page
async def test_a_zip_is_what_others_open(page: Page) -> None:
    worker, pictures = await with_work(page)
    files, _ = await worker.export("coco", worker.listed(pictures))
    with zipfile.ZipFile(io.BytesIO(files[""])) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(f"images/{name}") for name in NAMES} == pictures


@on_a_page
async def test_a_whole_import_is_undone_and_done_again_as_one(page: Page) -> None:
    worker, pictures = await with_work(page)
    files, _ = await worker.export("tabsam", worker.listed(pictures))
    other = SetWorker(Page())
    page = other.page
    await page.open("c.png", picture(2))
    assert (await other.bring({"set.zip": files[""]}, other.listed({"c.png": pictures["c.png"]})))["number"] == 0
    view = await page.ask("state")
    assert (view["imports"], view["canUndo"]) == ([True], True)
    there = {key: one.work for key, one in page.app.workspace.documents.items()}
    assert len(there) == 2
    await page.open("a.png", picture(0))  # to look is nothing done
    view = await page.ask("undo")
    assert (view["imports"], view["canUndo"], view["canRedo"]) == ([False], False, True)
    assert not any(one.work.instances for one in page.app.workspace.documents.values())
    assert (await page.ask("redo"))["imports"] == [True]
    assert {key: one.work for key, one in page.app.workspace.documents.items()} == there


@on_a_page
async def test_what_was_done_after_an_import_is_undone_before_it(page: Page) -> None:
    worker, pictures = await with_work(page)
    files, _ = await worker.export("tabsam", worker.listed(pictures))
    other = SetWorker(Page())
    page = other.page
    await page.open("a.png", picture(0))
    await other.bring({"set.zip": files[""]}, other.listed(pictures))
    await page.ask("addPoint", x=80, y=120, label=1)
    view = await page.ask("undo")
    assert (view["points"], view["imports"], len(page.app.workspace.document.work.instances)) == ([], [True], 2)
    view = await page.ask("undo")
    assert (view["imports"], page.app.workspace.document.work.instances) == ([False], ())
    await page.ask("redo")
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.open("c.png", picture(2))
    assert not (await page.ask("state"))["canUndo"]  # the click came after it


@on_a_page
async def test_two_imports_are_two_steps_and_pictures_alone_are_one(page: Page) -> None:
    worker = SetWorker(page)
    await page.open("a.png", picture(0))
    for name in NAMES[1:]:
        await worker.bring({f"set/{name}": png(picture(3)), "set/notes.json": b"{}"})
    assert (await page.ask("state"))["imports"] == [True, True]
    assert (await page.ask("undo"))["imports"] == [True, False]
    assert (await page.ask("undo"))["imports"] == [False, False]
    assert (await page.ask("redo"))["imports"] == [True, False]


def stack(*shifts: int) -> bytes:
    """Write a TIFF with several pages."""
    first, *others = (Image.fromarray(picture(shift)) for shift in shifts)
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=others)
    return buffer.getvalue()


def pages_of(worker: SetWorker, data: bytes, count: int) -> list[dict[str, Any]]:
    """List the pages of a file, of which there is one copy."""
    file = worker.hand(data)
    return [{"id": str(page), "name": "stack.tif", "place": "shots/", "page": page, **file} for page in range(count)]


@on_a_page
async def test_pages_go_out_as_pictures_of_their_own_and_come_in_again(page: Page) -> None:
    data = stack(0, 2, 4)
    for number in (0, 2):
        await page.ask("open", name="stack.tif", place="shots/", bytes=data, page=number)
        await page.ask("addPoint", x=80, y=120, label=1)
        await page.ask("accept", overlaps="keep")
    before = objects(page)
    assert list(before) == ["shots/stack.tif", "shots/stack-p3.tif"]
    worker = SetWorker(page)
    files, _ = await worker.export("labelme", pages_of(worker, data, 3), zipped=False)
    written = {path.rpartition("/")[2] for path in files}
    assert {f"stack-p{number}.{ending}" for number in (1, 2, 3) for ending in ("png", "json")} <= written
    shown = next(files[path] for path in files if path.endswith("stack-p3.png"))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(shown)).convert("RGB")), picture(4))
    other = SetWorker(Page())
    outcome = await other.bring({path: one for path, one in files.items() if path.endswith(".json")}, pages_of(other, data, 3))
    assert (outcome["objects"], outcome["worked"], outcome["questions"]) == (2, 2, [])
    assert {one["id"] for one in outcome["keys"]} == {"0", "2"}
    view = await other.page.ask("open", name="stack.tif", place="shots/", bytes=data, page=2)
    assert len(view["objects"]["list"]) == 1
