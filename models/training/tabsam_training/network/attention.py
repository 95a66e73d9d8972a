"""Attention between tokens and the cells of a picture, as in SAM's decoder; values are float32 (B, n, channels)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


class Attention(nn.Module):
    """Attention of four heads whose inner width may be smaller than the outer one."""

    heads = 4

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(channels, inner) for _ in range(3))
        self.output = nn.Linear(inner, channels)

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        batch, asking, _ = query.shape
        query, key, value = self.query(query), self.key(key), self.value(value)
        heard = functional.scaled_dot_product_attention(self._split(query), self._split(key), self._split(value))
        return self.output(heard.transpose(1, 2).reshape(batch, asking, -1))

    def _split(self, value: Tensor) -> Tensor:
        batch, count, channels = value.shape
        return value.reshape(batch, count, self.heads, channels // self.heads).transpose(1, 2)


class TwoWayBlock(nn.Module):
    """SAM's: tokens attend to themselves and to the picture, then the picture's cells to the tokens."""

    def __init__(self, channels: int, hidden: int = 512) -> None:
        super().__init__()
        self.among_tokens = Attention(channels, channels)
        self.to_cells, self.to_tokens = Attention(channels, channels // 2), Attention(channels, channels // 2)
        self.norm1, self.norm2, self.norm3, self.norm4 = (nn.LayerNorm(channels) for _ in range(4))
        self.mlp = nn.Sequential(nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, channels))

    def forward(self, tokens: Tensor, cells: Tensor, token_places: Tensor, cell_places: Tensor) -> tuple[Tensor, Tensor]:
        placed = tokens + token_places
        tokens = self.norm1(tokens + self.among_tokens(placed, placed, tokens))
        tokens = self.norm2(tokens + self.to_cells(tokens + token_places, cells + cell_places, cells))
        tokens = self.norm3(tokens + self.mlp(tokens))
        cells = self.norm4(cells + self.to_tokens(cells + cell_places, tokens + token_places, tokens))
        return tokens, cells
