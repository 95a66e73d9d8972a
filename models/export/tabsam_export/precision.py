"""Store a graph's weights in fewer bytes; it computes in float32 all the same, so it needs nothing of the machine it runs on.

Halves are cast, and bytes are cast and scaled, by nodes that have only constants for inputs: onnxruntime computes these once,
when it loads the file. The download is a half or a quarter as large; memory and speed are those of float32.

Not DequantizeLinear: onnxruntime makes MatMulNBits of it where a product follows, which rounds the activations too (measured:
the differences double), and which WebGPU has not for every shape.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tabsam.arrays import Float32Array

Precision: TypeAlias = Literal["fp32", "fp16", "int8"]

PRECISIONS: tuple[Precision, ...] = ("fp32", "fp16", "int8")

_WORTH_IT = 512
"""Numbers; what is smaller stays as it is."""

_LARGEST_HALF = 65504.0


def store_as(model: onnx.ModelProto, precision: Precision) -> onnx.ModelProto:
    """Rewrite a graph's weights; ``model`` is changed, and given back."""
    if precision == "fp32":
        return model
    matrices = _matrices(model.graph) if precision == "int8" else set()
    stored: list[onnx.TensorProto] = []
    nodes: list[onnx.NodeProto] = []
    for tensor in model.graph.initializer:
        array = _large_floats(tensor)
        if array is None:
            stored.append(tensor)
        elif tensor.name in matrices:
            _store_bytes(tensor.name, array, stored, nodes)
        else:
            _store_halves(tensor.name, array, stored, nodes)
    kept = list(model.graph.node)
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(stored)
    model.graph.node.extend(nodes + kept)
    return model


def _large_floats(tensor: onnx.TensorProto) -> Float32Array | None:
    if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < _WORTH_IT:
        return None
    array: Float32Array = numpy_helper.to_array(tensor)
    return array if np.abs(array).max() <= _LARGEST_HALF else None


def _matrices(graph: onnx.GraphProto) -> set[str]:
    """Name the constants that values are multiplied by from the right: where nearly all the bytes are."""
    used = {node.input[1] for node in graph.node if node.op_type == "MatMul"}
    return {tensor.name for tensor in graph.initializer if len(tensor.dims) == 2 and tensor.name in used}


def _store_halves(name: str, array: Float32Array, stored: list[onnx.TensorProto], nodes: list[onnx.NodeProto]) -> None:
    stored.append(numpy_helper.from_array(array.astype(np.float16), f"{name}.half"))
    nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], f"Cast {name}", to=TensorProto.FLOAT))


def _store_bytes(name: str, array: Float32Array, stored: list[onnx.TensorProto], nodes: list[onnx.NodeProto]) -> None:
    """Store a matrix (inputs, outputs) as int8, with a scale for each output."""
    scale = np.maximum(np.abs(array).max(axis=0), np.float32(1e-12)) / np.float32(127)
    stored.append(numpy_helper.from_array(np.rint(array / scale).astype(np.int8), f"{name}.byte"))
    stored.append(numpy_helper.from_array(scale, f"{name}.scale"))
    nodes.append(helper.make_node("Cast", [f"{name}.byte"], [f"{name}.whole"], f"Cast {name}", to=TensorProto.FLOAT))
    nodes.append(helper.make_node("Mul", [f"{name}.whole", f"{name}.scale"], [name], f"Scale {name}"))
