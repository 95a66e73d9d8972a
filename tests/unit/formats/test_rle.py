"""COCO's run lengths, beside pycocotools'."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from tabsam.arrays import BoolArray
from tabsam.errors import FormatError
from tabsam.formats.shared.rle import checked_counts, compress, decompress
from tabsam.geometry.counts import counts_of_mask, mask_of_counts
from tests.support.refused import refusal
from tests.support.strategies import masks


@given(masks(90))
@settings(max_examples=100)
def test_any_mask_is_written_byte_by_byte_as_by_pycocotools_and_comes_back(mask: BoolArray) -> None:
    theirs = coco_mask.encode(np.asfortranarray(mask.view(np.uint8)))
    counts = counts_of_mask(mask)
    assert compress(counts).encode() == theirs["counts"]
    assert decompress(theirs["counts"].decode()).tolist() == counts.tolist()
    assert np.array_equal(mask_of_counts(checked_counts(counts, mask.shape), mask.shape), mask)


@given(st.lists(st.integers(0, 2**50), max_size=20))
def test_any_counts_come_back(counts: list[int]) -> None:
    assert decompress(compress(np.array(counts, np.int64))).tolist() == counts


@given(st.text(st.characters(min_codepoint=40, max_codepoint=115), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        counts = decompress(text)
    except FormatError:
        return
    assert decompress(compress(counts)).tolist() == counts.tolist()


@pytest.mark.parametrize("counts", [[], [0], [5], [0, 7], [3, 4], [1, 2, 3], [0, 1, 2**31, 3, 4, 2**40]])
def test_counts_of_any_length_and_size_come_back(counts: list[int]) -> None:
    assert decompress(compress(np.array(counts, np.int64))).tolist() == counts


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("1 2", "a character that does not belong there"),
        ("é", "a character that does not belong there"),
        ("\x7f", "a character that does not belong there"),
        ("0o", "a number that breaks off"),
        ("o" * 20 + "1", "a number that is too large"),
    ],
)
def test_a_damaged_string_is_refused(text: str, what: str) -> None:
    assert refusal(decompress, text) == ("rle-damaged", f"This run-length mask is damaged: it has {what}.")


@pytest.mark.parametrize("counts", [[3], [5], [6, -2], [2**62, 2**62, 2**62, 2**62, 4]])
def test_counts_that_are_not_the_pictures_are_refused(counts: list[int]) -> None:
    with pytest.raises(FormatError, match="This run-length mask is damaged: it has") as caught:
        checked_counts(np.array(counts, np.int64), (2, 2))
    assert caught.value.code == "rle-damaged"
