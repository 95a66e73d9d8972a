"""Encode a picture once, then ask for masks as often as one likes.

This module awaits runs and calls arithmetic; it computes nothing of its own. Many objects are asked for by several.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from tabsam.arrays import AnyArray, Size, UInt8Array
from tabsam.errors import ModelError, StateError
from tabsam.model import dialects, probing
from tabsam.model.candidate import Candidate, Edges
from tabsam.model.choosing import Prediction, predicted
from tabsam.model.dialects import Answer
from tabsam.model.embedding import Embedding, Identity, bytes_of
from tabsam.model.image import from_array
from tabsam.model.preprocess import Frame
from tabsam.model.prompts import Prompts, check_prompts
from tabsam.model.runtime import Session, Tensor

OBJECTS_A_RUN = 8
"""More make a decoder on a CPU slower by the object, and want a gigabyte of memory."""
OBJECTS_A_RUN_ON_GPU = 16
"""There a run costs much the same for 8: a search takes four fifths of the time with 16, and no less with 32."""


class Segmenter:
    """A promptable segmenter over two sessions.

    Parameters
    ----------
    encoder : Session
        Keeps its outputs as handles.
    decoder : Session
        Gives its outputs as arrays.
    everything_defaults : mapping of str to float
        Options of the search for everything that are better for this very model than its family's, by name.
    edges, tidy
        How its masks are best finished, where a person says nothing: see :class:`tabsam.model.candidate.Candidate`.
    objects_a_run : int
        See the attribute.

    Attributes
    ----------
    decoder, dialect
        The decoder's session, and how it is asked; for this room.
    objects_a_run : int
        How many objects the decoder is asked for at most in one run; 1 where it takes no more.

    Raises
    ------
    ModelError
        ``model-unknown`` or ``model-mismatch``, when the two graphs are no pair that is known here.
    """

    def __init__(
        self,
        encoder: Session,
        decoder: Session,
        *,
        everything_defaults: Mapping[str, float] | None = None,
        edges: Edges = "decoded",
        tidy: float = 0.0,
        objects_a_run: int = OBJECTS_A_RUN,
    ) -> None:
        self.edges = edges
        self.tidy = tidy
        recognised = dialects.recognise(encoder, decoder)
        self._encoder, self.decoder, self.dialect = recognised.encoder, recognised.decoder, recognised.dialect
        self.assumed = recognised.assumed
        self.recognised = recognised
        self.identity = Identity()  # which model it is: whoever loads it may say so
        self._everything_defaults = {**self.dialect.everything_defaults, **(everything_defaults or {})}
        self._embedding: Embedding | None = None
        self._has_single_mask = self.dialect.has_single_mask
        self.objects_a_run = objects_a_run if self.dialect.takes_several else 1

    @property
    def family(self) -> str:
        """The dialect's name, as "sam2"."""
        return self.dialect.family

    @property
    def takes_mask(self) -> bool:
        """Whether :meth:`predict` can be given a mask."""
        return self.dialect.takes_mask

    @property
    def mask_size(self) -> Size:
        """(height, width) of the logits that the decoder takes as a mask."""
        return self.dialect.mask_size

    @property
    def takes_box(self) -> bool:
        """Whether :meth:`predict` can be given a box."""
        return self.dialect.takes_box

    @property
    def has_single_mask(self) -> bool | None:
        """Whether the decoder hands on the single-mask token's mask; None where its graph does not say and it was never asked."""
        return self._has_single_mask

    @property
    def everything_defaults(self) -> Mapping[str, float]:
        """What :class:`tabsam.model.everything.EverythingOptions` should be given for this model where a person says nothing."""
        return self._everything_defaults

    async def encode(self, image: Image.Image | UInt8Array) -> Embedding:
        """Encode a picture and leave the current one as it is.

        Parameters
        ----------
        image : PIL.Image.Image of mode "RGB" (see ``open_image``), or uint8 of shape (height, width, 3)

        Returns
        -------
        Embedding
            The caller's to release; not while it is in :meth:`use`.
        """
        picture = from_array(image) if isinstance(image, np.ndarray) else image
        size = picture.height, picture.width
        return self.embedding(await self._encoded(picture, self.dialect.frame(size)), size)

    def embedding(self, tensors: Mapping[str, Tensor], image_size: Size) -> Embedding:
        """Give the embedding of a picture from what this model has made of it, now or another day."""
        made = {name: tensors[name] for name in self.dialect.embedding}
        return Embedding(made, self.dialect.frame(image_size), sum(bytes_of(self._encoder.outputs[name]) for name in made))

    async def _encoded(self, picture: Image.Image, frame: Frame) -> dict[str, Tensor]:
        """Run the encoder, which resizes the picture itself if it can and there is room for it."""
        names = self.dialect.embedding
        if self._encoder.resizes and (resizing := self.dialect.resizing(picture, frame)) is not None:
            try:
                return await self._encoder.run({self.dialect.picture.name: resizing}, names)
            except ModelError as error:
                if error.code != "model-run":
                    raise
        return await self._encoder.run(self.dialect.encoder_feeds(picture, frame), names)

    @property
    def current(self) -> Embedding:
        """The current picture's embedding.

        Raises
        ------
        StateError
            ``no-image`` where there is none.
        """
        if self._embedding is None:
            raise StateError("no-image", "There is no picture yet.", "Open a picture first.")
        return self._embedding

    def use(self, embedding: Embedding | None) -> None:
        """Make an embedding the current one, or none; the one before is its owner's to release."""
        self._embedding = embedding

    async def set_image(self, image: Image.Image | UInt8Array) -> None:
        """Encode a picture, make it the current one and release the one before; when that fails, the one before stays."""
        self.take(await self.encode(image))

    def take(self, embedding: Embedding) -> None:
        """Make an embedding the current one, and release the one before."""
        before, self._embedding = self._embedding, embedding
        if before is not None:
            before.release()

    async def predict(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        *,
        multimask_output: bool = True,
        all_candidates: bool = False,
    ) -> list[Candidate]:
        """Ask for one object's masks.

        Parameters
        ----------
        points : (N, 2), x then y, in image pixels
        labels : (N,), 1 on the object and 0 off it; all 1 when left out
        box : (4,), x0, y0, x1, y1 in image pixels
        mask : (h, w), an earlier candidate's logits
        multimask_output : bool
            Whether to give what may be meant, as for a single click, or the one mask that Meta's predictor gives for False, which
            it recommends for several clicks or a box.
        all_candidates : bool
            Whether to give those, too, that are nearly the same mask as a better one.

        Returns
        -------
        list of Candidate
            Best IoU prediction first; at most three, of which each is another reading of the prompts.

        Raises
        ------
        PromptError
            For prompts that make no sense.
        StateError
            ``no-image`` before :meth:`set_image`.
        ModelError
            ``model-run`` when the decoder fails, ``model-outputs`` when its answer is no masks, ``model-not-finite`` when it
            gives infinite numbers or none (a model of 16-bit floats that overflow does).
        """
        prediction = await self.ask(points, labels, box, mask)
        if not multimask_output:
            return [prediction.single]
        return list(prediction.multimask if all_candidates else prediction.readings)

    async def ask(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        *,
        embedding: Embedding | None = None,
    ) -> Prediction:
        """Ask for one object's masks, and get all that the model says; see :meth:`predict`.

        Parameters
        ----------
        embedding : Embedding, optional
            Of another picture than the current one, which stays what it is.
        """
        return await self.ask_checked(check_prompts(points, labels, box, mask), embedding or self.current)

    async def ask_checked(self, prompts: Prompts, embedding: Embedding) -> Prediction:
        """Do what :meth:`ask` does, for prompts that are checked already."""
        if prompts.box is None:
            await self.know_padding(embedding)
        return self.predicted(await self._answer(prompts, embedding), prompts, embedding)

    def predicted(self, answer: Answer, prompts: Prompts, embedding: Embedding) -> Prediction:
        """Put the decoder's answer to some prompts in order.

        Raises
        ------
        ModelError
            ``model-not-finite``.
        """
        if not answer.is_finite:
            raise ModelError(
                "model-not-finite",
                "The model's answer is not made of finite numbers.",
                "Run it on the processor instead of the GPU, or choose another model.",
            )
        self._has_single_mask = answer.single_logits is not None
        falls_back = self.dialect.single_mask_falls_back
        return predicted(answer, embedding.frame, falls_back=falls_back, notes=self.dialect.notes(prompts))

    async def _answer(self, prompts: Prompts, embedding: Embedding) -> Answer:
        """Run the decoder for one object; with a padding point when it fails, or gives no numbers, without any point."""
        dialect = self.dialect
        may_need_one = prompts.is_mask_alone and not dialect.needs_a_point
        try:
            feeds = dialect.decoder_feeds(embedding.tensors, prompts, embedding.frame)
            outputs = await self.decoder.run(feeds, dialect.answer_names)
            answer = dialect.read(cast(Mapping[str, AnyArray], outputs))
        except ModelError as error:
            if error.code != "model-run" or not may_need_one:
                raise
        else:
            if answer.is_finite or not may_need_one:
                return answer
        dialect.needs_a_point = True
        return await self._answer(prompts, embedding)

    async def know_padding(self, embedding: Embedding) -> None:
        """Find out whether the graph pads clicks itself, where its names do not tell."""
        if self.dialect.pads_itself is None:
            await probing.find_out_padding(self.decoder, self.dialect, embedding.tensors, embedding.frame.image_size)

    async def close(self) -> None:
        """Release the embedding and close both sessions."""
        if self._embedding is not None:
            self._embedding.release()
            self._embedding = None
        await self._encoder.close()
        await self.decoder.close()
