"""Small layers that several parts of the network are made of; maps are float32 (batch, channels, height, width)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def conv_bn(inputs: int, outputs: int, size: int = 3, stride: int = 1, groups: int = 1, *, active: bool = True) -> nn.Sequential:
    """Make a convolution without bias, its batch norm, and a ReLU unless it is not ``active``."""
    layers = [nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]
    if active:
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


def doubled(value: Tensor) -> Tensor:
    """Enlarge a map to twice its size, bilinearly, with half-pixel centres."""
    return functional.interpolate(value, scale_factor=2.0, mode="bilinear", align_corners=False)


class InvertedResidual(nn.Module):
    """Widen, look around by channel, narrow; what comes in is added."""

    def __init__(self, channels: int, expansion: int) -> None:
        super().__init__()
        hidden = channels * expansion
        self.layers = nn.Sequential(
            conv_bn(channels, hidden, 1),
            conv_bn(hidden, hidden, groups=hidden),
            conv_bn(hidden, channels, 1, active=False),
        )

    def forward(self, value: Tensor) -> Tensor:
        return value + self.layers(value)


class LayerNorm2d(nn.Module):
    """A layer norm over the channels of each pixel, as SAM's."""

    epsilon = 1e-6

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, value: Tensor) -> Tensor:
        centred = value - value.mean(1, keepdim=True)
        normal = centred * torch.rsqrt((centred * centred).mean(1, keepdim=True) + self.epsilon)
        return normal * self.weight[:, None, None] + self.bias[:, None, None]
