"""What is done in the page is stored before anybody hears of it, and is there again in another page."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from tabsam.formats.journal.lines import line_of
from tests.support.asking import Page, on_a_page, png
from tests.support.pictures import two_discs
from tests.support.set_worker import SetWorker

PICTURES = [{"id": "a", "name": "discs.png", "place": "", "size": 1}, {"id": "b", "name": "discs.png", "place": "", "size": 1}]


class Stored:
    """Stands for the worker: has the journal's bytes."""

    def __init__(self, page: Page, journal: bytes = b"") -> None:
        self.journal = journal
        page.app.keeping.store_with(self._append)

    def _append(self, lines: bytes, whole: bool) -> None:
        self.journal = lines if whole else self.journal + lines


async def begun() -> tuple[Page, Stored]:
    page = Page()
    stored = Stored(page)
    await page.ask("restore", journal=b"")
    await page.ask("noteSession", pictures=PICTURES, at="a")
    return page, stored


async def again(stored: Stored) -> tuple[Page, Any]:
    page = Page()
    restored = await page.ask("restore", journal=stored.journal)
    Stored(page, stored.journal)
    return page, restored


def work(page: Page) -> Any:
    """Give what there is of the open picture's work."""
    document = page.app.workspace.document
    objects = [(one.id, one.category, one.name, one.outline.vertices.tolist()) for one in document.work.instances]
    classes = document.classes
    return objects, classes.categories, classes.chosen, document.selection, document.can_undo, document.can_redo


@on_a_page
async def test_another_day_all_is_there_and_undo_goes_on(page: Page) -> None:
    page, stored = await begun()
    await page.open(place="a/")
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("addClass", name="disc")
    await page.ask("accept", overlaps="keep")
    await page.ask("addPoint", x=20, y=20, label=1)
    await page.open(place="b/")  # the same picture, in another folder
    await page.ask("setBox", box=[40, 80, 120, 160])
    before_b = work(page)
    await page.ask("noteSession", at="b")
    await page.open(place="a/")
    before_a = work(page)

    page, restored = await again(stored)
    about = {"sound": len(stored.journal), "damaged": False, "begun": 0, "pictures": PICTURES, "at": "b", "marks": [], "page": 0}
    assert restored == {**about, "part": None, "finding": False, "tone": None, "run": None}
    await page.open(place="b/")
    assert work(page) == before_b
    await page.open(place="a/")
    assert work(page) == before_a
    for _ in range(3):
        view = await page.ask("undo")
    assert view["objects"]["list"] == []
    assert len(view["points"]) == 1


@on_a_page
async def test_marks_are_there_another_day_and_cost_a_line_each(page: Page) -> None:
    page, stored = await begun()
    key = (await page.open(place="a/"))["image"]["key"]
    length = len(stored.journal)
    for done in (False, True):
        await page.ask("noteSession", marks=[{"id": "a", "key": key, "done": done}])
    await page.ask("noteSession", marks=[{"id": "b", "key": "", "done": True}])
    assert len(stored.journal) - length < 600
    marks = [{"id": "a", "key": key, "done": True}, {"id": "b", "key": "", "done": True}]
    _, restored = await again(stored)
    assert (restored["marks"], restored["pictures"]) == (marks, PICTURES)
    await page.ask("beginJournalAnew", elsewhere=False)
    _, restored = await again(stored)
    assert restored["marks"] == marks


@on_a_page
async def test_how_much_work_there_is_is_told_of_every_picture(page: Page) -> None:
    page, stored = await begun()
    assert await page.ask("works") == []
    a = (await page.open(place="a/"))["image"]["key"]
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("addClass", name="disc")
    await page.ask("accept", overlaps="keep")
    b = (await page.open(place="b/"))["image"]["key"]
    works = [{"key": a, "objects": 1, "classes": [1]}]
    assert await page.ask("works") == works  # the other is only looked at
    await page.ask("addPoint", x=80, y=120, label=1)
    works.append({"key": b, "objects": 0, "classes": []})
    assert await page.ask("works") == works
    other, _ = await again(stored)
    assert sorted(await other.ask("works"), key=str) == sorted(works, key=str)


PART = {"id": "b", "page": 2, "width": 320, "scale": 2.5, "x": -10.0, "y": 4.0, "stageWidth": 900.0, "stageHeight": 700.0}


@on_a_page
async def test_the_page_and_the_part_that_were_seen_are_told_again_if_they_are_the_open_pictures(page: Page) -> None:
    page, stored = await begun()
    await page.ask("noteSession", at="b")
    await page.ask("noteSession", page={"id": "b", "page": 2})
    await page.ask("noteSession", part=PART, finding=True)
    _, restored = await again(stored)
    assert (restored["at"], restored["page"], restored["part"], restored["finding"]) == ("b", 2, PART, True)
    length = len(stored.journal)
    await page.ask("noteSession", part=PART)
    assert len(stored.journal) == length
    await page.ask("noteSession", at="a")
    _, restored = await again(stored)
    assert (restored["at"], restored["page"], restored["part"]) == ("a", 0, None)
    await page.ask("noteSession", at="b", page={"id": "b", "page": 0})
    _, restored = await again(stored)
    assert (restored["page"], restored["part"]) == (0, None)


@on_a_page
async def test_a_project_that_is_not_open_is_written_and_this_one_stays_as_it_is(page: Page) -> None:
    page, stored = await begun()
    data = png(two_discs())
    await page.ask("open", name="discs.png", bytes=data, place="a/")
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("accept", overlaps="keep")
    other, _ = await begun()
    worker = SetWorker(other)
    listed = await other.ask("readOtherProject", journal=stored.journal)
    assert listed == PICTURES
    files, _ = await worker.export("tabsam", [{**listed[0], "place": "a/", **worker.hand(data)}])
    await other.ask("endSetExport")
    with zipfile.ZipFile(io.BytesIO(files[""])) as archive:
        assert archive.read("pictures/a/discs.png") == data
        assert len(json.loads(archive.read("work/000001.json"))["instances"]) == 1
    assert not other.app.workspace.is_open
    assert (await other.ask("summary"))["objects"] == 0


@on_a_page
async def test_what_is_selected_is_selected_another_day(page: Page) -> None:
    page, stored = await begun()
    await page.open(place="a/")
    for x in (80, 81, 82):
        await page.ask("addPoint", x=x, y=120, label=1)
        await page.ask("accept", overlaps="keep")
    await page.ask("selectObjects", ids=[3, 1])
    for begin_anew in (False, True):
        if begin_anew:
            await page.ask("beginJournalAnew", elsewhere=False)
        other, _ = await again(stored)
        assert (await other.open(place="a/"))["selected"] == [3, 1]
    length = len(stored.journal)
    await page.ask("state")
    assert len(stored.journal) == length
    await page.ask("removeObjects", ids=[3])
    other, _ = await again(stored)
    assert (await other.open(place="a/"))["selected"] == list(page.app.workspace.document.selected)
    await page.ask("selectObjects", ids=[])
    other, _ = await again(stored)
    assert (await other.open(place="a/"))["selected"] == []


@on_a_page
async def test_what_is_done_is_stored_when_the_answer_comes(page: Page) -> None:
    page, stored = await begun()
    await page.open(place="a/")
    for x in (80, 81, 82):
        length = len(stored.journal)
        await page.ask("addPoint", x=x, y=120, label=1)
        assert len(stored.journal) > length
        other, _ = await again(stored)
        await other.open(place="a/")
        assert work(other) == work(page)


@on_a_page
async def test_a_journal_begun_anew_is_shorter_and_has_everything(page: Page) -> None:
    page, stored = await begun()
    await page.open(place="a/")
    await page.ask("addPoint", x=80, y=120, label=1)
    for _ in range(50):
        await page.ask("undo")
        await page.ask("redo")
    length = len(stored.journal)
    await page.ask("beginJournalAnew", elsewhere=False)
    assert len(stored.journal) < length
    await page.ask("accept", overlaps="keep")
    other, restored = await again(stored)
    assert restored["pictures"] == PICTURES
    await other.open(place="a/")
    assert work(other) == work(page)
    assert await other.ask("summary") == {"name": "discs.png", "pictures": 2, "objects": 1}


@on_a_page
async def test_damage_is_told_from_a_line_that_was_not_finished(page: Page) -> None:
    page, stored = await begun()
    await page.open(place="a/")
    whole = stored.journal
    await page.ask("addPoint", x=80, y=120, label=1)
    written, middle = stored.journal, len(whole) + 20
    for journal, damaged in (
        (written, False),
        (written[:-1], False),
        (written[:-20], False),
        (written[:middle] + b"?" + written[middle + 1 :], True),
    ):
        stored.journal = journal
        _, restored = await again(stored)
        assert restored["damaged"] is damaged
        assert (restored["sound"] == len(written)) is (journal == written)


@on_a_page
async def test_equal_files_in_two_folders_are_two_pictures(page: Page) -> None:
    await page.open(place="a/")
    await page.ask("addPoint", x=80, y=120, label=1)
    assert (await page.open(place="b/"))["points"] == []
    assert len((await page.open(place="a/"))["points"]) == 1


@on_a_page
async def test_without_a_store_the_work_goes_on(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("accept", overlaps="keep")
    stored = Stored(page)  # the disk has room again
    await page.ask("beginJournalAnew", elsewhere=False)
    other = Page()
    await other.ask("restore", journal=stored.journal)
    await other.open()
    assert work(other) == work(page)


@on_a_page
async def test_without_a_file_beside_it_the_journal_has_no_finds_but_what_was_taken_of_them(page: Page) -> None:
    page, stored = await begun()
    await page.open(place="a/")
    found = await page.ask("findAll", **ALL)
    await page.ask("takeFound", numbers=[found["finds"]["list"][0]["number"]])
    other, _ = await again(stored)
    await other.open(place="a/")
    assert work(other)[0] == work(page)[0]
    assert other.app.workspace.document.work.finds is None


ALL = {"pointsPerSide": 4, "predIouThresh": 0, "stabilityScoreThresh": 0}


class StoredFinds:
    """Stands for the file beside the journal."""

    def __init__(self, data: bytes = b"", *, full: bool = False) -> None:
        self.data = data
        self.full = full
        self.reads = 0

    def append(self, data: bytes) -> int | None:
        if self.full:
            return None
        start, self.data = len(self.data), self.data + data
        return start

    def read(self, start: int, end: int) -> bytes:
        self.reads += 1
        return self.data[start:end]


async def begun_with_finds(finds: StoredFinds) -> tuple[Page, Stored]:
    page = Page()
    page.app.keeping.store_finds_with(finds.append, finds.read)
    stored = Stored(page)
    await page.ask("restore", journal=b"")
    await page.open(place="a/")
    return page, stored


async def again_with_finds(stored: Stored, finds: StoredFinds) -> tuple[Page, Any]:
    page = Page()
    page.app.keeping.store_finds_with(finds.append, finds.read)
    await page.ask("restore", journal=stored.journal)
    Stored(page, stored.journal)
    return page, await page.open(place="a/")


def shown(view: Any) -> Any:
    return [(one["number"], one["iouPrediction"], one["area"]) for one in view["finds"]["list"]], view["finds"]["search"]


@on_a_page
async def test_what_a_search_has_found_is_there_another_day_with_its_thresholds(page: Page) -> None:
    finds = StoredFinds()
    page, stored = await begun_with_finds(finds)
    numbers = [one["number"] for one in (await page.ask("findAll", **ALL))["finds"]["list"]]
    assert len(numbers) >= 3
    size, length = len(finds.data), len(stored.journal)
    await page.ask("rejectFound", numbers=numbers[:1])
    for number in range(20):
        view = await page.ask("filterFound", predIouThresh=number / 100, stabilityScoreThresh=0.1)
    assert len(finds.data) == size  # once, however it is filtered
    assert len(stored.journal) - length < 5000
    for begin_anew in (False, True):
        if begin_anew:
            await page.ask("beginJournalAnew", elsewhere=False)
            assert len(finds.data) == size
        other, opened = await again_with_finds(stored, finds)
        assert shown(opened) == shown(view)
    assert numbers[0] not in [one[0] for one in shown(view)[0]]
    assert numbers[0] in [one["number"] for one in (await other.ask("undo"))["finds"]["list"]]
    assert len(finds.data) == size


@on_a_page
async def test_finds_are_read_only_when_their_picture_is_opened(page: Page) -> None:
    finds = StoredFinds()
    page, stored = await begun_with_finds(finds)
    await page.ask("findAll", **ALL)
    other = Page()
    other.app.keeping.store_finds_with(finds.append, finds.read)
    await other.ask("restore", journal=stored.journal)
    await other.open(place="b/")
    await other.ask("beginJournalAnew", elsewhere=False)
    assert finds.reads == 0
    assert (await other.open(place="a/"))["finds"]["list"]
    assert finds.reads == 1


@on_a_page
async def test_finds_that_cannot_be_stored_cost_nothing_else_and_are_stored_when_there_is_room(page: Page) -> None:
    finds = StoredFinds(full=True)
    page, stored = await begun_with_finds(finds)
    view = await page.ask("findAll", **ALL)
    _, opened = await again_with_finds(stored, finds)
    assert opened["finds"] is None
    finds.full = False
    await page.ask("beginJournalAnew", elsewhere=True)
    _, opened = await again_with_finds(stored, finds)
    assert shown(opened) == shown(view)
    finds.data = b""  # gone: the work is there all the same
    _, opened = await again_with_finds(stored, finds)
    assert shown(opened)[0] == []


@on_a_page
async def test_a_project_file_has_what_was_found_of_one_picture_and_of_several(page: Page) -> None:
    finds = StoredFinds()
    page, _ = await begun_with_finds(finds)
    numbers = [one["number"] for one in (await page.ask("findAll", **ALL))["finds"]["list"]]
    await page.ask("rejectFound", numbers=numbers[:1])
    view = await page.ask("filterFound", predIouThresh=0.01, stabilityScoreThresh=0.1)
    saved = (await page.ask("saveProject", picture=True))["bytes"]
    other = Page()
    opened = await other.ask("open", name="discs.tabsam", bytes=saved)
    assert shown(opened) == shown(view)
    assert (await other.ask("undo"))["finds"]["list"] == []
    # a version that knows of no finds leaves them out; it is no other format
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        head = json.loads(archive.read("project.json"))
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert head["version"] == 1
    for data in (b"", parts["finds.bin"][:50]):  # damaged: the objects come all the same
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in {**parts, "finds.bin": data}.items():
                archive.writestr(name, content)
        assert (await Page().ask("open", name="discs.tabsam", bytes=buffer.getvalue()))["finds"]["list"] == []

    pictures = {"discs.png": png(two_discs())}
    worker = SetWorker(page)
    files, _ = await worker.export("tabsam", worker.listed(pictures, "a/"), withPictures=False)
    worker = SetWorker(Page())
    other = worker.page
    await other.ask("open", name="discs.png", bytes=pictures["discs.png"], place="a/")
    await worker.bring({"all.tabsam": files[""]}, worker.listed(pictures, "a/"))
    await other.ask("endSetImport")
    assert shown(await other.ask("state")) == shown(view)


def altered(journal: bytes, alter: Callable[[dict[str, Any]], object]) -> bytes:
    """Give a journal whose lines were altered by somebody who knows how they are written."""
    records = [json.loads(line[9:]) for line in journal.splitlines()]  # which are of lines of ASCII here
    for record in records:
        alter(record)
    return b"".join(map(line_of, records))


@on_a_page
async def test_work_of_another_size_than_the_pictures_is_of_the_pictures(page: Page) -> None:
    page, stored = await begun()
    await page.open(place="a/")
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("accept", overlaps="keep")
    stored.journal = altered(stored.journal, lambda one: one.update(size=[7, 30_000]) if "size" in one else None)
    other, restored = await again(stored)
    assert not restored["damaged"]
    await other.open(place="a/")
    assert work(other)[0] == work(page)[0]
    assert other.app.workspace.document.image_size == page.app.workspace.document.image_size
    assert (await other.ask("exportObjects", format="coco"))["bytes"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pictures", 5),
        ("pictures", [{"id": "a", "name": "discs.png", "place": "", "size": "1"}]),
        ("pictures", [PICTURES[0], PICTURES[0]]),
        ("at", ["a"]),
        ("page", {"id": "a", "page": 0.5}),
        ("part", {"id": "a"}),
        ("finding", "yes"),
        ("mark a", {"id": "a"}),
        ("chosen a", {"selected": ["1"]}),
        ("chosen a", [1]),
        ("chosen a", {"thresholds": [0.5]}),
        ("weather", "good"),
    ],
)
def test_what_cannot_have_been_noted_is_left_out_and_the_damage_is_told(name: str, value: object) -> None:
    async def restore() -> None:
        page, stored = await begun()
        await page.open(place="a/")
        await page.ask("addPoint", x=80, y=120, label=1)
        whole = stored.journal
        stored.journal += line_of({"session": name, "value": value})
        other, restored = await again(stored)
        assert restored["damaged"]
        assert (restored["sound"], restored["at"]) == (len(stored.journal), None if name == "at" else "a")
        assert restored["pictures"] == ([] if name == "pictures" else PICTURES)
        await other.open(place="a/")
        assert work(other) == work(page)
        stored.journal = whole
        assert not (await again(stored))[1]["damaged"]

    asyncio.run(restore())


@on_a_page
async def test_what_cannot_be_is_told_as_damage_and_what_came_before_it_is_there(page: Page) -> None:
    page, stored = await begun()
    await page.open(place="a/")
    await page.ask("addPoint", x=80, y=120, label=1)
    before = work(page)
    length = len(stored.journal)
    await page.ask("addPoint", x=90, y=110, label=0)
    stored.journal = stored.journal[:length] + stored.journal[length:].replace(b'"x":90.0', b'"x":1e308')
    stored.journal = altered_checksums(stored.journal)
    other, restored = await again(stored)
    assert (restored["sound"], restored["damaged"]) == (length, True)
    await other.open(place="a/")
    assert work(other) == before


def altered_checksums(journal: bytes) -> bytes:
    return b"".join(b"%08x %b\n" % (zlib.crc32(line[9:]), line[9:]) for line in journal.splitlines())


@on_a_page
async def test_an_object_that_was_found_is_in_a_project_that_can_be_read(page: Page) -> None:
    await page.open(place="a/")
    found = await page.ask("findAll", **ALL)
    await page.ask("takeFound", numbers=[found["finds"]["list"][0]["number"]])
    saved = (await page.ask("saveProject", picture=True))["bytes"]
    other = Page()
    await other.open_file("discs.tabsam", saved)
    assert work(other)[0] == work(page)[0]
    await other.ask("reopen", id=1)
    await other.ask("addPoint", x=80, y=120, label=1)
    points = other.app.workspace.document.selection.points
    assert len({one.id for one in points}) == 2
