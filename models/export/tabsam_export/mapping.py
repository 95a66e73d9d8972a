"""From the names in Meta's checkpoints to those that transformers gives the same weights, as data.

Braces stand for numbers (``{n}``, ``{m}``) and for ``weight`` or ``bias`` (``{p}``). A name on the right with ``[{n}]`` at its
end is one table, of which this weight is a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tabsam_export.errors import ExportError

Names = Mapping[str, str | tuple[str, ...]]


def _prompt_encoder(official: str, point_embedding: str) -> Names:
    ours = "prompt_encoder"
    return {
        f"{official}.pe_layer.positional_encoding_gaussian_matrix": (
            f"{ours}.shared_embedding.positional_embedding",
            "shared_image_embedding.positional_embedding",
        ),
        f"{official}.point_embeddings.{{n}}.weight": f"{ours}.{point_embedding}",
        f"{official}.not_a_point_embed.weight": f"{ours}.not_a_point_embed.weight",
        f"{official}.no_mask_embed.weight": f"{ours}.no_mask_embed.weight",
        f"{official}.mask_downscaling.0.{{p}}": f"{ours}.mask_embed.conv1.{{p}}",
        f"{official}.mask_downscaling.1.{{p}}": f"{ours}.mask_embed.layer_norm1.{{p}}",
        f"{official}.mask_downscaling.3.{{p}}": f"{ours}.mask_embed.conv2.{{p}}",
        f"{official}.mask_downscaling.4.{{p}}": f"{ours}.mask_embed.layer_norm2.{{p}}",
        f"{official}.mask_downscaling.6.{{p}}": f"{ours}.mask_embed.conv3.{{p}}",
    }


def _three_layers(official: str, ours: str) -> Names:
    return {
        f"{official}.layers.0.{{p}}": f"{ours}.proj_in.{{p}}",
        f"{official}.layers.1.{{p}}": f"{ours}.layers.0.{{p}}",
        f"{official}.layers.2.{{p}}": f"{ours}.proj_out.{{p}}",
    }


def _attention(official: str, ours: str, out: str) -> Names:
    letters = {f"{letter}_proj": f"{letter}_proj" for letter in "qkv"} | {"out_proj": out}
    return {f"{official}.{theirs}.{{p}}": f"{ours}.{name}.{{p}}" for theirs, name in letters.items()}


def _mask_decoder(official: str, out: str) -> Names:
    ours, theirs = "mask_decoder.transformer.layers.{n}", f"{official}.transformer.layers.{{n}}"
    kinds = ("self_attn", "cross_attn_token_to_image", "cross_attn_image_to_token")
    names: dict[str, str | tuple[str, ...]] = {}
    for kind in kinds:
        names |= _attention(f"{theirs}.{kind}", f"{ours}.{kind}", out)
    final = "transformer.final_attn_token_to_image"
    names |= _attention(f"{official}.{final}", f"mask_decoder.{final}", out)
    names |= _three_layers(f"{official}.output_hypernetworks_mlps.{{n}}", "mask_decoder.output_hypernetworks_mlps.{n}")
    names |= _three_layers(f"{official}.iou_prediction_head", "mask_decoder.iou_prediction_head")
    return names | {
        f"{theirs}.norm{{m}}.{{p}}": f"{ours}.layer_norm{{m}}.{{p}}",
        f"{official}.transformer.norm_final_attn.{{p}}": "mask_decoder.transformer.layer_norm_final_attn.{p}",
        f"{official}.iou_token.weight": "mask_decoder.iou_token.weight",
        f"{official}.mask_tokens.weight": "mask_decoder.mask_tokens.weight",
        f"{official}.output_upscaling.0.{{p}}": "mask_decoder.upscale_conv1.{p}",
        f"{official}.output_upscaling.1.{{p}}": "mask_decoder.upscale_layer_norm.{p}",
        f"{official}.output_upscaling.3.{{p}}": "mask_decoder.upscale_conv2.{p}",
    }


_SAM1: Names = {
    "image_encoder.pos_embed": "vision_encoder.pos_embed",
    "image_encoder.patch_embed.proj.{p}": "vision_encoder.patch_embed.projection.{p}",
    "image_encoder.blocks.{n}.norm{m}.{p}": "vision_encoder.layers.{n}.layer_norm{m}.{p}",
    "image_encoder.blocks.{n}.attn.rel_pos_h": "vision_encoder.layers.{n}.attn.rel_pos_h",
    "image_encoder.blocks.{n}.attn.rel_pos_w": "vision_encoder.layers.{n}.attn.rel_pos_w",
    "image_encoder.blocks.{n}.attn.qkv.{p}": "vision_encoder.layers.{n}.attn.qkv.{p}",
    "image_encoder.blocks.{n}.attn.proj.{p}": "vision_encoder.layers.{n}.attn.proj.{p}",
    "image_encoder.blocks.{n}.mlp.lin{m}.{p}": "vision_encoder.layers.{n}.mlp.lin{m}.{p}",
    "image_encoder.neck.0.weight": "vision_encoder.neck.conv1.weight",
    "image_encoder.neck.1.{p}": "vision_encoder.neck.layer_norm1.{p}",
    "image_encoder.neck.2.weight": "vision_encoder.neck.conv2.weight",
    "image_encoder.neck.3.{p}": "vision_encoder.neck.layer_norm2.{p}",
    **_prompt_encoder("prompt_encoder", "point_embed.{n}.weight"),
    **_mask_decoder("mask_decoder", "out_proj"),
    "mask_decoder.transformer.layers.{n}.mlp.lin{m}.{p}": "mask_decoder.transformer.layers.{n}.mlp.lin{m}.{p}",
}

_SAM2: Names = {
    "no_mem_embed": "no_memory_embedding",
    "image_encoder.trunk.pos_embed": "vision_encoder.backbone.pos_embed",
    "image_encoder.trunk.pos_embed_window": "vision_encoder.backbone.pos_embed_window",
    "image_encoder.trunk.patch_embed.proj.{p}": "vision_encoder.backbone.patch_embed.projection.{p}",
    "image_encoder.trunk.blocks.{n}.norm{m}.{p}": "vision_encoder.backbone.blocks.{n}.layer_norm{m}.{p}",
    "image_encoder.trunk.blocks.{n}.attn.qkv.{p}": "vision_encoder.backbone.blocks.{n}.attn.qkv.{p}",
    "image_encoder.trunk.blocks.{n}.attn.proj.{p}": "vision_encoder.backbone.blocks.{n}.attn.proj.{p}",
    "image_encoder.trunk.blocks.{n}.proj.{p}": "vision_encoder.backbone.blocks.{n}.proj.{p}",
    "image_encoder.trunk.blocks.{n}.mlp.layers.0.{p}": "vision_encoder.backbone.blocks.{n}.mlp.proj_in.{p}",
    "image_encoder.trunk.blocks.{n}.mlp.layers.1.{p}": "vision_encoder.backbone.blocks.{n}.mlp.proj_out.{p}",
    "image_encoder.neck.convs.{n}.conv.{p}": "vision_encoder.neck.convs.{n}.{p}",
    **_prompt_encoder("sam_prompt_encoder", "point_embed.weight[{n}]"),
    **_mask_decoder("sam_mask_decoder", "o_proj"),
    "sam_mask_decoder.transformer.layers.{n}.mlp.layers.0.{p}": "mask_decoder.transformer.layers.{n}.mlp.proj_in.{p}",
    "sam_mask_decoder.transformer.layers.{n}.mlp.layers.1.{p}": "mask_decoder.transformer.layers.{n}.mlp.proj_out.{p}",
    "sam_mask_decoder.conv_s{n}.{p}": "mask_decoder.conv_s{n}.{p}",
    "sam_mask_decoder.obj_score_token.weight": "mask_decoder.obj_score_token.weight",
    **_three_layers("sam_mask_decoder.pred_obj_score_head", "mask_decoder.pred_obj_score_head"),
}

NAMES: Mapping[str, Names] = {"sam1": _SAM1, "sam2": _SAM2}

IGNORED: Mapping[str, tuple[str, ...]] = {
    "sam1": (),
    # What carries an object from one frame of a video to the next.
    "sam2": (
        "maskmem_tpos_enc",
        "no_mem_pos_enc",
        "no_obj_ptr",
        "no_obj_embed_spatial",
        "mask_downsample.",
        "memory_attention.",
        "memory_encoder.",
        "obj_ptr_proj.",
        "obj_ptr_tpos_proj.",
    ),
}
"""How names begin of weights that are for something else, by family."""


@dataclass(frozen=True)
class Target:
    """Where a weight goes: a parameter, or a row of one."""

    name: str
    row: int | None = None


def translate(family: str, names: Iterable[str]) -> dict[str, tuple[Target, ...]]:
    """Say where each weight of a checkpoint goes; nowhere, for those that are for something else.

    Raises
    ------
    ExportError
        ``checkpoint-names``, when there is one that nothing is known of.
    """
    patterns = [(pattern(theirs), (ours,) if isinstance(ours, str) else ours) for theirs, ours in NAMES[family].items()]
    targets = {name: _targets(patterns, name) for name in names}
    strangers = [name for name, found in targets.items() if not found and not name.startswith(IGNORED[family])]
    if strangers:
        raise ExportError(
            "checkpoint-names",
            f"This checkpoint has {len(strangers)} weights that an official one does not have, such as '{strangers[0]}'.",
            "It may have been changed for another purpose; convert it where it comes from.",
            details=", ".join(strangers[:20]),
        )
    return targets


def _targets(patterns: list[tuple[re.Pattern[str], tuple[str, ...]]], name: str) -> tuple[Target, ...]:
    for theirs, ours in patterns:
        if match := theirs.fullmatch(name):
            return tuple(_target(one.format(**match.groupdict())) for one in ours)
    return ()


def _target(name: str) -> Target:
    table, bracket, row = name.partition("[")
    return Target(table, int(row.rstrip("]"))) if bracket else Target(table)


_PARTS = {"{n}": r"(?P<n>\d+)", "{m}": r"(?P<m>\d+)", "{p}": r"(?P<p>weight|bias)"}


def pattern(template: str) -> re.Pattern[str]:
    """Give what finds the names that a template stands for."""
    text = re.escape(template)
    for brace, part in _PARTS.items():
        text = text.replace(re.escape(brace), part)
    return re.compile(text)
