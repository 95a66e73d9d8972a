"""``tabsam embed``: a file for each picture, none done twice, and none lost for another's fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tabsam as library
from tabsam.cli import main
from tests.support.command import tabsam
from tests.support.pictures import encoded, iou, red_disc, two_discs
from tests.support.tiny_model import tiny_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    tiny_model().save(tmp_path / "tiny")
    return tmp_path / "tiny"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    (folder / "more").mkdir(parents=True)
    (folder / "discs.png").write_bytes(encoded(two_discs()))
    (folder / "more" / "mirrored.jpg").write_bytes(encoded(np.ascontiguousarray(two_discs()[:, ::-1]), "JPEG"))
    return folder


def embedded(capsys: pytest.CaptureFixture[str], *arguments: Any, code: int = 0) -> dict[str, Any]:
    assert main(["embed", *map(str, arguments), "--json"]) == code
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_pictures_are_encoded_once_and_segmented_from_their_files(
    pictures: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "embeddings"
    call = (pictures, "--model", model, "--output", output)
    assert embedded(capsys, *call) == {"done": 2, "before": 0, "failed": [], "output": str(output), "notes": []}
    assert (output / "more" / "mirrored.safetensors").is_file()
    with library.load(model) as segmenter:
        segmenter.set_embedding(pictures / "discs.png", output / "discs.safetensors")
        (best, *_) = segmenter.predict([[80, 120]])
        assert iou(best.mask(), red_disc()) > 0.9
        with pytest.raises(library.ImageError, match="another picture"):
            segmenter.set_embedding(pictures / "more" / "mirrored.jpg", output / "discs.safetensors")
    assert embedded(capsys, *call)["before"] == 2
    # What broke off, or is of another picture now, is made again; and so is all of it in another precision.
    (output / "discs.safetensors").write_bytes((output / "discs.safetensors").read_bytes()[:500])
    (pictures / "more" / "mirrored.jpg").write_bytes(encoded(two_discs(), "JPEG"))
    assert embedded(capsys, *call)["done"] == 2
    assert embedded(capsys, *call, "--precision", "float32")["done"] == 2
    assert library.open_embedding(output / "discs.safetensors").tensors["image_embed"].dtype == np.float32


def test_one_bad_picture_does_not_stop_it(
    pictures: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pictures / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    told = embedded(capsys, pictures, "--model", model, "--format", "npz", code=3)
    assert (told["done"], len(told["failed"])) == (2, 1)
    assert told["failed"][0]["picture"].endswith("bad.png")
    assert told["failed"][0]["error"]["code"].startswith("image-")
    assert (pictures / "discs.npz").is_file()
    assert not [*tmp_path.rglob("*.part")]


def test_two_pictures_of_one_name_have_two_embeddings(pictures: Path, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pictures / "discs.jpg").write_bytes(encoded(two_discs(), "JPEG"))
    assert embedded(capsys, pictures / "discs.jpg", pictures / "discs.png", "--model", model, "--format", "json")["done"] == 2
    assert {one.name for one in pictures.glob("*.json")} == {"discs.jpg.embedding.json", "discs.png.embedding.json"}


def test_the_command_as_a_process(pictures: Path, model: Path, tmp_path: Path) -> None:
    ran = tabsam("embed", pictures / "discs.png", "--model", model, "--output", tmp_path / "out")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"1 picture encoded, 0 failed\n{tmp_path / 'out'}\n"
    one = library.open_embedding(tmp_path / "out" / "discs.safetensors")
    assert (one.model, one.dialect) == ("tiny", "sam2")
