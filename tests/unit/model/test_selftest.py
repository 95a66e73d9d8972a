"""The self-test passes a runtime that is right and refuses one that is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from build import ROOT
from tabsam import ModelError, Segmenter, StateError
from tabsam.arrays import AnyArray
from tabsam.model import native
from tabsam.model.native import NativeHandle, NativeSession
from tabsam.model.runtime import Tensor
from tabsam.model.selftest import Verdict, compare, compare_large
from tests.support.dialect_models import EXPORTS
from tests.support.tiny_model import tiny_model

NANO = ROOT / "models/nano"
TINY = tiny_model()

Change = Callable[[AnyArray], AnyArray]


class Spoilt(NativeSession):
    """A graph whose answers are changed on their way out."""

    change: Change

    async def run(self, feeds, outputs):  # type: ignore[no-untyped-def]
        given: dict[str, Tensor] = await super().run(feeds, outputs)
        return {name: await self.spoil(tensor) for name, tensor in given.items()}

    async def spoil(self, tensor: Tensor) -> Tensor:
        if isinstance(tensor, np.ndarray):
            return self.change(tensor)
        return Changed(self.change(await tensor.read()))


class Changed(NativeHandle):
    """A handle of numbers that no runtime gave."""

    def __init__(self, array: AnyArray) -> None:
        self.array = array

    async def read(self) -> AnyArray:
        return self.array

    def release(self) -> None:
        pass


class Unasked(NativeSession):
    """An encoder that must not be run."""

    async def run(self, feeds, outputs):  # type: ignore[no-untyped-def]
        raise AssertionError("the reference's encoder would take minutes")


def spoilt(model: bytes, change: Change, *, keep_outputs: bool = False) -> NativeSession:
    session = Spoilt(model, keep_outputs=keep_outputs)
    session.change = change
    return session


def times(factor: float) -> Change:
    return lambda array: np.asarray(array * np.float32(factor))


# As a whole


def verdict(candidate: Segmenter) -> Verdict:
    return asyncio.run(compare(candidate, native.load(NANO)))


def with_decoder(change: Change) -> Segmenter:
    encoder = NativeSession(NANO / "encoder.onnx", keep_outputs=True)
    return Segmenter(encoder, spoilt((NANO / "decoder.onnx").read_bytes(), change))


def test_the_same_answers_agree() -> None:
    assert verdict(native.load(NANO, threads=1)).agrees


def test_rounding_is_forgiven() -> None:
    assert verdict(with_decoder(times(1.001))).agrees


def test_wrong_answers_are_refused() -> None:
    given = verdict(with_decoder(times(-1)))
    assert not given.agrees
    assert "off by" in given.reason


def test_numbers_that_are_not_finite_are_refused() -> None:
    assert verdict(with_decoder(times(float("nan")))) == Verdict(False, "some of its numbers are not finite")


def test_next_to_one_that_gives_no_finite_numbers_nothing_is_shown() -> None:
    given = asyncio.run(compare(native.load(NANO), with_decoder(times(float("nan")))))
    assert given == Verdict(False, "some of the other's numbers are not finite")


def test_what_was_encoded_is_released_when_the_decoder_fails() -> None:
    def fail(array: AnyArray) -> AnyArray:
        raise ModelError("model-run", "The model failed on this input.")

    segmenter = Segmenter(NativeSession(TINY.encoder, keep_outputs=True), spoilt(TINY.decoder, fail))
    with pytest.raises(ModelError, match="failed"):
        asyncio.run(compare(segmenter, segmenter))
    with pytest.raises(StateError, match="no picture"):
        asyncio.run(segmenter.predict([[1, 1]]))


def test_a_model_that_takes_no_box_is_asked_without() -> None:
    pair = EXPORTS["hf-sam1"].encoder_bytes(), EXPORTS["hf-sam1"].decoder_bytes()
    assert asyncio.run(compare(native.load_pair(*pair), native.load_pair(*pair))).agrees


def test_what_was_encoded_for_it_is_released() -> None:
    segmenter = native.load_pair(TINY.encoder, TINY.decoder)
    assert asyncio.run(compare(segmenter, segmenter)).agrees
    with pytest.raises(StateError, match="no picture"):
        asyncio.run(segmenter.predict([[1, 1]]))


# A large model: the decoder, and what is plausible of the encoder


def verdict_on_large(encoder: NativeSession, decoder: NativeSession) -> Verdict:
    reference = Segmenter(Unasked(TINY.encoder, keep_outputs=True), NativeSession(TINY.decoder))
    return asyncio.run(compare_large(Segmenter(encoder, decoder), reference))


def verdict_on_encoder(change: Change) -> Verdict:
    return verdict_on_large(spoilt(TINY.encoder, change, keep_outputs=True), NativeSession(TINY.decoder))


def verdict_on_decoder(change: Change) -> Verdict:
    return verdict_on_large(NativeSession(TINY.encoder, keep_outputs=True), spoilt(TINY.decoder, change))


def test_of_a_large_model_it_says_what_was_shown() -> None:
    given = verdict_on_decoder(times(1.001))
    assert given.agrees
    assert "made-up embedding its logits differ by" in given.reason
    assert "its encoder's numbers are finite" in given.reason


def test_a_large_models_decoder_that_lies_is_refused() -> None:
    given = verdict_on_decoder(times(-1))
    assert not given.agrees
    assert "made-up embedding its logits are off by" in given.reason
    assert "not finite" in verdict_on_decoder(times(float("nan"))).reason


def test_a_large_models_encoder_that_gives_no_numbers_is_refused() -> None:
    def one_is_infinite(array: AnyArray) -> AnyArray:
        array[..., 0, 0] = np.inf
        return array

    for change in (times(float("nan")), one_is_infinite):
        assert verdict_on_encoder(change) == Verdict(False, "its encoder gives numbers that are not finite")


@pytest.mark.parametrize("number", [0.0, 7.0])
def test_a_large_models_encoder_that_gives_one_number_is_refused(number: float) -> None:
    given = verdict_on_encoder(lambda array: np.full_like(array, number))
    assert given == Verdict(False, "its encoder gives the same number everywhere")


def test_a_large_models_encoder_that_does_not_see_the_picture_is_refused() -> None:
    given = verdict_on_encoder(lambda array: np.linspace(-1, 1, array.size, dtype=array.dtype).reshape(array.shape))
    assert given == Verdict(False, "its encoder gives the same numbers for another picture")


def test_a_large_models_encoder_that_is_never_the_same_is_refused() -> None:
    random = np.random.default_rng(0)
    given = verdict_on_encoder(lambda array: array + random.standard_normal(array.shape, np.float32))
    assert given == Verdict(False, "its encoder gives other numbers for the same picture")


def test_the_made_up_embedding_is_the_same_every_time_and_of_the_graphs_dtypes() -> None:
    export = EXPORTS["hf-sam2, half"]
    given: list[Sequence[AnyArray]] = []

    class Listening(NativeSession):
        async def run(self, feeds, outputs):  # type: ignore[no-untyped-def]
            given.append([feeds[name] for name in sorted(feeds) if name.startswith("image_embeddings")])
            return await super().run(feeds, outputs)

    def segmenter() -> Segmenter:
        return Segmenter(NativeSession(export.encoder_bytes(), keep_outputs=True), Listening(export.decoder_bytes()))

    assert asyncio.run(compare_large(segmenter(), segmenter())).agrees
    candidates, references = given
    assert [array.dtype for array in candidates] == [np.float16] * 3
    assert [array.shape for array in candidates] == [(1, 32, 256, 256), (1, 64, 128, 128), (1, 256, 64, 64)]
    assert all((a == b).all() for a, b in zip(candidates, references, strict=True))
