"""A graph whose constants are a network's parameters, under their own names and stored as halves.

A half has a Cast to float32 behind it, whose input is constant: onnxruntime computes it once, when it loads the file, and
then folds each batch norm into its convolution. They are written apart so that the file holds the parameters themselves, and
training goes on from it (see weights.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from onnx import TensorProto
from torch import nn

from tabsam_export.graph import Graph
from tabsam_training.errors import TrainingError
from tabsam_training.graphs.weights import transposed
from tabsam_training.network.layers import LayerNorm2d

_LARGEST_HALF = 65504.0


class Writer(Graph):
    """An ONNX graph of a network in evaluation mode.

    Parameters
    ----------
    name : str
        The graph's own name.
    network : torch.nn.Module
        Whose parameters are written.
    """

    def __init__(self, name: str, network: nn.Module) -> None:
        super().__init__(name)
        self._state = network.state_dict()
        self._transposed = transposed(network)

    def weight(self, name: str) -> str:
        """Give a parameter as float32; matrices of linear layers are (inputs, outputs)."""
        array = self._state[name].detach().cpu().numpy()
        if not np.abs(array).max() <= _LARGEST_HALF:  # NaN, too
            raise TrainingError(
                "weights-do-not-fit", f"{name} holds numbers beyond float16.", "Training went astray: start again."
            )
        if name in self._transposed:
            array = array.T
        value = str(self.node("Cast", self.constant(name, array.astype(np.float16)), to=TensorProto.FLOAT))
        self._nodes[-1].ClearField("name")  # there are 640 of them, and their values' names say it all
        return value

    def layer(self, name: str, module: nn.Module, value: str) -> str:
        """Write one of the plain layers, or a sequence of them.

        Raises
        ------
        TypeError
            If it is not plain: whoever owns it writes it.
        """
        if isinstance(module, nn.Sequential):
            for index, inner in enumerate(module):
                value = self.layer(f"{name}.{index}", inner, value)
            return value
        if isinstance(module, nn.ReLU6):
            return str(self.node("Clip", value, self.scalar(0.0), self.scalar(6.0)))
        if isinstance(module, nn.ReLU):
            return self.relu(value)
        if isinstance(module, nn.Linear):
            return self.add(self.matmul(value, self.weight(f"{name}.weight")), self.weight(f"{name}.bias"))
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            return self._convolution(name, module, value)
        return self._norm(name, module, value)

    def _convolution(self, name: str, module: nn.Conv2d | nn.ConvTranspose2d, value: str) -> str:
        operator = "ConvTranspose" if isinstance(module, nn.ConvTranspose2d) else "Conv"
        numbers = [self.weight(f"{name}.weight")]
        if module.bias is not None:
            numbers.append(self.weight(f"{name}.bias"))
        attributes: dict[str, Any] = {"kernel_shape": module.kernel_size, "strides": module.stride}
        if module.padding != (0, 0):
            attributes["pads"] = [*module.padding, *module.padding]
        if module.groups != 1:
            attributes["group"] = module.groups
        return str(self.node(operator, value, *numbers, **attributes))

    def _norm(self, name: str, module: nn.Module, value: str) -> str:
        if isinstance(module, nn.BatchNorm2d):
            numbers = [self.weight(f"{name}.{part}") for part in ("weight", "bias", "running_mean", "running_var")]
            return str(self.node("BatchNormalization", value, *numbers, epsilon=module.eps))
        if not isinstance(module, nn.LayerNorm | LayerNorm2d):
            raise TypeError(f"{type(module).__name__} is no plain layer")
        scale, shift = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        if isinstance(module, nn.LayerNorm):
            return str(self.node("LayerNormalization", value, scale, shift, axis=-1, epsilon=module.eps))
        return self._channel_norm(module, value, scale, shift)

    def _channel_norm(self, module: LayerNorm2d, value: str, scale: str, shift: str) -> str:
        """Normalise the channels of each pixel of (B, channels, h, w)."""
        centred = self.subtract(value, str(self.node("ReduceMean", value, axes=[1], keepdims=1)))
        variance = self.node("ReduceMean", self.multiply(centred, centred), axes=[1], keepdims=1)
        deviation = self.node("Sqrt", self.add(variance, self.scalar(module.epsilon)))
        scale, shift = self.reshape(scale, -1, 1, 1), self.reshape(shift, -1, 1, 1)
        return self.add(self.multiply(self.divide(centred, deviation), scale), shift)

    def subtract(self, left: str, right: str) -> str:
        return str(self.node("Sub", left, right))

    def divide(self, left: str, right: str) -> str:
        return str(self.node("Div", left, right))

    def sum_cells(self, value: str) -> str:
        """Sum the last of three axes, which stays."""
        return str(self.node("ReduceSum", value, self._integers([2]), keepdims=1))

    def doubled(self, value: str) -> str:
        """Enlarge (B, channels, h, w) to twice its size, bilinearly."""
        scales = self.constant_once("float32 1,1,2,2", np.array([1, 1, 2, 2], np.float32))
        return str(self.node("Resize", value, "", scales, mode="linear", coordinate_transformation_mode="half_pixel"))

    def average(self, value: str, size: int) -> str:
        """Average windows of size x size that lie side by side."""
        return str(self.node("AveragePool", value, kernel_shape=[size, size], strides=[size, size]))

    def attend(self, query: str, key: str, value: str, heads: int, channels: int) -> str:
        """Attend by heads: all are (B, n, channels); scores are of each head's own channels, scaled by their root."""
        scale = self.scalar((channels // heads) ** -0.5)
        parts = [self.reshape(part, 0, 0, heads, channels // heads) for part in (self.multiply(query, scale), key, value)]
        asking, content = self.transpose(parts[0], 0, 2, 1, 3), self.transpose(parts[2], 0, 2, 1, 3)
        scores = self.softmax(self.matmul(asking, self.transpose(parts[1], 0, 2, 3, 1)))
        return self.reshape(self.transpose(self.matmul(scores, content), 0, 2, 1, 3), 0, 0, channels)


def evaluated(network: nn.Module) -> nn.Module:
    """Give the network in evaluation mode, in float32 on the CPU, with the numbers that its file will hold."""
    network = network.eval().float().cpu()
    with torch.no_grad():
        for tensor in network.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(tensor.half().float())
    return network
