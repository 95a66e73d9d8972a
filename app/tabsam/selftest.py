"""Does a runtime give right answers? A known picture and a known click, asked of it and of one that is trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabsam.arrays import UInt8Array
from tabsam.segmenter import Segmenter

TOLERANCE = 0.02
"""The largest difference allowed, as a part of the largest logit. Rounding differs by some 1e-4; a broken kernel by 1."""


@dataclass(frozen=True)
class Verdict:
    """Whether the candidate may be used, and what was found, in words."""

    agrees: bool
    reason: str


async def compare(candidate: Segmenter, reference: Segmenter) -> Verdict:
    """Ask both for the same mask.

    Raises
    ------
    ModelError
        When either fails to run.
    """
    picture = known_picture()
    height, width = picture.shape[:2]
    answers = []
    for segmenter in (candidate, reference):
        embedding = await segmenter.encode(picture)
        segmenter.use(embedding)
        answers.append(
            await segmenter.predict([[width / 2, height / 2]], [1], box=[width / 4, height / 4, width * 3 / 4, height * 3 / 4])
        )
    given = np.stack([one.logits for one in answers[0]])
    wanted = np.stack([one.logits for one in answers[1]])
    if not np.isfinite(given).all():
        return Verdict(False, "some of its numbers are not finite")
    # Not sorted the same way when two scores are nearly equal: compare each mask with the nearest.
    scale = max(1.0, float(np.abs(wanted).max()))
    error = max(float(np.abs(wanted - one).max(axis=(1, 2)).min()) for one in given) / scale
    if error > TOLERANCE:
        return Verdict(False, f"its logits are off by {error:.0%}")
    return Verdict(True, f"its logits differ by {error:.1e} at most")


def known_picture() -> UInt8Array:
    """Draw a bright disc on a dark slope: uint8 (96, 128, 3)."""
    y, x = np.mgrid[:96, :128]
    slope = np.stack([x, y, (x + y) // 2], axis=-1)
    disc = (x - 64) ** 2 + (y - 48) ** 2 < 24**2
    return np.where(disc[..., np.newaxis], (230, 180, 40), slope).astype(np.uint8)
