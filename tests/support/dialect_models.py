"""One small pair of graphs for every dialect: the export's true signature over arithmetic that one can write down.

The encoder averages its picture in the cells of each feature map, and hides the three colours in that map's channels. The
decoder brings the colours back, adds a distance map for every point, weighted by its label and its place in the line, one
for every corner of every box, and a share of the mask that is fed back; then it takes the mean away, so that about half of
the grid is in the mask. So every input moves the edge of the mask: a wrong frame, label, order, padding point, or token.

`Export` is what an exporter writes into the file: names, dtypes, axes, in ONNX's text form. The arithmetic is the same for
all; `test_dialects.py` computes it again with NumPy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import onnx
import onnx.checker
import onnx.helper
import onnx.numpy_helper
import onnx.parser

from tabsam.arrays import AnyArray, Float32Array
from tests.support.tiny_model import lift

#: What a point's distance map is multiplied by, by its label; then by 1 + n / 8 for the n-th, and by 1 / DISTANCE.
LABEL_WEIGHTS = {1: -1.0, 0: 0.8, 2: -0.7, 3: -0.5, -1: 0.3, -10: 2.0}
CORNER_WEIGHTS = (-0.9, -0.6)  # of a box in an input of its own: its top-left, its bottom-right corner
DISTANCE = 300.0  # model pixels to a logit
#: How much of each colour goes into the logits, by the stride of the feature map (from fine to coarse).
COLOURS = {"fine": (0.3, -0.2, 0.1), "middle": (0.1, 0.3, -0.2), "coarse": (-0.4, 0.5, 0.6), "position": (0.5, 0.5, 0.5)}
MASK_SHARE = 0.25  # of what is fed back
FLAG_SLOPE = 1.0  # logits across the grid's width, where there is a mask
#: Per mask: what the common logits are multiplied by, and what is added; the single-mask token's is nothing like the others'.
GAINS = {1: (1.0,), 3: (1.0, 1.2, 0.8), 4: (-2.0, 1.0, 1.2, 0.8)}
OFFSETS = {1: (0.2,), 3: (-0.3, 0.2, 0.7), 4: (3.0, -0.3, 0.2, 0.7)}
IOU_PREDICTIONS = {1: (0.9,), 3: (0.6, 0.9, 0.75), 4: (0.99, 0.6, 0.9, 0.75)}

#: Inputs and outputs by the part that they play, under all the names that exporters give them.
ROLES: Mapping[str, tuple[str, ...]] = {
    "fine": ("high_res_feats_0", "image_features_0", "high_res_features1", "image_embeddings.0"),
    "middle": ("high_res_feats_1", "image_features_1", "high_res_features2", "image_embeddings.1"),
    "coarse": ("image_embed", "image_embeddings", "image_embeddings.2"),
    "position": ("image_positional_embeddings",),
    "points": ("point_coords", "input_points", "batched_point_coords"),
    "labels": ("point_labels", "input_labels", "batched_point_labels"),
    "boxes": ("input_boxes",),
    "mask": ("mask_input", "input_masks"),
    "flag": ("has_mask_input", "has_input_masks"),
    "size": ("orig_im_size", "original_image_size"),
    "masks": ("masks", "pred_masks", "output_masks"),
    "logits": ("low_res_masks",),
    "scores": ("iou_predictions", "iou_scores", "scores"),
    "object": ("object_score_logits",),
}
ROLE_OF = {name: role for role, names in ROLES.items() for name in names}
#: Grid cells to a cell of a feature map, along each side.
TIMES = {"fine": 1, "middle": 2, "coarse": 4, "position": 4}

_DOT = "_DOT_"


@dataclass(frozen=True)
class Export:
    """What one exporter writes.

    Attributes
    ----------
    encoder, decoder : str
        Inputs and outputs in ONNX's text form: ``(float[1, 3, 8, 8] image) => (...)``.
    side, grid : int
        Of the model's frame, and of the masks' grid; the text may leave them open.
    masks : int
        How many masks it gives: 1, 3, or 4 with the single-mask token's first.
    masks_side : int or None
        Of ``masks`` where that is neither the grid's nor asked for.
    normalise : "outside", "inside" or "imagenet"
        Whether the graph takes normalised pixels; (h, w, 3) grey levels, to be normalised and padded inside as SAM 1; or [0, 1]
        at any size, to be resized and normalised inside as EfficientSAM.
    pads_itself : bool
        Whether the graph adds a padding point to every prompt.
    scales_points : bool
        Whether points come in the frame of the size that is asked for.
    """

    encoder: str
    decoder: str
    side: int = 1024
    grid: int = 256
    masks: int = 3
    masks_side: int | None = None
    normalise: str = "outside"
    pads_itself: bool = False
    scales_points: bool = False

    def encoder_bytes(self) -> bytes:
        """Make the encoder's file."""
        return _serialised("encoder", self.encoder, _encoder_body(self))

    def decoder_bytes(self) -> bytes:
        """Make the decoder's file."""
        return _serialised("decoder", self.decoder, _decoder_body(self))


@dataclass
class _Body:
    """A graph's nodes, as lines of ONNX's text form, and the constants that they name."""

    lines: list[str] = field(default_factory=list)
    constants: dict[str, AnyArray] = field(default_factory=dict)

    def add(self, *lines: str) -> None:
        self.lines.extend(lines)

    def floats(self, **values: Any) -> None:
        self.constants |= {name: np.asarray(value, np.float32) for name, value in values.items()}

    def ints(self, **values: Any) -> None:
        self.constants |= {name: np.asarray(value, np.int64) for name, value in values.items()}


def _encoder_body(export: Export) -> _Body:
    graph = _signature("encoder", export.encoder)
    body = _Body()
    body.add(f"given = Cast <to = 1> ({_quoted(graph.input[0].name)})")
    _prepare[export.normalise](export, body)
    for output in graph.output:
        role = ROLE_OF[output.name]
        body.constants[f"{role}_lift"] = lift(output.type.tensor_type.shape.dim[1].dim_value)[:, :, None, None]
        if role == "position":
            body.floats(position_cells=position_cells(export.grid // TIMES[role]))
        else:
            body.add(*_averages(export, role))
        body.add(f"{role}_map = Conv ({role}_cells, {role}_lift)", _cast_to(f"{role}_map", output))
    return body


def _averages(export: Export, role: str) -> Iterator[str]:
    """Average the frame in the cells of a feature map; in pairs of them where a cell is half pixels wide (SAM 3: 3.5)."""
    pixels, halves = divmod(export.side * TIMES[role], export.grid)
    window = [pixels if halves == 0 else export.side * TIMES[role] * 2 // export.grid] * 2
    means = f"{role}_cells" if halves == 0 else f"{role}_pairs"
    yield f"{means} = AveragePool <kernel_shape = {window}, strides = {window}> (frame)"
    if halves:
        yield "pair_scales = Constant <value = float[4] {1, 1, 2, 2}> ()"
        yield (
            f'{role}_cells = Resize <mode = "nearest", coordinate_transformation_mode = "asymmetric", nearest_mode = "floor">'
            f" ({means}, , pair_scales)"
        )


def position_cells(side: int) -> Float32Array:
    """Give what stands for the positions of the embedding's cells: (1, 3, side, side), the same for every picture."""
    y, x = np.mgrid[:side, :side] / side
    return np.asarray(np.stack([x, y, x * y])[np.newaxis], np.float32)


def _prepare_outside(export: Export, body: _Body) -> None:
    body.add("frame = Identity (given)")


def _prepare_inside(export: Export, body: _Body) -> None:
    """Normalise (h, w, 3) grey levels and pad them with zeros, right and below (samexporter's --use-preprocess)."""
    body.floats(mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375))
    body.ints(first=[0], second=[1], side=[export.side], no_pads=[0, 0, 0, 0, 0, 0], batch_axis=[0])
    body.add(
        "centred = Sub (given, mean)",
        "normalised = Div (centred, std)",
        "planes = Transpose <perm = [2, 0, 1]> (normalised)",
        "picture = Unsqueeze (planes, batch_axis)",
        "sizes = Shape (given)",
        "height = Gather (sizes, first)",
        "width = Gather (sizes, second)",
        "below = Sub (side, height)",
        "right = Sub (side, width)",
        "pads = Concat <axis = 0> (no_pads, below, right)",
        "frame = Pad (picture, pads)",
    )


def _prepare_imagenet(export: Export, body: _Body) -> None:
    """Resize [0, 1] without antialiasing, and normalise (EfficientSam.preprocess)."""
    body.floats(mean=np.reshape((0.485, 0.456, 0.406), (1, 3, 1, 1)), std=np.reshape((0.229, 0.224, 0.225), (1, 3, 1, 1)))
    body.ints(frame_size=[1, 3, export.side, export.side])
    body.add(
        'resized = Resize <mode = "linear", coordinate_transformation_mode = "pytorch_half_pixel"> (given, , , frame_size)',
        "centred = Sub (resized, mean)",
        "frame = Div (centred, std)",
    )


_prepare = {"outside": _prepare_outside, "inside": _prepare_inside, "imagenet": _prepare_imagenet}


def _decoder_body(export: Export) -> _Body:
    graph = _signature("decoder", export.decoder)
    inputs = {ROLE_OF[value.name]: value for value in graph.input}
    body = _Body()
    body.floats(one=1, pixels_per_logit=DISTANCE)
    body.ints(drop_axis=[0])
    terms = [*_picture_terms(export, inputs, body), *_point_terms(export, inputs, body)]
    terms += [*_box_terms(inputs, body), *_mask_terms(export, inputs, body)]
    for number, term in enumerate(terms[1:]):
        body.add(f"sum_{number} = Add ({terms[0] if number == 0 else f'sum_{number - 1}'}, {term})")
    _finish(export, graph, inputs, f"sum_{len(terms) - 2}", body)
    return body


def _picture_terms(export: Export, inputs: Mapping[str, Any], body: _Body) -> Iterator[str]:
    """Bring the colours of every feature map back, to the grid's size: (1, 1, grid, grid) each."""
    for role, colours in COLOURS.items():
        if role not in inputs:
            continue
        channels, times = inputs[role].type.tensor_type.shape.dim[1].dim_value, TIMES[role]
        body.floats(
            **{
                f"{role}_lower": (np.asarray(colours) @ lift(channels).T).reshape(1, channels, 1, 1),
                f"{role}_scales": [1, 1, times, times],
            }
        )
        body.add(
            f"{role}_float = Cast <to = 1> ({_quoted(inputs[role].name)})",
            f"{role}_colour = Conv ({role}_float, {role}_lower)",
            f'{role}_term = Resize <mode = "nearest", coordinate_transformation_mode = "asymmetric", nearest_mode = "floor">'
            f" ({role}_colour, , {role}_scales)",
        )
        yield f"{role}_term"


def _point_terms(export: Export, inputs: Mapping[str, Any], body: _Body) -> Iterator[str]:
    """Add up the points' distance maps: (1, 1, grid, grid)."""
    _grid_constants(export, body)
    body.ints(points_shape=[-1, 2], labels_shape=[-1, 1], line_axis=0, map_axes=[0])
    body.floats(
        label_values=[list(LABEL_WEIGHTS)], label_weights=[[weight] for weight in LABEL_WEIGHTS.values()], eighth=1 / 8, none=0
    )
    body.add(
        f"points_float = Cast <to = 1> ({_quoted(inputs['points'].name)})",
        f"labels_float = Cast <to = 1> ({_quoted(inputs['labels'].name)})",
        "points_given = Reshape (points_float, points_shape)",
        "labels_given = Reshape (labels_float, labels_shape)",
    )
    if export.scales_points:
        body.ints(x_then_y=[1, 0])
        body.floats(side=export.side)
        body.add(
            f"size_float = Cast <to = 1> ({_quoted(inputs['size'].name)})",
            "size_xy = Gather (size_float, x_then_y)",
            "scale_xy = Div (side, size_xy)",
            "points_scaled = Mul (points_given, scale_xy)",
        )
    scaled = "points_scaled" if export.scales_points else "points_given"
    if export.pads_itself:
        body.floats(padding_point=[[0, 0]], padding_label=[[-1]])
        body.add(f"points = Concat <axis = 0> ({scaled}, padding_point)")
        body.add("labels = Concat <axis = 0> (labels_given, padding_label)")
    else:
        body.add(f"points = Identity ({scaled})", "labels = Identity (labels_given)")
    body.add(
        "is_label = Equal (labels, label_values)",
        "label_flags = Cast <to = 1> (is_label)",
        "weights_of_labels = MatMul (label_flags, label_weights)",
        # By points, not labels: one label goes for all of them, as in PyTorch's graphs.
        "x_of_points, y_of_points = Split <axis = 1> (points, halves)",
        "zeros = Mul (x_of_points, none)",
        "ones = Add (zeros, one)",
        "line = CumSum <exclusive = 1> (ones, line_axis)",
        "line_eighths = Mul (line, eighth)",
        "line_weights = Add (line_eighths, one)",
        "point_weights = Mul (weights_of_labels, line_weights)",
        *_distances("points", "point_weights", "point_term"),
    )
    yield "point_term"


def _box_terms(inputs: Mapping[str, Any], body: _Body) -> Iterator[str]:
    """Add up the distance maps of the corners of all boxes, of which there may be none."""
    if "boxes" not in inputs:
        return
    body.ints(boxes_shape=[-1, 4], ends=[2, 2], corner_axis=1)
    body.floats(corner_0_weight=CORNER_WEIGHTS[0], corner_1_weight=CORNER_WEIGHTS[1])
    body.add(
        f"boxes_float = Cast <to = 1> ({_quoted(inputs['boxes'].name)})",
        "boxes = Reshape (boxes_float, boxes_shape)",
        "corners_0, corners_1 = Split <axis = 1> (boxes, ends)",
        *_distances("corners_0", "corner_0_weight", "corner_0_term"),
        *_distances("corners_1", "corner_1_weight", "corner_1_term"),
    )
    yield from ("corner_0_term", "corner_1_term")


def _distances(points: str, weights: str, term: str) -> Iterator[str]:
    """Write the lines that weigh and sum |x - centre x| + |y - centre y| over points (N, 2), with weights (N, 1) or ()."""
    yield f"{term}_x, {term}_y = Split <axis = 1> ({points}, halves)"
    for axis in "xy":
        yield f"{term}_{axis}_away = Sub ({term}_{axis}, centres)"
        yield f"{term}_{axis}_far = Abs ({term}_{axis}_away)"
        yield f"{term}_{axis}_weighed = Mul ({term}_{axis}_far, {weights})"
        yield f"{term}_{axis}_sum = ReduceSum <keepdims = 1> ({term}_{axis}_weighed, drop_axis)"
    yield f"{term}_row = Reshape ({term}_x_sum, row_shape)"
    yield f"{term}_column = Reshape ({term}_y_sum, column_shape)"
    yield f"{term}_pixels = Add ({term}_row, {term}_column)"
    yield f"{term} = Div ({term}_pixels, pixels_per_logit)"


def _grid_constants(export: Export, body: _Body) -> None:
    body.floats(centres=((np.arange(export.grid) + 0.5) * (export.side / export.grid))[np.newaxis])
    body.ints(halves=[1, 1], row_shape=[1, 1, 1, export.grid], column_shape=[1, 1, export.grid, 1])


def _mask_terms(export: Export, inputs: Mapping[str, Any], body: _Body) -> Iterator[str]:
    """Add a share of the mask that is fed back, and a slope that shows the flag alone."""
    if "mask" not in inputs:
        return
    body.ints(flag_shape=[1, 1, 1, 1])
    body.floats(mask_share=MASK_SHARE, slope=np.linspace(0, FLAG_SLOPE, export.grid).reshape(1, 1, 1, -1))
    body.add(
        f"mask_float = Cast <to = 1> ({_quoted(inputs['mask'].name)})",
        f"flag_float = Cast <to = 1> ({_quoted(inputs['flag'].name)})",
        "flag = Reshape (flag_float, flag_shape)",
        "mask_shared = Mul (mask_float, mask_share)",
        "mask_sloped = Add (mask_shared, slope)",
        "mask_term = Mul (mask_sloped, flag)",
    )
    yield "mask_term"


def _finish(export: Export, graph: Any, inputs: Mapping[str, Any], total: str, body: _Body) -> None:
    """Make all masks of the one, and give every output its form."""
    count = export.masks
    body.floats(
        gains=np.reshape(GAINS[count], (1, count, 1, 1)),
        offsets=np.reshape(OFFSETS[count], (1, count, 1, 1)),
        iou_constant=IOU_PREDICTIONS[count],
        object_constant=7,
        zero=0,
    )
    body.add(
        f"mean_logit = ReduceMean <axes = [2, 3], keepdims = 1> ({total})",
        f"around_mean = Sub ({total}, mean_logit)",
        "scaled_logits = Mul (around_mean, gains)",
        "logits = Add (scaled_logits, offsets)",
    )
    masks_source = "logits"
    if "size" in inputs:
        body.ints(batch_and_masks=[1, count])
        body.add(
            f"size_asked = Cast <to = 7> ({_quoted(inputs['size'].name)})",
            "masks_size = Concat <axis = 0> (batch_and_masks, size_asked)",
        )
    elif export.masks_side:
        body.ints(masks_size=[1, count, export.masks_side, export.masks_side])
    if "size" in inputs or export.masks_side:
        masks_source = "masks_resized"
        body.add('masks_resized = Resize <mode = "linear"> (logits, , , masks_size)')
    sources = {"masks": masks_source, "logits": "logits", "scores": "iou_constant", "object": "object_constant"}
    for output in graph.output:
        role, axes = ROLE_OF[output.name], len(output.type.tensor_type.shape.dim)
        kept = {"masks": 3, "logits": 3, "scores": 1, "object": 0}[role]
        if role in ("masks", "logits"):
            body.ints(**{f"{role}_drop": [0]})
            body.add(f"{role}_alone = Squeeze ({sources[role]}, {role}_drop)")
        body.ints(**{f"{role}_axes": list(range(axes - kept))})
        source = f"{role}_alone" if role in ("masks", "logits") else sources[role]
        body.add(f"{role}_map = Unsqueeze ({source}, {role}_axes)", _cast_to(f"{role}_map", output))


def _cast_to(source: str, output: Any) -> str:
    kind = output.type.tensor_type.elem_type
    if kind == onnx.TensorProto.BOOL:
        return f"{_quoted(output.name)} = Greater ({source}, zero)"
    return f"{_quoted(output.name)} = Cast <to = {kind}> ({source})"


def _quoted(name: str) -> str:
    """Write a name without the dots that Hugging Face's have: ONNX's text form has no way to quote them."""
    return name.replace(".", _DOT)


def _signature(name: str, text: str) -> Any:
    """Read the inputs and outputs of a graph."""
    graph = onnx.parser.parse_graph(f"{name} {_quoted(text)} {{}}")
    for value in (*graph.input, *graph.output):
        value.name = value.name.replace(_DOT, ".")
    return graph


def _serialised(name: str, signature: str, body: _Body) -> bytes:
    """Parse a graph, put the dots back into its names, give it its constants, check it, and return it as a file's bytes."""
    nodes = "\n".join(body.lines)
    model = onnx.parser.parse_model(
        f'< ir_version: 8, opset_import: ["" : 17], producer_name: "tabsam-tests" > {name} {_quoted(signature)} {{ {nodes} }}'
    )
    for value in (*model.graph.input, *model.graph.output):
        value.name = value.name.replace(_DOT, ".")
    for node in model.graph.node:
        node.input[:] = [given.replace(_DOT, ".") for given in node.input]
        node.output[:] = [made.replace(_DOT, ".") for made in node.output]
    used = {given for node in model.graph.node for given in node.input}
    model.graph.initializer.extend(
        onnx.numpy_helper.from_array(array, constant) for constant, array in body.constants.items() if constant in used
    )
    onnx.checker.check_model(model, full_check=True)
    file: bytes = model.SerializeToString(deterministic=True)
    return file


_SAM1_DECODER = """(
    float[1, 256, 64, 64] image_embeddings, float[1, num_points, 2] point_coords, float[1, num_points] point_labels,
    float[1, 1, 256, 256] mask_input, float[1] has_mask_input, float[2] orig_im_size
) => (float[1, {masks}, height, width] masks, float[1, {masks}] iou_predictions, float[1, {masks}, 256, 256] low_res_masks)"""


def _sam1(picture: str, masks: int = 4, normalise: str = "outside") -> Export:
    return Export(
        encoder=f"({picture}) => (float[1, 256, 64, 64] image_embeddings)",
        decoder=_SAM1_DECODER.format(masks=masks),
        masks=masks,
        normalise=normalise,
    )


_SAM2_ENCODER = """(float[1, 3, 1024, 1024] image) => (
    float[1, 32, 256, 256] high_res_feats_0, float[1, 64, 128, 128] high_res_feats_1, float[1, 256, 64, 64] image_embed
)"""
_SAM2_INPUTS = """
    float[1, 256, 64, 64] image_embed, float[1, 32, 256, 256] high_res_feats_0, float[1, 64, 128, 128] high_res_feats_1,
    float[num_labels, num_points, 2] point_coords, float[num_labels, num_points] point_labels,
    float[num_labels, 1, 256, 256] mask_input, float[num_labels] has_mask_input"""


def _sam2(more_inputs: str, outputs: str, masks_side: int | None = None) -> Export:
    decoder = f"({_SAM2_INPUTS}{more_inputs}) => ({outputs}, float[num_labels, 3] iou_predictions)"
    return Export(_SAM2_ENCODER, decoder, masks_side=masks_side, pads_itself=True)


_HF_SAM2_ENCODER = """(float[batch_size, 3, 1024, 1024] pixel_values) => (
    float[batch_size, 32, 256, 256] image_embeddings.0, float[batch_size, 64, 128, 128] image_embeddings.1,
    float[batch_size, 256, 64, 64] image_embeddings.2
)"""
_HF_SAM2_DECODER = """(
    float[batch_size, num_prompts, num_points, 2] input_points, int64[batch_size, num_prompts, num_points] input_labels,
    float[batch_size, num_boxes, 4] input_boxes, float[batch_size, 32, 256, 256] image_embeddings.0,
    float[batch_size, 64, 128, 128] image_embeddings.1, float[batch_size, 256, 64, 64] image_embeddings.2
) => (
    float[batch_size, num_prompts, 3] iou_scores, float[batch_size, num_prompts, 3, h, w] pred_masks,
    float[batch_size, num_prompts, 1] object_score_logits
)"""
_SAM3_SIDES = {"1024, 1024": "1008, 1008", "256, 256": "288, 288", "128, 128": "144, 144", "64, 64": "72, 72"}
_HF_SAM1_ENCODER = """(float[batch_size, num_channels, height, width] pixel_values) => (
    float[batch_size, 256, 64, 64] image_embeddings, float[batch_size, 256, 64, 64] image_positional_embeddings
)"""
_HF_SAM1_DECODER = """(
    float[batch_size, point_batch_size, nb_points_per_image, 2] input_points,
    int64[batch_size, point_batch_size, nb_points_per_image] input_labels,{boxes}
    float[batch_size, 256, 64, 64] image_embeddings, float[batch_size, 256, 64, 64] image_positional_embeddings
) => (float[batch_size, point_batch_size, 3] iou_scores, float[batch_size, point_batch_size, 3, h, w] pred_masks)"""


def _sam3_tracker() -> Export:
    encoder, decoder = _HF_SAM2_ENCODER, _HF_SAM2_DECODER
    for sam2_sides, sides in _SAM3_SIDES.items():
        encoder, decoder = encoder.replace(sam2_sides, sides), decoder.replace(sam2_sides, sides)
    return Export(encoder, decoder, side=1008, grid=288)


def _in_half(export: Export) -> Export:
    """Give the same export with every float32 a float16, as converters write it."""
    encoder, decoder = (text.replace("float[", "float16[") for text in (export.encoder, export.decoder))
    return replace(export, encoder=encoder, decoder=decoder)


def _with_open_sides(export: Export) -> Export:
    """Give the same export with the batch's axis and all heights and widths named rather than numbered."""

    def opened(text: str) -> str:
        text = re.sub(r"\[(1|num_labels|batch_size), (\d+), (\d+), (\d+)\]", r"[batch, \2, side_\3, side_\4]", text)
        return text.replace("[1, num_points", "[batch, num_points")

    return replace(export, encoder=opened(export.encoder), decoder=opened(export.decoder))


#: Every row of sam-conventions.md, and the variants that it names.
EXPORTS: Mapping[str, Export] = {
    "sam1, 4 masks": _sam1("float[1, 3, 1024, 1024] input_image"),
    "sam1, 1 mask": _sam1("float[1, 3, 1024, 1024] image", masks=1),
    "sam1, x": _sam1("float[1, 3, 1024, 1024] x"),
    "sam1, input": _sam1("float[1, 3, 1024, 1024] input"),
    "sam1, normalised inside": _sam1("float[image_height, image_width, 3] input_image", normalise="inside"),
    "sam1, bytes normalised inside": _sam1("uint8[image_height, image_width, 3] input_image", normalise="inside"),
    "sam1, half": _in_half(_sam1("float[1, 3, 1024, 1024] input_image")),
    "sam1, open sides": _with_open_sides(_sam1("float[1, 3, 1024, 1024] x")),
    "sam2": _sam2("", "float[num_labels, 3, 256, 256] masks"),
    "sam2, masks at the picture's size": _sam2(", int32[2] orig_im_size", "float[num_labels, 3, h, w] masks"),
    "sam2, masks at 1024": _sam2("", "float[n, 3, 1024, 1024] masks, float[n, 3, 256, 256] low_res_masks", masks_side=1024),
    "sam2, masks at 512": _sam2("", "float[n, 3, 512, 512] masks, float[n, 3, 256, 256] low_res_masks", masks_side=512),
    "sam2, half": _in_half(_sam2("", "float[num_labels, 3, 256, 256] masks")),
    "sam2, open sides": _with_open_sides(_sam2("", "float[num_labels, 3, 256, 256] masks")),
    "sam2-ort": Export(
        encoder="""(float[1, 3, 1024, 1024] image) => (
            float[1, 32, 256, 256] image_features_0, float[1, 64, 128, 128] image_features_1,
            float[1, 256, 64, 64] image_embeddings
        )""",
        decoder="""(
            float[1, 32, 256, 256] image_features_0, float[1, 64, 128, 128] image_features_1,
            float[1, 256, 64, 64] image_embeddings, float[num_labels, num_points, 2] point_coords,
            int32[num_labels, num_points] point_labels, float[num_labels, 1, 256, 256] input_masks,
            float[num_labels] has_input_masks, int32[2] original_image_size
        ) => (
            bool[num_labels, 3, original_image_height, original_image_width] masks, float[num_labels, 3] iou_predictions,
            float[num_labels, 3, 256, 256] low_res_masks
        )""",
        pads_itself=True,
    ),
    "sam2-rectlabel": Export(
        encoder="""(float[1, 3, 1024, 1024] input) => (
            float[1, 256, 64, 64] image_embeddings, float[1, 32, 256, 256] high_res_features1,
            float[1, 64, 128, 128] high_res_features2
        )""",
        decoder="""(
            float[1, 256, 64, 64] image_embeddings, float[1, 32, 256, 256] high_res_features1,
            float[1, 64, 128, 128] high_res_features2, float[num_labels, num_points, 2] point_coords,
            float[num_labels, num_points] point_labels, float[num_labels, 1, 256, 256] mask_input,
            float[num_labels] has_mask_input, int64[2] orig_im_size
        ) => (
            float[num_labels, 4, h, w] masks, float[num_labels, 4] iou_predictions, float[num_labels, 4, 256, 256] low_res_masks
        )""",
        masks=4,
        pads_itself=True,
    ),
    "hf-sam1": Export(_HF_SAM1_ENCODER, _HF_SAM1_DECODER.format(boxes=""), pads_itself=True),
    "hf-sam1, boxes": Export(
        _HF_SAM1_ENCODER, _HF_SAM1_DECODER.format(boxes=" float[batch_size, nb_boxes_per_image, 4] input_boxes,")
    ),
    "hf-sam2": Export(_HF_SAM2_ENCODER, _HF_SAM2_DECODER),
    "hf-sam2, half": _in_half(Export(_HF_SAM2_ENCODER, _HF_SAM2_DECODER)),
    "hf-sam3-tracker": _sam3_tracker(),
    "hf-sam3-tracker, open frame": replace(
        _sam3_tracker(), encoder=_sam3_tracker().encoder.replace("1008, 1008] pixel_values", "height, width] pixel_values")
    ),
    "efficientsam": Export(
        encoder="(float[batch, 3, height, width] batched_images) => (float[batch, 256, 64, 64] image_embeddings)",
        decoder="""(
            float[batch, 256, 64, 64] image_embeddings, float[1, num_queries, num_points, 2] batched_point_coords,
            float[1, num_queries, num_points] batched_point_labels, int64[2] orig_im_size
        ) => (float[1, num_queries, 3, h, w] output_masks, float[1, num_queries, 3] iou_predictions)""",
        normalise="imagenet",
        scales_points=True,
    ),
    "edgesam": Export(
        encoder="(float[1, 3, 1024, 1024] image) => (float[1, 256, 64, 64] image_embeddings)",
        decoder="""(
            float[1, 256, 64, 64] image_embeddings, float[1, num_points, 2] point_coords, float[1, num_points] point_labels
        ) => (float[1, 4] scores, float[1, 4, 256, 256] masks)""",
        masks=4,
    ),
}
