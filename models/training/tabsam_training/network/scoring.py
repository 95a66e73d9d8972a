"""How sure the model is of each mask it offers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

SMALL = 1e-3
"""Added to an area that something is divided by: a mask may be empty."""

_POOLED = 64


class Scorer(nn.Module):
    """Predicts each mask's IoU from its token and from what lies inside it, along its edge and in the whole picture."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.pool = nn.Linear(channels, _POOLED)
        inputs = 2 * channels + 3 * _POOLED + 4
        self.mlp = nn.Sequential(nn.Linear(inputs, 192), nn.ReLU(), nn.Linear(192, 96), nn.ReLU(), nn.Linear(96, 1))

    def forward(self, tokens: Tensor, cells: Tensor, masks: Tensor) -> Tensor:
        """Judge masks; they should be detached, so that the judge does not steer.

        Parameters
        ----------
        tokens : float32, shape (B, 1 + M, channels)
            The score's own, then the masks'.
        cells : float32, shape (B, h * w, channels)
        masks : float32, shape (B, M, 4 h, 4 w)
            Logits.

        Returns
        -------
        float32, shape (B, M), in (0, 1)
        """
        count = masks.shape[1]
        inside = torch.sigmoid(functional.avg_pool2d(masks, 4)).flatten(2)
        edge = inside * (1 - inside)
        cells_of_picture = inside.shape[-1]
        area, edge_area = inside.sum(2, keepdim=True), edge.sum(2, keepdim=True)
        # Sums first, then the linear layer: it is the same, and cheaper.
        sums = torch.cat([inside, edge, torch.ones_like(inside[:, :1])], 1) @ cells
        whole = self.pool(sums[:, 2 * count :] / cells_of_picture).expand(-1, count, -1)
        share = area / cells_of_picture
        decided = (inside * inside).sum(2, keepdim=True) / (area + SMALL)
        features = [
            tokens[:, :1].expand(-1, count, -1),
            tokens[:, 1:],
            self._mean(sums[:, :count], area),
            self._mean(sums[:, count : 2 * count], edge_area),
            whole,
            share,
            share.sqrt(),
            decided,
            edge_area / (area + SMALL),
        ]
        return torch.sigmoid(self.mlp(torch.cat(features, -1))).squeeze(-1)

    def _mean(self, sums: Tensor, area: Tensor) -> Tensor:
        """Pool by soft area; nothing, not the bias, comes of an empty one."""
        return functional.linear(sums / (area + SMALL), self.pool.weight) + self.pool.bias * (area / (area + SMALL))
