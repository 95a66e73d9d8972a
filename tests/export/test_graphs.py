"""What the graphs are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tabsam_export.attention import heads_at_once
from tabsam_export.needs import gpu_needs, values_in
from tabsam_export.reference import Reference, load_reference
from tabsam_export.writing import decoder_of, encoder_of
from tests.export.checkpoints import save, seeded, shapes_of
from tests.export.small import save_small_sam1, save_small_sam2

#: All of them have kernels for WASM and for WebGPU, and none computes a shape.
OPERATORS = {
    *("Add", "Cast", "Concat", "Conv", "Cos", "Equal", "Gather", "Gelu", "LayerNormalization", "MatMul", "Mul", "Pad"),
    *("ReduceMax", "Relu", "Reshape", "Resize", "Sigmoid", "Sin", "Slice", "Softmax", "Split", "Transpose"),
    *("Div", "ReduceMean", "ReduceSumSquare", "Sqrt", "Sub"),
}


@pytest.fixture(params=[save_small_sam1, save_small_sam2], ids=["sam1", "sam2"])
def reference(request: pytest.FixtureRequest, tmp_path: Path) -> Reference:
    return load_reference(request.param(tmp_path / "small"))


@pytest.mark.parametrize("precision", ["fp32", "fp16", "int8"])
def test_they_are_made_of_few_operators_and_compute_no_shapes(reference: Reference, precision: str) -> None:
    for write in (encoder_of, decoder_of):
        graph = write(reference, precision)  # type: ignore[arg-type]  # one of the three
        assert {node.op_type for node in graph.graph.node} <= OPERATORS
        assert {operators.domain for operators in graph.opset_import} == {"", "com.microsoft"}


def test_every_shape_in_an_encoder_is_known(reference: Reference) -> None:
    for value in values_in(encoder_of(reference, "fp32")):
        assert all(axis.HasField("dim_value") for axis in value.type.tensor_type.shape.dim), value.name


def test_all_weights_are_read_or_are_of_what_is_left_out(reference: Reference) -> None:
    encoder_of(reference, "fp32")
    decoder_of(reference, "fp32")
    unread = set(reference.model.state_dict()) - reference.weights.read
    # Of SAM 2, whether there is an object at all.
    assert {name for name in unread if not name.startswith("mask_decoder.pred_obj_")} == set()
    assert reference.family == "sam2" or not unread


@pytest.mark.parametrize(("heads", "tokens", "at_once"), [(12, 4096, 2), (4, 4096, 2), (16, 4096, 2), (3, 4096, 1), (8, 196, 8)])
def test_attention_makes_no_more_scores_at_once_than_every_gpu_holds(heads: int, tokens: int, at_once: int) -> None:
    assert heads_at_once(heads, tokens**2) == at_once
    assert at_once * tokens**2 * 4 <= 128 * 2**20


@pytest.mark.slow
def test_sam_2_tiny_runs_on_every_gpu(tmp_path: Path) -> None:
    reference = load_reference(save(seeded(shapes_of("sam2.1-hiera-tiny")), tmp_path / "tiny.pt"))
    assert gpu_needs(encoder_of(reference, "fp32"), decoder_of(reference, "fp32")) == {}
