"""What a graph needs of a GPU, read off its largest tensor."""

from __future__ import annotations

import math

import onnx
from onnx import TensorProto, helper

_EVERYWHERE = {"maxStorageBufferBindingSize": 128 * 2**20, "maxBufferSize": 256 * 2**20}
"""WebGPU's defaults, in bytes, which every adapter has."""


def gpu_needs(*models: onnx.ModelProto) -> dict[str, int]:
    """Give the limits that must be above WebGPU's defaults, by their names there; for one prompt at a time."""
    largest = max(_largest_tensor(model) for model in models)
    return {name: largest for name, common in _EVERYWHERE.items() if largest > common}


def _largest_tensor(model: onnx.ModelProto) -> int:
    """Give the bytes of the largest tensor, constants included, with 1 for axes that are free."""
    return max(_bytes_of(value.type.tensor_type) for value in values_in(model))


def values_in(model: onnx.ModelProto) -> list[onnx.ValueInfoProto]:
    """List every tensor of a graph, with its dtype and shape."""
    inferred = onnx.shape_inference.infer_shapes(_skeleton(model), strict_mode=True, data_prop=True)
    return [*inferred.graph.value_info, *inferred.graph.input, *inferred.graph.output]


def _bytes_of(tensor: onnx.TypeProto.Tensor) -> int:
    count = math.prod(axis.dim_value or 1 for axis in tensor.shape.dim)
    return int(count * helper.tensor_dtype_to_np_dtype(tensor.elem_type).itemsize)


def _skeleton(model: onnx.ModelProto) -> onnx.ModelProto:
    """Copy a graph for the inference of shapes.

    There are inputs in the place of its weights, whose shapes are enough and which may be gigabytes; and for onnxruntime's
    own operator, of which onnx knows nothing, another that keeps the shape too.
    """
    graph = model.graph
    shapes = [tensor for tensor in graph.initializer if tensor.data_type == TensorProto.INT64]
    weights = [tensor for tensor in graph.initializer if tensor.data_type != TensorProto.INT64]
    inputs = [helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims) for tensor in weights]
    copy = helper.make_graph(graph.node, graph.name, [*graph.input, *inputs], graph.output, shapes)
    for node in copy.node:
        if node.op_type == "Gelu":
            node.op_type, node.domain = "Relu", ""
    return helper.make_model(copy, opset_imports=model.opset_import, ir_version=model.ir_version)
