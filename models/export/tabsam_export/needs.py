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
    inferred = onnx.shape_inference.infer_shapes(_without_weights(model), strict_mode=True, data_prop=True)
    values = (*inferred.graph.value_info, *inferred.graph.input, *inferred.graph.output)
    return max(_bytes_of(value.type.tensor_type) for value in values)


def _bytes_of(tensor: onnx.TypeProto.Tensor) -> int:
    count = math.prod(axis.dim_value or 1 for axis in tensor.shape.dim)
    return int(count * helper.tensor_dtype_to_np_dtype(tensor.elem_type).itemsize)


def _without_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Copy a graph, with inputs in the place of its weights: their shapes are enough, and they may be gigabytes."""
    graph = model.graph
    shapes = [tensor for tensor in graph.initializer if tensor.data_type == TensorProto.INT64]
    weights = [tensor for tensor in graph.initializer if tensor.data_type != TensorProto.INT64]
    inputs = [helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims) for tensor in weights]
    copy = helper.make_graph(graph.node, graph.name, [*graph.input, *inputs], graph.output, shapes)
    return helper.make_model(copy, opset_imports=model.opset_import, ir_version=model.ir_version)
