"""The prompt encoder and mask decoder: what is asked for every click."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from tabsam_training.network.attention import Attention, TwoWayBlock
from tabsam_training.network.encoder import EMBEDDING, FEATURES0, FEATURES1
from tabsam_training.network.layers import LayerNorm2d
from tabsam_training.network.scoring import Scorer

FRAME = 1024
"""The side of the frame that points are in, whatever size the encoder was given."""

MASKS = 3
MASK_SCALE = 8.0
"""Logits that come back as a mask are divided by this, to be near 1."""


class Decoder(nn.Module):
    """Three masks and their scores for each prompt about a picture."""

    def __init__(self) -> None:
        super().__init__()
        channels = EMBEDDING
        self.register_buffer("frequencies", torch.randn(2, channels // 2))
        self.label_embed = nn.Embedding(4, channels)
        self.not_a_point = nn.Parameter(torch.zeros(channels))
        self.no_mask = nn.Parameter(torch.zeros(channels))
        self.mask_embed = nn.Sequential(
            *(nn.Conv2d(1, 8, 2, 2), LayerNorm2d(8), nn.ReLU()),
            *(nn.Conv2d(8, 32, 2, 2), LayerNorm2d(32), nn.ReLU()),
            nn.Conv2d(32, channels, 1),
        )
        self.tokens = nn.Parameter(torch.randn(1 + MASKS, channels) * 0.02)
        self.layers = nn.ModuleList(TwoWayBlock(channels) for _ in range(2))
        self.final_attention, self.final_norm = Attention(channels, channels // 2), nn.LayerNorm(channels)
        self.enlarge1, self.enlarge_norm = nn.ConvTranspose2d(channels, FEATURES1, 2, 2), LayerNorm2d(FEATURES1)
        self.enlarge2 = nn.ConvTranspose2d(FEATURES1, FEATURES0, 2, 2)
        self.mix = nn.Sequential(
            nn.Conv2d(FEATURES0, FEATURES0, 3, padding=1), nn.ReLU(), nn.Conv2d(FEATURES0, FEATURES0, 3, padding=1)
        )
        self.hypernetworks = nn.ModuleList(
            nn.Sequential(nn.Linear(channels, channels), nn.ReLU(), nn.Linear(channels, FEATURES0)) for _ in range(MASKS)
        )
        self.score = Scorer(channels)

    def forward(
        self,
        image_embed: Tensor,
        high_res_feats_0: Tensor,
        high_res_feats_1: Tensor,
        point_coords: Tensor,
        point_labels: Tensor,
        mask_input: Tensor,
        has_mask_input: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Answer B prompts of N points each.

        Parameters
        ----------
        image_embed, high_res_feats_0, high_res_feats_1 : float32
            What the encoder gave, h x w its embedding's size: of one picture for all prompts, or of one for each.
        point_coords : float32, shape (B, N, 2)
            x, y in pixels of the 1024 frame.
        point_labels : float32, shape (B, N)
            1 on the object, 0 off it, 2 and 3 a box's corners, -1 padding.
        mask_input : float32, shape (B, 1, 4 h, 4 w)
            Logits of an earlier answer, where ``has_mask_input``, float32 of shape (B,), is 1 and not 0.

        Returns
        -------
        tuple of float32
            ``masks`` (B, 3, 4 h, 4 w), logits, and ``iou_predictions`` (B, 3) in (0, 1).
        """
        batch = len(point_coords)
        height, width = image_embed.shape[-2:]
        points = self._embed_points(point_coords, point_labels)
        placed = torch.cat([self.tokens.expand(batch, -1, -1), points], 1)
        has_mask = has_mask_input.reshape(batch, 1, 1, 1)
        dense = has_mask * self.mask_embed(mask_input / MASK_SCALE) + (1 - has_mask) * self.no_mask.reshape(1, -1, 1, 1)
        cells, cell_places = (image_embed + dense).flatten(2).transpose(1, 2), self._cell_places(height, width)
        tokens = placed
        for layer in self.layers:
            tokens, cells = layer(tokens, cells, placed, cell_places)
        tokens = self.final_norm(tokens + self.final_attention(tokens + placed, cells + cell_places, cells))

        pixels = cells.transpose(1, 2).reshape(batch, -1, height, width)
        pixels = functional.relu(self.enlarge_norm(self.enlarge1(pixels) + high_res_feats_1))
        pixels = functional.relu(self.enlarge2(pixels) + high_res_feats_0)
        pixels = pixels + self.mix(pixels)
        weights = torch.stack([make(tokens[:, 1 + index]) for index, make in enumerate(self.hypernetworks)], 1)
        masks = (weights @ pixels.flatten(2)).reshape(batch, MASKS, 4 * height, 4 * width)
        return masks, self.score(tokens[:, : 1 + MASKS], cells, masks.detach())

    def _embed_points(self, coords: Tensor, labels: Tensor) -> Tensor:
        """Give (B, N + 1, channels): the points, then a padding point, which every prompt has."""
        labels = labels.unsqueeze(-1)
        places = self.places((coords + 0.5) / FRAME)
        points = torch.where(labels < 0, self.not_a_point.expand_as(places), places)
        for kind in range(4):
            points = points + (labels == kind).to(points.dtype) * self.label_embed.weight[kind]
        return torch.cat([points, self.not_a_point.expand(len(coords), 1, -1)], 1)

    def _cell_places(self, height: int, width: int) -> Tensor:
        """Give (1, h * w, channels): where each cell's centre is."""
        device = self.frequencies.device
        x = ((torch.arange(width, device=device) + 0.5) / width).expand(height, width)
        y = ((torch.arange(height, device=device) + 0.5) / height)[:, None].expand(height, width)
        return self.places(torch.stack([x, y], -1)).reshape(1, height * width, -1)

    def places(self, xy: Tensor) -> Tensor:
        """Write positions in [0, 1], (..., 2), as sines and cosines of fixed random frequencies, (..., channels)."""
        angles = (2 * xy - 1) @ self.frequencies * (2 * math.pi)
        return torch.cat([angles.sin(), angles.cos()], -1)
