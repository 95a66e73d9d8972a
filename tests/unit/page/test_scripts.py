"""Scripts of the console, run on CPython as in the page: what they have in hand, what they say, and that each is one step."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from PIL import Image

from build import ROOT
from tabsam.page.console.completing import completions
from tabsam.page.console.packages import PYPI, foreign_hosts, guard
from tabsam.page.surroundings import NoSurroundings
from tests.support.asking import Page, on_a_page, png
from tests.support.pictures import two_discs

EXAMPLES = ROOT / "web" / "page" / "console" / "examples"
HEIGHT, WIDTH = 240, 320
SQUARE = "mask = np.zeros(document.size, bool); mask[10:20, 30:50] = True\n"


async def run(page: Page, code: str, pictures: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Run a script; give what has come of it, with all that it said by the kind of that."""
    page.progress.clear()
    result: dict[str, Any] = await page.ask("execute", code=code, pictures=pictures or [])
    said: dict[str, list[str]] = {}
    for progress in page.progress:
        if "output" in progress:
            said.setdefault(progress["output"]["kind"], []).append(progress["output"]["text"])
    return {**result, "said": {kind: "".join(texts) for kind, texts in said.items()}}


def files(page: Page) -> Mapping[str, bytes]:
    """Give the files that the last script offered."""
    outputs = [one["output"] for one in page.progress if "output" in one]
    return {one["text"]: one["data"] for one in outputs if one["kind"] == "file"}


def masks(page: Page) -> list[Any]:
    from tabsam.geometry.raster import fill

    return [fill(one.outline, (HEIGHT, WIDTH)) for one in page.app.workspace.document.work.instances]


@on_a_page
async def test_an_array_becomes_an_object_and_an_object_an_array(page: Page) -> None:
    await page.open()
    result = await run(
        page, SQUARE + "one = document.add(mask, 'square', name='first')\n(one.mask == mask).all(), one.area, one.bbox"
    )
    assert result["said"] == {"value": "(np.True_, 200, (30, 10, 50, 20))"}
    (one,) = result["view"]["objects"]["list"]
    assert (one["name"], result["ended"]) == ("first", True)
    assert [category["name"] for category in result["view"]["objects"]["categories"]] == ["square"]
    assert page.app.workspace.classes.chosen is None  # the person's next object is the person's

    result = await run(page, "one.mask = ~one.mask\none.class_name = None\none")
    assert result["said"] == {"value": f"<object 1 'first', class None, {WIDTH * HEIGHT - 200} px>"}
    result = await run(page, "document.image.shape, document.image.dtype.name, document.picture.size, document.objects == [one]")
    assert result["said"] == {"value": "((240, 320, 3), 'uint8', (320, 240), True)"}


@on_a_page
async def test_a_script_is_one_step_also_when_it_fails_half_way(page: Page) -> None:
    await page.open()
    kept: list[bytes] = []
    await page.ask("restore", journal=b"")
    page.app.keeping.store_with(lambda lines, whole: kept.append(lines))
    await page.open()
    result = await run(page, SQUARE + "for name in 'abc':\n    document.add(mask, name)\ndocument.objects[0].remove()\n1 / 0")
    assert not result["ended"]
    assert len(result["view"]["objects"]["list"]) == 2
    assert len(kept) == 2  # and it has been stored, after the line that says what it is
    view = await page.ask("undo")
    assert (view["objects"]["list"], view["objects"]["categories"], view["canUndo"]) == ([], [], False)
    view = await page.ask("redo")
    assert len(view["objects"]["list"]) == 2

    again = Page()
    await again.ask("restore", journal=b"".join(kept))
    await again.open()
    assert [one.id for one in again.app.workspace.document.work.instances] == [2, 3]


@on_a_page
async def test_a_script_that_changes_nothing_is_no_step(page: Page) -> None:
    await page.open()
    assert not (await run(page, "len(document.objects)"))["view"]["canUndo"]


@on_a_page
async def test_what_is_asked_meanwhile_waits_for_the_script(page: Page) -> None:
    await page.open()
    script = asyncio.ensure_future(run(page, SQUARE + "import asyncio\nawait asyncio.sleep(0.05)\ndocument.add(mask); 0"))
    await asyncio.sleep(0.01)
    view = await page.ask("undo")
    assert (await script)["ended"]
    assert view["objects"]["list"] == []


@on_a_page
async def test_errors_are_told_in_the_persons_own_lines(page: Page) -> None:
    await page.open()
    said = (await run(page, "def half(x):\n    return x / 0\n\nhalf(1)"))["said"]["error"]
    assert re.findall('File "(.*?)", line (.*?),', said) == [("<script 1>", "4"), ("<script 1>", "2")]
    assert "    return x / 0" in said
    assert "tabsam" not in said
    assert said.endswith("ZeroDivisionError: division by zero")
    said = (await run(page, "np.zeros(3)[5]"))["said"]["error"]
    assert re.findall('File "(.*?)"', said) == ["<script 2>"]
    said = (await run(page, "document.add(np.zeros((3, 3)))"))["said"]["error"]
    assert said.endswith("The mask has the shape (3, 3), the picture (240, 320). Give an array (height, width).")
    said = (await run(page, "if True\n    pass"))["said"]["error"]
    assert "line 1" in said
    assert said.endswith("SyntaxError: expected ':'")


@on_a_page
async def test_what_is_printed_shown_and_offered_comes_as_it_is(page: Page) -> None:
    await page.open()
    result = await run(
        page,
        "import sys\nprint('one')\nprint('two', file=sys.stderr)\nshow(document.image, np.arange(3))\ndownload('a/b.txt', 'c')",
    )
    assert result["said"] == {
        "out": "one\n",
        "err": "two\n",
        "picture": "(240, 320, 3) uint8",
        "value": "array([0, 1, 2])",
        "file": "a_b.txt",
    }
    assert files(page) == {"a_b.txt": b"c"}
    (shown,) = [one["output"]["data"] for one in page.progress if one["output"]["kind"] == "picture"]
    assert (np.asarray(Image.open(io.BytesIO(shown))) == two_discs()).all()
    result = await run(page, "for _ in range(10_000):\n    print('x' * 100)")
    assert len(result["said"]["out"]) == 400_000
    assert "too much" in result["said"]["note"]


@on_a_page
async def test_names_stay_and_the_last_value_is_underscore(page: Page) -> None:
    await run(page, "a = 20")
    await run(page, "a + 1")
    assert (await run(page, "_ * 2"))["said"] == {"value": "42"}
    assert "There is no picture yet" in (await run(page, "document.objects"))["said"]["error"]
    assert (await page.ask("complete", before="x = np.zeros_l"))["names"] == ["zeros_like"]
    assert (await page.ask("complete", before="a.bit_c"))["names"] == ["bit_count"]


@on_a_page
async def test_a_script_that_waits_can_be_stopped_and_what_it_did_stays(page: Page) -> None:
    await page.open()
    code = SQUARE + "import asyncio\ndocument.add(mask)\nother = asyncio.create_task(asyncio.sleep(60))\nawait asyncio.sleep(60)"
    script = asyncio.ensure_future(run(page, code))
    await asyncio.sleep(0.05)
    page.app.scripting.stop()
    result = await script
    assert (result["ended"], result["said"]) == (False, {"note": "Stopped."})
    assert len(result["view"]["objects"]["list"]) == 1
    assert (await run(page, "await asyncio.sleep(0)\nother.cancelled()"))["said"] == {"value": "True"}


class Interrupting(NoSurroundings):
    """Interrupts a script when it may be for the first time, as the person's key does."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed: list[bool] = []

    def interruptible(self, allowed: bool) -> None:
        self.allowed.append(allowed)


@on_a_page
async def test_only_the_persons_code_can_be_interrupted(page: Page) -> None:
    around = page.app.scripting.surroundings = Interrupting()
    await page.open()
    result = await run(page, SQUARE + "document.add(mask)\nraise KeyboardInterrupt")
    assert result["said"] == {"note": "Stopped."}
    assert around.allowed == [True, False, True, False, False]  # not while the object is added
    assert len(result["view"]["objects"]["list"]) == 1
    around.allowed.clear()
    result = await run(page, "best, *others = await segmenter.predict([[80, 120]])\nbest.mask().shape")
    assert result["said"] == {"value": "(240, 320)"}
    assert not around.allowed[-1]


class Listing(NoSurroundings):
    """Has the files of a project's pictures."""

    def __init__(self, page: Page, pictures: Mapping[str, bytes]) -> None:
        super().__init__()
        self._files = list(pictures.values())
        self.listed = [{"id": name, "name": name, "place": "folder/", "size": len(data)} for name, data in pictures.items()]
        page.app.data_sets.read = lambda number, start, end: self._files[number][start:end]

    async def file_of(self, id: str) -> tuple[int, int]:
        number = next((at for at, one in enumerate(self.listed) if one["id"] == id), -1)
        return number, len(self._files[number])


def example(name: str) -> str:
    return (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")


@on_a_page
async def test_the_batch_finds_objects_on_all_pictures_one_step_each(page: Page) -> None:
    mirrored = two_discs()[:, ::-1].copy()
    around = Listing(page, {"one.png": png(two_discs()), "two.png": png(mirrored)})
    page.app.scripting.surroundings = around
    await page.open(name="one.png", place="folder/")
    result = await run(page, example("batch"), around.listed)
    assert result["ended"], result["said"]
    assert {one["id"] for one in result["opened"]} == {"one.png", "two.png"}
    found = len(result["view"]["objects"]["list"])
    assert found > 0
    documents = page.app.workspace.documents
    assert [len(one.work.instances) > 0 for one in documents.values()] == [True, True]
    view = await page.open(name="two.png", picture=mirrored, place="folder/")
    assert len(view["objects"]["list"]) > 0
    view = await page.ask("undo")
    assert (view["objects"]["list"], view["canUndo"]) == ([], False)


@on_a_page
async def test_a_page_of_a_file_is_a_picture_of_its_own(page: Page) -> None:
    first, second = (Image.fromarray(one) for one in (two_discs(), 255 - two_discs()))
    stream = io.BytesIO()
    first.save(stream, "TIFF", save_all=True, append_images=[second])
    around = Listing(page, {"one": stream.getvalue(), "two": stream.getvalue()})
    page.app.scripting.surroundings = around
    pages = [{**one, "name": "stack.tif", "page": number} for number, one in enumerate(around.listed)]
    code = SQUARE.replace("document", "one") + "one.add(mask)"
    for number in (0, 1):
        result = await run(page, f"one = await project[{number}].open()\n{code}\nproject[{number}].name", pages)
        assert result["ended"], result["said"]
        view = await page.ask("open", name="stack.tif", bytes=stream.getvalue(), page=number, place="folder/")
        assert len(view["objects"]["list"]) == 1
        assert result["said"]["value"] == repr(("stack.tif", "stack-p2.tif")[number])


@on_a_page
async def test_the_other_examples_run(page: Page) -> None:
    await page.open()
    await run(page, SQUARE + "document.add(mask, 'small')\nmask[50:100, 100:200] = True\ndocument.add(mask, 'large', score=0.5)")

    before = masks(page)
    result = await run(page, example("dilate_all"))
    assert result["ended"], result["said"]
    after = masks(page)
    assert [(old & ~new).any() for old, new in zip(before, after, strict=True)] == [False, False]
    assert [int(new.sum() - old.sum()) > 100 for old, new in zip(before, after, strict=True)] == [True, True]
    assert result["said"]["picture"] == "(240, 320) bool"

    result = await run(page, example("measure_to_csv"))
    assert result["ended"], result["said"]
    rows = list(csv.reader(io.StringIO(files(page)["measures.csv"].decode())))
    assert [row[2] for row in rows] == ["class", "small", "large"]
    assert [int(row[4]) for row in rows[1:]] == [int(mask.sum()) for mask in after]

    result = await run(page, example("own_export"))
    assert result["ended"], result["said"]
    with zipfile.ZipFile(io.BytesIO(files(page)["objects.zip"])) as archive:
        about = json.loads(archive.read("objects.json"))
        assert [(one["class"], one["score"]) for one in about] == [("small", None), ("large", 0.5)]
        cutout = np.asarray(Image.open(io.BytesIO(archive.read(about[0]["file"]))))
    x0, y0, x1, y1 = about[0]["box"]
    assert (cutout[..., 3] == 255 * after[0][y0:y1, x0:x1]).all()

    result = await run(page, example("filter_by_area"))
    assert result["ended"], result["said"]
    assert result["said"]["out"] == "1 deleted, 1 left\n"
    view = await page.ask("undo")
    assert len(view["objects"]["list"]) == 2


def test_the_docs_have_the_examples_as_they_run() -> None:
    text = (ROOT / "docs" / "scripting.md").read_text(encoding="utf-8")
    listed = (EXAMPLES.parent / "examples.js").read_text(encoding="utf-8")
    names = [path.stem for path in EXAMPLES.glob("*.py")]
    assert len(names) == 5
    for name in names:
        assert f"```python\n{example(name)}```" in text
        assert f"'{name}.py'" in listed


def test_hosts_are_told_from_what_is_wanted() -> None:
    assert foreign_hosts(["regex"], None, "here:1") == list(PYPI)
    assert foreign_hosts(["https://a.org/x.whl", "y @ https://b.org/y.whl"], None, "here:1") == ["a.org", "b.org"]
    assert foreign_hosts(["http://here:1/x.whl", "emfs:/x.whl"], None, "here:1") == []
    assert foreign_hosts(["regex"], "https://mirror.org/simple", "here:1") == ["mirror.org"]


def test_packages_from_elsewhere_come_when_the_person_has_agreed_once() -> None:
    import types

    asked: list[Any] = []
    reached: list[Any] = []
    installed: list[Any] = []
    answers = [False, True]
    micropip = types.ModuleType("micropip")

    async def install(names: list[str]) -> None:
        installed.append((names, list(reached[-1])))

    async def ask(packages: list[str], hosts: list[str]) -> bool:
        asked.append((packages, hosts))
        return answers.pop(0)

    micropip.install = install  # type: ignore[attr-defined]
    guard(micropip, "here:1", ask, reached.append)
    guard(micropip, "here:1", ask, reached.append)

    async def script() -> None:
        with pytest.raises(Exception, match="regex was not installed: you did not agree"):
            await micropip.install("regex")
        assert (installed, reached) == ([], [])
        await micropip.install("regex")
        await micropip.install("regex")
        await micropip.install("emfs:/x.whl")

    asyncio.run(script())
    assert asked == [(["regex"], list(PYPI))] * 2
    assert installed == [(["regex"], list(PYPI))] * 2 + [(["emfs:/x.whl"], [])]
    assert reached[-1] == ()


def test_completion_runs_no_property() -> None:
    class Trap:
        @property
        def value(self) -> object:
            raise AssertionError

    names = {"trap": Trap(), "np": np}
    assert completions("trap.value.", names) == []
    assert completions("(trap.va", names) == ["value"]
    assert completions("np.linalg.no", names) == ["norm"]
    assert completions("f().x", names) == []
