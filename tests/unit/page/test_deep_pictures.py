"""Pictures of more than 8 bits, of several bands, on a map: what the page is told of them, and what it can ask."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.support.asking import Page, code_of, on_a_page
from tests.support.tiffs import grey

FILES = Path(__file__).parents[2] / "data"


async def opened(on: Page, name: str, **options: Any) -> Any:
    return await on.ask("open", name=Path(name).name, bytes=(FILES / name).read_bytes(), **options)


@on_a_page
async def test_a_deep_picture_is_shown_by_python_and_by_its_own_values(page: Page) -> None:
    view = await opened(page, "pictures/rgb16_12bit.png")
    assert view["depth"] == {"low": 0, "high": 4095}
    assert any("preview" in one for one in page.progress)  # the browser would show it black
    half = await page.ask("develop", low=0.0, high=0.5)
    with Image.open(io.BytesIO(half["bytes"])) as image:
        assert np.asarray(image)[-1, 30:].min() >= 250
    assert await code_of(page.ask("develop", low=0.5, high=0.5)) == "bad-request"
    assert (await opened(page, "pictures/o6.jpeg"))["depth"] is None
    assert await code_of(page.ask("develop", low=0.0, high=0.5)) == "not-deep"


@on_a_page
async def test_bands_are_chosen_and_the_work_stays(page: Page) -> None:
    view = await opened(page, "pictures/u8_5band.tif")
    assert view["bands"] == {"names": ["red", "green", "blue", "band 4", "band 5"], "shown": [0, 1, 2]}
    await page.ask("addClass", name="leaf")
    key = view["image"]["key"]
    view = await opened(page, "pictures/u8_5band.tif", bands=[4], again=True)
    assert (view["bands"]["shown"], view["image"]["key"]) == ([4], key)
    assert view["encoded"]["pictures"] == 2  # the model gets other pixels


@on_a_page
async def test_a_stacks_page_says_what_it_is(page: Page) -> None:
    view = await opened(page, "pictures/imagej_2ch.tif", page=1)
    assert view["pages"] == {"at": 1, "of": 2, "label": "channel 2"}


@on_a_page
async def test_a_map_places_itself_and_that_can_be_undone(page: Page) -> None:
    keys = (1, 1, 0, 1, 3072, 0, 1, 32633)
    data = grey(bytes(3200), 80, 40, 8, t33550=(10.0, 10.0, 0.0), t33922=(0.0, 0.0, 0.0, 500.0, 900.0, 0.0), t34735=keys)
    view = await page.ask("open", name="map.tif", bytes=data)
    assert view["worldFile"] == pytest.approx([10, 0, 0, -10, 505, 895])
    assert view["epsg"] == 32633
    assert (await page.ask("undo"))["worldFile"] is None
    view = await page.ask("open", name="map.tif", bytes=data)
    assert view["worldFile"] is None  # somebody wanted it so


@on_a_page
async def test_the_browsers_pixels_are_taken_where_python_has_none(page: Page) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), (9, 8, 7)).save(buffer, "PNG")
    heic = (FILES / "pictures/heic.heic").read_bytes()
    assert await code_of(page.ask("open", name="a.heic", bytes=heic)) == "image-unsupported"
    view = await page.ask("open", name="a.heic", bytes=heic, decoded=buffer.getvalue())
    assert (view["image"]["width"], view["image"]["height"]) == (30, 20)


@on_a_page
async def test_a_mask_is_looked_at_and_read_as_somebody_says(page: Page) -> None:
    await opened(page, "pictures/xmp6.jpg")
    mask = (FILES / "masks/inverted.png").read_bytes()
    assert await page.ask("lookAtMask", bytes=mask) == {"kind": "white", "kinds": ["white", "black", "labels"]}
    given: dict[str, Any] = {"name": "mask.png", "bytes": mask, "as": "objects"}
    done = await page.ask("importFile", **given, kind="black")
    assert [one["area"] for one in done["view"]["objects"]["list"]] == [200]
    await page.ask("undo")
    category = (await page.ask("addClass", name="road"))["category"]
    await page.ask("changeClass", id=category, color="#800000")
    done = await page.ask("importFile", name="c.png", bytes=(FILES / "masks/rgb.png").read_bytes(), **{"as": "objects"})
    assert done["added"] == 2
    assert category in [one["category"] for one in done["view"]["objects"]["list"]]
