"""tabsam against the reference predictors, on the same random weights: from the same tensor, and from the same file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cache
from importlib.util import find_spec

import numpy as np
import pytest

if missing := [name for name in ("torch", "transformers", "segment_anything") if not find_spec(name)]:
    pytest.skip(f"{', '.join(missing)} not installed: pip install 'tabsam[conformance]'", allow_module_level=True)

from tabsam import Segmenter
from tabsam.arrays import AnyArray, UInt8Array
from tabsam.model.candidate import Candidate
from tabsam.model.dialects import recognise
from tabsam.model.embedding import Embedding
from tabsam.model.image import open_image
from tabsam.model.native import NativeSession
from tabsam.model.runtime import Tensor
from tests.conformance.models import NAMES, TAKES, model
from tests.conformance.pictures import FILES, prompts_for, upright
from tests.conformance.references import Answer, Prompts, Reference
from tests.support.pictures import iou

LARGEST_DIFFERENCE = 1e-3  # logits
SMALLEST_IOU = 0.999


@cache
def image(file: str) -> UInt8Array:
    return upright(FILES[file])


@cache
def sessions(name: str) -> tuple[NativeSession, NativeSession]:
    """Give the pair that questions are asked of. Its encoder is not run: see `encoder_for_once`."""
    return encoder_for_once(name), NativeSession(model(name).decoder)


def encoder_for_once(name: str) -> NativeSession:
    """Load an encoder to encode one picture: a session keeps the gigabyte that this takes for as long as it lives."""
    return NativeSession(model(name).encoder, keep_outputs=True)


def family(name: str) -> str:
    """Name what a model's encoder is shared by: the variants of one family differ in their decoders."""
    return name.partition(",")[0]


@cache
def embedding_of_file(name: str, file: str) -> Embedding:
    """Let tabsam go the whole way, from the file's bytes."""
    segmenter = Segmenter(encoder_for_once(name), sessions(name)[1])
    return copied(asyncio.run(segmenter.encode(open_image(FILES[file]))))


@cache
def embedding_of_tensor(name: str, file: str) -> Embedding:
    """Let the exported encoder have the very tensor that the reference makes."""
    own, encoder = embedding_of_file(name, file), encoder_for_once(name)
    (picture,) = encoder.inputs
    tensor = model(name).reference.input_tensor(image(file)).numpy()
    return copied(Embedding(asyncio.run(encoder.run({picture: tensor}, list(own.tensors))), own.frame))


def copied(embedding: Embedding) -> Embedding:
    """Copy an embedding's numbers out of the runtime, so that nothing is left of the session that they are from."""

    async def read(tensor: Tensor) -> AnyArray:
        return tensor if isinstance(tensor, np.ndarray) else await tensor.read()

    return Embedding({name: asyncio.run(read(tensor)) for name, tensor in embedding.tensors.items()}, embedding.frame)


def ask(name: str, embedding: Embedding, prompts: Prompts) -> list[Candidate]:
    segmenter = Segmenter(*sessions(name))
    segmenter.use(embedding)
    return asyncio.run(segmenter.predict(**prompts.as_arguments(), all_candidates=True))


@cache
def reference_answer(reference: Reference, file: str, prompt: str) -> Answer:
    """Ask the reference; candidates come best prediction first, as tabsam's do."""
    answer = reference.predict(image(file), prompts(reference, file, prompt))
    order = np.argsort(-answer.iou_predictions, kind="stable")
    return Answer(answer.logits[order], answer.masks[order], answer.iou_predictions[order])


def prompts(reference: Reference, file: str, prompt: str) -> Prompts:
    """Give a prompt; one with a mask continues from what the reference answered to a click."""
    without_mask = prompts_for(image(file))
    if prompt in without_mask:
        return without_mask[prompt]
    return replace(without_mask[WITH_MASK[prompt]], mask=reference_answer(reference, file, "a click").logits[0])


#: What a mask that is fed back comes with.
WITH_MASK = {"clicks and a mask": "clicks on and off", "a box and a mask": "a box", "a mask": "nothing"}
PROMPTS = ("a click", "clicks on and off", "a box", "a box and a click", *WITH_MASK)


CASES = [
    (name, file, prompt)
    for name, (takes_box, takes_mask) in TAKES.items()
    for file in FILES
    for prompt in PROMPTS
    if (takes_box or "box" not in prompt) and (takes_mask or "mask" not in prompt)
    if (name, prompt) != ("sam2", "a mask")  # its graph pads what the predictor does not: see test_answers.py
]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_recognised(name: str) -> None:
    segmenter = Segmenter(*sessions(name))
    assert segmenter.family == family(name)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", ["sam1", "sam2", "hf-sam1"])
def test_the_encoder_is_given_the_references_tensor(name: str, file: str) -> None:
    dialect, picture = recognise(*sessions(name)).dialect, open_image(FILES[file])
    (given,) = dialect.encoder_feeds(picture, dialect.frame((picture.height, picture.width))).values()
    wanted = model(name).reference.input_tensor(image(file)).numpy()
    assert isinstance(given, np.ndarray)
    assert (given.dtype, given.shape) == (wanted.dtype, wanted.shape)
    assert np.abs(given - wanted).max() < 1e-5


@pytest.mark.parametrize(("name", "file", "prompt"), [case for case in CASES if "wide" in case])
def test_logits_from_the_same_tensor_are_the_references(name: str, file: str, prompt: str) -> None:
    reference = model(name).reference
    wanted = reference_answer(reference, file, prompt)
    candidates = ask(name, embedding_of_tensor(family(name), file), prompts(reference, file, prompt))
    logits = np.stack([candidate.logits for candidate in candidates])
    assert logits.std() > 4  # so that a small difference is small
    assert np.abs(logits - wanted.logits).max() < LARGEST_DIFFERENCE
    assert [candidate.iou_prediction for candidate in candidates] == pytest.approx(wanted.iou_predictions.tolist(), abs=1e-4)


@pytest.mark.parametrize(("name", "file", "prompt"), CASES)
def test_masks_from_the_same_file_are_the_references(name: str, file: str, prompt: str) -> None:
    reference = model(name).reference
    wanted = reference_answer(reference, file, prompt)
    candidates = ask(name, embedding_of_file(family(name), file), prompts(reference, file, prompt))
    for candidate, mask in zip(candidates, wanted.masks, strict=True):
        assert mask.any()
        assert not mask.all()
        assert iou(candidate.mask(), mask) > SMALLEST_IOU
