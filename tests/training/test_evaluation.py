"""Clicks simulated on a model that knows the answer, and on the built-in one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

from tabsam.arrays import BoolArray
from tabsam_training import evaluation
from tabsam_training.__main__ import main
from tabsam_training.errors import TrainingError
from tabsam_training.evaluation import Answer, Sample
from tests.training.conftest import NANO


class Oracle:
    """Stands for a segmenter: knows the object, and draws what it is told to."""

    def __init__(self, *answers: list[BoolArray]) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def set_image(self, image: Image.Image) -> None:
        self.image = image

    def predict(self, points: Any = None, labels: Any = None, box: Any = None, mask: Any = None) -> list[Any]:
        self.asked.append({"points": list(points or ()), "labels": list(labels or ()), "box": box, "mask": mask})
        masks = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [Drawn(one) for one in masks]


class Drawn:
    def __init__(self, mask: BoolArray) -> None:
        self._mask = mask
        self.logits = mask

    def mask(self) -> BoolArray:
        return self._mask


def sample() -> Sample:
    known = np.zeros((20, 30), bool)
    known[5:15, 10:20] = True
    return Sample(Image.new("RGB", (30, 20)), known, np.ones_like(known))


def ask(oracle: Oracle, one: Sample) -> Answer:
    return evaluation.ask(cast(Any, oracle), one)


def test_the_first_click_is_the_deepest_pixel_and_the_box_is_exact() -> None:
    one = sample()
    oracle = Oracle([one.object])
    answer = ask(oracle, one)
    assert oracle.asked[0]["box"] == [10, 5, 20, 15]
    assert oracle.asked[1]["points"] == [(14.5, 9.5)]
    assert answer == Answer((1.0,) * 8, 1.0, 1.0)
    assert len(oracle.asked) == 2  # nothing is left to be said


def test_the_next_click_is_in_the_larger_error_and_takes_the_answer_along() -> None:
    one = sample()
    half, wide = one.object.copy(), one.object.copy()
    half[:, 16:] = False
    wide[:, 20:29] = one.object[:, 11:20]
    oracle = Oracle([one.object], [half, one.object], [wide], [one.object])
    answer = ask(oracle, one)
    first, second, third = oracle.asked[1:]
    assert first["mask"] is None
    assert second["labels"] == [1, 1]
    assert second["mask"] is half
    assert third["labels"] == [1, 1, 0]
    assert third["points"][2][0] > 20
    assert answer.clicks[:3] == pytest.approx((0.6, 100 / 190, 1.0))
    assert answer.best_of_three == 1.0


def test_scores_are_means_and_clicks_to_85() -> None:
    never, soon = Answer((0.5,) * 8, 0.4, 0.6), Answer((0.5, 0.9, *(0.9,) * 6), 0.8, 0.8)
    scores = evaluation.scores([never, soon])
    assert scores.pictures == 2
    assert scores.iou == pytest.approx({1: 0.5, 2: 0.7, 3: 0.7, 5: 0.7, 8: 0.7})
    assert (scores.box, scores.best_of_three, scores.noc85) == pytest.approx((0.6, 0.7, 5.0))


def test_a_picture_without_a_mask_is_named(held_out: Path, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/alone.png").write_bytes((held_out / "images/drawn-0.png").read_bytes())
    with pytest.raises(TrainingError, match=r"alone\.png has no mask") as caught:
        list(evaluation.samples(tmp_path))
    assert caught.value.code == "data-wrong"


def test_the_built_in_model_finds_drawn_shapes(held_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(NANO), str(held_out), "--threads", "1"]) == 0
    *_, row = capsys.readouterr().out.strip().splitlines()
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[0] == f"{held_out.name} (2)"
    assert float(cells[3]) > 0.8  # after three clicks


def test_the_command_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(NANO), str(tmp_path)]) == 1
    assert "tabsam_training: There are no pictures in" in capsys.readouterr().err
    assert main(["pack", str(tmp_path), str(tmp_path / "data")]) == 1
    assert "None of the listed photos" in capsys.readouterr().err


def test_help_tells_the_whole_story(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    for step in ("fetch", "pack", "train", "export", "evaluate", "everything"):
        assert f"tabsam_training {step}" in said


def test_a_tiny_run_is_trained_and_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["train", "--tiny", "--steps", "1", "-", str(tmp_path / "run")]
    assert main(arguments) == 0
    assert "step 1" in capsys.readouterr().out
    assert main(arguments) == 1
    assert "Go on with --resume" in capsys.readouterr().err
    assert main([*arguments, "--resume"]) == 0
