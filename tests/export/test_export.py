"""The command from start to end: a checkpoint goes in, and what comes out answers as the original does."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tabsam import cli
from tabsam.model import native
from tabsam.model.choosing import Prediction, predicted
from tabsam.model.dialects import recognise
from tabsam.model.native import NativeSession
from tabsam.model.preprocess import Frame
from tabsam.model.prompts import check_prompts
from tabsam_export.verification import picture
from tests.export import goldens
from tests.export.checkpoints import earlier_logits, save, seeded, shapes_of, waves
from tests.export.small import save_small_sam1, save_small_sam2
from tests.support import memory

SMALL = {"sam1": save_small_sam1, "sam2": save_small_sam2}


def export(checkpoint: Path, output: Path, *options: str) -> dict[str, Any]:
    """Run the command; return the entry that it wrote."""
    assert cli.main(["export", str(checkpoint), "--output", str(output), *options]) == 0
    return entry_of(output)


@pytest.fixture(scope="module", params=SMALL)
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export a small model of each family in turn; give the folder, named after it, that tests only read."""
    folder = tmp_path_factory.mktemp("exported") / str(request.param)
    export(SMALL[request.param](folder.with_name("small")), folder)
    return folder


def entry_of(folder: Path) -> dict[str, Any]:
    """Read the entry for a catalogue that an export has."""
    entry: dict[str, Any] = json.loads((folder / "model.json").read_text("utf-8"))
    return entry


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def check_file(folder: Path, listed: Mapping[str, Any]) -> None:
    """See that a file is what the entry says."""
    data = (folder / listed["url"]).read_bytes()
    assert (len(data), sha256(data)) == (listed["bytes"], listed["sha256"])


def answers(folder: Path) -> list[Prediction]:
    """Ask an export what Meta's code was asked."""
    return asyncio.run(
        _answers(NativeSession(folder / "encoder.onnx", keep_outputs=True), NativeSession(folder / "decoder.onnx"))
    )


async def _answers(encoder: NativeSession, decoder: NativeSession) -> list[Prediction]:
    dialect = recognise(encoder, decoder).dialect
    frame = Frame((1024, 1024), (1024, 1024), (1024, 1024))
    embedding = await encoder.run({"image": waves(1024)}, dialect.embedding)
    found = []
    for prompt in goldens.PROMPTS:
        mask = earlier_logits(256) if prompt.with_mask else None
        prompts = check_prompts(prompt.points, prompt.labels, prompt.box, mask)
        outputs = await decoder.run(dialect.decoder_feeds(embedding, prompts, frame), dialect.answer_names)
        answer = dialect.read(outputs)  # type: ignore[arg-type]  # this session gives arrays
        found.append(predicted(answer, frame, falls_back=dialect.single_mask_falls_back, notes=dialect.notes(prompts)))
    return found


def export_apart(checkpoint: Path, output: Path, *options: str) -> str:
    """Run the command in a process of its own, so that what it takes is gone before the next takes as much; give what it says."""
    command = [sys.executable, "-m", "tabsam", "export", str(checkpoint), "--output", str(output), *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize("model_id", ["sam2.1-hiera-tiny", pytest.param("sam1-vit-b", marks=pytest.mark.long)])
def test_an_official_checkpoint_answers_as_metas_own_code(model_id: str, tmp_path: Path) -> None:
    checkpoint = save(seeded(shapes_of(model_id)), tmp_path / "checkpoint.pt")
    memory.give_back()
    said = export_apart(checkpoint, tmp_path / "model", "--licence", "Apache-2.0")
    entry = entry_of(tmp_path / "model")
    ious = [float(number) for number in re.findall(r"mask IoU ([\d.]+)", said)]
    assert len(ious) == 6
    assert min(ious) > 0.999
    assert (entry["id"], entry["family"], entry["licence"]) == (model_id, model_id.split("-")[0].split(".")[0], "Apache-2.0")
    for listed in (entry["encoder"], entry["decoder"]):
        check_file(tmp_path / "model", listed)
    for found, expected in zip(answers(tmp_path / "model"), goldens.read(model_id), strict=True):
        masks = sorted(found.multimask, key=lambda one: one.token or 0)
        np.testing.assert_allclose(goldens.sampled(np.stack([one.logits for one in masks])), expected.logits, atol=1e-3)
        np.testing.assert_allclose([one.iou_prediction for one in masks], expected.iou_predictions, atol=1e-4)
        np.testing.assert_allclose(goldens.sampled(found.single.logits[np.newaxis]), expected.single_logits, atol=1e-3)
        assert found.single.iou_prediction == pytest.approx(expected.single_iou_prediction, abs=1e-4)
        assert found.notes == ()


def test_tabsam_segments_with_what_it_exported(exported: Path) -> None:
    entry = entry_of(exported)
    assert entry["family"] == exported.name
    assert "needs" not in entry

    async def ask() -> list[Any]:
        segmenter = native.load(exported)
        assert segmenter.family == exported.name
        await segmenter.set_image(picture(300))
        return await segmenter.predict([(100, 110)], [1], box=(40, 50, 200, 210), all_candidates=True)

    candidates = asyncio.run(ask())
    assert [candidate.mask().shape for candidate in candidates] == [(300, 300)] * 3


def test_several_prompts_at_once_are_answered_as_one_by_one(exported: Path) -> None:
    encoder, decoder = NativeSession(exported / "encoder.onnx"), NativeSession(exported / "decoder.onnx")
    embedding = asyncio.run(encoder.run({"image": waves(256)}, list(encoder.outputs)))
    rng = np.random.default_rng(0)
    feeds = {
        "point_coords": rng.uniform(0, 256, (3, 4, 2)).astype(np.float32),
        "point_labels": np.array([[1, 0, -1, -1], [2, 3, -1, -1], [1, 1, 0, 1]], np.float32),
        "mask_input": rng.normal(0, 9, (3, 1, 64, 64)).astype(np.float32),
        "has_mask_input": np.array([0, 1, 1], np.float32),
    }
    together = asyncio.run(decoder.run({**embedding, **feeds}, list(decoder.outputs)))
    for index in range(3):
        one = {name: array[index : index + 1] for name, array in feeds.items()}
        alone = asyncio.run(decoder.run({**embedding, **one}, list(decoder.outputs)))
        for name, array in alone.items():
            np.testing.assert_allclose(np.asarray(together[name])[index], np.asarray(array)[0], atol=1e-4)


@pytest.mark.parametrize("exported", ["sam2"], indirect=True)
@pytest.mark.parametrize(("precision", "share"), [("fp16", 0.5), ("int8", 0.25)])
def test_smaller_weights_make_smaller_files(exported: Path, precision: str, share: float, tmp_path: Path) -> None:
    whole = entry_of(exported)
    entry = export(save_small_sam2(tmp_path / "small"), tmp_path / "stored", "--precision", precision)
    assert entry["id"] == f"small-{precision}"
    assert entry["dtype"] == "float32"  # what it computes in
    # Half of this small model's file are names and nodes.
    assert entry["encoder"]["bytes"] < whole["encoder"]["bytes"] * (share + 0.15)


@pytest.mark.parametrize("name", SMALL)
def test_files_come_in_onnxruntimes_own_format(name: str, tmp_path: Path) -> None:
    entry = export(SMALL[name](tmp_path / name), tmp_path / "model", "--ort", "--precision", "fp16")
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == ["decoder.ort", "encoder.ort", "model.json"]
    assert entry["encoder"]["url"] == "encoder.ort"
    native.load_pair(tmp_path / "model/encoder.ort", tmp_path / "model/decoder.ort")


def test_parts_make_up_the_file_when_they_are_joined(tmp_path: Path) -> None:
    entry = export(save_small_sam2(tmp_path / "small"), tmp_path / "model", "--part-bytes", "400000")
    listed = entry["encoder"]
    assert "url" not in listed
    parts = [(tmp_path / "model" / part["url"]).read_bytes() for part in listed["parts"]]
    assert [(len(part), sha256(part)) for part in parts] == [(part["bytes"], part["sha256"]) for part in listed["parts"]]
    assert {len(part) for part in parts[:-1]} == {400_000}
    whole = b"".join(parts)
    assert (len(whole), sha256(whole)) == (listed["bytes"], listed["sha256"])
    assert not (tmp_path / "model/encoder.onnx").exists()
    check_file(tmp_path / "model", entry["decoder"])  # it is smaller than a part
    native.load_pair(whole, tmp_path / "model/decoder.onnx")


def test_the_entry_says_what_it_was_told(tmp_path: Path) -> None:
    folder = save_small_sam1(tmp_path / "small")
    entry = export(folder, tmp_path / "model", "--id", "mine", "--name", "My own", "--licence", "CC0-1.0")
    assert (entry["id"], entry["name"], entry["licence"]) == ("mine", "My own", "CC0-1.0")


def test_a_missing_licence_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = export(save_small_sam1(tmp_path / "small"), tmp_path / "model")
    assert entry["licence"] == "unknown"
    assert "--licence" in capsys.readouterr().out
