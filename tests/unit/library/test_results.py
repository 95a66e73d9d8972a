"""What the library gives becomes anything that a mask can be, and goes through steps that are put together."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as pycoco

from tabsam.errors import FormatError, PromptError
from tabsam.formats.shared import rle
from tabsam.geometry import raster
from tabsam.geometry.counts import mask_of_counts
from tabsam.library.pipeline import (
    Pipeline,
    closing,
    growing,
    hole_filling,
    island_removal,
    opening,
    simplification,
    smoothing,
)
from tabsam.library.result import Found, Result
from tabsam.library.saving import annotations_of
from tabsam.library.segmenter import SyncSegmenter
from tabsam.model import native
from tabsam.model.everything.options import EverythingOptions
from tests.support.pictures import iou, red_disc, two_discs
from tests.support.tiny_model import tiny_model

HEIGHT, WIDTH = 120, 160
RED_DISC = red_disc(HEIGHT, WIDTH)


@pytest.fixture(scope="module")
def tiny() -> Iterator[SyncSegmenter]:
    model = tiny_model()
    with SyncSegmenter(native.load_pair(model.encoder, model.decoder)) as segmenter:
        segmenter.set_image(two_discs(HEIGHT, WIDTH), name="discs.jpg")
        yield segmenter


@pytest.fixture(scope="module")
def result(tiny: SyncSegmenter) -> Result:
    return tiny.predict([[40, 60]])[0]


@pytest.fixture(scope="module")
def found(tiny: SyncSegmenter) -> list[Found]:
    return tiny.everything(options=EverythingOptions(points_per_side=4, pred_iou_thresh=0.5, stability_score_thresh=0.5))


def test_it_is_a_picture_of_pillows(result: Result) -> None:
    assert result.pil().mode == "L"
    assert (np.asarray(result.pil()) == result.mask() * 255).all()


def test_it_is_run_lengths_as_pycocotools_has_them(result: Result) -> None:
    theirs = pycoco.encode(np.asfortranarray(result.mask().astype(np.uint8)))
    ours = result.rle()
    assert ours == {"size": theirs["size"], "counts": theirs["counts"].decode()}
    counts = result.rle(compressed=False)["counts"]
    assert isinstance(counts, list)
    assert sum(counts) == HEIGHT * WIDTH
    assert sum(counts[1::2]) == result.mask().sum()


def test_it_is_polygons(result: Result) -> None:
    ((boundary,),) = result.polygons()
    assert boundary.shape[1] == 2
    assert (boundary[0] == boundary[-1]).all()
    assert len(result.polygons(tolerance=2)[0][0]) < len(boundary) < len(result.polygons(tolerance=0)[0][0])


@pytest.mark.parametrize("suffix", [".png", ".svg", ".json", ".geojson", ".csv", ".npy", ".xml", ".gpkg"])
def test_its_files_suffix_tells_the_format(result: Result, found: list[Found], tmp_path: Path, suffix: str) -> None:
    for number, one in enumerate((result, found[0])):
        path = one.save(tmp_path / f"{number}{suffix.upper()}")
        assert path.stat().st_size > 100


def test_what_is_saved_is_the_mask(result: Result, tmp_path: Path) -> None:
    result.save(tmp_path / "mask.png")
    with Image.open(tmp_path / "mask.png") as saved:
        assert (np.asarray(saved.convert("L")) == result.mask() * 255).all()
        assert "tabsam: edges as decoded" in json.dumps(saved.info)
    result.save(tmp_path / "mask.npy")
    assert (np.load(tmp_path / "mask.npy") == result.mask()).all()
    coco = json.loads(result.save(tmp_path / "discs.json", format="coco-rle", category="disc").read_text())
    assert coco["categories"][0]["name"] == "disc"
    (one,) = coco["annotations"]
    size, counts = one["segmentation"]["size"], rle.decompress(one["segmentation"]["counts"])
    assert iou(mask_of_counts(counts, size), result.mask()) > 0.98
    assert abs(one["score"] - result.iou_prediction) < 1e-3


def test_a_folder_gets_a_file_of_the_pictures_name(result: Result, tmp_path: Path) -> None:
    assert result.save(tmp_path).name == "discs-mask.png"
    assert result.save(tmp_path, format="cutout-png").name == "discs-cutout.png"
    assert result.save(tmp_path, format="labelme").name == "discs.json"


@pytest.mark.parametrize(("name", "wishes"), [("mask", {}), ("mask.jpg", {}), ("mask.png", {"format": "jpeg"})])
def test_a_format_that_is_none_is_told(result: Result, tmp_path: Path, name: str, wishes: dict[str, Any]) -> None:
    with pytest.raises(FormatError) as caught:
        result.save(tmp_path / name, **wishes)
    assert caught.value.code == "unknown-format"
    assert not list(tmp_path.iterdir())


def test_finds_go_into_one_file_together(found: list[Found]) -> None:
    together = annotations_of(found, found[0].picture, "thing")
    assert [one.score for one in together.instances] == [one.predicted_iou for one in found]
    assert {one.category for one in together.instances} == {1}


def test_steps_are_done_one_after_the_other(result: Result, found: list[Found]) -> None:
    for one in (result, found[0]):
        grown = one.shaped(growing(3))
        assert grown.mask().sum() > one.mask().sum() * 1.1
        back = grown.shaped(growing(-3))
        assert iou(back.mask(), one.mask()) > 0.97
        assert back.pipeline.steps == (("grow", 3), ("grow", -3))
        assert (raster.fill(back.outline(), (HEIGHT, WIDTH)) == back.mask()).all()


def test_a_shape_of_several_parts_is_cleaned(tiny: SyncSegmenter) -> None:
    both = tiny.predict([[40, 60], [120, 60]], tidy=0)[0]
    assert len(both.polygons()) == 2
    area = float(RED_DISC.sum())
    assert len(both.shaped(island_removal(area * 0.9)).polygons()) == 2
    assert len(both.shaped(island_removal(area * 2)).polygons()) == 1
    joined = both.shaped(closing(30) | smoothing(2) | simplification(1))
    assert len(joined.polygons()) == 1
    assert not joined.shaped(opening(60)).mask().any()


def test_holes_are_filled(tiny: SyncSegmenter) -> None:
    ground = tiny.predict([[80, 5]], tidy=0)[0]
    ((_, *holes), *_) = ground.polygons()
    assert len(holes) == 2
    assert ground.shaped(hole_filling()).mask().all()
    assert (ground.shaped(hole_filling(10)).mask() == ground.shaped(Pipeline((("open", 0),))).mask()).all()


def test_steps_are_read_from_a_text() -> None:
    steps = opening(2) | hole_filling() | smoothing(1.5) | simplification(0.5)
    assert Pipeline.read("open 2, fill-holes, smooth=1.5, simplify 0.5") == steps
    assert Pipeline.read(str(steps)) == steps
    assert not Pipeline.read(" ")


@pytest.mark.parametrize(
    ("text", "code"), [("melt 3", "pipeline-step"), ("open", "radius"), ("open wide", "radius"), ("smooth -1", "radius")]
)
def test_steps_that_mean_nothing_are_told(text: str, code: str) -> None:
    with pytest.raises(PromptError) as caught:
        Pipeline.read(text)
    assert caught.value.code == code
    with pytest.raises(PromptError):
        smoothing(math.nan)


def test_how_it_was_made_is_written_down(result: Result) -> None:
    assert result.shaped(opening(2) | hole_filling()).made == "tabsam: edges as decoded; open 2, fill-holes"
