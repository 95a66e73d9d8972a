"""The ONNX files: what they are made of, what they answer, and that they are the checkpoint."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from onnx import TensorProto

from tabsam.arrays import AnyArray
from tabsam_training.errors import TrainingError
from tabsam_training.graphs import exporting
from tabsam_training.graphs.decoder import decoder_graph
from tabsam_training.graphs.encoder import encoder_graph
from tabsam_training.graphs.processor_decoder import processor_decoder_graph
from tabsam_training.graphs.weights import Networks, _renamed, load_networks
from tabsam_training.network import Decoder, Encoder
from tests.training.conftest import NANO

DecoderGraph = Callable[..., onnx.ModelProto]

PARTS = ("encoder", "decoder", "decoder-processor")

#: All of them have kernels for WASM and for WebGPU, and none computes a shape.
OPERATORS = {
    *("Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Conv", "ConvTranspose", "Cos", "Div", "Equal"),
    *("LayerNormalization", "Less", "MatMul", "Mul", "ReduceMean", "ReduceSum", "Relu", "Reshape", "Resize", "Sigmoid", "Sin"),
    *("Slice", "Softmax", "Split", "Sqrt", "Sub", "Transpose", "Where"),
}
#: What only the decoder for processors is made of: WASM has kernels for all.
FOR_PROCESSORS = {"DepthToSpace", "Greater", "Identity", "If", "Pad", "Reciprocal", "ReduceMax", "ReduceSumSquare"}
CONTRACT: dict[str, tuple[dict[str, list[int | str]], dict[str, list[int | str]]]] = {
    "encoder": (
        {"image": [1, 3, 1024, 1024]},
        {"high_res_feats_0": [1, 16, 256, 256], "high_res_feats_1": [1, 32, 128, 128], "image_embed": [1, 128, 64, 64]},
    ),
    "decoder": (
        {
            "image_embed": [1, 128, 64, 64],
            "high_res_feats_0": [1, 16, 256, 256],
            "high_res_feats_1": [1, 32, 128, 128],
            "point_coords": ["prompts", "points", 2],
            "point_labels": ["prompts", "points"],
            "mask_input": ["prompts", 1, 256, 256],
            "has_mask_input": ["prompts"],
        },
        {"masks": ["prompts", 3, 256, 256], "iou_predictions": ["prompts", 3]},
    ),
}


CONTRACT["decoder-processor"] = CONTRACT["decoder"]


def nodes_of(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    """Give the nodes of a graph and of the branches in it."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from nodes_of(attribute.g)


def session_of(model: onnx.ModelProto, optimised: Path | None = None) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    if optimised:
        options.optimized_model_filepath = str(optimised)
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


@pytest.fixture(params=PARTS)
def part(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


class TestTheFiles:
    def test_their_contract_is_v0s(self, part: str) -> None:
        graph = onnx.load(NANO / f"{part}.onnx").graph
        for values, expected in zip((graph.input, graph.output), CONTRACT[part], strict=True):
            shapes = {
                value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim] for value in values
            }
            assert shapes == expected
            assert {value.type.tensor_type.elem_type for value in values} == {TensorProto.FLOAT}

    def test_they_are_made_of_few_operators_and_compute_no_shapes(self, part: str) -> None:
        model = onnx.load(NANO / f"{part}.onnx")
        allowed = OPERATORS | (FOR_PROCESSORS if part == "decoder-processor" else set())
        assert {node.op_type for node in nodes_of(model.graph)} <= allowed
        assert [(one.domain, one.version) for one in model.opset_import] == [("", 17)]
        assert model.ir_version == 8

    def test_only_halves_are_cast_and_every_half_is(self, part: str) -> None:
        graph = onnx.load(NANO / f"{part}.onnx").graph
        halves = {tensor.name for tensor in graph.initializer if tensor.data_type == TensorProto.FLOAT16}
        casts = [node.input[0] for node in nodes_of(graph) if node.op_type == "Cast"]
        assert sorted(casts) == sorted(halves)

    def test_onnxruntime_folds_casts_and_batch_norms_when_it_loads_them(self, part: str, tmp_path: Path) -> None:
        session_of(onnx.load(NANO / f"{part}.onnx"), tmp_path / "optimised.onnx")
        left = {node.op_type for node in nodes_of(onnx.load(tmp_path / "optimised.onnx").graph)}
        assert not left & {"Cast", "BatchNormalization"}

    def test_every_shape_in_the_encoder_is_known_and_fits_every_gpu(self) -> None:
        model = onnx.load(NANO / "encoder.onnx")
        values = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph.value_info
        assert len(values) == len({name for node in model.graph.node for name in node.output} - CONTRACT["encoder"][1].keys())
        for value in values:
            axes = value.type.tensor_type.shape.dim
            assert all(axis.HasField("dim_value") for axis in axes), value.name
            assert math.prod(axis.dim_value for axis in axes) * 4 <= 128 * 2**20

    def test_they_are_small(self) -> None:
        assert sum((NANO / name).stat().st_size for name in exporting.FILES) <= 15_100_000


class TestExport:
    def test_the_files_are_the_checkpoint(self, nano: Networks) -> None:
        models = encoder_graph(nano[0]), decoder_graph(nano[1]), processor_decoder_graph(nano[1])
        for model, name in zip(models, exporting.FILES, strict=True):
            assert model.SerializeToString() == (NANO / name).read_bytes()

    def test_a_small_one_answers_as_pytorch_does(self, nano: Networks, tmp_path: Path) -> None:
        differences = exporting.export(nano, tmp_path / "model", side=192)
        outputs = [name for part in PARTS for name in CONTRACT[part][1]]
        assert [one.output for one in differences] == [*outputs]
        assert all(one.largest < 1e-3 for one in differences)
        assert sorted(path.name for path in (tmp_path / "model").iterdir()) == sorted(exporting.FILES)

    def test_one_that_answers_otherwise_is_not_kept(
        self, nano: Networks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def of_another(_encoder: Encoder, side: int) -> onnx.ModelProto:
            return encoder_graph(Encoder().eval(), side)

        monkeypatch.setattr(exporting, "encoder_graph", of_another)
        with pytest.raises(TrainingError, match="do not answer as the PyTorch model does") as caught:
            exporting.export(nano, tmp_path / "model", side=128)
        assert caught.value.code == "export-unfaithful"
        assert not list((tmp_path / "model").iterdir())

    @pytest.mark.parametrize("graph", [decoder_graph, processor_decoder_graph])
    def test_prompts_side_by_side_are_answered_as_one_by_one(self, graph: DecoderGraph, nano: Networks) -> None:
        session = session_of(graph(nano[1], grid=8))
        random = np.random.default_rng(0)
        embedding = {
            name: random.normal(0, 1, shape).astype(np.float32)
            for name, shape in (
                ("image_embed", (1, 128, 8, 8)),
                ("high_res_feats_0", (1, 16, 32, 32)),
                ("high_res_feats_1", (1, 32, 16, 16)),
            )
        }
        prompts = {
            "point_coords": random.uniform(0, 1024, (4, 3, 2)).astype(np.float32),
            "point_labels": np.array([[1, -1, -1], [2, 3, 1], [0, 1, -1], [1, 1, 1]], np.float32),
            "mask_input": random.normal(0, 9, (4, 1, 32, 32)).astype(np.float32),
            "has_mask_input": np.array([0, 1, 0, 1], np.float32),
        }
        together = session.run(None, embedding | prompts)
        alone = [session.run(None, embedding | {name: array[[row]] for name, array in prompts.items()}) for row in range(4)]
        for index, array in enumerate(together):
            np.testing.assert_allclose(array, np.concatenate([answer[index] for answer in alone]), atol=1e-4)

    @pytest.mark.parametrize("has_mask", [[0, 0], [0, 1], [1, 1]])
    def test_the_decoder_for_processors_answers_as_the_other(self, has_mask: list[int]) -> None:
        sessions = [session_of(onnx.load(NANO / f"{name}.onnx")) for name in ("decoder", "decoder-processor")]
        random = np.random.default_rng(1)
        feeds: dict[str, AnyArray] = {
            name: random.normal(0, 1, [int(axis) for axis in shape]).astype(np.float32)
            for name, shape in list(CONTRACT["decoder"][0].items())[:3]
        }
        feeds["point_coords"] = random.uniform(0, 1024, (2, 3, 2)).astype(np.float32)
        feeds["point_labels"] = np.array([[1, 0, -1], [2, 3, 1]], np.float32)
        feeds["mask_input"] = random.normal(0, 9, (2, 1, 256, 256)).astype(np.float32)
        feeds["has_mask_input"] = np.array(has_mask, np.float32)
        for one, other in zip(*(session.run(None, feeds) for session in sessions), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-4)

    def test_a_network_that_went_astray_is_refused(self, nano: Networks) -> None:
        with torch.no_grad():
            nano[1].no_mask[0] = torch.nan
        with pytest.raises(TrainingError, match="no_mask holds numbers beyond float16"):
            decoder_graph(nano[1])


class TestWeights:
    def test_a_file_of_another_network_is_refused(self, tmp_path: Path) -> None:
        for name in exporting.FILES:
            (tmp_path / name).write_bytes((NANO / "decoder.onnx").read_bytes())
        with pytest.raises(TrainingError, match="holds the weights of another network"):
            load_networks(tmp_path)

    def test_published_weights_fold_our_normalisation(self) -> None:
        theirs, ours = Encoder().backbone.eval(), Encoder().backbone.eval()
        with torch.no_grad():
            for index, tensor in enumerate(theirs.stem.state_dict().values()):
                if tensor.is_floating_point():
                    tensor.copy_(torch.rand(tensor.shape, generator=torch.Generator().manual_seed(index)) + 0.5)
        published = {}
        for conv, norm, name, norm_name in theirs._pairs():
            published[f"{name}.weight"] = conv.weight
            published |= {f"{norm_name}.{key}": tensor for key, tensor in norm.state_dict().items()}
        ours.take_published(published)
        image = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(9))
        mean, std = (torch.tensor(values).view(3, 1, 1) for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
        with torch.no_grad():
            expected, given = theirs.stem((255 * image - 127) / 128), ours.stem((image - mean) / std)
        # Not at the border, where zeros are added: these are 127 there, and the mean here.
        torch.testing.assert_close(given[..., 1:-1, 1:-1], expected[..., 1:-1, 1:-1], atol=1e-4, rtol=1e-4)

    def test_other_weights_are_refused(self) -> None:
        with pytest.raises(TrainingError, match="does not hold EfficientNet-Lite2's published weights"):
            Encoder().backbone.take_published({})

    def test_v1s_own_names_are_known(self, tmp_path: Path) -> None:
        names = {"l4.bias": "lateral32.bias", "ctx.2.n1.weight": "context.2.norm1.weight", "net.stages.3.1.dw.0.weight": ""}
        names["net.stages.3.1.dw.0.weight"] = "backbone.stages.3.1.depthwise.0.weight"
        assert {old: _renamed(old) for old in names} == names
        own = {*Encoder().state_dict(), *Decoder().state_dict()}
        assert set(names.values()) <= own
        assert {_renamed(name) for name in own} == own


def test_the_decoders_positions_are_of_half_pixels() -> None:
    decoder = Decoder()
    with torch.no_grad():
        cells = decoder._cell_places(4, 4)[0]
        torch.testing.assert_close(cells[0], decoder.places(torch.tensor([0.125, 0.125])))
        torch.testing.assert_close(cells[1], decoder.places(torch.tensor([0.375, 0.125])))
