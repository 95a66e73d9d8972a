"""The self-test passes a runtime that is right and refuses one that is not."""

from __future__ import annotations

import asyncio

import numpy as np

from build import ROOT
from tabsam import Segmenter, native
from tabsam.native import NativeSession
from tabsam.runtime import Tensor
from tabsam.selftest import Verdict, compare

NANO = ROOT / "models/nano"


class Spoilt(NativeSession):
    """A decoder whose answers are changed on their way out."""

    factor = -1.0

    async def run(self, feeds, outputs):  # type: ignore[no-untyped-def]
        given: dict[str, Tensor] = await super().run(feeds, outputs)
        return {name: np.asarray(value) * np.float32(self.factor) for name, value in given.items()}


def verdict(candidate: Segmenter) -> Verdict:
    return asyncio.run(compare(candidate, native.load(NANO)))


def spoilt(factor: float) -> Segmenter:
    decoder = Spoilt(NANO / "decoder.onnx")
    decoder.factor = factor
    return Segmenter(NativeSession(NANO / "encoder.onnx", keep_outputs=True), decoder)


def test_the_same_answers_agree() -> None:
    assert verdict(native.load(NANO, threads=1)).agrees


def test_rounding_is_forgiven() -> None:
    assert verdict(spoilt(1.001)).agrees


def test_wrong_answers_are_refused() -> None:
    given = verdict(spoilt(-1))
    assert not given.agrees
    assert "off by" in given.reason


def test_numbers_that_are_not_finite_are_refused() -> None:
    assert verdict(spoilt(float("nan"))) == Verdict(False, "some of its numbers are not finite")
