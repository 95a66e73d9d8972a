"""Embeddings on their way out of a segmenter and into one: one of another model or picture is refused with a reason."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from tabsam.arrays import AnyArray, Size
from tabsam.errors import ImageError, ModelError
from tabsam.model.embedding import Embedding, StoredEmbedding
from tabsam.model.segmenter import Segmenter


async def stored(segmenter: Segmenter, embedding: Embedding | None = None, *, picture: str = "") -> StoredEmbedding:
    """Copy an embedding's numbers out of the runtime, with what says whose they are.

    Parameters
    ----------
    embedding : Embedding, optional
        The segmenter's current one where it is left out.
    picture : str
        The SHA-256 of the picture's file, in hex; "" where there is no file.

    Raises
    ------
    StateError
        ``no-image`` where there is no embedding.
    ModelError
        ``tensor-released``.
    """
    embedding = embedding or segmenter.current
    parts, identity = segmenter.recognised, segmenter.identity
    tensors: dict[str, AnyArray] = {}
    outputs = {}
    for ours, tensor in embedding.tensors.items():
        name = parts.encoder_names.get(ours, ours)
        tensors[name] = tensor if isinstance(tensor, np.ndarray) else await tensor.read()
        outputs[name] = replace(parts.encoder.outputs[ours], name=name)
    (taken,) = parts.encoder.inputs.values()
    return StoredEmbedding(
        tensors,
        identity.model,
        next(iter(identity.decoders()), ""),
        segmenter.family,
        replace(taken, name=parts.encoder_names.get(taken.name, taken.name)),
        outputs,
        picture,
        embedding.frame,
    )


async def held(segmenter: Segmenter, given: StoredEmbedding, image_size: Size, *, picture: str = "") -> Embedding:
    """Put a stored embedding where the segmenter's decoder has its inputs.

    Parameters
    ----------
    image_size : (height, width)
    picture : str
        The SHA-256 of the picture's file, in hex; "" where nobody knows it, and then it is not compared.

    Returns
    -------
    Embedding
        The caller's to release, as one that :meth:`Segmenter.encode` has made.

    Raises
    ------
    ImageError
        ``embedding-other-picture``.
    ModelError
        ``embedding-other-model``, ``embedding-shapes`` or ``embedding-not-finite``.
    """
    check_picture(given, image_size, picture)
    check_model(segmenter, given)
    parts = segmenter.recognised
    frame = parts.dialect.frame(image_size)
    if given.frame is not None and given.frame != frame:
        details = f"In the file: {given.frame}. Here: {frame}."
        raise _other_shapes("it places the picture elsewhere than this model does", details)
    arrays = {}
    for ours in parts.dialect.embedding:
        name, spec = parts.encoder_names.get(ours, ours), parts.encoder.outputs[ours]
        array = given.tensors[name].astype(spec.dtype or "float32", copy=False)
        if not np.isfinite(array).all():
            raise ModelError(
                "embedding-not-finite", "Some numbers of this embedding are not finite.", "Make it again, as float32."
            )
        arrays[ours] = array
    nbytes = sum(array.nbytes for array in arrays.values())
    return Embedding(await parts.decoder.hold(arrays), frame, nbytes)


def check_picture(given: StoredEmbedding, image_size: Size, picture: str) -> None:
    """Refuse an embedding of another picture: ``embedding-other-picture``."""
    hint = "Open the picture that it was made of, the same file, or make it again."
    if given.picture and picture and given.picture != picture:
        details = f"Of {given.picture}, given {picture}."
        raise ImageError("embedding-other-picture", "This embedding was made of another picture.", hint, details=details)
    if given.frame is not None and given.frame.image_size != image_size:
        (height, width), (h, w) = given.frame.image_size, image_size
        sizes = f"its picture has {width} x {height} pixels, this one {w} x {h}"
        raise ImageError("embedding-other-picture", f"This embedding was made of another picture: {sizes}.", hint)


def check_model(segmenter: Segmenter, given: StoredEmbedding) -> None:
    """Refuse an embedding of another model: ``embedding-other-model``, ``embedding-shapes``."""
    known = segmenter.identity.decoders() if given.decoder else ()
    if known and given.decoder not in known:
        mine = segmenter.identity.model or "the one that is loaded"
        raise ModelError(
            "embedding-other-model",
            f"This embedding was made by {_called(given.model)}, and not by {mine}: their decoders differ.",
            "Use the model that made it, or make it again with this one.",
            details=f"Its decoder: {given.decoder}. Here: {', '.join(known)}.",
        )
    if given.dialect and given.dialect != segmenter.family:
        raise ModelError(
            "embedding-other-model",
            f"This embedding was made by a model of another kind ({given.dialect}, and not {segmenter.family}).",
            "Use the model that made it, or make it again with this one.",
        )
    parts = segmenter.recognised
    for ours in parts.dialect.embedding:
        name, spec = parts.encoder_names.get(ours, ours), parts.encoder.outputs[ours]
        array = given.tensors.get(name)
        if array is None:
            raise _other_shapes(f"it has no '{name}'", f"It has {', '.join(given.tensors)}.")
        axes = zip(array.shape, spec.shape, strict=False)
        if array.ndim != len(spec.shape) or any(isinstance(wanted, int) and has != wanted for has, wanted in axes):
            raise _other_shapes(f"its '{name}' has other axes", f"{list(array.shape)}, and here {list(spec.shape)}.")
        if math.prod(array.shape) == 0:
            raise _other_shapes(f"its '{name}' is empty", "")


def _called(model: str) -> str:
    return f"'{model}'" if model else "another model"


def _other_shapes(what: str, details: str) -> ModelError:
    hint = "Use the model that made it, or make it again with this one."
    return ModelError("embedding-shapes", f"This embedding does not fit this model: {what}.", hint, details=details)
