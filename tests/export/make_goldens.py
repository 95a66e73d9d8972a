"""Ask Meta's own code what the seeded checkpoints answer, and write it down in ``goldens/``.

    python -m tests.export.make_goldens PATH_OF_SAM2     the unpacked source of sam2 1.1.0, from PyPI

Run it by hand when the layouts or the seeding change. It stands in for what those packages import and do not need here.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml  # type: ignore[import-untyped]

from tabsam.arrays import Float32Array
from tests.export.checkpoints import earlier_logits, seeded, shapes_of, waves
from tests.export.goldens import FOLDER, PROMPTS, sampled

_STAND_INS: dict[str, tuple[str, ...]] = {
    "torchvision": (),
    "torchvision.transforms": (),
    "torchvision.transforms.functional": ("resize", "to_pil_image"),
    "torchvision.ops": (),
    "torchvision.ops.boxes": ("batched_nms", "box_area"),
    "hydra": ("initialize_config_module",),
    "hydra.core": (),
    "hydra.core.global_hydra": ("GlobalHydra",),
    "iopath": (),
    "iopath.common": (),
    "iopath.common.file_io": ("g_pathmgr",),
}


def stand_in() -> None:
    """Let the packages be imported."""
    importlib.import_module("torch.export")  # it looks for torchvision, too
    for name, attributes in _STAND_INS.items():
        module = types.ModuleType(name)
        for attribute in attributes:
            setattr(module, attribute, _Nothing())
        sys.modules[name] = module


class _Nothing:
    def __call__(self, *arguments: object, **named: object) -> _Nothing:
        return self

    def __getattr__(self, name: str) -> _Nothing:
        return self


def made(node: Any) -> Any:
    """Build what a configuration describes: every ``_target_`` with the rest of its node."""
    if isinstance(node, list):
        return [made(item) for item in node]
    if not isinstance(node, dict):
        return node
    arguments = {name: made(value) for name, value in node.items() if name != "_target_"}
    if "_target_" not in node:
        return arguments
    module, _, name = node["_target_"].rpartition(".")
    return getattr(importlib.import_module(module), name)(**arguments)


class _Yaml(yaml.SafeLoader):  # type: ignore[misc]
    """Reads 1e-6 as a number, as Hydra does."""


_Yaml.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9.]+[eE][-+]?[0-9]+$"), list("-+0123456789."))


def sam2(source: Path) -> Any:
    """Build SAM 2.1 Hiera-Tiny."""
    sys.path.insert(0, str(source))
    config = yaml.load((source / "sam2/configs/sam2.1/sam2.1_hiera_t.yaml").read_text(), _Yaml)
    return made(config["model"])


def sam2_answers(model: Any, multimask_output: bool) -> list[Any]:
    """Do what SAM2ImagePredictor does between its transforms, with the decoder as build_sam2 sets it."""
    _, features, _, sizes = model._prepare_backbone_features(model.forward_image(torch.from_numpy(waves(1024))))
    features[-1] = features[-1] + model.no_mem_embed
    maps = [feature.permute(1, 2, 0).reshape(1, -1, *size) for feature, size in zip(features, sizes, strict=True)]
    encoder, decoder = model.sam_prompt_encoder, model.sam_mask_decoder
    decoder.dynamic_multimask_via_stability = True
    answers = []
    for prompt in PROMPTS:
        box = [] if prompt.box is None else [prompt.box[:2], prompt.box[2:]]
        points = torch.tensor([[*box, *prompt.points]]), torch.tensor([[*([2, 3] if box else []), *prompt.labels]])
        given = points if box or prompt.points else None
        sparse, dense = encoder(points=given, boxes=None, masks=_mask(prompt.with_mask))
        answers.append(
            decoder(
                image_embeddings=maps[-1],
                image_pe=encoder.get_dense_pe(),
                sparse_prompt_embeddings=sparse,
                dense_prompt_embeddings=dense,
                multimask_output=multimask_output,
                repeat_image=False,
                high_res_features=maps[:-1],
            )[:2]
        )
    return answers


def sam1_answers(model: Any, multimask_output: bool) -> list[Any]:
    """Do what SamPredictor does between its transforms."""
    embedding = model.image_encoder(torch.from_numpy(waves(1024)))
    answers = []
    for prompt in PROMPTS:
        points = (torch.tensor([prompt.points]), torch.tensor([prompt.labels])) if prompt.points else None
        box = None if prompt.box is None else torch.tensor([prompt.box])
        sparse, dense = model.prompt_encoder(points=points, boxes=box, masks=_mask(prompt.with_mask))
        position = model.prompt_encoder.get_dense_pe()
        answers.append(model.mask_decoder(embedding, position, sparse, dense, multimask_output))
    return answers


def _mask(wanted: bool) -> Any:
    return torch.from_numpy(earlier_logits(256))[None, None] if wanted else None


def main(source: Path) -> None:
    stand_in()
    from segment_anything import sam_model_registry

    FOLDER.mkdir(exist_ok=True)
    builders = {
        "sam2.1-hiera-tiny": (lambda: sam2(source), sam2_answers),
        "sam1-vit-b": (sam_model_registry["vit_b"], sam1_answers),
    }
    for model_id, (build, ask) in builders.items():
        model = build().eval()
        tensors = {name: torch.from_numpy(array) for name, array in seeded(shapes_of(model_id)).items()}
        model.load_state_dict(tensors, strict=True)
        with torch.inference_mode():
            pairs = zip(ask(model, True), ask(model, False), strict=True)
            answers = [_listed(*(part[0].numpy() for answer in pair for part in answer)) for pair in pairs]
        (FOLDER / f"{model_id}.json").write_text(json.dumps(answers) + "\n")
        print(model_id, [answer["iou_predictions"] for answer in answers])


def _listed(logits: Float32Array, iou_predictions: Float32Array, single: Float32Array, expected: Float32Array) -> dict[str, Any]:
    return {
        "logits": np.round(sampled(logits).astype(np.float64), 5).tolist(),
        "iou_predictions": np.round(iou_predictions.astype(np.float64), 6).tolist(),
        "single_logits": np.round(sampled(single).astype(np.float64), 5).tolist(),
        "single_iou_prediction": round(float(expected[0]), 6),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
