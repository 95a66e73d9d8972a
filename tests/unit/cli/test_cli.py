"""The shell command, run for real."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from build import ROOT
from tabsam import cli
from tabsam.formats.datasets import read, write
from tabsam.formats.datasets.listing import file_listing
from tabsam.formats.datasets.outgoing import Options
from tabsam.formats.datasets.sinks import FolderSink
from tests.support.annotated import SIZE
from tests.support.datasets import files_of, four_pictures, picture_bytes
from tests.support.dialect_models import EXPORTS
from tests.support.pictures import two_discs

MODEL = ["--model", str(ROOT / "models/nano")]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "discs.png"
    Image.fromarray(two_discs()).save(path)
    return path


def test_it_writes_a_mask_beside_the_picture(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["segment", str(picture), *MODEL, "--point", "80,120", "--background", "240,120"]) == 0
    mask = np.asarray(Image.open(picture.with_name("discs-mask.png")))
    assert mask.shape == (240, 320)
    assert (mask[120, 80], mask[120, 240]) == (255, 0)
    assert capsys.readouterr().out.splitlines()[0].startswith("1  IoU prediction 0.")


def test_a_box_and_another_format_and_place(picture: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.svg"
    assert cli.main(["segment", str(picture), *MODEL, "--box", "20,60,140,180", "--format", "svg", "--output", str(output)]) == 0
    assert output.read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([*MODEL], "There is no point, box or mask to go by."),
        ([*MODEL, "--point", "80,120", "--candidate", "4"], "there is no candidate 4"),
        (["--model", "nowhere", "--point", "1,1"], "There is no model called 'nowhere'"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    picture: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["segment", str(picture), *arguments]) == 1
    assert sentence in capsys.readouterr().err


def test_a_missing_picture_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["segment", "no/such.png", *MODEL, "--point", "1,1"]) == 1
    assert "no/such.png: No such file or directory" in capsys.readouterr().err


def test_numbers_that_are_none_are_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["segment", "x.png", *MODEL, "--point", "1"]) == 2
    assert "'1' is not X,Y" in capsys.readouterr().err


@pytest.fixture
def rectlabel(tmp_path: Path) -> list[str]:
    """Give a model whose decoder hands the single-mask token's mask on."""
    folder, export = tmp_path / "rectlabel", EXPORTS["sam2-rectlabel"]
    folder.mkdir()
    folder.joinpath("encoder.onnx").write_bytes(export.encoder_bytes())
    folder.joinpath("decoder.onnx").write_bytes(export.decoder_bytes())
    return ["--model", str(folder)]


def test_the_single_mask_is_taken_and_named(picture: Path, rectlabel: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["segment", str(picture), *rectlabel, "--point", "80,120", "--all-candidates", "--single-mask"]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert [line[0] for line in lines[:4]] == ["1", "2", "3", "4"]
    assert lines[3].endswith("  single mask <-")
    assert said.err == ""


def test_a_model_without_the_single_mask_says_so(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["segment", str(picture), *MODEL, "--point", "80,120", "--single-mask"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[0].endswith(" <-")
    assert "leaves the single-mask token out" in said.err


def test_candidates_keep_their_numbers_when_some_are_left_out(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["segment", str(picture), *MODEL, "--box", "20,60,140,180", "--all-candidates", "--candidate", "2"]) == 0
    every = capsys.readouterr().out.splitlines()
    assert [line[0] for line in every[:3]] == ["1", "2", "3"]
    assert every[1].endswith("<-")
    same = [line for line in every[:3] if "nearly the same as" in line]
    assert (f"{3 - len(same)} of 3 masks differ" in every) == bool(same)
    assert cli.main(["segment", str(picture), *MODEL, "--box", "20,60,140,180", "--candidate", "2"]) == 0
    some = capsys.readouterr().out.splitlines()
    assert next(line for line in some if line.startswith("2")) == every[1]


def test_one_cannot_take_two_candidates(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["segment", str(picture), *MODEL, "--point", "80,120", "--single-mask", "--candidate", "2"]) == 2
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.parametrize("output", ["out", "out.zip"])
def test_a_data_set_is_converted(output: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(four_pictures(), "coco", FolderSink(tmp_path / "coco"))
    target = tmp_path / output
    command = ["convert", str(tmp_path / "coco"), "--to", "yolo", "--output", str(target), "--val-share", "0.5", "--seed", "2"]
    assert cli.main(command) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == (f"{target}\n", "")
    names = zipfile.ZipFile(target).namelist() if target.is_file() else [
        path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()
    ]  # fmt: skip
    assert sorted(names) == sorted(files_of(four_pictures(), "yolo", Options(val_share=0.5, seed=2)))
    assert cli.main(command) == 1
    assert "already" in capsys.readouterr().err


def test_what_is_not_taken_of_a_data_set_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(four_pictures(), "coco", FolderSink(tmp_path / "all"), Options(pictures=False))
    pictures = tmp_path / "photos"
    pictures.mkdir()
    pictures.joinpath("street.jpg").write_bytes(picture_bytes(SIZE, format="JPEG"))
    source = tmp_path / "all/annotations/instances.json"
    arguments = ["--to", "tabsam", "--output", str(tmp_path / "a.tabsam"), "--pictures", str(pictures)]
    assert cli.main(["convert", str(source), *arguments]) == 0
    sentence = "tabsam: instances.json: there is no picture 'a/street.png'; its annotations were left out."
    assert sentence in capsys.readouterr().err.splitlines()
    assert [one.path for one in read(file_listing(tmp_path / "a.tabsam")).dataset.pictures] == ["street.jpg"]


def test_several_data_sets_in_one_place_have_to_be_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("coco", "labelme"):
        write(four_pictures(), name, FolderSink(tmp_path / name))
    command = ["convert", str(tmp_path), "--to", "geojson", "--output", str(tmp_path / "out.zip")]
    assert cli.main(command) == 1
    assert "There are data sets of several formats: coco, labelme." in capsys.readouterr().err
    assert cli.main([*command, "--of", "labelme"]) == 0


def test_a_conversion_that_fails_leaves_no_half_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(four_pictures(), "coco", FolderSink(tmp_path / "coco"))
    output = tmp_path / "out.zip"
    assert cli.main(["convert", str(tmp_path / "coco"), "--to", "docx", "--output", str(output)]) == 1
    assert "There is no format 'docx' for data sets." in capsys.readouterr().err
    assert not output.exists()
