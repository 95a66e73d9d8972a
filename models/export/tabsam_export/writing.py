"""Write a model's graphs."""

from __future__ import annotations

import onnx

from tabsam_export.architectures import Vit
from tabsam_export.decoder import decoder_graph
from tabsam_export.hiera import hiera_graph
from tabsam_export.precision import Precision, store_as
from tabsam_export.reference import Reference, enlarging
from tabsam_export.vit import vit_graph


def encoder_of(reference: Reference, precision: Precision) -> onnx.ModelProto:
    """Write the picture encoder."""
    like, weights = reference.encoder, reference.weights
    if isinstance(like, Vit):
        return store_as(vit_graph(like, weights), precision)
    background = weights["vision_encoder.backbone.pos_embed"].shape[-1]
    return store_as(hiera_graph(like, weights, enlarging(background, like.grid)), precision)


def decoder_of(reference: Reference, precision: Precision) -> onnx.ModelProto:
    """Write the decoder; it is small and runs for every click, so its weights are halves at the least."""
    return store_as(decoder_graph(reference.decoder, reference.weights), "fp16" if precision == "int8" else precision)
