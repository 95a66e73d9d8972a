"""SAM 2 and 2.1: squashed, resized in floats, normalised as ImageNet; the padding point is inside the graph.

The reference is SAM2ImagePredictor and SAM2Transforms (sam2/sam2_image_predictor.py, sam2/utils/transforms.py).
"""

from __future__ import annotations

from tabsam.model.dialects.base import BESIDE, Dialect
from tabsam.model.preprocess import IMAGENET_MEAN, IMAGENET_STD, Recipe
from tabsam.model.prompts import Prompts

ANY_POINTS = "any_points"
"""The axis of points in a decoder that adds its padding point only where there are points: tabsam's own exports."""

RECIPE = Recipe(
    fit="squash",
    resize="float",
    mean=(255 * IMAGENET_MEAN[0], 255 * IMAGENET_MEAN[1], 255 * IMAGENET_MEAN[2]),
    std=(255 * IMAGENET_STD[0], 255 * IMAGENET_STD[1], 255 * IMAGENET_STD[2]),
)


EVERYTHING_DEFAULTS = {"pred_iou_thresh": 0.8}
"""Where SAM2AutomaticMaskGenerator's defaults are not SamAutomaticMaskGenerator's."""


class _Sam2(Dialect):
    """What all exports of SAM 2 share: the picture's recipe, and how a mask is fed back."""

    recipe = RECIPE
    mask_clamp = 32.0
    single_mask_falls_back = True
    everything_defaults = EVERYTHING_DEFAULTS

    def notes(self, prompts: Prompts) -> tuple[str, ...]:
        """Say that this export pads a mask alone, unless it is one that does not."""
        if not prompts.is_mask_alone or self.inputs[self.labels].shape[-1] == ANY_POINTS:
            return super().notes(prompts)
        added = "two padding points" if self.needs_a_point else "a padding point"
        return (f"Asked with a mask alone, this export adds {added} where Meta's predictor has none. {BESIDE}",)


class Sam2(_Sam2):
    """As samexporter writes it; tabsam's own nano model and exports speak it too.

    Variants take ``orig_im_size``, and give masks at another size with the low-res ones beside them.
    """

    family = "sam2"
    encoder_input = ("image",)
    embedding = ("image_embed", "high_res_feats_0", "high_res_feats_1")
    mask = "mask_input"
    has_mask = "has_mask_input"
    size = "orig_im_size"
    logits = ("low_res_masks", "masks")


class Sam2Ort(_Sam2):
    """As onnxruntime's own tool writes it (onnxruntime/python/tools/transformers/models/sam2)."""

    family = "sam2-ort"
    encoder_input = ("image",)
    embedding = ("image_features_0", "image_features_1", "image_embeddings")
    mask = "input_masks"
    has_mask = "has_input_masks"
    size = "original_image_size"
    logits = ("low_res_masks",)


class Sam2RectLabel(_Sam2):
    """As RectLabel's exporter writes it: four masks, the single-mask token's first."""

    family = "sam2-rectlabel"
    encoder_input = ("input",)
    embedding = ("image_embeddings", "high_res_features1", "high_res_features2")
    mask = "mask_input"
    has_mask = "has_mask_input"
    size = "orig_im_size"
    logits = ("low_res_masks", "masks")
