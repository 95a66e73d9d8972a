"""The picture encoder's graph, for one picture of a fixed size."""

from __future__ import annotations

import onnx

from tabsam_training.graphs.writer import Writer
from tabsam_training.network.backbone import EfficientNetLite, LiteBlock
from tabsam_training.network.encoder import ContextBlock, Encoder
from tabsam_training.network.layers import InvertedResidual


def encoder_graph(encoder: Encoder, side: int = 1024) -> onnx.ModelProto:
    """Write the encoder.

    Parameters
    ----------
    encoder : Encoder
    side : int
        Of the pictures that it will take; a multiple of 64.
    """
    g = Writer("tabsam_nano_encoder", encoder)
    image = g.input("image", (1, 3, side, side))
    stride8, stride16, stride32, stride64 = _backbone(g, encoder.backbone, g.average(image, 2))

    def named(name: str, value: str) -> str:
        return g.layer(name, getattr(encoder, name), value)

    context = g.add(named("lateral32", stride32), g.doubled(named("lateral64", stride64)))
    for index, block in enumerate(encoder.context):
        context = _context_block(g, f"context.{index}", block, context, side // 32)
    embedding = g.add(named("lateral16", stride16), g.doubled(named("from32", context)))
    embedding = g.add(embedding, named("smooth16", embedding))
    features1 = named("smooth8", g.add(named("lateral8", stride8), g.doubled(named("from16", embedding))))
    edges = _edges(g, encoder, image)
    features0 = named("smooth4", g.add(named("lateral4", edges), g.doubled(named("from8", features1))))

    g.output("high_res_feats_0", features0, (1, encoder.lateral4.out_channels, side // 4, side // 4))
    g.output("high_res_feats_1", features1, (1, encoder.lateral8.out_channels, side // 8, side // 8))
    g.output("image_embed", embedding, (1, encoder.lateral16.out_channels, side // 16, side // 16))
    return g.model()


def _backbone(g: Writer, backbone: EfficientNetLite, value: str) -> tuple[str, str, str, str]:
    value = g.layer("backbone.stem", backbone.stem, value)
    after = []
    for number, stage in enumerate(backbone.stages):
        for index, block in enumerate(stage):
            value = _lite_block(g, f"backbone.stages.{number}.{index}", block, value)
        after.append(value)
    return after[1], after[2], after[4], after[6]


def _lite_block(g: Writer, name: str, block: LiteBlock, value: str) -> str:
    wide = value if block.expand is None else g.layer(f"{name}.expand", block.expand, value)
    wide = g.layer(f"{name}.depthwise", block.depthwise, wide)
    result = g.layer(f"{name}.project", block.project, wide)
    return g.add(value, result) if block.adds else result


def _edges(g: Writer, encoder: Encoder, image: str) -> str:
    first, second, residual = encoder.edges
    value = g.layer("edges.1", second, g.layer("edges.0", first, image))
    assert isinstance(residual, InvertedResidual)
    return g.add(value, g.layer("edges.2.layers", residual.layers, value))


def _context_block(g: Writer, name: str, block: ContextBlock, value: str, side: int) -> str:
    channels = block.qkv.in_features
    value = g.add(value, g.layer(f"{name}.position", block.position, value))
    cells = g.transpose(g.reshape(value, 1, channels, side * side), 0, 2, 1)
    normal = g.layer(f"{name}.norm1", block.norm1, cells)
    query, key, content = g.split(g.layer(f"{name}.qkv", block.qkv, normal), 3, channels, 2)
    heard = g.attend(query, key, content, block.heads, channels)
    cells = g.add(cells, g.layer(f"{name}.output", block.output, heard))
    cells = g.add(cells, g.layer(f"{name}.mlp", block.mlp, g.layer(f"{name}.norm2", block.norm2, cells)))
    return g.reshape(g.transpose(cells, 0, 2, 1), 1, channels, side, side)
