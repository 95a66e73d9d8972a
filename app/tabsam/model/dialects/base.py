"""What all dialects share: one form to ask in, and one to answer in.

A dialect says by which names and in which frame its family is asked. What is left open (sizes, dtypes, number of axes,
whether there is a mask prompt) is read off the graphs themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from PIL import Image

from tabsam.arrays import AnyArray, Float32Array, Size
from tabsam.errors import ModelError, PromptError
from tabsam.model.dialects.answers import Answer, Answers, output_of_masks, read_all, read_one, read_several, states_single_mask
from tabsam.model.preprocess import Frame, Recipe, encoder_input, frame_for
from tabsam.model.prompts import PADDING, Prompts, add_point, arrange_points, mask_feed
from tabsam.model.runtime import Session, Tensor, TensorSpec

_EMBEDDING_STRIDE = 16
"""Model pixels to a cell of the image embedding, and _MASK_STRIDE to a cell of the masks, in every SAM with a 1024 frame."""
_MASK_STRIDE = 4
BESIDE = "Its masks differ a little from those; with a click or a box beside the mask they do not."
_OTHER_OUTPUTS = ("masks", "object_score_logits")
"""Outputs that some exports have, and that are never read where they are not a dialect's logits."""


class Dialect:
    """One family's way to be asked and to answer; subclasses fill in the names.

    Attributes
    ----------
    encoder_input : names, one of which the encoder's only input has
    embedding : names of what the encoder hands on to the decoder
    points, labels : the decoder's inputs for clicks
    boxes : its input for boxes, where boxes are not two labelled points
    mask, has_mask : its inputs for a mask prompt
    size : its input for the size that masks are to have
    logits : names for the masks on the decoder's own grid, the first that is there
    scores : its output for IoU predictions
    mask_clamp : what logits are limited to before they are fed back (SAM 2: 32)
    pads_without_box : whether a padding point is to be added to clicks without a box, because the graph does not
    single_mask_falls_back : whether the best of the others takes the single-mask token's place where that is not stable (SAM 2)
    everything_defaults : options of the search for everything whose defaults are not SAM 1's, by name
    pads_itself : whether the graph adds a padding point to clicks, where names cannot tell; None as long as nobody has asked
    has_single_mask : whether the single-mask token's mask is among those that the graph gives; None where it does not say
    needs_a_point : whether the graph has failed without any point; found out while it is asked
    """

    family: str
    recipe: Recipe
    encoder_input: ClassVar[tuple[str, ...]]
    embedding: ClassVar[tuple[str, ...]]
    points: ClassVar[str] = "point_coords"
    labels: ClassVar[str] = "point_labels"
    boxes: ClassVar[str | None] = None
    mask: ClassVar[str | None] = None
    has_mask: ClassVar[str | None] = None
    size: ClassVar[str | None] = None
    logits: ClassVar[tuple[str, ...]]
    scores: ClassVar[str] = "iou_predictions"
    mask_clamp: ClassVar[float | None] = None
    pads_without_box: ClassVar[bool] = False
    single_mask_falls_back: ClassVar[bool] = False
    everything_defaults: ClassVar[Mapping[str, float]] = {}

    def __init__(self, encoder: Session, decoder: Session) -> None:
        """Read the sizes off two graphs that :meth:`speaks` has accepted.

        Raises
        ------
        ModelError
            ``model-outputs`` when the decoder's outputs are not what their names say.
        """
        self.picture = next(iter(encoder.inputs.values()))
        self.inputs = decoder.inputs
        self.pads_itself: bool | None = not self.pads_without_box
        self.needs_a_point = False
        self.logits_name = output_of_masks(self.logits, decoder.outputs, frozenset((*self.logits, self.scores, *_OTHER_OUTPUTS)))
        self.has_single_mask = states_single_mask(decoder.outputs[self.logits_name])
        self.mask_size = self._mask_size(encoder, decoder)
        self.model_size = self._model_size()

    @classmethod
    def speaks(cls, encoder: Session, decoder: Session) -> bool:
        """Tell whether two graphs have this dialect's names: all that it needs, and none that it could not feed."""
        needed = {*cls.embedding, cls.points, cls.labels}
        optional = {name for name in (cls.boxes, cls.mask, cls.has_mask, cls.size) if name}
        return (
            len(encoder.inputs) == 1
            and next(iter(encoder.inputs)) in cls.encoder_input
            and set(cls.embedding) <= set(encoder.outputs)
            and needed <= set(decoder.inputs) <= needed | optional
            and (cls.mask in decoder.inputs) == (cls.has_mask in decoder.inputs)
            and cls.scores in decoder.outputs
            and any(name in decoder.outputs for name in cls.logits)
        )

    @property
    def takes_mask(self) -> bool:
        """Whether earlier logits can be fed back."""
        return self.mask is not None and self.mask in self.inputs

    @property
    def takes_box(self) -> bool:
        """Whether a box can be given: as two labelled points, or by an input of its own."""
        return self.boxes is None or self.boxes in self.inputs

    @property
    def takes_several(self) -> bool:
        """Whether the decoder says that it takes several objects a run, all of one picture."""
        objects = self.inputs[self.points].shape[-3]
        pictures = self.inputs[self.embedding[0]].shape[0]
        return isinstance(objects, str) and objects != pictures

    @property
    def answer_names(self) -> tuple[str, ...]:
        """The decoder's outputs that are read."""
        return self.logits_name, self.scores

    def frame(self, image_size: Size) -> Frame:
        """Place a picture of ``image_size`` (height, width)."""
        return frame_for(self.recipe, image_size, self.model_size)

    def encoder_feeds(self, image: Image.Image, frame: Frame) -> dict[str, Tensor]:
        """Give the encoder's one input: (1, 3, H, W), resized, normalised and padded."""
        return {self.picture.name: _fitted(encoder_input(image, self.recipe, frame), self.picture)}

    def decoder_feeds(self, embedding: Mapping[str, Tensor], prompts: Prompts, frame: Frame) -> dict[str, Tensor]:
        """Give every input of the decoder's, for one object.

        Raises
        ------
        PromptError
            ``prompt-unsupported`` for a mask or a box that this model does not take.
        """
        self._check(prompts)
        point_coords, point_labels = self.arrange(prompts, frame)
        feeds: dict[str, Tensor] = {name: embedding[name] for name in self.embedding}
        arrays: dict[str, AnyArray] = {self.points: point_coords, self.labels: point_labels}
        if self.mask and self.has_mask and self.takes_mask:
            arrays[self.mask], arrays[self.has_mask] = mask_feed(prompts, self.mask_size, clamp=self.mask_clamp)
        if self.size and self.size in self.inputs:
            # The grid's own size: the graph then hands its logits out as they are, and makes no full-size floats.
            arrays[self.size] = np.asarray(self.asked_size)
        if self.boxes and self.boxes in self.inputs:
            arrays[self.boxes] = self.box_feed(prompts, frame)
        return feeds | {name: _fitted(array, self.inputs[name]) for name, array in arrays.items()}

    def feeds_for_each(self, embedding: Mapping[str, Tensor], prompts: Sequence[Prompts], frame: Frame) -> dict[str, Tensor]:
        """Give every input of the decoder's, for several objects at once, where it :attr:`takes_several`.

        Parameters
        ----------
        prompts : sequence of Prompts
            Of one :meth:`form`.
        """
        arranged = [self.arrange(prompt, frame) for prompt in prompts]
        arrays: dict[str, AnyArray] = {
            self.points: np.concatenate([coords for coords, _ in arranged]),
            self.labels: np.concatenate([labels for _, labels in arranged]),
        }
        feeds = self.decoder_feeds(embedding, prompts[0], frame)
        if self.mask and self.has_mask and self.takes_mask:
            fed = [mask_feed(prompt, self.mask_size, clamp=self.mask_clamp) for prompt in prompts]
            for index, name in enumerate((self.mask, self.has_mask)):
                # Where the graph takes one mask for all, there is none.
                arrays[name] = np.concatenate([one[index] for one in (fed if self._takes_several_masks else fed[:1])])
        if self.boxes and self.boxes in self.inputs:
            arrays[self.boxes] = np.concatenate([self.box_feed(prompt, frame) for prompt in prompts], axis=1)
        return feeds | {name: _fitted_objects(array, self.inputs[name]) for name, array in arrays.items()}

    def form(self, prompts: Prompts, frame: Frame) -> tuple[int, ...] | None:
        """Tell which prompts can be asked together: those of one form. None for such as are asked alone."""
        if not self.takes_several or prompts.is_mask_alone or (prompts.mask_input is not None and not self._takes_several_masks):
            return None
        return self.arrange(prompts, frame)[1].shape[1], int(prompts.box is not None)

    @property
    def _takes_several_masks(self) -> bool:
        return self.mask is not None and self.takes_mask and isinstance(self.inputs[self.mask].shape[0], str)

    def arrange(self, prompts: Prompts, frame: Frame) -> tuple[Float32Array, Float32Array]:
        """Lay the clicks out as this family reads them: (1, N, 2) and (1, N)."""
        coords, labels = arrange_points(prompts, frame, pad_without_box=self.pads_without_box)
        return add_point(coords, labels, PADDING) if self.needs_a_point and labels.size == 0 else (coords, labels)

    def notes(self, prompts: Prompts) -> tuple[str, ...]:
        """Say in sentences what of the answer to these prompts is not what the reference's predictor would give."""
        if prompts.is_mask_alone and self.needs_a_point:
            return (f"Asked with a mask alone, this export needs a padding point that Meta's predictor does not give. {BESIDE}",)
        return ()

    def box_feed(self, prompts: Prompts, frame: Frame) -> Float32Array:
        """Give a box for an input of its own: (1, n, 4), n 0 or 1, in model pixels."""
        if prompts.box is None:
            return np.zeros((1, 0, 4), np.float32)
        return frame.to_model(prompts.box.reshape(2, 2)).reshape(1, 1, 4)

    @property
    def asked_size(self) -> Size:
        """The size to ask masks in, where the decoder wants to be told one."""
        return self.mask_size

    def read(self, outputs: Mapping[str, AnyArray]) -> Answer:
        """Take the first object of the batch; see :func:`tabsam.model.dialects.answers.read_one`."""
        return read_one(outputs[self.logits_name], outputs[self.scores])

    def read_all(self, outputs: Mapping[str, AnyArray], count: int) -> list[Answer]:
        """Take `count` objects, each with all of its masks; see :func:`tabsam.model.dialects.answers.read_all`."""
        return read_all(outputs[self.logits_name], outputs[self.scores], count)

    def read_each(self, outputs: Mapping[str, AnyArray], count: int) -> Answers:
        """Take `count` objects; see :func:`tabsam.model.dialects.answers.read_several`."""
        return read_several(outputs[self.logits_name], outputs[self.scores], count)

    def _check(self, prompts: Prompts) -> None:
        if prompts.mask_input is not None and not self.takes_mask:
            raise PromptError("prompt-unsupported", "This model takes no mask prompt.", "Use points or a box.")
        if prompts.box is not None and not self.takes_box:
            raise PromptError("prompt-unsupported", "This model takes no box.", "Use points.")

    def _mask_size(self, encoder: Session, decoder: Session) -> Size:
        stated = decoder.inputs.get(self.mask or ""), decoder.outputs[self.logits_name]
        size = _size_of(stated[0]) or (_size_of(stated[1]) if self.size not in decoder.inputs else None)
        return size or _times(self._embedding_size(encoder, decoder), _EMBEDDING_STRIDE // _MASK_STRIDE)

    def _model_size(self) -> Size:
        return _size_of(self.picture) or _times(self.mask_size, _MASK_STRIDE)

    def _embedding_size(self, encoder: Session, decoder: Session) -> Size:
        """Find the size of the coarsest thing that the encoder hands on."""
        sizes = [
            size for name in self.embedding for spec in (encoder.outputs[name], decoder.inputs[name]) if (size := _size_of(spec))
        ]
        return min(sizes) if sizes else (64, 64)


def check_they_belong_together(encoder: Session, decoder: Session, dialect: type[Dialect]) -> None:
    """Compare what the encoder gives with what the decoder takes.

    Raises
    ------
    ModelError
        ``model-mismatch``.
    """
    for name in dialect.embedding:
        given, taken = encoder.outputs[name], decoder.inputs[name]
        fixed = ((a, b) for a, b in zip(given.shape, taken.shape, strict=False) if isinstance(a, int) and isinstance(b, int))
        if given.dtype != taken.dtype or len(given.shape) != len(taken.shape) or any(a != b for a, b in fixed):
            raise ModelError(
                "model-mismatch",
                "This encoder and this decoder do not belong together.",
                "Choose two files of the same model.",
                details=f"{name}: the encoder gives {described(given)}, the decoder takes {described(taken)}.",
            )


def described(spec: TensorSpec) -> str:
    """Write a tensor as people do: ``image float32[1, 3, 1024, 1024]``."""
    return f"{spec.name} {spec.dtype or 'of another type'}[{', '.join(map(str, spec.shape))}]"


def _fitted(array: AnyArray, spec: TensorSpec) -> AnyArray:
    """Give an array the dtype and the number of axes that the graph states."""
    missing = max(0, len(spec.shape) - array.ndim)
    # A prompt's axes are batch, [object,] point, coordinate: an object axis goes in after the batch.
    array = array.reshape(array.shape[:1] + (1,) * missing + array.shape[1:])
    return np.ascontiguousarray(array, spec.dtype or array.dtype)


def _fitted_objects(array: AnyArray, spec: TensorSpec) -> AnyArray:
    """Give an array of several objects its dtype, and the axes, all of one picture, that the graph states before theirs."""
    missing = max(0, len(spec.shape) - array.ndim)
    return np.ascontiguousarray(array.reshape((1,) * missing + array.shape), spec.dtype or array.dtype)


def _size_of(spec: TensorSpec | None) -> Size | None:
    """Read (height, width) off the last two axes, if they are stated."""
    if spec is None or len(spec.shape) < 2:
        return None
    height, width = spec.shape[-2:]
    return (height, width) if isinstance(height, int) and isinstance(width, int) and height > 0 and width > 0 else None


def _times(size: Size, factor: int) -> Size:
    return size[0] * factor, size[1] * factor
