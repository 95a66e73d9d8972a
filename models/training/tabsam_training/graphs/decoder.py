"""The decoder's graph, for any number of prompts about one picture and any number of points in each.

There is no shape arithmetic: what there is one of for every prompt gets its number of prompts by adding zeros.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import onnx

from tabsam_training.graphs.writer import Writer
from tabsam_training.network.attention import Attention, TwoWayBlock
from tabsam_training.network.decoder import FRAME, MASK_SCALE, MASKS, Decoder
from tabsam_training.network.encoder import EMBEDDING, FEATURES0, FEATURES1
from tabsam_training.network.scoring import SMALL


def decoder_graph(decoder: Decoder, grid: int = FRAME // 16) -> onnx.ModelProto:
    """Write the decoder.

    Parameters
    ----------
    decoder : Decoder
    grid : int
        The side of the embedding, in cells.
    """
    g = Writer("tabsam_nano_decoder", decoder)
    embedding = g.input("image_embed", (1, EMBEDDING, grid, grid))
    features0 = g.input("high_res_feats_0", (1, FEATURES0, 4 * grid, 4 * grid))
    features1 = g.input("high_res_feats_1", (1, FEATURES1, 2 * grid, 2 * grid))
    coords = g.input("point_coords", ("prompts", "points", 2))
    labels = g.input("point_labels", ("prompts", "points"))
    mask = g.input("mask_input", ("prompts", 1, 4 * grid, 4 * grid))
    has_mask = g.reshape(g.input("has_mask_input", ("prompts",)), -1, 1, 1, 1)

    nothing = g.multiply(g.reshape(has_mask, -1, 1, 1), g.scalar(0.0))
    padding, frequencies = g.weight("not_a_point"), g.weight("frequencies")
    fixed = [g.add(g.weight("tokens"), nothing), embed_points(g, frequencies, padding, coords, labels), g.add(padding, nothing)]
    placed = g.concat(fixed, 1)
    seen = embed_mask(g, decoder, mask)
    cells = g.add(embedding, masks_where_given(g, has_mask, seen, no_mask(g)))
    cells = g.transpose(g.reshape(cells, 0, EMBEDDING, grid * grid), 0, 2, 1)
    tokens, cells = _two_way(g, decoder, placed, cells, cell_places(g, frequencies, grid))

    tokens = g.slice(tokens, 0, 1 + MASKS, 1)
    masks = _masks(g, decoder, g.split(tokens, 1 + MASKS, 1, 1)[1:], _enlarge(g, decoder, cells, (features0, features1), grid))
    masks = g.reshape(masks, 0, MASKS, 4 * grid, 4 * grid)
    predicted = scores(g, decoder, tokens, cells, masks, grid)
    g.output("masks", masks, ("prompts", MASKS, 4 * grid, 4 * grid))
    g.output("iou_predictions", predicted, ("prompts", MASKS))
    return g.model()


def _places(g: Writer, angles: str) -> str:
    """Write angles, in turns, as sines and cosines side by side."""
    radians = g.multiply(angles, g.scalar(2 * math.pi))
    return g.concat([str(g.node("Sin", radians)), str(g.node("Cos", radians))], -1)


def embed_points(g: Writer, frequencies: str, padding: str, coords: str, labels: str) -> str:
    """From (B, N, 2) in pixels and (B, N) to (B, N, channels)."""
    # Half a pixel, then from pixels to [-1, 1].
    unit = g.add(g.multiply(coords, g.scalar(2 / FRAME)), g.scalar(1 / FRAME - 1))
    places = _places(g, g.matmul(unit, frequencies))
    labels = g.reshape(labels, 0, 0, 1)
    where = g.node("Where", g.node("Less", labels, g.scalar(0.0)), padding, places)
    kinds = g.constant("kinds", np.arange(4, dtype=np.float32))
    one_hot = g.node("Where", g.node("Equal", labels, kinds), g.scalar(1.0), g.scalar(0.0))
    return g.add(where, g.matmul(one_hot, g.weight("label_embed.weight")))


def embed_mask(g: Writer, decoder: Decoder, mask: str) -> str:
    """From (B, 1, 4 grid, 4 grid) to (B, channels, grid, grid)."""
    return g.layer("mask_embed", decoder.mask_embed, g.multiply(mask, g.scalar(1 / MASK_SCALE)))


def no_mask(g: Writer) -> str:
    """Give what stands where there is no mask, (1, channels, 1, 1)."""
    return g.reshape(g.weight("no_mask"), 1, -1, 1, 1)


def masks_where_given(g: Writer, has_mask: str, seen: str, none: str) -> str:
    """Give what is seen of masks for the prompts that have one, and for the others what stands for none."""
    without = g.subtract(g.scalar(1.0), has_mask)
    return g.add(g.multiply(has_mask, seen), g.multiply(without, none))


def cell_places(g: Writer, frequencies: str, grid: int) -> str:
    """Give (1, cells, channels), of constants only: onnxruntime computes it once, when it loads the file."""
    centres = (2 * (np.arange(grid, dtype=np.float32) + np.float32(0.5)) / np.float32(grid) - 1).astype(np.float32)
    middles = g.constant("middles", centres)
    rows, columns = g.reshape(middles, grid, 1, 1), g.reshape(middles, 1, grid, 1)
    of_x, of_y = g.split(frequencies, 2, 1, 0)
    angles = g.add(g.multiply(columns, of_x), g.multiply(rows, of_y))
    return g.reshape(_places(g, angles), 1, grid * grid, EMBEDDING)


def _two_way(g: Writer, decoder: Decoder, placed: str, cells: str, places: str) -> tuple[str, str]:
    """Let tokens and cells look at each other."""
    tokens = placed
    for number, block in enumerate(decoder.layers):
        tokens, cells = _block(g, f"layers.{number}", block, (tokens, placed), (cells, places))
    placed_cells = g.add(cells, places)
    heard = attend(g, "final_attention", decoder.final_attention, (g.add(tokens, placed), placed_cells, cells))
    return g.layer("final_norm", decoder.final_norm, g.add(tokens, heard)), cells


def _block(
    g: Writer, name: str, block: TwoWayBlock, tokens_places: tuple[str, str], cells_places: tuple[str, str]
) -> tuple[str, str]:
    (tokens, token_places), (cells, cell_places) = tokens_places, cells_places
    asking = g.add(tokens, token_places)
    heard = attend(g, f"{name}.among_tokens", block.among_tokens, (asking, asking, tokens))
    tokens = g.layer(f"{name}.norm1", block.norm1, g.add(tokens, heard))
    placed_cells = g.add(cells, cell_places)
    heard = attend(g, f"{name}.to_cells", block.to_cells, (g.add(tokens, token_places), placed_cells, cells))
    tokens = g.layer(f"{name}.norm2", block.norm2, g.add(tokens, heard))
    tokens = g.layer(f"{name}.norm3", block.norm3, g.add(tokens, g.layer(f"{name}.mlp", block.mlp, tokens)))
    heard = attend(g, f"{name}.to_tokens", block.to_tokens, (placed_cells, g.add(tokens, token_places), tokens))
    return tokens, g.layer(f"{name}.norm4", block.norm4, g.add(cells, heard))


def attend(g: Writer, name: str, attention: Attention, values: Sequence[str]) -> str:
    """Write an attention of a query, a key and a value, (B, n, channels) each."""
    parts = ("query", "key", "value")
    made = [g.layer(f"{name}.{part}", getattr(attention, part), value) for part, value in zip(parts, values, strict=True)]
    heard = g.attend(made[0], made[1], made[2], attention.heads, attention.query.out_features)
    return g.layer(f"{name}.output", attention.output, heard)


def _enlarge(g: Writer, decoder: Decoder, cells: str, features: tuple[str, str], grid: int) -> str:
    """From (B, cells, channels) to (B, channels / 8, 16 cells)."""
    pixels = g.reshape(g.transpose(cells, 0, 2, 1), 0, EMBEDDING, grid, grid)
    pixels = g.add(g.layer("enlarge1", decoder.enlarge1, pixels), features[1])
    pixels = g.relu(g.layer("enlarge_norm", decoder.enlarge_norm, pixels))
    pixels = g.relu(g.add(g.layer("enlarge2", decoder.enlarge2, pixels), features[0]))
    pixels = g.add(pixels, g.layer("mix", decoder.mix, pixels))
    return g.reshape(pixels, 0, FEATURES0, 16 * grid * grid)


def _masks(g: Writer, decoder: Decoder, tokens: Sequence[str], pixels: str) -> str:
    """Mix the pixels' channels as each mask's token, (B, 1, channels), says: (B, masks, pixels)."""
    networks = zip(decoder.hypernetworks, tokens, strict=True)
    weights = [g.layer(f"hypernetworks.{index}", network, token) for index, (network, token) in enumerate(networks)]
    return g.matmul(g.concat(weights, 1), pixels)


def scores(g: Writer, decoder: Decoder, tokens: str, cells: str, masks: str, grid: int, *, at_once: bool = False) -> str:
    """Predict each mask's IoU, (B, masks); see :class:`tabsam_training.network.scoring.Scorer`.

    ``at_once`` has the mean of all cells come out of the product that sums them up, which a processor prefers.
    """
    small = g.scalar(SMALL)
    inside = g.reshape(str(g.node("Sigmoid", g.average(masks, 4))), 0, MASKS, grid * grid)
    edge = g.multiply(inside, g.subtract(g.scalar(1.0), inside))
    area, edge_area = g.sum_cells(inside), g.sum_cells(edge)
    inside_and_edge = g.concat([area, edge_area], 1)
    picked = [inside, edge]
    if at_once:
        nothing = g.multiply(g.slice(area, 0, 1, 1), g.scalar(0.0))
        picked.append(g.add(g.constant("score.all", np.full((1, 1, grid**2), 1 / grid**2, np.float32)), nothing))
    sums = g.matmul(g.concat(picked, 1), cells)
    if at_once:
        sums, mean = g.slice(sums, 0, 2 * MASKS, 1), g.slice(sums, 2 * MASKS, 2 * MASKS + 1, 1)
    least = g.add(inside_and_edge, small)
    weight, bias = g.weight("score.pool.weight"), g.weight("score.pool.bias")
    means = g.add(g.matmul(g.divide(sums, least), weight), g.multiply(bias, g.divide(inside_and_edge, least)))
    if not at_once:
        mean = str(g.node("ReduceMean", cells, axes=[1], keepdims=1))
    whole = g.add(g.matmul(mean, weight), bias)
    share = g.multiply(area, g.scalar(1 / grid**2))
    least_area = g.add(area, small)
    features = [
        g.concat([g.slice(tokens, 0, 1, 1)] * MASKS, 1),
        g.slice(tokens, 1, 1 + MASKS, 1),
        *g.split(means, 2, MASKS, 1),
        g.concat([whole] * MASKS, 1),
        share,
        str(g.node("Sqrt", share)),
        g.divide(g.sum_cells(g.multiply(inside, inside)), least_area),
        g.divide(edge_area, least_area),
    ]
    given = g.layer("score.mlp", decoder.score.mlp, g.concat(features, 2))
    return g.reshape(str(g.node("Sigmoid", given)), 0, MASKS)
