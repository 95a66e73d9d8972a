"""Ask for many objects of one picture: several in one run, where the decoder takes them.

A decoder with an axis of objects answers some in less time than one by one. All in a run have equally many points, since one
more, even one that says that it is none, changes a mask. Prompts are sorted by their form; what can only be asked alone is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from tabsam.arrays import AnyArray, Float32Array
from tabsam.errors import ModelError
from tabsam.model.choosing import Prediction
from tabsam.model.dialects import Answers
from tabsam.model.embedding import Embedding
from tabsam.model.prompts import Prompts, check_prompts
from tabsam.model.segmenter import OBJECTS_A_RUN, Segmenter


async def ask_each(segmenter: Segmenter, prompts: Sequence[Prompts], embedding: Embedding) -> list[Prediction]:
    """Ask for many objects, each by prompts of its own; the answers are those that :meth:`Segmenter.ask` gives to each.

    Parameters
    ----------
    prompts : sequence of Prompts
        See :func:`tabsam.model.prompts.check_prompts`.
    embedding : Embedding
        From :meth:`Segmenter.encode`.

    Returns
    -------
    list of Prediction
        In the order of the prompts.

    Raises
    ------
    PromptError, ModelError
        Those of :meth:`Segmenter.ask`.
    """
    await segmenter.know_padding(embedding)
    forms: dict[tuple[int, ...] | None, list[int]] = {}
    for index, one in enumerate(prompts):
        forms.setdefault(segmenter.dialect.form(one, embedding.frame), []).append(index)
    found: dict[int, Prediction] = {}
    for form, indices in forms.items():
        waiting = indices
        while waiting:
            some = waiting[: 1 if form is None else segmenter.objects_a_run]
            waiting = waiting[len(some) :]
            found |= zip(some, await _asked([prompts[index] for index in some], segmenter, embedding), strict=True)
    return [found[index] for index in range(len(prompts))]


async def _asked(prompts: Sequence[Prompts], segmenter: Segmenter, embedding: Embedding) -> list[Prediction]:
    """Ask for some objects in one run; in two, when that fails."""
    if len(prompts) == 1:
        return [await segmenter.ask_checked(prompts[0], embedding)]
    dialect = segmenter.dialect
    feeds = dialect.feeds_for_each(embedding.tensors, prompts, embedding.frame)
    try:
        outputs = await segmenter.decoder.run(feeds, dialect.answer_names)
        answers = dialect.read_all(cast(Mapping[str, AnyArray], outputs), len(prompts))
    except ModelError:
        # A graph may state a free axis and not bear it, and many objects may need more memory than there is.
        half = segmenter.objects_a_run = len(prompts) // 2
        return [
            *await _asked(prompts[:half], segmenter, embedding),
            *await _asked(prompts[half:], segmenter, embedding),
        ]
    return [segmenter.predicted(answer, one, embedding) for answer, one in zip(answers, prompts, strict=True)]


async def predict_each(
    segmenter: Segmenter, points: ArrayLike, embedding: Embedding, *, at_most: int = OBJECTS_A_RUN
) -> AsyncGenerator[Answers, None]:
    """Ask for many objects' masks, each by one click on it.

    The next run goes on while its caller looks at the answers of the one before.

    Parameters
    ----------
    points : (B, 2), x then y, in image pixels
    embedding : Embedding
        From :meth:`Segmenter.encode`; neither it nor the segmenter's current one is touched.
    at_most : int, >= 1
        Objects in a run.

    Yields
    ------
    Answers
        Of the next objects, in the order of the points, and masks in the model's own order; after each run.

    Raises
    ------
    PromptError
        For points that make no sense.
    ModelError
        ``model-run`` when the decoder fails.
    """
    waiting = check_prompts(points).point_coords
    some = waiting[:0]
    run: asyncio.Task[Answers] | None = None

    def ahead() -> tuple[Float32Array, asyncio.Task[Answers]]:
        some = waiting[: min(segmenter.objects_a_run, at_most)]
        return some, asyncio.ensure_future(_clicked(segmenter, some, embedding))

    try:
        while len(waiting):
            if run is None:
                some, run = ahead()
            try:
                answers = await run
            except ModelError:
                if len(some) == 1:
                    raise
                segmenter.objects_a_run, run = len(some) // 2, None
                continue
            waiting = waiting[len(some) :]
            some, run = ahead() if len(waiting) else (waiting, None)
            await asyncio.sleep(0)  # or the run would only begin when its caller has looked
            yield answers
    finally:
        if run is not None:
            run.cancel()
            await asyncio.wait([run])


async def _clicked(segmenter: Segmenter, points: Float32Array, embedding: Embedding) -> Answers:
    await segmenter.know_padding(embedding)
    dialect = segmenter.dialect
    prompts = [Prompts(point[np.newaxis], np.ones(1, np.float32), None, None) for point in points]
    if len(prompts) == 1:
        feeds = dialect.decoder_feeds(embedding.tensors, prompts[0], embedding.frame)
    else:
        feeds = dialect.feeds_for_each(embedding.tensors, prompts, embedding.frame)
    outputs = await segmenter.decoder.run(feeds, dialect.answer_names)
    return dialect.read_each(cast(Mapping[str, AnyArray], outputs), len(points))
