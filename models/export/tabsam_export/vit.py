"""SAM 1's picture encoder as a graph: a plain vision transformer with windows and decomposed relative positions.

Tokens stay (tokens, channels); a window is a reordering of them. The reference is
segment_anything/modeling/image_encoder.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx

from tabsam.arrays import AnyArray
from tabsam_export.architectures import Vit
from tabsam_export.attention import Offsets, attend
from tabsam_export.graph import Graph
from tabsam_export.weights import Weights
from tabsam_export.windows import gather_windows, scatter_windows


@dataclass(frozen=True)
class _Block:
    """One block: ``side`` tokens to the side of what it attends to, a window or the whole grid."""

    number: int
    vit: Vit

    @property
    def windowed(self) -> bool:
        return self.number not in self.vit.global_blocks

    @property
    def side(self) -> int:
        return self.vit.window if self.windowed else self.vit.grid

    @property
    def size(self) -> int:
        """Channels to a head."""
        return self.vit.width // self.vit.heads


def vit_graph(vit: Vit, weights: Weights) -> onnx.ModelProto:
    """Write the encoder; ``weights`` are all of the model's."""
    g = Graph("sam1_encoder")
    image = g.input("image", (1, 3, vit.side, vit.side))
    encoder = weights.under("vision_encoder")
    tokens = _patches(g, vit, encoder, image)
    for number in range(vit.depth):
        tokens = _block(g, _Block(number, vit), encoder.under(f"layers.{number}"), tokens)
    _neck(g, vit, encoder.under("neck"), tokens)
    return g.model()


def _patches(g: Graph, vit: Vit, weights: Weights, image: str) -> str:
    """Project patches; a convolution whose stride is its size is a matrix product."""
    weight, bias = weights["patch_embed.projection.weight"], weights["patch_embed.projection.bias"]
    names = g.constant("patch_embed.weight", weight), g.constant("patch_embed.bias", bias)
    patches = g.node("Conv", image, *names, kernel_shape=[vit.patch] * 2, strides=[vit.patch] * 2)
    tokens = g.transpose(g.reshape(patches, vit.width, vit.grid**2), 1, 0)
    if "pos_embed" not in weights:
        return tokens
    return g.add(tokens, g.constant("position", weights["pos_embed"].reshape(vit.grid**2, vit.width)))


def _block(g: Graph, block: _Block, weights: Weights, tokens: str) -> str:
    vit, name = block.vit, f"blocks.{block.number}"
    normed = g.layer_norm(f"{name}.norm1", tokens, *weights.norm("layer_norm1"), vit.epsilon)
    if block.windowed:
        normed = gather_windows(g, normed, vit.grid, vit.window, vit.width)
    normed = g.reshape(normed, -1, block.side**2, vit.width)
    attended = _attention(g, block, weights.under("attn"), normed)
    if block.windowed:
        attended = scatter_windows(g, attended, vit.grid, vit.window, vit.width)
    attended = g.reshape(attended, vit.grid**2, vit.width)
    tokens = g.add(tokens, g.linear(f"{name}.attn.proj", attended, *weights.linear("attn.proj")))
    normed = g.layer_norm(f"{name}.norm2", tokens, *weights.norm("layer_norm2"), vit.epsilon)
    inner = g.gelu(g.linear(f"{name}.mlp.lin1", normed, *weights.linear("mlp.lin1")))
    return g.add(tokens, g.linear(f"{name}.mlp.lin2", inner, *weights.linear("mlp.lin2")))


def _attention(g: Graph, block: _Block, weights: Weights, tokens: str) -> str:
    heads, name = block.vit.heads, f"blocks.{block.number}.attn"
    scale = np.float32(block.size**-0.5)
    query, key, value = g.projections(name, tokens, *weights.linear("qkv"), scale)
    offsets = None
    if "rel_pos_h" in weights:
        # The positions' own product is with the query before it is scaled.
        tables = (weights[f"rel_pos_{axis}"] / scale for axis in "hw")
        offsets = Offsets(*_relative(g, block, name, query, *tables), block.side)
    windows = (-(-block.vit.grid // block.side)) ** 2
    return attend(g, query, key, value, heads, block.size, offsets, windows=windows, tokens=block.side**2)


def _relative(g: Graph, block: _Block, name: str, query: str, rows: AnyArray, columns: AnyArray) -> tuple[str, str]:
    """Give what each query says of each row and each column that a key may be in.

    Queries in the same row share their products with rows, so these are gathered by row, and by column for columns: blocks
    of memory that lie together, and one product for each.

    Returns
    -------
    two of (B, S, heads * side)
    """
    side, heads, size = block.side, block.vit.heads, block.size
    whole = side * side * heads
    by_row = g.transpose(g.reshape(query, -1, side, side * heads * size), 1, 0, 2)
    of_rows = g.matmul(g.reshape(by_row, side, -1, size), _table(g, block, f"{name}.rows", rows))
    of_rows = g.transpose(g.reshape(of_rows, side, -1, whole), 1, 0, 2)
    by_column = g.transpose(g.reshape(query, -1, side, heads * size), 1, 0, 2)
    of_columns = g.matmul(g.reshape(by_column, side, -1, size), _table(g, block, f"{name}.columns", columns))
    of_columns = g.transpose(g.reshape(of_columns, side, -1, heads * side), 1, 0, 2)
    return tuple(g.reshape(part, -1, side * side, heads * side) for part in (of_rows, of_columns))  # type: ignore[return-value]


def _table(g: Graph, block: _Block, name: str, positions: AnyArray) -> str:
    """Lay the embeddings of relative positions out for each pair: (2 side - 1, size) to (side, size, side).

    The runtime does this once, when it loads the file.
    """
    where = np.arange(block.side)
    pairs = g.constant_once(f"pairs {block.side}", (where[:, np.newaxis] - where + block.side - 1).astype(np.int64))
    return g.transpose(g.node("Gather", g.constant(name, positions), pairs, axis=0), 0, 2, 1)


def _neck(g: Graph, vit: Vit, weights: Weights, tokens: str) -> None:
    grid, channels = vit.grid, vit.channels
    first = weights["conv1.weight"].reshape(channels, vit.width).T
    cells = g.layer_norm("neck.norm1", g.linear("neck.conv1", tokens, first), *weights.norm("layer_norm1"), 1e-6)
    planes = g.reshape(g.transpose(cells, 1, 0), 1, channels, grid, grid)
    kernel = g.constant("neck.conv2.weight", weights["conv2.weight"])
    planes = g.node("Conv", planes, kernel, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    cells = g.transpose(g.reshape(planes, channels, grid**2), 1, 0)
    cells = g.layer_norm("neck.norm2", cells, *weights.norm("layer_norm2"), 1e-6)
    planes = g.reshape(g.transpose(cells, 1, 0), 1, channels, grid, grid)
    g.output("image_embeddings", planes, (1, channels, grid, grid))
