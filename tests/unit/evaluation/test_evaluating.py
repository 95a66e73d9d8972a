"""The built-in model, evaluated on two drawn discs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from build import ROOT
from tabsam import cli
from tabsam.errors import EvaluationError, ModelError
from tabsam.evaluation.cases import worst
from tabsam.evaluation.evaluating import evaluate
from tabsam.evaluation.outcome import Evaluation
from tabsam.evaluation.questions import PROMPTS, Questions
from tests.support.pictures import red_disc, two_discs

NANO = str(ROOT / "models/nano")


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a picture of two discs, of which one is known, and with one that is broken."""
    folder = tmp_path_factory.mktemp("material")
    for name in ("images", "masks"):
        (folder / name).mkdir()
    labels = red_disc().astype(np.uint8) * 255
    for name in ("broken", "discs"):
        Image.fromarray(labels).save(folder / f"masks/{name}.png")
    Image.fromarray(two_discs()).save(folder / "images/discs.png")
    (folder / "images/broken.png").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def found(material: Path) -> Evaluation:
    questions = Questions(PROMPTS, scales=(1.0, 0.5), clicks=2, everything=True, everything_options={"points_per_side": 4})
    return evaluate(material, models={"tiny": NANO}, questions=questions)


def test_every_prompt_and_scale_is_asked_and_measured_at_the_pictures_size(found: Evaluation) -> None:
    series = [(one.series.prompt, one.series.scale) for one in found.summaries]
    assert series == [(prompt, scale) for prompt in ("point", "clicks", "box", "mask") for scale in (0.5, 1.0)]
    true_area = int(red_disc().sum())
    for one in found.answers:
        assert one.series.model == "tiny"
        assert one.comparison.truth_area == true_area
        assert one.comparison.iou > 0.95
    assert found.objects == 1


def test_a_click_is_in_the_middle_and_clicks_go_on_from_there(found: Evaluation) -> None:
    by = {(one.series.prompt, one.series.scale): one for one in found.answers}
    [click] = by["point", 1.0].clicks
    assert abs(click.x - 80) + abs(click.y - 120) <= 2
    assert click.label == 1
    clicked = by["clicks", 1.0]
    assert clicked.clicks[0] == click
    assert len(clicked.ious) == 2
    assert clicked.ious[-1] == clicked.comparison.iou
    assert by["clicks", 0.5].clicks[0] == click


def test_a_broken_picture_stops_no_other(found: Evaluation) -> None:
    assert found.pictures == ("discs.png",)
    [failure] = found.failures
    assert (failure.picture, failure.code) == ("broken.png", "image-unknown")


def test_everything_is_searched_for_and_scored(found: Evaluation) -> None:
    [scores] = found.found
    assert (scores.model, scores.pictures, scores.objects) == ("tiny", 1, 1)
    assert scores.finds >= 1
    assert scores.ar[100] is not None
    assert scores.ar[100] > 0.5


def test_the_worst_are_drawn(found: Evaluation) -> None:
    wanted = [(one.series, one.comparison) for one in worst(found.answers)]
    assert [(series, case.comparison) for series, case in found.cases] == wanted
    assert found.cases
    assert all(case.jpeg.startswith(b"\xff\xd8") for _, case in found.cases)


def test_where_nothing_can_be_measured_that_is_an_error(tmp_path: Path, material: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(EvaluationError, match="None of 1 pictures") as caught:
        evaluate(tmp_path, material / "masks", models=[NANO])
    assert caught.value.code == "all-failed"


def test_what_makes_no_sense_is_refused_before_anything_is_asked(material: Path) -> None:
    for wrong in ({"prompts": ("dance",)}, {"prompts": ()}, {"scales": (0.0,)}, {"clicks": 0}):
        with pytest.raises(EvaluationError) as caught:
            Questions(**wrong)
        assert caught.value.code == "questions"
    with pytest.raises(EvaluationError, match="one process or more"):
        evaluate(material, processes=0)
    with pytest.raises(ModelError):
        evaluate(material, models=["nowhere"])


def test_the_command_works_in_processes_and_says_that_a_part_failed(
    material: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    arguments = ["evaluate", str(material), "--model", NANO, "--prompt", "point", "--processes", "2", "--output", str(output)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "app")}
    command = [sys.executable, "-m", "tabsam", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 3, done.stderr
    document = json.loads(done.stdout)
    assert document["summaries"][0]["iou"] > 0.95
    assert document["failures"][0]["picture"] == "broken.png"
    assert "broken.png" in done.stderr
    assert sorted(one.name for one in output.iterdir()) == ["evaluation.csv", "evaluation.html", "evaluation.json"]
    assert cli.main(arguments) == 1
    assert "There is an evaluation in" in capsys.readouterr().err
