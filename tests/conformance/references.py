"""The reference predictors, and what tabsam is given to match them: exports of the very same models.

Each model has its true architecture and frame (1024 pixels), few and narrow layers, and random weights.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.nn.functional import interpolate

from tabsam.arrays import BoolArray, Float32Array, Size, UInt8Array
from tests.conformance.exporting import exported
from tests.conformance.weights import randomise, spread

CHANNELS = 32
_EXAMPLE_POINTS = torch.tensor([[[300.0, 400.0], [700.0, 500.0]]])


@dataclass(frozen=True)
class Prompts:
    """One object's prompts, as they go to a predictor: in image pixels.

    Attributes
    ----------
    points : (N, 2), labels : (N,)
    box : (4,)
    mask : (256, 256), logits
    """

    points: list[list[float]] | None = None
    labels: list[int] | None = None
    box: list[float] | None = None
    mask: Float32Array | None = None

    def as_arguments(self) -> Mapping[str, Any]:
        """Give what tabsam's ``predict`` takes."""
        return {"points": self.points, "labels": self.labels, "box": self.box, "mask": self.mask}


@dataclass(frozen=True)
class Answer:
    """What a predictor gives: the multimask outputs, in the model's own order, or the single one.

    Attributes
    ----------
    logits : float32, shape (M, 256, 256), M 3 or 1
        Before any clamp.
    masks : bool, shape (M, H, W)
    iou_predictions : float32, shape (M,)
    """

    logits: Float32Array
    masks: BoolArray
    iou_predictions: Float32Array


class Reference(ABC):
    """A predictor of a published package, or one that does the same calls to its model."""

    def __init__(self) -> None:
        self._embedded: tuple[UInt8Array, Any] | None = None

    @abstractmethod
    def input_tensor(self, image: UInt8Array) -> Any:
        """Give what the encoder sees: (1, 3, 1024, 1024)."""

    @abstractmethod
    def embed(self, image: UInt8Array) -> Any:
        """Encode a picture."""

    @abstractmethod
    def decode(self, embedding: Any, image_size: Size, prompts: Prompts, *, multimask_output: bool = True) -> Answer:
        """Ask for one object's masks."""

    def predict(self, image: UInt8Array, prompts: Prompts, *, multimask_output: bool = True) -> Answer:
        """Encode a picture, where it is not the one before, and ask."""
        if self._embedded is None or self._embedded[0] is not image:
            self._embedded = image, self.embed(image)
        with torch.no_grad():
            return self.decode(self._embedded[1], (image.shape[0], image.shape[1]), prompts, multimask_output=multimask_output)


def _answer(logits: Any, masks: Any, iou_predictions: Any) -> Answer:
    return Answer(logits.numpy().reshape(-1, 256, 256), np.asarray(masks), iou_predictions.numpy().reshape(-1))


class Sam1Reference(Reference):
    """segment_anything's own ``SamPredictor``."""

    def __init__(self) -> None:
        super().__init__()
        with torchvision_or_a_stand_in():
            from segment_anything import SamPredictor
            from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

        torch.manual_seed(1)  # of the positional encoding, which is no parameter
        self.model = Sam(
            ImageEncoderViT(
                embed_dim=CHANNELS, depth=2, num_heads=2, mlp_ratio=2, out_chans=CHANNELS, use_rel_pos=True, window_size=14,
                global_attn_indexes=(1,),
            ),
            PromptEncoder(
                embed_dim=CHANNELS, image_embedding_size=(64, 64), input_image_size=(1024, 1024), mask_in_chans=16
            ),
            MaskDecoder(
                transformer_dim=CHANNELS, transformer=TwoWayTransformer(2, CHANNELS, 4, 64), iou_head_hidden_dim=CHANNELS
            ),
        ).eval()  # fmt: skip
        randomise(self.model, seed=1)
        self.predictor = SamPredictor(self.model)
        with torch.no_grad():
            sparse, dense = self.model.prompt_encoder((_EXAMPLE_POINTS, torch.tensor([[1, 0]])), None, None)
            position = self.model.prompt_encoder.get_dense_pe()
            logits, _ = self.model.mask_decoder(torch.randn(1, CHANNELS, 64, 64), position, sparse, dense, multimask_output=True)
        spread(logits[0], [mlp.layers[-1] for mlp in self.model.mask_decoder.output_hypernetworks_mlps[1:]])

    def input_tensor(self, image: UInt8Array) -> Any:
        pixels = torch.as_tensor(self.predictor.transform.apply_image(image))
        return self.model.preprocess(pixels.permute(2, 0, 1)[None])

    def embed(self, image: UInt8Array) -> Any:
        self.predictor.set_image(image)
        return self.predictor.features

    def decode(self, embedding: Any, image_size: Size, prompts: Prompts, *, multimask_output: bool = True) -> Answer:
        masks, iou_predictions, logits = self.predictor.predict(
            None if prompts.points is None else np.array(prompts.points),
            None if prompts.labels is None else np.array(prompts.labels),
            None if prompts.box is None else np.array(prompts.box),
            None if prompts.mask is None else prompts.mask[None],
            multimask_output,
        )
        return Answer(logits, masks, iou_predictions)

    def encoder(self) -> bytes:
        """Export the encoder, to be given normalised and padded pixels."""
        inputs = {"input_image": torch.zeros(1, 3, 1024, 1024)}
        return exported(self.model.image_encoder, self.model.image_encoder, inputs, ["image_embeddings"])

    def decoder(self) -> bytes:
        """Export the decoder with segment_anything's own wrapper and axes."""
        with torchvision_or_a_stand_in():
            from segment_anything.utils.onnx import SamOnnxModel

        inputs = {
            "image_embeddings": torch.zeros(1, CHANNELS, 64, 64),
            "point_coords": _EXAMPLE_POINTS,
            "point_labels": torch.ones(1, 2),
            "mask_input": torch.zeros(1, 1, 256, 256),
            "has_mask_input": torch.ones(1),
            "orig_im_size": torch.tensor([1500.0, 2250.0]),
        }
        outputs = ["masks", "iou_predictions", "low_res_masks"]
        free_axes = {name: {1: "num_points"} for name in ("point_coords", "point_labels")}
        return exported(self.model, SamOnnxModel(self.model, return_single_mask=False), inputs, outputs, free_axes)


class Sam2Reference(Reference):
    """What ``SAM2ImagePredictor`` does (sam2/sam2_image_predictor.py, sam2/utils/transforms.py), with transformers' model.

    Parameters
    ----------
    real_size : bool
        As wide and deep as SAM 2 Hiera-Tiny, rather than small.
    """

    def __init__(self, *, real_size: bool = False) -> None:
        super().__init__()
        from transformers import Sam2Config, Sam2Model

        self.model = Sam2Model(Sam2Config(**({} if real_size else _SMALL_SAM2))).eval()
        randomise(self.model, seed=2)
        torch.manual_seed(2)
        _randomise_positions(self.model)
        with torch.no_grad():
            sparse, dense = self.model.prompt_encoder(*self._points(_EXAMPLE_POINTS, [1, 0]), None, None)
            coarse, fine, middle = (torch.randn(example.shape) for example in self._example_embedding())
            logits = self._mask_decoder(coarse, [fine, middle], sparse, dense)[0]
        spread(logits[0, 0], [mlp.proj_out for mlp in self.model.mask_decoder.output_hypernetworks_mlps[1:]])

    @staticmethod
    def _points(points: Any, labels: list[int]) -> tuple[Any, Any]:
        return points.reshape(1, 1, -1, 2), torch.tensor(labels).reshape(1, 1, -1)

    def input_tensor(self, image: UInt8Array) -> Any:
        pixels = torch.from_numpy(image.copy()).permute(2, 0, 1)[None].float() / 255
        # What torchvision's Resize does to a tensor.
        squashed = interpolate(pixels, (1024, 1024), mode="bilinear", align_corners=False, antialias=True)
        mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
        return (squashed - mean.reshape(1, 3, 1, 1)) / std.reshape(1, 3, 1, 1)

    def embed(self, image: UInt8Array) -> Any:
        return self.model.get_image_embeddings(self.input_tensor(image))

    def decode(self, embedding: Any, image_size: Size, prompts: Prompts, *, multimask_output: bool = True) -> Answer:
        height, width = image_size
        coords = [*np.reshape(prompts.box or [], (-1, 2)).tolist(), *(prompts.points or [])]
        labels = [*([2, 3] if prompts.box else []), *(prompts.labels or [])]
        scaled = torch.tensor(coords).reshape(-1, 2) / torch.tensor([width, height]) * 1024
        mask = None if prompts.mask is None else torch.from_numpy(prompts.mask)[None, None].clamp(-32, 32)
        # Without a point the predictor's prompt encoder gives no token; transformers' forward would add two padding points.
        sparse = torch.zeros(1, 1, 0, self.model.config.mask_decoder_config.hidden_size)
        if labels:
            sparse = self.model.prompt_encoder(*self._points(scaled, labels), None, None)[0]
        dense = self.model.prompt_encoder(None, None, None, mask)[1]
        logits, scores = (
            part[0]
            for part in self._mask_decoder(embedding[-1], embedding[:-1], sparse, dense, multimask_output=multimask_output)[:2]
        )
        masks = interpolate(logits, image_size, mode="bilinear", align_corners=False)[0] > 0
        return _answer(logits, masks, scores)

    def encoder(self) -> bytes:
        """Export the encoder in SAM 2's own dialect."""
        return self._encoder("image", ["high_res_feats_0", "high_res_feats_1", "image_embed"])

    def hugging_face_encoder(self) -> bytes:
        """Export the encoder in transformers.js's dialect."""
        return self._encoder("pixel_values", [f"image_embeddings.{level}" for level in range(3)])

    def _encoder(self, picture: str, outputs: list[str]) -> bytes:
        inputs = {picture: torch.zeros(1, 3, 1024, 1024)}
        return exported(self.model, lambda pixels: tuple(self.model.get_image_embeddings(pixels)), inputs, outputs)

    def decoder(self) -> bytes:
        """Export the decoder in SAM 2's own dialect, for several objects at once, each with its mask."""

        def decode(image_embed: Any, fine: Any, middle: Any, coords: Any, labels: Any, mask: Any, has_mask: Any) -> Any:
            sparse, no_mask = self.model.prompt_encoder(coords[:, None], labels[:, None].long(), None, None)
            flag = has_mask.reshape(-1, 1, 1, 1)
            dense = flag * self.model.prompt_encoder.mask_embed(mask) + (1 - flag) * no_mask
            embeds = image_embed.expand(coords.shape[0], -1, -1, -1)
            masks, scores, *_ = self._mask_decoder(embeds, [fine, middle], sparse, dense)
            return masks[:, 0], scores[:, 0]

        inputs = {
            **dict(zip(("image_embed", "high_res_feats_0", "high_res_feats_1"), self._example_embedding(), strict=True)),
            "point_coords": _EXAMPLE_POINTS.repeat(2, 1, 1),
            "point_labels": torch.ones(2, 2),
            "mask_input": torch.zeros(2, 1, 256, 256),
            "has_mask_input": torch.ones(2),
        }
        free_axes = {name: {0: "num_labels"} for name in ("mask_input", "has_mask_input", "masks", "iou_predictions")}
        free_axes |= {name: {0: "num_labels", 1: "num_points"} for name in ("point_coords", "point_labels")}
        return exported(self.model, decode, inputs, ["masks", "iou_predictions"], free_axes)

    def hugging_face_decoder(self) -> bytes:
        """Export the decoder in transformers.js's dialect: clicks and boxes, of either of which there may be none."""

        def decode(points: Any, labels: Any, boxes: Any, coarse: Any, fine: Any, middle: Any) -> Any:
            encoder = self.model.prompt_encoder
            clicks = encoder._embed_points(points, labels, pad=False)
            corners = encoder._embed_boxes(boxes)
            sparse = torch.cat([clicks, corners.reshape(1, 1, -1, corners.shape[-1])], dim=2)
            dense = encoder.no_mask_embed.weight.reshape(1, -1, 1, 1).expand(1, -1, 64, 64)
            masks, scores, _, objects = self._mask_decoder(coarse, [fine, middle], sparse, dense)
            return scores, masks, objects

        names = ("image_embeddings.2", "image_embeddings.0", "image_embeddings.1")
        inputs = {
            "input_points": _EXAMPLE_POINTS[None],
            "input_labels": torch.ones(1, 1, 2, dtype=torch.int64),
            "input_boxes": torch.tensor([[[100.0, 200.0, 300.0, 400.0]]]),
            **dict(zip(names, self._example_embedding(), strict=True)),
        }
        free_axes = {"input_points": {2: "num_points"}, "input_labels": {2: "num_points"}, "input_boxes": {1: "num_boxes"}}
        return exported(self.model, decode, inputs, ["iou_scores", "pred_masks", "object_score_logits"], free_axes)

    def _example_embedding(self) -> list[Any]:
        channels = self.model.config.mask_decoder_config.hidden_size
        sizes = ((channels, 64), (channels // 8, 256), (channels // 4, 128))
        return [torch.zeros(1, count, side, side) for count, side in sizes]

    def _mask_decoder(self, coarse: Any, high_res: list[Any], sparse: Any, dense: Any, *, multimask_output: bool = True) -> Any:
        return self.model.mask_decoder(
            image_embeddings=coarse,
            image_positional_embeddings=self.model.get_image_wide_positional_embeddings().expand(coarse.shape[0], -1, -1, -1),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=multimask_output,
            high_resolution_features=high_res,
        )


class HfSam1Reference(Reference):
    """transformers' ``SamModel`` behind its own processor, the one that needs no torchvision."""

    def __init__(self) -> None:
        super().__init__()
        from transformers import SamConfig, SamModel
        from transformers.models.sam.image_processing_pil_sam import SamImageProcessorPil

        self.model = SamModel(SamConfig(**_SMALL_SAM1)).eval()
        randomise(self.model, seed=3)
        torch.manual_seed(3)
        _randomise_positions(self.model)
        self.processor = SamImageProcessorPil()
        with torch.no_grad():
            sparse, dense = self.model.prompt_encoder(_EXAMPLE_POINTS[None], torch.tensor([[[1, 0]]]), None, None)
            position = self.model.get_image_wide_positional_embeddings()
            logits = self._mask_decoder(torch.randn(1, CHANNELS, 64, 64), position, sparse, dense)[0]
        spread(logits[0, 0], [mlp.proj_out for mlp in self.model.mask_decoder.output_hypernetworks_mlps[1:]])

    def _mask_decoder(self, embedding: Any, position: Any, sparse: Any, dense: Any) -> Any:
        return self.model.mask_decoder(
            image_embeddings=embedding,
            image_positional_embeddings=position,
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=True,
        )

    def _processed(self, image: UInt8Array) -> Any:
        return self.processor(Image.fromarray(image), return_tensors="pt")

    def input_tensor(self, image: UInt8Array) -> Any:
        return self._processed(image)["pixel_values"]

    def embed(self, image: UInt8Array) -> Any:
        return self.model.get_image_embeddings(self.input_tensor(image)), self._processed(image)

    def decode(self, embedding: Any, image_size: Size, prompts: Prompts, *, multimask_output: bool = True) -> Answer:
        features, processed = embedding
        new_height, new_width = processed["reshaped_input_sizes"][0].tolist()
        scale = torch.tensor([new_width / image_size[1], new_height / image_size[0]])
        points = None if prompts.points is None else (torch.tensor(prompts.points) * scale)[None, None]
        labels = None if prompts.labels is None else torch.tensor(prompts.labels)[None, None]
        box = None if prompts.box is None else (torch.tensor(prompts.box).reshape(2, 2) * scale).reshape(1, 1, 4)
        found = self.model(
            image_embeddings=features,
            input_points=points,
            input_labels=labels,
            input_boxes=box,
            multimask_output=multimask_output,
        )
        masks = self.processor.post_process_masks(
            found.pred_masks, processed["original_sizes"], processed["reshaped_input_sizes"]
        )
        return _answer(found.pred_masks, masks[0][0], found.iou_scores)

    def encoder(self) -> bytes:
        """Export the encoder as optimum does."""

        def encode(pixel_values: Any) -> Any:
            return self.model.get_image_embeddings(pixel_values), self.model.get_image_wide_positional_embeddings()

        inputs = {"pixel_values": torch.zeros(1, 3, 1024, 1024)}
        return exported(self.model, encode, inputs, ["image_embeddings", "image_positional_embeddings"])

    def decoder(self, *, boxes: bool) -> bytes:
        """Export the decoder as optimum does, without boxes, or with an input for them, of which there may be none."""

        def decode(points: Any, labels: Any, *rest: Any) -> Any:
            encoder, (embedding, position) = self.model.prompt_encoder, rest[-2:]
            sparse = encoder._embed_points(points, labels, pad=not boxes)
            if boxes:
                corners = encoder._embed_boxes(rest[0])
                sparse = torch.cat([sparse, corners.reshape(1, 1, -1, corners.shape[-1])], dim=2)
            dense = encoder.no_mask_embed.weight.reshape(1, -1, 1, 1).expand(1, -1, 64, 64)
            masks, scores = self._mask_decoder(embedding, position, sparse, dense)[:2]
            return scores, masks

        inputs = {
            "input_points": _EXAMPLE_POINTS[None],
            "input_labels": torch.ones(1, 1, 2, dtype=torch.int64),
            **({"input_boxes": torch.tensor([[[100.0, 200.0, 300.0, 400.0]]])} if boxes else {}),
            "image_embeddings": torch.zeros(1, CHANNELS, 64, 64),
            "image_positional_embeddings": torch.zeros(1, CHANNELS, 64, 64),
        }
        free_axes = {"input_points": {2: "num_points"}, "input_labels": {2: "num_points"}}
        free_axes |= {"input_boxes": {1: "num_boxes"}} if boxes else {}
        return exported(self.model, decode, inputs, ["iou_scores", "pred_masks"], free_axes)


def _randomise_positions(model: Any) -> None:
    """Give a model of transformers' the random frequencies of its positional encoding: a trained one's are of this size."""
    frequencies = torch.randn(model.shared_image_embedding.positional_embedding.shape)
    for module in (model.shared_image_embedding, model.prompt_encoder.shared_embedding):
        module.positional_embedding.data.copy_(frequencies)


_SMALL_SAM2: dict[str, Any] = {
    "vision_config": {
        "backbone_config": {
            "model_type": "sam2_hiera_det_model",
            "hidden_size": 8,
            "blocks_per_stage": [1, 1, 2, 1],
            "embed_dim_per_stage": [8, 16, 32, 64],
            "global_attention_blocks": [3],
        },
        "backbone_channel_list": [64, 32, 16, 8],
        "fpn_hidden_size": CHANNELS,
    },
    "prompt_encoder_config": {"hidden_size": CHANNELS},
    "mask_decoder_config": {
        "hidden_size": CHANNELS, "mlp_dim": 64, "num_attention_heads": 4, "iou_head_hidden_dim": CHANNELS,
    },
}  # fmt: skip
_SMALL_SAM1: dict[str, Any] = {
    "vision_config": {
        "hidden_size": CHANNELS,
        "output_channels": CHANNELS,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "mlp_dim": 64,
        "num_pos_feats": CHANNELS // 2,
        "global_attn_indexes": [1],
    },
    "prompt_encoder_config": {"hidden_size": CHANNELS},
    "mask_decoder_config": {
        "hidden_size": CHANNELS, "mlp_dim": 64, "num_attention_heads": 4, "iou_head_hidden_dim": CHANNELS,
    },
}  # fmt: skip


@contextmanager
def torchvision_or_a_stand_in() -> Iterator[None]:
    """Let segment_anything be imported where there is no torchvision.

    Its predictor takes two functions from there, and gives both an 8-bit picture; on those they do no more than Pillow does. Its
    mask generator, which is not used here, names two more. The stand-in is gone afterwards, so that nobody else takes it for the
    package.
    """
    if importlib.util.find_spec("torchvision"):
        yield
        return
    modules = {name: types.ModuleType(name) for name in _TORCHVISION}
    functional = modules["torchvision.transforms.functional"]
    functional.to_pil_image = Image.fromarray  # type: ignore[attr-defined]
    functional.resize = _resize  # type: ignore[attr-defined]
    boxes = modules["torchvision.ops.boxes"]
    boxes.batched_nms = boxes.box_area = None  # type: ignore[attr-defined]
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name in modules:
            del sys.modules[name]


_TORCHVISION = (
    "torchvision", "torchvision.ops", "torchvision.ops.boxes", "torchvision.transforms", "torchvision.transforms.functional",
)  # fmt: skip


def _resize(image: Image.Image, size: Size) -> Image.Image:
    """Resize a picture to (height, width), as torchvision does one of Pillow's by default."""
    height, width = size
    return image.resize((width, height), Image.Resampling.BILINEAR)
