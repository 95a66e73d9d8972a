"""The models whose official checkpoints are known, told apart by the names and shapes of their weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tabsam_export.errors import ExportError

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class KnownModel:
    """A model that Meta published.

    Attributes
    ----------
    id, name : str
        For the catalogue.
    family : "sam1" or "sam2"
    width, depth : int
        Channels in the first block of the encoder, and the number of its blocks: these tell the sizes apart.
    encoder : mapping
        What sets its encoder apart from transformers' default configuration of the family.
    """

    id: str
    name: str
    family: Literal["sam1", "sam2"]
    width: int
    depth: int
    encoder: Mapping[str, Any]


def _vit(size: str, width: int, depth: int, heads: int, global_blocks: list[int]) -> KnownModel:
    encoder = {
        "hidden_size": width,
        "num_hidden_layers": depth,
        "num_attention_heads": heads,
        "global_attn_indexes": global_blocks,
    }
    return KnownModel(f"sam1-vit-{size}", f"SAM ViT-{size.upper()}", "sam1", width, depth, encoder)


_HIERA: Mapping[str, Mapping[str, Any]] = {
    # sam2/configs/sam2.1/*.yaml
    "tiny": {"heads": 1, "width": 96, "blocks": [1, 2, 7, 2], "global": [5, 7, 9]},
    "small": {"heads": 1, "width": 96, "blocks": [1, 2, 11, 2], "global": [7, 10, 13]},
    "base-plus": {"heads": 2, "width": 112, "blocks": [2, 3, 16, 3], "global": [12, 16, 20], "background": 14},
    "large": {"heads": 2, "width": 144, "blocks": [2, 6, 36, 4], "global": [23, 33, 43], "windows": [8, 4, 16, 8]},
}


def _hiera(version: str, size: str) -> KnownModel:
    numbers = _HIERA[size]
    width = numbers["width"]
    encoder = {
        "hidden_size": width,
        "num_attention_heads": numbers["heads"],
        "blocks_per_stage": numbers["blocks"],
        "embed_dim_per_stage": [width << stage for stage in range(4)],
        "num_attention_heads_per_stage": [numbers["heads"] << stage for stage in range(4)],
        "window_size_per_stage": numbers.get("windows", [8, 4, 14, 7]),
        "global_attention_blocks": numbers["global"],
        "window_positional_embedding_background_size": [numbers.get("background", 7)] * 2,
    }
    name = f"SAM {version} Hiera {size.replace('base-plus', 'base+').capitalize()}"
    return KnownModel(f"sam{version}-hiera-{size}", name, "sam2", width, sum(numbers["blocks"]), encoder)


KNOWN_MODELS: tuple[KnownModel, ...] = (
    _vit("b", 768, 12, 12, [2, 5, 8, 11]),
    _vit("l", 1024, 24, 16, [5, 11, 17, 23]),
    _vit("h", 1280, 32, 16, [7, 15, 23, 31]),
    *(_hiera(version, size) for version in ("2", "2.1") for size in _HIERA),
)

IDS = tuple(model.id for model in KNOWN_MODELS)

_FIRST_LAYER = {
    "sam1": "image_encoder.patch_embed.proj.weight",
    "sam2": "image_encoder.trunk.patch_embed.proj.weight",
}
_BLOCK = {"sam1": "image_encoder.blocks.{}.norm1.weight", "sam2": "image_encoder.trunk.blocks.{}.norm1.weight"}
_ONLY_IN_2_1 = "no_obj_embed_spatial"


def recognise(shapes: Shapes) -> KnownModel:
    """Tell whose weights these are.

    Raises
    ------
    ExportError
        ``checkpoint-unknown``.
    """
    for model in KNOWN_MODELS:
        if _fits(model, shapes):
            return model
    names = list(shapes)
    raise ExportError(
        "checkpoint-unknown",
        "These are not the weights of a model that can be converted.",
        f"Give an official checkpoint of one of: {', '.join(IDS)}; or a folder with a SamModel or a Sam2Model of Hugging Face.",
        details=f"{len(names)} tensors, the first of them {', '.join(names[:5])}",
    )


def check_is(model_id: str, shapes: Shapes) -> KnownModel:
    """Give the model that the user named, after a look at the weights.

    Raises
    ------
    ExportError
        ``model-unlisted`` for a name that is not known, ``checkpoint-unknown``, or ``checkpoint-other`` when the weights are
        another model's.
    """
    if model_id not in IDS:
        raise ExportError("model-unlisted", f"There is no model called '{model_id}' here.", f"Choose one of: {', '.join(IDS)}.")
    found = recognise(shapes)
    if found.id != model_id:
        raise ExportError(
            "checkpoint-other",
            f"These are not the weights of {model_id} but of {found.id}.",
            f"Leave --model out, or say {found.id}.",
        )
    return found


def _fits(model: KnownModel, shapes: Shapes) -> bool:
    first, block = shapes.get(_FIRST_LAYER[model.family], ()), _BLOCK[model.family]
    if not first or first[0] != model.width:
        return False
    depth = sum(block.format(number) in shapes for number in range(model.depth + 1))
    if depth != model.depth:
        return False
    return model.family == "sam1" or (_ONLY_IN_2_1 in shapes) == model.id.startswith("sam2.1")
