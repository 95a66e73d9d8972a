"""Does a runtime give right answers? A known picture and a known click, asked of it and of one that is trusted.

A large model's encoder takes the trusted one minutes. Then only the decoders are compared, and the encoder's answers are held to
what any encoder's must be; that the runtime can encode at all is for a smaller model to show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from tabsam.arrays import AnyArray, UInt8Array
from tabsam.errors import ModelError
from tabsam.model.candidate import Candidate
from tabsam.model.embedding import Embedding
from tabsam.model.runtime import Handle
from tabsam.model.segmenter import Segmenter

TOLERANCE = 0.02
"""The largest difference allowed, as a part of the largest number. Rounding differs by some 1e-4; a broken kernel by 1."""

SEED = 20260720
"""Of the embedding that stands in for a picture's."""

Arrays = Mapping[str, AnyArray]


@dataclass(frozen=True)
class Verdict:
    """Whether the candidate may be used, and what was found, in words that go on from "WebGPU was checked against WASM: "."""

    agrees: bool
    reason: str


async def compare(candidate: Segmenter, reference: Segmenter) -> Verdict:
    """Ask both for the same mask of the same picture.

    Raises
    ------
    ModelError
        When either fails to run.
    """
    picture, answers = known_picture(), []
    for segmenter in (candidate, reference):
        embedding = await segmenter.encode(picture)
        try:
            answers.append(await _answer(segmenter, embedding))
        finally:
            segmenter.use(None)
            embedding.release()
    return _compared(*answers)


async def compare_large(candidate: Segmenter, reference: Segmenter) -> Verdict:
    """Ask both decoders for the same mask in the same made-up embedding, and the candidate's encoder for what is plausible.

    Parameters
    ----------
    reference : Segmenter
        Its encoder says what there is to decode, and is never run.

    Raises
    ------
    ModelError
        When the candidate, or the reference's decoder, fails to run.
    """
    picture = known_picture()
    embedding, first = await _encoded(candidate, picture)
    _, again = await _encoded(candidate, picture)
    # All of the picture is still in a mirrored one, and nothing is where it was.
    _, mirrored = await _encoded(candidate, picture[:, ::-1])
    if fault := _fault(first, again, mirrored):
        return Verdict(False, f"its encoder {fault}")
    made_up = replace(embedding, tensors=_made_up(first))
    verdict = _compared(*[await _answer(one, made_up) for one in (candidate, reference)])
    if not verdict.agrees:
        return Verdict(False, f"on a made-up embedding {verdict.reason}")
    return Verdict(
        True,
        f"on a made-up embedding {verdict.reason}; its encoder's numbers are finite, the same for the same picture, and "
        "others for another",
    )


def known_picture() -> UInt8Array:
    """Draw a bright disc on a dark slope: uint8 (96, 128, 3)."""
    y, x = np.mgrid[:96, :128]
    slope = np.stack([x, y, (x + y) // 2], axis=-1)
    disc = (x - 64) ** 2 + (y - 48) ** 2 < 24**2
    return np.where(disc[..., np.newaxis], (230, 180, 40), slope).astype(np.uint8)


async def _answer(segmenter: Segmenter, embedding: Embedding) -> list[Candidate]:
    """Ask for what is in the middle of the picture; no candidates where some numbers are not finite."""
    segmenter.use(embedding)
    height, width = embedding.frame.image_size
    box = [width / 4, height / 4, width * 3 / 4, height * 3 / 4] if segmenter.takes_box else None
    try:
        return await segmenter.predict([[width / 2, height / 2]], [1], box=box, all_candidates=True)
    except ModelError as error:
        if error.code != "model-not-finite":
            raise
        return []


def _compared(answer: Sequence[Candidate], trusted: Sequence[Candidate]) -> Verdict:
    for candidates, whose in ((answer, "its"), (trusted, "the other's")):
        if not candidates:
            return Verdict(False, f"some of {whose} numbers are not finite")
    given, wanted = (np.stack([one.logits for one in candidates]) for candidates in (answer, trusted))
    # Not sorted the same way when two scores are nearly equal: compare each mask with the nearest.
    scale = max(1.0, float(np.abs(wanted).max()))
    error = max(float(np.abs(wanted - one).max(axis=(1, 2)).min()) for one in given) / scale
    if error > TOLERANCE:
        return Verdict(False, f"its logits are off by {error:.0%}")
    return Verdict(True, f"its logits differ by {error:.1e} at most")


async def _encoded(segmenter: Segmenter, picture: UInt8Array) -> tuple[Embedding, Arrays]:
    """Encode a picture, read the numbers, and release them."""
    embedding = await segmenter.encode(picture)
    arrays = {name: await cast(Handle, tensor).read() for name, tensor in embedding.tensors.items()}
    embedding.release()
    return embedding, arrays


def _fault(first: Arrays, again: Arrays, mirrored: Arrays) -> str:
    """Tell what no encoder does that works; empty when it is not seen here."""
    if not all(np.isfinite(array).all() for array in first.values()):
        return "gives numbers that are not finite"
    if any(np.ptp(array.astype(np.float32)) == 0 for array in first.values()):
        return "gives the same number everywhere"
    if _difference(first, again) > TOLERANCE:
        return "gives other numbers for the same picture"
    # Not of each tensor: some exports hand on positions, which are the same for all pictures.
    if _difference(first, mirrored) <= TOLERANCE:
        return "gives the same numbers for another picture"
    return ""


def _difference(left: Arrays, right: Arrays) -> float:
    """Give the largest difference, as a part of the largest number of the same tensor."""
    pairs = [(left[name].astype(np.float32), right[name].astype(np.float32)) for name in left]
    # What is not finite is no difference that one could compare: it is above any.
    return max(float(np.nan_to_num(np.abs(a - b), nan=np.inf).max() / np.abs(a).max()) for a, b in pairs)


def _made_up(like: Arrays) -> Arrays:
    """Make numbers of the same shapes and dtypes, of deviation 1; the same every time."""
    random = np.random.default_rng(SEED)
    return {name: random.standard_normal(array.shape, np.float32).astype(array.dtype) for name, array in like.items()}
