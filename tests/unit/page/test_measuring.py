"""Measures and cut-outs, asked for as the page asks."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from PIL import Image

from tabsam.geometry.raster import fill
from tests.support.asking import Page, code_of, on_a_page
from tests.support.pictures import disc, encoded, two_discs


async def add(page: Page, x: int) -> int:
    await page.ask("addPoint", x=x, y=120, label=1)
    id: int = (await page.ask("accept", overlaps="keep"))["active"]
    return id


@on_a_page
async def test_all_pictures_have_their_colours_also_those_that_are_not_open(page: Page) -> None:
    await page.open("a.png")
    await add(page, 80)
    first = two_discs()[fill(page.app.workspace.document.work.instances[0].outline, two_discs().shape[:2])].mean(axis=0)
    darker = two_discs() // 2
    await page.open("b.png", darker)
    await add(page, 240)
    second = darker[fill(page.app.workspace.document.work.instances[0].outline, darker.shape[:2])].mean(axis=0)

    found = await page.ask("measure", all=True)
    assert [(one["picture"], one["unit"], one["inUnits"]) for one in found["objects"]] == [
        ("a.png", "", None),
        ("b.png", "", None),
    ]
    assert found["objects"][0]["color"][:3] == pytest.approx(first.tolist())
    assert found["objects"][1]["color"][:3] == pytest.approx(second.tolist())
    assert [one["picture"] for one in (await page.ask("measure", all=False))["objects"]] == ["b.png"]

    table = await page.ask("exportMeasures", all=True)
    assert (table["name"], table["type"]) == ("measurements.csv", "text/csv")
    rows = list(csv.DictReader(io.StringIO(table["bytes"].decode("utf-8-sig"), newline="")))
    assert [row["picture"] for row in rows] == ["a.png", "b.png"]
    assert [float(row["mean_red"]) for row in rows] == pytest.approx([first[0], second[0]])
    assert (await page.ask("exportMeasures", all=False))["name"] == "b-measurements.csv"


@on_a_page
async def test_a_scale_is_of_all_pictures_and_can_be_taken_back(page: Page) -> None:
    await page.open()
    await add(page, 80)
    await page.ask("setScale", perPixel=0.5, unit=" µm ")
    await page.open("b.png", two_discs() // 2)
    await add(page, 80)
    found = await page.ask("measure", all=True)
    assert found["scale"] == {"perPixel": 0.5, "unit": "µm"}
    assert [one["inUnits"]["area"] / one["inPixels"]["area"] for one in found["objects"]] == pytest.approx([0.25, 0.25])
    assert await code_of(page.ask("setScale", perPixel=0, unit="µm")) == "no-scale"
    await page.ask("setScale", perPixel=None, unit="")
    assert (await page.ask("measure", all=False))["scale"] is None


@on_a_page
async def test_one_object_is_cut_out_trimmed_or_at_the_pictures_size(page: Page) -> None:
    await page.open()
    first = await add(page, 80)
    await add(page, 240)
    document = page.app.workspace.document
    for id, number in ((first, 1), (None, 2)):  # null is the selected one
        mask = fill(document.instance(first if id else document.active or 0).outline, document.image_size)
        full = await page.ask("cutOut", id=id, full=True)
        assert (full["name"], full["type"]) == (f"discs-00{number}.png", "image/png")
        pixels = np.asarray(Image.open(io.BytesIO(full["bytes"])))
        np.testing.assert_array_equal(pixels[..., 3] > 0, mask)
        np.testing.assert_array_equal(pixels[mask][:, :3], two_discs()[mask])
        trimmed = np.asarray(Image.open(io.BytesIO((await page.ask("cutOut", id=id, full=False))["bytes"])))
        rows, columns = np.nonzero(mask)
        np.testing.assert_array_equal(trimmed, pixels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])
    await page.ask("selectObjects", ids=[])
    assert await code_of(page.ask("cutOut", id=None, full=False)) == "nothing-selected"
    assert await code_of(page.ask("cutOut", id=99, full=False)) == "no-such-object"


@on_a_page
async def test_objects_are_held_against_a_file_that_is_not_imported(page: Page) -> None:
    await page.open("a.png")
    await add(page, 80)
    truth = encoded(np.uint8(255) * disc(240, 320, (80, 120), 58))
    found = await page.ask("measureAgainst", name="truth.png", bytes=truth, category=None)
    [pair] = found["pairs"]
    own = fill(page.app.workspace.document.work.instances[0].outline, (240, 320))
    assert pair["areaError"] == int(own.sum()) - pair["truth"]["area"]
    assert 0.85 < pair["iou"] < 0.97
    assert (found["source"], found["missed"], found["extra"], found["asks"]) == ("truth.png", [], [], None)
    assert len(page.app.workspace.document.work.instances) == 1

    table = await page.ask("saveAgainst", **{"as": "csv"})
    assert (table["name"], table["type"]) == ("a-against-truth.csv", "text/csv")
    [row] = csv.DictReader(io.StringIO(table["bytes"].decode("utf-8-sig"), newline=""))
    assert float(row["iou"]) == pytest.approx(pair["iou"])
    report = (await page.ask("saveAgainst", **{"as": "html"}))["bytes"].decode()
    assert "a.png against truth.png" in report
    assert "data:image/jpeg" in report
    await page.open("b.png", two_discs() // 2)
    assert "data:image/jpeg" not in (await page.ask("saveAgainst", **{"as": "html"}))["bytes"].decode()


@on_a_page
async def test_the_objects_of_a_class_are_held_against_no_file(page: Page) -> None:
    await page.open("a.png")
    await add(page, 80)
    await page.ask("addClass", name="truth")
    await add(page, 80)
    await add(page, 240)
    instances = page.app.workspace.document.annotations.instances
    found = await page.ask("measureAgainst", name="", category=instances[1].category)
    assert found["source"] == "class truth"
    assert [pair["iou"] for pair in found["pairs"]] == [1.0]
    assert (len(found["missed"]), found["extra"]) == (1, [])


@on_a_page
async def test_without_a_truth_that_is_said(page: Page) -> None:
    await page.open("a.png")
    assert await code_of(page.ask("saveAgainst", **{"as": "csv"})) == "nothing-measured"
    empty = b'{"version": "5.5", "shapes": [], "imagePath": "a.png", "imageHeight": 240, "imageWidth": 320}'
    assert await code_of(page.ask("measureAgainst", name="a.json", bytes=empty, category=None)) == "no-truth"


@on_a_page
async def test_a_model_is_asked_for_the_objects_as_they_were_asked_for_and_changes_none(page: Page) -> None:
    await page.open("a.png")
    assert await code_of(page.ask("measureModel", name="nano", anew=True)) == "no-objects"
    assert await code_of(page.ask("saveModels", **{"as": "csv"})) == "nothing-measured"
    await add(page, 80)
    before = page.app.workspace.document.work
    first = await page.ask("measureModel", name="nano", anew=True)
    assert (first["count"], first["worstName"]) == (1, "object 1")
    assert first["iou"] == first["worst"] > 0.99
    again = await page.ask("measureModel", name="again", anew=False)
    assert again["iou"] == first["iou"]
    assert page.app.workspace.document.work is before

    table = await page.ask("saveModels", **{"as": "csv"})
    assert table["name"] == "a-models.csv"
    rows = list(csv.DictReader(io.StringIO(table["bytes"].decode("utf-8-sig"), newline="")))
    assert [(row["model"], row["object"]) for row in rows] == [("nano", "object 1"), ("again", "object 1")]
    assert "2 models on a.png" in (await page.ask("saveModels", **{"as": "html"}))["bytes"].decode()
    await page.ask("measureModel", name="nano", anew=True)
    assert "1 models" not in (await page.ask("saveModels", **{"as": "html"}))["bytes"].decode()
