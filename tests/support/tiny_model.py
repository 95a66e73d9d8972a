"""A segmenter in SAM 2's dialect that is small, real and predictable: it selects what has the colour of the clicks.

Its frame is 128 pixels and it has no trained weights, so it runs in milliseconds, on WebGPU in software too, and one
can tell from a synthetic picture which mask must come out. Its tensors have the names, dtypes and axes of the default
model's.

The encoder averages the picture in cells of 4, 8 and 16 pixels and hides the three colours in 4, 8 and 16 channels. The
decoder brings them back, reads the colour under every point (bilinear, half-pixel centres) and scores each cell of a
32 x 32 grid: how like it is to the nearest foreground colour, less how like the nearest background colour, plus a share
of the mask that was fed back; nothing outside the box. A box without a foreground point looks for the colour in its
middle. The three candidates differ in how much likeness they ask for. They are not in the order of their IoU
predictions, which fall a little with doubt. With the single-mask token there is a fourth, the first: all that is not like a
background point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.numpy_helper
import onnx.parser

from tabsam.arrays import AnyArray, Float32Array

FRAME = 128  # pixels, the side of the encoder's input
GRID = 32  # cells, the side of the decoder's masks

#: What each candidate's likeness must exceed (0 to 1), and its IoU prediction where there is no doubt.
THRESHOLDS = (0.8, 0.5, 0.2)
IOU_PREDICTIONS = (0.78, 0.93, 0.66)
#: The same of the single-mask token's.
SINGLE_THRESHOLD, SINGLE_IOU_PREDICTION = -0.5, 0.97

ENCODER = f"""
< ir_version: 8, opset_import: ["" : 17], producer_name: "tabsam-tests" >
tiny_encoder (float[1, 3, {FRAME}, {FRAME}] image)
    => (float[1, 4, 32, 32] high_res_feats_0, float[1, 8, 16, 16] high_res_feats_1, float[1, 16, 8, 8] image_embed)
{{
    fine = AveragePool <kernel_shape = [4, 4], strides = [4, 4]> (image)
    middle = AveragePool <kernel_shape = [2, 2], strides = [2, 2]> (fine)
    coarse = AveragePool <kernel_shape = [2, 2], strides = [2, 2]> (middle)
    high_res_feats_0 = Conv (fine, lift_4)
    high_res_feats_1 = Conv (middle, lift_8)
    image_embed = Conv (coarse, lift_16)
}}
"""

DECODER = f"""
< ir_version: 8, opset_import: ["" : 17], producer_name: "tabsam-tests" >
tiny_decoder (
    float[1, 16, 8, 8] image_embed, float[1, 4, 32, 32] high_res_feats_0, float[1, 8, 16, 16] high_res_feats_1,
    float[b, n, 2] point_coords, float[b, n] point_labels,
    float[b, 1, {GRID}, {GRID}] mask_input, float[b] has_mask_input
)
    => (float[b, COUNT, {GRID}, {GRID}] masks, float[b, COUNT] iou_predictions)
{{
    fine = Conv (high_res_feats_0, lower_4)
    middle = Conv (high_res_feats_1, lower_8)
    coarse = Conv (image_embed, lower_16)
    middle_up = Resize <mode = "linear"> (middle, , twice)
    coarse_up = Resize <mode = "linear"> (coarse, , fourfold)
    blurred = Add (middle_up, coarse_up)
    colours = Add (fine, blurred)
    colours_flat = Reshape (colours, shape_colours)
    cells = Transpose <perm = [1, 0]> (colours_flat)

    is_on = Equal (point_labels, one)
    is_off = Equal (point_labels, zero)
    is_corner_0 = Equal (point_labels, two)
    is_corner_1 = Equal (point_labels, three)
    on = Cast <to = 1> (is_on)
    off = Cast <to = 1> (is_off)
    corner_0 = Cast <to = 1> (is_corner_0)
    corner_1 = Cast <to = 1> (is_corner_1)

    corner_0_column = Unsqueeze (corner_0, axis_2)
    corner_1_column = Unsqueeze (corner_1, axis_2)
    coords_0 = Mul (point_coords, corner_0_column)
    coords_1 = Mul (point_coords, corner_1_column)
    box_0 = ReduceSum <keepdims = 1> (coords_0, axis_1)
    box_1 = ReduceSum <keepdims = 1> (coords_1, axis_1)
    box_sum = Add (box_0, box_1)
    box_centre = Mul (box_sum, half)
    has_box = ReduceMax <axes = [1], keepdims = 1> (corner_1)
    has_on = ReduceMax <axes = [1], keepdims = 1> (on)
    has_no_box = Sub (one, has_box)
    has_no_on = Sub (one, has_on)
    centre_on = Mul (has_box, has_no_on)
    centre_off = Mul (has_box, zero)
    all_coords = Concat <axis = 1> (point_coords, box_centre)
    all_on = Concat <axis = 1> (on, centre_on)
    all_off = Concat <axis = 1> (off, centre_off)

    scaled = Mul (all_coords, cells_per_pixel)
    shifted = Sub (scaled, half)
    position = Clip (shifted, zero, last_cell)
    position_x, position_y = Split <axis = 2> (position)
    offset_x = Sub (position_x, indices)
    offset_y = Sub (position_y, indices)
    distance_x = Abs (offset_x)
    distance_y = Abs (offset_y)
    signed_x = Sub (one, distance_x)
    signed_y = Sub (one, distance_y)
    weight_x = Relu (signed_x)
    weight_y = Relu (signed_y)
    weight_row = Unsqueeze (weight_x, axis_2)
    weight_column = Unsqueeze (weight_y, axis_3)
    weight_grid = Mul (weight_column, weight_row)
    weights = Reshape (weight_grid, shape_weights)
    point_colours = MatMul (weights, cells)

    point_colours_apart = Unsqueeze (point_colours, axis_2)
    difference = Sub (point_colours_apart, cells)
    squared = Mul (difference, difference)
    distance = ReduceSum <keepdims = 0> (squared, axis_3)
    exponent = Mul (distance, minus_half)
    likeness = Exp (exponent)
    on_column = Unsqueeze (all_on, axis_2)
    off_column = Unsqueeze (all_off, axis_2)
    likeness_on = Mul (likeness, on_column)
    likeness_off = Mul (likeness, off_column)
    best_on = ReduceMax <axes = [1], keepdims = 1> (likeness_on)
    best_off = ReduceMax <axes = [1], keepdims = 1> (likeness_off)
    evidence = Sub (best_on, best_off)

    mask_flat = Reshape (mask_input, shape_mask)
    mask_weight = Reshape (has_mask_input, shape_flag)
    mask_weight_share = Mul (mask_weight, mask_share)
    mask_evidence = Mul (mask_flat, mask_weight_share)
    more_evidence = Add (evidence, mask_evidence)
    above_threshold = Sub (more_evidence, thresholds)
    open_logits = Mul (above_threshold, sharpness)

    past_box_0 = Sub (centres, box_0)
    before_box_1 = Sub (box_1, centres)
    to_sides = Concat <axis = 2> (past_box_0, before_box_1)
    to_nearest_side = ReduceMin <axes = [2], keepdims = 0> (to_sides)
    no_box_far = Mul (has_no_box, far)
    gate_flat = Add (to_nearest_side, no_box_far)
    gate = Unsqueeze (gate_flat, axis_1)
    logits = Min (open_logits, gate)
    masks = Reshape (logits, shape_masks)

    certainty = Abs (logits)
    minus_certainty = Neg (certainty)
    doubt = Exp (minus_certainty)
    mean_doubt = ReduceMean <axes = [2], keepdims = 0> (doubt)
    penalty = Mul (mean_doubt, doubt_share)
    iou_predictions = Sub (certain_iou_predictions, penalty)
}}
"""


@dataclass(frozen=True)
class TinyModel:
    """Both halves of the model, as ``.onnx`` files hold them."""

    encoder: bytes
    decoder: bytes

    def save(self, folder: Path) -> None:
        """Write ``encoder.onnx`` and ``decoder.onnx``."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.joinpath("encoder.onnx").write_bytes(self.encoder)
        folder.joinpath("decoder.onnx").write_bytes(self.decoder)

    def save_with_weights(self, folder: Path) -> Path:
        """Write both, the encoder with its weights in a file of their own; return that file."""
        self.save(folder)
        weights = folder / "encoder.onnx_data"
        graph = onnx.load_from_string(self.encoder)
        onnx.save_model(graph, folder / "encoder.onnx", save_as_external_data=True, location=weights.name, size_threshold=0)
        return weights


def tiny_model(*, single_mask: bool = False) -> TinyModel:
    """Generate the model, with the single-mask token's mask or without; the same bytes every time."""
    thresholds = (SINGLE_THRESHOLD, *THRESHOLDS) if single_mask else THRESHOLDS
    iou_predictions = (SINGLE_IOU_PREDICTION, *IOU_PREDICTIONS) if single_mask else IOU_PREDICTIONS
    return TinyModel(
        encoder=serialize(ENCODER, {f"lift_{k}": lift(k)[:, :, None, None] for k in (4, 8, 16)}),
        decoder=serialize(DECODER.replace("COUNT", str(len(thresholds))), decoder_constants(thresholds, iou_predictions)),
    )


def lift(channels: int) -> Float32Array:
    """Give three orthonormal columns, float32 (channels, 3), of the cosine transform; transposed they undo it."""
    rows = (np.arange(channels) + 0.5) / channels
    return np.asarray(np.cos(np.pi * rows[:, None] * np.arange(1, 4)) * np.sqrt(2 / channels), np.float32)


def decoder_constants(thresholds: Sequence[float], iou_predictions: Sequence[float]) -> dict[str, AnyArray]:
    """Return the decoder's constants by name, for as many masks as there are thresholds."""
    centres = (np.arange(GRID) + 0.5) * (FRAME / GRID)
    shares = {4: 0.8, 8: 0.15, 16: 0.05}  # of the fine, the middle and the coarse colours; in sum 1
    float_constants: dict[str, Any] = {
        **{f"lower_{k}": share * lift(k).T[:, :, None, None] for k, share in shares.items()},
        "twice": [1, 1, 2, 2],
        "fourfold": [1, 1, 4, 4],
        "zero": 0,
        "half": 0.5,
        "minus_half": -0.5,
        "one": 1,
        "two": 2,
        "three": 3,
        "cells_per_pixel": GRID / FRAME,
        "last_cell": GRID - 1,
        "indices": np.arange(GRID),
        "centres": np.stack(np.meshgrid(centres, centres), axis=-1).reshape(1, GRID * GRID, 2),
        "far": 1000,  # pixels: where there is no box, its sides are out of the way
        "mask_share": 0.02,  # of a logit, in likeness
        "thresholds": np.reshape(thresholds, (1, -1, 1)),
        "sharpness": 12,  # logits per likeness
        "doubt_share": 0.05,
        "certain_iou_predictions": [iou_predictions],
    }
    int_constants: dict[str, Any] = {
        "axis_1": [1],
        "axis_2": [2],
        "axis_3": [3],
        "shape_colours": [3, GRID * GRID],
        "shape_weights": [0, 0, GRID * GRID],
        "shape_mask": [-1, 1, GRID * GRID],
        "shape_flag": [-1, 1, 1],
        "shape_masks": [-1, len(thresholds), GRID, GRID],
    }
    return {
        **{name: np.asarray(value, np.float32) for name, value in float_constants.items()},
        **{name: np.asarray(value, np.int64) for name, value in int_constants.items()},
    }


def serialize(text: str, constants: dict[str, AnyArray]) -> bytes:
    """Parse a graph in ONNX's text form, give it its constants, check it and return it as a file's bytes."""
    model = onnx.parser.parse_model(text)
    model.graph.initializer.extend(onnx.numpy_helper.from_array(array, name) for name, array in constants.items())
    onnx.checker.check_model(model, full_check=True)
    file: bytes = model.SerializeToString(deterministic=True)
    return file
