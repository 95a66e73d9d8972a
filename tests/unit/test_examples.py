"""The examples run as a person runs them, and what they write is what was drawn."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as pycoco

from build import ROOT
from drawing import balls, cells
from tests.support.command import environment
from tests.support.pictures import iou

FOLDER = ROOT / "examples"
BLUE_BALL = 3
"""Of ``balls()``: what the examples click on, where nothing else is said."""


def run(folder: Path, script: str, *arguments: str) -> str:
    """Run an example in a folder, and give what it says. It has no complaints, and no warnings."""
    call = [sys.executable, "-W", "error", str(FOLDER / script), *arguments]
    done = subprocess.run(call, cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=240)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_all_are_listed_and_tested() -> None:
    there = {path.name for path in FOLDER.glob("*.py")} - {"drawing.py"}
    listed = set(re.findall(r"\]\((\w+\.py)\)", (FOLDER / "README.md").read_text(encoding="utf-8")))
    tested = set(re.findall(r'run\(tmp_path, "(\w+\.py)"', Path(__file__).read_text(encoding="utf-8")))
    assert there == listed == tested


def test_one_object_is_cut_out(tmp_path: Path) -> None:
    run(tmp_path, "cut_out.py")
    cut_out = np.asarray(Image.open(tmp_path / "cut-out.png"))
    picture, labels = balls()
    inside = cut_out[..., 3] == 255
    assert iou(inside, labels == BLUE_BALL) > 0.9
    assert np.array_equal(cut_out[inside, :3], np.asarray(picture)[inside])


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools, of NumPy 2
def test_a_folder_becomes_a_data_set(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    drawn = {f"{seed}.png": balls(seed, count=3, size=(240, 320)) for seed in (3, 4)}
    for name, (picture, _) in drawn.items():
        picture.save(tmp_path / "photos" / name)
    said = run(tmp_path, "annotate_folder.py", "photos", "--class", "ball", "--points-per-side", "5", "--output", "set")
    coco = json.loads((tmp_path / "set/annotations/instances.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in coco["categories"]] == ["ball"]
    assert "3.png" in said
    for one in coco["images"]:
        name, size = Path(one["file_name"]).name, (one["height"], one["width"])
        picture, labels = drawn[name]
        assert np.array_equal(np.asarray(Image.open(tmp_path / "set/images" / name)), np.asarray(picture))
        polygons = [each["segmentation"] for each in coco["annotations"] if each["image_id"] == one["id"]]
        found = [pycoco.decode(pycoco.frPyObjects(each, *size)).any(axis=2) for each in polygons]
        assert max(iou(mask, labels == number) for mask in found for number in range(1, 4)) > 0.9


def test_cells_are_counted_and_measured(tmp_path: Path) -> None:
    said = run(tmp_path, "measure_cells.py", "--points-per-side", "8", "--um-per-pixel", "0.5")
    rows = list(csv.DictReader((tmp_path / "cells.csv").read_text(encoding="utf-8-sig").splitlines()))
    _, labels = cells()
    assert said.startswith(f"{len(rows)} cells of ")
    assert len(rows) == pytest.approx(labels.max(), abs=1)
    assert {row["class"] for row in rows} == {"cell"}
    well = 0
    for row in rows:
        number = labels[int(float(row["centroid_y_px"])), int(float(row["centroid_x_px"]))]
        assert number > 0
        well += float(row["area"]) == pytest.approx(np.count_nonzero(labels == number) * 0.5**2, rel=0.1)
    assert well >= labels.max() - 2


def test_what_was_encoded_is_decoded_elsewhere(tmp_path: Path) -> None:
    run(tmp_path, "encode_here_decode_there.py", "encode")
    assert (tmp_path / "balls.safetensors").is_file()
    said = run(tmp_path, "encode_here_decode_there.py", "decode", "--click", "302", "90")
    assert said.startswith("mask.png: ")
    assert iou(np.asarray(Image.open(tmp_path / "mask.png")) > 0, balls()[1] == BLUE_BALL) > 0.9


def test_a_model_is_measured(tmp_path: Path) -> None:
    said = run(tmp_path, "measure_model.py", "--clicks", "2")
    by_box = re.search(r"nano, box: mean IoU ([\d.]+) of 9 objects", said)
    assert by_box
    assert float(by_box[1]) > 0.9
    assert re.search(r"nano, clicks: .*, \d\.\d clicks to 0\.9$", said, re.MULTILINE)
    assert "<h2>Worst cases</h2>" in (tmp_path / "evaluation.html").read_text(encoding="utf-8")
