"""The decoder's graph once more, with the same weights and answers, written for a processor.

On a GPU every node costs and arithmetic is cheap; on a processor it is the other way round: here are twice the nodes and half the
arithmetic. What it does without:

- *Projections of cells.* Scores are (tokens Wq)(cells Wk)^T = (tokens Wq Wk^T) cells^T: there are few tokens and 4096 cells. The
  same goes for what is heard, and for cells that ask tokens.
- *Channels first.* Cells stay (B, rows, columns, channels), where a transposed convolution whose stride is its size is a product.
- *Most of the convolutions at full size.* The first is Winograd's F(2 x 2, 3 x 3) (Lavin and Gray 2016): four neighbouring
  pixels, which are four planes of a quarter of the size, take 16 products of a channel with a channel and not 36. The second is
  linear, and so are the mixtures that make masks: three masks' mixtures are taken of its kernels, not of its 16 channels.
- *A mask that nobody gives* is not embedded.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx

from tabsam_training.graphs.decoder import attend, cell_places, embed_mask, embed_points, masks_where_given, no_mask, scores
from tabsam_training.graphs.writer import Writer
from tabsam_training.network.attention import Attention
from tabsam_training.network.decoder import FRAME, MASKS, Decoder
from tabsam_training.network.encoder import EMBEDDING, FEATURES0, FEATURES1

Planes = dict[tuple[int, int], str]
"""Values by (row, column) of a pixel in its two by two."""

_WINOGRAD = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]], np.float32)
"""What takes three weights in a row to the four products of F(2, 3)."""


def processor_decoder_graph(decoder: Decoder, grid: int = FRAME // 16) -> onnx.ModelProto:
    """Write the decoder; see :func:`tabsam_training.graphs.decoder.decoder_graph`."""
    g = Writer("tabsam_nano_processor_decoder", decoder)
    embedding = g.input("image_embed", (1, EMBEDDING, grid, grid))
    features0 = g.input("high_res_feats_0", (1, FEATURES0, 4 * grid, 4 * grid))
    features1 = g.input("high_res_feats_1", (1, FEATURES1, 2 * grid, 2 * grid))
    coords = g.input("point_coords", ("prompts", "points", 2))
    labels = g.input("point_labels", ("prompts", "points"))
    mask = g.input("mask_input", ("prompts", 1, 4 * grid, 4 * grid))
    has_mask = g.input("has_mask_input", ("prompts",))

    nothing = g.multiply(g.reshape(has_mask, -1, 1, 1), g.scalar(0.0))
    padding, frequencies = g.weight("not_a_point"), g.weight("frequencies")
    fixed = [g.add(g.weight("tokens"), nothing), embed_points(g, frequencies, padding, coords, labels), g.add(padding, nothing)]
    placed = g.concat(fixed, 1)
    any_mask, none = g.node("Greater", g.node("ReduceMax", has_mask, keepdims=0), g.scalar(0.0)), no_mask(g)
    by_prompt = g.reshape(has_mask, -1, 1, 1, 1)
    seen = g.either(
        str(any_mask),
        lambda: masks_where_given(g, by_prompt, embed_mask(g, decoder, mask), none),
        lambda: str(g.node("Identity", none)),
    )
    cells = g.add(embedding, seen)
    cells = g.transpose(g.reshape(cells, 0, EMBEDDING, grid * grid), 0, 2, 1)
    tokens, cells = _two_way(g, decoder, placed, cells, cell_places(g, frequencies, grid))

    tokens = g.slice(tokens, 0, 1 + MASKS, 1)
    pixels = _enlarge(g, decoder, cells, (features0, features1), grid)
    masks = _masks(g, decoder, g.split(tokens, 1 + MASKS, 1, 1)[1:], pixels, grid)
    predicted = scores(g, decoder, tokens, cells, masks, grid, at_once=True)
    g.output("masks", masks, ("prompts", MASKS, 4 * grid, 4 * grid))
    g.output("iou_predictions", predicted, ("prompts", MASKS))
    return g.model()


# Attention


def _two_way(g: Writer, decoder: Decoder, placed: str, cells: str, places: str) -> tuple[str, str]:
    """Let tokens and cells look at each other."""
    tokens, placed_cells = placed, g.add(cells, places)
    for number, block in enumerate(decoder.layers):
        name = f"layers.{number}"
        asking = g.add(tokens, placed)
        heard = attend(g, f"{name}.among_tokens", block.among_tokens, (asking, asking, tokens))
        tokens = g.layer(f"{name}.norm1", block.norm1, g.add(tokens, heard))
        heard = _to_cells(g, f"{name}.to_cells", block.to_cells, g.add(tokens, placed), (placed_cells, cells))
        tokens = g.layer(f"{name}.norm2", block.norm2, g.add(tokens, heard))
        tokens = g.layer(f"{name}.norm3", block.norm3, g.add(tokens, g.layer(f"{name}.mlp", block.mlp, tokens)))
        heard = _to_tokens(g, f"{name}.to_tokens", block.to_tokens, placed_cells, (g.add(tokens, placed), tokens))
        cells = _norm(g, f"{name}.norm4", block.norm4.eps, g.add(cells, heard), EMBEDDING)
        placed_cells = g.add(cells, places)
    heard = _to_cells(g, "final_attention", decoder.final_attention, g.add(tokens, placed), (placed_cells, cells))
    return g.layer("final_norm", decoder.final_norm, g.add(tokens, heard)), cells


def _to_cells(g: Writer, name: str, attention: Attention, tokens: str, cells: tuple[str, str]) -> str:
    """Have (B, T, channels) hear (B, cells, channels). The keys' bias adds the same to all scores of a token, and so nothing."""
    heads, inner = attention.heads, attention.query.out_features
    scaled = g.multiply(g.layer(f"{name}.query", attention.query, tokens), _scale(g, attention))
    asking = g.matmul(_by_head(g, scaled, heads, inner), _heads_transposed(g, f"{name}.key", heads, inner))
    asking = g.transpose(g.reshape(asking, 0, -1, EMBEDDING), 0, 2, 1)
    heard = g.matmul(g.softmax(g.transpose(g.matmul(cells[0], asking), 0, 2, 1)), cells[1])
    weight = g.transpose(g.reshape(g.weight(f"{name}.value.weight"), EMBEDDING, heads, inner // heads), 1, 0, 2)
    by_head = g.matmul(g.reshape(heard, 0, heads, -1, EMBEDDING), weight)
    joined = g.reshape(g.transpose(by_head, 0, 2, 1, 3), 0, -1, inner)
    return g.layer(f"{name}.output", attention.output, g.add(joined, g.weight(f"{name}.value.bias")))


def _to_tokens(g: Writer, name: str, attention: Attention, cells: str, tokens: tuple[str, str]) -> str:
    """Have (B, cells, channels) hear (B, T, channels). The keys' bias adds nothing here, either."""
    heads, inner = attention.heads, attention.query.out_features
    scaled = g.multiply(g.matmul(tokens[0], g.weight(f"{name}.key.weight")), _scale(g, attention))
    key = _by_head(g, scaled, heads, inner)
    asked = g.reshape(g.matmul(key, _heads_transposed(g, f"{name}.query", heads, inner)), 0, -1, EMBEDDING)
    bias = g.matmul(key, g.reshape(g.weight(f"{name}.query.bias"), heads, inner // heads, 1))
    scored = g.add(g.matmul(cells, g.transpose(asked, 0, 2, 1)), g.reshape(bias, 0, 1, -1))
    heard = g.reshape(g.softmax(g.reshape(scored, 0, 0, heads, -1)), 0, 0, -1)
    value = _by_head(g, g.layer(f"{name}.value", attention.value, tokens[1]), heads, inner)
    said = g.matmul(value, g.reshape(g.weight(f"{name}.output.weight"), heads, inner // heads, EMBEDDING))
    return g.add(g.matmul(heard, g.reshape(said, 0, -1, EMBEDDING)), g.weight(f"{name}.output.bias"))


def _scale(g: Writer, attention: Attention) -> str:
    return g.scalar((attention.query.out_features // attention.heads) ** -0.5)


def _by_head(g: Writer, value: str, heads: int, inner: int) -> str:
    """From (B, T, inner) to (B, heads, T, inner / heads)."""
    return g.transpose(g.reshape(value, 0, 0, heads, inner // heads), 0, 2, 1, 3)


def _heads_transposed(g: Writer, name: str, heads: int, inner: int) -> str:
    """Give a projection's matrix (channels, inner) as (heads, inner / heads, channels)."""
    return g.transpose(g.reshape(g.weight(f"{name}.weight"), EMBEDDING, heads, inner // heads), 1, 2, 0)


def _norm(g: Writer, name: str, epsilon: float, value: str, channels: int) -> str:
    """Normalise the last axis in the operators that onnxruntime has vectors for; its LayerNormalization takes twice the time."""
    centred = g.subtract(value, str(g.node("ReduceMean", value, axes=[-1], keepdims=1)))
    squares = g.multiply(str(g.node("ReduceSumSquare", centred, axes=[-1], keepdims=1)), g.scalar(1 / channels))
    scale = g.node("Reciprocal", g.node("Sqrt", g.add(squares, g.scalar(epsilon))))
    return g.add(g.multiply(g.multiply(centred, str(scale)), g.weight(f"{name}.weight")), g.weight(f"{name}.bias"))


# Pixels


def _enlarge(g: Writer, decoder: Decoder, cells: str, features: tuple[str, str], grid: int) -> Planes:
    """From (B, cells, channels) to the four pixels of each of (B, 2 grid, 2 grid, channels / 8)."""
    weight = g.transpose(g.weight("enlarge1.weight"), 0, 2, 3, 1)
    bias = g.concat([g.weight("enlarge1.bias")] * 4, 0)
    quarters = g.add(g.matmul(cells, g.reshape(weight, EMBEDDING, 4 * FEATURES1)), bias)
    # Each cell gives its upper two quarters, then its lower two; a row of cells, all its uppers, then all its lowers.
    rows = g.transpose(g.reshape(quarters, 0, grid, grid, 2, 2 * FEATURES1), 0, 1, 3, 2, 4)
    pixels = g.add(g.reshape(rows, 0, 4 * grid * grid, FEATURES1), _channels_last(g, features[1], FEATURES1, 2 * grid))
    pixels = g.relu(_norm(g, "enlarge_norm", decoder.enlarge_norm.epsilon, pixels, FEATURES1))

    matrices = g.split(g.reshape(g.transpose(g.weight("enlarge2.weight"), 2, 3, 0, 1), 4, FEATURES1, FEATURES0), 4, 1, 0)
    # Added to these, and not to what comes of the product: a row of so few numbers is slow to add.
    biased = g.add(features[0], g.reshape(g.weight("enlarge2.bias"), FEATURES0, 1, 1))
    fine = g.reshape(_channels_last(g, biased, FEATURES0, 4 * grid), 2 * grid, 2, 2 * grid, 2, FEATURES0)
    fines = g.split(g.reshape(g.transpose(fine, 1, 3, 0, 2, 4), 4, 4 * grid * grid, FEATURES0), 4, 1, 0)
    planes: Planes = {}
    for index, (matrix, one) in enumerate(zip(matrices, fines, strict=True)):
        larger = g.matmul(pixels, g.reshape(matrix, FEATURES1, FEATURES0))
        planes[index // 2, index % 2] = g.reshape(g.relu(g.add(larger, one)), 0, 2 * grid, 2 * grid, FEATURES0)
    return planes


def _channels_last(g: Writer, features: str, channels: int, side: int) -> str:
    """From (1, channels, side, side) to (1, side * side, channels)."""
    return g.transpose(g.reshape(features, 1, channels, side * side), 0, 2, 1)


def _masks(g: Writer, decoder: Decoder, tokens: Sequence[str], pixels: Planes, grid: int) -> str:
    """Mix the pixels' channels as each mask's token, (B, 1, channels), says: (B, masks, 4 grid, 4 grid)."""
    networks = zip(decoder.hypernetworks, tokens, strict=True)
    mixtures = g.concat([g.layer(f"hypernetworks.{index}", network, token) for index, (network, token) in enumerate(networks)], 1)
    mixed = _mixed_convolution(g, mixtures, _convolved(g, pixels, grid), grid)
    shift = g.matmul(mixtures, g.reshape(g.weight("mix.2.bias"), FEATURES0, 1))
    planes = []
    for place in ((0, 0), (0, 1), (1, 0), (1, 1)):
        plane = g.add(g.matmul(mixtures, _flat(g, pixels[place], grid)), shift)
        planes.append(g.add(g.reshape(plane, 0, MASKS, 2 * grid, 2 * grid), mixed[place]))
    return str(g.node("DepthToSpace", g.concat(planes, 1), blocksize=2))


def _flat(g: Writer, plane: str, grid: int) -> str:
    """From (B, 2 grid, 2 grid, channels) to (B, channels, pixels)."""
    return g.transpose(g.reshape(plane, 0, 4 * grid * grid, FEATURES0), 0, 2, 1)


def _convolved(g: Writer, pixels: Planes, grid: int) -> Planes:
    """Apply the first convolution and what follows it, a ReLU."""
    kernels = g.matmul(g.reshape(g.weight("mix.0.weight"), -1, 9), g.constant("winograd", np.kron(_WINOGRAD, _WINOGRAD).T))
    kernels = g.transpose(g.reshape(kernels, FEATURES0, FEATURES0, 16), 2, 1, 0)
    matrices = [g.reshape(kernel, FEATURES0, FEATURES0) for kernel in g.split(kernels, 16, 1, 0)]
    columns = [_differences(g, pixels[0, column], pixels[1, column], 1) for column in (0, 1)]
    sums = []
    for row, (even, odd) in enumerate(zip(*columns, strict=True)):
        differences = enumerate(_differences(g, even, odd, 2))
        products = [g.matmul(value, matrices[4 * row + column]) for column, value in differences]
        if row == 1:  # of this product all four pixels have one share
            products[1] = g.add(products[1], g.weight("mix.0.bias"))
        sums.append(_two_sums(g, products))
    result: Planes = {}
    for column in (0, 1):
        for row, value in enumerate(_two_sums(g, [one[column] for one in sums])):
            result[row, column] = g.relu(value)
    return result


def _differences(g: Writer, even: str, odd: str, axis: int) -> list[str]:
    """Give what F(2, 3) multiplies, of all pairs along an axis: of x[2r - 1] to x[2r + 2]."""
    return [
        g.subtract(_moved(g, odd, axis, 1), odd),
        g.add(even, odd),
        g.subtract(odd, even),
        g.subtract(even, _moved(g, even, axis, -1)),
    ]


def _two_sums(g: Writer, products: Sequence[str]) -> tuple[str, str]:
    """Give the even and the odd ones of F(2, 3)."""
    first, second, third, fourth = products
    return g.add(g.add(first, second), third), g.subtract(g.subtract(second, third), fourth)


def _moved(g: Writer, value: str, axis: int, by: int) -> str:
    """Move the numbers of one of four axes by one, on or back; zeros come in."""
    amounts = [0] * 8
    amounts[axis], amounts[4 + axis] = by, -by
    return g.pad(value, *amounts)


def _mixed_convolution(g: Writer, mixtures: str, pixels: Planes, grid: int) -> Planes:
    """Give mixtures, (B, masks, channels), of the second convolution, without its bias: planes of (B, masks, 2 grid, 2 grid)."""
    kernel = g.reshape(g.transpose(g.weight("mix.2.weight"), 0, 2, 3, 1), FEATURES0, 9 * FEATURES0)
    kernels = g.transpose(g.reshape(g.matmul(mixtures, kernel), 0, MASKS, 9, FEATURES0), 0, 2, 1, 3)
    kernels = g.reshape(kernels, 0, 9 * MASKS, FEATURES0)
    # What each place of the kernel makes of each pixel: by the kernel's rows, (B, columns and masks, 2 grid, 2 grid) each.
    made: dict[tuple[int, int], list[str]] = {}
    for place, plane in pixels.items():
        rows = g.split(g.matmul(kernels, _flat(g, plane, grid)), 3, 3 * MASKS, 1)
        made[place] = [g.reshape(row, 0, 3 * MASKS, 2 * grid, 2 * grid) for row in rows]
    result: Planes = {}
    for row in (0, 1):
        even, odd = (g.split(_gathered(g, made[0, at], made[1, at], 2)[row], 3, MASKS, 1) for at in (0, 1))
        result[row, 0], result[row, 1] = _gathered(g, even, odd, 3)
    return result


def _gathered(g: Writer, even: Sequence[str], odd: Sequence[str], axis: int) -> tuple[str, str]:
    """Sum what a kernel's three places along an axis have made, where it belongs: even places, and odd ones."""
    return (
        g.add(g.add(_moved(g, odd[0], axis, 1), even[1]), odd[2]),
        g.add(g.add(even[0], odd[1]), _moved(g, even[2], axis, -1)),
    )
