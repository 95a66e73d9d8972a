"""Files that ask for too much end in an error with a code, or are read, within limits that the system sets."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from build import ROOT
from tests.hostile import limited
from tests.hostile.large_pictures import KINDS, MASKS

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
    "many_samples": "image-corrupt",
    "wide_tile": "image-too-large",
    "wide_mask": "not-a-mask",
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


def sizes_of(folder: Path, width: int, height: int, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    command = [sys.executable, "-m", "tests.hostile.measured", str(folder), str(width), str(height), *names]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    return {one.pop("name"): one for one in map(json.loads, told.splitlines())}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Give what came of pictures of 12 megapixels, each within its own limit of memory."""
    return sizes_of(tmp_path_factory.mktemp("large"), 4000, 3000, [*KINDS, *MASKS])


@pytest.mark.parametrize("name", KINDS)
def test_a_picture_takes_no_more_than_three_times_its_pixels_and_its_file(name: str, large: dict[str, dict[str, Any]]) -> None:
    assert large[name] == {"outcome": "sound", "size": [3000, 4000] if "on its side" in name else [4000, 3000]}


@pytest.mark.parametrize("name", MASKS)
def test_a_mask_takes_no_more_than_three_times_its_pixels_and_its_file(name: str, large: dict[str, dict[str, Any]]) -> None:
    assert large[name] == {"outcome": "sound", "objects": 3}


@pytest.mark.long
@pytest.mark.parametrize("name", ["a TIFF in L*a*b*", "a TIFF with associated transparency", "a grey TIFF of floats on its side"])
def test_so_does_the_largest(name: str, tmp_path: Path) -> None:
    assert sizes_of(tmp_path, 12_000, 10_000, [name])[name]["outcome"] == "sound"
