"""What is done in the page is stored before anybody hears of it, and is there again in another page."""

from __future__ import annotations

from typing import Any

from tests.support.asking import Page, on_a_page

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
    assert restored == {"sound": len(stored.journal), "damaged": False, "begun": 0, "pictures": PICTURES, "at": "b", "marks": []}
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
    await page.ask("beginJournalAnew")
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
    await page.ask("beginJournalAnew")
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
    await page.ask("beginJournalAnew")
    other = Page()
    await other.ask("restore", journal=stored.journal)
    await other.open()
    assert work(other) == work(page)


@on_a_page
async def test_what_a_search_finds_is_not_stored_but_what_is_taken_of_it_is(page: Page) -> None:
    page, stored = await begun()
    await page.open(place="a/")
    await page.ask("findAll", pointsPerSide=4, predIouThresh=0, stabilityScoreThresh=0)
    assert page.app.workspace.document.work.finds is not None
    assert len(stored.journal) < 20_000  # a mask has 30 kB
    await page.ask("setBox", box=[40, 80, 120, 160])
    await page.ask("accept", overlaps="keep")
    other, _ = await again(stored)
    await other.open(place="a/")
    assert work(other)[0] == work(page)[0]
    assert other.app.workspace.document.work.finds is None
