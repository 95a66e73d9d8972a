"""A catalogue beside a model's folder says how it is asked for everything, and nothing else does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from build import ROOT
from tabsam.errors import ModelError
from tabsam.model import native
from tabsam.model.everything.options import default_options
from tabsam.model.listed import stated_beside
from tabsam.model.option_names import NAMES, from_json, to_json
from tests.support.tiny_model import tiny_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tiny_model().save(tmp_path / "tiny")
    return tmp_path / "tiny"


def listed(folder: Path, everything: object, decoder: str = "tiny/decoder.onnx") -> None:
    entry: dict[str, Any] = {"id": "tiny", "decoder": {"url": decoder}, "everything": everything}
    parts = {"id": "parts", "decoder": {"parts": []}}
    folder.with_name("catalog.json").write_text(json.dumps({"models": [parts, entry]}), "utf-8")


def test_what_the_catalogue_states_holds_and_the_rest_is_the_familys(folder: Path) -> None:
    listed(folder, {"stabilityScoreThresh": 0.6, "boxNmsThresh": 0.5, "pointsPerSide": 8})
    segmenter = native.load(folder, threads=1)
    options = default_options(segmenter, points_per_side=4)
    assert (options.pred_iou_thresh, options.stability_score_thresh, options.box_nms_thresh) == (0.8, 0.6, 0.5)
    assert options.points_per_side == 4
    assert default_options(segmenter).points_per_side == 8


def test_the_built_in_models_own_are_those_of_the_sites_catalogue() -> None:
    catalogue = json.loads((ROOT / "models/catalog.json").read_text("utf-8"))
    (stated,) = (one["everything"] for one in catalogue["models"] if one["id"] == "nano")
    assert stated_beside(ROOT / "models/nano").everything == from_json(stated)
    assert {"pred_iou_thresh", "stability_score_thresh"} <= set(from_json(stated))


@pytest.mark.parametrize(
    "text", [None, "[", "[]", "{}", '{"models": 3}', '{"models": ["tiny"]}', '{"models": [{"decoder": "x"}]}']
)
def test_a_file_that_is_no_catalogue_says_nothing(folder: Path, text: str | None) -> None:
    if text is not None:
        folder.with_name("catalog.json").write_text(text, "utf-8")
    assert stated_beside(folder).everything == {}


def test_another_models_options_are_not_taken(folder: Path) -> None:
    listed(folder, {"predIouThresh": 0.1}, decoder="other/decoder.onnx")
    assert stated_beside(folder).everything == {}


@pytest.mark.parametrize("everything", [0.7, {"predIouThreshold": 0.7}, {"predIouThresh": "0.7"}, {"pointsPerSide": 0}])
def test_options_that_are_none_are_refused(folder: Path, everything: object) -> None:
    listed(folder, everything)
    with pytest.raises(ModelError, match="'everything' of this model are not options of the search") as caught:
        native.load(folder, threads=1)
    assert caught.value.code == "catalog-invalid"


@pytest.mark.parametrize("share", [-0.1, 0.3, "2 %", True])
def test_shares_that_are_none_are_refused(folder: Path, share: object) -> None:
    entry = {"id": "tiny", "decoder": {"url": "tiny/decoder.onnx"}, "tidy": share}
    folder.with_name("catalog.json").write_text(json.dumps({"models": [entry]}), "utf-8")
    with pytest.raises(ModelError) as caught:
        stated_beside(folder)
    assert caught.value.code == "catalog-invalid"


def test_names_go_there_and_back() -> None:
    own = {"pred_iou_thresh": 0.7, "points_per_side": 16, "stability_score_offset": 1.0}
    assert to_json(own) == {"predIouThresh": 0.7, "pointsPerSide": 16}
    assert from_json(to_json(own)) == {"pred_iou_thresh": 0.7, "points_per_side": 16}
    with pytest.raises(KeyError):
        from_json({"predIouThreshold": 0.7})
    assert len(set(NAMES.values())) == len(NAMES)


def test_masks_end_where_the_catalogue_says(folder: Path) -> None:
    assert native.load(folder, threads=1).edges == "decoded"
    assert native.load(folder, threads=1).tidy == 0
    entry = {"id": "tiny", "decoder": {"url": "tiny/decoder.onnx"}, "edges": "follow", "tidy": 0.01}
    folder.with_name("catalog.json").write_text(json.dumps({"models": [entry]}), "utf-8")
    assert native.load(folder, threads=1).edges == "follow"
    assert native.load(folder, threads=1).tidy == 0.01
    assert stated_beside(ROOT / "models/nano").tidy == 0.002
    assert stated_beside(ROOT / "models/nano").edges == "follow"


def test_edges_that_are_none_are_refused(folder: Path) -> None:
    entry = {"id": "tiny", "decoder": {"url": "tiny/decoder.onnx"}, "edges": "sharp"}
    folder.with_name("catalog.json").write_text(json.dumps({"models": [entry]}), "utf-8")
    with pytest.raises(ModelError) as caught:
        stated_beside(folder)
    assert caught.value.code == "catalog-invalid"
