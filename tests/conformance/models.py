"""The models that conformance is measured on: a reference predictor, and its exports in each dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from tests.conformance.goldens import REAL_SIZE
from tests.conformance.references import HfSam1Reference, Reference, Sam1Reference, Sam2Reference


@dataclass(frozen=True)
class Model:
    """One export, and who knows what it must answer.

    Attributes
    ----------
    encoder, decoder : bytes
        As ``.onnx`` files hold them.
    """

    reference: Reference
    encoder: bytes
    decoder: bytes


def model(name: str) -> Model:
    """Build a model, or give the one that was built; the one of real size, half a gigabyte, is nowhere kept."""
    return _real_size_sam2() if name == REAL_SIZE else _small(name)


@cache
def _small(name: str) -> Model:
    return _SMALL[name]()


def _real_size_sam2() -> Model:
    reference = Sam2Reference(real_size=True)
    return Model(reference, reference.encoder(), reference.decoder())


_sam1, _sam2, _hf_sam1 = cache(Sam1Reference), cache(Sam2Reference), cache(HfSam1Reference)


@cache
def _hf_sam1_encoder() -> bytes:
    return _hf_sam1().encoder()


_SMALL: Mapping[str, Callable[[], Model]] = {
    "sam1": lambda: Model(_sam1(), _sam1().encoder(), _sam1().decoder()),
    "sam2": lambda: Model(_sam2(), _sam2().encoder(), _sam2().decoder()),
    "hf-sam2": lambda: Model(_sam2(), _sam2().hugging_face_encoder(), _sam2().hugging_face_decoder()),
    "hf-sam1": lambda: Model(_hf_sam1(), _hf_sam1_encoder(), _hf_sam1().decoder(boxes=False)),
    "hf-sam1, boxes": lambda: Model(_hf_sam1(), _hf_sam1_encoder(), _hf_sam1().decoder(boxes=True)),
}

#: Whether an export of the small models has inputs for a box and for a mask; all references take both.
TAKES = {
    "sam1": (True, True),
    "sam2": (True, True),
    "hf-sam2": (True, False),
    "hf-sam1": (False, False),
    "hf-sam1, boxes": (True, False),
}
NAMES = tuple(TAKES)
