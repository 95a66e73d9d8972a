"""Where a picture lies on a map: told, remembered with the picture, undone, and used by GeoJSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tabsam.formats.detecting import WORLD_FILES, detect
from tests.support.asking import Page, code_of, on_a_page
from tests.support.pictures import two_discs

NORTH_UP = "0.5 0 0 -0.5 400000.25 5599999.75"  # (0, 0), the outer corner, is at (400000, 5600000)
NUMBERS = [0.5, 0, 0, -0.5, 400000.25, 5599999.75]


async def add(page: Page) -> None:
    await page.open()
    await page.ask("addPoint", x=80, y=120, label=1)
    await page.ask("accept", overlaps="keep")


async def geojson(page: Page) -> bytes:
    written: bytes = (await page.ask("exportObjects", format="geojson"))["bytes"]
    return written


async def first_corner(page: Page) -> list[float]:
    corner: list[float] = json.loads(await geojson(page))["features"][0]["geometry"]["coordinates"][0][0]
    return corner


@on_a_page
async def test_geojson_is_written_on_the_map_once_the_picture_lies_there(page: Page) -> None:
    await add(page)
    assert (await page.ask("setWorldFile", text=NORTH_UP))["worldFile"] == NUMBERS
    corners = json.loads(await geojson(page))["features"][0]["geometry"]["coordinates"][0]
    vertices = page.app.workspace.document.annotations.instances[0].outline.vertices.tolist()
    assert sorted(corners) == sorted([400000 + x / 2, 5600000 - y / 2] for x, y in vertices)


@on_a_page
async def test_it_is_a_step_and_can_be_taken_back(page: Page) -> None:
    await add(page)
    in_pixels = await geojson(page)
    await page.ask("setWorldFile", text=NORTH_UP)
    assert (await page.ask("undo"))["worldFile"] is None
    assert await geojson(page) == in_pixels
    assert (await page.ask("redo"))["worldFile"] == NUMBERS
    assert (await page.ask("setWorldFile", text=" "))["worldFile"] is None
    assert await geojson(page) == in_pixels


@on_a_page
async def test_an_imported_world_file_is_the_same(page: Page) -> None:
    await add(page)
    file = NORTH_UP.replace(" ", "\n").encode()
    outcome = await page.ask("importFile", name="discs.pgw", bytes=file, **{"as": "objects"})
    assert (outcome["view"]["worldFile"], outcome["added"]) == (NUMBERS, 0)
    assert outcome["said"] == ["GeoJSON is now read and written in map coordinates."]
    assert (await page.ask("undo"))["worldFile"] is None


@on_a_page
async def test_each_picture_has_its_own(page: Page) -> None:
    await add(page)
    await page.ask("setWorldFile", text=NORTH_UP)
    assert (await page.open("other.png", two_discs()[:, ::-1].copy()))["worldFile"] is None
    assert (await page.open())["worldFile"] == NUMBERS


@on_a_page
async def test_what_places_no_picture_changes_nothing(page: Page) -> None:
    await add(page)
    await page.ask("setWorldFile", text=NORTH_UP)
    before = page.app.workspace.document.work
    assert await code_of(page.ask("setWorldFile", text="1 2 3")) == "not-world-file"
    assert await code_of(page.ask("setWorldFile", text="1 2 2 4 0 0")) == "affine-singular"
    assert page.app.workspace.document.work is before


@on_a_page
async def test_our_geojson_and_our_project_bring_it_along(page: Page) -> None:
    await add(page)
    await page.ask("setWorldFile", text=NORTH_UP)
    corner, written = await first_corner(page), await geojson(page)
    project = (await page.ask("saveProject", picture=True))["bytes"]
    for name, data in (("a.geojson", written), ("a.tabsam", project)):
        other = Page()
        await other.open()
        outcome = await other.ask("importFile", name=name, bytes=data, **{"as": "objects"})
        assert outcome["view"]["worldFile"] == NUMBERS, name
        assert await first_corner(other) == corner, name


def test_the_page_knows_the_same_world_files() -> None:
    page = Path(__file__).parents[3] / "web" / "page" / "input"
    (listed,) = re.findall(r"const WORLD_FILES = \[(.*)\];", (page / "incoming-files.js").read_text(encoding="utf-8"))
    assert tuple(f".{suffix}" for suffix in re.findall(r"\w+", listed)) == WORLD_FILES
    (chosen,) = re.findall(r'id="import-file" accept="([^"]*)"', (page / "file-inputs.html").read_text(encoding="utf-8"))
    assert {*WORLD_FILES} <= {*chosen.split(",")}


@pytest.mark.parametrize("name", [f"map{suffix}" for suffix in WORLD_FILES])
def test_a_world_file_is_known_by_its_name(name: str) -> None:
    assert detect(name, b"1\n0\n0\n-1\n0.5\n0.5\n") == "world-file"
