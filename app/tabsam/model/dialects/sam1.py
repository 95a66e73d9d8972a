"""SAM 1 and what was distilled from it: MobileSAM, HQ-SAM, EdgeSAM.

Letterboxed, resized in whole grey levels, mean and deviation in grey levels (segment_anything/modeling/sam.py and
utils/transforms.py); masks go through the model's own size on their way to the picture's (postprocess_masks).
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from tabsam.arrays import Size
from tabsam.model.dialects.base import Dialect
from tabsam.model.preprocess import Frame, Recipe, resized
from tabsam.model.runtime import Tensor

RECIPE = Recipe(fit="letterbox", resize="uint8", mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375))


class Sam1(Dialect):
    """SAM 1's own export (segment_anything/utils/onnx.py), and encoders exported beside it by others."""

    family = "sam1"
    recipe = RECIPE
    encoder_input = ("input_image", "image", "x", "input")
    embedding = ("image_embeddings",)
    mask = "mask_input"
    has_mask = "has_mask_input"
    size = "orig_im_size"
    logits = ("low_res_masks",)
    pads_without_box = True

    @property
    def asked_size(self) -> Size:
        """Ask for the padded frame: only the low-res masks are read, and this is the least work for the rest."""
        return self.model_size

    def encoder_feeds(self, image: Image.Image, frame: Frame) -> dict[str, Tensor]:
        """Give the encoder its picture; one that normalises and pads in its graph wants (h, w, 3) in grey levels."""
        if not self._normalises_itself:
            return super().encoder_feeds(image, frame)
        pixels = np.asarray(resized(image, frame), self.picture.dtype)
        return {self.picture.name: pixels.reshape(*(1,) * (len(self.picture.shape) - 3), *pixels.shape)}

    @property
    def _normalises_itself(self) -> bool:
        return self.picture.shape[-1] == 3

    def _model_size(self) -> Size:
        return (self.mask_size[0] * 4, self.mask_size[1] * 4) if self._normalises_itself else super()._model_size()


class EdgeSam(Dialect):
    """EdgeSAM's export: SAM 1's frame, no mask prompt, scores before masks."""

    family = "edgesam"
    recipe = RECIPE
    encoder_input = ("image",)
    embedding = ("image_embeddings",)
    logits = ("masks",)
    scores = "scores"
    pads_without_box = True
