"""EfficientSAM: resizes, normalises and scales its prompts in its graphs (efficient_sam/efficient_sam.py)."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tabsam.arrays import Float32Array, Size
from tabsam.model.dialects.base import Dialect
from tabsam.model.preprocess import Frame, Recipe
from tabsam.model.prompts import Prompts, arrange_points
from tabsam.model.runtime import Session, Tensor

_LONGEST_SIDE = 2048
"""A larger picture is brought down to this first: the graph resizes without antialiasing, and would be fed a gigabyte."""


class EfficientSam(Dialect):
    """EfficientSAM's export. Points are in the frame of the size that masks are asked in."""

    family = "efficientsam"
    recipe = Recipe("squash", "float", mean=(0.0, 0.0, 0.0), std=(255.0, 255.0, 255.0))
    encoder_input = ("batched_images",)
    embedding = ("image_embeddings",)
    points = "batched_point_coords"
    labels = "batched_point_labels"
    size = "orig_im_size"
    logits = ("output_masks",)

    def __init__(self, encoder: Session, decoder: Session) -> None:
        """Take 1024 for the picture, or what the masks tell: the graphs do not state it."""
        super().__init__(encoder, decoder)
        self.model_size = (self.mask_size[0] * 4, self.mask_size[1] * 4)

    def encoder_feeds(self, image: Image.Image, frame: Frame) -> dict[str, Tensor]:
        """Give (1, 3, h, w) in [0, 1], at the picture's own size."""
        if max(image.size) > _LONGEST_SIDE:
            image = image.copy()
            image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.BILINEAR, reducing_gap=None)
        pixels = np.asarray(image, np.float32).transpose(2, 0, 1)[np.newaxis] / np.float32(255)
        return {self.picture.name: np.ascontiguousarray(pixels, self.picture.dtype or None)}

    def arrange(self, prompts: Prompts, frame: Frame) -> tuple[Float32Array, Float32Array]:
        """Scale to the frame of the masks."""
        grid = Frame(frame.image_size, self.mask_size, self.mask_size)
        return arrange_points(prompts, grid, pad_without_box=False)

    def _model_size(self) -> Size:
        return self.mask_size
