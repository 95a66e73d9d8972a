"""The prompt encoder and mask decoder as a graph, for any number of prompts at once and any number of points.

The reference is SAM's modeling/prompt_encoder.py, transformer.py and mask_decoder.py, and SAM 2's (modeling/sam/).

Cells of the image stay (prompts, cells, channels): each convolution whose stride is its size is a matrix product, and what
it enlarges is put in its place only at the end, where there are four masks rather than 32 channels. There is no shape
arithmetic: the number of prompts comes in by adding zeros, so the graph can be captured on WebGPU.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx

from tabsam.arrays import Float32Array
from tabsam.model.dialects.sam2 import ANY_POINTS
from tabsam_export.architectures import Decoder
from tabsam_export.attention import attend
from tabsam_export.graph import Graph
from tabsam_export.weights import Weights

_LABELS = (-1, 0, 1, 2, 3)
"""Padding, off the object, on it, a box's top-left corner, its bottom-right corner."""

_END = -2
"""A label after the last point's, which nobody gives: it is the first where there is no point."""

_UNHEARD = -1e4
"""Added to a score: what is left of its weight, exp(-1e4), is 0; and halves can hold it."""


@dataclass(frozen=True)
class _Place:
    """What every step needs: where to write, what about, and with which numbers."""

    g: Graph
    decoder: Decoder
    weights: Weights


def decoder_graph(decoder: Decoder, weights: Weights) -> onnx.ModelProto:
    """Write the decoder.

    Both give four masks, the single-mask token's first. SAM 1's takes points that are padded already, SAM 2's pads them itself:
    not where there are none, since SAM2ImagePredictor does not pad a mask alone, and its axis of points has a name that says so.
    """
    sam = "sam2" if decoder.high_resolution else "sam1"
    g = Graph(f"{sam}_decoder")
    place = _Place(g, decoder, weights)
    grid, channels = decoder.grid, decoder.channels
    name = "image_embed" if decoder.high_resolution else "image_embeddings"
    embedding = g.input(name, (1, channels, grid, grid))
    features = []
    if decoder.high_resolution:
        features.append(g.input("high_res_feats_0", (1, channels // 8, grid * 4, grid * 4)))
        features.append(g.input("high_res_feats_1", (1, channels // 4, grid * 2, grid * 2)))
    axis = ANY_POINTS if decoder.high_resolution else "points"
    coords = g.input("point_coords", ("prompts", axis, 2))
    labels = g.input("point_labels", ("prompts", axis))
    mask = g.input("mask_input", ("prompts", 1, grid * 4, grid * 4))
    has_mask = g.reshape(g.input("has_mask_input", ("prompts",)), -1, 1, 1)

    points = _embed_points(place, coords, labels)
    cells = g.transpose(g.reshape(embedding, 1, channels, grid * grid), 0, 2, 1)
    cells = g.add(cells, _embed_mask(place, mask, has_mask))
    fixed, first_mask = _fixed_tokens(place)
    nothing = g.multiply(has_mask, g.scalar(0.0))
    tokens = g.concat([g.add(g.constant("tokens", fixed), nothing), points], 1)
    unheard = _unheard_padding(place, labels, nothing, fixed.shape[1]) if decoder.high_resolution else None
    tokens, cells = _two_way(place, tokens, cells, unheard)
    enlarged = _enlarge(place, cells, features)
    _answer(place, tokens, enlarged, first_mask)
    return g.model()


def _embed_points(place: _Place, coords: str, labels: str) -> str:
    """From (L, N, 2) in model pixels and (L, N) to (L, N, channels)."""
    g, weights = place.g, place.weights.under("prompt_encoder")
    # Half a pixel, then from pixels to [-1, 1].
    step = 2 / place.decoder.side
    unit = g.add(g.multiply(coords, g.scalar(step)), g.scalar(step / 2 - 1))
    where = _sines(place, unit, "prompt_encoder.shared_embedding", 2)
    kinds = g.constant("prompts.labels", np.array(_LABELS, np.float32))
    one_hot = g.node("Cast", g.node("Equal", g.reshape(labels, 0, 0, 1), kinds), to=onnx.TensorProto.FLOAT)
    # A padding point says nothing of where it is.
    said = g.constant("prompts.said", np.array([[0], [1], [1], [1], [1]], np.float32))
    table = np.concatenate([weights["not_a_point_embed.weight"], _point_table(weights)])
    what = g.matmul(one_hot, g.constant("prompts.table", table))
    return g.add(g.multiply(where, g.matmul(one_hot, said)), what)


def _point_table(weights: Weights) -> Float32Array:
    """Give the four kinds' embeddings, (4, channels): one table in SAM 2, four in SAM 1."""
    if "point_embed.weight" in weights:
        return weights["point_embed.weight"]
    return np.concatenate([weights[f"point_embed.{kind}.weight"] for kind in range(4)])


def _embed_mask(place: _Place, mask: str, has_mask: str) -> str:
    """From (L, 1, 4 grid, 4 grid) and (L, 1, 1) to (L, cells, channels), or to "no mask" where there is none."""
    g, decoder, weights = place.g, place.decoder, place.weights.under("prompt_encoder")
    none = weights["no_mask_embed.weight"]
    cell = g.transpose(g.reshape(mask, -1, 4, decoder.grid, 4), 0, 2, 1, 3)
    # A cell is 4 x 4 pixels, and has 2 x 2 patches of 2 x 2 pixels: y of patch, y in it, x of patch, x in it.
    weight, bias = weights["mask_embed.conv1.weight"], weights["mask_embed.conv1.bias"]
    patch = np.einsum("ia,kb,ojl->ijklabo", np.eye(2), np.eye(2), weight[:, 0]).reshape(16, 4 * len(weight))
    value = g.linear("mask.conv1", g.reshape(cell, -1, decoder.grid**2, 16), patch.astype(np.float32), np.tile(bias, 4))
    value = g.reshape(value, -1, decoder.grid**2 * 4, len(weight))
    value = g.gelu(g.layer_norm("mask.norm1", value, *weights.norm("mask_embed.layer_norm1"), decoder.mask_epsilon))
    second, bias = weights["mask_embed.conv2.weight"], weights["mask_embed.conv2.bias"]
    patches = g.reshape(value, -1, decoder.grid**2, 4 * len(weight))
    value = g.linear("mask.conv2", patches, second.transpose(2, 3, 1, 0).reshape(-1, len(second)), bias)
    value = g.gelu(g.layer_norm("mask.norm2", value, *weights.norm("mask_embed.layer_norm2"), decoder.mask_epsilon))
    matrix, row = weights.linear("mask_embed.conv3")
    difference = g.linear("mask.conv3", value, matrix, row - none[0])
    return g.add(g.multiply(difference, has_mask), g.constant("mask.none", none))


def _fixed_tokens(place: _Place) -> tuple[Float32Array, int]:
    """Give the tokens that are always there, (1, n, channels), and which is the first mask's.

    SAM 2's padding point is the last of them: the order of tokens does not matter.
    """
    weights = place.weights.under("mask_decoder")
    tokens = [weights["iou_token.weight"], weights["mask_tokens.weight"]]
    if place.decoder.high_resolution:
        padding = place.weights["prompt_encoder.not_a_point_embed.weight"]
        tokens = [weights["obj_score_token.weight"], *tokens, padding]
    return np.concatenate(tokens)[np.newaxis], 2 if place.decoder.high_resolution else 1


def _unheard_padding(place: _Place, labels: str, nothing: str, fixed: int) -> str:
    """Give what keeps the padding point, the last of the ``fixed`` tokens, from being heard where there is no point.

    Parameters
    ----------
    labels : (L, N)
    nothing : (L, 1, 1), zeros

    Returns
    -------
    (L, 1, 1, fixed + N), zeros but for that
    """
    g = place.g
    end = g.add(g.reshape(nothing, -1, 1), g.scalar(_END))
    first = g.slice(g.concat([labels, end], 1), 0, 1, 1)
    alone = g.node("Cast", g.node("Equal", first, g.scalar(_END)), to=onnx.TensorProto.FLOAT)
    padding = np.zeros((1, 1, 1, fixed), np.float32)
    padding[..., -1] = _UNHEARD
    of_fixed = g.multiply(g.reshape(alone, -1, 1, 1, 1), g.constant("tokens.unheard", padding))
    of_points = g.transpose(g.reshape(g.multiply(labels, g.scalar(0.0)), 0, 0, 1, 1), 0, 2, 3, 1)
    return g.concat([of_fixed, of_points], 3)


def _two_way(place: _Place, points: str, cells: str, unheard: str | None) -> tuple[str, str]:
    """Let tokens and cells look at each other; ``points`` are also the tokens' places."""
    g, decoder, weights = place.g, place.decoder, place.weights.under("mask_decoder.transformer")
    cell_places = _cell_places(place)
    tokens, placed_cells = points, g.add(cells, cell_places)
    for number in range(decoder.layers):
        layer = weights.under(f"layers.{number}")
        tokens, cells = _layer(place, layer, number, (tokens, points), (cells, placed_cells), unheard)
        placed_cells = g.add(cells, cell_places)
    last = _Attention(place, weights.under("final_attn_token_to_image"), "final")
    tokens = g.add(tokens, last.to_cells(tokens, points, cells, placed_cells))
    return g.layer_norm("final.norm", tokens, *weights.norm("layer_norm_final_attn"), decoder.final_epsilon), cells


def _layer(
    place: _Place,
    weights: Weights,
    number: int,
    tokens_places: tuple[str, str],
    cells_placed: tuple[str, str],
    unheard: str | None,
) -> tuple[str, str]:
    g, epsilon = place.g, place.decoder.token_epsilon
    (tokens, points), (cells, placed_cells) = tokens_places, cells_placed
    name = f"layers.{number}"

    def norm(index: int, value: str) -> str:
        return g.layer_norm(f"{name}.norm{index}", value, *weights.norm(f"layer_norm{index}"), epsilon)

    itself = _Attention(place, weights.under("self_attn"), f"{name}.self")
    # In the first layer the tokens are their own places.
    asking = tokens if number == 0 else g.add(tokens, points)
    heard = itself.among_tokens(asking, asking, tokens, unheard)
    tokens = norm(1, heard if number == 0 else g.add(tokens, heard))

    to_cells = _Attention(place, weights.under("cross_attn_token_to_image"), f"{name}.to_cells")
    tokens = norm(2, g.add(tokens, to_cells.to_cells(tokens, points, cells, placed_cells)))

    first, second = ("mlp.lin1", "mlp.lin2") if "mlp.lin1.weight" in weights else ("mlp.proj_in", "mlp.proj_out")
    inner = g.relu(g.linear(f"{name}.mlp.0", tokens, *weights.linear(first)))
    tokens = norm(3, g.add(tokens, g.linear(f"{name}.mlp.1", inner, *weights.linear(second))))

    to_tokens = _Attention(place, weights.under("cross_attn_image_to_token"), f"{name}.to_tokens")
    cells = g.add(cells, to_tokens.to_tokens(placed_cells, tokens, points, unheard))
    return tokens, g.plain_layer_norm(f"{name}.norm4", cells, *weights.norm("layer_norm4"), epsilon)


class _Attention:
    """One attention of the two-way transformer.

    There are few tokens and thousands of cells, so nothing projects cells: scores are (tokens Wq)(cells Wk)^T =
    (tokens Wq Wk^T) cells^T, and what is heard is projected after it has been heard. With one point it is half the arithmetic,
    with nine as much as otherwise.
    """

    def __init__(self, place: _Place, weights: Weights, name: str) -> None:
        self.g, self.heads, self.name = place.g, place.decoder.heads, name
        self.query, self.key, self.value = (weights.linear(f"{letter}_proj") for letter in "qkv")
        self.out = weights.linear("out_proj" if "out_proj.weight" in weights else "o_proj")
        self.size = self.query[0].shape[1] // self.heads
        self.query = self.query[0] * np.float32(self.size**-0.5), self.query[1] * np.float32(self.size**-0.5)

    def among_tokens(self, queries: str, keys: str, values: str, unheard: str | None) -> str:
        return self._attend(self._row("q", queries, self.query), self._row("k", keys, self.key), values, unheard)

    def to_cells(self, tokens: str, points: str, cells: str, placed_cells: str) -> str:
        """Have tokens hear cells. The keys' bias adds the same to all scores of a token, and so nothing."""
        g, channels = self.g, len(self.key[0])
        queries = g.matmul(
            self._by_head(self._row("q", g.add(tokens, points), self.query)), self._matrices("k", self.key, 1, 2, 0)
        )
        queries = g.transpose(g.reshape(queries, 0, -1, channels), 0, 2, 1)
        heard = g.matmul(g.softmax(g.transpose(g.matmul(placed_cells, queries), 0, 2, 1)), cells)
        values = g.matmul(g.reshape(heard, 0, self.heads, -1, channels), self._matrices("v", self.value, 1, 0, 2))
        joined = g.reshape(g.transpose(values, 0, 2, 1, 3), 0, -1, self.heads * self.size)
        return self._row("out", g.add(joined, g.constant(f"{self.name}.v.bias", self.value[1])), self.out)

    def to_tokens(self, cells: str, tokens: str, points: str, unheard: str | None) -> str:
        """Have cells, with their places, hear tokens. The keys' bias adds nothing here, either."""
        g, channels = self.g, len(self.query[0])
        key = self._by_head(g.linear(f"{self.name}.k", g.add(tokens, points), self.key[0]))
        keys = g.reshape(g.matmul(key, self._matrices("q", self.query, 1, 2, 0)), 0, -1, channels)
        bias = g.constant(f"{self.name}.q.bias", self.query[1].reshape(self.heads, self.size, 1))
        scores = g.add(g.matmul(cells, g.transpose(keys, 0, 2, 1)), g.reshape(g.matmul(key, bias), 0, 1, -1))
        scores = g.reshape(scores, 0, 0, self.heads, -1)
        weights = g.reshape(g.softmax(g.add(scores, unheard) if unheard else scores), 0, 0, -1)
        value = self._by_head(self._row("v", tokens, self.value))
        out = g.constant(f"{self.name}.out.weight", self.out[0].reshape(self.heads, self.size, channels))
        said = g.reshape(g.matmul(value, out), 0, -1, channels)
        return g.add(g.matmul(weights, said), g.constant(f"{self.name}.out.bias", self.out[1]))

    def _attend(self, queries: str, keys: str, values: str, unheard: str | None = None) -> str:
        values = self._row("v", values, self.value)
        heard = attend(self.g, queries, keys, values, self.heads, self.size, unheard=unheard)
        return self._row("out", heard, self.out)

    def _row(self, letter: str, value: str, layer: tuple[Float32Array, Float32Array]) -> str:
        return self.g.linear(f"{self.name}.{letter}", value, *layer)

    def _by_head(self, value: str) -> str:
        """From (L, T, heads * size) to (L, heads, T, size)."""
        return self.g.transpose(self.g.reshape(value, 0, 0, self.heads, self.size), 0, 2, 1, 3)

    def _matrices(self, letter: str, layer: tuple[Float32Array, Float32Array], *axes: int) -> str:
        """Give a projection's matrix, (channels, heads, size), with its axes in another order."""
        matrix = layer[0].reshape(-1, self.heads, self.size)
        return self.g.constant(f"{self.name}.{letter}.weight", matrix.transpose(axes))


def _cell_places(place: _Place) -> str:
    """Give the places of the embedding's cells, (cells, channels), made of constants when the file is loaded."""
    g, grid = place.g, place.decoder.grid
    centres = (np.arange(grid, dtype=np.float32) + np.float32(0.5)) / np.float32(grid) * 2 - 1
    xy = np.stack(np.meshgrid(centres, centres), axis=-1).reshape(-1, 2)
    return _sines(place, g.constant("cells", xy), "shared_image_embedding", 1)


def _sines(place: _Place, unit: str, name: str, axis: int) -> str:
    """Embed places in [-1, 1] by random waves: (..., 2) to (..., channels)."""
    g = place.g
    waves = g.constant(f"{name}.waves", place.weights[f"{name}.positional_embedding"] * np.float32(2 * np.pi))
    angles = g.matmul(unit, waves)
    return g.concat([str(g.node("Sin", angles)), str(g.node("Cos", angles))], axis)


def _enlarge(place: _Place, cells: str, features: list[str]) -> str:
    """From (L, cells, channels) to (L, 16 * cells, channels / 8), four times as fine either way."""
    g, decoder, weights = place.g, place.decoder, place.weights.under("mask_decoder")
    cells = _doubled(g, weights, "upscale_conv1", cells, decoder.grid)
    if features:
        cells = g.add(cells, _by_cell(g, features[1], decoder.channels // 4, decoder.grid * 2))
    cells = g.gelu(g.plain_layer_norm("enlarge.norm", cells, *weights.norm("upscale_layer_norm"), decoder.mask_epsilon))
    cells = _doubled(g, weights, "upscale_conv2", cells, decoder.grid * 2)
    if features:
        cells = g.add(cells, _by_cell(g, features[0], decoder.channels // 8, decoder.grid * 4))
    return g.gelu(cells)


def _by_cell(g: Graph, features: str, channels: int, side: int) -> str:
    """From (1, channels, side, side) to (1, side * side, channels)."""
    return g.transpose(g.reshape(features, 1, channels, side * side), 0, 2, 1)


def _doubled(g: Graph, weights: Weights, name: str, cells: str, grid: int) -> str:
    """Apply a transposed convolution of size and stride 2: (L, grid * grid, inputs) to (L, 4 * grid * grid, outputs)."""
    weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    matrix = weight.transpose(0, 2, 3, 1).reshape(len(weight), -1)
    # Each cell gives its upper two quarters, then its lower two; a row of cells, all its uppers, then all its lowers.
    quarters = g.reshape(g.linear(name, cells, matrix, np.tile(bias, 4)), -1, grid, 2, 2 * len(bias))
    return g.reshape(g.transpose(quarters, 0, 2, 1, 3), -1, 4 * grid * grid, len(bias))


def _answer(place: _Place, tokens: str, enlarged: str, first_mask: int) -> None:
    """Write the masks' logits and the IoU predictions."""
    g, decoder, weights = place.g, place.decoder, place.weights.under("mask_decoder")
    count = decoder.masks
    chosen = g.reshape(g.slice(tokens, first_mask, first_mask + count, 1), -1, count, 1, decoder.channels)
    for number, layer in enumerate(("proj_in", "layers.0", "proj_out")):
        pairs = [weights.linear(f"output_hypernetworks_mlps.{mask}.{layer}") for mask in range(count)]
        matrices, rows = np.stack([pair[0] for pair in pairs]), np.stack([pair[1] for pair in pairs])[:, np.newaxis]
        chosen = g.linear(f"hyper.{number}", chosen, matrices, rows)
        chosen = chosen if layer == "proj_out" else g.relu(chosen)
    columns = g.transpose(g.reshape(chosen, -1, count, decoder.channels // 8), 0, 2, 1)
    # The masks are turned, not the 32 channels that they are made of.
    logits = g.transpose(g.matmul(enlarged, columns), 0, 2, 1)
    side = decoder.grid * 4
    name = "masks" if decoder.high_resolution else "low_res_masks"
    g.output(name, g.reshape(logits, -1, count, side, side), ("prompts", count, side, side))
    scores = _scores(place, g.reshape(g.slice(tokens, first_mask - 1, first_mask, 1), -1, decoder.channels))
    g.output("iou_predictions", scores, ("prompts", count))


def _scores(place: _Place, token: str) -> str:
    g, head = place.g, place.weights.under("mask_decoder.iou_prediction_head")
    names = ["proj_in", *(f"layers.{index}" for index in range(place.decoder.iou_layers - 2))]
    for name in names:
        token = g.relu(g.linear(f"iou.{name}", token, *head.linear(name)))
    matrix, row = head.linear("proj_out")
    scores = g.linear("iou.proj_out", token, matrix, row)
    return str(g.node("Sigmoid", scores)) if place.decoder.high_resolution else scores
