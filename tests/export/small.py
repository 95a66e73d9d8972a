"""Folders in Hugging Face's layout with models that are small, and have everything that the large ones have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import Sam2Config, Sam2Model, SamConfig, SamModel

from tests.export.checkpoints import seeded_tensor

_SIDE = 256
_WIDTH = 32


def save_small_sam1(folder: Path) -> Path:
    """Write a SamModel with windows that go beyond its grid of 16 x 16, and one block that looks at all of it."""
    config = SamConfig(
        vision_config={
            "hidden_size": _WIDTH,
            "num_hidden_layers": 3,
            "num_attention_heads": 2,
            "global_attn_indexes": [1],
            "image_size": _SIDE,
            "output_channels": _WIDTH,
            "num_pos_feats": _WIDTH // 2,
        },
        prompt_encoder_config={"hidden_size": _WIDTH, "image_size": _SIDE},
        mask_decoder_config={"hidden_size": _WIDTH, "mlp_dim": 64, "iou_head_hidden_dim": _WIDTH},
    )
    return _saved(SamModel(config), folder)


def save_small_sam2(folder: Path) -> Path:
    """Write a Sam2Model with two heads at the least, and windows that go beyond the grids of its later stages."""
    config = Sam2Config(
        vision_config={
            "backbone_config": {
                "model_type": "sam2_hiera_det_model",
                "hidden_size": 16,
                "num_attention_heads": 2,
                "image_size": [_SIDE, _SIDE],
                "blocks_per_stage": [1, 2, 3, 1],
                "embed_dim_per_stage": [16, 32, 64, 128],
                "num_attention_heads_per_stage": [2, 4, 8, 16],
                "window_size_per_stage": [8, 4, 14, 7],
                "global_attention_blocks": [4],
            },
            "backbone_channel_list": [128, 64, 32, 16],
            "backbone_feature_sizes": [[64, 64], [32, 32], [16, 16]],
            "fpn_hidden_size": _WIDTH,
        },
        prompt_encoder_config={"hidden_size": _WIDTH, "image_size": _SIDE},
        mask_decoder_config={"hidden_size": _WIDTH, "mlp_dim": 64, "iou_head_hidden_dim": _WIDTH},
    )
    return _saved(Sam2Model(config), folder)


def _saved(model: Any, folder: Path) -> Path:
    """Give a model seeded weights, and write it."""
    state = {name: torch.from_numpy(seeded_tensor(name, tuple(tensor.shape))) for name, tensor in model.state_dict().items()}
    waves = "prompt_encoder.shared_embedding.positional_embedding"
    state["shared_image_embedding.positional_embedding"] = state[waves]
    model.load_state_dict(state)
    model.save_pretrained(folder)
    return folder
