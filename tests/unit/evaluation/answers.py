"""Answers, made up: masks and what they were asked by."""

from __future__ import annotations

import numpy as np

from tabsam.arrays import BoolArray
from tabsam.evaluation.clicking import Click
from tabsam.evaluation.comparing import compare
from tabsam.evaluation.questions import Answered, Prompt, Series
from tabsam.formats.shared.rle import compress
from tabsam.geometry.counts import counts_of_mask

SIZE = (40, 60)


def box(left: int, top: int, right: int, bottom: int) -> BoolArray:
    mask = np.zeros(SIZE, bool)
    mask[top:bottom, left:right] = True
    return mask


TRUTH = box(10, 10, 20, 30)


def answered(
    mask: BoolArray,
    truth: BoolArray = TRUTH,
    *,
    prompt: Prompt = "point",
    model: str = "nano",
    picture: str = "a.png",
    number: int = 1,
    label: str = "",
    ious: tuple[float, ...] = (),
    scale: float = 1.0,
) -> Answered:
    return Answered(
        Series(model, prompt, scale),
        picture,
        number,
        label,
        compare(mask, truth),
        0.9,
        1.0,
        compress(counts_of_mask(mask)),
        ious,
        (Click(15.5, 20.5, 1),),
    )
