"""Networks from files: the model's own ONNX files, a run's checkpoint, or the averaged weights that v1's run left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, numpy_helper
from torch import Tensor, nn

from tabsam_training.errors import TrainingError
from tabsam_training.network import Decoder, Encoder

Networks = tuple[Encoder, Decoder]

_V1_NAMES: tuple[tuple[str, str], ...] = (
    # encoder
    (r"^net\.", "backbone."),
    (r"^(backbone\.stages\.\d\.\d)\.exp\.", r"\1.expand."),
    (r"^(backbone\.stages\.\d\.\d)\.dw\.", r"\1.depthwise."),
    (r"^(backbone\.stages\.\d\.\d)\.pw\.", r"\1.project."),
    (r"^stem\.2\.f\.", "edges.2.layers."),
    (r"^stem\.", "edges."),
    (r"^ctx\.(\d)\.pos\.", r"context.\1.position."),
    (r"^ctx\.(\d)\.n(\d)\.", r"context.\1.norm\2."),
    (r"^ctx\.(\d)\.proj\.", r"context.\1.output."),
    (r"^ctx\.", "context."),
    (r"^l5\.", "lateral64."),
    (r"^l4\.", "lateral32."),
    (r"^l3\.", "lateral16."),
    (r"^l2\.", "lateral8."),
    (r"^l1\.", "lateral4."),
    (r"^p4\.", "from32."),
    (r"^t2\.", "from16."),
    (r"^t1\.", "from8."),
    (r"^out3\.", "smooth16."),
    (r"^o2\.", "smooth8."),
    (r"^o1\.", "smooth4."),
    # decoder
    (r"^gauss$", "frequencies"),
    (r"^lab\.", "label_embed."),
    (r"^pad$", "not_a_point"),
    (r"^nomask$", "no_mask"),
    (r"^mdown\.([14])\.w$", r"mask_embed.\1.weight"),
    (r"^mdown\.([14])\.b$", r"mask_embed.\1.bias"),
    (r"^mdown\.", "mask_embed."),
    (r"^layers\.(\d)\.sa\.", r"layers.\1.among_tokens."),
    (r"^layers\.(\d)\.t2i\.", r"layers.\1.to_cells."),
    (r"^layers\.(\d)\.i2t\.", r"layers.\1.to_tokens."),
    (r"^layers\.(\d)\.n(\d)\.", r"layers.\1.norm\2."),
    (r"^final\.", "final_attention."),
    (r"^(layers\.\d\.\w+|final_attention)\.q\.", r"\1.query."),
    (r"^(layers\.\d\.\w+|final_attention)\.k\.", r"\1.key."),
    (r"^(layers\.\d\.\w+|final_attention)\.v\.", r"\1.value."),
    (r"^(layers\.\d\.\w+|final_attention)\.o\.", r"\1.output."),
    (r"^nf\.", "final_norm."),
    (r"^up([12])\.", r"enlarge\1."),
    (r"^ln1\.w$", "enlarge_norm.weight"),
    (r"^ln1\.b$", "enlarge_norm.bias"),
    (r"^hyper\.", "hypernetworks."),
    (r"^pool\.", "score.pool."),
    (r"^iou\.", "score.mlp."),
)
"""What the scripts that trained v1 called things: patterns, applied in order."""


def load_networks(path: Path) -> Networks:
    """Load both networks.

    Parameters
    ----------
    path : Path
        A folder with ``encoder.onnx`` and ``decoder.onnx`` that this package wrote, or a checkpoint with both networks'
        parameters (a run's own, or v1's nano.pt).

    Raises
    ------
    TrainingError
        ``weights-do-not-fit``.
    """
    if path.is_dir():
        encoder, decoder = (_read_graph(path / f"{part}.onnx") for part in ("encoder", "decoder"))
        networks = Encoder(), Decoder()
        _fill(networks[0], _untransposed(networks[0], encoder), path)
        _fill(networks[1], _untransposed(networks[1], decoder), path)
        return networks
    stored = torch.load(path, map_location="cpu", weights_only=True)
    stored = stored.get("averaged", stored)
    networks = Encoder(), Decoder()
    for network, part in zip(networks, ("encoder", "decoder"), strict=True):
        _fill(network, {_renamed(name): tensor for name, tensor in stored[part].items()}, path)
    return networks


def transposed(network: nn.Module) -> frozenset[str]:
    """Name the matrices that are (outputs, inputs) here and (inputs, outputs) in a file, whose values they multiply."""
    return frozenset(f"{name}.weight" for name, module in network.named_modules() if isinstance(module, nn.Linear))


def _read_graph(path: Path) -> dict[str, Tensor]:
    """Give a file's parameters, which are its halves."""
    halves = (tensor for tensor in onnx.load(path).graph.initializer if tensor.data_type == TensorProto.FLOAT16)
    return {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).astype(np.float32)) for tensor in halves}


def _untransposed(network: nn.Module, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    matrices = transposed(network)
    return {name: tensor.T if name in matrices else tensor for name, tensor in state.items()}


def _renamed(name: str) -> str:
    for pattern, replacement in _V1_NAMES:
        name = re.sub(pattern, replacement, name)
    return name


def _fill(network: nn.Module, state: Mapping[str, Tensor], path: Path) -> None:
    """Take all parameters; every one must be there, and no other."""
    own, given = _parameters(network.state_dict()), _parameters(state)
    if wrong := sorted(set(own) ^ set(given)) or sorted(name for name in own if own[name].shape != given[name].shape):
        raise TrainingError(
            "weights-do-not-fit",
            f"{path.name} holds the weights of another network.",
            "Take a folder or a checkpoint that this version of tabsam_training wrote.",
            details=", ".join(wrong),
        )
    network.load_state_dict(given, strict=False)


def _parameters(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Leave out the batch norms' counts of steps, which nothing reads."""
    return {name: tensor for name, tensor in state.items() if not name.endswith("num_batches_tracked")}
