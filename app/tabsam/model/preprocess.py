"""From an RGB picture to the encoder's input, and the frame that ties image pixels to model pixels.

Resizing follows the reference of each family exactly. SAM 1 resizes 8-bit pixels with Pillow
(segment_anything/utils/transforms.py, ``ResizeLongestSide.apply_image``). SAM 2 resizes a float tensor with antialiasing
(sam2/utils/transforms.py, ``SAM2Transforms``); Pillow does the same arithmetic one float channel at a time, within 1e-4 of a
grey level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from tabsam.arrays import Float32Array, Size

_PIXELS_AT_ONCE = 16_000_000

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Recipe:
    """How a family of models wants its picture.

    Attributes
    ----------
    fit : "squash" or "letterbox"
        Stretch both sides to the model's frame, or keep the proportions and pad with zeros on the right and at the bottom.
    resize : "float" or "uint8"
        Whether the reference rounds to whole grey levels while it resizes.
    mean, std : three floats, in grey levels of 0 to 255
    """

    fit: Literal["squash", "letterbox"]
    resize: Literal["float", "uint8"]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True)
class Frame:
    """Where a picture lies inside the model's input.

    Attributes
    ----------
    image_size : (height, width)
        Of the picture.
    model_size : (height, width)
        Of the encoder's input.
    content_size : (height, width)
        The top-left part of the input that the picture fills; all of it when the picture is squashed.
    upscales_twice : bool
        Whether the reference brings logits to the model's size first, crops, and only then goes to the picture's (SAM 1).
    """

    image_size: Size
    model_size: Size
    content_size: Size
    upscales_twice: bool = False

    def to_model(self, points: Float32Array) -> Float32Array:
        """Map image pixels (..., 2), x then y, to model pixels; float32."""
        return np.asarray(points, np.float32) * self._scale()

    def to_image(self, points: Float32Array) -> Float32Array:
        """Map model pixels (..., 2), x then y, to image pixels; float32."""
        return np.asarray(points, np.float32) / self._scale()

    def content_on_grid(self, grid_size: Size) -> tuple[float, float]:
        """Tell which part (height, width) of a logits grid the picture fills, in cells of that grid."""
        return (
            grid_size[0] * self.content_size[0] / self.model_size[0],
            grid_size[1] * self.content_size[1] / self.model_size[1],
        )

    def _scale(self) -> Float32Array:
        (height, width), (content_height, content_width) = self.image_size, self.content_size
        return np.array([content_width / width, content_height / height], np.float32)


def frame_for(recipe: Recipe, image_size: Size, model_size: Size) -> Frame:
    """Place a picture of ``image_size`` in an input of ``model_size``, both (height, width)."""
    if recipe.fit == "squash":
        return Frame(image_size, model_size, model_size)
    longest = max(image_size)
    # int(x + 0.5), not round(): the reference's own rounding (ResizeLongestSide.get_preprocess_shape).
    height, width = (max(1, int(side * max(model_size) / longest + 0.5)) for side in image_size)
    return Frame(image_size, model_size, (height, width), upscales_twice=True)


def resized(image: Image.Image, frame: Frame) -> Image.Image:
    """Resize a picture to the frame's content, in whole grey levels, as SAM 1's reference does."""
    height, width = frame.content_size
    return image.resize((width, height), Image.Resampling.BILINEAR)


def encoder_input(image: Image.Image, recipe: Recipe, frame: Frame) -> Float32Array:
    """Resize, normalise and pad a picture.

    Parameters
    ----------
    image : PIL.Image.Image, mode "RGB", of ``frame.image_size``

    Returns
    -------
    float32, shape (1, 3, H, W), H and W from ``frame.model_size``
        ``(grey level - mean) / std``, channels R, G, B; zeros where the picture does not reach.
    """
    height, width = frame.content_size
    pixels = np.zeros((1, 3, *frame.model_size), np.float32)
    whole = resized(image, frame) if recipe.resize == "uint8" else None
    for channel, (mean, std) in enumerate(zip(recipe.mean, recipe.std, strict=True)):
        content = pixels[0, channel, :height, :width]
        if whole is None:
            _resize_channel(image, channel, content)
        else:
            content[:] = np.asarray(whole.getchannel(channel))
        content -= np.float32(mean)
        content /= np.float32(std)
    return pixels


def _resize_channel(image: Image.Image, channel: int, out: Float32Array) -> None:
    """Resize one channel in floats, with antialiasing, into ``out`` (h, w).

    In bands, so that a 50-megapixel picture needs floats for a few megapixels at a time.
    """
    height, width = out.shape
    scale = image.height / height
    reach = max(scale, 1.0)  # of the triangle that weighs the rows around a row's centre
    rows = max(1, int(_PIXELS_AT_ONCE / (image.width * scale)))
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        first = max(0, int(top * scale - reach))
        last = min(image.height, int(bottom * scale + reach) + 1)
        band = image.crop((0, first, image.width, last)).getchannel(channel).convert("F")
        box = (0, top * scale - first, image.width, bottom * scale - first)
        out[top:bottom] = np.asarray(band.resize((width, bottom - top), Image.Resampling.BILINEAR, box=box))
