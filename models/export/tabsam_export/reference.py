"""The PyTorch model that a conversion starts from, and is measured against: transformers' SamModel or Sam2Model.

Meta's own packages import torchvision, which has no build for every PyTorch; transformers has the same models without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from transformers import Sam2Config, Sam2Model, SamConfig, SamModel
from transformers.utils import logging as transformers_logging

from tabsam.arrays import Float32Array
from tabsam_export import known
from tabsam_export.architectures import Decoder, Hiera, Vit
from tabsam_export.checkpoint import Tensors, read_checkpoint
from tabsam_export.errors import ExportError
from tabsam_export.mapping import Target, translate
from tabsam_export.weights import Weights

_CLASSES: Mapping[str, tuple[Any, Literal["sam1", "sam2"]]] = {
    "sam": (SamModel, "sam1"),
    "sam2": (Sam2Model, "sam2"),
    "sam2_video": (Sam2Model, "sam2"),
}
"""By the ``model_type`` of a Hugging Face configuration."""


@dataclass(frozen=True)
class Prompt:
    """What to ask a model, in pixels of its frame.

    Attributes
    ----------
    name : str
        For people.
    points : (N, 2), labels : (N,), 1 on the object and 0 off it; N may be 0
    box : (4,) or None
    mask : float32, shape (h, w), or None
        Logits.
    """

    name: str
    points: tuple[tuple[float, float], ...] = ()
    labels: tuple[int, ...] = ()
    box: tuple[float, float, float, float] | None = None
    mask: Float32Array | None = None


class Reference:
    """A model in PyTorch.

    Attributes
    ----------
    id, name : str or None
        Where it is a model that Meta published.
    family : "sam1" or "sam2"
    """

    def __init__(self, model: Any, family: Literal["sam1", "sam2"], id: str | None = None, name: str | None = None) -> None:
        self.model = model.eval().requires_grad_(requires_grad=False)
        self.family, self.id, self.name = family, id, name
        self.weights = Weights({key: tensor.float().numpy() for key, tensor in model.state_dict().items()})

    def embed(self, pixels: Float32Array) -> Any:
        """Encode a picture, (1, 3, side, side), resized and normalised."""
        with torch.inference_mode():
            return self.model.get_image_embeddings(torch.from_numpy(pixels))

    def predict(self, embedding: Any, prompt: Prompt) -> tuple[Float32Array, Float32Array]:
        """Ask for the three masks' logits, (3, h, w), and IoU predictions, (3,), as Meta's predictors do."""
        if self.family == "sam2" and not prompt.points and not prompt.box:
            return self._predict_by_mask(embedding, prompt)
        arguments: dict[str, Any] = {"image_embeddings": embedding, "multimask_output": True}
        if prompt.points:
            arguments["input_points"] = torch.tensor([[prompt.points]], dtype=torch.float32)
            arguments["input_labels"] = torch.tensor([[prompt.labels]])
        if prompt.box:
            arguments["input_boxes"] = torch.tensor([[prompt.box]], dtype=torch.float32)
        if prompt.mask is not None:
            arguments["input_masks"] = torch.from_numpy(prompt.mask)[None, None]
        with torch.inference_mode():
            answer = self.model(**arguments)
        return answer.pred_masks[0, 0].numpy(), answer.iou_scores[0, 0].numpy()

    def _predict_by_mask(self, embedding: Any, prompt: Prompt) -> tuple[Float32Array, Float32Array]:
        """Ask SAM 2 with a mask alone: transformers' forward adds two padding points there, SAM2ImagePredictor none."""
        model, channels = self.model, self.model.config.mask_decoder_config.hidden_size
        assert prompt.mask is not None  # there would be nothing to go by
        with torch.inference_mode():
            dense = model.prompt_encoder(None, None, None, torch.from_numpy(prompt.mask)[None, None])[1]
            masks, scores, *_ = model.mask_decoder(
                image_embeddings=embedding[-1],
                image_positional_embeddings=model.get_image_wide_positional_embeddings(),
                sparse_prompt_embeddings=torch.zeros(1, 1, 0, channels),
                dense_prompt_embeddings=dense,
                multimask_output=True,
                high_resolution_features=embedding[:-1],
            )
        return masks[0, 0].numpy(), scores[0, 0].numpy()

    @property
    def encoder(self) -> Vit | Hiera:
        """What its encoder is like."""
        return _vit(self.model.config) if self.family == "sam1" else _hiera(self.model.config)

    @property
    def decoder(self) -> Decoder:
        """What its decoder is like."""
        prompts, masks = self.model.config.prompt_encoder_config, self.model.config.mask_decoder_config
        layers = self.model.mask_decoder.transformer
        return Decoder(
            side=prompts.image_size,
            grid=prompts.image_size // prompts.patch_size,
            channels=masks.hidden_size,
            heads=masks.num_attention_heads,
            layers=masks.num_hidden_layers,
            masks=masks.num_multimask_outputs + 1,
            iou_layers=masks.iou_head_depth,
            high_resolution=self.family == "sam2",
            token_epsilon=layers.layers[0].layer_norm1.eps,
            final_epsilon=layers.layer_norm_final_attn.eps,
            mask_epsilon=prompts.layer_norm_eps,
        )


def load_reference(path: Path, model_id: str | None = None) -> Reference:
    """Load an official checkpoint, or a folder in Hugging Face's layout.

    Parameters
    ----------
    model_id : str or None
        Whose the checkpoint is said to be; it is recognised where this is left out.

    Raises
    ------
    ExportError
    """
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    return _from_folder(path) if path.is_dir() else _from_checkpoint(read_checkpoint(path), model_id)


def _from_checkpoint(tensors: Tensors, model_id: str | None) -> Reference:
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    found = known.check_is(model_id, shapes) if model_id else known.recognise(shapes)
    with torch.device("meta"):
        model = blank(found)
    state = _translated(found.family, tensors)
    _check_complete(state, model.state_dict())
    model.load_state_dict(state, strict=True, assign=True)
    return Reference(model, found.family, found.id, found.name)


def blank(found: known.KnownModel) -> Any:
    """Build a model of this architecture; on PyTorch's device "meta", without weights."""
    if found.family == "sam1":
        # transformers' 1e-6 for the two-way transformer's norms is not Meta's.
        return SamModel(SamConfig(vision_config=dict(found.encoder), mask_decoder_config={"layer_norm_eps": 1e-5}))
    widths = list(reversed(found.encoder["embed_dim_per_stage"]))
    backbone = {"model_type": "sam2_hiera_det_model", **found.encoder}
    return Sam2Model(Sam2Config(vision_config={"backbone_config": backbone, "backbone_channel_list": widths}))


def _translated(family: str, tensors: Tensors) -> dict[str, Any]:
    """Rename weights, and put rows together into tables."""
    state: dict[str, Any] = {}
    rows: dict[str, dict[int, Any]] = {}
    for name, targets in translate(family, tensors).items():
        for target in targets:
            _place(tensors[name].float(), target, state, rows)
    return state | {name: torch.cat([table[row] for row in sorted(table)]) for name, table in rows.items()}


def _place(tensor: Any, target: Target, state: dict[str, Any], rows: dict[str, dict[int, Any]]) -> None:
    if target.row is None:
        state[target.name] = tensor
    else:
        rows.setdefault(target.name, {})[target.row] = tensor


def _check_complete(state: Tensors, wanted: Tensors) -> None:
    """Compare what there is with what the model has; every weight must be there, and of its size."""
    missing = [name for name in wanted if name not in state]
    if missing:
        raise _incomplete(missing)
    misfits = [name for name in wanted if state[name].shape != wanted[name].shape]
    if misfits:
        name = misfits[0]
        raise ExportError(
            "checkpoint-shapes",
            f"{len(misfits)} weights of this checkpoint have another size than the official one's, such as '{name}'.",
            "It may have been changed for another purpose; convert it where it comes from.",
            details=f"{name}: {tuple(state[name].shape)}, not {tuple(wanted[name].shape)}",
        )


def _incomplete(missing: list[str]) -> ExportError:
    return ExportError(
        "checkpoint-incomplete",
        f"{len(missing)} weights are missing, such as '{missing[0]}'.",
        "The file may be damaged or cut short: get it again.",
        details=", ".join(missing[:20]),
    )


def _from_folder(folder: Path) -> Reference:
    kind = _model_type(folder)
    if kind not in _CLASSES:
        raise ExportError(
            "checkpoint-unknown",
            f"'{folder.name}' holds a model of type '{kind}', which cannot be converted.",
            f"The types that can be are: {', '.join(_CLASSES)}.",
        )
    model_class, family = _CLASSES[kind]
    try:
        model, report = model_class.from_pretrained(folder, local_files_only=True, dtype=torch.float32, output_loading_info=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise ExportError(
            "checkpoint-unreadable",
            f"The weights in '{folder.name}' cannot be read.",
            "It should hold config.json and model.safetensors, as the model's page has them.",
            details=str(error),
        ) from error
    missing = sorted({*report["missing_keys"], *(str(name) for name, *_ in report["mismatched_keys"])})
    if missing:
        raise _incomplete(missing)
    return Reference(model, family)


def _model_type(folder: Path) -> str:
    import json

    try:
        return str(json.loads((folder / "config.json").read_text("utf-8")).get("model_type"))
    except (OSError, ValueError, AttributeError) as error:
        raise ExportError(
            "checkpoint-unreadable",
            f"'{folder}' is no model's folder: it has no config.json that can be read.",
            "Give a checkpoint file, or a folder in Hugging Face's layout.",
            details=str(error),
        ) from error


def _vit(config: Any) -> Vit:
    vision = config.vision_config
    return Vit(
        side=vision.image_size,
        patch=vision.patch_size,
        width=vision.hidden_size,
        depth=vision.num_hidden_layers,
        heads=vision.num_attention_heads,
        window=vision.window_size,
        global_blocks=frozenset(vision.global_attn_indexes),
        channels=vision.output_channels,
        epsilon=vision.layer_norm_eps,
    )


def _hiera(config: Any) -> Hiera:
    vision, backbone = config.vision_config, config.vision_config.backbone_config
    return Hiera(
        side=backbone.image_size[0],
        widths=tuple(backbone.embed_dim_per_stage),
        heads=tuple(backbone.num_attention_heads_per_stage),
        blocks=tuple(backbone.blocks_per_stage),
        windows=tuple(backbone.window_size_per_stage),
        global_blocks=frozenset(backbone.global_attention_blocks),
        pooled_stages=backbone.num_query_pool_stages,
        channels=vision.fpn_hidden_size,
        top_down=frozenset(vision.fpn_top_down_levels),
        epsilon=backbone.layer_norm_eps,
    )


def enlarging(count: int, side: int) -> Float32Array:
    """Give the matrix (side, count) that enlarges a row of ``count`` numbers as PyTorch's bicubic interpolation does."""
    unit = torch.eye(count).reshape(1, count, count, 1)
    rows = torch.nn.functional.interpolate(unit, size=(side, 1), mode="bicubic")
    return np.ascontiguousarray(rows[0, :, :, 0].T.numpy())
