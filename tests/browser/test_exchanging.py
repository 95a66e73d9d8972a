"""What goes out and comes in between the page and other programs: map coordinates, prompts from files, the clipboard."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver import Keys

from build import SiteServer
from tests.support.page import Page
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.raster import rasterised, svg_rings

FACE = (230, 150)

NORTH_UP = "0.5\n0\n0\n-0.5\n400000.25\n5599999.75\n"  # (0, 0), the picture's outer corner, is at (400000, 5600000)
NUMBERS = [0.5, 0, 0, -0.5, 400000.25, 5599999.75]

PASTE = """
const data = new DataTransfer();
data.setData('text/plain', arguments[1]);
arguments[0].dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }));
"""

READ_CLIPBOARD = """
const [type, done] = arguments;
(async () => {
  const [item] = await navigator.clipboard.read();
  const bytes = new Uint8Array(await (await item.getType(type)).arrayBuffer());
  return { types: item.types, data: btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), '')) };
})().then(done, (error) => done({ error: String(error) }));
"""


@pytest.fixture
def discs(page: Page, server: SiteServer) -> Page:
    """Give the page with a new picture of two discs."""
    page.visit(server.url)
    page.open_picture(encoded(two_discs()), "discs.png")
    return page


def box_of_the_red_disc() -> list[int]:
    y, x = np.nonzero(red_disc())
    return [int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1]


def geojson(*boxes: Sequence[float]) -> bytes:
    """Write rectangles, in pixels."""
    rings = [[[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]] for x0, y0, x1, y1 in boxes]
    features = [{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}} for ring in rings]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def choose_from_menu(page: Page, selector: str) -> None:
    page.find("#export-formats").click()
    page.wait_until(lambda: page.find(selector).is_displayed(), "the menu")
    page.find(selector).click()


def open_map(page: Page) -> None:
    choose_from_menu(page, "[data-role=map]")
    page.wait_until(lambda: page.find("#map").is_displayed(), "the question where the picture lies")


def exported_corners(page: Page) -> list[list[float]]:
    text = page.driver.execute_async_script(
        "window.tabsam.exportObjects('geojson').then(({ file }) => file.text()).then(arguments[0])"
    )
    corners: list[list[float]] = json.loads(text)["features"][0]["geometry"]["coordinates"][0]
    return corners


def take(page: Page, data: bytes, name: str, tmp_path: Path, choice: str) -> None:
    """Choose a file in the browser's own dialog, and then what it is to become."""
    path = tmp_path / name
    path.write_bytes(data)
    page.find("#import-file").send_keys(str(path))
    button = f"#import-dialog [value={choice}]"
    page.wait_until(lambda: page.find(button).is_displayed(), "the question")
    assert page.find("#import-name").text == name
    page.find(button).click()


# ---- The map -------------------------------------------------------------------------------------------------------------


def test_geojson_is_on_the_map_by_six_numbers_that_are_pasted(discs: Page) -> None:
    discs.click(80, 120)
    discs.call("accept")
    in_pixels = exported_corners(discs)
    open_map(discs)
    assert not discs.find("#map-clear").is_displayed()
    discs.js(PASTE, discs.find("#map-c"), NORTH_UP)
    discs.find("#map-set").click()
    discs.wait_until(lambda: discs.state()["worldFile"] == NUMBERS, "the picture to lie on the map")
    discs.wait_until(lambda: not discs.find("#map").is_displayed(), "the question to go")
    on_map = [[400000 + x / 2, 5600000 - y / 2] for x, y in in_pixels]
    apart = np.hypot(*(np.array(exported_corners(discs))[:, np.newaxis] - np.array(on_map)).transpose(2, 0, 1))
    assert apart.shape[0] == apart.shape[1]
    assert max(apart.min(axis=0).max(), apart.min(axis=1).max()) <= 1e-3  # pixels are written to a thousandth

    open_map(discs)
    assert discs.find("#map-c").get_property("value") == "400000.25"
    discs.find("#map-clear").click()
    discs.wait_until(lambda: discs.state()["worldFile"] is None, "pixels again")
    assert exported_corners(discs) == in_pixels
    discs.call("undo")
    assert discs.state()["worldFile"] == NUMBERS


def test_numbers_that_place_no_picture_are_refused_where_they_are_typed(discs: Page) -> None:
    open_map(discs)
    for field, text in zip("adbecf", ["0.5", "0", "0", "south", "400000.25", "5599999.75"], strict=True):
        discs.find(f"#map-{field}").send_keys(text)
    discs.press(Keys.ENTER)
    discs.wait_until(lambda: "'south' is no number" in discs.find("#map-said").text, "what is wrong")
    discs.find("#map-e").clear()
    discs.find("#map-e").send_keys("0", Keys.ENTER)
    discs.wait_until(lambda: "all of it would lie on a line" in discs.find("#map-said").text, "what is wrong now")
    assert discs.messages() == []
    assert discs.state()["worldFile"] is None
    discs.find("#map-e").clear()
    discs.find("#map-e").send_keys("-0,5", Keys.ENTER)
    discs.wait_until(lambda: discs.state()["worldFile"] == NUMBERS, "the picture to lie on the map")


# ---- Prompts from files --------------------------------------------------------------------------------------------------


def test_objects_of_a_file_are_asked_of_the_model_by_their_boxes(discs: Page, tmp_path: Path) -> None:
    box = box_of_the_red_disc()
    take(discs, geojson(box, [180, 60, 300, 180]), "boxes.geojson", tmp_path, "prompts")
    discs.wait_until(lambda: len(discs.state()["objects"]) == 2 and discs.phase == "idle", "the objects")
    one, other = discs.state()["objects"]
    assert one["asks"]
    assert other["asks"]
    assert one["vertices"] > 4, "the rectangle of the file, and not what the model found in it"
    assert one["area"] == pytest.approx(np.count_nonzero(red_disc()), rel=0.1)
    discs.call("objects.reopen", one["id"])
    assert discs.state()["box"] == box
    discs.call("undo")
    discs.call("undo")
    assert discs.state()["objects"] == []


def test_a_mask_is_taken_up_by_the_model(discs: Page, tmp_path: Path) -> None:
    mask = red_disc()
    mask[:, :80] = False  # half of it
    take(discs, encoded(np.where(mask, 255, 0).astype(np.uint8)), "half.png", tmp_path, "prompts")
    discs.wait_until(lambda: discs.state()["candidates"] and discs.phase == "idle", "an answer")
    state = discs.state()
    assert (state["objects"], state["points"], state["box"]) == ([], [], None)
    assert iou(discs.mask(), mask) > 0.9


# ---- The clipboard -------------------------------------------------------------------------------------------------------


@pytest.fixture
def clipboard(cat: Page, server: SiteServer) -> Page:
    """Give the page with a mask, allowed to use the clipboard."""
    granted = {"origin": server.url.rstrip("/"), "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    cat.cdp("Browser.grantPermissions", **granted)
    cat.click(*FACE)
    return cat


def copied(page: Page, kind: str, media_type: str, said: str) -> bytes:
    """Copy by the menu; return what other programs get."""
    choose_from_menu(page, f"[data-copy='{kind}']")
    page.wait_until(lambda: any(said in text for text in page.messages()), "the page to say so")
    answer: dict[str, Any] = page.driver.execute_async_script(READ_CLIPBOARD, media_type)
    assert answer.get("types") == [media_type], answer
    return base64.b64decode(answer["data"])


def test_the_cut_out_is_copied_as_a_picture(clipboard: Page, samples: Mapping[str, bytes]) -> None:
    pasted = Image.open(io.BytesIO(copied(clipboard, "cutout-png", "image/png", "The cut-out is on the clipboard.")))
    pixels, mask = np.asarray(pasted.convert("RGBA")), clipboard.mask()
    np.testing.assert_array_equal(pixels[..., 3], np.where(mask, 255, 0))
    picture = np.asarray(Image.open(io.BytesIO(samples["chelsea.png"])).convert("RGB"))
    np.testing.assert_array_equal(pixels[mask][:, :3], picture[mask])


def test_the_outline_is_copied_as_text(clipboard: Page) -> None:
    text = copied(clipboard, "svg", "text/plain", "The outline is on the clipboard, as SVG.")
    assert text == clipboard.export("svg")
    rings, size = svg_rings(text)
    assert iou(rasterised(rings, size), clipboard.mask()) > 0.995


# ---- Which picture, and what comes out ----------------------------------------------------------------------------------


def test_which_of_two_pictures_is_meant_is_asked_and_a_box_alone_is_asked_of_the_model(
    page: Page, server: SiteServer, tmp_path: Path
) -> None:
    page.load(server.url)  # beside the pictures of other tests the file would be a data set
    page.open_picture(encoded(two_discs()), "discs.png")
    discs = page
    height, width = red_disc().shape
    images = [{"id": id, "file_name": f"{place}/discs.png", "height": height, "width": width} for id, place in enumerate("ab")]
    left, top, right, bottom = box_of_the_red_disc()
    one = {"image_id": 1, "category_id": 1, "bbox": [left, top, right - left, bottom - top]}
    coco = {"images": images, "annotations": [one], "categories": [{"id": 1, "name": "disc"}]}
    take(discs, json.dumps(coco).encode(), "two.json", tmp_path, "boxes")
    discs.wait_until(lambda: discs.find("#which-picture").is_displayed(), "the question which picture it is")
    assert "several pictures that may be 'discs.png'" in discs.find("#which-picture-said").text
    assert discs.state()["objects"] == []
    discs.find("#which-picture-choices").send_keys("b")
    discs.press(Keys.TAB)
    discs.press(Keys.ENTER)
    discs.wait_until(lambda: len(discs.state()["objects"]) == 1 and discs.phase == "idle", "the object")
    (found,) = discs.state()["objects"]
    assert found["asks"]
    assert found["vertices"] > 4, "the box of the file, and not what the model found in it"

    discs.find("#export-formats").click()
    line = "[data-export='objects:coco'] .menu-note"
    discs.wait_until(lambda: "holes joined" in discs.find(line).text, "what COCO holds")
    discs.wait_until(lambda: re.search(r" IoU (0\.9\d\d|1\.000)$", discs.find(line).text), "the IoU of this very document")
    assert not discs.find("[data-export='objects:geojson-lonlat']").is_enabled()
    assert discs.rect("#export-menu")[0] >= 0, "the menu begins left of the window"


# ---- Other programs' files -----------------------------------------------------------------------------------------------


def test_a_cvat_file_comes_in_and_goes_out_as_one_and_as_a_database(discs: Page, tmp_path: Path) -> None:
    shape = '<polygon label="disc" occluded="1" points="40,80;120,80;120,160;40,160" z_order="0">'
    polygon = f'{shape}<attribute name="age">7</attribute></polygon>'
    image = f'<image id="0" name="discs.png" width="320" height="240">{polygon}</image>'
    take(discs, f"<annotations><version>1.1</version>{image}</annotations>".encode(), "annotations.xml", tmp_path, "objects")
    discs.wait_until(lambda: len(discs.state()["objects"]) == 1, "the object")
    choose_from_menu(discs, "[data-export='objects:cvat']")
    text = discs.saved_file(".xml").read_text(encoding="utf-8")
    assert 'occluded="1"' in text
    assert '<attribute name="age">7</attribute>' in text
    choose_from_menu(discs, "[data-export='objects:geopackage']")
    assert discs.saved_file(".gpkg").read_bytes().startswith(b"SQLite format 3")
