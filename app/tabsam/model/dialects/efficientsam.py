"""EfficientSAM: resizes, normalises and scales its prompts in its graphs (efficient_sam/efficient_sam.py)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image

from tabsam.arrays import Float32Array, Size
from tabsam.model.dialects.base import Dialect
from tabsam.model.preprocess import Frame, Recipe
from tabsam.model.prompts import Prompts, arrange_points
from tabsam.model.runtime import Session, Tensor

_LONGEST_SIDE = 2048
"""A larger picture is brought down to this first: the graph resizes without antialiasing, and would be fed a gigabyte."""


_MOST_POINTS = 6
"""More are cut off in the graph: ``decoder_max_num_input_points``."""


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

    def resizing(self, image: Image.Image, frame: Frame) -> None:
        """Its graph resizes."""

    def arrange(self, prompts: Prompts, frame: Frame) -> tuple[Float32Array, Float32Array]:
        """Scale to the frame of the masks; of too many clicks keep the first, which says what is meant, and the newest."""
        grid = Frame(frame.image_size, self.mask_size, self.mask_size)
        if left_out := self._left_out(prompts):
            kept = [0, *range(1 + left_out, len(prompts.point_labels))]
            prompts = replace(prompts, point_coords=prompts.point_coords[kept], point_labels=prompts.point_labels[kept])
        return arrange_points(prompts, grid, pad_without_box=False)

    def notes(self, prompts: Prompts) -> tuple[str, ...]:
        """Say how many clicks are left out."""
        left_out = self._left_out(prompts)
        if not left_out:
            return super().notes(prompts)
        clicks = "1 click is" if left_out == 1 else f"{left_out} clicks are"
        corners = " (a box's corners are two)" if prompts.box is not None else ""
        return (f"This model reads {_MOST_POINTS} points at most{corners}: {clicks} left out, the oldest after the first.",)

    @staticmethod
    def _left_out(prompts: Prompts) -> int:
        return max(0, len(prompts.point_labels) + (0 if prompts.box is None else 2) - _MOST_POINTS)

    def _model_size(self) -> Size:
        return self.mask_size
