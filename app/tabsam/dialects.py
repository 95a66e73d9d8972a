"""Which SAM is this? Each dialect knows one family's tensor names and conventions, and speaks one common form.

A dialect is recognised from what the two graphs say of their inputs and outputs; a user's own file needs no manifest. Adding
one is a class with the members of :class:`Dialect` and its place in :data:`DIALECTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, Float32Array, Size
from tabsam.errors import ModelError
from tabsam.preprocess import IMAGENET_MEAN, IMAGENET_STD, Frame, Recipe, encoder_input, frame_for
from tabsam.prompts import Prompts, arrange_points, mask_feed
from tabsam.runtime import Session, Tensor, TensorSpec


@dataclass(frozen=True)
class Answer:
    """What a decoder said, in the common form.

    Attributes
    ----------
    logits : float32, shape (M, h, w)
        On the decoder's own grid; a mask is where they are above 0.
    iou_predictions : float32, shape (M,)
    """

    logits: Float32Array
    iou_predictions: Float32Array


class Dialect(Protocol):
    """One family's way to be asked and to answer."""

    @property
    def family(self) -> str: ...

    @property
    def embedding_names(self) -> tuple[str, ...]:
        """The encoder's outputs that the decoder is fed."""
        ...

    @property
    def answer_names(self) -> tuple[str, ...]:
        """The decoder's outputs that are read."""
        ...

    def frame(self, image_size: Size) -> Frame: ...

    def encoder_feeds(self, image: Image.Image, frame: Frame) -> dict[str, Tensor]: ...

    def decoder_feeds(self, embedding: Mapping[str, Tensor], prompts: Prompts, frame: Frame) -> dict[str, Tensor]: ...

    def read(self, outputs: Mapping[str, AnyArray]) -> Answer: ...


@dataclass(frozen=True)
class Sam2:
    """SAM 2 and 2.1 as samexporter writes them; tabsam's own nano model speaks it too.

    Squashed, not letterboxed, and normalised as SAM2Transforms does; labels 1, 0, 2, 3, -1; the graph pads by itself.
    """

    model_size: Size
    mask_size: Size

    family = "sam2"
    embedding_names = ("image_embed", "high_res_feats_0", "high_res_feats_1")
    answer_names = ("masks", "iou_predictions")
    _prompt_names = ("point_coords", "point_labels", "mask_input", "has_mask_input")
    _recipe = Recipe(
        fit="squash",
        resize="float",
        mean=(255 * IMAGENET_MEAN[0], 255 * IMAGENET_MEAN[1], 255 * IMAGENET_MEAN[2]),
        std=(255 * IMAGENET_STD[0], 255 * IMAGENET_STD[1], 255 * IMAGENET_STD[2]),
    )

    @classmethod
    def recognise(cls, encoder: Session, decoder: Session) -> Sam2 | None:
        """Give the dialect with the sizes that the graphs state, or None when these graphs do not speak it."""
        wanted = {*cls.embedding_names, *cls._prompt_names}
        if set(encoder.inputs) != {"image"} or wanted != set(decoder.inputs):
            return None
        if not set(cls.embedding_names) <= set(encoder.outputs) or not set(cls.answer_names) <= set(decoder.outputs):
            return None
        return cls(
            model_size=_fixed_size(encoder.inputs["image"]),
            mask_size=_fixed_size(decoder.inputs["mask_input"]),
        )

    def frame(self, image_size: Size) -> Frame:
        """Place a picture of ``image_size`` (height, width)."""
        return frame_for(self._recipe, image_size, self.model_size)

    def encoder_feeds(self, image: Image.Image, frame: Frame) -> dict[str, Tensor]:
        """Give ``image`` f32[1, 3, S, S]."""
        return {"image": encoder_input(image, self._recipe, frame)}

    def decoder_feeds(self, embedding: Mapping[str, Tensor], prompts: Prompts, frame: Frame) -> dict[str, Tensor]:
        """Give the decoder's seven inputs for one object."""
        point_coords, point_labels = arrange_points(prompts, frame, pad_without_box=False)
        mask_input, has_mask_input = mask_feed(prompts, self.mask_size, clamp=32.0)
        return {
            **embedding,
            "point_coords": point_coords,
            "point_labels": point_labels,
            "mask_input": mask_input,
            "has_mask_input": has_mask_input,
        }

    def read(self, outputs: Mapping[str, AnyArray]) -> Answer:
        """Take the first object of the batch."""
        return Answer(
            np.asarray(outputs["masks"][0], np.float32),
            np.asarray(outputs["iou_predictions"][0], np.float32),
        )


DIALECTS = (Sam2,)


def recognise(encoder: Session, decoder: Session) -> Dialect:
    """Find the dialect that an encoder and a decoder speak.

    Raises
    ------
    ModelError
        ``model-unknown`` when no dialect fits (the details name the tensors that were found), ``model-mismatch`` when the two
        files speak one dialect but do not belong together.
    """
    for dialect in DIALECTS:
        found = dialect.recognise(encoder, decoder)
        if found is not None:
            _check_they_belong_together(encoder, decoder, found)
            return found
    raise ModelError(
        "model-unknown",
        "This pair of files is not a Segment Anything model that is known here.",
        "Choose an encoder and a decoder that were exported together.",
        details=f"The encoder has {_signature(encoder)}; the decoder has {_signature(decoder)}.",
    )


def _check_they_belong_together(encoder: Session, decoder: Session, dialect: Dialect) -> None:
    for name in dialect.embedding_names:
        given, taken = encoder.outputs[name], decoder.inputs[name]
        lengths_agree = all(
            a == b for a, b in zip(given.shape, taken.shape, strict=False) if isinstance(a, int) and isinstance(b, int)
        )
        if given.dtype != taken.dtype or len(given.shape) != len(taken.shape) or not lengths_agree:
            raise ModelError(
                "model-mismatch",
                "This encoder and this decoder do not belong together.",
                "Choose two files of the same model.",
                details=f"{name}: the encoder gives {_one(given)}, the decoder takes {_one(taken)}.",
            )


def _fixed_size(spec: TensorSpec) -> Size:
    """Read (height, width) off the last two axes."""
    height, width = spec.shape[-2:]
    if not isinstance(height, int) or not isinstance(width, int):
        raise ModelError(
            "model-unknown",
            f"This model leaves the size of its input '{spec.name}' open.",
            "Export it with fixed sizes.",
            details=_one(spec),
        )
    return height, width


def _one(spec: TensorSpec) -> str:
    return f"{spec.name} {spec.dtype or 'of another type'}[{', '.join(map(str, spec.shape))}]"


def _signature(session: Session) -> str:
    return "; ".join(
        f"{kind} {', '.join(map(_one, specs.values()))}"
        for kind, specs in (("inputs", session.inputs), ("outputs", session.outputs))
    )
