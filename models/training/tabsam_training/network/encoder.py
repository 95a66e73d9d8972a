"""The picture encoder: what is looked at once for each picture."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from tabsam_training.network.backbone import EfficientNetLite
from tabsam_training.network.layers import InvertedResidual, conv_bn, doubled

EMBEDDING, FEATURES1, FEATURES0 = 128, 32, 16
"""Channels of ``image_embed``, ``high_res_feats_1`` and ``high_res_feats_0``."""

_CONTEXT, _EDGES = 192, 24


class ContextBlock(nn.Module):
    """A transformer block over all cells of a map, normalised before each step; a 3 x 3 by channel tells where a cell is."""

    heads = 6

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.position = conv_bn(channels, channels, groups=channels, active=False)
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.qkv, self.output = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)
        self.mlp = nn.Sequential(nn.Linear(channels, 2 * channels), nn.ReLU(), nn.Linear(2 * channels, channels))

    def forward(self, value: Tensor) -> Tensor:
        value = value + self.position(value)
        batch, channels, height, width = value.shape
        cells = value.flatten(2).transpose(1, 2)
        parts = self.qkv(self.norm1(cells)).reshape(batch, height * width, 3, self.heads, channels // self.heads)
        query, key, content = parts.permute(2, 0, 3, 1, 4)
        heard = functional.scaled_dot_product_attention(query, key, content)
        cells = cells + self.output(heard.transpose(1, 2).reshape(batch, height * width, channels))
        cells = cells + self.mlp(self.norm2(cells))
        return cells.transpose(1, 2).reshape(batch, channels, height, width)


class Encoder(nn.Module):
    """From a picture to its embedding and two finer maps of features.

    The backbone sees the picture at half size, where its receptive field and the scale that it was trained at fit whole
    objects; four blocks of attention at 1/32 of the picture bring the context, a thin branch at full size the edges. Layers
    are named after their stride in the picture.
    """

    def __init__(self) -> None:
        super().__init__()
        self.backbone = EfficientNetLite()
        stride8, stride16, stride32, stride64 = self.backbone.channels
        self.edges = nn.Sequential(conv_bn(3, 16, 3, 2), conv_bn(16, _EDGES, 3, 2), InvertedResidual(_EDGES, 2))
        self.lateral64, self.lateral32 = nn.Conv2d(stride64, _CONTEXT, 1), nn.Conv2d(stride32, _CONTEXT, 1)
        self.context = nn.Sequential(*(ContextBlock(_CONTEXT) for _ in range(4)))
        self.lateral16, self.from32 = nn.Conv2d(stride16, EMBEDDING, 1), nn.Conv2d(_CONTEXT, EMBEDDING, 1)
        self.smooth16 = nn.Sequential(
            conv_bn(EMBEDDING, EMBEDDING, groups=EMBEDDING),
            conv_bn(EMBEDDING, EMBEDDING, 1),
            nn.Conv2d(EMBEDDING, EMBEDDING, 3, padding=1),
        )
        self.lateral8, self.from16 = nn.Conv2d(stride8, FEATURES1, 1), nn.Conv2d(EMBEDDING, FEATURES1, 1)
        self.smooth8 = conv_bn(FEATURES1, FEATURES1)
        self.lateral4, self.from8 = nn.Conv2d(_EDGES, FEATURES0, 1), nn.Conv2d(FEATURES1, FEATURES0, 1)
        self.smooth4 = conv_bn(FEATURES0, FEATURES0)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Look at pictures.

        Parameters
        ----------
        image : float32, shape (B, 3, side, side)
            Normalised by ImageNet's mean and deviation; ``side`` is a multiple of 64, and 1024 in the exported model.

        Returns
        -------
        tuple of float32
            ``high_res_feats_0`` (B, 16, side / 4, side / 4), ``high_res_feats_1`` (B, 32, side / 8, side / 8) and
            ``image_embed`` (B, 128, side / 16, side / 16).
        """
        stride8, stride16, stride32, stride64 = self.backbone(functional.avg_pool2d(image, 2))
        context = self.context(self.lateral32(stride32) + doubled(self.lateral64(stride64)))
        embedding = self.lateral16(stride16) + doubled(self.from32(context))
        embedding = embedding + self.smooth16(embedding)
        features1 = self.smooth8(self.lateral8(stride8) + doubled(self.from16(embedding)))
        features0 = self.smooth4(self.lateral4(self.edges(image)) + doubled(self.from8(features1)))
        return features0, features1, embedding
