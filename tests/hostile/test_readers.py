"""Files that ask for too much end in an error with a code, or are read, within limits that the system sets."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from build import ROOT
from tests.hostile import limited

#: What comes of each.
EXPECTED = {
    **dict.fromkeys(("deep_lists", "deep_objects", "deep_geojson", "deep_xml", "deep_project"), "too-deep"),
    **dict.fromkeys(("deep_text", "checkerboard", "noise", "zigzag", "long_outline", "label_map", "scattered_labels"), "sound"),
    **dict.fromkeys(("many_classes", "odd_types", "many_masks", "long_line", "wide_shapes", "surrogates"), "sound"),
    **dict.fromkeys(("comb", "noise_rle", "overlapping_polygons"), "sound"),
    "label_values": "mask-photo",
    "many_images_of_one_name": "which-picture",
    "many_images_of_one_id": "which-picture",
    "project_bomb": "project-too-large",
    "many_scans": "image-too-many-scans",
    "endless_png": "image-unknown",
    "huge_deep_png": "image-too-large",
    "huge_float_tiff": "sound",
}

#: What takes long to make, or to read.
LONG = ("noise", "label_values", "noise_rle", "overlapping_polygons", "huge_deep_png", "huge_float_tiff")


def outcomes(names: list[str]) -> dict[str, dict[str, Any]]:
    command = [sys.executable, "-m", "tests.hostile.limited", *names]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    return {one["name"]: one for one in map(json.loads, told.splitlines())}


@pytest.fixture(scope="module")
def short() -> dict[str, dict[str, Any]]:
    """Give what came of all that takes no time, of one process."""
    return outcomes([name for name in EXPECTED if name not in LONG])


def test_every_file_is_read() -> None:
    assert limited.cases().keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", [name for name in EXPECTED if name not in LONG])
def test_a_file_that_asks_for_too_much_is_refused_or_read(name: str, short: dict[str, dict[str, Any]]) -> None:
    assert short[name]["outcome"] == EXPECTED[name]


@pytest.mark.long
@pytest.mark.parametrize("name", LONG)
def test_a_large_file_is_refused_or_read(name: str) -> None:
    assert outcomes([name])[name]["outcome"] == EXPECTED[name]


@pytest.mark.parametrize(("width", "height"), [(4000, 3000), pytest.param(12_000, 10_000, marks=pytest.mark.long)])
def test_a_picture_of_floats_takes_no_more_than_three_times_its_pixels_and_its_file(
    tmp_path: Path, width: int, height: int
) -> None:
    command = [sys.executable, "-m", "tests.hostile.measured", str(tmp_path), str(width), str(height)]
    told = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout)
    assert told["size"] == [width, height]
    pixels = 3 * width * height / 1e6  # as they are seen
    assert told["added"] + told["file"] <= 3 * told["file"] + 3 * pixels
