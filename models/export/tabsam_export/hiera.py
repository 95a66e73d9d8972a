"""SAM 2's picture encoder as a graph: Hiera, the feature pyramid, and the decoder's first step on its finer levels.

Tokens stay (tokens, channels) throughout; a window is a reordering of them. The reference is
sam2/modeling/backbones/hieradet.py and image_encoder.py, and SAM2Base.forward_image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx

from tabsam.arrays import Float32Array
from tabsam_export.architectures import Hiera
from tabsam_export.attention import attend
from tabsam_export.graph import Graph
from tabsam_export.weights import Weights
from tabsam_export.windows import gather_windows, scatter_windows


@dataclass(frozen=True)
class _Block:
    number: int
    grid: int
    width_in: int
    width: int
    heads: int
    window: int
    pools: bool
    epsilon: float


def hiera_graph(hiera: Hiera, weights: Weights, enlarging: Float32Array) -> onnx.ModelProto:
    """Write the encoder.

    Parameters
    ----------
    weights : all of the model's
    enlarging : float32, shape (grid, n)
        Takes n numbers in a row to as many as the grid has, bicubic: for the position embedding's n by n background.
    """
    g = Graph("sam2_encoder")
    image = g.input("image", (1, 3, hiera.side, hiera.side))
    backbone = weights.under("vision_encoder.backbone")
    tokens = _patches(g, hiera, backbone, image, enlarging)
    levels = []
    for block in _blocks(hiera):
        tokens = _block(g, block, backbone.under(f"blocks.{block.number}"), tokens)
        if block.number + 1 in np.cumsum(hiera.blocks):
            levels.append(tokens)
    _pyramid(g, hiera, weights, levels)
    return g.model()


def _blocks(hiera: Hiera) -> list[_Block]:
    """List the blocks; the first of a stage still has the window, and before pooling the grid, of the stage before."""
    blocks: list[_Block] = []
    grid, width = hiera.grid, hiera.widths[0]
    for stage, count in enumerate(hiera.blocks):
        for index in range(count):
            first = index == 0 and stage > 0
            number = len(blocks)
            window = 0 if number in hiera.global_blocks else hiera.windows[stage - 1 if first else stage]
            pools = first and stage <= hiera.pooled_stages
            blocks.append(_Block(number, grid, width, hiera.widths[stage], hiera.heads[stage], window, pools, hiera.epsilon))
            grid, width = grid // 2 if pools else grid, hiera.widths[stage]
    return blocks


def _patches(g: Graph, hiera: Hiera, weights: Weights, image: str, enlarging: Float32Array) -> str:
    weight, bias = weights["patch_embed.projection.weight"], weights["patch_embed.projection.bias"]
    kernel = weight.shape[-1]
    names = g.constant("patch_embed.weight", weight), g.constant("patch_embed.bias", bias)
    patches = g.node("Conv", image, *names, kernel_shape=[kernel] * 2, strides=[4, 4], pads=[kernel // 2] * 4)
    tokens = g.transpose(g.reshape(patches, hiera.widths[0], hiera.grid**2), 1, 0)
    return g.add(tokens, _position(g, hiera, weights, enlarging))


def _position(g: Graph, hiera: Hiera, weights: Weights, enlarging: Float32Array) -> str:
    """Make the position embedding, (grid * grid, channels), of constants alone.

    The runtime does this once, when it loads the file, which is so 25 MB smaller (Hiera-Tiny).
    """
    grid, width = hiera.grid, hiera.widths[0]
    background = weights["pos_embed"][0].transpose(1, 2, 0)
    tile = weights["pos_embed_window"][0].transpose(1, 2, 0)
    (count, side), steps = background.shape[:2], grid // len(tile)
    matrix = g.constant("position.enlarging", enlarging)
    rows = g.matmul(matrix, g.constant("position.background", background.reshape(count, side * width)))
    cells = g.matmul(matrix, g.reshape(rows, grid, side, width))
    tiles = g.constant("position.window", tile.reshape(1, len(tile), 1, len(tile) * width))
    return g.reshape(g.add(g.reshape(cells, steps, len(tile), steps, len(tile) * width), tiles), grid * grid, width)


def _block(g: Graph, block: _Block, weights: Weights, tokens: str) -> str:
    name = f"blocks.{block.number}"
    normed = g.layer_norm(f"{name}.norm1", tokens, *weights.norm("layer_norm1"), block.epsilon)
    residual = tokens
    if block.width != block.width_in:
        residual = g.linear(f"{name}.proj", normed, *weights.linear("proj"))
        residual = _pooled(g, residual, block.grid, block.width, 1) if block.pools else residual
    grid = block.grid // 2 if block.pools else block.grid
    attended = _attention(g, block, weights.under("attn"), normed, grid)
    tokens = g.add(residual, g.linear(f"{name}.attn.proj", attended, *weights.linear("attn.proj")))
    normed = g.layer_norm(f"{name}.norm2", tokens, *weights.norm("layer_norm2"), block.epsilon)
    inner = g.gelu(g.linear(f"{name}.mlp.0", normed, *weights.linear("mlp.proj_in")))
    return g.add(tokens, g.linear(f"{name}.mlp.1", inner, *weights.linear("mlp.proj_out")))


def _attention(g: Graph, block: _Block, weights: Weights, tokens: str, grid: int) -> str:
    """Attend in windows, or everywhere; (grid in * grid in, width in) to (grid * grid, width)."""
    window = block.window or block.grid
    size = block.width // block.heads
    if block.window:
        tokens = gather_windows(g, tokens, block.grid, window, block.width_in)
    tokens = g.reshape(tokens, -1, window * window, block.width_in)
    query, key, value = g.projections(f"blocks.{block.number}.attn", tokens, *weights.linear("qkv"), np.float32(size**-0.5))
    if block.pools:
        query = _pooled(g, query, window, block.width, -1)
    windows = (-(-block.grid // window)) ** 2
    attended = attend(g, query, key, value, block.heads, size, windows=windows, tokens=window * window)
    if block.window:
        return scatter_windows(g, attended, grid, window // 2 if block.pools else window, block.width)
    return g.reshape(attended, grid * grid, block.width)


def _pooled(g: Graph, tokens: str, side: int, width: int, batch: int) -> str:
    """Keep the largest of each two by two tokens: (batch, side * side, width) to a quarter; batch 1 gives two axes.

    Two maxima over one middle axis each, rather than a pooling between two transpositions.
    """
    rows = g.node("ReduceMax", g.reshape(tokens, -1, 2, side * width), axes=[1], keepdims=0)
    cells = g.node("ReduceMax", g.reshape(rows, -1, 2, width), axes=[1], keepdims=0)
    return str(cells) if batch == 1 else g.reshape(cells, -1, side * side // 4, width)


def _pyramid(g: Graph, hiera: Hiera, weights: Weights, levels: list[str]) -> None:
    """Write the three outputs; the coarsest of the four levels only adds to the next."""
    neck = weights.under("vision_encoder.neck")
    grids = [hiera.grid >> level for level in range(len(levels))]
    fine = [_lateral(neck, len(levels) - 1 - level) for level in range(len(levels))]
    embedding = g.linear("neck.2", levels[2], fine[2][0], fine[2][1] + weights["no_memory_embedding"].reshape(-1))
    image_embed = _planes(g, embedding, grids[2], hiera.channels)
    if 2 in hiera.top_down and 3 in hiera.top_down:
        coarse = _planes(g, g.linear("neck.3", levels[3], *fine[3]), grids[3], hiera.channels)
        image_embed = g.add(image_embed, _doubled(g, coarse, grids[3], hiera.channels))
    for level in (0, 1):
        # Two layers without anything between them are one.
        matrix, row = weights.linear(f"mask_decoder.conv_s{level}")
        features = g.linear(f"high_res.{level}", levels[level], fine[level][0] @ matrix, fine[level][1] @ matrix + row)
        shape = (1, matrix.shape[1], grids[level], grids[level])
        g.output(f"high_res_feats_{level}", _planes(g, features, grids[level], matrix.shape[1]), shape)
    g.output("image_embed", image_embed, (1, hiera.channels, grids[2], grids[2]))


def _lateral(neck: Weights, index: int) -> tuple[Float32Array, Float32Array]:
    return neck.linear(f"convs.{index}")


def _planes(g: Graph, tokens: str, grid: int, channels: int) -> str:
    """From (grid * grid, channels) to (1, channels, grid, grid)."""
    return g.reshape(g.transpose(tokens, 1, 0), 1, channels, grid, grid)


def _doubled(g: Graph, planes: str, grid: int, channels: int) -> str:
    """Repeat each cell two by two: (1, channels, grid, grid) to (1, channels, 2 * grid, 2 * grid)."""
    size = g.constant("doubled", np.array([1, channels, 2 * grid, 2 * grid], np.int64))
    how: dict[str, Any] = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    return str(g.node("Resize", planes, "", "", size, **how))
