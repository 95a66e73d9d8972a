"""What cannot be converted, or must not be trusted, is said in words, and leaves nothing behind."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from tabsam import cli
from tabsam.errors import TabsamError
from tabsam_export import conversion, package
from tabsam_export.conversion import Wishes, convert
from tabsam_export.errors import ExportError
from tabsam_export.needs import gpu_needs
from tabsam_export.reference import Reference, load_reference
from tabsam_export.writing import decoder_of, encoder_of
from tests.export.checkpoints import save, seeded, shapes_of
from tests.export.small import save_small_sam1, save_small_sam2


def refusal(checkpoint: Path, output: Path, wishes: Wishes | None = None) -> ExportError:
    """Convert, in vain; see that nothing is left, and return why."""
    before = sorted(output.parent.iterdir())
    with pytest.raises(ExportError) as raised:
        convert(checkpoint, output, wishes or Wishes(), say=lambda line: None)
    assert sorted(output.parent.iterdir()) == before
    return raised.value


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "sam.pt", tmp_path / "model").code == "checkpoint-missing"


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE html>", b"PK\x03\x04 a zip that ends too soon", bytes(2000)])
def test_a_file_that_is_no_checkpoint(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "sam.pt").write_bytes(content)
    error = refusal(tmp_path / "sam.pt", tmp_path / "model")
    assert error.code == "checkpoint-unreadable"
    assert error.message == "'sam.pt' is not a PyTorch checkpoint, or is damaged."


def test_a_checkpoint_that_would_run_code_is_not_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
            return Path.touch, (tmp_path / "sprung",)  # type: ignore[return-value]

    torch.save({"weight": Trap()}, tmp_path / "sam.pt")
    assert refusal(tmp_path / "sam.pt", tmp_path / "model").code == "checkpoint-unreadable"
    assert not (tmp_path / "sprung").exists()


def test_a_checkpoint_without_weights(tmp_path: Path) -> None:
    torch.save({"model": {}, "epoch": 3}, tmp_path / "sam.pt")
    assert refusal(tmp_path / "sam.pt", tmp_path / "model").code == "checkpoint-empty"


@pytest.fixture(scope="module")
def tiny() -> dict[str, Any]:
    return dict(seeded(shapes_of("sam2.1-hiera-tiny")))


def test_a_checkpoint_with_a_weight_missing(tiny: dict[str, Any], tmp_path: Path) -> None:
    name = "sam_mask_decoder.iou_token.weight"
    save({key: array for key, array in tiny.items() if key != name}, tmp_path / "sam.pt")
    error = refusal(tmp_path / "sam.pt", tmp_path / "model")
    assert error.code == "checkpoint-incomplete"
    assert error.message == "1 weights are missing, such as 'mask_decoder.iou_token.weight'."


def test_a_checkpoint_with_a_row_of_a_table_missing(tiny: dict[str, Any], tmp_path: Path) -> None:
    name = "sam_prompt_encoder.point_embeddings.2.weight"
    save({key: array for key, array in tiny.items() if key != name}, tmp_path / "sam.pt")
    assert refusal(tmp_path / "sam.pt", tmp_path / "model").code == "checkpoint-shapes"


def test_a_checkpoint_with_a_weight_of_another_size(tiny: dict[str, Any], tmp_path: Path) -> None:
    save({**tiny, "no_mem_embed": np.zeros((1, 1, 128), np.float32)}, tmp_path / "sam.pt")
    error = refusal(tmp_path / "sam.pt", tmp_path / "model")
    assert error.code == "checkpoint-shapes"
    assert "(1, 1, 128), not (1, 1, 256)" in error.details


def test_weights_that_are_wrapped_or_prefixed_are_found(tiny: dict[str, Any], tmp_path: Path) -> None:
    tensors = {f"module.{name}": torch.from_numpy(array) for name, array in tiny.items()}
    torch.save({"state_dict": tensors, "epoch": 3}, tmp_path / "sam.pt")
    assert load_reference(tmp_path / "sam.pt").id == "sam2.1-hiera-tiny"


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert refusal(tmp_path / "folder", tmp_path / "model").code == "checkpoint-unreadable"


def test_a_folder_with_a_model_of_another_type(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/config.json").write_text('{"model_type": "sam_hq"}')
    error = refusal(tmp_path / "folder", tmp_path / "model")
    assert error.code == "checkpoint-unknown"
    assert "'sam_hq'" in error.message


def test_a_folder_whose_weights_are_missing_or_too_few(tmp_path: Path) -> None:
    folder = save_small_sam2(tmp_path / "folder")
    config = folder / "config.json"
    deeper = json.loads(config.read_text())
    deeper["vision_config"]["backbone_config"]["blocks_per_stage"] = [1, 2, 3, 2]
    config.write_text(json.dumps(deeper))
    error = refusal(folder, tmp_path / "model")
    assert error.code == "checkpoint-incomplete"
    assert "vision_encoder.backbone.blocks.7" in error.message
    (folder / "model.safetensors").unlink()
    assert refusal(folder, tmp_path / "model").code == "checkpoint-unreadable"


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model/mine.txt").write_text("keep me")
    error = refusal(save_small_sam1(tmp_path / "small"), tmp_path / "model")
    assert error.code == "output-not-empty"
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["mine.txt"]


def test_an_output_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("keep me")
    assert refusal(save_small_sam1(tmp_path / "small"), tmp_path / "model").code == "output-not-empty"


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk-full"), (errno.EACCES, "output-unwritable")])
def test_a_disk_that_cannot_be_written_to(number: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(graph: onnx.ModelProto, path: Path) -> None:
        path.write_bytes(b"half of it")
        raise OSError(number, "it failed", str(path))

    monkeypatch.setattr(package, "write_graph", fail)
    assert refusal(save_small_sam1(tmp_path / "small"), tmp_path / "model").code == code


def test_a_graph_that_one_file_cannot_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_LARGEST_FILE", 10_000)
    error = refusal(save_small_sam1(tmp_path / "small"), tmp_path / "model")
    assert error.code == "export-too-large"
    assert "--precision int8" in error.hint


def tampered(graph: onnx.ModelProto, name: str) -> onnx.ModelProto:
    """Change one number of one weight."""
    tensor = next(tensor for tensor in graph.graph.initializer if tensor.name == name)
    array = numpy_helper.to_array(tensor).copy()
    array.flat[0] += 50
    tensor.CopyFrom(numpy_helper.from_array(array, name))
    return graph


@pytest.mark.parametrize(
    ("part", "weight"), [("encoder_of", "blocks.1.mlp.lin2.weight"), ("decoder_of", "layers.1.to_cells.v.weight")]
)
def test_an_export_with_a_wrong_weight_is_not_kept(
    part: str, weight: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = {"encoder_of": encoder_of, "decoder_of": decoder_of}[part]
    monkeypatch.setattr(conversion, part, lambda reference, precision: tampered(write(reference, precision), weight))
    error = refusal(save_small_sam1(tmp_path / "small"), tmp_path / "model")
    assert error.code == "export-unfaithful"
    assert "IoU" in error.message


def test_an_export_that_answers_nothing_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoilt(reference: Reference, precision: Any) -> onnx.ModelProto:
        graph = decoder_of(reference, precision)
        tensor = next(tensor for tensor in graph.graph.initializer if tensor.name == "hyper.2.bias")
        tensor.CopyFrom(numpy_helper.from_array(np.full(tuple(tensor.dims), np.nan, np.float32), tensor.name))
        return graph

    monkeypatch.setattr(conversion, "decoder_of", spoilt)
    assert refusal(save_small_sam2(tmp_path / "small"), tmp_path / "model").code == "export-unfaithful"


def test_the_command_names_the_extra_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "tabsam_export.conversion", None)
    assert cli.main(["export", "sam.pt", "--output", str(tmp_path / "model")]) == 1
    assert 'pip install "tabsam[export]"' in capsys.readouterr().err


def test_the_command_says_what_is_wrong_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", str(tmp_path / "sam.pt"), "--output", str(tmp_path / "model")]) == 1
    assert capsys.readouterr().err == f"tabsam: There is no checkpoint '{tmp_path / 'sam.pt'}'. Check the path.\n"


@pytest.mark.parametrize("number", ["0", "-5", "many"])
def test_parts_of_no_size_are_refused(number: str, tmp_path: Path) -> None:
    assert cli.main(["export", "sam.pt", "--output", str(tmp_path), "--part-bytes", number]) == 2


def test_what_a_gpu_needs_is_read_off_the_largest_tensor(tmp_path: Path) -> None:
    reference = load_reference(save_small_sam1(tmp_path / "small"))
    assert gpu_needs(encoder_of(reference, "int8")) == {}
    wide = onnx.parser.parse_model(
        """
        < ir_version: 8, opset_import: ["" : 17] >
        wide (float[1, 3, 4096, 4096] image) => (float[1, 3, 4096, 4096] same) { same = Relu (image) }
        """
    )
    assert gpu_needs(wide) == {"maxStorageBufferBindingSize": 3 * 4 * 4096**2}
    assert isinstance(ExportError("a", "b"), TabsamError)
