"""Write an ONNX graph down, node by node.

Nothing is traced: every shape is known where it is used, so the graph has no shape arithmetic, nothing that needs repair,
and no operator that onnxruntime-web lacks. Methods take and give the names of values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tabsam.arrays import AnyArray

OPSET = 17
"""The first with LayerNormalization; every onnxruntime since 1.12 has it."""

_IR_VERSION = 8

Dimension = int | str


class Graph:
    """An ONNX graph in the making.

    Parameters
    ----------
    name : str
        The graph's own name, for those who look into the file.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._nodes: list[onnx.NodeProto] = []
        self._count = 0
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def input(self, name: str, shape: Sequence[Dimension]) -> str:
        """Declare a float32 input."""
        self._inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def output(self, name: str, value: str, shape: Sequence[Dimension]) -> None:
        """Declare a float32 output, and give a value that a node has made its name."""
        for node in self._nodes:
            for names in (node.input, node.output):
                for index, other in enumerate(names):
                    if other == value:
                        names[index] = name
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def constant(self, name: str, array: AnyArray) -> str:
        """Put numbers into the file under a name of their own."""
        if name in self._constants:
            raise ValueError(f"two constants are called {name}")
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def constant_once(self, name: str, array: AnyArray) -> str:
        """Put numbers into the file that several nodes share; the name must tell them apart from others."""
        return name if name in self._constants else self.constant(name, array)

    def node(self, operator: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes: Any) -> Any:
        """Add a node; give its output's name, or a list of names where it has several."""
        stem = f"{operator}_{self._count}"
        self._count += 1
        names = [stem] if outputs == 1 else [f"{stem}_{index}" for index in range(outputs)]
        self._nodes.append(helper.make_node(operator, inputs, names, stem, domain=domain, **attributes))
        return stem if outputs == 1 else names

    def either(self, condition: str, then: Callable[[], str], otherwise: Callable[[], str]) -> str:
        """Have one of two values made when the graph runs: what each function writes is run only where it is taken."""
        outer, branches = self._nodes, []
        for make in (then, otherwise):
            self._nodes = []
            value = helper.make_tensor_value_info(make(), TensorProto.FLOAT, None)
            branches.append(helper.make_graph(self._nodes, f"branch_{self._count}", [], [value]))
        self._nodes = outer
        return str(self.node("If", condition, then_branch=branches[0], else_branch=branches[1]))

    def model(self) -> onnx.ModelProto:
        """Put the file together."""
        graph = helper.make_graph(self._nodes, self.name, self._inputs, self._outputs, list(self._constants.values()))
        operators = [helper.make_opsetid("", OPSET)]
        if any(node.domain for node in self._nodes):
            operators.append(helper.make_opsetid("com.microsoft", 1))
        return helper.make_model(graph, opset_imports=operators, ir_version=_IR_VERSION, producer_name="tabsam")

    # The few operators that the models need, as functions of values.

    def add(self, left: str, right: str) -> str:
        return str(self.node("Add", left, right))

    def multiply(self, left: str, right: str) -> str:
        return str(self.node("Mul", left, right))

    def matmul(self, left: str, right: str) -> str:
        return str(self.node("MatMul", left, right))

    def relu(self, value: str) -> str:
        return str(self.node("Relu", value))

    def softmax(self, value: str) -> str:
        """Over the last axis."""
        return str(self.node("Softmax", value, axis=-1))

    def concat(self, values: Sequence[str], axis: int) -> str:
        return str(self.node("Concat", *values, axis=axis)) if len(values) > 1 else values[0]

    def transpose(self, value: str, *axes: int) -> str:
        return str(self.node("Transpose", value, perm=axes))

    def reshape(self, value: str, *shape: int) -> str:
        """Reshape; 0 keeps an axis, -1 takes what is left."""
        return str(self.node("Reshape", value, self._integers(shape)))

    def split(self, value: str, parts: int, size: int, axis: int) -> list[str]:
        """Cut an axis of ``parts`` times ``size``."""
        if parts == 1:
            return [value]
        return list(self.node("Split", value, self._integers([size] * parts), outputs=parts, axis=axis))

    def slice(self, value: str, start: int, stop: int, axis: int) -> str:
        return str(self.node("Slice", value, *(self._integers([number]) for number in (start, stop, axis))))

    def pad(self, value: str, *amounts: int) -> str:
        """Add zeros: so many before each axis, then so many after each."""
        return str(self.node("Pad", value, self._integers(amounts)))

    def gelu(self, value: str) -> str:
        """Apply the exact one, x * (1 + erf(x / sqrt 2)) / 2.

        onnxruntime's own operator: it would make one of the five that ONNX writes it with, but not for WebGPU.
        """
        return str(self.node("Gelu", value, domain="com.microsoft"))

    def linear(self, name: str, value: str, weight: AnyArray, bias: AnyArray | None = None) -> str:
        """Multiply the last axis by a matrix (inputs, outputs), and add a row."""
        product = self.matmul(value, self.constant(f"{name}.weight", weight))
        return product if bias is None else self.add(product, self.constant(f"{name}.bias", bias))

    def layer_norm(self, name: str, value: str, weight: AnyArray, bias: AnyArray, epsilon: float) -> str:
        """Normalise the last axis."""
        scale, shift = self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)
        return str(self.node("LayerNormalization", value, scale, shift, axis=-1, epsilon=epsilon))

    def plain_layer_norm(self, name: str, value: str, weight: AnyArray, bias: AnyArray, epsilon: float) -> str:
        """Normalise the last axis of something large in operators that onnxruntime has vectors for.

        Its LayerNormalization takes a processor twice the time; the few nodes more cost a GPU little.
        """
        centred = self.node("Sub", value, str(self.node("ReduceMean", value, axes=[-1], keepdims=1)))
        count = weight.size
        squares = self.node("ReduceSumSquare", centred, axes=[-1], keepdims=1)
        deviation = self.node("Sqrt", self.add(squares, self.scalar(epsilon * count)))
        scale = self.constant(f"{name}.weight", (weight * np.sqrt(count)).astype(np.float32))
        return self.add(self.multiply(str(self.node("Div", centred, deviation)), scale), self.constant(f"{name}.bias", bias))

    def projections(self, name: str, value: str, weight: AnyArray, bias: AnyArray, scale: np.float32) -> list[str]:
        """Make query, key and value by three thirds of one matrix, the query scaled."""
        matrices, rows = np.split(weight, 3, axis=1), np.split(bias, 3)
        matrices[0], rows[0] = matrices[0] * scale, rows[0] * scale
        parts = zip("qkv", matrices, rows, strict=True)
        return [self.linear(f"{name}.{letter}", value, matrix, row) for letter, matrix, row in parts]

    def _integers(self, numbers: Sequence[int]) -> str:
        return self.constant_once(f"int64[{','.join(map(str, numbers))}]", np.array(numbers, np.int64))

    def scalar(self, number: float) -> str:
        """Give one number, the same one for all who ask."""
        return self.constant_once(f"float32 {number:.9g}", np.array(number, np.float32))
