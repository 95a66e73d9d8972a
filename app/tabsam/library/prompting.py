"""What the model is asked, in the forms that scripts have it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from tabsam.arrays import AnyArray, Float32Array, Size
from tabsam.document.painting import mask_logits, outline_from_mask
from tabsam.errors import PromptError
from tabsam.geometry.tracing import outline_of_mask
from tabsam.library.images import read_file
from tabsam.model.candidate import Candidate
from tabsam.model.preprocess import Frame
from tabsam.model.prompts import Prompts, check_prompts
from tabsam.pictures.mask_pixels import mask_pixels, mask_pixels_of

MaskLike: TypeAlias = ArrayLike | Candidate | Image.Image | str | PathLike[str] | bytes
"""An answer or its logits; or a mask of the picture's size: an array of bool or whole numbers, a picture of Pillow's, a file."""


@dataclass(frozen=True, eq=False)
class Prompt:
    """What is said of one object; all that is given is taken together.

    Attributes
    ----------
    points : (N, 2), x then y, in image pixels
    labels : (N,), 1 on the object and 0 off it; all 1 when left out
    box : (4,), x0, y0, x1, y1 in image pixels
    box_cxcywh : (4,)
        The same by its centre, width and height.
    mask : an answer, its logits, or a mask of the picture's size
        See :data:`MaskLike`.
    """

    points: ArrayLike | None = None
    labels: ArrayLike | None = None
    box: ArrayLike | None = None
    box_cxcywh: ArrayLike | None = None
    mask: MaskLike | None = None

    @classmethod
    def of(cls, prompt: Prompt | Mapping[str, Any]) -> Prompt:
        """Take a prompt, or a mapping with its attributes' names.

        Raises
        ------
        PromptError
            ``prompt-unknown`` for other names.
        """
        if isinstance(prompt, Prompt):
            return prompt
        unknown = sorted(set(prompt) - set(cls.__dataclass_fields__))
        if unknown:
            names = ", ".join(cls.__dataclass_fields__)
            raise PromptError("prompt-unknown", f"A prompt has no '{unknown[0]}'.", f"It may have: {names}.")
        return cls(**prompt)

    def checked(self, frame: Frame, grid_size: Size) -> Prompts:
        """Check it, for a picture.

        Parameters
        ----------
        frame : Frame
            Where the picture lies in the model's input.
        grid_size : (height, width)
            Of the logits that the decoder takes as a mask.

        Raises
        ------
        PromptError
            Those of :func:`tabsam.model.prompts.check_prompts`; ``prompt-box`` for two boxes, ``mask-size``, ``mask-empty``.
        """
        if self.box is not None and self.box_cxcywh is not None:
            raise PromptError("prompt-box", "There are two boxes, 'box' and 'box_cxcywh'.", "Give one of them.")
        box = self.box if self.box_cxcywh is None else box_from_centre(self.box_cxcywh)
        logits = None if self.mask is None else as_logits(self.mask, frame, grid_size)
        return check_prompts(self.points, self.labels, box, logits)


def box_from_centre(box: ArrayLike) -> Float32Array:
    """Give a box by its corners, x0, y0, x1, y1, that is given by its centre, width and height.

    Raises
    ------
    PromptError
        ``prompt-box``.
    """
    try:
        numbers = np.asarray(box, np.float32).reshape(-1)
    except (TypeError, ValueError) as error:
        raise PromptError("prompt-box", "The box is not made of numbers.", details=str(error)) from error
    if numbers.size != 4 or not (numbers[2:] > 0).all():
        raise PromptError("prompt-box", "A box has a centre x, y and a width and a height above 0.", "Give cx, cy, w, h.")
    centre, size = numbers[:2], numbers[2:]
    return np.concatenate([centre - size / 2, centre + size / 2])


def as_logits(mask: MaskLike, frame: Frame, grid_size: Size) -> Float32Array:
    """Take a mask, whatever it comes as, as the logits that a decoder is asked with.

    Raises
    ------
    PromptError
        ``mask-size`` for a mask of another size than the picture's, ``mask-empty``, ``prompt-mask``.
    ImageError
        For a file that is no picture.
    """
    if isinstance(mask, Candidate):
        return mask.logits
    if isinstance(mask, str | PathLike):
        mask = read_file(Path(mask))
    if isinstance(mask, bytes | bytearray | memoryview):
        line = outline_from_mask(mask_pixels(bytes(mask)), frame.image_size)
    elif isinstance(mask, Image.Image):
        line = outline_from_mask(mask_pixels_of(mask), frame.image_size)
    else:
        array = np.asarray(mask)
        if array.dtype.kind not in "bui":
            return np.asarray(array, np.float32)
        line = outline_of_mask(_inside(array, frame.image_size))
    if not len(line.vertices):
        raise PromptError("mask-empty", "This mask is empty: nothing in it is marked.", "Give another mask.")
    return mask_logits(line, frame, grid_size)


def _inside(array: AnyArray, image_size: Size) -> AnyArray:
    if array.shape != image_size:
        raise PromptError(
            "mask-size",
            f"This mask has shape {array.shape}, and the picture {image_size}.",
            "Give a mask of the picture's own size, or an answer's logits, as floats.",
        )
    return np.asarray(array > array.max() / 2 if array.dtype != np.bool_ and array.size else array, np.bool_)
