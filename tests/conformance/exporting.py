"""From a PyTorch model to the bytes of an ``.onnx`` file."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import onnx
import torch


class _Graph(torch.nn.Module):  # type: ignore[misc]  # PyTorch's types are not read: they would take minutes
    """A function as a module, which is what the exporter takes."""

    def __init__(self, model: Any, function: Callable[..., Any]) -> None:
        super().__init__()
        self.model = model
        self.function = function

    def forward(self, *inputs: Any) -> Any:
        return self.function(*inputs)


def exported(
    model: Any,
    function: Callable[..., Any],
    inputs: Mapping[str, Any],
    outputs: Sequence[str],
    free_axes: Mapping[str, Mapping[int, str]] | None = None,
) -> bytes:
    """Trace `function`, which uses `model`, with example `inputs` by name."""
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tracing: the shapes that it fixes are fixed in these models
        torch.onnx.export(
            _Graph(model, function).eval(),
            tuple(inputs.values()),
            file,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=free_axes,
            opset_version=17,
            dynamo=False,
        )
    traced = onnx.load_from_string(file.getvalue())
    _forget_inner_shapes(traced.graph)
    data: bytes = traced.SerializeToString()
    return data


def _forget_inner_shapes(graph: Any) -> None:
    """Drop what the tracer states of an ``If``'s branches: in SAM 2's encoder it is wrong, and onnxruntime-web refuses it."""
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                for output in attribute.g.output:
                    output.type.tensor_type.ClearField("shape")
                del attribute.g.value_info[:]
                _forget_inner_shapes(attribute.g)
