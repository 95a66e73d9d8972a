"""Find out by asking what the names in a graph do not tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np

from tabsam.arrays import AnyArray, Float32Array, Size
from tabsam.errors import ModelError
from tabsam.model.dialects import Dialect
from tabsam.model.prompts import PADDING, check_prompts
from tabsam.model.runtime import Session, Tensor

_POINTS = ((0.2, 0.3), (0.5, 0.5), (0.7, 0.4))
"""In parts of the picture."""

_TOLERANCE = 1e-3
"""The most that two answers to the same question differ by, as a part of the largest logit."""


async def find_out_padding(decoder: Session, dialect: Dialect, embedding: Mapping[str, Tensor], image_size: Size) -> None:
    """Set a dialect's ``pads_itself``: whether its graph adds a padding point to clicks.

    What a padding point does to a mask cannot show it, since nobody knows the right mask. Arithmetic can: labels meet points
    one by one, and one label goes for all points. So where a graph pads neither, three points with one label are answered as with
    three; where it pads both, they are four and two, which fit nowhere, but three points without any label are four with one,
    the padding point's, and are answered as three points that are all padding. A graph that answers neither so is taken
    for one that does not pad, as transformers' own code makes it.

    Parameters
    ----------
    embedding : tensors of a picture, by name
    image_size : (height, width)

    Raises
    ------
    ModelError
        When the graph is lost, rather than fails.
    """
    height, width = image_size
    dialect.pads_itself = True  # so that none is added here
    prompts = check_prompts([(x * width, y * height) for x, y in _POINTS])
    feeds = dialect.decoder_feeds(embedding, prompts, dialect.frame(image_size))
    dialect.pads_itself = False
    labels = cast(AnyArray, feeds[dialect.labels])

    async def ask(labels: AnyArray) -> Float32Array | None:
        try:
            outputs = await decoder.run(feeds | {dialect.labels: np.ascontiguousarray(labels)}, (dialect.logits_name,))
        except ModelError as error:
            if error.code != "model-run":
                raise
            return None
        return np.asarray(cast(AnyArray, outputs[dialect.logits_name]), np.float32)

    if not _same(await ask(labels[..., :1]), await ask(labels)):
        dialect.pads_itself = _same(await ask(labels[..., :0]), await ask(np.full_like(labels, PADDING)))


def _same(left: Float32Array | None, right: Float32Array | None) -> bool:
    if left is None or right is None or left.size == 0 or left.shape != right.shape:
        return False
    return bool(np.abs(left - right).max() <= _TOLERANCE * np.abs(right).max())
